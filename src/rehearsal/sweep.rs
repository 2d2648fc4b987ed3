//! Clears away labs whose maker has died. Only what carries a lab's own name is touched.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::FlockOperation;
use rustix::mount::{UnmountFlags, unmount};

use super::place::{Lock, alive_file, gate, labs, remove};
use super::{cgroup, network, overlay};
use crate::error::{Context, Result};

/// Removes labs that nobody runs any more; gives their names.
///
/// # Errors
/// When one of them cannot be removed.
pub fn sweep() -> Result<Vec<String>> {
    let _alone = gate(FlockOperation::LockExclusive)?;
    let mut gone = Vec::new();
    for entry in fs::read_dir(labs()).into_iter().flatten().flatten() {
        let lab = entry.path();
        let id = entry.file_name().to_string_lossy().into_owned();
        if let Some(_maker_is_gone) = Lock::attempt(&alive_file(&lab))? {
            remove_lab(&id, &lab)?;
            gone.push(id);
        }
    }
    Ok(gone)
}

fn remove_lab(id: &str, dir: &Path) -> Result<()> {
    let prefix = format!("mailwright-{id}-");
    let groups = cgroup::named(&prefix);
    for group in &groups {
        cgroup::kill(group);
    }
    let started = Instant::now();
    while groups.iter().any(|group| cgroup::is_populated(group)) && started.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    for group in &groups {
        cgroup::remove(group);
    }
    for netns in network::named(&prefix) {
        network::delete(&netns);
    }
    for point in overlay::mounts_below(dir) {
        unmount(&point, UnmountFlags::DETACH).context(|| format!("{} could not be unmounted", point.display()))?;
    }
    remove(dir)
}
