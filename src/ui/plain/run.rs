//! A run: its progress line by line, what stopped it, and its end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::ask::{Judge, Out, Said};
use super::questions;
use super::talk::Talk;
use super::words;
use crate::check::Outcome;
use crate::dns;
use crate::engine::paths;
use crate::error::Kind;
use crate::files;
use crate::steps;
use crate::ui::{closing, losses, report, zone};
use crate::walk::{Failure, Job, Offer};
use crate::words::say;

const EACH: Duration = Duration::from_millis(200);
/// A run that tells nothing for so long gets a word of its own.
const SILENCE: Duration = Duration::from_secs(30);
/// How long it may take to see what a rollback saves and leaves: apt is asked.
const FORECAST: Duration = Duration::from_secs(300);
/// So many of the log's last lines are shown when a run failed.
const LAST_LINES: usize = 10;

/// What follows after a failure.
enum Then {
    Again,
    Plan,
    Leave,
}

impl Talk<'_> {
    /// Makes the plan so, to the end or up to a step, and goes on until it is made or the admin turns away; `false` when
    /// an answer was changed, which makes another plan.
    pub(super) fn setup(&mut self, last: Option<&'static str>) -> Said<bool> {
        loop {
            self.say(&say("plain-run-keys", &[]));
            self.follow(Job::Setup { draft: Box::new(self.walk.draft.clone()), last })?;
            self.planned = None;
            let Some(failure) = self.walk.setup_failure().cloned() else { break };
            match self.failed(&failure)? {
                Then::Again => {}
                Then::Plan => return Ok(false),
                Then::Leave => return Ok(true),
            }
        }
        self.end(last.is_none())?;
        Ok(true)
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
        self.ask.forget();
        // What was asked for has happened; the questions that follow are not meant.
        self.stop.now.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// Says what stopped the run, and what can be done.
    fn failed(&mut self, failure: &Failure) -> Said<Then> {
        self.tell_failure(failure);
        loop {
            let mut items = words::items(&self.walk.after_failure());
            if let Some(step) = failure.step.and_then(steps::named) {
                let this = say("plain-undo-this", &[("title", &questions::title(step))]);
                items
                    .iter_mut()
                    .filter(|(offer, _)| *offer == Offer::UndoStep)
                    .for_each(|(_, label)| label.clone_from(&this));
            }
            let done = match self.menu(&say("plain-what-now", &[]), &items, 0)? {
                Offer::Retry => return Ok(Then::Again),
                Offer::Change => self.mend_answer(failure).map(|()| Some(Then::Plan)),
                Offer::UndoStep => self.take_back(failure.step).map(|done| done.then_some(Then::Leave)),
                Offer::UndoAll => self.take_back(None).map(|done| done.then_some(Then::Leave)),
                Offer::Log => {
                    let lines = self.walk.run.as_ref().map(|run| run.lines.clone()).unwrap_or_default();
                    self.page(&lines.into_iter().collect::<Vec<_>>().join("\n")).map(|()| None)
                }
                _ => return Err(Out::Leave),
            };
            match done {
                Ok(Some(then)) => return Ok(then),
                Ok(None) | Err(Out::Back | Out::Steps) => {}
                Err(out) => return Err(out),
            }
        }
    }

    /// The questions of the step that failed; of any step when that one asks nothing.
    fn mend_answer(&mut self, failure: &Failure) -> Said<()> {
        let asks = |step: &&steps::Step| Some(step.id) == failure.step && !self.walk.questions(step).is_empty();
        match steps::ALL.iter().position(|step| asks(&step)) {
            Some(at) => self.only(at),
            None => self.one_step(),
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
            for line in lines.iter().skip(from) {
                self.line(&format!("  {line}"));
            }
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
        self.line("");
        self.page(&text)?;
        if whole && self.walk.report().worst() < Outcome::Fail {
            self.closing()?;
        }
        Ok(())
    }

    /// Settings, records and places.
    pub(super) fn closing(&mut self) -> Said<()> {
        let (Ok(answers), Some(facts)) = (self.walk.draft.answers(), self.walk.facts.clone()) else { return Ok(()) };
        let unseen = self.walk.report().count(Outcome::Unknown);
        match closing::text(&answers, &facts, &self.walk.logs.clone().unwrap_or_default(), &self.state, unseen) {
            Ok(text) => self.page(&text),
            Err(error) => {
                self.say(&error.render());
                Ok(())
            }
        }
    }

    /// The records to publish, written where the admin says; nothing that is there is overwritten.
    pub(super) fn records(&mut self) -> Said<()> {
        let (Ok(answers), Some(facts)) = (self.walk.draft.answers(), self.walk.facts.clone()) else { return Ok(()) };
        let wrong: Judge = Arc::new(|text: &str| Path::new(text).exists().then(|| say("plain-file-there", &[])));
        let help = say("plain-records-help", &[]);
        let path = self.text(&say("plain-records-file", &[]), "dns-records.zone", &help, wrong)?;
        let written = dns::records(&answers, &facts).and_then(|records| {
            files::write_there(Path::new(&path), zone::bind(&records).as_bytes())
                .map_err(|why| paths::failed(path.clone(), &why))
        });
        match written {
            Ok(()) => self.say(&say("plain-records-written", &[("path", &path)])),
            Err(error) => self.say(&error.render()),
        }
        Ok(())
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
        self.walk.forecast = None;
        self.give(Job::Forecast(step));
        let is_told = |face: &Self| face.walk.forecast.as_ref().is_some_and(|(of, _)| *of == step);
        self.wait(&say("undo-looking", &[]), FORECAST, is_told)?;
        match self.walk.forecast.take().filter(|(of, _)| *of == step) {
            Some((_, Ok(forecast))) => self.page(&losses::undo(&forecast).join("\n"))?,
            Some((_, Err(error))) => {
                self.say(&error.render());
                return Ok(false);
            }
            None => {
                self.say(&say("undo-unseen", &[]));
                return Ok(false);
            }
        }
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
            for kept in self.walk.kept.clone() {
                self.line(&format!("  {kept}"));
            }
        }
        Ok(true)
    }
}
