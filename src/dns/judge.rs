//! What the world's answers about a record mean. Values are compared by what they do, not letter by letter.

use std::net::IpAddr;

use super::{Published, spf};
use crate::records::Data;

/// What one server knows of a name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// These values.
    Found(Vec<Data>),
    /// No such name, or nothing of this type.
    Nothing,
    /// It could not be asked, or gave no answer of use, for this reason.
    Silent(String),
}

/// What all servers together know of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What it comes to.
    pub outcome: Outcome,
    /// How many servers have the record, or one that does as well.
    pub seen: usize,
    /// How many gave an answer.
    pub answered: usize,
    /// What stands there instead or beside it, each value once.
    pub found: Vec<Data>,
    /// Who gave no answer, and why.
    pub silent: Vec<(String, String)>,
}

/// What the answers come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every answer has the record.
    AsWanted,
    /// Every answer has it or another that does as well.
    Serves,
    /// Some answers have it, some do not.
    NotEverywhere,
    /// No answer has it, nor anything in its place.
    Missing,
    /// Something else stands there.
    Different,
    /// Several stand where only one may, so that none holds (RFC 7208 section 4.5, RFC 9989).
    Several,
    /// Nobody answered: nothing is known.
    Unknown,
}

impl Outcome {
    /// Its name in JSON; keys its words `dns-state-<...>`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::AsWanted => "as-wanted",
            Self::Serves => "serves",
            Self::NotEverywhere => "not-everywhere",
            Self::Missing => "missing",
            Self::Different => "different",
            Self::Several => "several",
            Self::Unknown => "unknown",
        }
    }
}

/// What a single answer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Wanted,
    Serves,
    Nothing,
    Different,
    Several,
}

/// What these views, each with its server's name, mean for a record of a server with these addresses.
#[must_use]
pub fn judge(wanted: &Published, server: &str, addresses: &[IpAddr], views: &[(String, View)]) -> State {
    let (mut verdicts, mut found, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    for (name, view) in views {
        let values = match view {
            View::Found(values) => relevant(&wanted.record.data, values),
            View::Nothing => Vec::new(),
            View::Silent(why) => {
                silent.push((name.clone(), why.clone()));
                continue;
            }
        };
        let verdict = verdict(wanted, &values, server, addresses);
        if verdict != Verdict::Wanted {
            found.extend(values);
        }
        verdicts.push(verdict);
    }
    found.sort_unstable();
    found.dedup();
    let count = |of: &[Verdict]| verdicts.iter().filter(|verdict| of.contains(verdict)).count();
    let (answered, seen) = (verdicts.len(), count(&[Verdict::Wanted, Verdict::Serves]));
    let outcome = if answered == 0 {
        Outcome::Unknown
    } else if count(&[Verdict::Several]) > 0 {
        Outcome::Several
    } else if count(&[Verdict::Wanted]) == answered {
        Outcome::AsWanted
    } else if seen == answered {
        Outcome::Serves
    } else if seen > 0 {
        Outcome::NotEverywhere
    } else if count(&[Verdict::Different]) > 0 {
        Outcome::Different
    } else {
        Outcome::Missing
    };
    State { outcome, seen, answered, found, silent }
}

/// The values that stand in the wanted one's place: of the texts of a name only those of the same purpose.
#[must_use]
pub fn relevant(wanted: &Data, values: &[Data]) -> Vec<Data> {
    let same_purpose = |value: &&Data| match (wanted, value) {
        (Data::Txt(wanted), Data::Txt(text)) if spf::is_record(wanted) => spf::is_record(text),
        (Data::Txt(wanted), Data::Txt(text)) => version(text) == version(wanted),
        _ => true,
    };
    values.iter().filter(same_purpose).cloned().collect()
}

fn verdict(wanted: &Published, values: &[Data], server: &str, addresses: &[IpAddr]) -> Verdict {
    if values.is_empty() {
        return Verdict::Nothing;
    }
    let is = |right: bool| if right { Verdict::Wanted } else { Verdict::Different };
    match (&wanted.record.data, values) {
        (Data::Txt(wanted), [Data::Txt(text)]) if spf::is_record(wanted) => {
            let trusted = wanted.split(' ').nth(1).unwrap_or_default();
            match () {
                () if spf::same(wanted, text) => Verdict::Wanted,
                () if spf::covers(text, trusted, server, addresses) => Verdict::Serves,
                () => Verdict::Different,
            }
        }
        (Data::Txt(wanted), [Data::Txt(text)]) => match () {
            () if tags(wanted) == tags(text) => Verdict::Wanted,
            () if serves(text) => Verdict::Serves,
            () => Verdict::Different,
        },
        (Data::Txt(_), _) => Verdict::Several,
        (Data::Mx { exchange: wanted, .. }, values) => is(comes_first(wanted, values)),
        // Alone, rank and share decide nothing.
        (Data::Srv { port: wanted, target: host, .. }, [Data::Srv { port, target, .. }]) => {
            is(wanted == port && host == target)
        }
        // Beside the wanted one others may stand: each allows one authority more.
        (Data::Caa { .. }, values) => is(values.contains(&wanted.record.data)),
        (wanted, values) => is(values == [wanted.clone()]),
    }
}

/// Whether mail goes to this host, and to others only when it is down.
fn comes_first(wanted: &crate::records::Name, values: &[Data]) -> bool {
    let ranks = |ours: bool| {
        values.iter().filter_map(move |value| match value {
            Data::Mx { preference, exchange } if (exchange == wanted) == ours => Some(*preference),
            _ => None,
        })
    };
    match (ranks(true).min(), ranks(false).min()) {
        (Some(ours), Some(others)) => ours < others,
        (ours, _) => ours.is_some(),
    }
}

/// The first tag of a text, `v=DMARC1`, without blanks.
fn version(text: &str) -> String {
    text.split(';').next().unwrap_or_default().split_ascii_whitespace().collect()
}

/// The tags of a DMARC or TLS-RPT record (RFC 9989, RFC 8460); their order makes no difference, nor does their case.
fn tags(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase()))
    };
    let mut tags: Vec<_> = text.split(';').filter_map(pair).collect();
    tags.sort_unstable();
    tags
}

/// Whether a DMARC record has a policy, be it a stricter one, or a TLS-RPT record an address for its reports.
fn serves(text: &str) -> bool {
    let tags = tags(text);
    let value = |name: &str| tags.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str());
    match version(text).as_str() {
        "v=DMARC1" => matches!(value("p"), Some("none" | "quarantine" | "reject")),
        "v=TLSRPTv1" => value("rua").is_some_and(|address| !address.is_empty()),
        _ => false,
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
