//! The firewall: where there is one, it lets the mail ports in. SSH is never touched.

use crate::answers::{Answers, Tls, Wall};
use crate::change::{Change, Daemon, OpenPorts, Owner};
use crate::check::{Check, Finding, Outcome};
use crate::facts::{Facts, Firewall};
use crate::question::{Question, for_key};
use crate::steps::Step;
use crate::template;

/// The step.
pub const STEP: Step = Step { id: "firewall", questions, changes, checks };

/// What a firewall is made with where there is none.
pub const PACKAGE: &str = "nftables";
const CONFIG: &str = "/etc/nftables.conf";
/// Beside the unit of the package, which would take away the tables of all others.
const UNIT_DIR: &str = "/etc/systemd/system/nftables.service.d";
/// Rules that are not ours to edit: the id that keys the finding's words.
const BY_HAND: &str = "firewall-by-hand";

/// The ids of all findings: each has its words.
pub fn ids() -> impl Iterator<Item = &'static str> {
    [BY_HAND].into_iter()
}

/// The TCP ports that the answers' services need from outside; 80 is where an authority asks for a certificate's proof.
#[must_use]
pub fn ports(answers: &Answers) -> Vec<u16> {
    let proof = matches!(answers.tls, Tls::Acme(_)).then_some(80);
    [25].into_iter().chain(proof).chain([110, 143, 465, 587, 993, 995]).collect()
}

/// Whether a firewall is made where none is there.
#[must_use]
pub fn is_wanted(answers: &Answers) -> bool {
    answers.firewall == Wall::Install
}

/// Where SSH is reached: the ports at which sshd listens for others; where systemd does so in its place, those of
/// systemd. Its own when neither is seen.
#[must_use]
pub fn ssh_ports(facts: &Facts) -> Vec<u16> {
    let of = |program: &str| {
        let theirs = facts.listeners.iter().filter(|one| one.program.as_deref() == Some(program));
        let mut ports: Vec<u16> = theirs.filter(|one| !one.address.is_loopback()).map(|one| one.port).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    };
    let seen = ["sshd", "systemd"].into_iter().map(of).find(|ports| !ports.is_empty());
    seen.unwrap_or_else(|| vec![22])
}

fn questions() -> Vec<Question> {
    vec![for_key("firewall")]
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    match (answers.firewall, &facts.firewall) {
        (Wall::Off, _) | (_, Some(Firewall::Other { .. })) | (Wall::Open, None) => Vec::new(),
        (_, Some(wall)) => vec![Change::Firewall(OpenPorts { wall: wall.clone(), ports: ports(answers) })],
        (Wall::Install, None) => own(answers, facts),
    }
}

/// A firewall of our own.
fn own(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let file = |path: String, mode: u32, template: &str| Change::File {
        path: path.into(),
        owner: Owner::root(),
        mode,
        content: template::render(template, answers, facts),
    };
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
            vec![Check::Found(Finding { id: BY_HAND, outcome: Outcome::Warn, evidence: seen.join("\n") })]
        }
        (_, Some(_)) => vec![let_in],
        (Wall::Install, None) => {
            let daemon = Daemon::Nftables;
            vec![Check::ConfigurationClean { daemon }, Check::Running { daemon }, let_in]
        }
    }
}
