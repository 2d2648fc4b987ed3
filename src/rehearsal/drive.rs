//! A disk of a host's own: a file system in a file, on a loop device.

use std::path::Path;

use rustix::fs::ftruncate;

use crate::error::{Context, Result};
use crate::shell::Program;

/// Whether this machine can make one: it has loop devices and mkfs(8) for ext4.
pub(super) fn is_possible() -> bool {
    let mkfs = ["/sbin", "/usr/sbin"].iter().any(|dir| Path::new(dir).join("mkfs.ext4").exists());
    mkfs && Path::new("/dev/loop-control").exists()
}

/// Makes an empty one of this size, in MiB.
pub(super) fn make(image: &Path, mib: u64) -> Result<()> {
    let failed = || format!("{} could not be made", image.display());
    let file = std::fs::File::create_new(image).context(failed)?;
    ftruncate(&file, mib << 20).context(failed)?;
    Program::new("mkfs.ext4").args(["-q", "-F", "-m", "0"]).arg(image).success().map(drop)
}

/// Attaches it to a directory; it is detached when that is unmounted.
pub(super) fn attach(image: &Path, place: &Path) -> Result<()> {
    Program::new("mount").args(["-o", "loop"]).arg(image).arg(place).success().map(drop)
}

/// Puts a copy in its place.
pub(super) fn renew(image: &Path) -> Result<()> {
    let copy = image.with_extension("new");
    Program::new("cp").args(["--sparse=always", "--reflink=auto", "--"]).arg(image).arg(&copy).success()?;
    std::fs::rename(&copy, image).context(|| format!("{} could not be renewed", image.display()))
}

/// Writes all that waits to be written to the one that holds this directory.
pub(super) fn sync(dir: &Path) -> Result<()> {
    let synced = std::fs::File::open(dir).and_then(|dir| Ok(rustix::fs::syncfs(&dir)?));
    synced.context(|| format!("{} could not be brought to disk", dir.display()))
}

/// Lets nothing more get to it, and loses all that was not written yet (ext4's `EXT4_IOC_SHUTDOWN` with
/// `EXT4_GOING_FLAGS_NOLOGFLUSH`, as the tests of Linux's file systems cut the power).
pub(super) fn stop(place: &Path) -> Result<()> {
    let call = r#"open(my $dir, "<", shift) or die "$!\n"; my $how = pack("L", 2); ioctl($dir, 0x8004587d, $how) or die "$!\n""#;
    Program::new("perl").args(["-e", call]).arg(place).success().map(drop)
}
