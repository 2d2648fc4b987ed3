//! A second life on a host under test. While mailwright installs, repairs or removes packages there, somebody else
//! works beside it: an application writes its files, an admin edits and commits, an account and a unit come. None of
//! that is mailwright's, so all of it must stand when mailwright has ended, byte for byte.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support fails by panicking")]

mod place;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use mailwright::rehearsal::Host;

use place::{Place, Things};

/// The neighbour at work; it stops when this is dropped.
pub struct Life {
    place: Place,
    stop: Arc<AtomicBool>,
    work: Option<JoinHandle<Things>>,
    /// All that it had when it stopped.
    things: Option<Things>,
}

impl Life {
    /// Moves in where it does not live yet, takes note of what it has, and goes to work.
    pub fn begin(host: &Host) -> Self {
        Self::at(Place { root: host.root(), entering: host.entering(), edits_hosts: true })
    }

    /// The same for one that leaves /etc/hosts as it is: Postfix has a copy of it in its chroot, and is started anew by a
    /// setup after an edit.
    pub fn but_for_hosts(host: &Host) -> Self {
        Self::at(Place { root: host.root(), entering: host.entering(), edits_hosts: false })
    }

    fn at(place: Place) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        if std::env::var_os(OFF).is_some() {
            return Self { place, stop, work: None, things: None };
        }
        place.move_in();
        let things = place.has();
        let (at, ended) = (place.clone(), Arc::clone(&stop));
        let work = std::thread::spawn(move || at.work(things, &ended));
        Self { place, stop, work: Some(work), things: None }
    }

    /// Stops it at work, with nothing half done: before a host loses its power.
    pub fn pause(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(work) = self.work.take() {
            self.things = Some(work.join().unwrap_or_else(|_| panic!("the neighbour could not go on")));
        }
    }

    /// Stops it; all that it has must stand.
    pub fn end(mut self) {
        self.pause();
        let wrong = self.things.as_ref().map(|things| self.place.missing(things)).unwrap_or_default();
        assert!(wrong.is_empty(), "not ours, and no longer as it was:\n{}", wrong.join("\n"));
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(work) = self.work.take() {
            let _ = work.join();
        }
    }
}

/// Whether these arguments of mailwright may start apt.
pub fn runs_apt(args: &[&str]) -> bool {
    matches!(args.first(), Some(&("setup" | "resume" | "rollback"))) && !args.contains(&"--dry-run")
}

/// Leaves the neighbour out, to see what else is wrong: for looking into a failure.
const OFF: &str = "MAILWRIGHT_NO_NEIGHBOUR";

/// Does something on a host while the neighbour lives there.
pub fn beside<T>(host: &Host, work: impl FnOnce() -> T) -> T {
    let life = Life::begin(host);
    let result = work();
    life.end();
    result
}
