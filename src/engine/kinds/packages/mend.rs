//! dpkg brought back to order after somebody was cut off in the middle of it: a kill, a power cut, a full disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::install::simulated;
use super::{INSTALL, LOCK, quiet_apt};
use crate::engine::machine::Machine;
use crate::error::{Error, Result};
use crate::log::tell;
use crate::probe::machine::dpkg::{self, Known};
use crate::shell::Program;

/// Waits until nobody holds dpkg's lock, and says who does.
///
/// # Errors
/// When it is held too long.
pub fn wait_for_lock(root: &Path) -> Result<()> {
    let started = Instant::now();
    let mut told = None;
    while let Some(holder) = dpkg::lock_holder(root) {
        if started.elapsed() > LOCK {
            let error =
                Error::failed(format!("dpkg's lock has been held by {holder} for {} minutes", LOCK.as_secs() / 60));
            return Err(error.hint("wait for that program to end, then run `mailwright resume`"));
        }
        if told.as_ref() != Some(&holder) {
            tell("progress-lock", &[("holder", &holder)]);
            told = Some(holder);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// Sets up what dpkg left half done; nothing to do is the usual case. Packages in `ours` are about to be installed: apt may
/// remove them for it, and no others, and what is not whole of them is left to that installation.
///
/// # Errors
/// When a package of somebody else's cannot be mended; the sentence names it.
pub fn settle(machine: &Machine, ours: &BTreeSet<String>) -> Result<()> {
    let others = |names: Vec<String>| names.into_iter().filter(|name| !ours.contains(name)).collect::<Vec<_>>();
    if is_settled(machine) {
        return Ok(());
    }
    tell("progress-dpkg", &[]);
    configure()?;
    if others(broken(machine)).is_empty() {
        return Ok(());
    }
    // A package unpacked before what it depends on is only set up once apt has brought the rest.
    let would = simulated(&["install", "--fix-broken"], &[]).unwrap_or_default();
    // One that is itself not whole only comes to the end of its removal.
    let torn = broken(machine);
    let gone = others(would.go.into_iter().filter(|name| !torn.contains(name)).collect());
    if !gone.is_empty() {
        let error = Error::failed(format!(
            "dpkg was interrupted earlier ({} is not whole), and apt would remove {} to mend it",
            broken(machine).join(", "),
            gone.join(", ")
        ));
        return Err(error.hint("mend it by hand: `apt-get install -f` shows what it would do; then go on"));
    }
    let mend = ["install", "-y", "-q", "--fix-broken", "--no-install-recommends", "-oDpkg::Options::=--force-confdef"];
    let mend = quiet_apt(Program::new("apt-get").args(mend).arg("-oDpkg::Options::=--force-confold"));
    let mended = mend.deadline(INSTALL).success();
    configure()?;
    reinstall(&others(half_installed(machine)))?;
    let left = others(broken(machine));
    if left.is_empty() {
        return Ok(());
    }
    let error = mended.err().unwrap_or_else(|| Error::failed("dpkg says no more of it"));
    Err(error
        .within(format!("dpkg was interrupted earlier, and {} could not be mended", left.join(", ")))
        .hint("run `apt-get install -f` and look"))
}

/// The same as far as it goes, before the packages are removed anyway.
pub(super) fn settle_before_removal(machine: &Machine) {
    if is_settled(machine) {
        return;
    }
    tell("progress-dpkg", &[]);
    let mended = configure().and_then(|_| reinstall(&half_installed(machine)));
    if let Err(error) = mended {
        tracing::warn!(error = error.render(), "dpkg is not in order");
    }
}

/// Whether every package is whole and dpkg has nothing noted.
pub(super) fn is_settled(machine: &Machine) -> bool {
    let noted = fs::read_dir(machine.path(Path::new("/var/lib/dpkg/updates"))).map_or(0, Iterator::count);
    noted == 0 && broken(machine).is_empty() && !waiting(machine)
}

fn waiting(machine: &Machine) -> bool {
    dpkg::known(&machine.root).values().any(|one| one.state.starts_with("triggers-"))
}

/// The packages that are neither whole nor gone.
fn broken(machine: &Machine) -> Vec<String> {
    let is_broken = |one: &Known| !(one.installed() || one.state == "config-files") || one.reinstall;
    dpkg::known(&machine.root).into_iter().filter(|(_, one)| is_broken(one)).map(|(name, _)| name).collect()
}

/// Lets dpkg set up all that is unpacked. Whether it could.
fn configure() -> Result<bool> {
    let program = quiet_apt(Program::new("dpkg").args(["--force-confdef", "--force-confold", "--configure", "-a"]));
    Ok(program.deadline(INSTALL).run()?.ok())
}

/// What dpkg was cut off in: it refuses to do anything with such a package before it is unpacked anew.
fn half_installed(machine: &Machine) -> Vec<String> {
    let half = |one: &Known| one.state == "half-installed" || one.reinstall;
    dpkg::known(&machine.root).into_iter().filter(|(_, one)| half(one)).map(|(name, _)| name).collect()
}

/// Unpacks these packages anew from apt's cache or from the mirror.
fn reinstall(names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    tell("progress-unpack-anew", &[("packages", &names.join(", "))]);
    let again = ["install", "-y", "-q", "--reinstall", "--fix-broken", "--no-install-recommends"];
    let again = quiet_apt(Program::new("apt-get").args(again).arg("-oDpkg::Options::=--force-confdef"));
    let again = again.arg("-oDpkg::Options::=--force-confold").args(names).deadline(INSTALL).success();
    again.map(drop).map_err(|error| {
        error.within(format!("{} was left half-installed and could not be unpacked anew", names.join(", "))).hint(
            "see whether the mirror answers (`apt-get update`), then go on; what dpkg lacks is in its words above",
        )
    })
}
