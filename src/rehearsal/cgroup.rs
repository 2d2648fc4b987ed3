//! A control group for each host: two systemds in one group would take each other's units for their own, and the
//! group knows every process of a host, however it was started.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{Context, Error, Result};

/// The group of one host.
#[derive(Debug)]
pub(super) struct Group {
    name: String,
    path: PathBuf,
}

impl Group {
    /// Makes the group.
    pub(super) fn create(name: &str) -> Result<Self> {
        let top =
            unified().ok_or_else(|| Error::not_allowed("this machine has no unified control groups (cgroup v2)"))?;
        let path = top.join(name);
        fs::create_dir_all(&path).context(|| format!("the control group {} could not be made", path.display()))?;
        Ok(Self { name: name.to_owned(), path })
    }

    /// Where a process writes its id to join.
    pub(super) fn procs(&self) -> PathBuf {
        self.path.join("cgroup.procs")
    }

    /// Takes the place of a group whose processes were ended: some kernels remember that in the group and end whatever
    /// is started right into it later (`CLONE_INTO_CGROUP`, as systemd 257 starts its units).
    pub(super) fn renew(&self) -> Result<()> {
        let started = Instant::now();
        while is_populated(&self.name) && started.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
        remove(&self.name);
        fs::create_dir_all(&self.path)
            .context(|| format!("the control group {} could not be made", self.path.display()))
    }

    /// Ends every process in the group at once.
    pub(super) fn kill(&self) {
        kill(&self.name);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        remove(&self.name);
    }
}

/// Ends every process in the group of this name.
pub(super) fn kill(name: &str) {
    if let Some(top) = unified() {
        let _ = fs::write(top.join(name).join("cgroup.kill"), "1");
    }
}

/// The groups whose names start with `prefix`.
pub(super) fn named(prefix: &str) -> Vec<String> {
    let entries = unified().and_then(|top| fs::read_dir(top).ok()).into_iter().flatten().flatten();
    entries.map(|e| e.file_name().to_string_lossy().into_owned()).filter(|name| name.starts_with(prefix)).collect()
}

/// Whether any process is left in the group of this name.
pub(super) fn is_populated(name: &str) -> bool {
    let events = unified().and_then(|top| fs::read_to_string(top.join(name).join("cgroup.events")).ok());
    events.is_some_and(|text| text.lines().any(|line| line == "populated 1"))
}

/// Removes the empty group of this name, also from the older hierarchy in which systemd-nspawn mirrors it.
pub(super) fn remove(name: &str) {
    let older = mounts().into_iter().filter(|(kind, _)| kind == "cgroup").map(|(_, point)| point);
    for top in unified().into_iter().chain(older) {
        remove_empty(&top.join(name));
    }
}

/// A group's directory can only be removed once it has no groups below; its files go with it.
fn remove_empty(path: &Path) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty(&entry.path());
        }
    }
    let _ = fs::remove_dir(path);
}

/// Where the unified hierarchy is mounted, if it is.
pub(super) fn unified() -> Option<PathBuf> {
    mounts().into_iter().find(|(kind, _)| kind == "cgroup2").map(|(_, point)| point)
}

/// The mounted hierarchies: file system type and mount point.
fn mounts() -> Vec<(String, PathBuf)> {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let fields = table.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        Some((after.split(' ').next()?.to_owned(), PathBuf::from(before.split(' ').nth(4)?)))
    });
    fields.filter(|(kind, _)| kind == "cgroup" || kind == "cgroup2").collect()
}
