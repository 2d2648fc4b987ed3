//! DMARC records (RFC 9989): what they say by the answers, which of two asks for more, and who must agree to reports.

use super::Weight;
use crate::answers::senders::{Below, Policy};
use crate::answers::{Answers, Dmarc, DomainName, MailAddress};

/// What a record begins with.
pub const VERSION: &str = "v=DMARC1";

/// The text of a record whose reports go to `reports`: only what is not so anyway, and `p` right behind the version.
#[must_use]
pub fn text(dmarc: &Dmarc, reports: &MailAddress) -> String {
    let policy = dmarc.policy;
    let (subdomains, nonexistent) = (below(dmarc.subdomains, policy), below(dmarc.nonexistent, policy));
    let mut parts = vec![VERSION.to_owned(), format!("p={policy}")];
    // Without `sp` the subdomains have `p`, without `np` those that do not exist have what the others have (section 4.7).
    for (tag, policy, anyway) in [("sp", subdomains, policy), ("np", nonexistent, subdomains)] {
        if policy != anyway {
            parts.push(format!("{tag}={policy}"));
        }
    }
    if dmarc.testing {
        parts.push("t=y".to_owned());
    }
    parts.push(format!("rua=mailto:{reports}"));
    parts.join("; ")
}

const fn below(below: Below, policy: Policy) -> Policy {
    match below {
        Below::Same => policy,
        Below::None => Policy::None,
        Below::Quarantine => Policy::Quarantine,
        Below::Reject => Policy::Reject,
    }
}

/// Where reports about a domain go: where the answers say; else to the contact, and for a domain that the contact is not
/// in to postmaster@, which reaches the contact too and needs nobody's consent.
#[must_use]
pub fn reports(answers: &Answers, domain: &DomainName) -> MailAddress {
    match &answers.dmarc.reports {
        Some(address) => address.clone(),
        None => super::contact(answers, domain),
    }
}

/// Whether the domain that gets the reports must say in its own DNS that it takes them (RFC 9990, "Verifying External
/// Destinations"), and how much depends on it. A domain's own subdomains belong to the same organisation.
#[must_use]
pub fn consent(answers: &Answers, domain: &DomainName, reports: &DomainName) -> Option<(&'static str, Weight)> {
    let inside = |reports: &str, domain: &str| {
        reports == domain || reports.strip_suffix(domain).is_some_and(|front| front.ends_with('.'))
    };
    if inside(reports.as_str(), domain.as_str()) {
        return None;
    }
    let ours = answers.domains.iter().any(|own| inside(reports.as_str(), own.as_str()));
    Some((if ours { "dmarc-consent" } else { "dmarc-consent-other" }, Weight::Advised))
}

/// Where a domain says that it takes the reports about another one, below its own name.
#[must_use]
pub fn consent_labels(about: &DomainName) -> String {
    format!("{}._report._dmarc", about.as_str())
}

/// Whether the record found asks receivers for as much as the wanted one, or for more: of the domain, of its subdomains,
/// and of those that do not exist. A policy that is only being tried out (`t=y`) counts as the next weaker one.
#[must_use]
pub fn asks_enough(wanted: &[(String, String)], found: &[(String, String)]) -> bool {
    match (strengths(wanted), strengths(found)) {
        (Some(wanted), Some(found)) => found.iter().zip(wanted).all(|(found, wanted)| *found >= wanted),
        _ => false,
    }
}

/// Whether a record has a policy at all.
#[must_use]
pub fn has_policy(tags: &[(String, String)]) -> bool {
    strengths(tags).is_some()
}

/// How much the tags of a record ask for; `None` for a record without a policy.
fn strengths(tags: &[(String, String)]) -> Option<[u8; 3]> {
    let value = |name: &str| tags.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str());
    let strength = |name: &str| match value(name) {
        Some("none") => Some(0),
        Some("quarantine") => Some(1),
        Some("reject") => Some(2),
        _ => None,
    };
    let policy: u8 = strength("p")?;
    let subdomains = strength("sp").unwrap_or(policy);
    let nonexistent = strength("np").unwrap_or(subdomains);
    let less = u8::from(value("t") == Some("y"));
    Some([policy, subdomains, nonexistent].map(|strength: u8| strength.saturating_sub(less)))
}

#[cfg(test)]
#[path = "dmarc_tests.rs"]
mod tests;
