//! Postfix: takes mail for our domains on 25, and from our own users on 587 and 465.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use crate::answers::{Address, Answers, MailAddress, Spoofed};
use crate::change::{Change, Daemon, Owner};
use crate::check::Check;
use crate::facts::{Facts, Release};
use crate::question::{Question, for_key};
use crate::steps::{Step, database, dkim, limits, packages, tls};
use crate::template;

/// The step.
pub const STEP: Step = Step { id: "postfix", questions, changes, checks };

const SQL_DIR: &str = "/etc/postfix/sql";
const SQL_MAPS: [&str; 4] = ["domains", "mailboxes", "aliases", "sender-logins"];

fn questions() -> Vec<Question> {
    ["message_size_limit", "spoofed_senders"].map(for_key).to_vec()
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let file = |path: String, owner: Owner, mode: u32, template: &str| -> Change {
        Change::File { path: path.into(), owner, mode, content: template::render(template, answers, facts) }
    };
    let readers = || Owner::new("root", "postfix");
    let mut files = Vec::new();
    let spoofed = (answers.spoofed_senders != Spoofed::Off).then_some("spoofed-senders");
    for map in SQL_MAPS.into_iter().chain(spoofed) {
        files.push(file(format!("{SQL_DIR}/{map}.cf"), readers(), 0o640, &format!("postfix/sql/{map}.cf")));
    }
    let mut names = vec!["system_aliases", "master.cf", "main.cf"];
    if facts.release == Some(Release::Bookworm) {
        names.insert(0, "submission_header_checks");
    }
    for name in names {
        files.push(file(format!("/etc/postfix/{name}"), Owner::root(), 0o644, &format!("postfix/{name}")));
    }
    let order = order(facts);
    files.push(file(format!("{order}/after.conf"), Owner::root(), 0o644, "systemd/postfix-after.conf"));
    let mut uses: Vec<PathBuf> = files.iter().flat_map(Change::paths).collect();
    uses.extend(tls::restarting(answers));
    // The chroot gets its copies of hosts and resolv.conf when Postfix starts.
    uses.extend(["/etc/hosts".into(), "/etc/resolv.conf".into()]);
    let directories = vec![
        Change::Directory { path: SQL_DIR.into(), owner: readers(), mode: 0o750 },
        Change::Directory { path: order.into(), owner: Owner::root(), mode: 0o755 },
    ];
    let service = Change::Service { daemon: Daemon::Postfix, uses };
    [directories, files, vec![service]].concat()
}

/// The addresses that mail is to leave by, where this machine has several of a family and the answers name one of them:
/// the records name it, and the kernel may choose another. One that something in between translates cannot be bound to.
#[must_use]
pub fn outgoing(answers: &Answers, facts: &Facts) -> (Option<Ipv4Addr>, Option<Ipv6Addr>) {
    let ipv4 = match answers.ipv4 {
        Address::Is(named) if facts.ipv4.len() > 1 && facts.ipv4.contains(&named) => Some(named),
        _ => None,
    };
    let ipv6 = match answers.ipv6 {
        Address::Is(named) if facts.ipv6.len() > 1 && facts.ipv6.contains(&named) => Some(named),
        _ => None,
    };
    (ipv4, ipv6)
}

/// The public addresses that this machine has itself.
fn own(answers: &Answers, facts: &Facts) -> Vec<IpAddr> {
    let is_here = |address: &IpAddr| match address {
        IpAddr::V4(address) => facts.ipv4.contains(address),
        IpAddr::V6(address) => facts.ipv6.contains(address),
    };
    answers.addresses(facts).into_iter().filter(is_here).collect()
}

/// Where its unit is told what to start after (systemd.unit(5), drop-ins).
fn order(facts: &Facts) -> String {
    let unit = Daemon::Postfix.process_unit(facts.release.unwrap_or(Release::Trixie));
    format!("/etc/systemd/system/{unit}.d")
}

fn checks(answers: &Answers, facts: &Facts) -> Vec<Check> {
    let map = |map: &str, key: String| Check::MapAnswers { map: format!("proxy:mysql:{SQL_DIR}/{map}.cf"), key };
    let mut checks = vec![
        Check::ConfigurationClean { daemon: Daemon::Postfix },
        Check::Running { daemon: Daemon::Postfix },
        Check::Listens { ports: Daemon::Postfix.ports().to_vec() },
        // Both have been started by now: OpenDKIM is a step before.
        Check::ResolversFollowed,
        Check::PostfixValues { values: limits::values(&answers.limits) },
    ];
    let addresses = own(answers, facts);
    if !addresses.is_empty() {
        checks.push(Check::LeavesBy { addresses });
    }
    let [ipv4, ipv6] = [answers.public_ipv4(facts).is_some(), answers.public_ipv6(facts).is_some()];
    checks.push(Check::MailGetsOut { ipv4, ipv6 });
    checks.extend(answers.domains.iter().map(|domain| map("domains", domain.to_string())));
    checks.extend(answers.mailboxes.iter().map(|mailbox| map("mailboxes", mailbox.address.to_string())));
    if let Some(domain) = answers.domains.first() {
        checks.push(Check::NoOpenRelay { addresses: answers.addresses(facts), domain: domain.to_string() });
    }
    checks.extend(together(answers, facts));
    checks
}

/// What Postfix and Dovecot do together; Postfix is the last to start.
fn together(answers: &Answers, facts: &Facts) -> Vec<Check> {
    let mut held = packages::held(answers, facts);
    // Its turn comes later.
    held.retain(|daemon| *daemon != Daemon::Fail2ban);
    let (certificate, _) = tls::files(answers);
    let ports = vec![25, 465, 587, 143, 993, 110, 995];
    let mut checks = vec![
        Check::NothingHeldBack { daemons: held },
        Check::TlsServed { name: answers.hostname.to_string(), certificate, ports },
        Check::AuthOnlyInTls,
    ];
    if let Some(mailbox) = answers.mailboxes.first() {
        checks.push(Check::WrongPasswordRefused { mailbox: mailbox.address.to_string() });
    }
    let signed = answers.domains.iter().filter_map(|domain| {
        let address = MailAddress::at("postmaster", domain);
        let mailbox = answers.mailboxes.first()?.address.to_string();
        let selector = dkim::signing(answers, facts).to_owned();
        Some(Check::Signs { domain: domain.to_string(), selector, address: address.to_string(), mailbox })
    });
    checks.extend(signed);
    let postmasters = answers.domains.iter().map(|domain| MailAddress::at("postmaster", domain));
    checks.extend(postmasters.map(|address| Check::Delivers {
        mailbox: reached(answers, &address).map(|mailbox| mailbox.to_string()),
        address: address.to_string(),
    }));
    checks
}

/// The mailbox here that mail to this address ends in, through the aliases; `None` when it leaves this server.
fn reached(answers: &Answers, address: &MailAddress) -> Option<MailAddress> {
    let aliases = database::aliases(answers);
    let mut at = address.clone();
    // A loop of aliases ends here; Postfix stops it later (virtual_alias_recursion_limit).
    for _ in 0..=aliases.len() {
        if answers.mailboxes.iter().any(|mailbox| mailbox.address == at) {
            return Some(at);
        }
        at = aliases.iter().find(|(from, _)| *from == at)?.1.clone();
    }
    None
}
