//! The review: what is not well, what will change, and the question whether to start.

use std::time::Duration;

use super::ask::{Out, Said};
use super::questions;
use super::talk::Talk;
use super::words;
use crate::steps::{self, Step};
use crate::ui::report;
use crate::walk::{Job, Offer};
use crate::words::say;

/// How long the machine may take to be looked at: a mirror that does not answer is waited for.
const PLAN: Duration = Duration::from_secs(120);

impl Talk<'_> {
    /// Looks at the plan until a run was made of it.
    pub(super) fn review(&mut self) -> Said<()> {
        let mut look = true;
        loop {
            if let Some(step) = self.walk.first_wrong() {
                self.mend(step)?;
                look = true;
                continue;
            }
            if look {
                self.plan()?;
                self.show()?;
            }
            let offers = words::items(&self.walk.at_review());
            let chosen = self.menu(&say("plain-review", &[]), &offers, 0)?;
            // What was shown still stands, unless something was answered or is to be looked at again.
            look = matches!(chosen, Offer::Change | Offer::LookAgain);
            let done = match chosen {
                Offer::Start => self.start(None),
                Offer::StartUpTo => self.start_up_to(),
                Offer::Rehearse => self.rehearse().map(|()| false),
                Offer::Change => self.one_step().map(|()| false),
                Offer::Differences => {
                    let text = self.walk.preview.as_ref().map(|preview| preview.text(true)).unwrap_or_default();
                    self.page(&text).map(|()| false)
                }
                Offer::Leave => Err(Out::Leave),
                _ => Ok(false),
            };
            match done {
                Ok(true) => return Ok(()),
                Ok(false) | Err(Out::Back | Out::Steps) => {}
                Err(out) => return Err(out),
            }
            look |= self.planned.as_ref() != Some(&self.walk.draft);
        }
    }

    /// Answers that are missing or wrong stand between here and a plan.
    fn mend(&mut self, step: &'static Step) -> Said<()> {
        self.say(&say("plain-wrong", &[("title", &questions::title(step))]));
        for (key, why) in self.walk.wrong(step) {
            let title = say(&format!("question-{}", key.replace('.', "-")), &[]);
            self.line(&format!("  {title}: {why}"));
        }
        let items = words::items(&[Offer::Change, Offer::Leave]);
        match self.menu(&say("plain-what-now", &[]), &items, 0)? {
            Offer::Change => self.only(steps::ALL.iter().position(|one| one.id == step.id).unwrap_or(0)),
            _ => Err(Out::Leave),
        }
    }

    fn plan(&mut self) -> Said<()> {
        (self.walk.preview, self.walk.unplanned, self.walk.findings) = (None, None, None);
        self.planned = None;
        self.give(Job::Plan(Box::new(self.walk.draft.clone())));
        let so = |talk: &Self| talk.walk.preview.is_some() || talk.walk.unplanned.is_some();
        if self.wait(&say("plain-planning", &[]), PLAN, so)? {
            self.planned = self.walk.preview.is_some().then(|| self.walk.draft.clone());
        } else {
            self.say(&say("plain-late", &[]));
        }
        Ok(())
    }

    fn show(&mut self) -> Said<()> {
        if let Some(error) = self.walk.unplanned.clone() {
            self.say(&error.render());
            return Ok(());
        }
        let worries = self.walk.worries();
        if !worries.checks.is_empty() {
            let text = report::text(&worries, self.ask.colour());
            self.ask.tell(&format!("\n{text}"));
        }
        let text = self.walk.preview.as_ref().map(|preview| preview.text(false)).unwrap_or_default();
        if !text.is_empty() {
            self.line("");
            self.page(&text)?;
        }
        if self.walk.serves_nobody() {
            self.say(&say("review-no-mailbox", &[]));
        }
        if !self.walk.root {
            self.say(&say("setup-not-root", &[]));
        } else if !self.walk.has_work() && self.walk.preview.is_some() {
            self.say(&say("plain-nothing-to-do", &[]));
        } else if !self.walk.can_start() && self.walk.preview.is_some() {
            self.say(&say("plain-not-fit", &[]));
        }
        Ok(())
    }

    fn start_up_to(&mut self) -> Said<bool> {
        let items: Vec<(&'static str, String)> =
            steps::ALL.iter().map(|step| (step.id, questions::title(step))).collect();
        let last = self.menu(&say("plain-which-step", &[]), &items, 0)?;
        self.start(Some(last))
    }

    /// Starts, when the admin agrees; `false` when not, and when answers were changed after a failure.
    fn start(&mut self, last: Option<&'static str>) -> Said<bool> {
        let edited = self.walk.preview.as_ref().map(|plan| plan.up_to(last).edited_by_hand()).unwrap_or_default();
        if !edited.is_empty() {
            self.say(&say("plain-edited", &[]));
            for file in edited {
                self.line(&format!("  {file}"));
            }
            if !self.yes(&say("plain-overwrite", &[]))? {
                return Ok(false);
            }
        }
        if !self.yes(&say("setup-agree", &[]))? {
            return Ok(false);
        }
        self.setup(last)
    }
}
