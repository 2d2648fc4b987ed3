//! SPF: which servers send for our domains, and the same question asked of incoming mail.

use crate::answers::Answers;
use crate::change::Change;
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::{Step, rendered};

/// The step. The records themselves are in the list of [`crate::dns::records`].
pub const STEP: Step = Step { id: "spf", questions, changes, checks };

/// What policyd-spf is told, which Postfix asks about incoming mail (policyd-spf.conf(5)).
const CONFIG: &str = "/etc/postfix-policyd-spf-python/policyd-spf.conf";

fn questions() -> Vec<Question> {
    ["spf.all", "spf.include", "spf.incoming", "sender_id"].map(for_key).to_vec()
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    if !answers.spf.incoming.is_on() {
        return Vec::new();
    }
    vec![rendered(CONFIG, 0o644, "policyd-spf/policyd-spf.conf", answers, facts)]
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    if answers.spf.incoming.is_on() { vec![Check::SpfAnswers] } else { Vec::new() }
}
