//! Faults for a run on a real host: it is watched through its journal from outside and struck at a chosen point.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use mailwright::rehearsal::{Host, Lab};
use mailwright::shell::{Output, Program, Running};
use rustix::process::{Pid, Signal, kill_process};

use super::support::neighbour::Life;

/// How long a run may take to come to its point.
const PATIENCE: Duration = Duration::from_secs(300);
const JOURNAL: &str = "var/lib/mailwright/journal.jsonl";
const LOGS: &str = "var/log/mailwright";
const DPKG_LOG: &str = "var/log/dpkg.log";

/// Where a run is struck.
#[derive(Debug, Clone, Copy)]
pub enum Point {
    /// As soon as the journal says that this change has begun.
    Begun(&'static str),
    /// As soon as it says that this change is done.
    Done(&'static str),
    /// This long after this change has begun.
    Into(&'static str, Duration),
    /// When apt has said this so many times.
    Apt(&'static str, usize),
    /// As soon as the run has said in the journal that it began.
    Started,
    /// As soon as the journal says that this change is undone.
    Undone(&'static str),
    /// As soon as dpkg's log has this action (`install`, `configure`, `remove`, `purge`) on this package.
    Dpkg(&'static str, &'static str),
}

/// What strikes it.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// SIGKILL to mailwright: what it started goes on by itself.
    Kill,
    /// SIGKILL to mailwright and all it started, dpkg and its scripts included.
    KillAll,
    /// The whole host loses power, and is switched on again.
    PowerCut,
    /// A signal that asks for a clean end.
    Ask(Signal),
    /// The disk is full from here to the end of the run: ENOSPC.
    Full,
    /// From here to the end of the run every call that changes the file system fails like this, in mailwright and in all
    /// it starts: `EIO`, `EROFS`, `EACCES`.
    Failing(&'static str),
}

/// Those calls, without the ones that also write to a terminal or a pipe.
const CHANGING: &str = "mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,\
                        fsync,fdatasync,sync_file_range,ftruncate,fallocate,chmod,fchmod,fchmodat,chown,fchown,lchown,\
                        fchownat,mknod,mknodat";
/// Takes the room on a full disk.
const FILLER: &str = "filler";
/// Written just before a power cut, and never synced.
const UNSYNCED: &str = "root/never-synced";

/// A run of mailwright that was started and is watched.
pub struct Run {
    running: Running,
    root: PathBuf,
    old_lines: usize,
    old_logs: Vec<PathBuf>,
    old_dpkg: u64,
    started: Instant,
    /// The neighbour, until the run has ended.
    life: Mutex<Option<Life>>,
}

impl Run {
    /// Starts `mailwright` with these arguments.
    pub fn start(host: &Host, args: &[&str]) -> Self {
        Self::beside(host, args, Some(Life::begin(host)))
    }

    /// The same, with or without the neighbour.
    fn beside(host: &Host, args: &[&str], life: Option<Life>) -> Self {
        let root = host.root();
        let life = Mutex::new(life);
        let (old_lines, old_logs) = (journal(&root).lines().count(), apt_logs(&root));
        let old_dpkg = fs::metadata(root.join(DPKG_LOG)).map_or(0, |meta| meta.len());
        let running = host.program("mailwright").args(args).deadline(Duration::from_secs(900)).start().unwrap();
        Self { running, root, old_lines, old_logs, old_dpkg, started: Instant::now(), life }
    }

    /// Waits for the point; panics when the run ends without having come there.
    pub fn wait_for(&self, point: Point) {
        while !self.has_come_to(point) {
            let ended = self.running.wait_for(Duration::from_millis(1)).unwrap();
            assert!(ended.is_none() || self.has_come_to(point), "ended before {point:?}: {ended:#?}");
            assert!(self.started.elapsed() < PATIENCE, "{point:?} did not come");
        }
        if let Point::Into(_, time) = point {
            std::thread::sleep(time);
        }
    }

    /// Sends mailwright a signal.
    pub fn signal(&self, signal: Signal) {
        // nsenter waits for its child, which is mailwright.
        let ours: Vec<i32> = self.running.pid().map(children).unwrap_or_default();
        assert_eq!(ours.len(), 1, "the run has ended already");
        kill(ours[0], signal);
    }

    /// Waits for its end; the neighbour's things must stand then.
    pub fn end(&self) -> Output {
        let output = self.running.wait().unwrap();
        if let Some(life) = self.life.lock().unwrap().take() {
            life.end();
        }
        output
    }

    /// Stops the neighbour, so that a power cut finds nothing of its half done.
    fn quiet(&self) {
        if let Some(life) = self.life.lock().unwrap().as_mut() {
            life.pause();
        }
    }

    fn has_come_to(&self, point: Point) -> bool {
        match point {
            Point::Begun(subject) | Point::Into(subject, _) => self.seq(subject).is_some(),
            Point::Done(subject) => self
                .seq(subject)
                .is_some_and(|seq| self.lines().iter().any(|line| line["event"] == "done" && line["seq"] == seq)),
            Point::Apt(words, times) => {
                let new = apt_logs(&self.root).into_iter().filter(|log| !self.old_logs.contains(log));
                let said = |log: PathBuf| fs::read_to_string(log).unwrap_or_default().matches(words).count();
                new.map(said).sum::<usize>() >= times
            }
            Point::Started => self.lines().iter().any(|line| line["event"] == "run"),
            Point::Undone(subject) => self.undone().iter().any(|undone| undone == subject),
            Point::Dpkg(action, package) => {
                let log = fs::read(self.root.join(DPKG_LOG)).unwrap_or_default();
                let new = log.get(usize::try_from(self.old_dpkg).unwrap()..).unwrap_or_default();
                String::from_utf8_lossy(new).contains(&format!(" {action} {package}:"))
            }
        }
    }

    /// The number under which this run has begun the change.
    fn seq(&self, subject: &str) -> Option<u64> {
        let begun = |line: &&serde_json::Value| line["event"] == "begin" && line["subject"] == subject;
        self.lines().iter().find(begun).and_then(|line| line["seq"].as_u64())
    }

    /// What this run has undone so far.
    fn undone(&self) -> Vec<String> {
        let text = journal(&self.root);
        let all: Vec<serde_json::Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let new = all.iter().skip(self.old_lines).filter(|line| line["event"] == "undone");
        let begun =
            |seq: &serde_json::Value| all.iter().rev().find(|line| line["event"] == "begin" && line["seq"] == *seq);
        let subject = |line: &serde_json::Value| Some(begun(&line["seq"])?["subject"].as_str()?.to_owned());
        new.filter_map(subject).collect()
    }

    /// Stops the run and all it started, so that its point does not pass while a fault is being laid.
    fn stop(&self) -> Vec<i32> {
        let all = descendants(self.running.pid().unwrap());
        for pid in &all {
            kill(*pid, Signal::STOP);
        }
        all
    }

    fn go_on(&self, all: &[i32]) {
        // nsenter stops itself when its child is stopped.
        for pid in all.iter().copied().chain([self.running.pid().unwrap().try_into().unwrap()]) {
            kill(pid, Signal::CONT);
        }
    }

    /// Makes every call that changes the file system fail, in the run and all it starts, until it ends.
    fn fail_from_now(&self, errno: &str) -> Running {
        let all = self.stop();
        let calls = CHANGING.replace(char::is_whitespace, "");
        let inject = format!("inject={calls}:error={errno}");
        let strace = Program::new("strace").args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={calls}"),
            "-e",
            &inject,
        ]);
        let strace = all.iter().fold(strace, |strace, pid| strace.args(["-p", &pid.to_string()]));
        let strace = strace.deadline(Duration::from_secs(900)).start().unwrap();
        let started = Instant::now();
        let traced = |pid: &i32| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            !status.contains("TracerPid:\t0\n")
        };
        while !all.iter().all(traced) {
            assert!(started.elapsed() < Duration::from_secs(10), "strace did not take hold: {strace:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
        self.go_on(&all);
        strace
    }

    /// Takes all the room there is on the host's disk, whoever else takes of it at the same time.
    fn fill(&self) -> PathBuf {
        let all = self.stop();
        let filler = self.root.join("root").join(FILLER);
        let file = fs::File::create(&filler).unwrap();
        let disk = rustix::fs::fstatvfs(&file).unwrap();
        let (mut at, mut piece) = (0, (disk.f_bavail * disk.f_frsize).next_power_of_two());
        while piece >= disk.f_frsize {
            match rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), at, piece) {
                Ok(()) => at += piece,
                Err(_) => piece /= 2,
            }
        }
        assert!(at > 0, "the disk was full before");
        self.go_on(&all);
        filler
    }

    /// The lines that this run has written so far.
    fn lines(&self) -> Vec<serde_json::Value> {
        let text = journal(&self.root);
        text.lines().skip(self.old_lines).filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

/// Runs mailwright up to the point and strikes there.
pub fn strike(lab: &mut Lab, args: &[&str], point: Point, fault: Fault) -> Output {
    let run = Run::start(lab.host(), args);
    run.wait_for(point);
    match fault {
        Fault::Kill => run.signal(Signal::KILL),
        Fault::KillAll => {
            for pid in descendants(run.running.pid().unwrap()) {
                kill(pid, Signal::KILL);
            }
        }
        Fault::PowerCut => {
            run.quiet();
            lab.host_mut().cut_power();
        }
        Fault::Ask(signal) => run.signal(signal),
        Fault::Full => {
            // The neighbour would run out of room as well.
            run.quiet();
            let filler = run.fill();
            let output = run.end();
            fs::remove_file(filler).unwrap();
            return output;
        }
        Fault::Failing(errno) => {
            let strace = run.fail_from_now(errno);
            let output = run.end();
            // What the run left behind may still be at work; it is let go.
            if strace.wait_for(Duration::from_secs(60)).unwrap().is_none() {
                strace.end();
            }
            return output;
        }
    }
    let output = run.end();
    if matches!(fault, Fault::PowerCut) {
        lab.host_mut().boot().unwrap();
    }
    output
}

/// Cuts the power at the point, of a host with a drive. The neighbour, who syncs nothing, is away. What was never synced
/// must be lost: else this was no power cut.
pub fn tear(lab: &mut Lab, args: &[&str], point: Point) -> Output {
    let run = Run::beside(lab.host(), args, None);
    run.wait_for(point);
    let mark = run.root.join(UNSYNCED);
    // What is written anew in the place of something older is synced soon by itself.
    let _ = fs::remove_file(&mark);
    fs::write(&mark, "lost\n").unwrap();
    lab.host_mut().cut_power();
    let output = run.end();
    assert_eq!(fs::read_to_string(&mark).unwrap_or_default(), "", "the disk has lost nothing");
    let _ = fs::remove_file(mark);
    lab.host_mut().boot().unwrap();
    output
}

/// The journal of a host as text.
pub fn journal(root: &Path) -> String {
    fs::read_to_string(root.join(JOURNAL)).unwrap_or_default()
}

fn apt_logs(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join(LOGS)).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.to_string_lossy().ends_with("-apt.log")).collect()
}

fn kill(pid: i32, signal: Signal) {
    // It may have ended by itself in this moment.
    let _ = kill_process(Pid::from_raw(pid).unwrap(), signal);
}

/// Mailwright first, then what it started, the oldest first.
fn descendants(pid: u32) -> Vec<i32> {
    let mut found = children(pid);
    let mut at = 0;
    while at < found.len() {
        found.extend(children(found[at].try_into().unwrap()));
        at += 1;
    }
    found
}

fn children(pid: u32) -> Vec<i32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}
