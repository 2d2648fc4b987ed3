//! The outside judge is judged: it finds nothing wrong with a right server, and each of its checks can fail.

#[path = "support/outside/mod.rs"]
mod outside;
#[allow(dead_code, reason = "shared with the unit tests, which use the rest")]
#[path = "support/script.rs"]
mod script;
#[path = "support/stub/mod.rs"]
mod stub;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::time::Duration;

use mailwright::secret::Secret;
use outside::{Domain, Finding, Mailbox, Target, complaints, judge};
use stub::{DOMAINS, LIMIT, PASSWORD, Stub, Temper};

/// What must not be, as opposed to what must be possible: a lax server fails all of these.
const REFUSALS: [&str; 7] =
    ["no relaying", "refused", "may not send", "does not end", "neither offered", "no TLS below", "certificate on"];

fn mailbox(address: &str) -> Mailbox {
    Mailbox { address: address.to_owned(), password: Secret::new(PASSWORD) }
}

/// A target on loopback whose mail ports are found here.
fn target(ports: BTreeMap<u16, u16>) -> Target {
    let domain = |name: &&str| Domain {
        name: (*name).to_owned(),
        mailbox: mailbox(&format!("anna@{name}")),
        alias: format!("info@{name}"),
    };
    Target {
        ipv4: Ipv4Addr::LOCALHOST,
        ipv6: None,
        hostname: "mail.example.org".into(),
        domains: DOMAINS.iter().map(domain).collect(),
        small: Some(mailbox("small@example.org")),
        message_size_limit: LIMIT,
        victim: "victim@far.test".into(),
        victim_ip: Ipv4Addr::new(198, 51, 100, 7).into(),
        guessers: Vec::new(),
        source: None,
        helo: "mx.far.test".into(),
        run: "run1".into(),
        scan: 1..=1,
        also_open: BTreeSet::new(),
        ports,
        patience: Duration::from_millis(100),
        time: Duration::from_secs(120),
    }
}

/// Judges a miniature server; `beside` is a port that is open, or not, beside the mail ports.
fn findings(temper: Temper, beside: u16) -> Vec<Finding> {
    let (ports, v6) = Stub::start(temper);
    let ipv6 = v6.then_some(Ipv6Addr::LOCALHOST);
    judge(&Target { ipv6, scan: beside..=beside, ..target(ports) })
}

#[test]
fn nothing_is_wrong_with_a_right_server() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let findings = findings(Temper::Right, closed);
    assert_eq!(complaints(&findings), "");
    let relaying = findings.iter().filter(|finding| finding.name.starts_with("no relaying over IPv4")).count();
    assert!(relaying >= 10, "{relaying} relay forms");
    let names: BTreeSet<_> = findings.iter().map(|finding| &finding.name).collect();
    assert_eq!(names.len(), findings.len(), "every finding has a name of its own");
    assert!(findings.iter().all(|finding| !finding.evidence.contains(PASSWORD)), "a password in the evidence");
}

#[test]
fn every_check_can_fail() {
    let open = TcpListener::bind("127.0.0.1:0").unwrap();
    let lax = findings(Temper::Lax, open.local_addr().unwrap().port());
    let strict = findings(Temper::Strict, 1);
    assert_eq!(lax.len(), strict.len());
    for (lax, strict) in lax.iter().zip(&strict) {
        assert_eq!(lax.name, strict.name);
        if REFUSALS.iter().any(|word| lax.name.contains(word)) || lax.name.ends_with("open over IPv4") {
            assert!(!lax.passed, "a server that takes everything passed: {}\n{}", lax.name, lax.evidence);
        } else if !lax.name.starts_with("only the mail ports") {
            assert!(!strict.passed, "a server that refuses everything passed: {}\n{}", strict.name, strict.evidence);
        }
    }
}

#[test]
fn a_host_where_nothing_answers_fails_every_check_in_good_time() {
    let nowhere = outside::MAIL_PORTS.iter().map(|&port| (port, 1)).collect();
    let findings = judge(&target(nowhere));
    let passed: Vec<_> = findings.iter().filter(|finding| finding.passed).map(|finding| &finding.name).collect();
    assert!(passed.is_empty(), "{passed:?}");
    assert!(findings.len() > 60, "{} findings", findings.len());
    assert!(findings.iter().all(|finding| finding.evidence.starts_with(char::is_alphabetic)), "why comes first");
}
