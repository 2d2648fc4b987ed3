//! Preflight: what must be true before anything is touched. Changes nothing.

use crate::answers::Answers;
use crate::change::Change;
use crate::check::Check;
use crate::facts::Facts;
use crate::steps::{Step, no_questions};

/// The step.
pub const STEP: Step = Step { id: "preflight", questions: no_questions, changes, checks };

fn changes(_: &Answers, _: &Facts) -> Vec<Change> {
    Vec::new()
}

fn checks(_: &Answers, _: &Facts) -> Vec<Check> {
    Vec::new()
}
