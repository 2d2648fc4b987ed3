//! The run at work, as its news tell it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::run::news::News;
use crate::steps;
use crate::ui::preview::Preview;

/// So many lines of the log are kept for the log pane.
const LINES: usize = 500;
/// How long packages take beside everything else, measured on fresh hosts of both releases: half a minute in all, of
/// which the rest takes a fifth. Only a first guess: the time that passes corrects it.
const PACKAGES: Duration = Duration::from_secs(25);
const REST: Duration = Duration::from_secs(7);

/// What a run is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Make so what the answers ask.
    Setup,
    /// Take changes back.
    Rollback,
    /// The whole setup on a throwaway host.
    Rehearsal,
}

/// A run of this process.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it is to do.
    pub verb: Verb,
    /// The step in hand, or the last one.
    pub step: Option<&'static str>,
    /// The change in hand.
    pub doing: Option<String>,
    /// The changes made.
    pub made: usize,
    /// The changes to make, when that is known.
    pub to_make: Option<usize>,
    /// apt's own percent, and what it is at.
    pub percent: Option<(u8, String)>,
    /// The last lines of the log, oldest first.
    pub lines: VecDeque<String>,
    /// When it began.
    pub began: Instant,
    /// How long it took, once it has ended.
    pub took: Option<Duration>,
    /// Whether it ended with an error.
    pub failed: bool,
    /// Whether packages are among what is to be made.
    pub(super) packages: bool,
}

impl Run {
    pub(super) fn new(verb: Verb, preview: Option<&Preview>) -> Self {
        let to_make = preview.filter(|_| verb == Verb::Setup).map(|preview| preview.to_make().count());
        let packages = preview.is_some_and(|preview| preview.to_make().any(|change| change.subject == "packages"));
        Self {
            verb,
            step: None,
            doing: None,
            made: 0,
            to_make,
            percent: None,
            lines: VecDeque::new(),
            began: Instant::now(),
            took: None,
            failed: false,
            packages,
        }
    }

    /// Whether it has not ended yet.
    #[must_use]
    pub const fn is_at_work(&self) -> bool {
        self.took.is_none()
    }

    /// How long it has been at work, or was.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.took.unwrap_or_else(|| self.began.elapsed())
    }

    /// How long it is expected to take from its beginning to its end.
    #[must_use]
    pub fn expected(&self) -> Duration {
        let whole = if self.packages { PACKAGES + REST } else { REST };
        match (&self.percent, self.packages) {
            // What apt has done so far tells how fast this machine is.
            (Some((percent, _)), true) if *percent >= 10 && self.step == Some("packages") => {
                self.elapsed() * 100 / u32::from(*percent) + REST
            }
            _ => whole.max(self.elapsed()),
        }
    }

    pub(super) fn hear(&mut self, news: News) {
        match news {
            News::Step { id } => {
                self.step = steps::named(&id).map(|step| step.id);
                self.doing = None;
            }
            News::Change { what } => {
                self.line(what.clone());
                (self.doing, self.percent) = (Some(what), None);
            }
            News::ChangeEnded { .. } => {
                self.made += 1;
                self.percent = None;
            }
            News::Percent { percent, note } => self.percent = Some((percent, note)),
            News::Note(line) | News::Log(line) => self.line(line),
        }
    }

    fn line(&mut self, line: String) {
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    pub(super) fn end(&mut self, error: Option<&Error>) {
        self.took = Some(self.began.elapsed());
        self.failed = error.is_some();
        self.percent = None;
    }
}
