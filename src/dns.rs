//! The DNS records a server needs, as data: made from answers and facts, shown, and served in a rehearsal.

use std::net::IpAddr;

use crate::answers::Answers;
use crate::answers::types::Refused;
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::records::{Data, Name, Record};

/// How much a mail exchanger is preferred: there is one alone (RFC 5321, section 5.1).
const PREFERENCE: u16 = 10;

/// A record to publish, and who can publish it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The record.
    pub record: Record,
    /// Why it is needed: keys `dns-why-<...>` of the words.
    pub why: &'static str,
}

/// Every record the answers need: MX of each domain, the addresses of the server, and the way back from each address.
///
/// # Errors
/// When a name of the answers is no name for a record: a defect of ours.
pub fn records(answers: &Answers, facts: &Facts) -> Result<Vec<Published>> {
    let server = name(answers.hostname.as_str())?;
    let mut all = Vec::new();
    for domain in &answers.domains {
        let data = Data::Mx { preference: PREFERENCE, exchange: server.clone() };
        all.push(Published { record: Record::new(name(domain.as_str())?, data), why: "mx" });
    }
    let addresses: Vec<IpAddr> = answers.addresses(facts);
    let forward = addresses.iter().map(|address| (Record::address(server.clone(), *address), "address"));
    let back = addresses.iter().map(|address| (Record::reverse(*address, server.clone()), "ptr"));
    all.extend(forward.chain(back).map(|(record, why)| Published { record, why }));
    Ok(all)
}

fn name(text: &str) -> Result<Name> {
    text.parse().map_err(|refused: Refused| Error::failed(format!("{text} is no name for a record: {refused}")))
}
