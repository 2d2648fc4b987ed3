//! The DNS records a server needs, as data: made from answers and facts, shown, looked up in the world, and served in a
//! rehearsal.
//!
//! What is not in the list, and why: CAA, unless the authority was chosen in the answers ([`caa`]). TLSA is no
//! matter of answers and facts alone: it needs a signed zone (RFC 7672), and who asks the world adds it ([`tlsa`]).

use std::net::IpAddr;

use serde::Serialize;

use crate::answers::types::Refused;
use crate::answers::{Answers, DomainName, Further, MailAddress};
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::records::{Data, Name, Record};

pub mod caa;
pub mod dkim;
pub mod dmarc;
pub mod findings;
pub mod judge;
pub mod note;
pub mod notes;
pub mod spf;
pub mod zonefile;

/// How much a mail exchanger is preferred: there is one alone (RFC 5321, section 5.1).
const PREFERENCE: u16 = 10;
/// Mail from the server's own name, which it says in HELO, comes from its own addresses (RFC 7208, section 2.3).
const SPF_HELO: &str = "v=spf1 a -all";
/// The services that mail programs look for (RFC 6186, RFC 8314 section 5.1), with rank and port. The ones with TLS from
/// the start come first, as RFC 8314 advises.
const SERVICES: [(&str, u16, u16); 5] = [
    ("_submissions._tcp", 0, 465),
    ("_submission._tcp", 10, 587),
    ("_imaps._tcp", 0, 993),
    ("_imap._tcp", 10, 143),
    ("_pop3s._tcp", 20, 995),
];

/// A record to publish, why, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The record.
    pub record: Record,
    /// Why it is needed: keys `dns-why-<...>` of the words.
    pub why: &'static str,
    /// Whether mail works without it.
    pub weight: Weight,
    /// The mail domain it is for; the server's own name for what all domains share.
    pub of: Name,
}

impl Published {
    /// Whether by this record one domain takes the DMARC reports about another.
    #[must_use]
    pub fn is_consent(&self) -> bool {
        matches!(self.why, "dmarc-consent" | "dmarc-consent-other")
    }

    /// Whether somebody else has to publish it, so that it belongs into none of our zones.
    #[must_use]
    pub fn is_others(&self) -> bool {
        matches!(self.record.data, Data::Ptr(_)) || self.why == "dmarc-consent-other"
    }
}

/// How much depends on a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Without it mail is not delivered here, or mail from here is refused by the large receivers.
    Required,
    /// Mail works without it, with less comfort or less to know.
    Advised,
}

impl Weight {
    /// Its name in JSON; keys its words `dns-weight-<...>`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Advised => "advised",
        }
    }
}

/// Every record the answers need: those of each domain, then those of the server.
///
/// # Errors
/// When a name of the answers is no name for a record: a defect of ours.
pub fn records(answers: &Answers, facts: &Facts) -> Result<Vec<Published>> {
    let server = name(answers.hostname.as_str())?;
    let mut all = List { of: server.clone(), records: Vec::new() };
    for domain in &answers.domains {
        all.of = name(domain.as_str())?;
        of_domain(&mut all, answers, facts, domain, &server)?;
    }
    all.of = server.clone();
    let addresses: Vec<IpAddr> = answers.addresses(facts);
    for address in &addresses {
        all.required("address", Record::address(server.clone(), *address));
    }
    for address in &addresses {
        all.required("ptr", Record::reverse(*address, server.clone()));
    }
    all.advised("spf-helo", Record::new(server.clone(), Data::Txt(SPF_HELO.to_owned())));
    if let Some(data) = caa::data(&answers.tls) {
        all.advised("caa", Record::new(server, data));
    }
    Ok(all.records)
}

fn of_domain(all: &mut List, answers: &Answers, facts: &Facts, domain: &DomainName, server: &Name) -> Result<()> {
    let own = all.of.clone();
    let text = |labels: &str, text: String| Ok::<_, Error>(Record::new(below(&own, labels)?, Data::Txt(text)));
    all.required("mx", Record::new(own.clone(), Data::Mx { preference: PREFERENCE, exchange: server.clone() }));
    all.required("spf", Record::new(own.clone(), Data::Txt(spf::text("v=spf1", &answers.spf))));
    if answers.sender_id {
        all.advised("sender-id", Record::new(own.clone(), Data::Txt(spf::text("spf2.0/pra", &answers.spf))));
    }
    // The domain whose records those of this one point to.
    let first = answers.domains.first().filter(|first| answers.further_domains == Further::Cname && *first != domain);
    let alias = |labels: &str, first: &DomainName| {
        let target = below(&Name::from(first), labels)?;
        Ok::<_, Error>(Record::new(below(&own, labels)?, Data::Cname(target)))
    };
    for key in dkim::keys(answers, facts) {
        let labels = dkim::labels(key.selector);
        let record = match first {
            Some(first) => alias(&labels, first)?,
            None => text(&labels, dkim::text(key.public))?,
        };
        all.add(key.why, key.weight, record);
    }
    let reports = dmarc::reports(answers, first.unwrap_or(domain));
    all.advised(
        "dmarc",
        match first {
            Some(first) => alias("_dmarc", first)?,
            None => text("_dmarc", dmarc::text(&answers.dmarc, &reports))?,
        },
    );
    if let Some((why, weight)) = dmarc::consent(answers, domain, reports.domain()) {
        let name = below(&reports.domain().into(), &dmarc::consent_labels(domain))?;
        all.add(why, weight, Record::new(name, Data::Txt(dmarc::VERSION.to_owned())));
    }
    all.advised("tls-rpt", text("_smtp._tls", format!("v=TLSRPTv1; rua=mailto:{}", contact(answers, domain)))?);
    for (service, priority, port) in SERVICES {
        let data = Data::Srv { priority, weight: 1, port, target: server.clone() };
        all.advised("srv", Record::new(below(&own, service)?, data));
    }
    Ok(())
}

/// The record by which others know the server's certificate, where its zone is signed: by the public key alone, so that
/// it outlasts a renewal (RFC 7671, section 5.1), and whoever signed it (RFC 7672, section 3.1).
///
/// # Errors
/// When the server's name is no name for a record: a defect of ours.
pub fn tlsa(answers: &Answers, key: Vec<u8>) -> Result<Published> {
    let of = name(answers.hostname.as_str())?;
    let data = Data::Tlsa { usage: 3, selector: 1, matching: 1, data: key };
    let record = Record::new(below(&of, "_25._tcp")?, data);
    Ok(Published { record, why: "tlsa", weight: Weight::Advised, of })
}

/// Who is told about a domain: the contact, and for a domain that the contact is not in postmaster@, which reaches the
/// contact too.
fn contact(answers: &Answers, domain: &DomainName) -> MailAddress {
    if answers.contact.domain() == domain { answers.contact.clone() } else { MailAddress::at("postmaster", domain) }
}

/// The list in the making.
struct List {
    of: Name,
    records: Vec<Published>,
}

impl List {
    fn add(&mut self, why: &'static str, weight: Weight, record: Record) {
        self.records.push(Published { record, why, weight, of: self.of.clone() });
    }

    fn required(&mut self, why: &'static str, record: Record) {
        self.add(why, Weight::Required, record);
    }

    fn advised(&mut self, why: &'static str, record: Record) {
        self.add(why, Weight::Advised, record);
    }
}

fn name(text: &str) -> Result<Name> {
    text.parse().map_err(|refused: Refused| no_name(text, &refused))
}

fn below(name: &Name, labels: &str) -> Result<Name> {
    name.below(labels).map_err(|refused| no_name(name.as_str(), &refused))
}

fn no_name(text: &str, refused: &Refused) -> Error {
    Error::failed(format!("{text} is no name for a record: {refused}"))
}

#[cfg(test)]
#[path = "dns/list_tests.rs"]
mod tests;
