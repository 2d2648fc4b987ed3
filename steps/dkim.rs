//! DKIM: every message our users send is signed, and the signatures of incoming mail are checked.

use crate::answers::Answers;
use crate::change::Change;
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::Step;

/// The step.
pub const STEP: Step = Step { id: "dkim", questions, changes, checks };

fn questions() -> Vec<Question> {
    ["dkim.selector", "dkim.bits", "further_domains"].map(for_key).to_vec()
}

fn changes(_: &Answers, _: &Facts) -> Vec<Change> {
    Vec::new()
}

fn checks(_: &Answers, _: &Facts) -> Vec<Check> {
    Vec::new()
}
