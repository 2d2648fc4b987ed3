//! Apply: each change compared once more, begun in the journal, made, and done in the journal; each step checked.

use crate::change::Change;
use crate::engine::journal::{After, Before, Event, Record};
use crate::engine::kinds::{acme, packages, service, zone};
use crate::engine::{Engine, file_hash};
use crate::error::Result;
use crate::log::tell;
use crate::plan::{Plan, Stage};
use crate::probe::machine::dpkg;
use crate::steps;
use crate::words::{ENGLISH, spoken, with_language};

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// The subjects of the changes made, in order.
    pub made: Vec<String>,
}

impl Engine {
    /// Settles what an earlier run left open: each `begin` without a `done` gets one, for what stands there now.
    ///
    /// # Errors
    /// When what it left cannot be mended.
    pub fn settle(&mut self) -> Result<()> {
        self.settle_all(false)
    }

    /// The same; where everything is about to be taken back, packages need not be whole.
    pub(super) fn settle_all(&mut self, going_back: bool) -> Result<()> {
        let open: Vec<Record> = self.journal.standing().into_iter().filter(|record| record.after.is_none()).collect();
        for record in open {
            tell("progress-settling", &[("subject", &record.subject)]);
            let mut after = self.settled(&record.before, going_back)?;
            if self.journal.has_lost_end(record.seq) {
                self.claim_less(&record.before, &mut after);
            }
            self.journal.append(Event::Done { seq: record.seq, after })?;
        }
        service::nothing_in_the_way(&self.machine);
        Ok(())
    }

    fn settled(&self, before: &Before, going_back: bool) -> Result<After> {
        let settle = if going_back { packages::settle_back } else { packages::settle };
        match before {
            Before::Apt(before) => settle(&self.machine, before),
            Before::Packages { installed, snapshot, masked } => {
                let before = packages::legacy::read(&self.machine, installed, snapshot, masked, None)?;
                settle(&self.machine, &before)
            }
            Before::Paths { paths, wanted } => {
                self.sweep(paths.keys());
                // A file either landed whole or not at all; with its hash unknown, what stands there is what we made.
                let ours = |path: &std::path::Path| {
                    file_hash(&self.machine, path).filter(|hash| wanted.as_ref().is_none_or(|wanted| wanted == hash))
                };
                let files = paths.keys().filter_map(|path| Some((path.clone(), ours(path)?))).collect();
                Ok(After { files, settled: true, ..After::default() })
            }
            Before::Zone { zone, file, wanted, .. } => {
                self.sweep([file]);
                zone::settle(&self.machine, zone, file, wanted)
            }
            Before::Acme(before) => {
                self.sweep(before.pair.keys());
                acme::settle(&self.machine, before)
            }
            // What stands there now counts as ours: who wrote it after the interruption cannot be told.
            Before::Firewall { files, .. } => {
                self.sweep(files.keys());
                let files =
                    files.keys().filter_map(|path| Some((path.clone(), file_hash(&self.machine, path)?))).collect();
                Ok(After { files, settled: true, ..After::default() })
            }
            _ => Ok(After { settled: true, ..After::default() }),
        }
    }

    /// Removes what a killed run left beside these paths.
    fn sweep<'a>(&self, paths: impl IntoIterator<Item = &'a std::path::PathBuf>) {
        for path in paths {
            crate::engine::paths::sweep(&self.machine.path(path));
        }
    }

    /// The change came to its end long ago, and the line that told what it made is lost: of what stands there now, only
    /// what is ours for certain counts as ours.
    fn claim_less(&self, before: &Before, after: &mut After) {
        match before {
            // Of packages that came since, those that were asked for by name are the admin's, but for our own.
            Before::Apt(_) | Before::Packages { .. } => {
                let asked = steps::packages::names();
                let automatic = dpkg::automatic(&self.machine.root);
                if let Some(came) = &mut after.came {
                    came.retain(|name| asked.contains(name) || automatic.contains(name));
                }
            }
            Before::Paths { wanted: Some(_), .. } => {}
            _ => after.files.clear(),
        }
    }

    /// Makes so what the plan wants, step by step. `checked` is called after each step that changed something and
    /// stops the walk by failing.
    ///
    /// # Errors
    /// When a change fails, a step's check fails, or a stop was asked for. The journal knows how far it came.
    pub fn apply(&mut self, plan: &Plan, mut checked: impl FnMut(&Stage) -> Result<()>) -> Result<Applied> {
        let mut applied = Applied::default();
        self.begin_early(plan);
        for stage in &plan.stages {
            self.stop.check_between_steps()?;
            let span = tracing::info_span!(target: "mailwright::progress", "step", id = stage.step.id);
            let _guard = span.enter();
            let before = applied.made.len();
            for change in &stage.changes {
                self.stop.check()?;
                if !self.standing(change)?.holds() {
                    self.make(stage.step.id, change)?;
                    applied.made.push(change.subject());
                }
            }
            if applied.made.len() > before {
                self.stop.check()?;
                checked(stage)?;
            }
        }
        Ok(applied)
    }

    /// Begins what takes long and needs nothing of the machine, beside the other changes.
    fn begin_early(&self, plan: &Plan) {
        for (_, change) in plan.changes() {
            if let Change::SigningKey { bits, .. } = change
                && self.standing(change).is_ok_and(|standing| !standing.holds())
            {
                self.early.begin(*bits);
            }
        }
    }

    /// Makes one change under the journal.
    fn make(&mut self, step: &str, change: &Change) -> Result<()> {
        let subject = change.subject();
        // The log is English; the screen shows the same in its own language.
        let what = with_language(ENGLISH, || change.describe());
        let shown = (spoken() != ENGLISH).then(|| change.describe());
        let span = tracing::info_span!(target: "mailwright::progress", "change", what, shown);
        let _guard = span.enter();
        let before = self.before(change)?;
        let seq = self.journal.begin(step, &subject, before.clone())?;
        match self.act(change, &before) {
            Ok(after) => self.journal.append(Event::Done { seq, after }),
            Err(error) => {
                tracing::error!(error = error.render(), "change failed");
                self.journal.append(Event::Failed { seq, error: error.to_string() })?;
                Err(error.within(format!("the step {step} stopped at: {what}")))
            }
        }
    }

    /// Notes the beginning of a run.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn begin_run(&mut self, verb: &str) -> Result<()> {
        self.begin_run_to(verb, None)
    }

    /// The same for a rollback that goes back to a step.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn begin_run_to(&mut self, verb: &str, to: Option<&str>) -> Result<()> {
        self.machine.state.create()?;
        self.machine.state.heal();
        self.journal.append(Event::Run {
            verb: verb.into(),
            program: env!("CARGO_PKG_VERSION").into(),
            to: to.map(str::to_owned),
        })
    }

    /// Notes how a run ended.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn end_run(&mut self, result: &Result<()>) -> Result<()> {
        let outcome = match result {
            Ok(()) => "finished",
            Err(error) if error.kind() == crate::error::Kind::Interrupted => "interrupted",
            Err(_) => "failed",
        };
        self.journal.append(Event::End { outcome: outcome.into() })
    }
}
