//! Mail that lies on this server: counted, and saved before the place it lies in goes.

use std::path::Path;

use crate::engine::archive::Archive;
use crate::engine::machine::Machine;
use crate::engine::paths;
use crate::error::Result;
use crate::files::{self, Kind};
use crate::steps::dovecot::MAIL_DIR;

/// Postfix's queue directories that hold messages (postconf(5) `queue_directory`).
const QUEUES: [&str; 5] = ["active", "deferred", "hold", "incoming", "maildrop"];
const SPOOL: &str = "/var/spool/postfix";

/// Removes the mail directory, saving it first when a message lies in it. Says what was saved.
///
/// # Errors
/// When it cannot be saved or removed.
pub fn remove_mailboxes(machine: &Machine, archive: &Archive) -> Result<Vec<String>> {
    let dir = machine.path(Path::new(MAIL_DIR));
    if !files::look(&dir).is_ok_and(|look| look.is_some_and(|look| look.kind == Kind::Directory)) {
        return Ok(vec![format!("{MAIL_DIR} (changed since mailwright made it)")]);
    }
    let count = messages(&dir, &|path| {
        path.parent().and_then(Path::file_name).is_some_and(|name| name == "cur" || name == "new")
    });
    let saved = save(archive, count, "mailboxes", MAIL_DIR)?;
    let removed = files::remove_tree(&dir);
    removed.map_err(|error| paths::failed(format!("{MAIL_DIR} could not be removed"), &error))?;
    Ok(saved)
}

/// Saves the queue when a message waits in it. Says what was saved.
///
/// # Errors
/// When it cannot be saved.
pub fn save_queue(machine: &Machine, archive: &Archive) -> Result<Vec<String>> {
    let spool = machine.path(Path::new(SPOOL));
    let count = QUEUES.iter().map(|queue| messages(&spool.join(queue), &|_| true)).sum();
    save(archive, count, "queue", SPOOL)
}

fn save(archive: &Archive, count: usize, name: &str, dir: &str) -> Result<Vec<String>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let file = archive.pack(name, Path::new(dir))?;
    Ok(vec![format!("{count} messages of {dir}, saved in {}", file.display())])
}

/// How many regular files under a directory are wanted.
fn messages(dir: &Path, wanted: &dyn Fn(&Path) -> bool) -> usize {
    let count = |(name, kind): (std::ffi::OsString, Kind)| match kind {
        Kind::Directory => messages(&dir.join(name), wanted),
        Kind::File => usize::from(wanted(&dir.join(name))),
        Kind::Link | Kind::Other => 0,
    };
    files::list(dir).unwrap_or_default().into_iter().map(count).sum()
}
