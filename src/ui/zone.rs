//! DNS records for people, for BIND, for web forms and for programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::dns::Published;
use crate::dns::judge::{Outcome, State};
use crate::error::Result;
use crate::records::Data;
use crate::ui::report;
use crate::words::say;

/// A record, and what the world knows of it when it was asked.
pub type Listed<'a> = (&'a Published, Option<&'a State>);

#[derive(Serialize)]
struct Json {
    version: u32,
    records: Vec<JsonRecord>,
}

#[derive(Serialize)]
struct JsonRecord {
    domain: String,
    name: String,
    ttl: u32,
    r#type: &'static str,
    data: String,
    why: &'static str,
    weight: &'static str,
    /// `not-asked` without the rest below.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    silent: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Vec<String>>,
}

/// A short table to read: what to publish and why.
#[must_use]
pub fn table(records: &[Published]) -> String {
    let width = records.iter().map(|one| one.record.name.as_str().len()).max().unwrap_or(0);
    let data = records.iter().map(|one| one.record.data.to_string().len()).max().unwrap_or(0);
    records.iter().fold(String::new(), |mut text, one| {
        let why = say(&format!("dns-why-{}", one.why), &[]);
        let (name, kind, value) = (one.record.name.as_str(), one.record.data.kind(), one.record.data.to_string());
        let _ = writeln!(text, "{name:width$}  {kind:4}  {value:data$}  {why}");
        text
    })
}

/// Everything to read: by domain and by reason, each record with what the world knows of it.
#[must_use]
pub fn listing(list: &[Listed<'_>]) -> String {
    let state = |outcome: Outcome| say(&format!("dns-state-{}", outcome.id()), &[]);
    let column = list.iter().filter_map(|(_, seen)| Some(state((*seen)?.outcome).width())).max().unwrap_or(0);
    let mut text = String::new();
    for (n, (one, seen)) in list.iter().enumerate() {
        let before = n.checked_sub(1).map(|before| list[before].0);
        if before.is_none_or(|before| before.of != one.of) {
            let _ = writeln!(text, "{}{}", if n == 0 { "" } else { "\n" }, one.of);
        }
        if before.is_none_or(|before| (before.why, &before.of) != (one.why, &one.of)) {
            let why = say(&format!("dns-why-{}", one.why), &[]);
            let _ = writeln!(text, "  {why} ({})", say(&format!("dns-weight-{}", one.weight.id()), &[]));
        }
        let _ = write!(text, "    ");
        if let Some(seen) = seen {
            let word = state(seen.outcome);
            let _ = write!(text, "{word}{:1$}  ", "", column - word.width());
        }
        let _ = writeln!(text, "{}  {}  {}", one.record.name, one.record.data.kind(), one.record.data);
        for line in seen.map(details).unwrap_or_default() {
            let _ = writeln!(text, "        {line}");
        }
    }
    text + &footer(list)
}

/// What a word alone does not tell.
fn details(state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    if state.outcome == Outcome::NotEverywhere {
        let (seen, answered) = (state.seen.to_string(), state.answered.to_string());
        lines.push(say("dns-seen-by", &[("seen", &seen), ("answered", &answered)]));
    }
    lines.extend(state.found.iter().map(|data| say("dns-found", &[("value", &data.to_string())])));
    if state.outcome == Outcome::Several {
        lines.push(say("dns-only-one", &[]));
    }
    lines
}

/// Who gave no answer, each once, and what to do before a record is changed.
fn footer(list: &[Listed<'_>]) -> String {
    let states = || list.iter().filter_map(|(_, state)| *state);
    let silent: BTreeMap<_, _> = states().flat_map(|state| &state.silent).map(|(server, why)| (server, why)).collect();
    let mut lines: Vec<String> =
        silent.iter().map(|(server, why)| say("dns-silent", &[("server", server), ("why", why)])).collect();
    if states().any(|state| matches!(state.outcome, Outcome::Different | Outcome::NotEverywhere)) {
        lines.push(say("dns-lower", &[]));
    }
    lines.iter().enumerate().fold(String::new(), |mut text, (n, line)| {
        let _ = writeln!(text, "{}{line}", if n == 0 { "\n" } else { "" });
        text
    })
}

/// One line a record as web forms ask for it: the name, the type and the value, a text whole and without quotes.
#[must_use]
pub fn single(records: &[Published]) -> String {
    records.iter().fold(String::new(), |mut text, one| {
        let _ = writeln!(text, "{} {} {}", one.record.name, one.record.data.kind(), one.record.data.whole());
        text
    })
}

/// Lines for a zone file (RFC 1035). Names are whole, so they fit into any zone; PTR records belong into the hoster's.
#[must_use]
pub fn bind(records: &[Published]) -> String {
    let mut text = String::new();
    let (reverse, forward): (Vec<_>, Vec<_>) = records.iter().partition(|one| matches!(one.record.data, Data::Ptr(_)));
    for one in forward {
        let _ = writeln!(text, "{}", one.record);
    }
    if !reverse.is_empty() {
        let _ = writeln!(text, "; {}", say("dns-why-ptr", &[]));
    }
    for one in reverse {
        let _ = writeln!(text, "; {}", one.record);
    }
    text
}

/// One JSON object.
///
/// # Errors
/// When it cannot be made.
pub fn json(list: &[Listed<'_>]) -> Result<String> {
    let record = |(one, state): &Listed<'_>| JsonRecord {
        domain: one.of.to_string(),
        name: one.record.name.to_string(),
        ttl: one.record.ttl,
        r#type: one.record.data.kind(),
        data: one.record.data.to_string(),
        why: one.why,
        weight: one.weight.id(),
        state: state.map_or("not-asked", |state| state.outcome.id()),
        seen: state.map(|state| state.seen),
        answered: state.map(|state| state.answered),
        silent: state.map(|state| state.silent.len()),
        found: state.map(|state| state.found.iter().map(ToString::to_string).collect()),
    };
    report::pretty(&Json { version: 1, records: list.iter().map(record).collect() })
}
