//! The making of a plan: settled, applied step by step, each step checked as soon as it is made.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::SystemTime;

use crate::answers::{Answers, Tls, to_toml};
use crate::check::{Check, Outcome, Report};
use crate::dns::dkim;
use crate::engine::apply::Applied;
use crate::engine::kinds::packages;
use crate::engine::{Engine, State, Stop};
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::log::{self, Logs};
use crate::plan::{Plan, Stage};
use crate::probe::{checks, machine};
use crate::run::people::People;
use crate::run::preview::preview;
use crate::run::{context, rotation};
use crate::steps::{self, preflight, tls, zone};
use crate::ui::preview::Preview;

/// What is about to be made, held against this machine; nothing has been touched.
#[derive(Debug)]
pub struct Setup {
    /// With a hash for every password.
    pub answers: Answers,
    /// The machine as it was looked at.
    pub facts: Facts,
    /// What the answers ask.
    pub plan: Plan,
    /// Each change of it as it stands.
    pub preview: Preview,
    /// What will make it so.
    pub engine: Engine,
}

/// How far a setup has come with a step.
#[derive(Debug, Clone)]
pub enum Phase {
    /// It was applied or stood already, and was checked.
    Checked(&'static str, Report),
    /// It was applied and a check of it failed.
    Failed(&'static str, Report),
}

/// What a setup did and what its checks came to.
pub type Made = (Applied, Report);

impl Setup {
    /// Plans for the machine as it was looked at.
    ///
    /// # Errors
    /// When the machine cannot be read, or is none that mailwright knows.
    pub fn new(state: &State, stop: &Stop, answers: Answers, mut facts: Facts) -> Result<Self> {
        let engine = Engine::new(context::machine(state, &facts)?, stop.clone(), PathBuf::new())?;
        let answers = context::hashed(state, answers)?;
        rotation::look(&answers, &mut facts)?;
        let plan = Plan::new(&answers, &facts)?;
        let preview = preview(&engine, &plan)?;
        Ok(Self { answers, facts, plan, preview, engine })
    }

    /// Whether this machine is fit for a setup: preflight's own checks, and a given certificate, which has to be right
    /// before anything is touched, as nothing here could mend it.
    ///
    /// # Errors
    /// When this is no Debian that mailwright knows.
    pub fn findings(answers: &Answers, facts: &Facts) -> Result<Report> {
        let mut checks = vec![(preflight::STEP.id, (preflight::STEP.checks)(answers, facts))];
        if matches!(answers.tls, Tls::Files { .. }) {
            checks.push((tls::STEP.id, vec![tls::fits(answers)]));
        }
        Ok(checks::report(&checks, &context::seeing(facts)?))
    }

    /// Whether nothing is to be made, settled or checked: after a run that failed or was cut off there may be nothing
    /// to make, but there is something to settle or to check.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        let whole = self.facts.dpkg.broken.is_empty();
        whole && self.preview.to_make().next().is_none() && self.engine.journal.outcome() == Some("finished")
    }

    /// Makes rows that people changed what the answers say: the admin asked for it.
    ///
    /// # Errors
    /// When the machine cannot be read.
    pub fn set_rows_back(&mut self) -> Result<()> {
        self.engine.set_rows_back = true;
        self.preview = preview(&self.engine, &self.plan)?;
        Ok(())
    }

    /// Keeps the answers for the verbs that come later.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn save_answers(&self, state: &State) -> Result<()> {
        state.save_answers(to_toml(&self.answers)?.reveal())
    }

    /// Makes it so, under the journal; with `last`, that step and those before it. `told` hears of each step that was
    /// applied; the steps that had nothing to apply are checked at the end.
    ///
    /// # Errors
    /// When a change fails, a check of an applied step fails, or a stop was asked for. The journal knows how far it came.
    pub fn make(
        &mut self,
        state: &State,
        logs: &Logs,
        verb: &str,
        last: Option<&str>,
        mut told: impl FnMut(Phase),
    ) -> Result<Made> {
        let began = SystemTime::now();
        self.engine.program_log.clone_from(&logs.apt);
        self.save_answers(state)?;
        self.engine.begin_run(verb)?;
        let result = self.apply(last, &mut told);
        // A failed check is no finished run, and neither is one that stopped after a step of the admin's choice.
        let outcome = match (&result, last) {
            (Ok((_, report)), Some(_)) if verdict(report).is_ok() => {
                Err(Error::new(crate::error::Kind::Interrupted, "the run ended after the step it was asked for"))
            }
            (Ok((_, report)), _) => verdict(report),
            (Err(error), _) => Err(error.clone()),
        };
        let ended = self.engine.end_run(&outcome);
        // Why it failed comes first: a journal that cannot be written may be the same full disk.
        let made = result.inspect_err(|error| tracing::error!(error = error.render(), "run ended"))?;
        ended?;
        if outcome.is_ok() {
            packages::forget_removal(&self.engine.machine);
            // What was in the making is made: older answers must not come back.
            state.remove_draft_before(began);
        }
        Ok(made)
    }

    fn apply(&mut self, last: Option<&str>, told: &mut impl FnMut(Phase)) -> Result<Made> {
        // Ours first: what a power cut has torn of them is not to be set up as it is.
        self.engine.settle()?;
        if !self.facts.dpkg.broken.is_empty() {
            packages::settle_others(&self.engine.machine)?;
        }
        let people = People::of(&self.engine, &self.answers)?;
        let mut reports: BTreeMap<&'static str, Report> = BTreeMap::new();
        let mut plan = self.plan.up_to(last);
        let late = self.late(&mut plan);
        let mut applied = self.pass(&plan, &people, &mut reports, told)?;
        if late {
            // The record of the key that was just made belongs into the zone as well.
            self.facts.dkim = machine::dkim_keys(&self.engine.machine.root);
            plan = Plan::new(&self.answers, &self.facts)?.up_to(last);
            applied.made.extend(self.pass(&plan, &people, &mut reports, told)?.made);
        }
        self.checked(&plan, &people, applied, reports, told)
    }

    /// Takes the zones out of a plan that was made before there was a key, and what comes after them, such as a certificate
    /// whose authority looks the name up: they are planned anew once there is one. Whether there is such a step at all.
    fn late(&self, plan: &mut Plan) -> bool {
        let unmade = dkim::is_unmade(&self.answers, &self.facts);
        let has_zones = |stage: &Stage| stage.step.id == zone::STEP.id && !stage.changes.is_empty();
        let Some(at) = plan.stages.iter().position(has_zones).filter(|_| unmade) else { return false };
        plan.stages.truncate(at);
        true
    }

    /// Makes so what the plan wants, and checks each step that changed something.
    fn pass(
        &mut self,
        plan: &Plan,
        people: &People,
        reports: &mut BTreeMap<&'static str, Report>,
        told: &mut impl FnMut(Phase),
    ) -> Result<Applied> {
        let seeing = context::seeing(&self.facts)?;
        let facts = &self.facts;
        let mut judge = |step: &'static str, found: Report| {
            if found.worst() == Outcome::Fail {
                told(Phase::Failed(step, found));
                let error = Error::failed(format!("the step {step} was applied but a check of it failed"));
                return Err(error.hint(
                    "mend what is marked FAIL and run `mailwright resume`, or go back with `mailwright rollback`",
                ));
            }
            told(Phase::Checked(step, found.clone()));
            reports.insert(step, found);
            Ok(())
        };
        let mut waiting: Vec<Waiting> = Vec::new();
        let applied = self.engine.apply(plan, |stage| {
            let earlier = std::mem::take(&mut waiting);
            let all = people.checks(stage.step, facts);
            let (slow, checks): (Vec<_>, Vec<_>) = all.into_iter().partition(Check::is_kept_waiting);
            let later = Later::new(stage.step.id, slow, &seeing);
            let found = checks::report(&[(stage.step.id, checks)], &seeing);
            let passed = found.count(Outcome::Pass).to_string();
            let all = found.checks.len().to_string();
            log::tell("progress-checked", &[("passed", &passed), ("all", &all)]);
            earlier.into_iter().try_for_each(|(found, later)| judge(later.step, later.whole(found)?))?;
            judge(stage.step.id, found.clone())?;
            waiting.extend(later.map(|later| (found, later)));
            Ok(())
        })?;
        waiting.into_iter().try_for_each(|(found, later)| judge(later.step, later.whole(found)?))?;
        Ok(applied)
    }

    /// Checks the steps that had nothing to apply, and puts all reports into the order of the steps.
    fn checked(
        &mut self,
        plan: &Plan,
        people: &People,
        applied: Applied,
        mut reports: BTreeMap<&'static str, Report>,
        told: &mut impl FnMut(Phase),
    ) -> Result<Made> {
        let seeing = context::seeing(&self.facts)?;
        let now = context::facts(&self.engine.machine.state)?;
        let wanted = || steps::ALL.iter().filter(|step| plan.stages.iter().any(|stage| stage.step.id == step.id));
        let left: Vec<_> = wanted()
            .filter(|step| !reports.contains_key(step.id))
            .map(|step| (step.id, people.checks(step, &now)))
            .collect();
        let mut rest = checks::report(&left, &seeing).checks;
        let mut all = Vec::new();
        for step in wanted() {
            let report = reports.remove(step.id).unwrap_or_else(|| {
                let report = Report { checks: rest.extract_if(.., |checked| checked.step == step.id).collect() };
                told(Phase::Checked(step.id, report.clone()));
                report
            });
            all.extend(report.checks);
        }
        // What a person is told at the end knows the key that was made.
        self.facts.dkim = now.dkim;
        Ok((applied, Report { checks: all }))
    }
}

/// What was found of a step already, and what it waits for.
type Waiting = (Report, Later);

/// Checks that a daemon keeps waiting on purpose, looked at beside the steps that come next.
struct Later {
    step: &'static str,
    looks: JoinHandle<Report>,
}

impl Later {
    /// Begins with these checks of a step; `None` where there are none.
    fn new(step: &'static str, checks: Vec<Check>, seeing: &checks::Context) -> Option<Self> {
        if checks.is_empty() {
            return None;
        }
        let seeing = seeing.clone();
        Some(Self { step, looks: std::thread::spawn(move || checks::report(&[(step, checks)], &seeing)) })
    }

    /// The step's whole report, with what the others found.
    fn whole(self, mut found: Report) -> Result<Report> {
        let looks = self.looks.join().map_err(|_| Error::failed("a check ended without a word"))?;
        found.checks.extend(looks.checks);
        Ok(found)
    }
}

/// A report without a failure, or the sentence for one.
///
/// # Errors
/// When a check failed.
pub fn verdict(report: &Report) -> Result<()> {
    if report.worst() < Outcome::Fail {
        return Ok(());
    }
    Err(Error::failed("the setup was applied, but checks failed").hint("see what is marked FAIL above"))
}
