//! The walk through the steps: each with its title, its why, what is known of it by now, and its questions.

use std::sync::Arc;
use std::time::Duration;

use super::ask::{Out, Said};
use super::talk::Talk;
use super::words;
use crate::probe::dns::Resolution;
use crate::question::{Kind, Question};
use crate::steps::{self, Step};
use crate::walk::{Fetch, Job, Mark};
use crate::words::say;

/// How long somebody who typed a name waits for what the DNS says of it.
const NAME: Duration = Duration::from_secs(5);

/// Where a step leads to.
enum Then {
    On,
    Back,
    /// The place of a step; behind the last one the questions end.
    To(usize),
}

impl Talk<'_> {
    /// Goes through the questions from this step to the last.
    pub(super) fn questions(&mut self, from: usize) -> Said<()> {
        self.say(&say("plain-keys-words", &[]));
        if self.walk.root {
            self.say(&say("plain-kept", &[]));
        }
        let (mut at, mut from_behind) = (from, false);
        while let Some(step) = steps::ALL.get(at) {
            (at, from_behind) = match self.step(step, from_behind)? {
                Then::On => (at + 1, false),
                Then::To(place) => (place, false),
                Then::Back => (self.before(at).ok_or(Out::Back)?, true),
            };
        }
        Ok(())
    }

    /// Lets the admin choose a step, and goes through the questions of that one alone.
    pub(super) fn one_step(&mut self) -> Said<()> {
        let at = self.choose_step(false)?;
        self.only(at)
    }

    /// Goes through the questions of one step.
    pub(super) fn only(&mut self, at: usize) -> Said<()> {
        let Some(step) = steps::ALL.get(at) else { return Ok(()) };
        match self.step(step, false)? {
            Then::On => Ok(()),
            Then::To(place) => self.only(place),
            Then::Back => self.one_step(),
        }
    }

    /// The step before this one that asks something.
    fn before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|at| steps::ALL.get(*at).is_some_and(|step| !self.walk.questions(step).is_empty()))
    }

    fn step(&mut self, step: &'static Step, from_behind: bool) -> Said<Then> {
        self.head(step);
        let last = self.walk.questions(step).len().saturating_sub(1);
        let mut at = if from_behind { last } else { 0 };
        loop {
            // What is asked depends on what was answered.
            let Some(question) = self.walk.questions(step).get(at).copied() else { return Ok(Then::On) };
            match self.question(&question) {
                Ok(()) => at += 1,
                Err(Out::Back) if at == 0 => return Ok(Then::Back),
                Err(Out::Back) => at -= 1,
                Err(Out::Steps) => match self.choose_step(true) {
                    Ok(place) => return Ok(Then::To(place)),
                    Err(Out::Back | Out::Steps) => {}
                    Err(out) => return Err(out),
                },
                Err(out) => return Err(out),
            }
        }
    }

    /// Lets the admin choose a step by how each stands; `end` offers the end of the questions as well.
    fn choose_step(&mut self, end: bool) -> Said<usize> {
        let asks: Vec<(usize, &Step, Mark)> =
            self.walk.marks().enumerate().map(|(n, (step, mark))| (n, step, mark)).collect();
        let asks = asks.into_iter().filter(|(_, step, _)| end || !self.walk.questions(step).is_empty());
        let mut items: Vec<(usize, String)> =
            asks.map(|(n, step, mark)| (n, format!("{} ({})", title(step), words::mark(mark)))).collect();
        let todo = items.iter().position(|(n, _)| {
            steps::ALL.get(*n).is_some_and(|step| {
                !self.walk.questions(step).is_empty() && matches!(self.walk.mark(step), Mark::ToDo | Mark::Failed)
            })
        });
        if end {
            items.push((steps::ALL.len(), say("plain-to-review", &[])));
        }
        self.menu(&say("plain-which-step", &[]), &items, todo.unwrap_or(0))
    }

    fn head(&mut self, step: &'static Step) {
        let at = steps::ALL.iter().position(|one| one.id == step.id).map_or(0, |at| at + 1);
        let (n, all) = (at.to_string(), steps::ALL.len().to_string());
        let head = say("plain-step", &[("n", &n), ("all", &all), ("title", &title(step))]);
        self.ask.tell(&format!("\n{head}\n"));
        self.say(&say(&format!("step-{}-why", step.id), &[]));
        for fact in self.facts(step) {
            self.say(&fact);
        }
        if let Ok(answers) = self.walk.draft.answers() {
            for line in steps::means(step.id, &answers) {
                self.line(&line);
            }
        }
        // A plan for other answers says nothing.
        if self.planned.as_ref() != Some(&self.walk.draft) {
            return;
        }
        let changes = self.walk.step_preview(step.id).map(|step| step.changes.clone()).unwrap_or_default();
        for change in changes.iter().filter(|change| !change.standing.holds()) {
            self.line(&format!("  + {}", change.describe));
        }
    }

    /// What is known by now that helps with the answers.
    fn facts(&self, step: &Step) -> Vec<String> {
        let Some(facts) = &self.walk.facts else { return Vec::new() };
        let addresses: Vec<String> =
            facts.ipv4.iter().map(ToString::to_string).chain(facts.ipv6.iter().map(ToString::to_string)).collect();
        let addresses = if addresses.is_empty() { say("plain-none", &[]) } else { addresses.join(", ") };
        match step.id {
            "preflight" => {
                let memory = facts.memory_mib.to_string();
                vec![say("plain-machine", &[("os", &facts.os), ("memory", &memory), ("addresses", &addresses)])]
            }
            "hostname" => {
                let now = facts.fqdn.clone().unwrap_or_else(|| facts.hostname.clone());
                vec![say("plain-name-now", &[("name", &now)])]
            }
            "hosts" => vec![say("plain-addresses", &[("addresses", &addresses)])],
            "packages" => match &self.walk.fetch {
                Fetch::Coming(percent) => vec![say("plain-fetching", &[("percent", &percent.to_string())])],
                Fetch::Here => vec![say("plain-fetch-here", &[])],
                Fetch::NotAsked | Fetch::Failed(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn question(&mut self, question: &Question) -> Said<()> {
        match question.kind {
            Kind::Text => self.text_question(question)?,
            Kind::Choice(options) => self.choice(question, options)?,
            Kind::Table(columns) => self.table(question, columns)?,
        }
        self.save();
        if question.key == "hostname" {
            self.look_up()?;
        }
        Ok(())
    }

    fn text_question(&mut self, question: &Question) -> Said<()> {
        let (asked, draft) = (*question, self.walk.draft.clone());
        let wrong = Arc::new(move |text: &str| asked.wrong(&draft, text));
        let text = self.text(&words::title(question), &self.walk.value(question), &words::help(question), wrong)?;
        self.accept(question, &text);
        Ok(())
    }

    /// Gives the answer.
    pub(super) fn accept(&mut self, question: &Question, text: &str) {
        match &self.walk.facts {
            Some(facts) => question.accept(&mut self.walk.draft, facts, text),
            None => question.answer(&mut self.walk.draft, text),
        }
    }

    fn choice(&mut self, question: &Question, options: &[&'static str]) -> Said<()> {
        let value = self.walk.value(question);
        let start = options.iter().position(|option| *option == value).unwrap_or(0);
        let mut items: Vec<(Result<&'static str, Side>, String)> =
            options.iter().map(|option| (Ok(*option), (*option).to_owned())).collect();
        items.extend(Side::items().map(|(side, label)| (Err(side), label)));
        loop {
            match self.menu(&words::title(question), &items, start)? {
                Err(side) => side.go(self, question)?,
                Ok(option) => {
                    let Some(why) = question.wrong(&self.walk.draft, option) else {
                        self.accept(question, option);
                        return Ok(());
                    };
                    self.say(&why);
                }
            }
        }
    }

    /// What the DNS says of the server's name, as soon as it is known.
    fn look_up(&mut self) -> Said<()> {
        let Some(name) = self.walk.draft.get("hostname") else { return Ok(()) };
        self.walk.names.remove(&name);
        self.give(Job::Resolve(name.clone()));
        let waiting = say("plain-dns-asking", &[("name", &name)]);
        self.wait(&waiting, NAME, |talk| talk.walk.names.contains_key(&name))?;
        let said = match self.walk.names.get(&name) {
            Some(Resolution::Addresses(addresses)) => {
                let all = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                say("plain-dns-addresses", &[("name", &name), ("addresses", &all)])
            }
            Some(Resolution::Nothing) => say("plain-dns-nothing", &[("name", &name)]),
            Some(Resolution::Unknown(why)) => say("plain-dns-unknown", &[("name", &name), ("why", why)]),
            None => say("plain-dns-late", &[("name", &name)]),
        };
        self.say(&said);
        Ok(())
    }
}

/// What a menu of answers offers beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Help,
    Back,
    Steps,
}

impl Side {
    /// All of them with their labels.
    pub(super) fn items() -> impl Iterator<Item = (Self, String)> {
        let back = (Self::Back, say("plain-item-back", &[]));
        [(Self::Help, say("plain-item-help", &[])), back, (Self::Steps, say("plain-item-steps", &[]))].into_iter()
    }

    /// Goes there.
    pub(super) fn go(self, talk: &mut Talk<'_>, question: &Question) -> Said<()> {
        match self {
            Self::Help => {
                talk.say(&words::help(question));
                Ok(())
            }
            Self::Back => Err(Out::Back),
            Self::Steps => Err(Out::Steps),
        }
    }
}

/// A step's title.
pub(super) fn title(step: &Step) -> String {
    say(&format!("step-{}", step.id), &[])
}
