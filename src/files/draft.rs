//! Drafts: what is written lands beside its place first, under a name that nobody can guess.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rand::RngExt;
use rustix::fs::{AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, flock, fstat, openat, statat, unlinkat};

use super::open;

/// How the name of each draft begins; 32 hexadecimal digits follow.
pub const DRAFT: &str = ".mailwright-";
/// How often a name is drawn: two draws of 128 bits are never the same by chance.
const DRAWS: usize = 4;

/// A draft in the making. It goes when it is dropped, unless it took its place.
pub(super) struct Draft<'a> {
    dir: &'a OwnedFd,
    name: OsString,
    pub(super) file: File,
    kept: bool,
}

impl<'a> Draft<'a> {
    /// An empty file of this process's user alone. Its lock says that somebody is at work on it.
    pub(super) fn new(dir: &'a OwnedFd) -> io::Result<Self> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..DRAWS {
            let name = OsString::from(format!("{DRAFT}{:032x}", rand::rng().random::<u128>()));
            match openat(dir, &name, flags, Mode::RUSR | Mode::WUSR) {
                Ok(file) => {
                    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
                    return Ok(Self { dir, name, file: file.into(), kept: false });
                }
                Err(error) => last = error.into(),
            }
        }
        Err(last)
    }

    /// Its name in the directory.
    pub(super) fn name(&self) -> &OsStr {
        &self.name
    }

    /// Lets it take the place of `name` in the same directory. Somebody who can write there could have put another file
    /// under its name: then nothing takes the place.
    pub(super) fn take_place(mut self, name: &OsStr) -> io::Result<()> {
        let (own, there) = (fstat(&self.file)?, statat(self.dir, &self.name, AtFlags::SYMLINK_NOFOLLOW)?);
        if (own.st_dev, own.st_ino) != (there.st_dev, there.st_ino) {
            return Err(io::Error::other("another file was put in the place of what was being written"));
        }
        rustix::fs::renameat(self.dir, &self.name, self.dir, name)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.kept {
            let _ = unlinkat(self.dir, &self.name, AtFlags::empty());
        }
    }
}

fn is_draft(name: &OsStr) -> bool {
    let random = |rest: &str| rest.len() == 32 && rest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    name.to_str().and_then(|name| name.strip_prefix(DRAFT)).is_some_and(random)
}

/// Removes drafts that a killed run left in a directory: regular files with a draft's name and no other, on which nobody
/// is at work. Only the name goes, so that one which somebody else put there does no harm.
pub fn sweep(directory: &Path) {
    let swept = || -> io::Result<()> {
        let dir = open::directory(directory)?;
        for entry in Dir::read_from(&dir)?.flatten() {
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if is_draft(name) && is_left(&dir, name) {
                unlinkat(&dir, name, AtFlags::empty())?;
            }
        }
        Ok(())
    };
    if let Err(error) = swept()
        && !super::is_absent(&error)
    {
        tracing::warn!(directory = %directory.display(), %error, "drafts of an earlier run were not looked for");
    }
}

fn is_left(dir: &OwnedFd, name: &OsStr) -> bool {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let Ok(file) = openat(dir, name, flags, Mode::empty()) else { return false };
    let alone = fstat(&file)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile && stat.st_nlink == 1);
    alone && flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
}
