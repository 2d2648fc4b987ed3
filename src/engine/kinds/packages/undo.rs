//! Undo of packages: exactly those that came go, with what is theirs; what is somebody else's is saved, and stays where
//! its directory stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::decision::{Decision, Saved};
use super::going::{self, Going, kind};
use super::{install, known, leavings, mend, quiet_apt, torn};
use crate::change::Daemon;
use crate::engine::archive::Archive;
use crate::engine::journal::{After, AptBefore};
use crate::engine::kinds::{account, hold};
use crate::engine::machine::Machine;
use crate::engine::mail;
use crate::error::{Context, Error, Result};
use crate::files::{self, Kind};
use crate::probe::machine::dpkg;
use crate::shell::Program;
use crate::steps::packages::leavings as declared;

/// How long a removal, or a purge, may take.
const REMOVAL: Duration = Duration::from_secs(1800);

/// What undo would save, and what it would leave, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// What is saved before its place goes.
    pub saves: Vec<String>,
    /// What stays, and why.
    pub leaves: Vec<String>,
}

/// What an undo would save and leave. Files in `ours` are mailwright's own by then.
///
/// # Errors
/// When apt would refuse, or remove packages that are not ours.
pub fn forecast(machine: &Machine, before: &AptBefore, after: &After, ours: &BTreeSet<PathBuf>) -> Result<Forecast> {
    let mut going = Going::now(machine, before, after, ours);
    fetch_back(&mut going);
    possible(machine, &going)?;
    let saves = going.foreign.iter().chain(&going.edited).map(|path| path.display().to_string()).collect();
    Ok(Forecast { saves, leaves: going.stays })
}

/// Takes the packages back.
///
/// # Errors
/// When apt refuses, or would remove packages that are not ours.
pub fn undo(machine: &Machine, archive: &Archive, before: &AptBefore, after: &After) -> Result<Vec<String>> {
    mend::wait_for_lock(&machine.root)?;
    mend::settle_before_removal(machine);
    let mut going = Going::now(machine, before, after, &BTreeSet::new());
    fetch_back(&mut going);
    possible(machine, &going)?;
    let mut kept = going.stays.clone();
    if going.purged.contains("postfix") {
        kept.extend(mail::save_queue(machine, archive)?);
    }
    let saved = save(machine, archive, before, &going, &mut kept)?;
    let noted = going::decide(machine, before, &going, saved.as_deref(), &kept)?;
    kept = noted.kept;
    // Package scripts and triggers start what they find enabled, even while it is being removed.
    hold::refuse_starts(machine)?;
    hold::hold_generators(machine, &Daemon::ALL)?;
    let removed = remove(machine, before, &going);
    hold::release_generators(machine, &Daemon::ALL);
    // Also when apt refused: what the admin installs next has to start.
    hold::release_policy(machine);
    removed?;
    mark_automatic(machine, before)?;
    remove_leavings(machine, before, &going)?;
    forget(machine, before, &going)?;
    accounts(machine, before, &going)?;
    for unit in &before.masked {
        hold::unmask(machine, unit);
    }
    for saved in &noted.saved {
        put_back(machine, before, saved, &mut kept)?;
    }
    hold::enable_again(machine, &before.enabled)?;
    Program::new("systemctl").arg("daemon-reload").run()?;
    hold::forget_failures();
    Decision::forget(machine);
    torn::end(machine);
    for unit in &before.stopped {
        let started = Program::new("systemctl").args(["start", unit]).deadline(Duration::from_secs(120)).success();
        kept.extend(started.err().map(|error| format!("{unit} (it ran before and could not be started: {error})")));
    }
    let left: Vec<String> = before.gone.iter().filter(|name| !is_installed(machine, name)).cloned().collect();
    if !left.is_empty() {
        kept.push(format!("{} had made room and could not be installed again", left.join(", ")));
    }
    Ok(kept)
}

fn is_installed(machine: &Machine, name: &str) -> bool {
    dpkg::installed(&machine.root).contains_key(name)
}

/// Fetches what comes back before anything is removed; what cannot be had does not come back.
fn fetch_back(going: &mut Going) {
    if going.back.is_empty() || going.packages.is_empty() {
        return;
    }
    let options = ["install", "-y", "-q", "--download-only", "--no-install-recommends"];
    let fetched = quiet_apt(Program::new("apt-get").args(options)).args(&going.back).deadline(REMOVAL).success();
    if let Err(error) = fetched {
        tracing::warn!(error = error.render(), "what had made room cannot be fetched");
        going.back.clear();
    }
}

/// The words for apt-get remove: what goes, and what comes back in the same breath.
fn words(going: &Going) -> Vec<String> {
    going.packages.iter().cloned().chain(going.back.iter().map(|name| format!("{name}+"))).collect()
}

/// Whether apt would remove these packages and no other.
fn possible(machine: &Machine, going: &Going) -> Result<()> {
    if going.packages.is_empty() {
        return Ok(());
    }
    let outlined = install::simulated(&["remove"], &words(going))?;
    // Where dpkg was cut off, apt does not see yet what dpkg has noted: it would remove what is gone.
    let known = dpkg::known(&machine.root);
    let others: Vec<String> =
        outlined.go.difference(&going.packages).filter(|name| known.contains_key(*name)).cloned().collect();
    if others.is_empty() {
        return Ok(());
    }
    let error = Error::failed(format!("removing mailwright's packages would remove {} too", others.join(", ")));
    let mirror = dpkg::age_of_lists(&machine.root).is_none();
    Err(error.hint(if mirror {
        "they have come to depend on them, and apt has no package lists: `apt-get update`, then roll back again"
    } else {
        "they have come to depend on them; remove or keep them by hand, then roll back again"
    }))
}

/// Saves somebody else's files in directories that go, and settings that somebody edited. Gives the archive.
fn save(
    machine: &Machine,
    archive: &Archive,
    before: &AptBefore,
    going: &Going,
    kept: &mut Vec<String>,
) -> Result<Option<PathBuf>> {
    for path in &going.edited {
        let copy = archive.copy(path)?;
        kept.push(format!("{} (made since), saved in {}", path.display(), copy.display()));
    }
    if going.foreign.is_empty() {
        return Ok(None);
    }
    let all: BTreeSet<PathBuf> = going.foreign.iter().cloned().chain(above(before, &going.foreign)).collect();
    let file = archive.pack_all("files", &all)?;
    for path in &going.foreign {
        let small = files::handle(&machine.path(path)).and_then(|file| file.metadata());
        let copy = small.is_ok_and(|meta| meta.len() <= COPIED);
        let place = if copy { archive.copy(path)? } else { file.clone() };
        kept.push(format!("{} (not of a package), saved in {}", path.display(), place.display()));
    }
    Ok(Some(file))
}

/// The directories above these paths that were there before.
fn above(before: &AptBefore, paths: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let parents = paths.iter().flat_map(|path| path.ancestors().skip(1));
    parents.filter(|parent| before.there.contains(*parent)).map(Path::to_path_buf).collect()
}

/// Files up to this size, in bytes, are saved as they are as well, where they can be looked at.
const COPIED: u64 = 1 << 20;

/// Removes the packages, brings back what had made room, and purges.
fn remove(machine: &Machine, before: &AptBefore, going: &Going) -> Result<()> {
    if !going.packages.is_empty() {
        let options =
            ["remove", "-y", "-q", "--no-install-recommends", "-oDPkg::Lock::Timeout=900", "-oDpkg::Use-Pty=0"];
        let apt = quiet_apt(Program::new("apt-get").args(options)).arg("--").args(words(going)).deadline(REMOVAL);
        if let Err(error) = apt.success() {
            tracing::warn!(error = error.render(), "apt-get could not remove the packages, dpkg is asked");
            let force = ["--force-depends", "--force-remove-reinstreq", "--remove"];
            let there: Vec<&String> = going.packages.iter().filter(|name| is_there(machine, name)).collect();
            let dpkg = quiet_apt(Program::new("dpkg").args(force)).args(there).deadline(REMOVAL);
            dpkg.success().map_err(|_| error)?;
        }
    }
    let left: Vec<String> = known_of(machine, &going.purged).into_iter().collect();
    if !left.is_empty() {
        quiet_apt(Program::new("dpkg").args(["--purge"])).args(&left).deadline(REMOVAL).success()?;
    }
    let left = known_of(machine, &going.purged);
    if left.is_empty() {
        return forget_plans(machine, before);
    }
    let names: Vec<String> = left.into_iter().collect();
    Err(Error::failed(format!("dpkg still knows {}", names.join(", "))).hint("`dpkg --audit` says what it lacks"))
}

/// Lets dpkg forget that it was to install packages, where it was stopped before it did. What it had unpacked of the next
/// one goes as well: it would do that itself before it unpacks anything else.
fn forget_plans(machine: &Machine, before: &AptBefore) -> Result<()> {
    let recorded = dpkg::recorded(&machine.root);
    let mut plans = String::new();
    for name in recorded.iter().filter(|name| before.planned.contains(*name)) {
        plans = plans + name + " unknown\n";
    }
    if !plans.is_empty() {
        Program::new("dpkg").arg("--set-selections").stdin(plans).run()?;
    }
    let half = machine.path(Path::new("/var/lib/dpkg/tmp.ci"));
    if files::exists(&half) && dpkg::lock_holder(&machine.root).is_none() {
        files::remove_tree(&half).context(|| format!("{} could not be removed", half.display()))?;
    }
    Ok(())
}

/// Lets apt know again which packages are there only because others need them.
fn mark_automatic(machine: &Machine, before: &AptBefore) -> Result<()> {
    let names: Vec<&String> = before.automatic.iter().filter(|name| is_installed(machine, name)).collect();
    if names.is_empty() {
        return Ok(());
    }
    Program::new("apt-mark").arg("auto").args(names).success().map(drop)
}

fn known_of(machine: &Machine, names: &BTreeSet<String>) -> BTreeSet<String> {
    dpkg::known(&machine.root).into_keys().filter(|name| names.contains(name)).collect()
}

fn is_there(machine: &Machine, name: &str) -> bool {
    dpkg::known(&machine.root).get(name).is_some_and(|one| one.state != "config-files")
}

/// Removes what the packages made and their purge left, deepest first; a directory goes when it is empty.
fn remove_leavings(machine: &Machine, before: &AptBefore, going: &Going) -> Result<()> {
    let leave = declared::of(&|name| going.packages.contains(name) || going.purged.contains(name));
    let own = leavings::there(machine, &leave).into_iter().filter(|path| leavings::own(&leave, path));
    let copies = known::ucf_copies(machine).into_iter().filter(|path| !before.ucf.contains(path));
    let ucf = going.ucf.keys().cloned();
    let files =
        own.chain(copies).chain(ucf).chain(came_back(machine, before)).filter(|path| !before.there.contains(path));
    let mut directories: BTreeSet<PathBuf> = going.directories.clone();
    let goes = leave.iter().flat_map(|one| one.goes).map(Path::new);
    for place in goes.filter(|place| !before.there.contains(*place)) {
        directories.insert(place.to_owned());
        leavings::below(machine, place, &mut |path, kind| {
            if kind == Kind::Directory {
                directories.insert(path.to_owned());
            }
        });
    }
    let all: BTreeSet<PathBuf> =
        files.chain(directories.into_iter().filter(|path| !before.there.contains(path))).collect();
    for path in all.iter().rev() {
        match files::remove(&machine.path(path)) {
            Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => {}
            other => other.context(|| format!("{} could not be removed", path.display()))?,
        }
    }
    Ok(())
}

/// Settings that somebody had deleted, that came back with their package, and that are as the package has them.
fn came_back(machine: &Machine, before: &AptBefore) -> Vec<PathBuf> {
    let known = dpkg::known(&machine.root);
    let conffiles = known.values().flat_map(|one| &one.conffiles);
    let came = conffiles
        .filter(|(path, md5)| before.missing.contains(path) && known::md5(machine, path).as_ref() == Some(md5));
    let managed = known::ucf(machine)
        .into_iter()
        .filter(|(path, (_, hash))| before.missing.contains(path) && known::md5(machine, path).as_ref() == Some(hash));
    came.map(|(path, _)| path.clone()).chain(managed.map(|(path, _)| path)).collect()
}

/// Lets dpkg-statoverride(1) and ucf(1) forget what went.
fn forget(machine: &Machine, before: &AptBefore, going: &Going) -> Result<()> {
    let leave = declared::of(&|name| going.purged.contains(name));
    let goes: BTreeSet<&str> = leave.iter().flat_map(|one| one.accounts).copied().collect();
    for line in known::overrides(machine).difference(&before.overrides) {
        let Some([user, group, _, path]) = fields(line) else { continue };
        // dpkg refuses to work while an override names an account that is gone.
        let account =
            goes.contains(format!("user {user}").as_str()) || goes.contains(format!("group {group}").as_str());
        if account || kind(machine, Path::new(path)).is_none() {
            Program::new("dpkg-statoverride").args(["--remove", path]).run()?;
        }
    }
    for (path, package) in &going.ucf {
        if known::ucf(machine).contains_key(path) {
            quiet_apt(Program::new("ucf").arg("--purge").arg(path)).run()?;
            quiet_apt(Program::new("ucfr").args(["--force", "--purge"]).arg(package).arg(path)).run()?;
        }
    }
    let copies = known::ucf_copies(machine);
    for path in copies.difference(&before.ucf) {
        let _ = files::remove_file(&machine.path(path));
    }
    Ok(())
}

/// The fields of a line of dpkg-statoverride(1).
fn fields(line: &str) -> Option<[&str; 4]> {
    line.splitn(4, ' ').collect::<Vec<_>>().try_into().ok()
}

/// Removes the accounts that the packages made. One that was there before and went with the purge is made again.
fn accounts(machine: &Machine, before: &AptBefore, going: &Going) -> Result<()> {
    let leave = declared::of(&|name| going.purged.contains(name));
    let stay = declared::of(&|name| !going.purged.contains(name) && is_there(machine, name));
    let stays = |account: &str| stay.iter().any(|one| one.accounts.contains(&account));
    let made = leave.iter().flat_map(|one| one.accounts).copied();
    for account in made.filter(|account| !before.accounts.contains_key(*account) && !stays(account)) {
        match account.split_once(' ') {
            Some(("user", name)) => account::remove_user(machine, name)?,
            Some((_, name)) => account::remove_group(name)?,
            None => {}
        }
    }
    let now = known::accounts(machine);
    let gone: BTreeMap<&String, &String> =
        before.accounts.iter().filter(|(name, _)| !now.contains_key(*name)).collect();
    gone.into_iter().try_for_each(|(account, line)| account::make_again(account, line))
}

/// Puts back what somebody else had in a directory that was here before, where the purge took it along.
fn put_back(machine: &Machine, before: &AptBefore, saved: &Saved, kept: &mut Vec<String>) -> Result<()> {
    let was_there = |path: &PathBuf| path.ancestors().any(|part| before.there.contains(part));
    let lost = |path: &&PathBuf| kind(machine, path).is_none() && was_there(path);
    let lost: Vec<&PathBuf> = saved.paths.iter().filter(lost).collect();
    if lost.is_empty() {
        return Ok(());
    }
    // A directory before what lies in it, with its owner and mode.
    let gone = |path: &PathBuf| kind(machine, path).is_none();
    let all: BTreeSet<PathBuf> = lost.iter().map(|path| (*path).clone()).collect();
    let all: BTreeSet<PathBuf> = above(before, &all).into_iter().filter(gone).chain(all).collect();
    let names = all.iter().map(|path| path.strip_prefix("/").unwrap_or(path));
    let tar = Program::new("tar").args(["-xzpf"]).arg(machine.path(&saved.archive)).arg("-C").arg(&machine.root);
    tar.args(["--numeric-owner", "--no-recursion", "--keep-old-files", "--"])
        .args(names.map(Path::as_os_str))
        .deadline(REMOVAL)
        .success()?;
    kept.retain(|line| !lost.iter().any(|path| line.starts_with(&format!("{} (", path.display()))));
    Ok(())
}
