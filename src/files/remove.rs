//! Removing: names in a directory's handle, and never what a link leads to.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rand::RngExt;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, fstat, openat, renameat, statat, unlinkat};
use rustix::io::Errno;

use super::open;

/// How often a directory is gone through: once for each directory within another, and not for ever where others go on
/// filling it.
const PASSES: usize = 100_000;

/// Removes a file, a link or an empty directory; already gone is success.
///
/// # Errors
/// When a link is on the way, a directory is not empty, or the system refuses.
pub fn remove(path: &Path) -> io::Result<()> {
    match super::look(path)?.map(|look| look.kind) {
        None => Ok(()),
        Some(super::Kind::Directory) => remove_directory(path),
        Some(_) => remove_file(path),
    }
}

/// Removes a file or a link; already gone is success.
///
/// # Errors
/// When a link is on the way, or the system refuses.
pub fn remove_file(path: &Path) -> io::Result<()> {
    unlink(path, AtFlags::empty())
}

/// Removes an empty directory; already gone is success.
///
/// # Errors
/// When a link is on the way, it is not empty, or the system refuses.
pub fn remove_directory(path: &Path) -> io::Result<()> {
    unlink(path, AtFlags::REMOVEDIR)
}

fn unlink(path: &Path, flags: AtFlags) -> io::Result<()> {
    let gone = open::parent(path).and_then(|(dir, name)| Ok(unlinkat(dir, name, flags)?));
    match gone {
        Err(error) if super::is_absent(&error) && super::look(path)?.is_none() => Ok(()),
        other => other,
    }
}

/// Removes a directory with all that is in it; what a link in it leads to stays. Nothing of another file system goes: it
/// is mounted there.
///
/// The tree may be as deep as those it belongs to like: what lies in a directory below is moved up before that goes, so that
/// two handles are enough.
///
/// # Errors
/// When a link is on the way, others fill it faster than it is emptied, or the system refuses.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    match super::look(path)?.map(|look| look.kind) {
        None => return Ok(()),
        Some(super::Kind::Directory) => {}
        Some(_) => return remove_file(path),
    }
    let top = open::directory(path)?;
    let device = fstat(&top)?.st_dev;
    for _ in 0..PASSES {
        let mut empty = true;
        for name in names(&top)? {
            empty = false;
            if is_directory(&top, &name) {
                flatten(&top, &name, device)?;
            } else {
                gone(unlinkat(&top, &name, AtFlags::empty()))?;
            }
        }
        if empty {
            return remove_directory(path);
        }
    }
    Err(io::ErrorKind::DirectoryNotEmpty.into())
}

/// Removes the files of a directory, moves its directories up, and removes it.
fn flatten(top: &OwnedFd, name: &OsStr, device: u64) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let dir = match openat(top, name, flags, Mode::empty()) {
        Ok(dir) => dir,
        // It is another thing by now; the next pass sees which.
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if fstat(&dir)?.st_dev != device {
        return Err(io::Error::new(io::ErrorKind::ResourceBusy, format!("{} is mounted there", name.display())));
    }
    for inner in names(&dir)? {
        if is_directory(&dir, &inner) {
            let up = format!(".{:032x}", rand::rng().random::<u128>());
            gone(renameat(&dir, &inner, top, up.as_str()))?;
        } else {
            gone(unlinkat(&dir, &inner, AtFlags::empty()))?;
        }
    }
    match unlinkat(top, name, AtFlags::REMOVEDIR) {
        // Filled again meanwhile: the next pass.
        Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => Ok(()),
        other => gone(other),
    }
}

/// Already gone, or become a directory: the next pass sees.
fn gone(result: Result<(), Errno>) -> io::Result<()> {
    match result {
        Err(Errno::NOENT | Errno::ISDIR) => Ok(()),
        other => Ok(other?),
    }
}

fn names(dir: &OwnedFd) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(dir)? {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name != "." && name != ".." {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn is_directory(dir: &OwnedFd, name: &OsStr) -> bool {
    let stat = statat(dir, name, AtFlags::SYMLINK_NOFOLLOW);
    stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory)
}
