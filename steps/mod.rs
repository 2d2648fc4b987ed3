//! What a mail server needs: one file a step, in the order of the walk; pure functions only.

use std::path::PathBuf;

use crate::answers::Answers;
use crate::change::{Change, Owner};
use crate::check::Check;
use crate::facts::Facts;
use crate::question::Question;
use crate::template;

pub mod acme;
pub mod database;
pub mod dkim;
pub mod dmarc;
pub mod dovecot;
pub mod fail2ban;
pub mod firewall;
pub mod hostname;
pub mod hosts;
pub mod limits;
pub mod packages;
pub mod postfix;
pub mod preflight;
pub mod spf;
pub mod tls;
pub mod zone;

/// One stop of the walk: its questions, its changes and its checks. Its words are keyed by `id`. Pure: no I/O.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Names the step in words, journal, JSON and on the command line.
    pub id: &'static str,
    /// What the admin decides here.
    pub questions: fn() -> Vec<Question>,
    /// What becomes different.
    pub changes: fn(&Answers, &Facts) -> Vec<Change>,
    /// What must be true afterwards.
    pub checks: fn(&Answers, &Facts) -> Vec<Check>,
}

/// All steps in the order of the walk: the only list of them.
pub const ALL: &[Step] = &[
    preflight::STEP,
    hostname::STEP,
    hosts::STEP,
    packages::STEP,
    database::STEP,
    tls::STEP,
    // Before Postfix: an smtpd that finds nobody to ask about a login gives up, and Postfix then closes 465 or 587 for a
    // minute. One stranger who calls too early would be enough.
    dovecot::STEP,
    // These as well come before Postfix, which asks their daemons about every message from its first one on.
    spf::STEP,
    dkim::STEP,
    dmarc::STEP,
    limits::STEP,
    postfix::STEP,
    zone::STEP,
    // When there is something to reach and to guard.
    firewall::STEP,
    fail2ban::STEP,
    // Last: an authority looks the name up and calls on port 80.
    acme::STEP,
];

/// The step of this id.
#[must_use]
pub fn named(id: &str) -> Option<&'static Step> {
    ALL.iter().find(|step| step.id == id)
}

/// What a step's answers come to, where that is more than its changes say; each a line.
#[must_use]
pub fn means(id: &str, answers: &Answers) -> Vec<String> {
    if id == limits::STEP.id { limits::table(&answers.limits) } else { Vec::new() }
}

/// A file of root's with the text that a template comes to.
fn rendered(path: impl Into<PathBuf>, mode: u32, template: &str, answers: &Answers, facts: &Facts) -> Change {
    let content = template::render(template, answers, facts);
    Change::File { path: path.into(), owner: Owner::root(), mode, content }
}

/// For a step that asks nothing.
fn no_questions() -> Vec<Question> {
    Vec::new()
}
