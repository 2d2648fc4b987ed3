//! The packages, exactly those that the answers need, installed with their daemons held back.

use crate::answers::{Answers, Incoming, Tls};
use crate::change::{Change, Daemon, Packages};
use crate::check::Check;
use crate::facts::Facts;
use crate::steps::{Step, fail2ban, firewall, no_questions};

pub mod leavings;

/// The step.
pub const STEP: Step = Step { id: "packages", questions: no_questions, changes, checks };

/// What both releases need, by name; what they recommend is left out.
/// Postfix hands messages to our milter by python3-milter (mailwright-authors).
/// socat carries the quota question at the end of a message on Dovecot 2.3 (master.cf); MariaDB depends on it anyway.
const NAMES: [&str; 13] = [
    "ca-certificates",
    "dovecot-imapd",
    "dovecot-lmtpd",
    "dovecot-mysql",
    "dovecot-pop3d",
    "dovecot-sieve",
    "mariadb-server",
    "opendkim",
    "opendkim-tools",
    "postfix",
    "postfix-mysql",
    "python3-milter",
    "socat",
];
/// Asks whether the other server may send for its domain.
const SPF: &str = "postfix-policyd-spf-python";
/// By this our milter sees whether SPF speaks for mail that DMARC would refuse (mailwright-authors).
const SPF_SEEN: &str = "python3-spf";
/// Asks what becomes of mail that nobody vouches for.
const DMARC: &str = "opendmarc";
/// Asks an authority for a certificate, and renews it.
const ACME: &str = "certbot";
/// Counts what each login sends.
const RATE_LIMIT: &str = "policyd-rate-limit";

/// All packages that some answers need, but for the one that a certificate of an authority takes.
#[must_use]
pub fn names() -> Vec<String> {
    NAMES.into_iter().chain([SPF, SPF_SEEN, DMARC, RATE_LIMIT]).chain(fail2ban::PACKAGES).map(str::to_owned).collect()
}

/// The packages that these answers need.
#[must_use]
pub fn needed(answers: &Answers) -> Vec<String> {
    let asked = [
        (SPF, answers.spf.incoming.is_on()),
        (SPF_SEEN, answers.dmarc.incoming == Incoming::Reject),
        (DMARC, answers.dmarc.incoming.is_on()),
        (RATE_LIMIT, answers.limits.counts_logins()),
        (ACME, matches!(answers.tls, Tls::Acme(_))),
    ];
    let further = asked.into_iter().filter(|(_, asked)| *asked).map(|(name, _)| name);
    let guards = fail2ban::PACKAGES
        .into_iter()
        .filter(|name| fail2ban::is_on(answers) || (*name == firewall::PACKAGE && firewall::is_wanted(answers)));
    NAMES.into_iter().chain(further).chain(guards).map(str::to_owned).collect()
}

/// The daemons that must not start before their configuration stands. A fail2ban that is here already guards
/// something, and goes on with it.
#[must_use]
pub fn held(answers: &Answers, facts: &Facts) -> Vec<Daemon> {
    let is_held = |daemon: &Daemon| match daemon {
        Daemon::Opendmarc => answers.dmarc.incoming.is_on(),
        Daemon::RateLimit => answers.limits.counts_logins(),
        // No package brings the one, and that of the other leaves it off.
        Daemon::Authors | Daemon::Nftables => false,
        Daemon::Fail2ban => fail2ban::is_on(answers) && !facts.dpkg.installed.contains_key("fail2ban"),
        _ => true,
    };
    Daemon::ALL.into_iter().filter(is_held).collect()
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    // Without this answer the package would write a main.cf of its own and start with it.
    let mut debconf = vec!["postfix postfix/main_mailer_type select No configuration".to_owned()];
    if answers.dmarc.incoming.is_on() {
        // It would make a database for reports that nobody asked for.
        debconf.push("opendmarc opendmarc/dbconfig-install boolean false".to_owned());
    }
    vec![Change::Packages(Packages { names: needed(answers), hold: held(answers, facts), debconf })]
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    vec![Check::PackagesInstalled { names: needed(answers) }]
}
