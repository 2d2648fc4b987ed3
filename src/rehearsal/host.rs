//! One throwaway Debian host: boots, runs programs, loses power, boots again, and is gone when it is dropped.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::cgroup::Group;
use super::network::{Addresses, Netns};
use super::nspawn::nspawn;
use super::overlay::{Disk, Overlay};
use super::seed::Seed;
use crate::error::{Error, Result};
use crate::shell::{Program, Running};

/// How long a host may take to come up; it takes about a second.
const BOOT: Duration = Duration::from_secs(60);

/// What a host is made of.
pub(super) struct Spec<'a> {
    /// Its name within the lab.
    pub(super) name: &'a str,
    /// The lab's unique name.
    pub(super) lab: &'a str,
    /// Where its layers go.
    pub(super) dir: PathBuf,
    /// The layers of its tree, topmost first.
    pub(super) layers: Vec<PathBuf>,
    /// The files that make it this host.
    pub(super) seed: Seed,
    /// Its network, laid already.
    pub(super) netns: Netns,
    /// Its addresses there.
    pub(super) addresses: Addresses,
    /// What was saved of another host's disk, to begin with.
    pub(super) saved: Option<PathBuf>,
    /// Where what it changes goes.
    pub(super) disk: Disk,
}

/// A throwaway Debian host.
#[derive(Debug)]
pub struct Host {
    name: String,
    machine: String,
    dir: PathBuf,
    addresses: Addresses,
    up: Option<Up>,
    group: Group,
    overlay: Overlay,
    netns: Netns,
}

/// A host that has power.
#[derive(Debug)]
struct Up {
    nspawn: Running,
    init: Pid,
}

impl Host {
    /// Puts the host's tree together; it has no power yet.
    pub(super) fn assemble(spec: Spec<'_>) -> Result<Self> {
        let machine = format!("{}-{}", spec.lab, spec.name);
        let seed = spec.dir.join("seed");
        spec.seed.write(&seed)?;
        let mut layers = vec![seed.as_path()];
        layers.extend(spec.layers.iter().map(PathBuf::as_path));
        let mut overlay = Overlay::mount(&spec.dir, &layers, spec.disk)?;
        if let Some(saved) = &spec.saved {
            overlay.restore(saved)?;
        }
        let group = Group::create(&machine)?;
        Ok(Self {
            name: spec.name.to_owned(),
            machine,
            dir: spec.dir,
            addresses: spec.addresses,
            up: None,
            group,
            overlay,
            netns: spec.netns,
        })
    }

    /// Switches it on; [`Host::wait`] says when it has come up.
    ///
    /// # Errors
    /// When systemd-nspawn cannot be started.
    pub fn power_on(&mut self) -> Result<()> {
        self.group.renew()?;
        let nspawn = nspawn(&self.group, &self.machine, &self.overlay.root())
            .args(["--boot", "--resolv-conf=off", "--private-users=no", "--capability=CAP_NET_ADMIN"])
            .arg(format!("--network-namespace-path={}", self.netns.path()))
            .output_file(self.console())
            .deadline(Duration::MAX)
            .start()?;
        let init = self.wait_for_init(&nspawn)?;
        self.up = Some(Up { nspawn, init });
        Ok(())
    }

    /// Waits until systemd says that it has come up.
    ///
    /// # Errors
    /// When it does not within a minute.
    pub fn wait(&self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < BOOT {
            let ready = self.proc("root/run/systemd/private").is_some_and(|path| path.exists());
            if ready {
                let state = self.program("systemctl").args(["is-system-running", "--wait"]).deadline(BOOT).run()?;
                match state.stdout.trim() {
                    "running" => return Ok(()),
                    "degraded" => {
                        let failed = self.program("systemctl").args(["--failed", "--plain", "--no-legend"]).run()?;
                        tracing::warn!(host = self.machine, failed = failed.stdout, "some units failed");
                        return Ok(());
                    }
                    _ => {}
                }
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(self.did_not("come up"))
    }

    /// Switches it on and waits until it has come up.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn boot(&mut self) -> Result<()> {
        self.power_on()?;
        self.wait()
    }

    /// A power cut: every process ends at once, the disk stays as it is. [`Host::boot`] switches it on again.
    pub fn cut_power(&mut self) {
        let Some(up) = self.up.take() else { return };
        self.overlay.stop();
        let _ = kill_process(up.init, Signal::KILL);
        let ended = up.nspawn.wait_for(Duration::from_secs(5));
        if !matches!(ended, Ok(Some(_))) {
            self.group.kill();
            let _ = up.nspawn.wait_for(Duration::from_secs(5));
        }
        // Programs that had entered from outside.
        self.group.kill();
        if let Err(error) = self.overlay.go_on() {
            tracing::warn!("{error}");
        }
    }

    /// Copies all that became different on its disk to a directory that is not there yet. It must have no power.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn save(&self, to: &Path) -> Result<()> {
        self.overlay.save(to)
    }

    /// Takes its disk back to what was saved; it loses power.
    ///
    /// # Errors
    /// When the copy cannot be put in place.
    pub fn restore(&mut self, from: &Path) -> Result<()> {
        self.cut_power();
        self.overlay.restore(from)
    }

    /// Shuts it down in order, as `systemctl poweroff` does.
    ///
    /// # Errors
    /// When it is still up after a minute.
    pub fn shut_down(&mut self) -> Result<()> {
        let Some(up) = &self.up else { return Ok(()) };
        self.program("systemctl").args(["poweroff", "--no-block"]).success()?;
        if up.nspawn.wait_for(BOOT)?.is_none() {
            return Err(self.did_not("shut down"));
        }
        self.up = None;
        Ok(())
    }

    /// A program to be run inside, as root, with the environment of a fresh root login and nothing of ours.
    ///
    /// On a host without power it fails when it is run.
    pub fn program(&self, name: impl AsRef<std::ffi::OsStr>) -> Program {
        self.program_with(&[], name)
    }

    /// The same with more variables in its environment.
    pub fn program_with(&self, variables: &[(&str, &str)], name: impl AsRef<std::ffi::OsStr>) -> Program {
        let words = self.entering();
        let program = Program::new(&words[0]).args(&words[1..]);
        let variables = variables.iter().map(|(key, value)| format!("{key}={value}"));
        program.args(variables).arg(name)
    }

    /// The words that enter this host; a command to be run inside goes behind them.
    #[must_use]
    pub fn entering(&self) -> Vec<String> {
        let init = self.up.as_ref().map_or(0, |up| up.init.as_raw_nonzero().get());
        let words = [
            "nsenter",
            "--target",
            &init.to_string(),
            "--mount",
            "--uts",
            "--ipc",
            "--net",
            "--pid",
            "--cgroup",
            "--root",
            "--wd",
            "--",
            "/usr/bin/env",
            "-i",
            "HOME=/root",
            "USER=root",
            "LOGNAME=root",
            "LANG=C.UTF-8",
            "TERM=xterm",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ];
        words.map(str::to_owned).to_vec()
    }

    /// Runs a closure on a thread that is in this host's network: its sockets are this host's sockets.
    ///
    /// # Errors
    /// When the network cannot be entered.
    pub fn in_network<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        self.netns.enter(work)
    }

    /// Its name within the lab: `host`, `host2`, `far`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its addresses.
    #[must_use]
    pub const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Its whole tree, seen from outside. A link in it that starts with `/` leads out of it: [`Host::read`]
    /// and [`Host::write`] know that.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.overlay.root()
    }

    /// All that became different on its disk since it was first switched on; a removed file is a character device 0/0.
    #[must_use]
    pub fn upper(&self) -> PathBuf {
        self.overlay.upper()
    }

    /// The process id of its init in this machine's eyes, while it has power.
    #[must_use]
    pub fn init(&self) -> Option<i32> {
        self.up.as_ref().map(|up| up.init.as_raw_nonzero().get())
    }

    fn console(&self) -> PathBuf {
        self.dir.join("console.log")
    }

    /// A path under /proc of the host's init.
    fn proc(&self, rest: &str) -> Option<PathBuf> {
        self.init().map(|pid| Path::new("/proc").join(pid.to_string()).join(rest))
    }

    fn wait_for_init(&self, nspawn: &Running) -> Result<Pid> {
        let started = Instant::now();
        while started.elapsed() < BOOT && nspawn.wait_for(Duration::from_millis(10))?.is_none() {
            if let Some(init) = nspawn.pid().and_then(init_below) {
                return Ok(init);
            }
        }
        self.group.kill();
        Err(self.did_not("start"))
    }

    fn did_not(&self, what: &str) -> Error {
        let console = fs::read_to_string(self.console()).unwrap_or_default();
        let lines: Vec<&str> = console.lines().filter(|line| !line.trim().is_empty()).collect();
        let tail = lines[lines.len().saturating_sub(10)..].join("\n");
        let error = Error::failed(format!("the rehearsal's host {} did not {what}", self.machine));
        if tail.is_empty() { error } else { error.caused_by(tail) }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.cut_power();
    }
}

/// The child of systemd-nspawn that is process 1 of the innermost process namespace.
fn init_below(nspawn: u32) -> Option<Pid> {
    let children = fs::read_to_string(format!("/proc/{nspawn}/task/{nspawn}/children")).ok()?;
    children.split_whitespace().find_map(|child| {
        let status = fs::read_to_string(format!("/proc/{child}/status")).ok()?;
        let ids: Vec<&str> = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?.split_whitespace().collect();
        let is_init = ids.len() > 1 && ids.last() == Some(&"1");
        is_init.then(|| child.parse().ok().and_then(Pid::from_raw)).flatten()
    })
}
