//! The DNS records a server needs, as data: made from answers and facts, shown, looked up in the world, and served in a
//! rehearsal.
//!
//! What is not in the list, and why: DKIM, because nothing signs yet; TLSA, because it needs a signed zone (RFC 7672);
//! CAA, because no authority issues a self-signed certificate, and the one behind given files is not known by its
//! domain: a CAA record that guessed wrong would stop the next renewal (RFC 8659).

use std::net::IpAddr;

use serde::Serialize;

use crate::answers::types::Refused;
use crate::answers::{Answers, DomainName, MailAddress};
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::records::{Data, Name, Record};

pub mod judge;
pub mod spf;
pub mod zonefile;

/// How much a mail exchanger is preferred: there is one alone (RFC 5321, section 5.1).
const PREFERENCE: u16 = 10;
/// Mail from the host that takes the domain's mail passes, all other fails (RFC 7208).
const SPF: &str = "v=spf1 mx -all";
/// The same for the server's own name, which it says in HELO (RFC 7208, section 2.3).
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
        of_domain(&mut all, answers, domain, &server)?;
    }
    all.of = server.clone();
    let addresses: Vec<IpAddr> = answers.addresses(facts);
    for address in &addresses {
        all.required("address", Record::address(server.clone(), *address));
    }
    for address in &addresses {
        all.required("ptr", Record::reverse(*address, server.clone()));
    }
    all.advised("spf-helo", Record::new(server, Data::Txt(SPF_HELO.to_owned())));
    Ok(all.records)
}

fn of_domain(all: &mut List, answers: &Answers, domain: &DomainName, server: &Name) -> Result<()> {
    let own = all.of.clone();
    all.required("mx", Record::new(own.clone(), Data::Mx { preference: PREFERENCE, exchange: server.clone() }));
    all.required("spf", Record::new(own.clone(), Data::Txt(SPF.to_owned())));
    let reports = reports(answers, domain);
    let text = |labels: &str, text: String| Ok::<_, Error>(Record::new(below(&own, labels)?, Data::Txt(text)));
    all.advised("dmarc", text("_dmarc", format!("v=DMARC1; p=none; rua=mailto:{reports}"))?);
    all.advised("tls-rpt", text("_smtp._tls", format!("v=TLSRPTv1; rua=mailto:{reports}"))?);
    for (service, priority, port) in SERVICES {
        let data = Data::Srv { priority, weight: 1, port, target: server.clone() };
        all.advised("srv", Record::new(below(&own, service)?, data));
    }
    Ok(())
}

/// Where reports about a domain go: to the contact, and for a domain that the contact is not in to postmaster@, which
/// reaches the contact too. Receivers send no DMARC reports to another domain that has not agreed in its own DNS
/// (RFC 9990, "Verifying External Destinations").
fn reports(answers: &Answers, domain: &DomainName) -> MailAddress {
    if answers.contact.domain() == domain { answers.contact.clone() } else { MailAddress::at("postmaster", domain) }
}

/// The list in the making.
struct List {
    of: Name,
    records: Vec<Published>,
}

impl List {
    fn required(&mut self, why: &'static str, record: Record) {
        self.records.push(Published { record, why, weight: Weight::Required, of: self.of.clone() });
    }

    fn advised(&mut self, why: &'static str, record: Record) {
        self.records.push(Published { record, why, weight: Weight::Advised, of: self.of.clone() });
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
mod tests {
    use std::path::Path;

    use super::*;
    use crate::answers;
    use crate::change::Daemon;

    fn listed(answers: &str) -> Vec<Published> {
        let answers = answers::parse(answers, Path::new("answers.toml")).unwrap();
        records(&answers, &Facts::default()).unwrap()
    }

    /// One line a record: its weight, its zone line, its domain.
    fn lines(list: &[Published]) -> Vec<String> {
        list.iter().map(|one| format!("{} {} ({})", one.weight.id(), one.record, one.of)).collect()
    }

    #[test]
    fn the_example_needs_these_records() {
        let own = [
            "required mail.example.org. 3600 IN A 203.0.113.10 (mail.example.org)",
            "required mail.example.org. 3600 IN AAAA 2001:db8::10 (mail.example.org)",
            "required 10.113.0.203.in-addr.arpa. 3600 IN PTR mail.example.org. (mail.example.org)",
            "required 0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 3600 IN PTR \
             mail.example.org. (mail.example.org)",
            r#"advised mail.example.org. 3600 IN TXT "v=spf1 a -all" (mail.example.org)"#,
        ];
        let of = |domain: &str| {
            [
                ("required", "", "MX", "10 mail.example.org."),
                ("required", "", "TXT", "\"v=spf1 mx -all\""),
                ("advised", "_dmarc.", "TXT", &format!("\"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\"")),
                ("advised", "_smtp._tls.", "TXT", &format!("\"v=TLSRPTv1; rua=mailto:postmaster@{domain}\"")),
                ("advised", "_submissions._tcp.", "SRV", "0 1 465 mail.example.org."),
                ("advised", "_submission._tcp.", "SRV", "10 1 587 mail.example.org."),
                ("advised", "_imaps._tcp.", "SRV", "0 1 993 mail.example.org."),
                ("advised", "_imap._tcp.", "SRV", "10 1 143 mail.example.org."),
                ("advised", "_pop3s._tcp.", "SRV", "20 1 995 mail.example.org."),
            ]
            .map(|(weight, labels, kind, data)| format!("{weight} {labels}{domain}. 3600 IN {kind} {data} ({domain})"))
        };
        let expected =
            [of("example.org").to_vec(), of("example.net").to_vec(), own.map(str::to_owned).to_vec()].concat();
        assert_eq!(lines(&listed(answers::EXAMPLE)), expected);
    }

    #[test]
    fn reports_go_to_the_contact_in_its_own_domain_and_to_postmaster_in_others() {
        let list = listed(&answers::EXAMPLE.replace("contact = \"postmaster@", "contact = \"anna@"));
        let reports = list.iter().filter(|one| one.why == "dmarc").map(|one| one.record.data.whole());
        let text = |to: &str| format!("v=DMARC1; p=none; rua=mailto:{to}");
        assert_eq!(reports.collect::<Vec<_>>(), [text("anna@example.org"), text("postmaster@example.net")]);
    }

    #[test]
    fn an_unused_family_has_no_records() {
        let list = listed(&answers::EXAMPLE.replace("ipv6 = \"2001:db8::10\"", "ipv6 = \"none\""));
        assert!(list.iter().all(|one| one.record.data.kind() != "AAAA" && !one.record.name.as_str().contains("ip6")));
    }

    #[test]
    fn every_service_announced_is_one_that_listens() {
        let ports = [Daemon::Postfix.ports(), Daemon::Dovecot.ports()].concat();
        assert!(SERVICES.iter().all(|(_, _, port)| ports.contains(port)), "{ports:?}");
    }
}
