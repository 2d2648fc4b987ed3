//! apt-get(8): what it would do, what it fetches, and the installation with its progress told as it goes.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::io::{FdFlags, fcntl_setfd};

use super::{INSTALL, apt, quiet_apt};
use crate::change::Packages;
use crate::engine::machine::Machine;
use crate::engine::state::{State, Sync, write_private};
use crate::error::{Context, Error, Kind, Result};
use crate::files;
use crate::log::tell;
use crate::probe::machine::simulation;
use crate::shell::{Output, Program, Running};

/// What the system says of a full disk (strerror(3), ENOSPC).
const FULL: &str = "No space left on device";
/// With less room than this, in MiB, a failure of dpkg is taken for one of a full disk: dpkg has taken the package back
/// that did not fit.
const NO_ROOM: u64 = 256;
/// apt's package lists are fetched anew when they are older, in seconds.
const LISTS_AGE: u64 = 24 * 3600;
/// How apt-get and dpkg are to work: nothing but what is needed comes, settings that somebody edited stay, and those that
/// somebody deleted after a removal come back.
const OPTIONS: [&str; 8] = [
    "-y",
    "-q",
    "--no-install-recommends",
    "-oDPkg::Lock::Timeout=900",
    "-oDpkg::Options::=--force-confdef",
    "-oDpkg::Options::=--force-confold",
    "-oDpkg::Options::=--force-confmiss",
    "-oDpkg::Use-Pty=0",
];

/// Files are brought to the disk once, at the end, and not one by one: what a power cut tears until then is unpacked anew
/// ([`super::torn`]).
const UNSAFE: &str = "-oDpkg::Options::=--force-unsafe-io";

/// What apt would do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// The packages that would be unpacked.
    pub(super) come: BTreeSet<String>,
    /// Those of them of which an older version is there.
    pub(super) renewed: BTreeSet<String>,
    /// Those that would be removed.
    pub(super) go: BTreeSet<String>,
}

/// What apt would do to have these packages.
pub(super) fn outline(names: &[String]) -> Result<Outline> {
    outlined(&simulation::of(names)?, "install", names)
}

/// What apt would do, by its own simulation.
pub(super) fn simulated(verb: &[&str], words: &[String]) -> Result<Outline> {
    let simulation = quiet_apt(Program::new("apt-get").arg("-s").args(verb).args(OPTIONS).arg("--").args(words));
    outlined(&simulation.deadline(Duration::from_secs(300)).run()?, &verb.join(" "), words)
}

fn outlined(output: &Output, verb: &str, words: &[String]) -> Result<Outline> {
    if output.ok() {
        return Ok(apt::outline(&output.stdout));
    }
    let said = format!("{}\n{}", output.stdout, output.stderr);
    let told = apt::complaints(&said).join("\n");
    Err(Error::failed(format!("apt-get could not {verb} {}", words.join(" "))).caused_by(told))
}

/// The units of these packages that run: unit files, and scripts in /etc/init.d (systemd-sysv-generator(8)).
pub(super) fn at_work(machine: &Machine, packages: &BTreeSet<String>) -> BTreeSet<String> {
    let lists = super::known::Lists::read(machine, &|name| packages.contains(name));
    let unit = |path: &std::path::PathBuf| {
        let name = path.file_name()?.to_str()?;
        let is_unit = [".service", ".socket", ".timer"].iter().any(|end| name.ends_with(end)) && !name.contains('@');
        match path.parent()?.to_str()? {
            "/usr/lib/systemd/system" if is_unit => Some(name.to_owned()),
            "/etc/init.d" => Some(format!("{name}.service")),
            _ => None,
        }
    };
    let runs = |unit: &String| {
        Program::new("systemctl").args(["is-active", "--quiet", unit]).run().is_ok_and(|output| output.ok())
    };
    lists.going.iter().filter_map(unit).filter(runs).collect()
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
            let _ = files::remove_file(&path);
        }
    }
    set().success().map(drop)
}

pub(super) fn install(machine: &Machine, packages: &Packages, log: &Path) -> Result<()> {
    if !packages.debconf.is_empty() {
        answer(machine, &packages.debconf)?;
    }
    let status = machine.state.dir().join("apt-status");
    let stream = Stream::create(&status)?;
    let apt = quiet_apt(Program::new("apt-get").arg("install").args(OPTIONS));
    // What the machine lives by is not to be torn in a power cut: another version of it is written safely.
    let safely = !outline(&packages.names)?.renewed.is_empty();
    let apt = if safely { apt } else { apt.arg(UNSAFE) };
    let apt = apt.arg(format!("-oAPT::Status-Fd={}", stream.number()));
    // Files, not pipes: apt goes on to its end even when we are killed.
    let running = apt.args(&packages.names).output_file(log).deadline(INSTALL).start()?;
    drop(stream);
    let output = follow(&running, &status, None, &mut |percent, note| {
        tracing::info!(target: "mailwright::progress", percent, note);
    })?;
    let _ = files::remove_file(&status);
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
pub(super) fn fetch(state: &State, names: &[String], stop: &AtomicBool, told: &dyn Fn(u8)) -> Result<()> {
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
    let _ = files::remove_file(&status);
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
pub(super) fn refresh_lists(machine: &Machine) {
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
        let file = files::create(path, 0o600).context(failed)?;
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
