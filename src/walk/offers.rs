//! What a walk offers to do next, from where it stands: the same in every face.

use super::{Failure, Fetch, Mark, Verb, Walk};
use crate::check::{Outcome, Report};
use crate::run::standing::{self, Word};
use crate::steps;

/// Something to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Go through the questions.
    Answer,
    /// Look at the plan and start.
    Review,
    /// Go on with what was begun.
    Resume,
    /// Run the checks.
    Check,
    /// The settings, the records to publish, and where things are.
    Closing,
    /// Write the records to publish to a file.
    Records,
    /// Take one step and those after it back.
    UndoStep,
    /// Take everything back.
    UndoAll,
    /// Watch the run of another mailwright.
    Watch,
    /// Look at the machine again.
    LookAgain,
    /// Make the whole plan so.
    Start,
    /// Make it so up to a step.
    StartUpTo,
    /// Look at the differences in every file.
    Differences,
    /// Rehearse on a throwaway host.
    Rehearse,
    /// Try again what failed.
    Retry,
    /// Change an answer.
    Change,
    /// Read the log of the run.
    Log,
    /// Leave.
    Leave,
}

impl Walk {
    /// What is offered when the walk is opened; the first is what most people want.
    #[must_use]
    pub fn opening(&self) -> Vec<Offer> {
        let mut offers = match self.standing.state {
            Word::Running => return vec![Offer::Watch, Offer::LookAgain, Offer::Leave],
            Word::Nothing => vec![Offer::Answer],
            // Going on means going back.
            _ if self.standing.was_going_back() => {
                let mut offers: Vec<Offer> = self.ways_back(false).collect();
                offers.extend([Offer::Resume, Offer::Change, Offer::Leave]);
                return offers;
            }
            Word::Interrupted | Word::Failed | Word::Partly => vec![Offer::Resume, Offer::Change],
            Word::Finished => vec![Offer::Check, Offer::Change, Offer::Closing, Offer::Records],
        };
        if matches!(self.standing.state, Word::Nothing | Word::Finished) && self.draft.answers().is_ok() {
            offers.push(Offer::Review);
        }
        if self.is_interrupted() {
            offers.push(Offer::Check);
        }
        offers.extend(self.ways_back(true));
        offers.push(Offer::Leave);
        offers
    }

    /// What is offered on the review.
    #[must_use]
    pub fn at_review(&self) -> Vec<Offer> {
        let mut offers = Vec::new();
        if self.can_start() {
            offers.extend([Offer::Start, Offer::StartUpTo]);
        }
        if self.preview.as_ref().is_some_and(|preview| preview.to_make().next().is_some()) {
            offers.push(Offer::Differences);
            if self.root {
                offers.push(Offer::Rehearse);
            }
        }
        offers.extend([Offer::Change, Offer::LookAgain, Offer::Leave]);
        offers
    }

    /// What is offered after a run that failed or was stopped.
    #[must_use]
    pub fn after_failure(&self) -> Vec<Offer> {
        let mut offers = vec![Offer::Retry];
        // No answer keeps anything from being taken back.
        if self.run.as_ref().is_none_or(|run| run.verb != Verb::Rollback) {
            offers.push(Offer::Change);
        }
        let step = self.failure.as_ref().and_then(|failure| failure.step);
        offers.extend(self.ways_back(step.is_some_and(|step| !self.to_take_back(Some(step)).is_empty())));
        if self.run.as_ref().is_some_and(|run| !run.lines.is_empty()) {
            offers.push(Offer::Log);
        }
        offers.push(Offer::Leave);
        offers
    }

    fn ways_back(&self, one_step: bool) -> impl Iterator<Item = Offer> {
        let any = self.root && !self.standing.changes.is_empty();
        [(Offer::UndoStep, any && one_step), (Offer::UndoAll, any)].into_iter().filter(|(_, is)| *is).map(|(it, _)| it)
    }

    /// Whether a run can start: there is a plan, the machine is fit, and this process may change it.
    #[must_use]
    pub fn can_start(&self) -> bool {
        let fit = self.findings.as_ref().is_some_and(|findings| findings.worst() < Outcome::Fail);
        self.root && fit && self.has_work()
    }

    /// Whether a run would have anything to do: changes to make, or an end that was not well to settle and to check.
    #[must_use]
    pub fn has_work(&self) -> bool {
        let Some(preview) = &self.preview else { return false };
        self.standing.state != Word::Finished || preview.to_make().next().is_some()
    }

    /// Whether nobody could log in afterwards: there is no mailbox.
    #[must_use]
    pub fn serves_nobody(&self) -> bool {
        self.draft.rows("mailbox").is_empty()
    }

    /// Whether the packages may be fetched in the background, should the admin agree; once more when that failed.
    #[must_use]
    pub fn may_fetch(&self) -> bool {
        let wanted = self.facts.as_ref().is_some_and(|facts| facts.release.is_some() && !facts.packages_cached);
        let idle = matches!(self.fetch, Fetch::NotAsked | Fetch::Failed(_));
        self.root && wanted && idle && self.standing.state == Word::Nothing
    }

    /// The changes that would be taken back, in the order they would: all, or those of this step and of those after it.
    #[must_use]
    pub fn to_take_back(&self, step: Option<&str>) -> Vec<&standing::Change> {
        let order = |id: &str| steps::ALL.iter().position(|step| step.id == id);
        let from = step.and_then(order).unwrap_or(0);
        let wanted = |change: &&standing::Change| order(&change.step).is_none_or(|at| at >= from);
        self.standing.changes.iter().rev().filter(wanted).collect()
    }

    /// The steps that can be taken back: those of which changes stand.
    #[must_use]
    pub fn steps_to_take_back(&self) -> Vec<&'static steps::Step> {
        let stands = |step: &&steps::Step| self.standing.changes.iter().any(|change| change.step == step.id);
        steps::ALL.iter().filter(stands).collect()
    }

    /// What of the findings is not well.
    #[must_use]
    pub fn worries(&self) -> Report {
        let found = self.findings.iter().flat_map(|findings| &findings.checks);
        Report { checks: found.filter(|checked| checked.outcome > Outcome::Pass).cloned().collect() }
    }

    /// What stopped the last run, when that was a setup; a rehearsal or a rollback leaves nothing to try again.
    #[must_use]
    pub fn setup_failure(&self) -> Option<&Failure> {
        let setup = self.run.as_ref().is_none_or(|run| run.verb == Verb::Setup);
        self.failure.as_ref().filter(|_| setup)
    }

    /// The steps with how each stands.
    pub fn marks(&self) -> impl Iterator<Item = (&'static steps::Step, Mark)> {
        steps::ALL.iter().map(|step| (step, self.mark(step)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::standing::{Change, LastRun, Standing};

    fn stood(state: Word, steps: &[&str]) -> Walk {
        let change = |step: &&str| Change { step: (*step).to_owned(), subject: format!("of {step}"), done: true };
        let standing =
            Standing { state, last_run: None, changes: steps.iter().map(change).collect(), ..Standing::default() };
        Walk { standing, root: true, ..Walk::default() }
    }

    #[test]
    fn the_opening_offers_what_fits() {
        assert_eq!(stood(Word::Nothing, &[]).opening(), [Offer::Answer, Offer::Leave]);
        assert_eq!(stood(Word::Running, &["hosts"]).opening(), [Offer::Watch, Offer::LookAgain, Offer::Leave]);
        let mut interrupted = stood(Word::Interrupted, &["hosts"]);
        let offers = [Offer::Resume, Offer::Change, Offer::Check, Offer::UndoStep, Offer::UndoAll, Offer::Leave];
        assert_eq!(interrupted.opening(), offers);
        interrupted.root = false;
        assert!(!interrupted.opening().contains(&Offer::UndoAll), "nobody but root takes anything back");
        let rollback = LastRun { at: String::new(), verb: "rollback".into(), program: String::new(), to: None };
        interrupted.standing.last_run = Some(rollback);
        interrupted.root = true;
        assert_eq!(interrupted.opening()[..2], [Offer::UndoAll, Offer::Resume]);
        assert_eq!(stood(Word::Finished, &[]).opening()[0], Offer::Check);
    }

    #[test]
    fn a_step_is_taken_back_with_those_after_it() {
        let walk = stood(Word::Finished, &["hostname", "hosts", "packages"]);
        let subjects = |step| walk.to_take_back(step).into_iter().map(|it| it.subject.as_str()).collect::<Vec<_>>();
        assert_eq!(subjects(Some("hosts")), ["of packages", "of hosts"]);
        assert_eq!(subjects(None).len(), 3);
        assert_eq!(walk.steps_to_take_back().len(), 3);
    }

    #[test]
    fn nothing_starts_without_a_plan() {
        let walk = stood(Word::Nothing, &[]);
        assert!(!walk.can_start() && !walk.has_work());
        assert_eq!(walk.at_review(), [Offer::Change, Offer::LookAgain, Offer::Leave]);
    }
}
