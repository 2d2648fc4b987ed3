//! The walk: where the admin stands between the first question and the finished server. Data alone; every face of the
//! program shows the same walk, and [`desk`] does its work.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Outcome, Report};
use crate::draft::{Draft, mistake_among};
use crate::engine::undo::Forecast;
use crate::error::{Error, Kind, Result};
use crate::facts::Facts;
use crate::log::Logs;
use crate::probe::dns::Resolution;
use crate::question::Question;
use crate::run::news::News;
use crate::run::setup::Phase;
use crate::run::standing::{Standing, Word};
use crate::steps::{self, Step};
use crate::ui::preview::{Preview, StepPreview};

pub mod desk;
mod offers;
mod run;
#[cfg(test)]
mod tests;

pub use desk::{Desk, Job, Told};
pub use offers::Offer;
pub use run::{Run, Verb};

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Nothing was said or done about it.
    ToDo,
    /// All it asks is answered.
    Answered,
    /// It is being applied.
    Applying,
    /// It was applied, and has not been checked since.
    Applied,
    /// It was checked, and no check of it failed.
    Checked,
    /// It stopped a run, or a check of it failed.
    Failed,
    /// It was taken back in this session.
    Undone,
}

/// What stopped a run.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The step it stopped at; `None` when it was stopped before the first.
    pub step: Option<&'static str>,
    /// What was being done, in a line.
    pub doing: Option<String>,
    /// What was seen.
    pub error: Error,
    /// The checks of the step, when one of them was the reason.
    pub report: Option<Report>,
}

/// How far the background has come with the packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetch {
    /// Nobody has asked for them.
    NotAsked,
    /// They are on their way: so many percent.
    Coming(u8),
    /// All are at hand.
    Here,
    /// They could not be fetched; the run will try again.
    Failed(String),
}

/// The whole walk as it stands.
#[derive(Debug)]
pub struct Walk {
    /// The answers in the making.
    pub draft: Draft,
    /// Steps whose page was left with all its answers right: their defaults were seen and taken.
    pub seen: BTreeSet<&'static str>,
    /// The machine, once it was looked at.
    pub facts: Option<Facts>,
    /// Whether this process may change the machine.
    pub root: bool,
    /// What mailwright has done here, by the journal.
    pub standing: Standing,
    /// The plan held against the machine, and for which answers; `None` until there is one.
    pub preview: Option<Preview>,
    /// Why there is no plan.
    pub unplanned: Option<Error>,
    /// Whether the machine is fit for a setup.
    pub findings: Option<Report>,
    /// What the DNS says of names, as far as it was asked.
    pub names: BTreeMap<String, Resolution>,
    /// The packages fetched in the background.
    pub fetch: Fetch,
    /// The run at work, or the last one.
    pub run: Option<Run>,
    /// What stopped the last run.
    pub failure: Option<Failure>,
    /// The checks of the last run or look, by step.
    pub reports: BTreeMap<&'static str, Report>,
    /// Steps that were taken back in this session.
    pub undone: BTreeSet<String>,
    /// What the rollback that was asked about last would save and leave, or what would stand in its way.
    pub forecast: Option<(Option<&'static str>, Result<Forecast>)>,
    /// What was kept or saved by the last rollback.
    pub kept: Vec<String>,
    /// The logs of the last run of this session.
    pub logs: Option<Logs>,
    /// Another mailwright that is at work: its last words.
    pub other: Option<Vec<String>>,
    /// Why the draft could not be saved.
    pub unsaved: Option<Error>,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            draft: Draft::default(),
            seen: BTreeSet::new(),
            facts: None,
            root: false,
            standing: Standing::default(),
            preview: None,
            unplanned: None,
            findings: None,
            names: BTreeMap::new(),
            fetch: Fetch::NotAsked,
            run: None,
            failure: None,
            reports: BTreeMap::new(),
            undone: BTreeSet::new(),
            forecast: None,
            kept: Vec::new(),
            logs: None,
            other: None,
            unsaved: None,
        }
    }
}

impl Walk {
    /// The questions a step asks, after what is answered already.
    #[must_use]
    pub fn questions(&self, step: &Step) -> Vec<Question> {
        let asked = |question: &Question| match &self.facts {
            Some(facts) => question.is_asked(&self.draft, facts),
            None => question.is_asked(&self.draft, &Facts::default()),
        };
        (step.questions)().into_iter().filter(asked).collect()
    }

    /// The answer to a question as it stands: given, else the default, else nothing.
    #[must_use]
    pub fn value(&self, question: &Question) -> String {
        match &self.facts {
            Some(facts) => question.value(&self.draft, facts),
            None => self.draft.get(question.key).unwrap_or_default(),
        }
    }

    /// Takes every default that was shown and not changed for an answer.
    pub fn accept_defaults(&mut self, step: &Step) {
        let Some(facts) = self.facts.clone() else { return };
        for question in self.questions(step) {
            let value = question.value(&self.draft, &facts);
            if self.draft.get(question.key).is_none() && !value.is_empty() {
                question.accept(&mut self.draft, &facts, &value);
            }
        }
        if self.wrong(step).is_empty() {
            self.seen.insert(step.id);
        }
    }

    /// The draft as it would be with every default that is not changed: what a first preview is made from.
    #[must_use]
    pub fn with_defaults(&self) -> Draft {
        let mut draft = self.draft.clone();
        let Some(facts) = &self.facts else { return draft };
        for question in steps::ALL.iter().flat_map(|step| (step.questions)()) {
            if question.is_asked(&draft, facts) && draft.get(question.key).is_none() {
                let value = question.value(&draft, facts);
                question.accept(&mut draft, facts, &value);
            }
        }
        draft
    }

    /// What is wrong with the answers to a step's questions, by their keys.
    #[must_use]
    pub fn wrong(&self, step: &Step) -> Vec<(&'static str, String)> {
        let questions = self.questions(step);
        if questions.is_empty() {
            return Vec::new();
        }
        let mistakes = self.draft.mistakes();
        let wrong = |question: Question| Some((question.key, mistake_among(&mistakes, question.key)?));
        questions.into_iter().filter_map(wrong).collect()
    }

    /// The first question whose answer keeps even a first preview from being made, and what is wrong with it; defaults
    /// that are not changed count as answers.
    #[must_use]
    pub fn in_the_way(&self) -> Option<(&'static str, String)> {
        let draft = self.with_defaults();
        let mistakes = draft.mistakes();
        let questions = steps::ALL.iter().flat_map(|step| (step.questions)());
        let mut asked = questions.filter(|question| (question.asked)(&draft));
        asked.find_map(|question| Some((question.key, mistake_among(&mistakes, question.key)?)))
    }

    /// How a step stands.
    #[must_use]
    pub fn mark(&self, step: &Step) -> Mark {
        if self.run.as_ref().is_some_and(|run| run.is_at_work() && run.step == Some(step.id)) {
            return Mark::Applying;
        }
        if self.failure.as_ref().is_some_and(|failure| failure.step == Some(step.id)) {
            return Mark::Failed;
        }
        if let Some(report) = self.reports.get(step.id) {
            return if report.worst() == Outcome::Fail { Mark::Failed } else { Mark::Checked };
        }
        if self.standing.changes.iter().any(|change| change.step == step.id) {
            return Mark::Applied;
        }
        if self.undone.contains(step.id) {
            return Mark::Undone;
        }
        let questions = self.questions(step);
        let given = |question: &Question| self.draft.get(question.key).is_some() || !question.required;
        let asked = |question: &Question| self.draft.get(question.key).is_some();
        let asked = self.seen.contains(step.id) || questions.iter().any(asked);
        if asked && questions.iter().all(given) && self.wrong(step).is_empty() { Mark::Answered } else { Mark::ToDo }
    }

    /// What a step would change, once there is a plan.
    #[must_use]
    pub fn step_preview(&self, id: &str) -> Option<&StepPreview> {
        self.preview.as_ref()?.steps.iter().find(|step| step.id == id)
    }

    /// How many changes stand on this server by now.
    #[must_use]
    pub fn changed(&self) -> usize {
        let made = |run: &&Run| run.is_at_work() && run.verb == Verb::Setup;
        let this_run = self.run.as_ref().filter(made).map_or(0, |run| run.made);
        self.standing.changes.len() + this_run
    }

    /// The first step whose answers keep the setup from being planned.
    #[must_use]
    pub fn first_wrong(&self) -> Option<&'static Step> {
        steps::ALL.iter().find(|step| !self.wrong(step).is_empty())
    }

    /// Whether a run of this process is at work.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(Run::is_at_work)
    }

    /// All checks of the last run or look, in the order of the steps.
    #[must_use]
    pub fn report(&self) -> Report {
        let of = |step: &Step| self.reports.get(step.id).map(|report| report.checks.clone());
        Report { checks: steps::ALL.iter().filter_map(of).flatten().collect() }
    }

    /// Takes in what the desk tells.
    pub fn hear(&mut self, told: Told) {
        match told {
            Told::Looked { facts, standing, root } => {
                self.facts = Some(*facts);
                self.standing = standing;
                self.root = root;
            }
            Told::Drafted(draft) => {
                self.draft = *draft;
                self.remember();
            }
            Told::Imported(Ok((draft, _))) => self.draft = *draft,
            Told::Planned(planned) => self.planned(planned.map(|(preview, findings)| (*preview, findings))),
            Told::Saved(saved) => self.unsaved = saved.err(),
            Told::Fetching(percent) => self.fetch = Fetch::Coming(percent),
            Told::Fetched(Ok(())) => self.fetch = Fetch::Here,
            Told::Fetched(Err(error)) if error.kind() == Kind::Interrupted => self.fetch = Fetch::NotAsked,
            Told::Fetched(Err(error)) => self.fetch = Fetch::Failed(error.to_string()),
            Told::Resolved(name, resolution) => {
                self.names.insert(name, resolution);
            }
            Told::Began(verb, logs) => self.began(verb, logs),
            Told::News(news) => self.news(news),
            Told::Phase(phase) => self.phase(phase),
            Told::Ended { result, standing } => self.ended(result, standing),
            Told::TakenBack { undone, kept, standing } => self.taken_back(undone, kept, standing),
            Told::Report(Ok(report)) => self.checked(&report),
            Told::Report(Err(error)) => self.unplanned = Some(error),
            Told::Other(lines) => self.other = lines,
            Told::Findings(findings) => self.findings = Some(findings),
            // For the face that asked.
            Told::Forecast(step, forecast) => self.forecast = Some((step, forecast)),
            Told::Imported(Err(_)) | Told::Hashed(..) | Told::Written(_) => {}
        }
    }

    /// Answers that were kept say how far the walk had come: on the way there each page was seen.
    fn remember(&mut self) {
        let given = |step: &&Step| (step.questions)().iter().any(|question| self.draft.get(question.key).is_some());
        let Some(last) = steps::ALL.iter().rposition(|step| given(&step)) else { return };
        let seen = steps::ALL.iter().take(last).filter(|step| self.wrong(step).is_empty());
        let seen: Vec<&'static str> = seen.map(|step| step.id).collect();
        self.seen.extend(seen);
    }

    fn planned(&mut self, planned: crate::error::Result<(Preview, Report)>) {
        match planned {
            Ok((preview, findings)) => {
                (self.preview, self.findings, self.unplanned) = (Some(preview), Some(findings), None);
            }
            Err(error) => (self.preview, self.unplanned) = (None, Some(error)),
        }
    }

    fn began(&mut self, verb: Verb, logs: Logs) {
        self.failure = None;
        self.kept.clear();
        self.logs = Some(logs);
        if verb == Verb::Setup {
            // Each step is checked anew.
            self.reports.clear();
        }
        self.run = Some(Run::new(verb, self.preview.as_ref()));
    }

    fn news(&mut self, news: News) {
        if let Some(run) = self.run.as_mut().filter(|run| run.is_at_work()) {
            run.hear(news);
        }
    }

    fn phase(&mut self, phase: Phase) {
        let (Phase::Checked(id, report) | Phase::Failed(id, report)) = phase;
        self.undone.remove(id);
        self.reports.insert(id, report);
    }

    fn ended(&mut self, result: crate::error::Result<()>, standing: Standing) {
        self.standing = standing;
        let Some(run) = &mut self.run else { return };
        if run.verb == Verb::Rollback {
            // It came part of the way.
            let changes = &self.standing.changes;
            self.reports.retain(|step, _| changes.iter().any(|change| change.step == *step));
        }
        run.end(result.as_ref().err());
        let Err(error) = result else { return };
        if run.verb != Verb::Setup {
            // No check of before has to do with it.
            self.failure = Some(Failure { step: run.step, doing: run.doing.clone(), error, report: None });
            return;
        }
        // A check may fail of a step that had nothing to apply: those are checked at the end.
        let failed = |step: &&'static str| self.reports.get(step).is_some_and(|report| report.worst() == Outcome::Fail);
        let all = || steps::ALL.iter().map(|step| step.id);
        let step = run.step.filter(|step| failed(step)).or_else(|| all().find(failed));
        let report = step.and_then(|step| self.reports.get(step)).cloned();
        self.failure = Some(Failure { step: step.or(run.step), doing: run.doing.clone(), error, report });
    }

    fn taken_back(&mut self, undone: Vec<String>, kept: Vec<String>, standing: Standing) {
        for step in &undone {
            self.reports.remove(step.as_str());
        }
        self.undone.extend(undone);
        (self.kept, self.standing, self.failure) = (kept, standing, None);
        if let Some(run) = &mut self.run {
            run.end(None);
        }
    }

    fn checked(&mut self, report: &Report) {
        self.reports.clear();
        for checked in &report.checks {
            let of_step = self.reports.entry(checked.step).or_insert_with(|| Report { checks: Vec::new() });
            of_step.checks.push(checked.clone());
        }
    }

    /// Whether there is something to go on with: a run that was interrupted, failed, or went back part of the way.
    #[must_use]
    pub const fn is_interrupted(&self) -> bool {
        matches!(self.standing.state, Word::Interrupted | Word::Failed | Word::Partly)
    }
}
