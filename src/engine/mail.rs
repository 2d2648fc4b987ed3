//! Mail that lies on this server: counted, and saved before the place it lies in goes.

use std::path::Path;

use crate::engine::archive::Archive;
use crate::engine::machine::Machine;
use crate::error::{Context, Result};
use crate::steps::dovecot::MAIL_DIR;

/// Postfix's queue directories that hold messages (postconf(5) `queue_directory`).
const QUEUES: [&str; 5] = ["active", "deferred", "hold", "incoming", "maildrop"];
const SPOOL: &str = "/var/spool/postfix";

/// Removes the mail directory, saving it first when something lies in it that is somebody's: messages, scripts,
/// subscriptions, links. Says what was saved.
///
/// # Errors
/// When it cannot be saved or removed.
pub fn remove_mailboxes(machine: &Machine, archive: &Archive) -> Result<Vec<String>> {
    let dir = machine.path(Path::new(MAIL_DIR));
    let saved = match in_mailboxes(machine) {
        Some(what) => {
            let file = archive.pack("mailboxes", Path::new(MAIL_DIR))?;
            vec![format!("{what}, saved in {}", file.display())]
        }
        None => Vec::new(),
    };
    std::fs::remove_dir_all(&dir).context(|| format!("{MAIL_DIR} could not be removed"))?;
    Ok(saved)
}

/// What lies in the mail directory that is somebody's, in words.
#[must_use]
pub fn in_mailboxes(machine: &Machine) -> Option<String> {
    let dir = machine.path(Path::new(MAIL_DIR));
    let is_message =
        |path: &Path| path.parent().and_then(Path::file_name).is_some_and(|name| name == "cur" || name == "new");
    let messages = files(&dir, &is_message);
    let others = files(&dir, &|path| !is_message(path) && !is_made_by_dovecot(path));
    match (messages, others) {
        (0, 0) => None,
        (messages, 0) => Some(format!("{messages} messages of {MAIL_DIR}")),
        (messages, others) => Some(format!("{messages} messages of {MAIL_DIR} and {others} other files")),
    }
}

/// What Dovecot keeps of a Maildir and can make again (Dovecot's manual, "Maildir mailbox format").
fn is_made_by_dovecot(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let starts = ["dovecot.index", "dovecot-uidlist", "dovecot-uidvalidity", "dovecot.list.index", "dovecot-keywords"];
    starts.iter().any(|start| name.starts_with(start))
        || ["maildirsize", "maildirfolder"].contains(&name.as_ref())
        || name.ends_with(".lock")
        || path.parent().and_then(Path::file_name).is_some_and(|dir| dir == "tmp")
}

/// Saves the queue when a message waits in it. Says what was saved.
///
/// # Errors
/// When it cannot be saved.
pub fn save_queue(machine: &Machine, archive: &Archive) -> Result<Vec<String>> {
    let spool = machine.path(Path::new(SPOOL));
    let count = QUEUES.iter().map(|queue| files(&spool.join(queue), &|_| true)).sum();
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
fn files(dir: &Path, wanted: &dyn Fn(&Path) -> bool) -> usize {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let count = |entry: std::fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => files(&entry.path(), wanted),
        Ok(kind) if kind.is_file() || kind.is_symlink() => usize::from(wanted(&entry.path())),
        _ => 0,
    };
    entries.flatten().map(count).sum()
}
