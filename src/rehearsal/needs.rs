//! What a rehearsal needs of this machine, found out before anything is done.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::cgroup;
use crate::error::{Error, Result};
use crate::shell::Program;

/// Trees of a release, its packages and one whole setup over them.
const DISK_MIB: u64 = 1024;

/// The programs a rehearsal starts, and the Debian packages they come from.
const PROGRAMS: [(&str, &str); 4] = [
    ("systemd-nspawn", "systemd-container"),
    ("mmdebstrap", "mmdebstrap"),
    ("ip", "iproute2"),
    ("nsenter", "util-linux"),
];

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The rights of root.
    Root,
    /// A Debian package that can be installed.
    Package(&'static str),
    /// Room on the disk that holds /var/cache: what is free, in MiB.
    Disk(u64),
    /// overlayfs, of which the kernel knows nothing.
    Overlay,
    /// Unified control groups.
    Cgroups,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => write!(f, "root (run it with sudo)"),
            Self::Package(name) => write!(f, "the package {name}"),
            Self::Disk(free) => write!(f, "{DISK_MIB} MiB of free disk under /var/cache, where {free} MiB are left"),
            Self::Overlay => write!(f, "overlayfs, which this kernel does not have"),
            Self::Cgroups => write!(f, "unified control groups (cgroup v2), which are not mounted"),
        }
    }
}

/// All that is missing; nothing when a rehearsal can start.
#[must_use]
pub fn missing() -> Vec<Missing> {
    let mut missing = Vec::new();
    if !rustix::process::geteuid().is_root() {
        missing.push(Missing::Root);
    }
    missing.extend(PROGRAMS.iter().filter(|(name, _)| !on_path(name)).map(|(_, package)| Missing::Package(package)));
    if let Some(free) = free_mib().filter(|free| *free < DISK_MIB) {
        missing.push(Missing::Disk(free));
    }
    if !has_overlay() {
        missing.push(Missing::Overlay);
    }
    if cgroup::unified().is_none() {
        missing.push(Missing::Cgroups);
    }
    missing
}

/// Refuses with one sentence when something is missing.
///
/// # Errors
/// When something is missing: each thing is named, and what to do about it.
pub fn require() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = missing.iter().map(ToString::to_string).collect();
    let error = Error::not_allowed(format!("a rehearsal is not possible here without {}", words.join(", and ")));
    let packages = packages(&missing);
    Err(if packages.is_empty() { error } else { error.hint(format!("apt-get install {}", packages.join(" "))) })
}

/// The packages among what is missing.
#[must_use]
pub fn packages(missing: &[Missing]) -> Vec<&'static str> {
    let names = missing.iter().filter_map(|one| if let Missing::Package(name) = one { Some(*name) } else { None });
    names.collect()
}

/// Installs the missing packages on this machine. Only to be called when the admin has said yes.
///
/// # Errors
/// When apt cannot install them.
pub fn install(packages: &[&str]) -> Result<()> {
    let apt = || {
        let apt = Program::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
        apt.deadline(Duration::from_secs(900))
    };
    apt().arg("update").success()?;
    apt().args(["install", "--yes", "--no-install-recommends"]).args(packages).success().map(drop)
}

fn on_path(name: &str) -> bool {
    crate::shell::find(Path::new(name)).is_some()
}

/// Free room where the trees go; the nearest directory that exists tells.
fn free_mib() -> Option<u64> {
    let place = Path::new(super::HOME).ancestors().find(|path| path.exists())?;
    let stat = rustix::fs::statvfs(place).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize) >> 20)
}

/// The kernel has overlayfs, or can load it: mounting asks for the module by itself.
fn has_overlay() -> bool {
    let known = fs::read_to_string("/proc/filesystems").is_ok_and(|list| list.contains("\toverlay\n"));
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    known || Path::new("/lib/modules").join(release.trim()).join("kernel/fs/overlayfs").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_what_can_be_installed_is_offered() {
        let missing = [Missing::Root, Missing::Package("mmdebstrap"), Missing::Disk(12)];
        assert_eq!(packages(&missing), ["mmdebstrap"]);
        assert!(missing[2].to_string().contains("12 MiB are left"));
    }
}
