//! What is planned for a recorded machine.
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

use std::path::Path;

use mailwright::answers::Answers;
use mailwright::change::Change;
use mailwright::facts::Facts;
use mailwright::plan::Plan;

/// The fresh machine of a release, by its codename.
pub fn machine(release: &str) -> Facts {
    serde_json::from_str(&std::fs::read_to_string(format!("tests/machines/fresh-{release}.json")).unwrap()).unwrap()
}

/// The text that a file gets; empty where it is not written.
pub fn text(answers: &Answers, facts: &Facts, path: &str) -> String {
    let plan = Plan::new(answers, facts).unwrap();
    let found = plan.changes().find_map(|(_, change)| match change {
        Change::File { path: at, content, .. } if at == Path::new(path) => Some(content.shown()),
        _ => None,
    });
    found.unwrap_or_default()
}
