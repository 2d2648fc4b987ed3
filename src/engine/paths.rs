//! Files and directories as they are, and the one way they are written and put back.

use std::io;
use std::path::Path;

use crate::change::Owner;
use crate::engine::journal::PathState;
use crate::engine::state::{State, hash};
use crate::error::{Error, Result};
use crate::files::{self, Kind, Refused};

pub use crate::files::Access;

/// A sentence for what the room of files refused or could not do, with what the admin can do about a refusal.
#[must_use]
pub fn failed(what: impl Into<String>, error: &io::Error) -> Error {
    match Refused::of(error) {
        Some(refused) => Error::not_allowed(what).caused_by(refused).hint(refused.hint()),
        None => Error::not_written(what, error),
    }
}

fn unread(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |error| match Refused::of(&error) {
        Some(_) => failed(format!("{} could not be read", path.display()), &error),
        None => Error::failed(format!("{} could not be read", path.display())).caused_by(error),
    }
}

/// The whole of a file; `None` where there is none.
///
/// # Errors
/// When it cannot be read, or is no file of its own: a link is not followed.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match files::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if files::is_absent(&error) => Ok(None),
        Err(error) => Err(unread(path)(error)),
    }
}

/// What stands at a path now; its bytes are kept, so that they can be put back.
///
/// # Errors
/// When it cannot be read, or is neither file, directory nor link.
pub fn capture(state: &State, path: &Path) -> Result<PathState> {
    captured(path, files::handle, |bytes| state.keep(bytes))
}

/// [`capture`] of a file that holds a key: its bytes stay where they are, and only their hash is known.
///
/// # Errors
/// When it cannot be read, or is no file of its own.
pub fn capture_key(path: &Path) -> Result<PathState> {
    captured(path, files::handle_of_key, |bytes| Ok(hash(bytes)))
}

fn captured(
    path: &Path,
    open: impl FnOnce(&Path) -> io::Result<std::fs::File>,
    keep: impl FnOnce(&[u8]) -> Result<String>,
) -> Result<PathState> {
    use std::io::Read;
    let Some(look) = files::look(path).map_err(unread(path))? else { return Ok(PathState::Absent) };
    let Access { mode, uid, gid } = look.access;
    match look.kind {
        Kind::Directory => Ok(PathState::Directory { mode, uid, gid }),
        Kind::Link => Ok(PathState::Link { target: files::target(path).map_err(unread(path))? }),
        Kind::Other => Err(Error::failed(format!("{} is neither a file nor a directory", path.display()))),
        Kind::File => {
            // Bytes, owner and mode are those of one and the same file.
            let mut file = open(path).map_err(unread(path))?;
            let Access { mode, uid, gid } = files::look_at(&file).map_err(unread(path))?.access;
            let mut bytes = zeroize::Zeroizing::new(Vec::new());
            file.read_to_end(&mut bytes).map_err(unread(path))?;
            Ok(PathState::File { hash: keep(&bytes)?, mode, uid, gid })
        }
    }
}

/// Puts back what stood at a path. What was absent is removed; a directory only when it is empty. A file whose bytes are
/// as they were gets its owner and mode alone.
///
/// # Errors
/// When it cannot be put back.
pub fn restore(state: &State, path: &Path, was: &PathState) -> Result<()> {
    let lost = |error: io::Error| failed(format!("{} could not be put back", path.display()), &error);
    match was {
        PathState::Absent => remove(path).map_err(lost),
        PathState::Directory { mode, uid, gid } => {
            let access = Access { mode: *mode, uid: *uid, gid: *gid };
            files::create_all(path, 0o755).and_then(|()| files::give(path, access)).map_err(lost)
        }
        PathState::Link { target } => remove(path).and_then(|()| files::link(target, path)).map_err(lost),
        PathState::File { hash, mode, uid, gid } => {
            let access = Access { mode: *mode, uid: *uid, gid: *gid };
            if files::read(path).is_ok_and(|bytes| self::hash(&bytes) == *hash) {
                return files::give(path, access).map_err(lost);
            }
            write(path, &state.kept(hash)?, access)
        }
    }
}

/// Removes a file, a link or an empty directory; already gone is success, and so is a directory that holds something.
fn remove(path: &Path) -> io::Result<()> {
    match files::remove(path) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
            tracing::warn!(path = %path.display(), "not empty, left in place");
            Ok(())
        }
        other => other,
    }
}

/// Refuses a path at which, or on the way to which, a link stands: nothing is written through it.
///
/// # Errors
/// The sentence that names the link.
pub fn refuse_links(path: &Path) -> Result<()> {
    files::refuse_links(path).map_err(|error| failed(format!("{} is not written", path.display()), &error))
}

/// Writes a file whole or not at all. A file that is a mount point of its own (containers) cannot be replaced and is
/// written in place.
///
/// # Errors
/// When it cannot be written; the old file stands then.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<()> {
    write_checked(path, bytes, access, |_| Ok(()))
}

/// [`write`], but what was written beside the file is looked at before it takes its place.
///
/// # Errors
/// When it is refused or cannot be written; the old file stands then.
pub fn write_checked(path: &Path, bytes: &[u8], access: Access, check: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    /// What the check said, or the system.
    enum Unwritten {
        Said(Error),
        System(io::Error),
    }
    impl From<io::Error> for Unwritten {
        fn from(error: io::Error) -> Self {
            Self::System(error)
        }
    }
    let checked = |draft: &Path| check(draft).map_err(Unwritten::Said);
    files::write_checked(path, bytes, Some(access), true, checked).map_err(|unwritten| match unwritten {
        Unwritten::Said(error) => error,
        Unwritten::System(error) => failed(format!("{} could not be written", path.display()), &error),
    })
}

/// Owner and mode of the file at a path.
///
/// # Errors
/// When there is none, or it is a link.
pub fn access_of(path: &Path) -> Result<Access> {
    let file = files::handle(path).map_err(unread(path))?;
    Ok(files::look_at(&file).map_err(unread(path))?.access)
}

/// Removes drafts that a killed run left beside this path.
pub fn sweep(path: &Path) {
    if let Some(directory) = path.parent() {
        files::sweep(directory);
    }
}

/// Makes a directory with this owner and mode, or gives an existing one both.
///
/// # Errors
/// When it cannot be made.
pub fn make_directory(path: &Path, access: Access) -> Result<()> {
    let unmade = |error: io::Error| failed(format!("the directory {} could not be made", path.display()), &error);
    files::make_directory(path, access).map_err(unmade)
}

/// Sets owner and mode, of a link its owner alone.
///
/// # Errors
/// When the operating system refuses.
pub fn set_access(path: &Path, access: Access) -> io::Result<()> {
    files::give(path, access)
}

/// The numbers behind an owner's names, from the machine's own passwd(5) and group(5); `None` while one is missing.
#[must_use]
pub fn ids(root: &Path, owner: &Owner) -> Option<(u32, u32)> {
    Some((id_in(&root.join("etc/passwd"), &owner.user)?, id_in(&root.join("etc/group"), &owner.group)?))
}

fn id_in(file: &Path, name: &str) -> Option<u32> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.split(':').next() == Some(name))?;
    line.split(':').nth(2)?.parse().ok()
}
