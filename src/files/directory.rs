//! Directories and links: made, given to their owner, listed.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, mkdirat, statat, symlinkat};
use rustix::io::Errno;

use super::{Access, Kind, Refused, open, write};

/// Whether nobody but root can put anything into this directory, or take something out of it.
///
/// # Errors
/// When it cannot be opened.
pub fn roots_alone(directory: &Path) -> io::Result<bool> {
    open::is_roots_alone(&open::directory(directory)?)
}

/// Refuses a directory that others than root own or can write, or could put another one in the place of: each directory on
/// its way is root's, and closed to others or sticky (as /tmp is). What is missing is no danger.
///
/// # Errors
/// When a link is on the way, or the first directory that is not root's.
pub fn roots_way(path: &Path) -> io::Result<()> {
    let mut ways: Vec<&Path> = path.ancestors().collect();
    ways.reverse();
    for way in ways {
        let Some(look) = super::look(way)? else { return Ok(()) };
        match look.kind {
            Kind::Directory => {}
            Kind::Link => return Err(open::link_at(way)),
            Kind::File | Kind::Other => return Err(Refused::Irregular(way.to_owned()).into()),
        }
        let Access { mode, uid, .. } = look.access;
        let sticky = way != path && mode & 0o1000 != 0;
        if uid != 0 || (mode & 0o022 != 0 && !sticky) {
            return Err(Refused::Shared(way.to_owned()).into());
        }
    }
    Ok(())
}

/// Makes a directory with this owner and mode, or gives an existing one both. One that exists in a place where others than
/// root can put what they like must have this owner already: nothing is given away that they put there.
///
/// # Errors
/// When a link stands there or on the way, or it cannot be made.
pub fn make_directory(path: &Path, access: Access) -> io::Result<()> {
    let (dir, name) = open::parent(path)?;
    // Until owner and mode are set nobody else gets in.
    let made = match mkdirat(&dir, name, Mode::RWXU) {
        Ok(()) => true,
        Err(Errno::EXIST) => false,
        Err(error) => return Err(error.into()),
    };
    let directory = File::from(open::directory(path)?);
    let look = super::look_at(&directory)?;
    let changes = (look.access.uid, look.access.gid) != (access.uid, access.gid);
    if !made && changes && !open::is_roots_alone(&dir)? {
        return Err(Refused::Shared(path.parent().unwrap_or(path).to_owned()).into());
    }
    write::set(&directory, access)
}

/// Makes a directory of this mode with all that is missing above it.
///
/// # Errors
/// When a link is on the way, or one cannot be made.
pub fn create_all(path: &Path, mode: u32) -> io::Result<()> {
    let mut ways: Vec<&Path> = path.ancestors().collect();
    ways.reverse();
    for way in ways.into_iter().filter(|way| way.file_name().is_some()) {
        match super::look(way)?.map(|look| look.kind) {
            Some(Kind::Directory) => {}
            Some(Kind::Link) => return Err(open::link_at(way)),
            Some(_) => return Err(Refused::Irregular(way.to_owned()).into()),
            None => {
                let (dir, name) = open::parent(way)?;
                match mkdirat(&dir, name, Mode::from_raw_mode(mode)) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(error.into()),
                }
                // Whatever the umask is.
                let fresh = File::from(open::directory(way)?);
                let access = super::look_at(&fresh)?.access;
                write::set(&fresh, Access { mode, ..access })?;
            }
        }
    }
    Ok(())
}

/// Gives what stands at a path to its owner, with this mode: a file or a directory, on its handle. A link gets its owner
/// alone, as it has no mode. In a place where others than root can put what they like, a file must have one name.
///
/// # Errors
/// When a link is on the way, or the system refuses.
pub fn give(path: &Path, access: Access) -> io::Result<()> {
    match super::look(path)?.map(|look| look.kind) {
        None => Err(io::ErrorKind::NotFound.into()),
        Some(Kind::File) => write::set(&super::handle(path)?, access),
        Some(Kind::Directory) => write::set(&File::from(open::directory(path)?), access),
        Some(Kind::Link) => {
            let (dir, name) = open::parent(path)?;
            let (uid, gid) = (rustix::fs::Uid::from_raw(access.uid), rustix::fs::Gid::from_raw(access.gid));
            Ok(rustix::fs::chownat(dir, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)?)
        }
        // Sockets, pipes and devices cannot be opened without an effect.
        Some(Kind::Other) => Err(Refused::Irregular(path.to_owned()).into()),
    }
}

/// Makes a link that leads to `target`.
///
/// # Errors
/// When something stands there already, or a link is on the way.
pub fn link(target: &Path, path: &Path) -> io::Result<()> {
    let (dir, name) = open::parent(path)?;
    Ok(symlinkat(target, dir, name)?)
}

/// The names in a directory and what they are, sorted.
///
/// # Errors
/// When it is a link, a link is on the way, or it cannot be read.
pub fn list(directory: &Path) -> io::Result<Vec<(OsString, Kind)>> {
    let dir = open::open(directory, OFlags::RDONLY | OFlags::DIRECTORY, 0)?;
    let mut found = Vec::new();
    for entry in Dir::read_from(&dir)? {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name == "." || name == ".." {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::Unknown => statat(&dir, name, AtFlags::SYMLINK_NOFOLLOW)
                .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode)),
            known => known,
        };
        found.push((name.to_owned(), kind_of(kind)));
    }
    found.sort();
    Ok(found)
}

const fn kind_of(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Directory,
        FileType::Symlink => Kind::Link,
        _ => Kind::Other,
    }
}
