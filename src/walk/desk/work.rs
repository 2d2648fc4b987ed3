//! The jobs of the desk, one by one.

use std::path::{Path, PathBuf};

use super::{Clerk, Job, Told, fetch};
use crate::answers;
use crate::check::{Outcome, Report};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::engine::undo::Undone;
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
            Job::Plan(draft) => self.tell(Told::Planned(self.plan(&draft))),
            Job::Fetch => self.fetch(),
            // These have threads of their own.
            Job::Resolve(_) | Job::Save(_) | Job::Hash(_) | Job::Import { .. } | Job::Write { .. } => {}
            Job::Setup { draft, last } => {
                let result = self.setup(&draft, last);
                self.tell(Told::Ended { result, standing: self.standing() });
            }
            Job::TakeBack(step) => self.back(step),
            Job::Check => self.tell(Told::Report(self.check())),
            Job::Rehearse(draft) => {
                let result = self.rehearse(&draft);
                self.tell(Told::Ended { result, standing: self.standing() });
            }
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
        let kept = self.state.saved_draft().ok().flatten();
        let draft = kept.and_then(|text| Draft::from_toml(&text).ok());
        let saved = || context::saved(&self.state).ok().and_then(|answers| Draft::from_answers(&answers).ok());
        self.tell(Told::Drafted(Box::new(draft.or_else(saved).unwrap_or_default())));
    }

    fn plan(&self, draft: &Draft) -> Result<(Box<Preview>, Report)> {
        let facts = context::facts(&self.state)?;
        let setup = Setup::new(&self.state, &self.stop, draft.answers()?, facts)?;
        let findings = Setup::findings(&setup.answers, &setup.facts)?;
        Ok((Box::new(setup.preview), findings))
    }

    fn fetch(&mut self) {
        if self.fetch.is_none() {
            self.fetch =
                fetch::Fetching::start(&self.state, self.tell.clone(), (self.no_fetch.clone(), self.fetching.clone()));
        }
    }

    /// Opens the log of a run and tells that it began.
    fn begin(&self, verb: Verb, name: &str) -> Result<Logs> {
        let ear = self.tell.clone();
        let logs = log::start(name, move |news| ear(Told::News(news)));
        self.tell(Told::Began(verb, logs.clone().unwrap_or_default()));
        logs
    }

    fn setup(&mut self, draft: &Draft, last: Option<&'static str>) -> Result<()> {
        self.stop.clear();
        let logs = self.begin(Verb::Setup, "setup")?;
        // apt fetches for one at a time.
        if let Some(fetch) = self.fetch.take() {
            fetch.end();
        }
        let _lock = self.state.lock()?;
        let (answers, facts) = (draft.answers()?, context::facts(&self.state)?);
        let findings = Setup::findings(&answers, &facts)?;
        if findings.worst() == Outcome::Fail {
            self.tell(Told::News(crate::run::news::News::Step { id: preflight::STEP.id.into() }));
            self.tell(Told::Phase(Phase::Failed(preflight::STEP.id, findings)));
            return Err(Error::failed("this server is not ready for a setup; nothing has been touched"));
        }
        let mut setup = Setup::new(&self.state, &self.stop, answers, facts)?;
        let (_, report) = setup.make(&self.state, &logs, "setup", last, |phase| self.tell(Told::Phase(phase)))?;
        verdict(&report)?;
        if last.is_none() {
            // What was in the making is made.
            self.state.remove_draft();
        }
        Ok(())
    }

    fn back(&self, step: Option<&'static str>) {
        match self.undo(step) {
            Ok(undone) => {
                let steps = undone.1;
                self.tell(Told::TakenBack { undone: steps, kept: undone.0.kept, standing: self.standing() });
            }
            Err(error) => self.tell(Told::Ended { result: Err(error), standing: self.standing() }),
        }
    }

    fn undo(&self, step: Option<&'static str>) -> Result<(Undone, Vec<String>)> {
        self.stop.clear();
        self.begin(Verb::Rollback, "rollback")?;
        context::root("take a setup back")?;
        let _lock = self.state.lock()?;
        let machine = context::machine(&self.state, &context::facts(&self.state)?)?;
        let mut engine = Engine::new(machine, self.stop.clone(), PathBuf::new())?;
        let mut steps: Vec<String> = engine.to_undo(step).into_iter().map(|record| record.step).collect();
        steps.dedup();
        Ok((take_back(&mut engine, step)?, steps))
    }

    fn check(&self) -> Result<Report> {
        let (answers, facts) = (context::saved(&self.state)?, context::facts(&self.state)?);
        let all: Vec<_> = steps::ALL.iter().map(|step| (step.id, (step.checks)(&answers, &facts))).collect();
        Ok(checks::report(&all, &context::seeing(&facts)?))
    }
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
