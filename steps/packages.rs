//! The packages, exactly those that the answers need, installed with their daemons held back.

use crate::answers::Answers;
use crate::change::{Change, Daemon, Packages};
use crate::check::Check;
use crate::facts::Facts;
use crate::steps::{Step, no_questions};

/// The step.
pub const STEP: Step = Step { id: "packages", questions: no_questions, changes, checks };

/// The daemons that must not start before their configuration stands.
pub const HELD: [Daemon; 3] = [Daemon::Mariadb, Daemon::Postfix, Daemon::Dovecot];

/// What both releases need, by name; what they recommend is left out.
/// socat carries the quota question at the end of a message on Dovecot 2.3 (master.cf); MariaDB depends on it anyway.
const NAMES: [&str; 10] = [
    "ca-certificates",
    "dovecot-imapd",
    "dovecot-lmtpd",
    "dovecot-mysql",
    "dovecot-pop3d",
    "dovecot-sieve",
    "mariadb-server",
    "postfix",
    "postfix-mysql",
    "socat",
];

/// The packages the answers need.
#[must_use]
pub fn names() -> Vec<String> {
    NAMES.map(str::to_owned).to_vec()
}

fn changes(_: &Answers, _: &Facts) -> Vec<Change> {
    vec![Change::Packages(Packages {
        names: names(),
        hold: HELD.to_vec(),
        // Without this answer the package would write a main.cf of its own and start with it.
        debconf: vec!["postfix postfix/main_mailer_type select No configuration".into()],
    })]
}

fn checks(_: &Answers, _: &Facts) -> Vec<Check> {
    vec![Check::PackagesInstalled { names: names() }]
}
