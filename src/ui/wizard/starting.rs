//! Runs started, stopped and taken back: asked for first, and never twice.

use super::app::App;
use super::event::Act;
use super::item::Go;
use super::over::{Confirm, Over};
use super::page::Page;
use super::pages;
use crate::check::Outcome;
use crate::engine::undo::Forecast;
use crate::error::Result;
use crate::run::standing::Change;
use crate::steps;
use crate::ui::losses;
use crate::ui::preview::Preview;
use crate::walk::{Job, Verb};
use crate::words::say;

impl App {
    pub(super) fn go_run(&mut self, go: Go) {
        match go {
            Go::StepAlone => {
                let last = self.step().map(|step| step.id);
                self.commit();
                self.start(last);
            }
            Go::Start(last) => self.start(last),
            Go::Agree(last) => self.agree(last),
            Go::Make(last) => self.make(last),
            Go::Rehearse => self.ask_to_rehearse(),
            Go::RehearseNow => self.begin(Job::Rehearse(Box::new(self.walk.draft.clone()))),
            Go::Look => self.look_again(),
            Go::Retry => self.retry(),
            Go::Change => {
                let step = self.walk.failure.as_ref().and_then(|failure| failure.step).unwrap_or_default();
                self.go_to_step(step);
            }
            Go::Undo(step) => self.ask_to_undo(step),
            Go::UndoNow(step) => {
                self.work.undoing = step;
                self.begin(Job::TakeBack(step));
            }
            _ => {}
        }
    }

    /// Gives the desk a run; until it has begun, no other is given.
    fn begin(&mut self, job: Job) {
        self.work.starting = true;
        self.notice = Some(say("wizard-starting", &[]));
        self.ask(job);
    }

    /// Whether a run is at work, or about to be.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.work.starting || self.walk.is_running()
    }

    pub(super) fn stop(&mut self) {
        if self.is_busy() && !self.work.stopping {
            self.work.stopping = true;
            self.acts.push(Act::Stop);
        }
    }

    /// The machine is looked at once more: something was mended.
    fn look_again(&mut self) {
        self.notice = Some(say("wizard-look-again", &[]));
        self.ask(Job::Look);
        self.replan();
    }

    /// Asks whether to make it so; what keeps it from being made is told instead.
    pub(super) fn start(&mut self, last: Option<&'static str>) {
        if let Some(why) = self.held_up() {
            self.notice = Some(why);
            return;
        }
        if self.is_unplanned() {
            return self.start_when_planned(last);
        }
        if self.is_unfit() {
            return;
        }
        let edited = self.planned_up_to(last).map(|plan| plan.edited_by_hand()).unwrap_or_default();
        if edited.is_empty() {
            return self.agree(last);
        }
        let files = edited.join(", ");
        let words = say("wizard-ask-edited", &[("files", &files)]);
        self.over.push(Over::Confirm(Confirm::new(words, Go::Agree(last))));
    }

    /// What would be agreed to is another by now: a question about it is withdrawn.
    pub(super) fn withdraw_questions(&mut self) {
        let before = self.over.len();
        self.over.retain(|over| !matches!(over, Over::Confirm(confirm) if confirm.is_about_the_plan()));
        if self.over.len() < before {
            self.notice = Some(say("wizard-start-changed", &[]));
        }
    }

    /// Why nothing can be made just now.
    fn held_up(&self) -> Option<String> {
        if !self.walk.root {
            return Some(say("wizard-not-root", &[]));
        }
        if self.is_busy() {
            return Some(say("wizard-at-work", &[]));
        }
        (!self.wrong.is_empty()).then(|| say("wizard-start-wrong", &[]))
    }

    /// Whether what would be agreed to is not known just now.
    fn is_unplanned(&self) -> bool {
        self.work.planning || self.work.plan_at.is_some() || self.walk.preview.is_none()
    }

    /// The question comes by itself with the plan, unless a key is pressed before.
    fn start_when_planned(&mut self, last: Option<&'static str>) {
        let idle = !self.work.planning && self.work.plan_at.is_none();
        self.notice = Some(match self.walk.unplanned.as_ref().filter(|_| idle) {
            Some(error) => error.to_string(),
            None => say("wizard-start-planning", &[]),
        });
        self.work.start = Some(Go::Start(last));
        if idle {
            self.replan();
        }
    }

    /// The machine is not fit: told at the review, and looked at once more, as it may be mended by now.
    fn is_unfit(&mut self) -> bool {
        let unfit = self.page == Page::Review
            && self.walk.findings.as_ref().is_some_and(|found| found.worst() == Outcome::Fail);
        if unfit {
            self.look_again();
            self.notice = Some(say("wizard-start-unfit", &[]));
        }
        unfit
    }

    fn planned_up_to(&self, last: Option<&str>) -> Option<Preview> {
        self.walk.preview.as_ref().map(|preview| preview.up_to(last))
    }

    fn agree(&mut self, last: Option<&'static str>) {
        let count = self.planned_up_to(last).map_or(0, |plan| plan.to_make().count()).to_string();
        let words = match last {
            None => say("wizard-ask-start", &[("count", &count)]),
            Some(id) => {
                let title = pages::title(id);
                say("wizard-ask-start-step", &[("count", &count), ("step", &title)])
            }
        };
        self.over.push(Over::Confirm(Confirm::new(words, Go::Make(last))));
    }

    fn make(&mut self, last: Option<&'static str>) {
        self.work.last = last;
        self.begin(Job::Setup { draft: Box::new(self.walk.draft.clone()), last });
    }

    fn retry(&mut self) {
        // A retry is a new plan; what was agreed to stands, but files edited by hand are asked about again.
        match self.walk.run.as_ref().map(|run| run.verb) {
            Some(Verb::Rehearsal) => self.ask_to_rehearse(),
            Some(Verb::Rollback) => self.ask_to_undo(self.work.undoing),
            _ => self.start(self.work.last),
        }
    }

    fn ask_to_rehearse(&mut self) {
        if let Some(why) = self.held_up() {
            self.notice = Some(why);
            return;
        }
        let words = say("wizard-ask-rehearse", &[]);
        self.over.push(Over::Confirm(Confirm::new(words, Go::RehearseNow)));
    }

    fn ask_to_undo(&mut self, step: Option<&'static str>) {
        if !self.walk.root {
            return self.notice = Some(say("wizard-not-root", &[]));
        }
        if self.is_busy() {
            return self.notice = Some(say("wizard-at-work", &[]));
        }
        let from = step.and_then(|id| steps::ALL.iter().position(|step| step.id == id)).unwrap_or(0);
        let taken = |change: &&Change| steps::ALL.iter().skip(from).any(|step| step.id == change.step);
        let count = self.walk.standing.changes.iter().filter(taken).count().to_string();
        let words = match step {
            None => say("wizard-ask-undo-all", &[("count", &count)]),
            Some(id) => say("wizard-ask-undo", &[("count", &count), ("step", &pages::title(id))]),
        };
        self.over.push(Over::Confirm(Confirm::waiting(words, Go::UndoNow(step))));
        self.ask(Job::Forecast(step));
    }

    /// The question about a rollback is told what it saves and leaves; one that could not come to its end is not asked.
    pub(super) fn forecast(&mut self, step: Option<&'static str>, told: &Result<Forecast>) {
        let waits = |over: &Over| matches!(over, Over::Confirm(confirm) if confirm.waits_for(step));
        let Some(at) = self.over.iter().position(waits) else { return };
        match (told, &mut self.over[at]) {
            (Ok(forecast), Over::Confirm(confirm)) => confirm.tell(losses::undo(forecast)),
            (Err(error), _) => {
                self.over.remove(at);
                self.notice = Some(error.render());
            }
            _ => {}
        }
    }
}
