//! Daemons: enabled, running, and running with their configuration as it stands now.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rustix::fs::{Timespec, Timestamps};
use rustix::time::{ClockId, clock_gettime};

use crate::change::Daemon;
use crate::engine::archive::Archive;
use crate::engine::journal::{After, Before, PathState};
use crate::engine::kinds::{database_undo, hold};
use crate::engine::machine::Machine;
use crate::error::{Error, Result};
use crate::facts::Listener;
use crate::files;
use crate::plan::Standing;
use crate::probe::firewall::nft;
use crate::probe::sockets;
use crate::shell::Program;

/// How long a daemon may take from its start to its first answer.
const READY: Duration = Duration::from_secs(20);
/// How often systemd is asked meanwhile whether it failed; it has when systemd says so twice.
const ASKED: Duration = Duration::from_millis(500);

/// What systemd says of a unit.
#[derive(Debug, Default)]
struct Unit {
    active: bool,
    failed: bool,
    file_state: String,
    /// Microseconds of the monotonic clock at its last start.
    started: u64,
}

/// How a daemon stands: running, enabled, and started after its files were last written.
#[must_use]
pub fn standing(machine: &Machine, daemon: Daemon, uses: &[PathBuf]) -> Standing {
    let (unit, process) = (show(daemon.unit()), show(daemon.process_unit(machine.release)));
    let mut what = Vec::new();
    if !process.active {
        what.push("start".to_owned());
    } else if let Some(newer) = newer_file(machine, &process, uses) {
        what.push(format!("restart ({} is newer than its start)", newer.display()));
    }
    if unit.file_state != "enabled" {
        what.push("enable at boot".to_owned());
    }
    if what.is_empty() {
        return Standing::Holds;
    }
    Standing::Differs { what, text: None, edited_by_hand: false }
}

/// The unit's state, for the journal.
#[must_use]
pub fn before(daemon: Daemon) -> Before {
    let unit = show(daemon.unit());
    Before::Service { daemon, active: unit.active, file_state: unit.file_state }
}

/// Lets the daemon start: its own syntax check first, then unmasked, enabled, started or restarted, and waited for
/// until it answers.
///
/// # Errors
/// When its check, its start or its first answer fails.
pub fn act(machine: &Machine, daemon: Daemon) -> Result<After> {
    let [program, args @ ..] = daemon.check_before_start() else { return Ok(After::default()) };
    let name = daemon.name();
    for file in daemon.waits_for() {
        age(&machine.path(Path::new(file)));
    }
    let wrong = |error: Error| error.within(format!("{name} does not accept its configuration; it was not started"));
    Program::new(program).args(args).quiet().success().map_err(wrong)?;
    let systemctl = |args: &[&str]| systemctl(args).success();
    // Enabling makes systemd read its units anew; once is enough.
    hold::release(machine, daemon)?;
    systemctl(&["enable", "--quiet", daemon.unit()])?;
    if let Some(former) = daemon.former_unit(machine.release).filter(|unit| show(unit).active) {
        systemctl(&["stop", former])?;
    }
    let active = show(daemon.process_unit(machine.release)).active;
    let verb = if active { "restart" } else { "start" };
    let started = systemctl(&[verb, daemon.unit()]).map_err(|error| error.within(format!("{name} did not {verb}")));
    started.and_then(|_| ready(machine, daemon)).map_err(|error| explained(machine, daemon, error))?;
    Ok(After::default())
}

/// A failed start with who holds a port of the daemon, the most frequent cause; else with where to look.
fn explained(machine: &Machine, daemon: Daemon, error: Error) -> Error {
    let unit = daemon.process_unit(machine.release);
    if show(unit).active {
        return error.hint(format!("look at `journalctl -u {unit}`"));
    }
    // It does not run: whoever holds its ports is another.
    let listeners = sockets::listeners().unwrap_or_default();
    let taken: Vec<String> = daemon.ports().iter().filter_map(|port| holder(&listeners, *port)).collect();
    if taken.is_empty() {
        return error.hint(format!("look at `journalctl -u {unit}`"));
    }
    let stop = "stop that program and keep it from starting again, then go on; `ss -ltnp` shows who listens";
    taken.into_iter().fold(error, Error::caused_by).hint(stop)
}

fn holder(listeners: &[Listener], port: u16) -> Option<String> {
    let held = listeners.iter().find(|one| one.port == port)?;
    let program = held.program.as_deref().unwrap_or("another program");
    Some(format!("port {port} is held by {program}, at {}", held.address))
}

/// Makes a file that was just written a few seconds older. A daemon may wait with one that is still being written; ours is
/// whole, as it was renamed into its place. Without this it waits, and nothing is lost.
fn age(path: &Path) {
    const AGE: i64 = 4;
    let now = clock_gettime(ClockId::Realtime);
    let then = Timespec { tv_sec: now.tv_sec - AGE, tv_nsec: now.tv_nsec };
    let times = Timestamps { last_access: then, last_modification: then };
    let fresh = files::look(path).ok().flatten().and_then(|look| look.modified).is_some_and(|written| {
        SystemTime::now().duration_since(written).is_ok_and(|age| age.as_secs() < AGE.unsigned_abs())
    });
    if fresh {
        let _ = files::set_times(path, &times);
    }
}

/// Takes away what a run that was cut off had put in the way of every daemon's start: our policy-rc.d, and the masks of
/// generators.
pub fn nothing_in_the_way(machine: &Machine) {
    hold::release_policy(machine);
    hold::release_generators(machine, &Daemon::ALL);
}

/// Keeps the generators of daemons that go from being asked at each of systemd's many reloads, until
/// [`with_generators`]: Postfix's takes a second while its main.cf is not there.
///
/// # Errors
/// When their masks cannot be made.
pub fn without_generators(machine: &Machine, daemons: &[Daemon]) -> Result<()> {
    hold::hold_generators(machine, daemons)
}

/// Lets the generators work again, and systemd know its units as they are now.
pub fn with_generators(machine: &Machine, daemons: &[Daemon]) {
    if !daemons.is_empty() {
        hold::release_generators(machine, daemons);
        let _ = systemctl(&["daemon-reload"]).quiet().run();
    }
}

/// Stops the daemon when it did not run before, and holds it back again when it was held. A database server that is
/// about to go is asked first for databases that are not mailwright's.
///
/// # Errors
/// When systemd refuses, or such a database cannot be saved.
pub fn undo(
    machine: &Machine,
    archive: &Archive,
    daemon: Daemon,
    active: bool,
    file_state: &str,
) -> Result<Vec<String>> {
    let systemctl = |args: &[&str]| systemctl(args).run();
    let mut kept = Vec::new();
    if !active {
        if daemon == Daemon::Mariadb {
            kept = database_undo::save_others(machine, archive)?;
        }
        // The unit of the process is waited for as well: Postfix's files are not to change under it while it stops.
        let process = daemon.process_unit(machine.release);
        let stop = ["stop", daemon.unit(), process];
        systemctl(if process == daemon.unit() { &stop[..2] } else { &stop })?;
    }
    if daemon == Daemon::Nftables {
        // One that went on has our table still: it would keep out everything but mail and SSH until the next boot.
        take_out_table()?;
    }
    if file_state != "enabled" {
        // The links that enable a unit are no package's, so no purge would remove them.
        systemctl(&["disable", "--quiet", "--no-reload", daemon.unit()])?;
    }
    if matches!(file_state, "masked" | "masked-runtime") {
        systemctl(&[&["mask", "--quiet", "--no-reload"], daemon.units()].concat())?;
    }
    Ok(kept)
}

/// Whether the daemon's unit is active.
#[must_use]
pub fn runs(daemon: Daemon) -> bool {
    show(daemon.unit()).active
}

/// Tells daemons to stop, and waits for none: several take seconds each, and end side by side.
pub fn stop_ahead(daemons: &[Daemon]) {
    if !daemons.is_empty() {
        let units = daemons.iter().map(|daemon| daemon.unit());
        let _ = systemctl(&["stop", "--no-block"]).args(units).quiet().run();
    }
}

/// Starts daemons that were stopped ahead and go on after all.
pub fn go_on(daemons: &[Daemon]) {
    for daemon in daemons {
        if let Err(error) = systemctl(&["start", daemon.unit()]).success() {
            tracing::warn!(daemon = daemon.name(), error = error.render(), "did not start again");
        }
    }
}

/// Lets a daemon that ran before go on with its own configuration, which is back. What went wrong with it, in words.
#[must_use]
pub fn back_to_its_own(daemon: Daemon) -> Option<String> {
    let restarted = systemctl(&["restart", daemon.unit()]).success();
    let error = restarted.err()?;
    tracing::warn!(error = error.render(), "a daemon did not start with its old configuration");
    let unit = daemon.unit();
    Some(format!(
        "{} (it ran before and does not start with its old configuration: see `journalctl -u {unit}`)",
        daemon.name()
    ))
}

/// Starts a unit anew, where it runs.
pub fn start_anew(unit: &str) {
    if let Err(error) = systemctl(&["try-restart", unit]).success() {
        tracing::warn!(unit, error = error.render(), "did not start anew");
    }
}

/// Takes our own table out of the kernel, where it is.
fn take_out_table() -> Result<()> {
    let listed = Program::new("nft").args(["list", "tables"]).run();
    // Without nft(8) there is nobody who could have loaded it.
    let Ok(listed) = listed else { return Ok(()) };
    let table = ["table", "inet", nft::OWN_TABLE].join(" ");
    if listed.stdout.lines().any(|line| line == table) {
        Program::new("nft").args(["delete", "table", "inet", nft::OWN_TABLE]).success()?;
    }
    Ok(())
}

/// The units among these paths, by name: those whose file goes when the paths are put back. With one of a path or timer and
/// the service that it starts (systemd.path(5), systemd.timer(5)) the others are meant as well, those that start it first.
fn units(paths: &BTreeMap<PathBuf, PathState>) -> Vec<String> {
    let goes = paths.iter().filter(|(_, was)| **was == PathState::Absent).map(|(path, _)| path);
    let in_place = goes.filter(|path| path.parent() == Some(Path::new("/etc/systemd/system")));
    let names = in_place.filter_map(|path| path.file_name()?.to_str());
    let pair = |name: &str| match name.rsplit_once('.') {
        Some((stem, "path" | "timer" | "service")) => {
            ["path", "timer", "service"].map(|kind| format!("{stem}.{kind}")).to_vec()
        }
        Some((_, "socket" | "mount" | "target")) => vec![name.to_owned()],
        // A directory of drop-ins.
        _ => Vec::new(),
    };
    names.flat_map(pair).collect()
}

/// Stops the units whose files are about to go, the paths that start others before those.
pub fn let_go(paths: &BTreeMap<PathBuf, PathState>) {
    let going = units(paths);
    if !going.is_empty() {
        let _ = systemctl(&["stop"]).args(going).quiet().run();
    }
}

/// Tells those who go on running that these files are as they were. A fail2ban that was here before lets go of our jails,
/// with all whom they banned; systemd stops nftables as it did before.
pub fn reread(paths: &BTreeMap<PathBuf, PathState>) {
    let lies_in = |place: &str| paths.keys().any(|path| path.starts_with(place));
    let tell = |args: &[&str]| {
        let told = systemctl(args).success();
        let _ = told.inspect_err(|error| tracing::warn!(error = error.render(), "old files were not read anew"));
    };
    let gone = units(paths);
    if !gone.is_empty() {
        tell(&["daemon-reload"]);
        // One that never failed has nothing to be forgotten.
        let _ = systemctl(&["reset-failed"]).args(gone).quiet().run();
    }
    let unit = Daemon::Fail2ban.unit();
    if lies_in("/etc/fail2ban") && show(unit).active {
        tell(&["reload", unit]);
    }
    if lies_in("/etc/systemd/system/nftables.service.d") {
        tell(&["daemon-reload"]);
    }
}

/// systemctl(1), without its detour to the `SysV` links: those are the packages', and it takes a second each time.
pub(super) fn systemctl(args: &[&str]) -> Program {
    Program::new("systemctl").args(args).env("SYSTEMCTL_SKIP_SYSV", "1").deadline(Duration::from_secs(120))
}

/// Waits until every socket and port of the daemon answers: systemd's word comes earlier.
fn ready(machine: &Machine, daemon: Daemon) -> Result<()> {
    let deadline = Instant::now() + READY;
    let (mut ask_at, mut failed) = (Instant::now() + ASKED, 0);
    let answers = |socket: &&&str| UnixStream::connect(socket).is_err();
    loop {
        let sockets = daemon.sockets().iter().find(answers).map(|socket| (*socket).to_owned());
        let closed = |port: &&u16| TcpStream::connect(("localhost", **port)).is_err();
        let waiting = sockets.or_else(|| daemon.ports().iter().find(closed).map(|port| format!("port {port}")));
        let Some(waiting) = waiting else { return Ok(()) };
        if Instant::now() >= deadline {
            let seconds = READY.as_secs();
            return Err(Error::failed(format!(
                "{} was started but {waiting} did not answer in {seconds} s",
                daemon.name()
            )));
        }
        if Instant::now() >= ask_at {
            ask_at = Instant::now() + ASKED;
            // On bookworm the start of Postfix ends well whatever becomes of it.
            failed += u8::from(show(daemon.process_unit(machine.release)).failed);
        }
        if failed > 1 {
            return Err(Error::failed(format!("{} was started but ended at once", daemon.name())));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A file that was written after the daemon started.
fn newer_file(machine: &Machine, unit: &Unit, uses: &[PathBuf]) -> Option<PathBuf> {
    let now = clock_gettime(ClockId::Monotonic);
    let uptime = Duration::new(u64::try_from(now.tv_sec).ok()?, u32::try_from(now.tv_nsec).ok()?);
    let started = SystemTime::now().checked_sub(uptime.checked_sub(Duration::from_micros(unit.started))?)?;
    let newer = |path: &&PathBuf| written(&machine.path(Path::new(path))).is_some_and(|written| written > started);
    uses.iter().find(newer).cloned()
}

/// When there came to stand there what stands there. A link may have been put in another's place to lead to a file that is
/// older, as with certificates that are renewed elsewhere: the latest change along the way counts, of the names as well.
fn written(path: &Path) -> Option<SystemTime> {
    /// As many as the kernel follows (`path_resolution(7)`).
    const LINKS: usize = 40;
    let (mut at, mut last) = (path.to_owned(), None);
    for _ in 0..LINKS {
        let meta = std::fs::symlink_metadata(&at).ok()?;
        if !meta.is_symlink() {
            let changed = if last.is_some() { changed(&meta) } else { None };
            return [last, meta.modified().ok(), changed].into_iter().flatten().max();
        }
        last = last.max(meta.modified().ok()).max(changed(&meta));
        let to = std::fs::read_link(&at).ok()?;
        at = at.parent()?.join(to);
    }
    None
}

/// The last change of an inode, its names and owner included (stat(2), `st_ctime`).
fn changed(meta: &std::fs::Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let since = Duration::new(u64::try_from(meta.ctime()).ok()?, u32::try_from(meta.ctime_nsec()).ok()?);
    SystemTime::UNIX_EPOCH.checked_add(since)
}

fn show(unit: &str) -> Unit {
    let properties = "ActiveState,UnitFileState,ActiveEnterTimestampMonotonic";
    let program = Program::new("systemctl").args(["show", "--property", properties, unit]);
    let Ok(output) = program.run() else { return Unit::default() };
    let value = |key: &str| {
        output.stdout.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap_or_default()
    };
    Unit {
        active: value("ActiveState") == "active",
        failed: value("ActiveState") == "failed",
        file_state: value("UnitFileState").to_owned(),
        started: value("ActiveEnterTimestampMonotonic").parse().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_a_port_is_named() {
        let listener = |port, program: Option<&str>| Listener {
            address: "0.0.0.0".parse().unwrap(),
            port,
            program: program.map(str::to_owned),
        };
        let listeners = [listener(25, Some("perl")), listener(993, None)];
        assert_eq!(holder(&listeners, 25).unwrap(), "port 25 is held by perl, at 0.0.0.0");
        assert_eq!(holder(&listeners, 993).unwrap(), "port 993 is held by another program, at 0.0.0.0");
        assert_eq!(holder(&listeners, 587), None);
    }
}
