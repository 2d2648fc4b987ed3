//! DMARC: what receivers do with mail in our name that nobody vouches for, and the same done here for other domains.

use crate::answers::Answers;
use crate::change::Change;
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::Step;

/// The step.
pub const STEP: Step = Step { id: "dmarc", questions, changes, checks };

fn questions() -> Vec<Question> {
    ["dmarc.policy", "dmarc.subdomains", "dmarc.nonexistent", "dmarc.testing", "dmarc.reports", "dmarc.incoming"]
        .map(for_key)
        .to_vec()
}

fn changes(_: &Answers, _: &Facts) -> Vec<Change> {
    Vec::new()
}

fn checks(_: &Answers, _: &Facts) -> Vec<Check> {
    Vec::new()
}
