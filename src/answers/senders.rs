//! How others know that mail is really ours, and how we know theirs: the `[spf]`, `[dkim]` and `[dmarc]` tables.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::MailAddress;
use super::choice::{choice, word};
use super::keys::Section;
use super::notes::{Fields, Notes};
use super::parse::{self, table};
use super::types::Refused;
use crate::records::Name;
use crate::words::say;

choice! {
    /// What the SPF record says of all other servers (RFC 7208, section 5.1).
    SpfAll {
        /// `-all`: their mail is not ours.
        Fail = "fail",
        /// `~all`: it is probably not ours.
        Softfail = "softfail",
    }
}

choice! {
    /// What becomes of incoming mail that fails a check of its sender.
    Incoming {
        /// It is refused while the other server is on the line.
        Reject = "reject",
        /// It is taken, and its header says so.
        Mark = "mark",
        /// Nobody looks.
        Off = "off",
    }
}

choice! {
    /// What receivers are asked to do with mail that fails DMARC (RFC 9989, `p`).
    Policy {
        /// Nothing but to report.
        None = "none",
        /// To treat it as suspicious.
        Quarantine = "quarantine",
        /// To refuse it.
        Reject = "reject",
    }
}

choice! {
    /// The same for names below the domain (RFC 9989, `sp` and `np`).
    Below {
        /// As for the domain itself.
        Same = "same",
        /// Nothing but to report.
        None = "none",
        /// To treat it as suspicious.
        Quarantine = "quarantine",
        /// To refuse it.
        Reject = "reject",
    }
}

choice! {
    /// The size of the DKIM key in bits: RFC 8301 asks for 1024 at least, and the large receivers for 2048.
    Bits {
        /// What fits everywhere.
        Two = "2048",
        /// Larger than most receivers need.
        Three = "3072",
        /// The most that RFC 8301 makes receivers take.
        Four = "4096",
    }
}

choice! {
    /// What becomes of mail from outside whose sender claims an address of ours.
    Spoofed {
        /// It is refused, and an honest sender learns of it.
        Reject = "reject",
        /// It is taken and thrown away, and nobody learns of it.
        Discard = "discard",
        /// It is taken as any other.
        Off = "off",
    }
}

choice! {
    /// Where the DKIM and DMARC records of the further domains stand.
    Further {
        /// In each domain for itself.
        Own = "own",
        /// In the first domain; the others point there (CNAME).
        Cname = "cname",
    }
}

/// SPF (RFC 7208): which servers send for the domains, and whether incoming mail is asked the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Spf {
    /// What is said of all others.
    pub all: SpfAll,
    /// Domains whose servers send for ours too.
    pub include: Vec<Name>,
    /// What becomes of incoming mail that fails.
    pub incoming: Incoming,
}

/// DKIM (RFC 6376): the key that signs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Dkim {
    /// The key's name in the DNS. A new one means a new key.
    pub selector: Selector,
    /// The size of a key that is made.
    pub bits: Bits,
}

/// DMARC (RFC 9989): what receivers are asked to do, and what is done with incoming mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Dmarc {
    /// What receivers do with mail that fails.
    pub policy: Policy,
    /// The same for the domain's subdomains (`sp`).
    pub subdomains: Below,
    /// The same for subdomains that do not exist (`np`).
    pub nonexistent: Below,
    /// Whether the policy is only being tried out (`t`).
    pub testing: bool,
    /// Where the daily reports go; `None` for the contact.
    pub reports: Option<MailAddress>,
    /// What becomes of incoming mail that fails its domain's policy.
    pub incoming: Incoming,
}

impl Bits {
    /// How many.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Two => 2048,
            Self::Three => 3072,
            Self::Four => 4096,
        }
    }
}

impl Incoming {
    /// Whether incoming mail is looked at at all.
    #[must_use]
    pub const fn is_on(self) -> bool {
        !matches!(self, Self::Off)
    }
}

/// The name of a DKIM key in the DNS, `s1` in `s1._domainkey.example.org` (RFC 6376, section 3.1): one label in lower
/// case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Selector(String);

impl Selector {
    /// What holds when none is given.
    pub const DEFAULT: &'static str = "s1";

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Selector {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Selector {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let name = text.to_ascii_lowercase();
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let fine = plain && (1..=63).contains(&name.len()) && !name.starts_with('-') && !name.ends_with('-');
        if fine { Ok(Self(name)) } else { Err(Refused::by("answer-selector")) }
    }
}

/// With one look-up for `mx`, this many more may stand in the record (RFC 7208, section 4.6.4).
const MOST_INCLUDES: usize = 9;

/// Reads `[spf]`.
pub(super) fn spf(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Spf> {
    let Some(fields) = table(notes, top, Section::Spf)? else { return Some(Spf::default()) };
    let (all, include) = (word(notes, &fields, "all"), includes(notes, &fields));
    let incoming = word(notes, &fields, "incoming");
    Some(Spf { all: all?, include: include?, incoming: incoming? })
}

/// Reads `[dkim]`.
pub(super) fn dkim(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Dkim> {
    let Some(fields) = table(notes, top, Section::Dkim)? else { return Some(Dkim::default()) };
    let selector = match fields.get("selector") {
        None => Some(Selector::default()),
        Some(node) => notes.parse(&node, &fields.allowed("selector")).map(|placed| placed.it),
    };
    let bits = word(notes, &fields, "bits");
    Some(Dkim { selector: selector?, bits: bits? })
}

/// Reads `[dmarc]`.
pub(super) fn dmarc(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Dmarc> {
    let Some(fields) = table(notes, top, Section::Dmarc)? else { return Some(Dmarc::default()) };
    let (policy, subdomains) = (word(notes, &fields, "policy"), word(notes, &fields, "subdomains"));
    let (nonexistent, testing) = (word(notes, &fields, "nonexistent"), word(notes, &fields, "testing"));
    let reports = match fields.get("reports") {
        None => Some(None),
        Some(node) => notes.parse(&node, &fields.allowed("reports")).map(|placed| Some(placed.it)),
    };
    let incoming = word(notes, &fields, "incoming");
    Some(Dmarc {
        policy: policy?,
        subdomains: subdomains?,
        nonexistent: nonexistent?,
        testing: testing?,
        reports: reports?,
        incoming: incoming?,
    })
}

fn includes(notes: &mut Notes<'_>, fields: &Fields<'_>) -> Option<Vec<Name>> {
    let Some(node) = fields.get("include") else { return Some(Vec::new()) };
    let listed = parse::list(notes, fields, &node, "include")?;
    if listed.len() > MOST_INCLUDES {
        notes.wrong(&node.at, say("answer-spf-includes", &[("most", &MOST_INCLUDES.to_string())]));
    }
    let read: Vec<_> = listed.iter().map(|node| notes.parse(node, "answer-spf-include-allowed")).collect();
    read.into_iter().map(|placed| Some(placed?.it)).collect()
}
