//! Files and directories as they are, and the one way they are written and put back.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown, lchown, symlink};
use std::path::{Path, PathBuf};

use crate::change::Owner;
use crate::engine::journal::PathState;
use crate::engine::state::State;
use crate::error::{Context, Error, Result};

/// Owner and mode as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

/// What stands at a path now; its bytes are kept, so that they can be put back.
///
/// # Errors
/// When it cannot be read, or is neither file, directory nor link.
pub fn capture(state: &State, path: &Path) -> Result<PathState> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(PathState::Absent);
        }
        Err(error) => return Err(Error::failed(format!("{} could not be read", path.display())).caused_by(error)),
    };
    let (mode, uid, gid) = (meta.mode() & 0o7777, meta.uid(), meta.gid());
    if meta.is_dir() {
        return Ok(PathState::Directory { mode, uid, gid });
    }
    if meta.is_symlink() {
        let target = fs::read_link(path).context(|| format!("{} could not be read", path.display()))?;
        return Ok(PathState::Link { target });
    }
    if !meta.is_file() {
        return Err(Error::failed(format!("{} is neither a file nor a directory", path.display())));
    }
    let bytes = fs::read(path).context(|| format!("{} could not be read", path.display()))?;
    Ok(PathState::File { hash: state.keep(&bytes)?, mode, uid, gid })
}

/// Puts back what stood at a path. What was absent is removed; a directory only when it is empty.
///
/// # Errors
/// When it cannot be put back.
pub fn restore(state: &State, path: &Path, was: &PathState) -> Result<()> {
    let lost = || format!("{} could not be put back", path.display());
    match was {
        PathState::Absent => remove(path).context(lost),
        PathState::Directory { mode, uid, gid } => {
            if !path.is_dir() {
                fs::create_dir_all(path).context(lost)?;
            }
            set_access(path, Access { mode: *mode, uid: *uid, gid: *gid }).context(lost)
        }
        PathState::Link { target } => remove(path).and_then(|()| symlink(target, path)).context(lost),
        PathState::File { hash, mode, uid, gid } => {
            write(path, &state.kept(hash)?, Access { mode: *mode, uid: *uid, gid: *gid })
        }
    }
}

/// Removes a file, a link or an empty directory; already gone is success, and so is a directory that holds something.
fn remove(path: &Path) -> std::io::Result<()> {
    let result = match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => {
            tracing::warn!(path = %path.display(), "not empty, left in place");
            Ok(())
        }
        other => other,
    }
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
    let draft = draft(path);
    let mut result = write_file(&draft, bytes, access);
    if result.is_ok() {
        if let Err(refused) = check(&draft) {
            let _ = fs::remove_file(&draft);
            return Err(refused);
        }
        result = fs::rename(&draft, path);
    }
    let result = match result {
        Err(error) if error.kind() == std::io::ErrorKind::ResourceBusy => write_file(path, bytes, access),
        other => other,
    };
    let _ = fs::remove_file(&draft);
    result.map_err(|error| Error::not_written(format!("{} could not be written", path.display()), &error))?;
    sync_directory(path);
    Ok(())
}

/// The name a file is written under before it takes its place; a fixed one, so that a killed run leaves at most this.
#[must_use]
pub fn draft(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.mailwright"))
}

fn write_file(path: &Path, bytes: &[u8], access: Access) -> std::io::Result<()> {
    // Until owner and mode are set nobody else may read it.
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    set_access(path, access)?;
    file.sync_all()
}

fn sync_directory(path: &Path) {
    if let Some(directory) = path.parent().and_then(|parent| fs::File::open(parent).ok()) {
        let _ = directory.sync_all();
    }
}

/// Makes a directory with this owner and mode, or gives an existing one both.
///
/// # Errors
/// When it cannot be made.
pub fn make_directory(path: &Path, access: Access) -> Result<()> {
    let made = match fs::create_dir(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    };
    made.and_then(|()| set_access(path, access))
        .context(|| format!("the directory {} could not be made", path.display()))
}

/// Sets owner and mode; chown first, as it clears setuid bits.
///
/// # Errors
/// When the operating system refuses.
pub fn set_access(path: &Path, access: Access) -> std::io::Result<()> {
    if fs::symlink_metadata(path)?.is_symlink() {
        return lchown(path, Some(access.uid), Some(access.gid));
    }
    chown(path, Some(access.uid), Some(access.gid))?;
    fs::set_permissions(path, fs::Permissions::from_mode(access.mode))
}

/// The numbers behind an owner's names, from the machine's own passwd(5) and group(5); `None` while one is missing.
#[must_use]
pub fn ids(root: &Path, owner: &Owner) -> Option<(u32, u32)> {
    Some((id_in(&root.join("etc/passwd"), &owner.user)?, id_in(&root.join("etc/group"), &owner.group)?))
}

fn id_in(file: &Path, name: &str) -> Option<u32> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.split(':').next() == Some(name))?;
    line.split(':').nth(2)?.parse().ok()
}
