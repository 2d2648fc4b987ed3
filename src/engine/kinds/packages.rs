//! Packages: installed by apt with their daemons held back, its progress told as it goes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::io::{FdFlags, fcntl_setfd};

use crate::change::Packages;
use crate::engine::journal::{After, Before};
use crate::engine::kinds::{apt, hold};
use crate::engine::machine::Machine;
use crate::engine::snapshot::Snapshot;
use crate::engine::state::{State, Sync, write_private};
use crate::error::{Context, Error, Kind, Result};
use crate::log::tell;
use crate::plan::Standing;
use crate::shell::{Output, Program, Running};

/// How long another program may hold dpkg's lock, and how long an installation may take.
const LOCK: Duration = Duration::from_secs(900);
const INSTALL: Duration = Duration::from_secs(3600);
/// What the system says of a full disk (strerror(3), ENOSPC), and how little room is none, in MiB, where dpkg has taken
/// back the package that did not fit.
const FULL: &str = "No space left on device";
const NO_ROOM: u64 = 256;
/// apt's package lists are fetched anew when they are older, in seconds.
const LISTS_AGE: u64 = 24 * 3600;

/// How the packages stand.
#[must_use]
pub fn standing(machine: &Machine, packages: &Packages) -> Standing {
    let installed = installed(&machine.root);
    let missing: Vec<String> = packages.names.iter().filter(|name| !installed.contains_key(*name)).cloned().collect();
    if missing.is_empty() {
        return Standing::Holds;
    }
    Standing::Differs { what: missing, text: None, edited_by_hand: false }
}

/// The package set and the tree, for the journal.
///
/// # Errors
/// When the tree cannot be kept.
pub fn before(machine: &Machine, packages: &Packages) -> Result<Before> {
    let snapshot = Snapshot::take(&machine.root, &machine.state, true)?.keep(&machine.state)?;
    let held = hold::not_at_work(&packages.hold);
    let masked = held.iter().flat_map(|daemon| daemon.units()).map(|unit| (*unit).to_owned()).collect();
    Ok(Before::Packages { installed: installed(&machine.root), snapshot, masked })
}

/// Installs the packages.
///
/// # Errors
/// When apt fails, or another program keeps dpkg's lock too long.
pub fn act(machine: &Machine, packages: &Packages, log: &Path) -> Result<After> {
    wait_for_lock(&machine.root)?;
    configure_pending()?;
    let had = installed(&machine.root);
    hold::hold(machine, &hold::not_at_work(&packages.hold))?;
    let result = install(machine, packages, log);
    hold::release_policy(machine);
    result?;
    after(machine, &had, false)
}

/// What an interrupted installation left is brought to an end: apt is waited for, half-configured packages are set up.
///
/// # Errors
/// When dpkg cannot be mended.
pub fn settle(machine: &Machine, had: &BTreeMap<String, String>) -> Result<After> {
    wait_for_lock(&machine.root)?;
    configure_pending()?;
    hold::release_policy(machine);
    after(machine, had, true)
}

/// Sets up what somebody else than a run of ours left half-way, as an upgrade of Debian does: a package's script fails
/// where its daemon does not start with the configuration of the old release. No daemon is started meanwhile.
///
/// # Errors
/// When dpkg cannot be mended.
pub fn settle_others(machine: &Machine) -> Result<()> {
    wait_for_lock(&machine.root)?;
    hold::refuse_starts(machine)?;
    let configured = configure_pending();
    hold::release_policy(machine);
    configured
}

/// Waits until nobody holds dpkg's lock, and says who does.
///
/// # Errors
/// When it is held too long.
pub fn wait_for_lock(root: &Path) -> Result<()> {
    let started = Instant::now();
    let mut told = None;
    while let Some(holder) = crate::probe::machine::dpkg::lock_holder(root) {
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

/// Sets up what a broken-off dpkg left; nothing to do is the usual case.
///
/// # Errors
/// When it cannot be set up.
pub fn configure_pending() -> Result<()> {
    if !unconfigured()? && updates_pending() == 0 {
        return Ok(());
    }
    tell("progress-dpkg", &[]);
    let program = quiet_apt(Program::new("dpkg").args(["--force-confdef", "--force-confold", "--configure", "-a"]));
    let configured = program.deadline(INSTALL).run()?;
    if configured.ok() {
        return Ok(());
    }
    // A package unpacked before what it depends on is only set up once apt has brought the rest.
    let mend = quiet_apt(Program::new("apt-get").args(["install", "-y", "--fix-broken", "--no-install-recommends"]));
    mend.deadline(INSTALL).success().map(drop).map_err(|error| {
        error.within("dpkg was interrupted earlier and could not be mended").hint("run `apt-get install -f` and look")
    })
}

/// Whether a package is unpacked and not set up. One that is half-installed is none of them: dpkg cannot mend it, and
/// asking again would only stir dpkg's files; apt unpacks or removes it whole.
fn unconfigured() -> Result<bool> {
    let query = Program::new("dpkg-query").args(["--show", "--showformat", "${db:Status-Status}\n"]).success()?;
    let open = ["unpacked", "half-configured", "triggers-awaited", "triggers-pending"];
    Ok(query.stdout.lines().any(|status| open.contains(&status)))
}

fn updates_pending() -> usize {
    fs::read_dir("/var/lib/dpkg/updates").map_or(0, Iterator::count)
}

/// Installed packages and their versions, from dpkg's status file.
#[must_use]
pub fn installed(root: &Path) -> BTreeMap<String, String> {
    crate::probe::machine::dpkg::installed(root)
}

/// Unattended, and never a word to the admin's terminal.
pub(super) fn quiet_apt(program: Program) -> Program {
    program
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("DEBIAN_PRIORITY", "critical")
        .env("APT_LISTCHANGES_FRONTEND", "none")
        .env("NEEDRESTART_SUSPEND", "1")
        .env("LC_ALL", "C.UTF-8")
}

fn after(machine: &Machine, had: &BTreeMap<String, String>, settled: bool) -> Result<After> {
    let snapshot = Snapshot::take(&machine.root, &machine.state, true)?.keep(&machine.state)?;
    let came = installed(&machine.root).into_keys().filter(|name| !had.contains_key(name)).collect();
    Ok(After { snapshot: Some(snapshot), came: Some(came), settled, ..After::default() })
}

/// Answers the packages' own questions beforehand.
fn answer(machine: &Machine, lines: &[String]) -> Result<()> {
    let set = || quiet_apt(Program::new("debconf-set-selections").stdin(lines.join("\n") + "\n"));
    if set().run()?.ok() {
        return Ok(());
    }
    // A purge takes a yes-or-no question of dbconfig-common's and leaves its template; debconf then refuses the answer,
    // until the question is loaded anew (debconf-devel(7), X_LOADTEMPLATEFILE).
    for line in lines {
        if let [owner, question, "boolean", ..] = line.split_whitespace().collect::<Vec<_>>()[..] {
            let path = machine.state.dir().join("debconf-template");
            let text = format!("Template: {question}\nType: boolean\nDefault: true\nDescription: {question}?\n");
            write_private(&path, text.as_bytes(), Sync::Later)?;
            let load = format!("X_LOADTEMPLATEFILE {} {owner}\n", path.display());
            quiet_apt(Program::new("debconf-communicate").arg(owner).stdin(load)).run()?;
            let _ = fs::remove_file(&path);
        }
    }
    set().success().map(drop)
}

fn install(machine: &Machine, packages: &Packages, log: &Path) -> Result<()> {
    refresh_lists(machine);
    if !packages.debconf.is_empty() {
        answer(machine, &packages.debconf)?;
    }
    let options = [
        "install",
        "-y",
        "-q",
        "--no-install-recommends",
        "-oDPkg::Lock::Timeout=900",
        "-oDpkg::Options::=--force-confdef",
        "-oDpkg::Options::=--force-confold",
        "-oDpkg::Use-Pty=0",
    ];
    let status = machine.state.dir().join("apt-status");
    let stream = Stream::create(&status)?;
    let apt = quiet_apt(Program::new("apt-get").args(options)).arg(format!("-oAPT::Status-Fd={}", stream.number()));
    // Files, not pipes: apt goes on to its end even when we are killed.
    let running = apt.args(&packages.names).output_file(log).deadline(INSTALL).start()?;
    drop(stream);
    let output = follow(&running, &status, None, &mut |percent, note| {
        tracing::info!(target: "mailwright::progress", percent, note);
    })?;
    let _ = fs::remove_file(&status);
    if output.ok() {
        return Ok(());
    }
    let said = fs::read_to_string(log).unwrap_or_default();
    let told = apt::complaints(&said);
    let code = output.code.map_or("a signal".to_owned(), |code| format!("exit code {code}"));
    let mut error =
        Error::failed(format!("apt-get could not install the packages ({code})")).caused_by(told.join("\n"));
    let mut full = said.contains(FULL);
    if let Some(left) = left_on_disk().filter(|left| !full && *left < NO_ROOM) {
        // What dpkg said of it may not have found room in the log either.
        error = error.caused_by(format!("{FULL}: {left} MiB are left of it"));
        full = true;
    }
    let first = if full { "make room (`df -h` shows where it is short)" } else { "mend what it names" };
    Err(error.hint(format!("its whole output is in {}; {first}, then run `mailwright resume`", log.display())))
}

/// The least that is left in MiB where packages are unpacked.
fn left_on_disk() -> Option<u64> {
    let left = |path: &str| rustix::fs::statvfs(path).ok().map(|disk| (disk.f_bavail * disk.f_frsize) >> 20);
    ["/usr", "/var"].into_iter().filter_map(left).min()
}

/// Fetches the packages into apt's cache and installs nothing; `told` hears apt's percent. Ended by `stop`: what has
/// come stays.
///
/// # Errors
/// When apt fails, or the stop was asked for.
pub fn fetch(state: &State, names: &[String], stop: &AtomicBool, told: &dyn Fn(u8)) -> Result<()> {
    state.create()?;
    let update = quiet_apt(Program::new("apt-get").args(["update", "-q"])).deadline(Duration::from_secs(300));
    ended(&update.start()?, stop)?;
    let status = state.dir().join("apt-fetch-status");
    let stream = Stream::create(&status)?;
    let options = ["install", "-y", "-q", "--download-only", "--no-install-recommends"];
    let apt = quiet_apt(Program::new("apt-get").args(options)).arg(format!("-oAPT::Status-Fd={}", stream.number()));
    let running = apt.args(names).deadline(INSTALL).start()?;
    drop(stream);
    let output = follow(&running, &status, Some(stop), &mut |percent, _| {
        // Within 0 to 100, so nothing is cut off.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        told(percent.clamp(0.0, 100.0) as u8);
    });
    let _ = fs::remove_file(&status);
    let output = output?;
    if output.ok() {
        return Ok(());
    }
    let error = Error::failed("the packages could not be fetched yet");
    Err(error.caused_by(apt::complaints(&(output.stdout.clone() + &output.stderr)).join("\n")))
}

/// Waits for the end of a program, or ends it when a stop is asked for.
fn ended(running: &Running, stop: &AtomicBool) -> Result<()> {
    while running.wait_for(Duration::from_millis(100))?.is_none() {
        stopped(running, stop)?;
    }
    Ok(())
}

fn stopped(running: &Running, stop: &AtomicBool) -> Result<()> {
    if !stop.load(Ordering::SeqCst) {
        return Ok(());
    }
    running.end();
    Err(Error::new(Kind::Interrupted, "the fetching of packages was ended"))
}

/// Fetches apt's lists when there are none or they are old. Failing is no failure yet: the cache may hold everything.
fn refresh_lists(machine: &Machine) {
    if crate::probe::machine::dpkg::age_of_lists(&machine.root).is_some_and(|age| age < LISTS_AGE) {
        return;
    }
    tell("progress-lists", &[]);
    let update = quiet_apt(Program::new("apt-get").args(["update", "-q"])).deadline(Duration::from_secs(300));
    if let Err(error) = update.success() {
        tracing::warn!(error = %error, "the package lists could not be fetched");
    }
}

/// The file apt writes its status to, open under a number that apt inherits. Not standard output: apt closes the
/// stream it is given to the package scripts, and one that prints would fail.
struct Stream(fs::File);

impl Stream {
    fn create(path: &Path) -> Result<Self> {
        let failed = || format!("{} could not be written", path.display());
        let file = fs::File::create(path).context(failed)?;
        fcntl_setfd(&file, FdFlags::empty()).context(failed)?;
        Ok(Self(file))
    }

    fn number(&self) -> i32 {
        self.0.as_raw_fd()
    }
}

/// Tells apt's own percent while it runs, and ends it when a stop is asked for.
fn follow(
    running: &Running,
    status_file: &Path,
    stop: Option<&AtomicBool>,
    told: &mut dyn FnMut(f64, &str),
) -> Result<Output> {
    let mut read = 0;
    let mut rest = String::new();
    loop {
        let ended = running.wait_for(Duration::from_millis(100))?;
        if let Ok(mut file) = fs::File::open(status_file) {
            let mut text = String::new();
            if file.seek(SeekFrom::Start(read)).is_ok() && file.read_to_string(&mut text).is_ok() {
                read += text.len() as u64;
                rest.push_str(&text);
            }
        }
        while let Some(end) = rest.find('\n') {
            let line: String = rest.drain(..=end).collect();
            if let Some((percent, note)) = apt::status(line.trim_end()) {
                told(percent, note);
            }
        }
        if let Some(output) = ended {
            return Ok(output);
        }
        if let Some(stop) = stop {
            stopped(running, stop)?;
        }
    }
}
