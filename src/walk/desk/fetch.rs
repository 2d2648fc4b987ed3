//! The packages, fetched in the background while the questions are still being answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::{Ear, Told};
use crate::engine::State;
use crate::engine::kinds::packages;
use crate::steps;

/// A fetch at work.
#[derive(Debug)]
pub(super) struct Fetching {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Fetching {
    /// Begins to fetch; `None` without root, who alone may fill apt's cache.
    pub(super) fn start(state: &State, tell: Ear, (stop, busy): (Arc<AtomicBool>, Arc<AtomicBool>)) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        stop.store(false, Ordering::SeqCst);
        busy.store(true, Ordering::SeqCst);
        let (state, asked) = (state.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let result =
                packages::fetch(&state, &steps::packages::names(), &asked, &|percent| tell(Told::Fetching(percent)));
            busy.store(false, Ordering::SeqCst);
            tell(Told::Fetched(result));
        });
        Some(Self { stop, thread })
    }

    /// Whether it has come to its end, well or not.
    pub(super) fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// Ends it: what has come stays in apt's cache.
    pub(super) fn end(self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = self.thread.join();
    }
}
