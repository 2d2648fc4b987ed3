//! DNS records for people, for BIND, for web forms and for programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::dns::Published;
use crate::dns::judge::{Outcome, Remark, State};
use crate::dns::note::Note;
use crate::dns::notes::Listed;
use crate::error::Result;
use crate::records::{Data, Record};
use crate::ui::report;
use crate::words::say;

/// How long a line may be on a terminal that nobody has widened.
const LINE: usize = 80;
/// What is longer is shown by its beginning and its end: nobody reads a key, and copies come from the other forms.
const WHOLE: usize = 120;

#[derive(Serialize)]
struct Json {
    version: u32,
    records: Vec<JsonRecord>,
    notes: Vec<JsonNote>,
}

#[derive(Serialize)]
struct JsonNote {
    id: &'static str,
    level: &'static str,
    text: String,
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
    /// How many seconds what was found may be kept in caches.
    #[serde(skip_serializing_if = "Option::is_none")]
    found_ttl: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remarks: Option<Vec<&'static str>>,
}

/// A short table to read: what to publish and why.
#[must_use]
pub fn table(records: &[Published]) -> String {
    // A few long ones do not push all the others apart.
    let column = |of: fn(&Published) -> usize| records.iter().map(of).filter(|width| *width <= 40).max().unwrap_or(0);
    let width = column(|one| one.record.name.as_str().width());
    let data = column(|one| shown(&one.record.data).width());
    let kinds = column(|one| one.record.data.kind().len()).max(4);
    let text = records.iter().fold(String::new(), |mut text, one| {
        let why = say(&format!("dns-why-{}", one.why), &[]);
        let (name, kind, value) = (one.record.name.as_str(), one.record.data.kind(), shown(&one.record.data));
        let _ = writeln!(text, "{name:width$}  {kind:kinds$}  {value:data$}  {why}");
        text
    });
    if records.iter().any(is_shortened) { text + &say("dns-shortened", &[]) + "\n" } else { text }
}

/// Everything to read: by domain and by reason, each record with what the world knows of it; then the notes.
#[must_use]
pub fn listing(list: &[Listed<'_>], notes: &[Note]) -> String {
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
        let mut line = "    ".to_owned();
        if let Some(seen) = seen {
            let word = state(seen.outcome);
            let _ = write!(line, "{word}{:1$}  ", "", column - word.width());
        }
        let _ = write!(line, "{}  {}", one.record.name, one.record.data.kind());
        let value = shown(&one.record.data);
        // What does not fit beside the name has a line of its own.
        let gap = if line.width() + 2 + value.width() > LINE { "\n        " } else { "  " };
        let _ = writeln!(text, "{line}{gap}{value}");
        for line in seen.map(details).unwrap_or_default() {
            let _ = writeln!(text, "        {line}");
        }
    }
    text + &footer(list, notes)
}

/// Whether a record's value is not [`shown`] whole.
fn is_shortened(one: &Published) -> bool {
    one.record.data.whole().chars().count() > WHOLE
}

/// A value to be read.
pub(super) fn shown(data: &Data) -> String {
    let whole = data.whole();
    let count = whole.chars().count();
    if count <= WHOLE {
        return data.to_string();
    }
    let (head, tail): (String, String) = (whole.chars().take(32).collect(), whole.chars().skip(count - 8).collect());
    format!("\"{head}...{tail}\" {}", say("dns-characters", &[("count", &count.to_string())]))
}

/// What a word alone does not tell.
fn details(state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    if state.outcome == Outcome::NotEverywhere {
        let (seen, answered) = (state.seen.to_string(), state.answered.to_string());
        lines.push(say("dns-seen-by", &[("seen", &seen), ("answered", &answered)]));
    }
    lines.extend(state.found.iter().map(|data| say("dns-found", &[("value", &shown(data))])));
    lines.extend(state.remarks.iter().map(|remark| {
        let characters = if let Remark::CutOff(count) = remark { count.to_string() } else { String::new() };
        say(&format!("dns-remark-{}", remark.id()), &[("characters", &characters)])
    }));
    if state.outcome == Outcome::Several {
        lines.push(say("dns-only-one", &[]));
    }
    if state.ttl > Record::TTL {
        lines.push(say("dns-kept", &[("ttl", &state.ttl.to_string())]));
    }
    lines
}

/// The notes, then who gave no answer, each once, and where the long values are whole.
fn footer(list: &[Listed<'_>], notes: &[Note]) -> String {
    let states = || list.iter().filter_map(|(_, state)| *state);
    let silent: BTreeMap<_, _> = states().flat_map(|state| &state.silent).map(|(server, why)| (server, why)).collect();
    let mut lines: Vec<String> = notes.iter().map(Note::words).collect();
    lines.extend(silent.iter().map(|(server, why)| say("dns-silent", &[("server", server), ("why", why)])));
    if list.iter().any(|(one, _)| is_shortened(one)) {
        lines.push(say("dns-shortened", &[]));
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

/// Lines for a zone file (RFC 1035). Names are whole, so they fit into any zone; what others have to publish, such as the
/// PTR records of the hoster, is a remark.
#[must_use]
pub fn bind(records: &[Published]) -> String {
    let mut text = String::new();
    let (others, ours): (Vec<_>, Vec<_>) = records.iter().partition(|one| one.is_others());
    for one in ours {
        let _ = writeln!(text, "{}", one.record);
    }
    let mut why = "";
    for one in others {
        if one.why != why {
            why = one.why;
            let _ = writeln!(text, "; {}", say(&format!("dns-why-{why}"), &[]));
        }
        let _ = writeln!(text, "; {}", one.record);
    }
    text
}

/// One JSON object.
///
/// # Errors
/// When it cannot be made.
pub fn json(list: &[Listed<'_>], notes: &[Note]) -> Result<String> {
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
        found_ttl: state.filter(|state| !state.found.is_empty()).map(|state| state.ttl),
        remarks: state.map(|state| state.remarks.iter().map(|remark| remark.id()).collect()),
    };
    let note = |note: &Note| JsonNote { id: note.id(), level: note.level.id(), text: note.english() };
    let (records, notes) = (list.iter().map(record).collect(), notes.iter().map(note).collect());
    report::pretty(&Json { version: 1, records, notes })
}
