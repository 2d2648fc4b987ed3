//! Layers of packages over a base tree: downloaded only (for the host under rehearsal, which installs them itself
//! without a way out), or installed (for the far mail host).

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::cgroup::Group;
use super::nspawn::nspawn;
use super::overlay::{Disk, Overlay, upper_of};
use super::place::{make_dir, remove, trees};
use super::tree::Kept;
use crate::error::{Context, Result};
use crate::facts::Release;
use crate::shell::Program;

/// Where apt keeps what it downloaded.
const ARCHIVES: &str = "var/cache/apt/archives";

/// What a layer is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// The packages' archives, ready in apt's cache.
    Archives,
    /// The packages themselves, unpacked and configured, not started.
    Installed,
}

/// A layer over `base` with these packages and all they need. Those of a further set need not go with the others.
pub(super) fn layer(release: Release, base: &Path, sets: &[Vec<String>], hold: Hold) -> Result<PathBuf> {
    let sorted = |set: &Vec<String>| {
        let mut names = set.clone();
        names.sort();
        names.dedup();
        names
    };
    let sets: Vec<Vec<String>> = sets.iter().map(sorted).filter(|set| !set.is_empty()).collect();
    let words = sets.iter().map(|set| set.join(" ")).collect::<Vec<_>>().join("\n");
    let recipe = format!("over {}\n{hold:?}\n{words}", base.display());
    let key = Sha256::digest(format!("{hold:?} {words}"))
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat();
    let kept = Kept { dir: trees(release), name: format!("packages-{key}"), recipe };
    kept.ready(|dir| build(release, base, &sets, hold, dir))
}

fn build(release: Release, base: &Path, sets: &[Vec<String>], hold: Hold, dir: &Path) -> Result<()> {
    let count: usize = sets.iter().map(Vec::len).sum();
    tracing::info!("downloading {count} packages of Debian {release} and what they need");
    let pool = trees(release).join("debs");
    let mounts = super::tree::mounts_of(dir);
    let upper = upper_of(&mounts);
    let archives = upper.join(ARCHIVES);
    for part in Path::new(ARCHIVES).ancestors().collect::<Vec<_>>().iter().rev() {
        make_dir(&upper.join(part))?;
    }
    make_dir(&pool)?;
    link_all(&pool, &archives)?;
    let mut overlay = Overlay::mount(&mounts, &[base], Disk::Ours)?;
    for set in sets {
        let install = install_words(set, hold);
        // The mirror may have moved on since the base's package lists were fetched.
        apt(&overlay, &install).or_else(|_| {
            apt(&overlay, &["update".to_owned()])?;
            apt(&overlay, &install)
        })?;
    }
    overlay.unmount()?;
    link_all(&archives, &pool)?;
    if hold == Hold::Installed {
        remove(&archives)?;
    }
    // The machine's own resolver was for the download alone.
    let _ = fs::remove_file(upper.join("etc/resolv.conf"));
    fs::rename(&upper, dir).context(|| format!("{} could not be put in place", dir.display()))?;
    remove(&mounts)?;
    drop_unused(&pool);
    Ok(())
}

fn install_words(packages: &[String], hold: Hold) -> Vec<String> {
    let mut words: Vec<String> = ["install", "--yes", "--no-install-recommends"].map(str::to_owned).to_vec();
    if hold == Hold::Archives {
        words.push("--download-only".to_owned());
    }
    words.extend_from_slice(packages);
    words
}

/// Runs apt-get in the tree, over this machine's own network.
fn apt(overlay: &Overlay, words: &[String]) -> Result<()> {
    let name = format!("mailwright-{}-packages", std::process::id());
    let group = Group::create(&name)?;
    let mut program: Program = nspawn(&group, &name, &overlay.root()).args(["--resolv-conf=copy-host", "--as-pid2"]);
    for variable in ["http_proxy", "https_proxy", "no_proxy"] {
        if let Some(value) = std::env::var_os(variable) {
            let setting: OsString = [OsString::from(format!("--setenv={variable}=")), value].into_iter().collect();
            program = program.arg(setting);
        }
    }
    program
        .args(["--setenv=DEBIAN_FRONTEND=noninteractive", "--", "apt-get", "-q"])
        .args(["-o", "APT::Keep-Downloaded-Packages=true"])
        .args(words)
        .deadline(Duration::from_secs(1800))
        .success()
        .map(drop)
        .map_err(|error| error.within("the packages for the rehearsal could not be downloaded"))
}

/// Gives every package archive of one directory a second name in another: no bytes are copied.
fn link_all(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).context(|| format!("{} could not be read", from.display()))?.flatten() {
        let target = to.join(entry.file_name());
        if entry.path().extension().is_some_and(|end| end == "deb") && !target.exists() {
            fs::hard_link(entry.path(), &target).context(|| format!("{} could not be linked", target.display()))?;
        }
    }
    Ok(())
}

/// Removes archives that no layer holds any more.
fn drop_unused(pool: &Path) {
    for entry in fs::read_dir(pool).into_iter().flatten().flatten() {
        if entry.metadata().is_ok_and(|data| data.nlink() == 1) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
