//! The addresses the world will write to, and the name the machine bore before.

use std::net::Ipv4Addr;

use crate::answers::{Address, Answers};
use crate::check::Outcome::{self, Fail, Pass, Warn};
use crate::facts::Facts;

pub(super) fn ipv4(answers: &Answers, facts: &Facts) -> (Outcome, String) {
    let here = facts.ipv4.first().copied();
    match (answers.ipv4, here) {
        (Address::Unused, _) => unused(answers.public_ipv6(facts).is_some()),
        (Address::Is(wanted), _) if facts.ipv4.contains(&wanted) && is_private(wanted) => {
            (Warn, format!("{wanted} is a private address"))
        }
        (Address::Is(wanted), _) if facts.ipv4.contains(&wanted) => (Pass, wanted.to_string()),
        (Address::Is(wanted), Some(here)) if is_private(here) && !is_private(wanted) => {
            (Warn, format!("{wanted} is not on this machine, which has {here}: something in between translates"))
        }
        (Address::Is(wanted), Some(here)) => (Fail, format!("{wanted} is not on this machine, which has {here}")),
        (Address::Is(wanted), None) => (Fail, format!("{wanted} is not on this machine, which has no IPv4 address")),
        (Address::Detect, Some(here)) if is_private(here) => {
            (Warn, format!("{here}, found here, is a private address"))
        }
        (Address::Detect, Some(here)) => (Pass, format!("{here}, found here")),
        (Address::Detect, None) if answers.public_ipv6(facts).is_some() => {
            (Warn, "none; the server is reached by IPv6 alone".into())
        }
        (Address::Detect, None) => (Fail, "this machine has no address but its own loopback".into()),
    }
}

pub(super) fn ipv6(answers: &Answers, facts: &Facts) -> (Outcome, String) {
    match (answers.ipv6, facts.ipv6.first().copied()) {
        (Address::Unused, _) => unused(answers.public_ipv4(facts).is_some()),
        (Address::Is(wanted), _) if !facts.ipv6.contains(&wanted) => {
            let others: Vec<String> = facts.ipv6.iter().map(ToString::to_string).collect();
            let here = if others.is_empty() { "no IPv6 address".to_owned() } else { others.join(", ") };
            (Fail, format!("{wanted} is not on this machine, which has {here}"))
        }
        (Address::Is(address), _) | (Address::Detect, Some(address)) if address.is_unique_local() => {
            (Warn, format!("{address} is a private address"))
        }
        (Address::Is(wanted), _) => (Pass, wanted.to_string()),
        (Address::Detect, Some(here)) => (Pass, format!("{here}, found here")),
        (Address::Detect, None) => (Pass, "none; the server is reached by IPv4 alone".into()),
    }
}

/// Many providers shut port 25 on the way out: mail comes in, and none leaves.
pub(super) fn mail_out(answers: &Answers, facts: &Facts) -> (Outcome, String) {
    let families = [
        ("IPv4", facts.mail_out.ipv4, answers.public_ipv4(facts).is_some()),
        ("IPv6", facts.mail_out.ipv6, answers.public_ipv6(facts).is_some()),
    ];
    let shut = families.into_iter().filter(|(_, open, used)| *used && *open == Some(false));
    let shut: Vec<&str> = shut.map(|(family, ..)| family).collect();
    if shut.is_empty() {
        return (Pass, "mail servers elsewhere answer".into());
    }
    (Warn, format!("no mail server elsewhere answers on port 25 by {}", shut.join(" or ")))
}

/// A new name where a full one stood before may break what was set up for the old one.
pub(super) fn name(answers: &Answers, facts: &Facts) -> (Outcome, String) {
    let (old, new) = (facts.hostname.as_str(), answers.hostname.as_str());
    let known = if old.contains('.') { Some(old) } else { facts.fqdn.as_deref().filter(|name| name.contains('.')) };
    match known {
        _ if old.eq_ignore_ascii_case(new) => (Pass, new.to_owned()),
        Some(full) if is_placeholder(full) => (Pass, format!("{old} becomes {new}")),
        Some(full) if full.eq_ignore_ascii_case(new) => (Pass, format!("{old} becomes {new}")),
        Some(full) => (Warn, format!("{full} becomes {new}")),
        None if old.is_empty() => (Pass, format!("nameless until now, becomes {new}")),
        None => (Pass, format!("{old} becomes {new}")),
    }
}

/// Names an installer or an image gives when nobody chose one.
pub(crate) fn is_placeholder(name: &str) -> bool {
    let endings = [".localdomain", ".local", ".internal", ".lan", ".home.arpa"];
    name.starts_with("localhost") || endings.iter().any(|ending| name.ends_with(ending))
}

fn unused(other: bool) -> (Outcome, String) {
    if other { (Pass, "not used, as the answers say".into()) } else { (Fail, "no address is left to use".into()) }
}

/// RFC 1918, and what providers use between them and their customers (RFC 6598).
fn is_private(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private() || (first == 100 && (64..128).contains(&second))
}
