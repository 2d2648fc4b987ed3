//! SPF: which servers send for our domains, and the same question asked of incoming mail.

use crate::answers::Answers;
use crate::change::Change;
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::Step;

/// The step.
pub const STEP: Step = Step { id: "spf", questions, changes, checks };

fn questions() -> Vec<Question> {
    ["spf.all", "spf.include", "spf.incoming", "sender_id"].map(for_key).to_vec()
}

fn changes(_: &Answers, _: &Facts) -> Vec<Change> {
    Vec::new()
}

fn checks(_: &Answers, _: &Facts) -> Vec<Check> {
    Vec::new()
}
