//! Where the rehearsal keeps its things, and the locks that let several labs stand side by side.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{FlockOperation, flock};

use crate::error::{Context, Result};
use crate::facts::Release;

/// The one directory of the rehearsal: trees to keep, and one directory for each lab that stands.
pub const HOME: &str = "/var/cache/mailwright/rehearsal";

/// Where the trees of one release are kept.
pub(super) fn trees(release: Release) -> PathBuf {
    Path::new(HOME).join(release.codename())
}

/// Where the labs that stand have their directories.
pub(super) fn labs() -> PathBuf {
    Path::new(HOME).join("run")
}

/// Creates a directory with its parents, for root to write and all to read (apt's own user reads the trees).
pub(super) fn make_dir(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(path)
        .and_then(|()| fs::set_permissions(path, Permissions::from_mode(0o755)))
        .context(|| format!("the directory {} could not be made", path.display()))
}

/// Removes a tree; one that is not there is fine.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
            Err(cause).context(|| format!("{} could not be removed", path.display()))
        }
        _ => Ok(()),
    }
}

/// A file lock; the kernel lets go of it when its holder ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until nobody else holds the lock in a way that excludes this one.
    pub(super) fn wait(path: &Path, operation: FlockOperation) -> Result<Self> {
        let file = Self::open(path)?;
        flock(&file, operation).context(|| format!("the lock {} could not be taken", path.display()))?;
        Ok(Self { _file: file })
    }

    /// Takes the lock alone, or gives `None` at once when somebody holds it.
    pub(super) fn attempt(path: &Path) -> Result<Option<Self>> {
        let file = Self::open(path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(cause) => Err(cause).context(|| format!("the lock {} could not be tried", path.display())),
        }
    }

    fn open(path: &Path) -> Result<File> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .context(|| format!("the lock file {} could not be opened", path.display()))
    }
}

/// The directory of one lab, and the lock that says its maker is alive.
#[derive(Debug)]
pub(super) struct LabDir {
    /// Unique among all labs that stand: the maker's process id and a count.
    pub(super) id: String,
    /// The directory itself.
    pub(super) path: PathBuf,
    _alive: Lock,
}

impl LabDir {
    /// Makes the directory of a new lab.
    pub(super) fn create() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let _gate = gate(FlockOperation::LockExclusive)?;
        make_dir(&labs())?;
        let id = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = labs().join(&id);
        make_dir(&path)?;
        let alive = Lock::wait(&alive_file(&path), FlockOperation::LockExclusive)?;
        Ok(Self { id, path, _alive: alive })
    }
}

/// The lock file that the maker of the lab in this directory holds.
pub(super) fn alive_file(lab: &Path) -> PathBuf {
    lab.join("alive")
}

/// The gate before the labs: held alone while a lab's directory appears or old trees go, shared while trees are
/// being mounted.
pub(super) fn gate(operation: FlockOperation) -> Result<Lock> {
    // Under a strict umask each level has to be opened up by itself.
    Path::new(HOME).parent().map_or(Ok(()), make_dir)?;
    make_dir(Path::new(HOME))?;
    Lock::wait(&Path::new(HOME).join("gate"), operation)
}
