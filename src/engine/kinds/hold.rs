//! Daemons held back: none starts before its final configuration stands, not even at a reboot half-way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::change::Daemon;
use crate::engine::machine::Machine;
use crate::engine::paths::{self, Access};
use crate::error::{Context, Result};
use crate::files;
use crate::shell::Program;

/// Refuses every start of a daemon while packages are set up (invoke-rc.d(8), /usr/share/doc/init-system-helpers).
const POLICY: &str = "/usr/sbin/policy-rc.d";
const POLICY_TEXT: &str =
    "#!/bin/sh\n# Written by mailwright while it installs packages; it removes this file itself.\nexit 101\n";
/// Units and links of the admin's, and masks (systemd.unit(5)).
const UNITS: &str = "/etc/systemd/system";
/// A generator is masked by a link to /dev/null under its name (systemd.generator(7)); here it lasts until the reboot.
const GENERATORS: &str = "/run/systemd/system-generators";

/// Those of the daemons that do not run: one that does has its configuration, and whoever uses it is not to be cut off
/// because another package comes.
pub(super) fn not_at_work(daemons: &[Daemon]) -> Vec<Daemon> {
    let runs = |daemon: &Daemon| {
        Program::new("systemctl").args(["is-active", "--quiet", daemon.unit()]).run().is_ok_and(|output| output.ok())
    };
    daemons.iter().filter(|daemon| !runs(daemon)).copied().collect()
}

/// Masks the units and refuses starts: both, as a reboot half-way must not start a daemon either.
pub(super) fn hold(machine: &Machine, daemons: &[Daemon]) -> Result<()> {
    let units: Vec<&str> = daemons.iter().flat_map(|daemon| daemon.units()).copied().collect();
    hold_generators(machine, daemons)?;
    if !units.is_empty() {
        Program::new("systemctl").args(["mask", "--quiet"]).args(units).success()?;
    }
    refuse_starts(machine)
}

/// Masks the daemons' generators.
///
/// Postfix's asks postconf(1) at every reload of systemd, and Postfix waits up to two seconds with a main.cf
/// that was just written: each of the packages' many reloads would take that long, for an instance that is held back.
pub(super) fn hold_generators(machine: &Machine, daemons: &[Daemon]) -> Result<()> {
    for generator in daemons.iter().filter_map(|daemon| daemon.generator()) {
        let link = generator_link(machine, generator);
        if files::exists(&link) {
            continue;
        }
        let make = || {
            files::create_all(link.parent().unwrap_or(&link), 0o755)?;
            files::link(Path::new("/dev/null"), &link)
        };
        make().context(|| format!("{} could not be made", link.display()))?;
    }
    Ok(())
}

fn generator_link(machine: &Machine, generator: &str) -> PathBuf {
    machine.path(Path::new(GENERATORS)).join(generator)
}

/// Lets systemd know the daemon's units again. It reads them when something is enabled next, or at its next reload.
pub(super) fn release(machine: &Machine, daemon: Daemon) -> Result<()> {
    release_generators(machine, &[daemon]);
    Program::new("systemctl").args(["unmask", "--quiet", "--no-reload"]).args(daemon.units()).success().map(drop)
}

/// Removes our masks of the daemons' generators and no other file.
pub(super) fn release_generators(machine: &Machine, daemons: &[Daemon]) {
    for generator in daemons.iter().filter_map(|daemon| daemon.generator()) {
        let link = generator_link(machine, generator);
        if files::target(&link).is_ok_and(|target| target == Path::new("/dev/null")) {
            let _ = files::remove_file(&link);
        }
    }
}

/// Whether a unit is masked at the moment.
pub(super) fn is_masked(machine: &Machine, unit: &str) -> bool {
    files::target(&mask(machine, unit)).is_ok_and(|target| target == Path::new("/dev/null"))
}

/// The links that enable units of these daemons, with where they lead.
pub(super) fn enabling(machine: &Machine, daemons: &[Daemon]) -> BTreeMap<PathBuf, PathBuf> {
    let place = Path::new(UNITS);
    let wants = files::list(&machine.path(place)).unwrap_or_default().into_iter().map(|(name, _)| place.join(name));
    let wants = wants.filter(|dir| dir.extension().is_some_and(|end| end == "wants" || end == "requires"));
    let units = || daemons.iter().flat_map(|daemon| daemon.units());
    let links = wants.flat_map(|dir| units().map(move |unit| dir.join(unit)));
    links.filter_map(|link| files::target(&machine.path(&link)).ok().map(|target| (link, target))).collect()
}

/// Makes those of these links again that are gone.
pub(super) fn enable_again(machine: &Machine, links: &BTreeMap<PathBuf, PathBuf>) -> Result<()> {
    for (link, target) in links {
        let path = machine.path(link);
        if !files::exists(&path) {
            let made =
                files::create_all(path.parent().unwrap_or(&path), 0o755).and_then(|()| files::link(target, &path));
            made.context(|| format!("{} could not be made again", link.display()))?;
        }
    }
    Ok(())
}

/// Takes a mask away, where there is one.
pub(super) fn unmask(machine: &Machine, unit: &str) {
    if is_masked(machine, unit) {
        let _ = files::remove_file(&mask(machine, unit));
    }
}

fn mask(machine: &Machine, unit: &str) -> PathBuf {
    machine.path(&Path::new(UNITS).join(unit))
}

/// Lets systemd forget the daemons that failed and are gone: it would call the machine degraded.
pub(super) fn forget_failures() {
    let units: Vec<&str> = Daemon::ALL.iter().flat_map(|daemon| daemon.units()).copied().collect();
    let shown = Program::new("systemctl").args(["show", "--property=Id,LoadState"]).args(&units).run();
    let text = shown.map(|output| output.stdout).unwrap_or_default();
    let is_gone = |unit: &&&str| {
        let id = format!("Id={unit}");
        let block = text.split("\n\n").find(|block| block.lines().any(|line| line == id));
        block.is_some_and(|block| block.lines().any(|line| line == "LoadState=not-found"))
    };
    let gone: Vec<&str> = units.iter().filter(is_gone).copied().collect();
    if !gone.is_empty() {
        let _ = Program::new("systemctl").arg("reset-failed").args(gone).quiet().run();
    }
}

/// Writes our policy-rc.d, unless the admin has one.
pub(super) fn refuse_starts(machine: &Machine) -> Result<()> {
    let policy = machine.path(Path::new(POLICY));
    if files::exists(&policy) {
        tracing::info!("a policy-rc.d stands already and is left as it is; the units are masked");
        return Ok(());
    }
    paths::write(&policy, POLICY_TEXT.as_bytes(), Access { mode: 0o755, uid: 0, gid: 0 })
}

/// Removes our policy-rc.d and no other.
pub(super) fn release_policy(machine: &Machine) {
    let policy = machine.path(Path::new(POLICY));
    if files::read_text(&policy).is_ok_and(|text| text == POLICY_TEXT) {
        let _ = files::remove_file(&policy);
    }
}
