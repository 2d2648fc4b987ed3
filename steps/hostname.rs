//! The machine's own name: what Postfix greets with, what the PTR record must say, what cloud-init must leave alone.

use crate::answers::Answers;
use crate::change::{Change, Owner};
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::Step;
use crate::text::Text;

/// The step.
pub const STEP: Step = Step { id: "hostname", questions, changes, checks };

/// Read by cloud-init at boot, after the image's own files.
const CLOUD_CONFIG: &str = "/etc/cloud/cloud.cfg.d/99-mailwright.cfg";

fn questions() -> Vec<Question> {
    vec![for_key("hostname")]
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let mut changes = Vec::new();
    if facts.cloud_init.is_some() {
        changes.push(Change::File {
            path: CLOUD_CONFIG.into(),
            owner: Owner::root(),
            mode: 0o644,
            content: Text::new(include_str!("../assets/cloud-init/99-mailwright.cfg")),
        });
    }
    changes.push(Change::Hostname { fqdn: answers.hostname.to_string() });
    changes
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    vec![Check::Hostname { fqdn: answers.hostname.to_string() }]
}
