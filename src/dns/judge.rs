//! What the world's answers about a record mean. Values are compared by what they do, not letter by letter.

use std::net::IpAddr;

use super::dkim::Worth;
use super::{Published, caa, dkim, dmarc, spf};
use crate::records::{Data, Name};

/// What one server knows of a name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// These values.
    Found {
        /// The values.
        values: Vec<Data>,
        /// How many seconds they may be kept in caches.
        ttl: u32,
    },
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
    /// How many seconds that may be kept in caches at the most.
    pub ttl: u32,
    /// What is to be said of it.
    pub remarks: Vec<Remark>,
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

/// What is to be said of a value that stands in a record's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// A key that ends too early, after this many characters.
    CutOff(usize),
    /// A key that is withdrawn.
    Revoked,
    /// A key that others are asked not to rely on yet.
    Testing,
    /// A policy that asks for less.
    Weaker,
    /// An SPF record that does not name all services of the answers.
    LacksInclude,
}

impl Remark {
    /// Its name in JSON; keys its words `dns-remark-<...>`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::CutOff(_) => "cut-off",
            Self::Revoked => "revoked",
            Self::Testing => "testing",
            Self::Weaker => "weaker",
            Self::LacksInclude => "lacks-include",
        }
    }
}

/// Where a record belongs: the server it is for, and the other records of the list.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The server's name.
    pub server: &'a str,
    /// Its addresses.
    pub addresses: &'a [IpAddr],
    /// The whole list.
    pub list: &'a [Published],
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

/// What these views, each with its server's name, mean for a record.
#[must_use]
pub fn judge(wanted: &Published, place: Place<'_>, views: &[(String, View)]) -> State {
    let (mut verdicts, mut found, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    let (mut remarks, mut longest) = (Vec::new(), 0);
    for (name, view) in views {
        let (values, ttl) = match view {
            View::Found { values, ttl } => (relevant(&wanted.record.data, values), *ttl),
            View::Nothing => (Vec::new(), 0),
            View::Silent(why) => {
                silent.push((name.clone(), why.clone()));
                continue;
            }
        };
        let (verdict, remark) = verdict(wanted, &values, place);
        if verdict != Verdict::Wanted && !values.is_empty() {
            found.extend(values);
            longest = longest.max(ttl);
        }
        remarks.extend(remark);
        verdicts.push(verdict);
    }
    remarks.sort_unstable();
    remarks.dedup();
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
    State { outcome, seen, answered, found, ttl: longest, remarks, silent }
}

/// The values that stand in the wanted one's place: of the texts of a name only those of the same purpose. At the name of
/// a key nothing else has a purpose, so what is no key is shown there.
#[must_use]
pub fn relevant(wanted: &Data, values: &[Data]) -> Vec<Data> {
    let same_purpose = |value: &&Data| match (wanted, value) {
        (Data::Txt(wanted), Data::Txt(text)) => match () {
            () if spf::is_record(wanted) => spf::is_record(text),
            () if spf::is_sender_id(wanted) => spf::is_sender_id(text),
            () if dkim::is_record(wanted) => dkim::is_record(text),
            () => version(text) == version(wanted),
        },
        _ => true,
    };
    let found: Vec<Data> = values.iter().filter(same_purpose).cloned().collect();
    match wanted {
        Data::Txt(text) if found.is_empty() && dkim::is_record(text) => values.to_vec(),
        _ => found,
    }
}

fn verdict(wanted: &Published, values: &[Data], place: Place<'_>) -> (Verdict, Option<Remark>) {
    if values.is_empty() {
        return (Verdict::Nothing, None);
    }
    let is = |right: bool| if right { Verdict::Wanted } else { Verdict::Different };
    let plain = match (&wanted.record.data, values) {
        (Data::Txt(_), values) if wanted.is_consent() => {
            // Any one that says so is enough (RFC 9990, "Verifying External Destinations").
            let plain = |value: &Data| matches!(value, Data::Txt(text) if tags(text) == tags(dmarc::VERSION));
            if values.iter().any(plain) { Verdict::Wanted } else { Verdict::Serves }
        }
        (Data::Txt(wanted), [Data::Txt(text)]) => return text_verdict(wanted, text, place),
        (Data::Txt(_), _) => Verdict::Several,
        (Data::Cname(target), values) => return alias_verdict(target, values, place),
        (Data::Mx { exchange: wanted, .. }, values) => is(comes_first(wanted, values)),
        // Alone, rank and share decide nothing.
        (Data::Srv { port: wanted, target: host, .. }, [Data::Srv { port, target, .. }]) => {
            is(wanted == port && host == target)
        }
        // Beside the wanted one others may stand: each allows one authority, or one certificate, more.
        (Data::Caa { .. }, values)
            if !values.contains(&wanted.record.data)
                && values.iter().any(|value| caa::allows_as_well(&wanted.record.data, value)) =>
        {
            Verdict::Serves
        }
        (Data::Caa { .. } | Data::Tlsa { .. }, values) => is(values.contains(&wanted.record.data)),
        (wanted, values) => is(values == [wanted.clone()]),
    };
    (plain, None)
}

/// What a text is worth that stands alone in another one's place.
fn text_verdict(wanted: &str, text: &str, place: Place<'_>) -> (Verdict, Option<Remark>) {
    if dkim::is_record(wanted) {
        return match dkim::compare(wanted, text) {
            Worth::Same => (Verdict::Wanted, None),
            Worth::Works => (Verdict::Serves, None),
            Worth::Testing => (Verdict::Serves, Some(Remark::Testing)),
            Worth::CutOff(characters) => (Verdict::Different, Some(Remark::CutOff(characters))),
            Worth::Revoked => (Verdict::Different, Some(Remark::Revoked)),
            Worth::Other => (Verdict::Different, None),
        };
    }
    if spf::is_record(wanted) || spf::is_sender_id(wanted) {
        let trusted = wanted.split(' ').nth(1).unwrap_or_default();
        return match () {
            () if spf::same(wanted, text) => (Verdict::Wanted, None),
            () if !spf::covers(text, trusted, place.server, place.addresses) => (Verdict::Different, None),
            () if !spf::includes_all(text, wanted) => (Verdict::Different, Some(Remark::LacksInclude)),
            () => (Verdict::Serves, None),
        };
    }
    let (ours, theirs) = (tags(wanted), tags(text));
    let value = |name: &str| theirs.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str());
    match version(text).as_str() {
        _ if ours == theirs => (Verdict::Wanted, None),
        dmarc::VERSION if dmarc::asks_enough(&ours, &theirs) => (Verdict::Serves, None),
        dmarc::VERSION if dmarc::has_policy(&theirs) => (Verdict::Different, Some(Remark::Weaker)),
        "v=TLSRPTv1" if value("rua").is_some_and(|address| !address.is_empty()) => (Verdict::Serves, None),
        _ => (Verdict::Different, None),
    }
}

/// What stands in the place of an alias: the alias, or what it would have led to.
fn alias_verdict(target: &Name, values: &[Data], place: Place<'_>) -> (Verdict, Option<Remark>) {
    if values.iter().any(|value| matches!(value, Data::Cname(to) if to == target)) {
        return (Verdict::Wanted, None);
    }
    let meant = place.list.iter().find(|one| one.record.name == *target && matches!(one.record.data, Data::Txt(_)));
    let Some(meant) = meant else { return (Verdict::Different, None) };
    let texts: Vec<Data> = values.iter().filter(|value| matches!(value, Data::Txt(_))).cloned().collect();
    match verdict(meant, &relevant(&meant.record.data, &texts), place) {
        (Verdict::Wanted, remark) => (Verdict::Serves, remark),
        (Verdict::Nothing, remark) => (Verdict::Different, remark),
        other => other,
    }
}

/// Whether mail goes to this host, and to others only when it is down.
fn comes_first(wanted: &Name, values: &[Data]) -> bool {
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

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
