//! Where the server stands when the walk is opened, and what can be done from there.

use std::time::Duration;

use super::ask::{Out, Said};
use super::questions;
use super::talk::Talk;
use super::words;
use crate::run::standing::Word;
use crate::ui::report;
use crate::walk::{Job, Offer};
use crate::words::say;

/// How long the machine may take to be looked at.
const LOOK: Duration = Duration::from_secs(120);
/// How long all checks may take.
const CHECKS: Duration = Duration::from_secs(600);

impl Talk<'_> {
    /// From the first look until the admin leaves.
    pub(super) fn whole(&mut self) -> Said<()> {
        self.look(true)?;
        loop {
            self.tell_standing();
            let items = words::items(&self.walk.opening());
            let chosen = match self.menu(&say("plain-what-now", &[]), &items, 0) {
                Err(Out::Back) => return Err(Out::Leave),
                Err(Out::Steps) => Offer::Answer,
                chosen => chosen?,
            };
            self.heard.ended = false;
            match self.act_on(chosen) {
                Ok(()) | Err(Out::Back | Out::Steps) => {}
                Err(out) => return Err(out),
            }
            // A run changes the machine.
            if self.heard.ended || matches!(chosen, Offer::Watch | Offer::LookAgain) {
                // What another mailwright made may be newer than what was answered before.
                self.look(chosen == Offer::Watch)?;
            }
        }
    }

    fn act_on(&mut self, chosen: Offer) -> Said<()> {
        match chosen {
            Offer::Answer => {
                self.offer_fetch()?;
                self.questions(0)?;
                self.review()
            }
            Offer::Change => {
                self.one_step()?;
                self.review()
            }
            Offer::Review | Offer::Resume => self.review(),
            Offer::Check => self.check(),
            Offer::Closing => self.closing(),
            Offer::Records => self.records(),
            Offer::UndoAll => self.take_back(None).map(drop),
            Offer::UndoStep => {
                let steps = self.walk.steps_to_take_back();
                let items: Vec<(&'static str, String)> =
                    steps.into_iter().map(|step| (step.id, questions::title(step))).collect();
                let step = self.menu(&say("plain-which-step", &[]), &items, items.len().saturating_sub(1))?;
                self.take_back(Some(step)).map(drop)
            }
            Offer::Watch => self.watch(),
            Offer::Leave => Err(Out::Leave),
            _ => Ok(()),
        }
    }

    /// Looks at the machine and at what was done here; the first time, at the answers given so far too.
    fn look(&mut self, first: bool) -> Said<()> {
        (self.walk.facts, self.walk.unplanned) = (None, None);
        self.give(Job::Look);
        if first {
            self.heard.drafted = false;
            self.give(Job::Recall);
        }
        let so = |talk: &Self| {
            (talk.walk.facts.is_some() || talk.walk.unplanned.is_some()) && (talk.heard.drafted || !first)
        };
        if !self.wait(&say("plain-looking", &[]), LOOK, so)? {
            self.say(&say("plain-late", &[]));
        }
        if let Some(error) = self.walk.unplanned.take() {
            self.say(&error.render());
        }
        Ok(())
    }

    fn tell_standing(&mut self) {
        let host = self.walk.facts.as_ref().map(|facts| facts.hostname.clone()).unwrap_or_default();
        self.ask.tell(&format!("\n{}\n", say("plain-head", &[("host", &host)])));
        let standing = self.walk.standing.clone();
        let words = match standing.state {
            Word::Nothing => say("plain-stands-nothing", &[]),
            Word::Running => say("plain-stands-running", &[]),
            Word::Interrupted => say("plain-stands-interrupted", &[]),
            Word::Failed => say("plain-stands-failed", &[]),
            Word::Finished => say("plain-stands-finished", &[]),
            Word::Partly => say("plain-stands-partly", &[]),
        };
        self.say(&words);
        if let Some(run) = &standing.last_run {
            self.say(&say("status-last", &[("verb", &run.verb), ("at", &run.at), ("program", &run.program)]));
        }
        if !standing.changes.is_empty() {
            self.say(&say("plain-stand", &[("count", &standing.changes.len().to_string())]));
        }
        if let Some(change) = standing.changes.iter().find(|change| !change.done) {
            self.say(&say("plain-in-hand", &[("subject", &change.subject)]));
        }
        if !self.walk.root && self.walk.facts.is_some() {
            self.say(&say("setup-not-root", &[]));
            self.say(&say("plain-not-kept", &[]));
        }
    }

    fn offer_fetch(&mut self) -> Said<()> {
        if self.walk.may_fetch() && self.yes(&say("plain-fetch-agree", &[]))? {
            self.give(Job::Fetch);
        }
        Ok(())
    }

    fn check(&mut self) -> Said<()> {
        (self.heard.report, self.walk.unplanned) = (false, None);
        self.give(Job::Check);
        if !self.wait(&say("plain-checking", &[]), CHECKS, |talk| talk.heard.report)? {
            self.say(&say("plain-late", &[]));
            return Ok(());
        }
        if let Some(error) = self.walk.unplanned.take() {
            self.say(&error.render());
            return Ok(());
        }
        let text = report::text(&self.walk.report(), self.ask.colour());
        self.line("");
        self.page(&text)
    }

    /// Watches the run of another mailwright until it ends.
    fn watch(&mut self) -> Said<()> {
        // It may have ended while the admin chose.
        self.catch_up();
        if self.walk.standing.state != Word::Running {
            self.say(&say("plain-watched", &[]));
            return Ok(());
        }
        self.say(&say("plain-watching", &[]));
        let mut told: Vec<String> = Vec::new();
        self.heard.drafted = false;
        while self.walk.standing.state == Word::Running {
            if self.stop.is_asked() {
                return Err(Out::Cut);
            }
            self.hear(Duration::from_millis(200))?;
            let Some(lines) = self.walk.other.take() else { continue };
            for line in new_lines(&told, &lines) {
                self.line(&format!("  {line}"));
            }
            told = lines;
        }
        // What it was asked for may differ from what is known here.
        self.wait(&say("plain-looking", &[]), LOOK, |talk| talk.heard.drafted)?;
        self.say(&say("plain-watched", &[]));
        Ok(())
    }
}

/// The lines behind those that were told already; of the log's end both are a part.
fn new_lines<'a>(told: &[String], lines: &'a [String]) -> &'a [String] {
    let known = (0..=told.len().min(lines.len())).rev().find(|length| told.ends_with(&lines[..*length]));
    &lines[known.unwrap_or(0)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_another_run_is_told_once() {
        let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(new_lines(&[], &lines("a b")), lines("a b"));
        assert_eq!(new_lines(&lines("a b"), &lines("a b c")), lines("c"));
        assert_eq!(new_lines(&lines("a b c"), &lines("b c d e")), lines("d e"));
        assert!(new_lines(&lines("a b"), &lines("a b")).is_empty());
    }
}
