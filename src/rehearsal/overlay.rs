//! Layers of a host's tree: read-only ones below, one above that takes every change.

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

use super::drive;
use super::place::{make_dir, remove};
use crate::error::{Context, Error, Result};
use crate::shell::Program;

/// Where the changes to a host's tree go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Disk {
    /// To this machine's disk. Nothing waits for it: the changes are thrown away with the lab.
    #[default]
    Ours,
    /// To memory, of which they take so many MiB at the most.
    Memory(u64),
    /// To a disk of their own of so many MiB, on which what a program syncs is written before it goes on, and on which a
    /// power cut loses what was not.
    Drive(u64),
}

/// An overlay mount in a directory of its own: `disk` (the changes, and the kernel's work) and `root` (all together).
#[derive(Debug)]
pub(super) struct Overlay {
    dir: PathBuf,
    lower: Vec<u8>,
    disk: Disk,
    mounted: Vec<PathBuf>,
}

impl Overlay {
    /// Mounts `lower` (topmost first) under `dir`; the changes go to the disk.
    pub(super) fn mount(dir: &Path, lower: &[&Path], disk: Disk) -> Result<Self> {
        let lower = lower.iter().map(|path| path.as_os_str().as_bytes()).collect::<Vec<_>>().join(&b':');
        let mut overlay = Self { dir: dir.to_owned(), lower, disk, mounted: Vec::new() };
        let place = disk_of(dir);
        make_dir(&place)?;
        match disk {
            Disk::Ours => {}
            Disk::Memory(mib) => overlay.add("tmpfs", place, format!("size={mib}m,mode=755").into_bytes())?,
            Disk::Drive(mib) => {
                drive::make(&overlay.image(), mib)?;
                overlay.attach()?;
            }
        }
        make_dir(&overlay.upper())?;
        overlay.lay()?;
        Ok(overlay)
    }

    /// Lays the changes over the layers below.
    fn lay(&mut self) -> Result<()> {
        let work = disk_of(&self.dir).join("work");
        // It remembers that nothing waited for the disk, and would not be used again.
        remove(&work)?;
        for part in [&work, &self.root()] {
            make_dir(part)?;
        }
        let mut data = b"lowerdir=".to_vec();
        data.extend(&self.lower);
        data.extend(b",upperdir=");
        data.extend(self.upper().as_os_str().as_bytes());
        data.extend(b",workdir=");
        data.extend(work.as_os_str().as_bytes());
        if !matches!(self.disk, Disk::Drive(_)) {
            data.extend(b",volatile");
        }
        self.add("overlay", self.root(), data)
    }

    /// Copies the changes to a directory that is not there yet. Nothing may be at work in the tree.
    pub(super) fn save(&self, to: &Path) -> Result<()> {
        copy(&self.upper(), to)
    }

    /// Puts saved changes in the place of those that were made.
    pub(super) fn restore(&mut self, from: &Path) -> Result<()> {
        let root = self.root();
        if self.mounted.pop_if(|point| *point == root).is_some() {
            unmount(&root, UnmountFlags::DETACH).context(|| format!("{} could not be unmounted", root.display()))?;
        }
        remove(&self.upper())?;
        copy(from, &self.upper())?;
        if matches!(self.disk, Disk::Drive(_)) {
            // What a host begins with is not lost in a power cut.
            drive::sync(&self.upper())?;
        }
        self.lay()
    }

    /// Stops the disk where it is, as a power cut does, when it is a drive.
    pub(super) fn stop(&self) {
        if matches!(self.disk, Disk::Drive(_))
            && let Err(error) = drive::stop(&disk_of(&self.dir))
        {
            tracing::warn!("{error}");
        }
    }

    /// Goes on with what a stopped drive has kept.
    pub(super) fn go_on(&mut self) -> Result<()> {
        if !matches!(self.disk, Disk::Drive(_)) {
            return Ok(());
        }
        self.unmount()?;
        // The stopped one may be in use for a moment yet: its loop device is not to be met again.
        drive::renew(&self.image())?;
        self.attach()?;
        self.lay()
    }

    /// The file that a drive is made of.
    fn image(&self) -> PathBuf {
        self.dir.join("drive")
    }

    fn attach(&mut self) -> Result<()> {
        let place = disk_of(&self.dir);
        drive::attach(&self.image(), &place)?;
        self.mounted.push(place);
        Ok(())
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

/// Copies a tree with all that an overlay notes in it: devices for what was removed, and extended attributes.
fn copy(from: &Path, to: &Path) -> Result<()> {
    Program::new("cp")
        .args(["--archive", "--reflink=auto", "--no-target-directory", "--"])
        .arg(from)
        .arg(to)
        .success()
        .map(drop)
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
