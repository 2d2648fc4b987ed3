//! The one room that opens, makes, writes, gives away, renames and removes files of the machine as root.
//!
//! Each path is opened from `/` by a handle that follows no link, neither on the way nor at its end (openat2(2),
//! `RESOLVE_NO_SYMLINKS`; where the kernel has none, component by component with `O_NOFOLLOW`). Owner and mode are set
//! on the handle, never on a name. What is written lands beside its place under a name that nobody can guess, and is
//! renamed within the handle of its directory.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

mod directory;
mod draft;
mod open;
mod read;
mod remove;
mod write;

pub use directory::{create_all, give, link, list, make_directory, roots_alone, roots_way};
pub use draft::{DRAFT, sweep};
pub use open::real;
pub use read::{Look, exists, handle, handle_of_key, look, look_at, read, read_limited, read_text, target};
pub use remove::{remove, remove_directory, remove_file, remove_tree};
pub use write::{
    append, create, create_new, open_or_create, overwrite, rename, set_on, set_times, write, write_checked, write_there,
};

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

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A socket, a pipe or a device.
    Other,
}

/// Why a path is left alone, though the system would let root go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// A link stands there, or on the way.
    Link {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// The file has other names, in places that are not known here.
    Names {
        /// The file.
        path: PathBuf,
        /// How many names it has.
        count: u64,
    },
    /// Neither a file nor a directory.
    Irregular(PathBuf),
    /// A path with `..` in it, or one that does not begin at `/`.
    Form(PathBuf),
    /// A directory in which others than root can put what they like.
    Shared(PathBuf),
}

impl Refused {
    /// What the admin can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Link { path, .. } => format!(
                "root writes through no link: put what it leads to at {0} itself (a directory on another disk can be \
                 mounted there, `mount --bind`), then try again; a link that you did not make deserves a second look",
                path.display()
            ),
            Self::Names { path, .. } => format!(
                "see who made them (`find / -xdev -samefile {0}`), put a copy of its own at {0}, then try again",
                path.display()
            ),
            Self::Irregular(path) => format!("move {} away, then try again", path.display()),
            Self::Form(_) => "give the whole path, from /".to_owned(),
            Self::Shared(path) => {
                format!("make it root's alone (`chown root {0}; chmod go-w {0}`), then try again", path.display())
            }
        }
    }

    /// The refusal within an error of the system, when it is one.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link { path, target } => write!(f, "{} is a link to {}", path.display(), target.display()),
            Self::Names { path, count } => write!(f, "{} is one file under {count} names", path.display()),
            Self::Irregular(path) => write!(f, "{} is neither a file nor a directory", path.display()),
            Self::Form(path) => write!(f, "{} is no plain path from /", path.display()),
            Self::Shared(path) => write!(f, "others than root can write in {}", path.display()),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        Self::new(io::ErrorKind::InvalidInput, refused)
    }
}

/// Whether nothing is there: no such name, or something else than a directory on the way.
#[must_use]
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Refuses a path at which, or on the way to which, a link stands. What is missing is no link.
///
/// # Errors
/// [`Refused::Link`], or what the system says.
pub fn refuse_links(path: &Path) -> io::Result<()> {
    match read::look(path).map(|found| found.map(|look| look.kind)) {
        Ok(Some(Kind::Link)) => Err(open::link_at(path)),
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod races;
#[cfg(test)]
mod tests;
