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
/// The folders of `auto = subscribe` in dovecot.conf.
const SUBSCRIBED: [&str; 5] = ["Archive", "Drafts", "Junk", "Sent", "Trash"];
const SPOOL: &str = "/var/spool/postfix";

/// Removes the mail directory, saving it first when something lies in it that is somebody's: messages, scripts,
/// subscriptions, links. Says what was saved.
///
/// # Errors
/// When it cannot be saved or removed.
pub fn remove_mailboxes(machine: &Machine, archive: &Archive) -> Result<Vec<String>> {
    let dir = machine.path(Path::new(MAIL_DIR));
    if !files::look(&dir).is_ok_and(|look| look.is_some_and(|look| look.kind == Kind::Directory)) {
        return Ok(vec![format!("{MAIL_DIR} (changed since mailwright made it)")]);
    }
    let saved = match in_mailboxes(machine) {
        Some(what) => {
            let file = archive.pack("mailboxes", Path::new(MAIL_DIR))?;
            vec![format!("{what}, saved in {}", file.display())]
        }
        None => Vec::new(),
    };
    let removed = files::remove_tree(&dir);
    removed.map_err(|error| paths::failed(format!("{MAIL_DIR} could not be removed"), &error))?;
    Ok(saved)
}

/// What lies in the mail directory that is somebody's, in words.
#[must_use]
pub fn in_mailboxes(machine: &Machine) -> Option<String> {
    let dir = machine.path(Path::new(MAIL_DIR));
    let is_message =
        |path: &Path| path.parent().and_then(Path::file_name).is_some_and(|name| name == "cur" || name == "new");
    let count = messages(&dir, &is_message);
    let others = messages(&dir, &|path| !is_message(path) && !is_made_by_dovecot(path));
    match (count, others) {
        (0, 0) => None,
        (count, 0) => Some(format!("{count} messages of {MAIL_DIR}")),
        (count, others) => Some(format!("{count} messages of {MAIL_DIR} and {others} other files")),
    }
}

/// What Dovecot keeps of a Maildir and can make again (Dovecot's manual, "Maildir mailbox format").
fn is_made_by_dovecot(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Indexes, lists of numbers, the log of folders; compiled scripts.
    ["dovecot.", "dovecot-"].iter().any(|start| name.starts_with(start))
        || name.ends_with(".svbin")
        || ["maildirsize", "maildirfolder"].contains(&name.as_ref())
        || name.ends_with(".lock")
        || path.parent().and_then(Path::file_name).is_some_and(|dir| dir == "tmp")
        || (name == "subscriptions" && has_standard_subscriptions_alone(path))
}

/// Whether a mailbox is subscribed to the folders that Dovecot subscribes everybody to, and to nothing else.
fn has_standard_subscriptions_alone(path: &Path) -> bool {
    let text = files::read_text(path).unwrap_or_else(|_| "unread".to_owned());
    text.lines().all(|line| line.is_empty() || line.starts_with("V\t") || SUBSCRIBED.contains(&line))
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
        Kind::File | Kind::Link => usize::from(wanted(&dir.join(name))),
        Kind::Other => 0,
    };
    files::list(dir).unwrap_or_default().into_iter().map(count).sum()
}
