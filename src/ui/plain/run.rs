//! A run: its progress line by line, what stopped it, and its end.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::ask::{Out, Said};
use super::questions;
use super::talk::Talk;
use super::words;
use crate::check::Outcome;
use crate::error::Kind;
use crate::steps;
use crate::ui::{closing, report};
use crate::walk::{Failure, Job, Offer};
use crate::words::say;

const EACH: Duration = Duration::from_millis(200);
/// A run that tells nothing for so long gets a word of its own.
const SILENCE: Duration = Duration::from_secs(30);
/// So many of the log's last lines are shown when a run failed.
const LAST_LINES: usize = 10;

impl Talk<'_> {
    /// Makes the plan so, to the end or up to a step, and goes on until it is made or the admin turns away.
    pub(super) fn setup(&mut self, last: Option<&'static str>) -> Said<()> {
        loop {
            self.say(&say("plain-run-keys", &[]));
            self.follow(Job::Setup { draft: Box::new(self.walk.draft.clone()), last })?;
            self.planned = None;
            let Some(failure) = self.walk.setup_failure().cloned() else { break };
            if !self.failed(&failure)? {
                return Ok(());
            }
        }
        self.end(last.is_none())
    }

    /// Gives the desk a run and follows it to its end.
    pub(super) fn follow(&mut self, job: Job) -> Said<()> {
        self.heard.ended = false;
        self.give(job);
        let (mut last, mut stopping) = (Instant::now(), false);
        while !self.heard.ended {
            if self.hear(EACH)? {
                last = Instant::now();
            } else if last.elapsed() >= SILENCE {
                last = Instant::now();
                let doing = self.walk.run.as_ref().and_then(|run| run.doing.clone()).unwrap_or_default();
                self.say(&say("plain-still", &[("doing", &doing)]));
            }
            if !stopping && self.stop.now.load(Ordering::SeqCst) {
                stopping = true;
                self.say(&say("plain-stopping", &[]));
            }
        }
        if self.stop.after_step.load(Ordering::SeqCst) {
            return Err(Out::Cut);
        }
        // What was asked for has happened; the questions that follow are not meant.
        self.stop.now.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// Says what stopped the run, and what can be done; whether to try again.
    fn failed(&mut self, failure: &Failure) -> Said<bool> {
        self.tell_failure(failure);
        loop {
            let items = words::items(&self.walk.after_failure());
            let done = match self.menu(&say("plain-what-now", &[]), &items, 0)? {
                Offer::Retry => return Ok(true),
                Offer::Change => match failure.step.and_then(|id| steps::ALL.iter().position(|step| step.id == id)) {
                    Some(at)
                        if steps::named(failure.step.unwrap_or_default())
                            .is_some_and(|step| !self.walk.questions(step).is_empty()) =>
                    {
                        self.only(at).map(|()| None)
                    }
                    _ => self.one_step().map(|()| None),
                },
                Offer::UndoStep => self.take_back(failure.step).map(|done| done.then_some(false)),
                Offer::UndoAll => self.take_back(None).map(|done| done.then_some(false)),
                Offer::Log => {
                    let lines = self.walk.run.as_ref().map(|run| run.lines.clone()).unwrap_or_default();
                    self.page(&lines.into_iter().collect::<Vec<_>>().join("\n")).map(|()| None)
                }
                _ => return Err(Out::Leave),
            };
            match done {
                Ok(Some(again)) => return Ok(again),
                Ok(None) | Err(Out::Back | Out::Steps) => {}
                Err(out) => return Err(out),
            }
        }
    }

    fn tell_failure(&mut self, failure: &Failure) {
        self.line("");
        if failure.error.kind() == Kind::Interrupted {
            self.say(&say("plain-stopped", &[]));
            return;
        }
        match failure.step.and_then(steps::named) {
            Some(step) => self.say(&say("plain-failed-at", &[("title", &questions::title(step))])),
            None => self.say(&say("plain-failed", &[])),
        }
        if let Some(doing) = &failure.doing {
            self.say(&say("plain-doing", &[("doing", doing)]));
        }
        self.say(&failure.error.render());
        if let Some(found) = &failure.report {
            let text = report::text(found, self.ask.colour());
            self.ask.tell(&text);
        }
        let lines = self.walk.run.as_ref().map(|run| run.lines.clone()).unwrap_or_default();
        if !lines.is_empty() {
            self.say(&say("plain-last-lines", &[]));
            let from = lines.len().saturating_sub(LAST_LINES);
            lines.iter().skip(from).for_each(|line| self.line(&format!("  {line}")));
        }
        self.tell_log();
    }

    fn tell_log(&mut self) {
        if let Some(logs) = self.walk.logs.clone().filter(|logs| !logs.run.as_os_str().is_empty()) {
            self.line(&say("setup-log", &[("log", &logs.run.display().to_string())]));
        }
    }

    /// The end of a run that went well: what was checked, and what a person needs next.
    fn end(&mut self, whole: bool) -> Said<()> {
        let text = report::text(&self.walk.report(), self.ask.colour());
        self.ask.tell(&format!("\n{text}"));
        if whole && self.walk.report().worst() < Outcome::Fail {
            self.closing()?;
        }
        Ok(())
    }

    /// Settings, records and places.
    pub(super) fn closing(&mut self) -> Said<()> {
        let (Ok(answers), Some(facts)) = (self.walk.draft.answers(), self.walk.facts.clone()) else { return Ok(()) };
        match closing::text(&answers, &facts, &self.walk.logs.clone().unwrap_or_default(), &self.state) {
            Ok(text) => self.page(&text),
            Err(error) => {
                self.say(&error.render());
                Ok(())
            }
        }
    }

    /// The whole setup on a throwaway host; this server is untouched.
    pub(super) fn rehearse(&mut self) -> Said<()> {
        self.say(&say("plain-rehearse", &[]));
        if !self.yes(&say("plain-rehearse-agree", &[]))? {
            return Ok(());
        }
        self.say(&say("plain-run-keys", &[]));
        self.follow(Job::Rehearse(Box::new(self.walk.draft.clone())))?;
        match self.walk.failure.take() {
            Some(failure) => self.say(&failure.error.render()),
            None => self.say(&say("plain-rehearsed", &[])),
        }
        Ok(())
    }

    /// Takes back a step and those after it, or everything, when the admin agrees; whether it was done.
    pub(super) fn take_back(&mut self, step: Option<&'static str>) -> Said<bool> {
        let list: Vec<String> =
            self.walk.to_take_back(step).into_iter().map(|it| format!("  {:10} {}", it.step, it.subject)).collect();
        if list.is_empty() {
            self.say(&say("rollback-nothing", &[]));
            return Ok(false);
        }
        self.say(&say("rollback-list", &[]));
        self.page(&list.join("\n"))?;
        if !self.yes(&say("rollback-agree", &[]))? {
            return Ok(false);
        }
        self.follow(Job::TakeBack(step))?;
        self.planned = None;
        if let Some(failure) = self.walk.failure.clone() {
            self.say(&failure.error.render());
            self.tell_log();
            return Ok(true);
        }
        self.say(&say("rollback-done", &[("count", &list.len().to_string())]));
        if !self.walk.kept.is_empty() {
            self.say(&say("rollback-kept", &[]));
            self.walk.kept.clone().iter().for_each(|kept| self.line(&format!("  {kept}")));
        }
        Ok(true)
    }
}
