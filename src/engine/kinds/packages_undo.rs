//! Undo of packages: exactly those that came are purged, and what their scripts left is put back as it was.
//!
//! A bare purge leaves some 250 paths. Three snapshots tell what is ours to mend: the tree before the packages came,
//! after they came, and just before they go. What differs from the first, and was not touched between the second and
//! the third, was left by the packages or by their purge. Everything else is somebody else's and stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::change::Daemon;
use crate::engine::archive::Archive;
use crate::engine::journal::PathState;
use crate::engine::kinds::acme::others::Needed;
use crate::engine::kinds::{account, hold, packages};
use crate::engine::machine::Machine;
use crate::engine::mail;
use crate::engine::paths::{self, Access};
use crate::engine::snapshot::{Content, Kind, Node, Snapshot};
use crate::error::{Context, Error, Result};
use crate::shell::Program;

/// What the journal knows of an installation.
pub struct Packages<'a> {
    /// Installed before.
    pub installed: &'a BTreeMap<String, String>,
    /// What came; those that the admin has installed since are not among them.
    pub came: Option<&'a BTreeSet<String>>,
    /// The units that were masked.
    pub masked: &'a BTreeSet<String>,
}

/// Purges what came and puts the tree back.
///
/// # Errors
/// When apt refuses, or would remove packages that are not ours.
pub fn undo(
    machine: &Machine,
    archive: &Archive,
    Packages { installed, came, masked }: &Packages<'_>,
    before: &Snapshot,
    after: &Snapshot,
) -> Result<Vec<String>> {
    packages::wait_for_lock(&machine.root)?;
    packages::configure_pending()?;
    let now = packages::installed(&machine.root);
    // A journal line that does not say what came is taken to mean everything since.
    let ours = |name: &&String| came.map_or(!installed.contains_key(*name), |came| came.contains(*name));
    let needed = Needed::now(machine);
    let (stay, came): (Vec<String>, Vec<String>) =
        now.keys().filter(ours).cloned().partition(|name| needed.packages.contains(name));
    let mut kept = mail::save_queue(machine, archive)?;
    kept.extend(needed.told(&stay));
    let last = Snapshot::take(&machine.root, &machine.state, false)?;
    kept.extend(save_made_since(machine, archive, [before, after, &last], &needed)?);
    // Package scripts and triggers start what they find enabled, even while it is being removed.
    hold::refuse_starts(machine)?;
    hold::hold_generators(machine, &Daemon::ALL)?;
    let purged = purge(&came);
    hold::release_generators(machine, &Daemon::ALL);
    // Also when apt refused: what the admin installs next has to start.
    hold::release_policy(machine);
    purged?;
    kept.extend(bring_back(installed, &now));
    remove_accounts(machine, before, after)?;
    let was_masked = |unit: &&String| before.nodes.contains_key(&mask_path(unit));
    for unit in masked.iter().filter(|unit| !was_masked(unit)) {
        let _ = crate::files::remove_file(&machine.path(&mask_path(unit)));
    }
    kept.extend(Mend { machine, before, after, last: &last, needed: &needed }.all()?);
    Program::new("systemctl").arg("daemon-reload").run()?;
    Ok(kept)
}

fn mask_path(unit: &str) -> PathBuf {
    Path::new("/etc/systemd/system").join(unit)
}

/// Saves settings that were made since, or edited since, in directories the packages brought: their purge takes the
/// directory away with all that is in it.
fn save_made_since(
    machine: &Machine,
    archive: &Archive,
    [before, after, last]: [&Snapshot; 3],
    needed: &Needed,
) -> Result<Vec<String>> {
    let made = |path: &&PathBuf| {
        // What mailwright wrote is undone by now, so what differs from the tree after the packages came is the admin's.
        let since = !before.nodes.contains_key(*path) && after.nodes.get(*path) != last.nodes.get(*path);
        let goes = after.brought(before, path) && !needed.covers(path);
        path.starts_with("/etc") && since && goes && machine.path(path).is_file()
    };
    let save = |path: &PathBuf| {
        let copy = archive.copy(path)?;
        Ok(format!("{} (made since), saved in {}", path.display(), copy.display()))
    };
    last.nodes.keys().filter(made).map(save).collect()
}

/// Purges these packages and no other.
fn purge(names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let apt = |args: &[&str]| {
        packages::quiet_apt(Program::new("apt-get").args(args).arg("--").args(names))
            .deadline(Duration::from_secs(1800))
    };
    let simulated = apt(&["purge", "-s", "-q"]).success()?;
    let goes = |line: &str| line.strip_prefix("Purg ").or_else(|| line.strip_prefix("Remv ")).map(str::to_owned);
    let others: Vec<String> = simulated
        .stdout
        .lines()
        .filter_map(goes)
        .filter_map(|rest| rest.split_whitespace().next().map(str::to_owned))
        .filter(|name| !names.contains(name))
        .collect();
    if !others.is_empty() {
        let error = Error::failed(format!("removing mailwright's packages would remove {} too", others.join(", ")));
        return Err(error.hint("they have come to depend on them; remove or keep them by hand, then roll back again"));
    }
    apt(&["purge", "-y", "-q", "-oDPkg::Lock::Timeout=900", "-oDpkg::Use-Pty=0"]).success()?;
    Ok(())
}

/// Installs again what had to make room for ours (another mail server). Failing stops nothing: it is named.
fn bring_back(installed: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let gone: Vec<String> = installed.keys().filter(|name| !now.contains_key(*name)).cloned().collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let install = Program::new("apt-get").args(["install", "-y", "-q", "--no-install-recommends"]).args(&gone);
    match packages::quiet_apt(install).deadline(Duration::from_secs(1800)).success() {
        Ok(_) => Vec::new(),
        Err(_) => vec![format!("{} had made room and could not be installed again", gone.join(", "))],
    }
}

/// Removes the accounts the packages made: those in the files after, and not before.
fn remove_accounts(machine: &Machine, before: &Snapshot, after: &Snapshot) -> Result<()> {
    for file in ["/etc/passwd", "/etc/group"] {
        let (old, new) = (names(machine, before, file), names(machine, after, file));
        for name in new.difference(&old) {
            account::remove(name)?;
        }
    }
    Ok(())
}

fn names(machine: &Machine, snapshot: &Snapshot, file: &str) -> BTreeSet<String> {
    let Some(Node { content: Content::Hash(hash), .. }) = snapshot.nodes.get(Path::new(file)) else {
        return BTreeSet::new();
    };
    let text = machine.state.kept(hash).unwrap_or_default();
    let first = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    String::from_utf8_lossy(&text).lines().map(first).collect()
}

/// Brings the tree back to what it was before the packages came.
struct Mend<'a> {
    machine: &'a Machine,
    before: &'a Snapshot,
    after: &'a Snapshot,
    /// Just before the purge.
    last: &'a Snapshot,
    /// What stays for the certificates of the admin's own.
    needed: &'a Needed,
}

impl Mend<'_> {
    fn all(&self) -> Result<Vec<String>> {
        let now = Snapshot::take(&self.machine.root, &self.machine.state, false)?;
        let mut kept = Vec::new();
        let stays = now.nodes.keys().filter(|path| self.needed.covers(path));
        let stays: BTreeSet<&Path> = stays.flat_map(|path| path.ancestors()).collect();
        let new = |path: &&PathBuf| !self.before.nodes.contains_key(*path) && !stays.contains(path.as_path());
        // Deepest first: a directory goes after what lies in it.
        for path in now.nodes.keys().rev().filter(new) {
            if self.after.brought(self.before, path) || self.is_scripts_own(path) {
                kept.extend(self.remove(path)?);
            }
        }
        for (path, was) in &self.before.nodes {
            let untouched = self.last.nodes.get(path) == self.after.nodes.get(path);
            if now.nodes.get(path) != Some(was) && untouched && !self.needed.covers(path) {
                self.put_back(path, was, now.nodes.get(path))?;
            }
        }
        Ok(kept)
    }

    /// Not there after the installation, nor just before the purge: the purge made it.
    fn is_scripts_own(&self, path: &Path) -> bool {
        !self.last.nodes.contains_key(path)
    }

    fn remove(&self, path: &Path) -> Result<Vec<String>> {
        let mut kept = Vec::new();
        let real = self.machine.path(path);
        let gone = crate::files::remove(&real);
        match gone {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => {
                kept.push(format!("{} (not empty)", path.display()));
            }
            other => other.context(|| format!("{} could not be removed", path.display()))?,
        }
        Ok(kept)
    }

    fn put_back(&self, path: &Path, was: &Node, now: Option<&Node>) -> Result<()> {
        let real = self.machine.path(path);
        let (mode, uid, gid) = (was.mode, was.uid, was.gid);
        let same_content = now.is_some_and(|now| now.kind == was.kind && now.content == was.content);
        if same_content {
            return paths::set_access(&real, Access { mode, uid, gid })
                .context(|| format!("{} could not be put back", path.display()));
        }
        let state = match (&was.kind, &was.content) {
            (Kind::Directory, _) => PathState::Directory { mode, uid, gid },
            (Kind::Link, Content::Target { to }) => PathState::Link { target: to.clone() },
            (Kind::File, Content::Hash(hash)) if self.machine.state.kept_path(hash).exists() => {
                PathState::File { hash: hash.clone(), mode, uid, gid }
            }
            // Its bytes were not kept: a package's own file, which dpkg minds.
            _ => return Ok(()),
        };
        paths::restore(&self.machine.state, &real, &state)
    }
}
