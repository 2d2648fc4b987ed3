//! Writing: whole or not at all.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use rustix::fs::{OFlags, Timestamps, futimens};
use rustix::io::Errno;

use super::draft::Draft;
use super::{Access, Kind, Refused, open};

/// Sets owner and mode on a handle; owner first, as a change of it clears setuid bits.
pub(super) fn set(file: &File, access: Access) -> io::Result<()> {
    let meta = file.metadata()?;
    if (meta.uid(), meta.gid()) != (access.uid, access.gid) {
        fchown(file, Some(access.uid), Some(access.gid))?;
    }
    file.set_permissions(Permissions::from_mode(access.mode))
}

/// Refuses what a file must not be put in the place of.
fn replaceable(path: &Path) -> io::Result<()> {
    match super::look(path)?.map(|look| look.kind) {
        None | Some(Kind::File) => Ok(()),
        Some(Kind::Link) => Err(open::link_at(path)),
        Some(Kind::Directory | Kind::Other) => Err(Refused::Irregular(path.to_owned()).into()),
    }
}

/// Writes a file whole or not at all. Without `access` it is 0600 and this process's own; without `sync` it is on disk
/// whenever the system sees fit.
///
/// # Errors
/// When a link stands there or on the way, or it cannot be written; the old file stands then.
pub fn write(path: &Path, bytes: &[u8], access: Option<Access>, sync: bool) -> io::Result<()> {
    write_checked(path, bytes, access, sync, |_| Ok(()))
}

/// [`write`], but what was written beside the file is looked at, under its own path, before it takes its place. A file
/// that is a mount point of its own (containers) cannot be replaced and is written in place.
///
/// # Errors
/// When it is refused or cannot be written; the old file stands then.
pub fn write_checked<E: From<io::Error>>(
    path: &Path,
    bytes: &[u8],
    access: Option<Access>,
    sync: bool,
    check: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    replaceable(path)?;
    let (dir, name) = open::parent(path)?;
    let mut draft = Draft::new(&dir)?;
    draft.file.write_all(bytes)?;
    if sync {
        draft.file.sync_all()?;
    }
    check(&path.with_file_name(draft.name()))?;
    // Until now nobody else could read it.
    if let Some(access) = access {
        set(&draft.file, access)?;
    }
    match draft.take_place(name) {
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => overwrite(path, bytes, access)?,
        other => other?,
    }
    if sync {
        let _ = rustix::fs::fsync(&dir);
    }
    Ok(())
}

/// Writes a new file of 0600 where an admin says, from where he stands; on his way links of root's are followed.
///
/// # Errors
/// When something stands there, a link too, or it cannot be written.
pub fn write_there(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create_new(&super::real(&std::path::absolute(path)?), 0o600)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a file that stands there in its place.
///
/// # Errors
/// When it is a link, is no regular file, or cannot be written.
pub fn overwrite(path: &Path, bytes: &[u8], access: Option<Access>) -> io::Result<()> {
    let mut file = open::file(path, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY, 0)?;
    if !file.metadata()?.is_file() {
        return Err(Refused::Irregular(path.to_owned()).into());
    }
    match file.set_len(0) {
        // The files of proc(5) have no length.
        Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => {}
        other => other?,
    }
    file.write_all(bytes)?;
    if let Some(access) = access {
        set(&file, access)?;
    }
    match file.sync_all() {
        Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => Ok(()),
        other => other,
    }
}

/// Makes a file of this mode that was not there, to be written piece by piece.
///
/// # Errors
/// When something stands there already, a link too.
pub fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    open::file(path, OFlags::RDWR | OFlags::CREATE | OFlags::EXCL, mode)
}

/// Makes an empty file of this mode, in the place of one that stood there.
///
/// # Errors
/// When a link or something else than a file stands there.
pub fn create(path: &Path, mode: u32) -> io::Result<File> {
    replaceable(path)?;
    super::remove_file(path)?;
    create_new(path, mode)
}

/// Opens a file to be read and written, and makes one of this mode where there is none.
///
/// # Errors
/// When it is a link, is no regular file, or cannot be opened.
pub fn open_or_create(path: &Path, mode: u32) -> io::Result<File> {
    opened(path, OFlags::RDWR | OFlags::CREATE, mode)
}

/// [`open_or_create`], for what is added at its end.
///
/// # Errors
/// When it is a link, is no regular file, or cannot be opened.
pub fn append(path: &Path, mode: u32) -> io::Result<File> {
    opened(path, OFlags::RDWR | OFlags::CREATE | OFlags::APPEND, mode)
}

fn opened(path: &Path, flags: OFlags, mode: u32) -> io::Result<File> {
    let file = open::file(path, flags | OFlags::NONBLOCK | OFlags::NOCTTY, mode)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(Refused::Irregular(path.to_owned()).into());
    }
    if meta.nlink() > 1 {
        return Err(Refused::Names { path: path.to_owned(), count: meta.nlink() }.into());
    }
    Ok(file)
}

/// Gives an open file to its owner, with this mode.
///
/// # Errors
/// When the system refuses.
pub fn set_on(file: &File, access: Access) -> io::Result<()> {
    set(file, access)
}

/// Renames within one directory, or between two; what stood at the new path goes, a link too.
///
/// # Errors
/// When a link is on one of the ways, or the system refuses.
pub fn rename(old: &Path, new: &Path) -> io::Result<()> {
    let ((from, old), (to, new)) = (open::parent(old)?, open::parent(new)?);
    Ok(rustix::fs::renameat(from, old, to, new)?)
}

/// Sets the times of a file.
///
/// # Errors
/// When it is a link or cannot be opened.
pub fn set_times(path: &Path, times: &Timestamps) -> io::Result<()> {
    Ok(futimens(super::handle(path)?, times)?)
}
