//! Preflight: what must be true before anything is touched. Changes nothing.

use crate::answers::Answers;
use crate::change::Change;
use crate::check::{Check, Finding, Outcome};
use crate::facts::Facts;
use crate::steps::{Step, no_questions};

mod addresses;
mod machine;
mod passwords;
mod rivals;
mod supply;

pub(crate) use addresses::is_placeholder;

/// The step.
pub const STEP: Step = Step { id: "preflight", questions: no_questions, changes, checks };

/// What is looked at, in the order it is told: the id that keys its words, and the judgement.
const FINDINGS: &[(&str, Judge)] = &[
    ("debian-release", machine::release),
    (AHEAD, machine::ahead),
    ("is-root", machine::root),
    ("init-systemd", machine::systemd),
    ("architecture", machine::architecture),
    ("memory", machine::memory),
    ("free-disk", machine::disk),
    ("clock", machine::clock),
    ("dpkg-healthy", supply::dpkg),
    ("dpkg-lock", supply::lock),
    ("packages-at-hand", supply::packages),
    ("apt-willing", supply::willing),
    ("apt-removes", supply::removes),
    ("places-writable", machine::writable),
    ("other-mail-server", rivals::mail_server),
    ("mail-configuration", rivals::configuration),
    ("ports-free", rivals::ports),
    ("database-server", rivals::database),
    ("database-access", rivals::database_access),
    ("database-tables", rivals::database_tables),
    ("mail-account", machine::mail_account),
    ("password-schemes", passwords::schemes),
    ("cloud-init", machine::cloud_init),
    ("address-ipv4", addresses::ipv4),
    ("address-ipv6", addresses::ipv6),
    (MAIL_OUT, addresses::mail_out),
    ("name-before", addresses::name),
];

/// Told only where apt's sources name a later release than the one that runs.
const AHEAD: &str = "release-ahead";

/// Told only where port 25 is shut on the way out.
const MAIL_OUT: &str = "mail-out";

/// Looks at one thing: what it comes to, and what was seen.
type Judge = fn(&Answers, &Facts) -> (Outcome, String);

/// The ids of all findings, in order: each has its words.
pub fn ids() -> impl Iterator<Item = &'static str> {
    FINDINGS.iter().map(|(id, _)| *id)
}

fn changes(_: &Answers, _: &Facts) -> Vec<Change> {
    Vec::new()
}

fn checks(answers: &Answers, facts: &Facts) -> Vec<Check> {
    let is_told = |id: &str| match id {
        AHEAD => facts.ahead.is_some(),
        MAIL_OUT => addresses::mail_out(answers, facts).0 != Outcome::Pass,
        _ => true,
    };
    let told = FINDINGS.iter().filter(|(id, _)| is_told(id));
    let found = told.map(|(id, judge)| {
        let (outcome, evidence) = judge(answers, facts);
        Check::Found(Finding { id, outcome, evidence, ports: Vec::new() })
    });
    found.collect()
}
