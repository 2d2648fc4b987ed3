//! Layers of a host's tree: read-only ones below, one above that takes every change.

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

use super::place::make_dir;
use crate::error::{Context, Error, Result};

/// An overlay mount in a directory of its own: `disk` (the changes, and the kernel's work) and `root` (all together).
#[derive(Debug)]
pub(super) struct Overlay {
    dir: PathBuf,
    mounted: Vec<PathBuf>,
}

impl Overlay {
    /// Mounts `lower` (topmost first) under `dir`; with a size, the changes go to memory and cannot outgrow it.
    ///
    /// `volatile`: the changes are thrown away with the lab, so nothing waits for the disk.
    pub(super) fn mount(dir: &Path, lower: &[&Path], disk_mib: Option<u64>) -> Result<Self> {
        let mut overlay = Self { dir: dir.to_owned(), mounted: Vec::new() };
        let disk = disk_of(dir);
        make_dir(&disk)?;
        if let Some(mib) = disk_mib {
            overlay.add("tmpfs", disk.clone(), format!("size={mib}m,mode=755").into_bytes())?;
        }
        for part in [overlay.upper(), disk.join("work"), overlay.root()] {
            make_dir(&part)?;
        }
        let mut data = b"lowerdir=".to_vec();
        data.extend(lower.iter().map(|path| path.as_os_str().as_bytes()).collect::<Vec<_>>().join(&b':'));
        data.extend(b",upperdir=");
        data.extend(overlay.upper().as_os_str().as_bytes());
        data.extend(b",workdir=");
        data.extend(disk.join("work").as_os_str().as_bytes());
        data.extend(b",volatile");
        overlay.add("overlay", overlay.root(), data)?;
        Ok(overlay)
    }

    fn add(&mut self, kind: &str, point: PathBuf, data: Vec<u8>) -> Result<()> {
        let data = CString::new(data).context(|| "a path holds a zero byte".to_owned())?;
        mount(kind, &point, kind, MountFlags::empty(), data.as_c_str()).map_err(|cause| {
            Error::failed(format!("{} could not be mounted", point.display()))
                .caused_by(cause)
                .hint("a rehearsal needs overlayfs on the disk that holds /var/cache")
        })?;
        self.mounted.push(point);
        Ok(())
    }

    /// The tree as the host sees it.
    pub(super) fn root(&self) -> PathBuf {
        self.dir.join("root")
    }

    /// All that differs from the layers below.
    pub(super) fn upper(&self) -> PathBuf {
        upper_of(&self.dir)
    }

    /// Unmounts and keeps the changes.
    pub(super) fn unmount(&mut self) -> Result<()> {
        while let Some(point) = self.mounted.pop() {
            unmount(&point, UnmountFlags::DETACH).context(|| format!("{} could not be unmounted", point.display()))?;
        }
        Ok(())
    }
}

/// Where the changes of a mount under `dir` go.
pub(super) fn upper_of(dir: &Path) -> PathBuf {
    disk_of(dir).join("upper")
}

fn disk_of(dir: &Path) -> PathBuf {
    dir.join("disk")
}

impl Drop for Overlay {
    fn drop(&mut self) {
        if let Err(error) = self.unmount() {
            tracing::warn!("{error}");
        }
    }
}

/// The mount points at or below a path, the last mounted first.
pub(super) fn mounts_below(path: &Path) -> Vec<PathBuf> {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let points = table.lines().filter_map(|line| line.split(' ').nth(4)).map(PathBuf::from);
    let mut found: Vec<PathBuf> = points.filter(|point| point.starts_with(path)).collect();
    found.reverse();
    found
}

/// Whether some overlay mount stands on this layer.
pub(super) fn is_mounted_layer(layer: &Path) -> bool {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let layer = layer.to_string_lossy();
    table.lines().filter_map(|line| line.rsplit_once("lowerdir=")).any(|(_, options)| {
        options.split(',').next().unwrap_or_default().split(':').any(|lower| lower == layer.as_ref())
    })
}
