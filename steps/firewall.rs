//! The firewall: where there is one, it lets the mail ports in. SSH is never touched.

use std::collections::BTreeSet;

use crate::answers::{Answers, Tls, Wall};
use crate::change::{Change, Daemon, OpenPorts, Owner};
use crate::check::{Check, Finding, Outcome};
use crate::facts::{Facts, Firewall, Listener};
use crate::question::{Question, for_key};
use crate::steps::{Step, rendered};

/// The step.
pub const STEP: Step = Step { id: "firewall", questions, changes, checks };

/// What a firewall is made with where there is none.
pub const PACKAGE: &str = "nftables";
const CONFIG: &str = "/etc/nftables.conf";
/// Beside the unit of the package, which would take away the tables of all others.
const UNIT_DIR: &str = "/etc/systemd/system/nftables.service.d";
/// Rules that are not ours to edit: the id that keys the finding's words.
const BY_HAND: &str = "firewall-by-hand";
/// Rules in the file that ours would replace.
const IN_THE_WAY: &str = "firewall-in-the-way";

/// The ids of all findings: each has its words.
pub fn ids() -> impl Iterator<Item = &'static str> {
    [BY_HAND, IN_THE_WAY].into_iter()
}

/// Who serves SSH, or listens for those who do.
const SSH: [&str; 4] = ["sshd", "dropbear", "tinysshd", "systemd"];

/// The TCP ports of mail itself.
#[must_use]
pub fn mail_ports() -> Vec<u16> {
    let mut ports = [Daemon::Postfix.ports(), Daemon::Dovecot.ports()].concat();
    ports.sort_unstable();
    ports
}

/// The TCP ports that the answers' services need from outside; 80 is where an authority asks for a certificate's proof.
#[must_use]
pub fn ports(answers: &Answers) -> Vec<u16> {
    let proof = matches!(answers.tls, Tls::Acme(_)).then_some(80);
    let mut ports: Vec<u16> = mail_ports().into_iter().chain(proof).collect();
    ports.sort_unstable();
    ports
}

/// Whether a firewall is made where none is there.
#[must_use]
pub fn is_wanted(answers: &Answers) -> bool {
    answers.firewall == Wall::Install
}

/// Where SSH is reached, as far as can be seen: the ports at which its servers listen for others, or systemd in their
/// place, and the one of the session that asks. Its own when there is none of these.
#[must_use]
pub fn ssh_ports(facts: &Facts) -> Vec<u16> {
    let serves = |one: &&Listener| {
        one.program.as_deref().is_some_and(|program| SSH.contains(&program)) && !one.address.is_loopback()
    };
    let ports = facts.listeners.iter().filter(serves).map(|one| one.port).chain(facts.ssh_session);
    let ports: BTreeSet<u16> = ports.collect();
    if ports.is_empty() { vec![22] } else { ports.into_iter().collect() }
}

fn questions() -> Vec<Question> {
    vec![for_key("firewall")]
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    match (answers.firewall, &facts.firewall) {
        (Wall::Off, _) | (_, Some(Firewall::Other { .. })) | (Wall::Open, None) => Vec::new(),
        (_, Some(wall)) => vec![Change::Firewall(OpenPorts { wall: wall.clone(), ports: ports(answers) })],
        (Wall::Install, None) if facts.nftables_rules.is_empty() => own(answers, facts),
        (Wall::Install, None) => Vec::new(),
    }
}

/// A firewall of our own.
fn own(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let file = |path: String, mode: u32, template: &str| rendered(path, mode, template, answers, facts);
    vec![
        Change::Directory { path: UNIT_DIR.into(), owner: Owner::root(), mode: 0o755 },
        file(format!("{UNIT_DIR}/mailwright.conf"), 0o644, "nftables/only-ours.conf"),
        file(CONFIG.into(), 0o755, "nftables/nftables.conf"),
        Change::Service { daemon: Daemon::Nftables, uses: vec![CONFIG.into()] },
    ]
}

fn checks(answers: &Answers, facts: &Facts) -> Vec<Check> {
    let let_in = Check::LetIn { ports: ports(answers) };
    match (answers.firewall, &facts.firewall) {
        (Wall::Off, _) | (Wall::Open, None) => Vec::new(),
        (_, Some(Firewall::Other { seen })) => {
            vec![told(BY_HAND, seen, answers)]
        }
        (_, Some(_)) => vec![let_in],
        (Wall::Install, None) if !facts.nftables_rules.is_empty() => {
            vec![told(IN_THE_WAY, &facts.nftables_rules, answers)]
        }
        (Wall::Install, None) => {
            let daemon = Daemon::Nftables;
            vec![Check::ConfigurationClean { daemon }, Check::Running { daemon }, let_in]
        }
    }
}

/// A warning with what was seen, and the ports to let in by hand.
fn told(id: &'static str, seen: &[String], answers: &Answers) -> Check {
    Check::Found(Finding { id, outcome: Outcome::Warn, evidence: seen.join("\n"), ports: ports(answers) })
}
