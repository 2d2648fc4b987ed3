//! Reading: regular files alone, and one name each where others could give it more.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, readlinkat};

use super::{Access, Kind, Refused, open};

/// What stands at a path, as its own handle tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// What it is.
    pub kind: Kind,
    /// Owner and mode.
    pub access: Access,
    /// How many names it has.
    pub names: u64,
    /// When it was last written.
    pub modified: Option<std::time::SystemTime>,
}

impl Look {
    fn of(meta: &Metadata) -> Self {
        let kind = match meta.file_type() {
            kind if kind.is_file() => Kind::File,
            kind if kind.is_dir() => Kind::Directory,
            kind if kind.is_symlink() => Kind::Link,
            _ => Kind::Other,
        };
        let access = Access { mode: meta.mode() & 0o7777, uid: meta.uid(), gid: meta.gid() };
        Self { kind, access, names: meta.nlink(), modified: meta.modified().ok() }
    }
}

/// What stands at a path; `None` when nothing does. A link at its end is looked at and not followed.
///
/// # Errors
/// When a link is on the way, or the system refuses.
pub fn look(path: &Path) -> io::Result<Option<Look>> {
    match open::file(path, OFlags::PATH, 0).and_then(|file| file.metadata()) {
        Ok(meta) => Ok(Some(Look::of(&meta))),
        Err(error) if super::is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What an open file is.
///
/// # Errors
/// When the system refuses.
pub fn look_at(file: &File) -> io::Result<Look> {
    Ok(Look::of(&file.metadata()?))
}

/// Whether something stands at a path, a link too; no when it cannot be told.
#[must_use]
pub fn exists(path: &Path) -> bool {
    look(path).is_ok_and(|found| found.is_some())
}

/// Where the link at this path leads.
///
/// # Errors
/// When there is none.
pub fn target(path: &Path) -> io::Result<PathBuf> {
    let (dir, name) = open::parent(path)?;
    let target = readlinkat(dir, name, Vec::new())?;
    Ok(OsString::from_vec(target.into_bytes()).into())
}

/// Opens a regular file to be read. In a directory where others than root can write it must have no other name: they
/// could have given one of root's files a name there.
///
/// # Errors
/// When it is a link, is no regular file, has other names there, or cannot be opened.
pub fn handle(path: &Path) -> io::Result<File> {
    let file = regular(path)?;
    let count = file.metadata()?.nlink();
    if count > 1 && !super::roots_alone(path.parent().unwrap_or(path)).unwrap_or(false) {
        return Err(Refused::Names { path: path.to_owned(), count }.into());
    }
    Ok(file)
}

/// Opens a file that holds a key: it must have no other name, wherever it lies.
///
/// # Errors
/// When it is a link, is no regular file, has other names, or cannot be opened.
pub fn handle_of_key(path: &Path) -> io::Result<File> {
    let file = regular(path)?;
    match file.metadata()?.nlink() {
        1 => Ok(file),
        count => Err(Refused::Names { path: path.to_owned(), count }.into()),
    }
}

fn regular(path: &Path) -> io::Result<File> {
    // A pipe would keep whoever opens it waiting.
    let opened = open::file(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY, 0);
    let file = opened.map_err(|error| match rustix::io::Errno::from_io_error(&error) {
        // A socket.
        Some(rustix::io::Errno::NXIO) => Refused::Irregular(path.to_owned()).into(),
        _ => error,
    })?;
    if !file.metadata()?.is_file() {
        return Err(Refused::Irregular(path.to_owned()).into());
    }
    Ok(file)
}

/// The whole of a file, as [`handle`] opens it.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    handle(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// [`read`], for a file that is not to be longer than so many bytes.
///
/// # Errors
/// When it cannot be read or is longer.
pub fn read_limited(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    handle(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {limit} bytes")));
    }
    Ok(bytes)
}

/// The whole of a file as text.
///
/// # Errors
/// When it cannot be read or is no UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
