//! Handles that no link leads to.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, openat, openat2, statat};
use rustix::io::Errno;

use super::Refused;

/// No path has more links on its way that are root's own (`path_resolution(7)` has the same).
const LINKS: usize = 40;

#[cfg(test)]
thread_local! {
    /// Whether this thread does as on a kernel without openat2(2).
    pub(super) static WALKS: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether the kernel is asked to open a whole path.
fn asks_the_kernel() -> bool {
    #[cfg(test)]
    return !WALKS.get();
    #[cfg(not(test))]
    true
}

/// The parts of a path from `/`.
fn parts(path: &Path) -> io::Result<Vec<&OsStr>> {
    let refused = || io::Error::from(Refused::Form(path.to_owned()));
    let mut parts = Vec::new();
    for (at, part) in path.components().enumerate() {
        match part {
            Component::RootDir if at == 0 => {}
            Component::Normal(name) if at > 0 => parts.push(name),
            _ => return Err(refused()),
        }
    }
    if path.has_root() { Ok(parts) } else { Err(refused()) }
}

fn root() -> io::Result<OwnedFd> {
    Ok(openat(CWD, "/", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Opens what stands at a path. A link at its end is not followed either: it is an error, or with `O_PATH` the handle of
/// the link itself.
pub(super) fn open(path: &Path, flags: OFlags, mode: u32) -> io::Result<OwnedFd> {
    let parts = parts(path)?;
    let (flags, mode) = (flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::from_raw_mode(mode));
    let Some((name, way)) = parts.split_last() else {
        return Ok(openat(CWD, "/", flags, mode)?);
    };
    if asks_the_kernel() {
        let within: PathBuf = parts.iter().collect();
        let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS | ResolveFlags::BENEATH;
        // With O_PATH the handle of a link at the end is asked for through the handle of its directory.
        let opened = if flags.contains(OFlags::PATH) {
            let dir: PathBuf = way.iter().collect();
            let dir = if way.is_empty() { root() } else { asked(&dir, resolve) };
            dir.and_then(|dir| Ok(openat(dir, *name, flags, mode)?))
        } else {
            root().and_then(|root| Ok(openat2(root, &within, flags, mode, resolve)?))
        };
        match opened {
            // Older kernels have it not, and some containers forbid it.
            Err(error) if matches!(Errno::from_io_error(&error), Some(Errno::NOSYS | Errno::PERM)) => {}
            other => return other.map_err(|error| named(path, error)),
        }
    }
    let dir = walk(way).map_err(|error| named(path, error))?;
    openat(dir, *name, flags, mode).map_err(|error| named(path, error.into()))
}

fn asked(dir: &Path, resolve: ResolveFlags) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(openat2(root()?, dir, flags, Mode::empty(), resolve)?)
}

/// Component by component: what is opened at each step is the directory itself, whatever becomes of its name.
fn walk(way: &[&OsStr]) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut dir = root()?;
    for name in way {
        dir = openat(&dir, *name, flags, Mode::empty()).map_err(|error| link_or(&dir, name, error))?;
    }
    Ok(dir)
}

/// A link is no directory (`ENOTDIR`); it is told apart.
fn link_or(dir: impl AsFd, name: &OsStr, error: Errno) -> Errno {
    let stat = statat(dir, name, AtFlags::SYMLINK_NOFOLLOW);
    let link = stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink);
    if link { Errno::LOOP } else { error }
}

/// A loop is a link that was not followed: the sentence names it.
fn named(path: &Path, error: io::Error) -> io::Error {
    let maybe = matches!(Errno::from_io_error(&error), Some(Errno::LOOP | Errno::NOTDIR));
    let link = if maybe { first_link(path) } else { None };
    link.map_or(error, Into::into)
}

/// The refusal of a path that ends on a link.
pub(super) fn link_at(path: &Path) -> io::Error {
    first_link(path).unwrap_or_else(|| Refused::Irregular(path.to_owned())).into()
}

fn first_link(path: &Path) -> Option<Refused> {
    let mut ways: Vec<&Path> = path.ancestors().collect();
    ways.reverse();
    let target = |way: &&Path| Some(Refused::Link { path: (*way).to_owned(), target: fs::read_link(way).ok()? });
    ways.iter().find_map(target)
}

/// The handle of the directory that a path lies in, and the name in it.
pub(super) fn parent(path: &Path) -> io::Result<(OwnedFd, &OsStr)> {
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(Refused::Form(path.to_owned()).into());
    };
    Ok((directory(dir)?, name))
}

/// The handle of a directory.
pub(super) fn directory(path: &Path) -> io::Result<OwnedFd> {
    open(path, OFlags::RDONLY | OFlags::DIRECTORY, 0)
}

/// Whether nobody but root can put anything into this directory, or take something out of it.
pub(super) fn is_roots_alone(dir: &OwnedFd) -> io::Result<bool> {
    let stat = rustix::fs::fstat(dir)?;
    let own = stat.st_uid == 0 || stat.st_uid == rustix::process::geteuid().as_raw();
    Ok(own && stat.st_mode & 0o022 == 0)
}

/// Where a path leads that an admin wrote: links are followed as long as they are root's, in directories in which nobody
/// else can put one. Any other link stays in the path, and whoever opens it is refused.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    let mut done = PathBuf::from("/");
    let mut left: Vec<PathBuf> = path.components().rev().map(|part| Path::new(part.as_os_str()).to_owned()).collect();
    let mut links = 0;
    while let Some(part) = left.pop() {
        if part == Path::new("..") {
            done.pop();
            continue;
        }
        let next = done.join(&part);
        match fs::symlink_metadata(&next) {
            Ok(meta) if meta.is_symlink() && links < LINKS && trusted(&done, &meta) => {
                links += 1;
                let target = fs::read_link(&next).unwrap_or_default();
                left.extend(target.components().rev().map(|part| Path::new(part.as_os_str()).to_owned()));
            }
            _ => done = next,
        }
    }
    done
}

fn trusted(dir: &Path, link: &fs::Metadata) -> bool {
    let alone = directory(dir).and_then(|dir| is_roots_alone(&dir)).unwrap_or(false);
    alone && (link.uid() == 0 || link.uid() == rustix::process::geteuid().as_raw())
}

/// A file as std knows it.
pub(super) fn file(path: &Path, flags: OFlags, mode: u32) -> io::Result<File> {
    open(path, flags, mode).map(File::from)
}
