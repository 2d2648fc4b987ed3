//! The jobs of the desk, one by one.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::{Clerk, Job, Told, fetch};
use crate::answers;
use crate::check::{Outcome, Report};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::engine::state::Lock;
use crate::engine::undo::{Forecast, Undone};
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::log::{self, Logs};
use crate::probe::checks;
use crate::run::back::take_back;
use crate::run::context;
use crate::run::setup::{Phase, Setup, verdict};
use crate::run::standing::{Standing, Word};
use crate::steps::{self, preflight};
use crate::ui::preview::Preview;
use crate::walk::Verb;

impl Clerk {
    pub(super) fn work(&mut self, job: Job) {
        match job {
            Job::Look => self.look(),
            Job::Recall => self.recall(),
            Job::Plan(draft) => {
                let planned = self.plan(&draft);
                self.tell(Told::Planned(planned));
            }
            Job::Fetch => self.fetch(),
            // These have threads of their own.
            Job::Resolve(_) | Job::Save(_) | Job::Hash(..) | Job::Import { .. } | Job::Write { .. } => {}
            Job::Setup { draft, last } => {
                self.end_fetch();
                let result = self.setup(&draft, last);
                self.ended(result);
            }
            Job::Forecast(step) => {
                self.end_fetch();
                self.tell(Told::Forecast(step, self.forecast(step)));
            }
            Job::TakeBack(step) => {
                self.end_fetch();
                self.back(step);
            }
            Job::Check => self.tell(Told::Report(self.check())),
            Job::Rehearse(draft) => {
                let result = self.rehearse(&draft);
                self.ended(result);
            }
        }
    }

    /// A run has ended: what asked it to is done with. A signal that asks this whole process to leave is not.
    fn ended(&self, result: Result<()>) {
        log::stop();
        self.stop.now.store(false, Ordering::SeqCst);
        self.tell(Told::Ended { result, standing: self.standing() });
    }

    /// apt works for one at a time.
    fn end_fetch(&mut self) {
        if let Some(fetch) = self.fetch.take() {
            fetch.end();
        }
    }

    pub(super) fn standing(&self) -> Standing {
        Standing::of(&self.state).unwrap_or_default()
    }

    pub(super) fn look(&mut self) {
        let standing = self.standing();
        self.other = standing.state == Word::Running;
        let root = rustix::process::geteuid().is_root();
        match context::facts(&self.state) {
            Ok(facts) => {
                let findings = unanswered(&facts);
                self.tell(Told::Looked { facts: Box::new(facts), standing, root });
                if let Some(report) = findings {
                    self.tell(Told::Findings(report));
                }
            }
            Err(error) => self.tell(Told::Planned(Err(error))),
        }
    }

    fn recall(&self) {
        let kept = self.state.saved_draft().and_then(|text| text.map(|text| Draft::from_toml(&text)).transpose());
        let draft = kept.unwrap_or_else(|error| {
            let aside =
                self.state.set_draft_aside().map_or(String::new(), |path| format!("; they are in {}", path.display()));
            self.tell(Told::Saved(Err(
                error.within(format!("the answers given earlier could not be read again{aside}"))
            )));
            None
        });
        let saved = || context::saved(&self.state).ok().and_then(|answers| Draft::from_answers(&answers).ok());
        self.tell(Told::Drafted(Box::new(draft.or_else(saved).unwrap_or_default())));
    }

    fn plan(&mut self, draft: &Draft) -> Result<(Box<Preview>, Report)> {
        let facts = context::facts(&self.state)?;
        let setup = Setup::new(&self.state, &self.stop, draft.answers()?, facts)?;
        let findings = Setup::findings(&setup.answers, &setup.facts)?;
        self.shown = setup.preview.edited_by_hand();
        Ok((Box::new(setup.preview), findings))
    }

    fn fetch(&mut self) {
        if self.fetch.as_ref().is_none_or(fetch::Fetching::is_over) {
            self.fetch =
                fetch::Fetching::start(&self.state, self.tell.clone(), (self.no_fetch.clone(), self.fetching.clone()));
        }
    }

    /// Takes the lock, opens the log of a run and tells that it began. Where it may not begin, no log is made.
    fn begin(&self, verb: Verb, name: &str) -> Result<(Lock, Logs)> {
        let allowed = context::root("change this server").and_then(|()| self.state.lock());
        let lock = allowed.inspect_err(|_| self.tell(Told::Began(verb, Logs::default())))?;
        let ear = self.tell.clone();
        let logs = log::start(name, move |news| ear(Told::News(news)));
        self.tell(Told::Began(verb, logs.clone().unwrap_or_default()));
        Ok((lock, logs?))
    }

    fn setup(&mut self, draft: &Draft, last: Option<&'static str>) -> Result<()> {
        // What was shown once is agreed to once.
        let shown = std::mem::take(&mut self.shown);
        let (_lock, logs) = self.begin(Verb::Setup, "setup")?;
        let (answers, facts) = (draft.answers()?, context::facts(&self.state)?);
        let findings = Setup::findings(&answers, &facts)?;
        if findings.worst() == Outcome::Fail {
            self.tell(Told::News(crate::run::news::News::Step { id: preflight::STEP.id.into() }));
            self.tell(Told::Phase(Phase::Failed(preflight::STEP.id, findings)));
            return Err(Error::failed("this server is not ready for a setup; nothing has been touched"));
        }
        let mut setup = Setup::new(&self.state, &self.stop, answers, facts)?;
        nothing_new_was_edited(&setup.preview, &shown)?;
        let (_, report) = setup.make(&self.state, &logs, "setup", last, |phase| self.tell(Told::Phase(phase)))?;
        verdict(&report)
    }

    fn forecast(&self, step: Option<&'static str>) -> Result<Forecast> {
        let _lock = self.state.lock()?;
        let machine = context::machine(&self.state, &context::facts(&self.state)?)?;
        Engine::new(machine, self.stop.clone(), PathBuf::new())?.forecast(step)
    }

    fn back(&self, step: Option<&'static str>) {
        match self.undo(step) {
            Ok(undone) => {
                log::stop();
                let steps = undone.1;
                self.tell(Told::TakenBack { undone: steps, kept: undone.0.kept, standing: self.standing() });
            }
            Err(error) => self.ended(Err(error)),
        }
        self.stop.now.store(false, Ordering::SeqCst);
    }

    fn undo(&self, step: Option<&'static str>) -> Result<(Undone, Vec<String>)> {
        let (_lock, _) = self.begin(Verb::Rollback, "rollback")?;
        let machine = context::machine(&self.state, &context::facts(&self.state)?)?;
        let mut engine = Engine::new(machine, self.stop.clone(), PathBuf::new())?;
        let mut steps: Vec<String> = engine.to_undo(step).into_iter().map(|record| record.step).collect();
        steps.dedup();
        Ok((take_back(&mut engine, step)?, steps))
    }

    fn check(&self) -> Result<Report> {
        let (answers, facts) = (context::saved(&self.state)?, context::facts(&self.state)?);
        let all = context::checks_of(&self.state, &answers, &facts, steps::ALL.iter())?;
        Ok(checks::report(&all, &context::seeing(&facts)?))
    }
}

/// What was changed by hand is overwritten only where the admin was shown so.
fn nothing_new_was_edited(preview: &Preview, shown: &[String]) -> Result<()> {
    let mut edited = preview.edited_by_hand();
    edited.retain(|path| !shown.contains(path));
    if edited.is_empty() {
        return Ok(());
    }
    let what = format!("changed by hand since the plan was shown: {}", edited.join(", "));
    Err(Error::failed(what).hint("look at the plan again: it shows the differences"))
}

/// Whether the machine is fit, as far as that is seen without an answer: for the first page of the walk, where nothing
/// is answered yet. What depends on the server's name is left to the plan.
fn unanswered(facts: &Facts) -> Option<Report> {
    let answers = answers::parse(UNANSWERED, Path::new("")).ok()?;
    let checks = [(preflight::STEP.id, (preflight::STEP.checks)(&answers, facts))];
    let mut report = checks::report(&checks, &context::seeing(facts).ok()?);
    report.checks.retain(|checked| checked.id != "name-before");
    Some(report)
}

/// Stands for answers that are not given.
const UNANSWERED: &str = "hostname = \"mail.example.org\"\ncontact = \"postmaster@example.net\"\n\
                          [[domain]]\nname = \"example.org\"\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_judged_before_anything_is_answered() {
        let facts: Facts = serde_json::from_str(include_str!("../../../tests/machines/fresh-trixie.json")).unwrap();
        let report = unanswered(&facts).unwrap();
        assert!(report.checks.len() > 10 && report.checks.iter().all(|checked| checked.id != "name-before"));
    }
}
