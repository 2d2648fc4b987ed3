//! Trees that are worth keeping: the base of each release, and layers of packages over it.
//!
//! A tree is built under a temporary name, given its final name when it is whole, and pointed to by a small file that
//! also says what it was built from. A changed recipe, an interrupted build or age makes a new one; the old one goes
//! as soon as no host stands on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::FlockOperation;
use rustix::mount::{UnmountFlags, unmount};

use super::mirror;
use super::overlay::{is_mounted_layer, mounts_below};
use super::place::{Lock, gate, make_dir, remove, trees};
use crate::error::{Context, Result};
use crate::facts::Release;
use crate::shell::Program;

/// Package lists older than this are fetched again.
const FRESH: Duration = Duration::from_secs(3 * 24 * 3600);

/// What a small server as hosters hand it out has, beyond the essential packages.
const PACKAGES: &str = "systemd-sysv,dbus,iproute2,ca-certificates,openssh-server,procps,netbase";

/// Raise it whenever a tree would come out different from the same inputs.
const RECIPE: u32 = 1;

/// A tree to keep: its place and what it is built from.
pub(super) struct Kept {
    /// The directory of its release.
    pub(super) dir: PathBuf,
    /// Its name there.
    pub(super) name: String,
    /// Everything that went into it; a different text makes a new tree.
    pub(super) recipe: String,
}

impl Kept {
    /// The tree, built by `build` when there is none that fits.
    ///
    /// One that is only old is still used when a new one cannot be built (no network).
    pub(super) fn ready(&self, build: impl Fn(&Path) -> Result<()>) -> Result<PathBuf> {
        if let Some((path, true)) = self.current() {
            return Ok(path);
        }
        make_dir(&self.dir)?;
        let _building = Lock::wait(&self.dir.join(format!("{}.lock", self.name)), FlockOperation::LockExclusive)?;
        match self.current() {
            Some((path, true)) => Ok(path),
            Some((old, false)) => self.build(&build).or_else(|error| {
                tracing::warn!("the kept tree {} is old and could not be renewed: {error}", old.display());
                Ok(old)
            }),
            None => self.build(&build),
        }
    }

    /// The tree that is pointed to, if it was built from this recipe, and whether it is fresh.
    fn current(&self) -> Option<(PathBuf, bool)> {
        let text = fs::read_to_string(self.pointer()).ok()?;
        let (name, recipe) = text.split_once('\n')?;
        let built = UNIX_EPOCH + Duration::from_secs(name.rsplit_once('@')?.1.split('.').next()?.parse().ok()?);
        let path = self.dir.join(name);
        let fits = recipe == self.recipe && path.is_dir();
        fits.then(|| (path, SystemTime::now().duration_since(built).is_ok_and(|age| age < FRESH)))
    }

    fn pointer(&self) -> PathBuf {
        self.dir.join(format!("{}.current", self.name))
    }

    fn build(&self, build: &impl Fn(&Path) -> Result<()>) -> Result<PathBuf> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let name = format!("{}@{now}.{}", self.name, std::process::id());
        let unfinished = self.dir.join(format!("{}@new", self.name));
        discard(&unfinished)?;
        discard(&mounts_of(&unfinished))?;
        build(&unfinished)?;
        let path = self.dir.join(&name);
        fs::rename(&unfinished, &path).context(|| format!("{} could not be put in place", path.display()))?;
        let pointer = self.dir.join(format!("{}.pointer", self.name));
        fs::write(&pointer, format!("{name}\n{}", self.recipe))
            .and_then(|()| fs::rename(&pointer, self.pointer()))
            .context(|| format!("{} could not be written", self.pointer().display()))?;
        self.remove_old(&name)?;
        Ok(path)
    }

    fn remove_old(&self, current: &str) -> Result<()> {
        let _alone = gate(FlockOperation::LockExclusive)?;
        let entries = fs::read_dir(&self.dir).context(|| format!("{} could not be read", self.dir.display()))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = name.split_once('@').is_some_and(|(stem, _)| stem == self.name);
            if ours && name != current && !is_mounted_layer(&entry.path()) {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }
}

/// Where a layer that is being built has its mounts.
pub(super) fn mounts_of(unfinished: &Path) -> PathBuf {
    let mut name = unfinished.as_os_str().to_owned();
    name.push(".mounts");
    name.into()
}

/// An interrupted build may have left mounts.
fn discard(unfinished: &Path) -> Result<()> {
    for point in mounts_below(unfinished) {
        unmount(&point, UnmountFlags::DETACH).context(|| format!("{} could not be unmounted", point.display()))?;
    }
    remove(unfinished)
}

/// The base tree of a release: a small Debian with its package lists, ready to boot.
pub(super) fn base(release: Release) -> Result<PathBuf> {
    let sources = mirror::sources(release);
    let kept = Kept {
        dir: trees(release),
        name: "base".to_owned(),
        recipe: format!("recipe {RECIPE}\n{PACKAGES}\n{}", sources.join("\n")),
    };
    kept.ready(|dir| bootstrap(release, dir, &sources))
}

fn bootstrap(release: Release, dir: &Path, sources: &[String]) -> Result<()> {
    tracing::info!("building a small Debian {release}");
    Program::new("mmdebstrap")
        .args(["--quiet", "--mode=root", "--variant=minbase", "--skip=cleanup/apt/lists"])
        .arg(format!("--include={PACKAGES}"))
        .arg(release.codename())
        .arg(dir)
        .args(sources)
        .deadline(Duration::from_secs(900))
        .success()
        .map_err(|error| {
            error
                .within(format!("the base tree of Debian {release} could not be built"))
                .hint("mmdebstrap needs a Debian mirror within reach; a proxy is taken from http_proxy")
        })?;
    // mmdebstrap leaves this machine's own name and resolver in the tree.
    for file in ["etc/resolv.conf", "etc/hostname"] {
        let _ = fs::remove_file(dir.join(file));
    }
    make_dir(&dir.join("var/cache/apt/archives/partial"))
}
