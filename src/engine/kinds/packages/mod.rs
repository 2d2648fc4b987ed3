//! Packages: installed by apt with their daemons held back, and taken back by what dpkg knows of them.
//!
//! Nothing here compares the disk before and after: other programs live on it as well. A path is a package's when dpkg
//! or one of its helpers says so, or when it is among the package's declared leavings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::change::Packages;
use crate::engine::journal::{After, AptBefore, Before};
use crate::engine::kinds::hold;
use crate::engine::machine::Machine;
use crate::engine::state::State;
use crate::error::{Context, Result};
use crate::plan::Standing;
use crate::probe::machine::dpkg;
use crate::shell::Program;
use crate::steps::packages::leavings as declared;

pub(crate) mod apt;
mod decision;
pub mod going;
mod install;
pub mod known;
pub mod leavings;
pub mod legacy;
pub mod mend;
mod torn;
pub mod undo;

/// How long another program may hold dpkg's lock, and how long an installation may take.
const LOCK: Duration = Duration::from_secs(900);
const INSTALL: Duration = Duration::from_secs(3600);

/// How the packages stand.
#[must_use]
pub fn standing(machine: &Machine, packages: &Packages) -> Standing {
    let installed = dpkg::installed(&machine.root);
    let missing: Vec<String> = packages.names.iter().filter(|name| !installed.contains_key(*name)).cloned().collect();
    if missing.is_empty() {
        return Standing::Holds;
    }
    Standing::Differs { what: missing, text: None, edited_by_hand: false }
}

/// What tells the packages' own from what is anybody else's, for the journal.
///
/// # Errors
/// When dpkg is in the middle of something and cannot be settled, or apt cannot do what is wanted.
pub fn before(machine: &Machine, packages: &Packages) -> Result<Before> {
    mend::wait_for_lock(&machine.root)?;
    install::refresh_lists(machine);
    if !mend::is_settled(machine)
        && let Err(error) = mend::settle(machine, &BTreeSet::new())
    {
        // apt says by itself what keeps it from its work.
        tracing::warn!(error = error.render(), "dpkg is not in order");
    }
    let outlined = match install::outline(&packages.names) {
        Ok(outlined) => outlined,
        // Somebody was cut off in the middle of something that has to come to its end first.
        Err(error) => {
            mend::settle(machine, &BTreeSet::new()).map_err(|_| error)?;
            install::outline(&packages.names)?
        }
    };
    let known = dpkg::known(&machine.root);
    let leave = declared::of(&|name| outlined.come.contains(name));
    let makes = |account: &String| leave.iter().any(|one| one.accounts.contains(&account.as_str()));
    let left: BTreeMap<_, _> =
        known.iter().filter(|(name, one)| one.state == "config-files" && outlined.come.contains(*name)).collect();
    let conffiles = left.values().flat_map(|one| &one.conffiles).map(|(path, _)| path.clone());
    let managed = known::ucf(machine).into_iter().filter(|(_, (package, _))| left.contains_key(package));
    let settings = conffiles.chain(managed.map(|(path, _)| path));
    let absent = |path: &PathBuf| !crate::files::exists(&machine.path(path));
    let held = hold::not_at_work(&packages.hold);
    let units = held.iter().flat_map(|daemon| daemon.units()).filter(|unit| !hold::is_masked(machine, unit));
    let mut automatic = dpkg::automatic(&machine.root);
    automatic.retain(|name| packages.names.contains(name) || outlined.go.contains(name));
    Ok(Before::Apt(Box::new(AptBefore {
        automatic,
        named: packages.names.iter().cloned().collect(),
        stopped: install::at_work(machine, &outlined.go),
        gone: outlined.go,
        known: known.iter().map(|(name, one)| (name.clone(), one.state.clone())).collect(),
        masked: units.map(|unit| (*unit).to_owned()).collect(),
        there: leavings::there(machine, &leave),
        accounts: known::accounts(machine).into_iter().filter(|(name, _)| makes(name)).collect(),
        overrides: known::overrides(machine),
        ucf: known::ucf(machine).into_keys().chain(known::ucf_copies(machine)).collect(),
        missing: settings.filter(absent).collect(),
        enabled: hold::enabling(machine, &packages.hold),
        planned: outlined.come,
    })))
}

/// Installs the packages.
///
/// # Errors
/// When apt fails, or another program keeps dpkg's lock too long.
pub fn act(machine: &Machine, packages: &Packages, before: &AptBefore, log: &Path) -> Result<After> {
    mend::wait_for_lock(&machine.root)?;
    // What has to make room would go on running without its files, for starts and stops are refused meanwhile.
    for unit in &before.stopped {
        Program::new("systemctl").args(["stop", unit]).deadline(Duration::from_secs(120)).success()?;
    }
    hold::hold(machine, &hold::not_at_work(&packages.hold))?;
    torn::begin(machine)?;
    let result = install::install(machine, packages, log);
    hold::release_policy(machine);
    // Also when apt refused: what it did until then is whole from here on.
    let synced = synced();
    if synced.is_ok() {
        torn::end(machine);
    }
    result.and(synced)?;
    forget_removal(machine);
    Ok(after(machine, before, false))
}

/// The same before they are taken back: what cannot be made whole is removed as it is.
///
/// # Errors
/// When another program keeps dpkg's lock too long.
pub fn settle_back(machine: &Machine, before: &AptBefore) -> Result<After> {
    mend::wait_for_lock(&machine.root)?;
    if torn::is_possible(machine) {
        match torn::unpack_anew(machine, &came(machine, before)) {
            Ok(()) => torn::end(machine),
            Err(error) => tracing::warn!(error = error.render(), "packages are removed as they are"),
        }
    }
    mend::settle_before_removal(machine);
    hold::release_policy(machine);
    Ok(after(machine, before, true))
}

/// Brings to the disk what dpkg unpacked without waiting for it.
fn synced() -> Result<()> {
    for place in ["/", "/usr", "/var"] {
        let synced = std::fs::File::open(place).and_then(|dir| Ok(rustix::fs::syncfs(&dir)?));
        synced.context(|| format!("{place} could not be brought to disk"))?;
    }
    Ok(())
}

/// What an interrupted installation left is brought to an end: apt is waited for, every package that came is whole.
///
/// # Errors
/// When dpkg cannot be mended.
pub fn settle(machine: &Machine, before: &AptBefore) -> Result<After> {
    mend::wait_for_lock(&machine.root)?;
    // A package's script fails where its daemon does not start.
    hold::refuse_starts(machine)?;
    let settled = made_whole(machine, before);
    hold::release_policy(machine);
    settled?;
    synced()?;
    torn::end(machine);
    forget_removal(machine);
    Ok(after(machine, before, true))
}

fn made_whole(machine: &Machine, before: &AptBefore) -> Result<()> {
    if torn::is_possible(machine) {
        let came = came(machine, before);
        torn::unpack_anew(machine, &came)?;
        torn::configure(machine, &came);
    }
    mend::settle(machine, &before.planned)
}

/// Forgets what was noted for a removal that was given up: the packages are here, and it says nothing of them any more.
pub fn forget_removal(machine: &Machine) {
    decision::Decision::forget(machine);
}

/// Sets up what somebody else than a run of ours left half-way, as an upgrade of Debian does: a package's script fails
/// where its daemon does not start with the configuration of the old release. No daemon is started meanwhile.
///
/// # Errors
/// When dpkg cannot be mended.
pub fn settle_others(machine: &Machine) -> Result<()> {
    mend::wait_for_lock(&machine.root)?;
    hold::refuse_starts(machine)?;
    let settled = mend::settle(machine, &BTreeSet::new());
    hold::release_policy(machine);
    settled
}

/// The packages that came: those that apt said would come, and that were not there.
fn came(machine: &Machine, before: &AptBefore) -> BTreeSet<String> {
    let was_there = |name: &String| before.known.get(name).is_some_and(|state| state != "config-files");
    let now = dpkg::known(&machine.root).into_iter();
    let now = now.filter(|(_, one)| one.state != "config-files").map(|(name, _)| name);
    now.filter(|name| before.planned.contains(name) && !was_there(name)).collect()
}

fn after(machine: &Machine, before: &AptBefore, settled: bool) -> After {
    let came = came(machine, before);
    let files = going::settings(machine, &came, &before.there);
    After { files, came: Some(came), settled, ..After::default() }
}

/// Fetches the packages into apt's cache and installs nothing; `told` hears apt's percent. Ended by `stop`: what has
/// come stays.
///
/// # Errors
/// When apt fails, or the stop was asked for.
pub fn fetch(state: &State, names: &[String], stop: &AtomicBool, told: &dyn Fn(u8)) -> Result<()> {
    install::fetch(state, names, stop, told)
}

/// Unattended, and never a word to the admin's terminal.
pub(super) fn quiet_apt(program: Program) -> Program {
    program
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("DEBIAN_PRIORITY", "critical")
        .env("APT_LISTCHANGES_FRONTEND", "none")
        .env("NEEDRESTART_SUSPEND", "1")
        // A settings file that somebody deleted after a package was removed comes back with the package (ucf(1)).
        .env("UCF_FORCE_CONFFMISS", "1")
        .env("LC_ALL", "C.UTF-8")
}
