//! The notes on a list of records, gravest first.

use super::findings::{Findings, Obsolete, longest_text};
use super::judge::{Outcome, State};
use super::note::{Level, Note};
use super::spf::{Cost, MOST_LOOKUPS, MOST_VOID};
use super::{Published, dkim};
use crate::answers::{Answers, Policy};
use crate::facts::Facts;
use crate::records::{Data, Name};

/// A record, and what the world knows of it when it was asked.
pub type Listed<'a> = (&'a Published, Option<&'a State>);

/// All there is to say; `found` is nothing when nobody was asked.
#[must_use]
pub fn all(answers: &Answers, facts: &Facts, list: &[Listed<'_>], found: &Findings) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(unmade(answers, facts));
    for (domain, cost) in &found.spf {
        notes.extend(lookups(domain, cost));
    }
    notes.extend(found.obsolete.iter().map(|(name, why)| obsolete(name, *why)));
    notes.extend(long(list, found));
    notes.extend(changes(list));
    notes.extend(upwards(answers));
    notes.sort_by_key(|note| note.level);
    notes
}

/// That there is no record to give for a key that does not exist yet.
#[must_use]
pub fn unmade(answers: &Answers, facts: &Facts) -> Option<Note> {
    // Nobody but root can see whether there is one.
    let note = if facts.root { Note::tell("dns-note-unmade") } else { Note::tell("dns-note-unread") };
    let unmade = dkim::is_unmade(answers, facts);
    unmade.then(|| note.with("selector", &answers.dkim.selector).level(Level::Warning))
}

/// What an SPF record costs.
fn lookups(domain: &Name, cost: &Cost) -> Vec<Note> {
    let (most, void) = (MOST_LOOKUPS.to_string(), MOST_VOID.to_string());
    let mut notes = Vec::new();
    let many = cost.lookups > MOST_LOOKUPS;
    let count = if many { Note::tell("dns-note-spf-many").level(Level::Error) } else { Note::tell("dns-note-spf") };
    notes.push(count.with("domain", domain).with("lookups", &cost.lookups).with("most", &most));
    if cost.void > MOST_VOID {
        let note = Note::tell("dns-note-spf-void").with("domain", domain).with("void", &cost.void).with("most", &void);
        notes.push(note.level(Level::Error));
    }
    for name in &cost.broken {
        let note = Note::tell("dns-note-spf-broken").with("domain", domain).with("name", name);
        notes.push(note.level(Level::Error));
    }
    for name in &cost.unknown {
        let note = Note::tell("dns-note-spf-unknown").with("domain", domain).with("name", name);
        notes.push(note.level(Level::Warning));
    }
    notes
}

fn obsolete(name: &Name, why: Obsolete) -> Note {
    let note = match why {
        Obsolete::SpfType => Note::tell("dns-note-spf-type"),
        Obsolete::SenderId => Note::tell("dns-note-sender-id"),
        Obsolete::Adsp => Note::tell("dns-note-adsp"),
        Obsolete::DomainKeys => Note::tell("dns-note-domainkeys"),
    };
    note.with("name", name).level(Level::Warning)
}

/// What has to be known to publish texts that fit into no single string, as long as one of them is not seen.
fn long(list: &[Listed<'_>], found: &Findings) -> Vec<Note> {
    let fine = |state: &State| matches!(state.outcome, Outcome::AsWanted | Outcome::Serves);
    let texts = list.iter().filter_map(|(one, state)| match &one.record.data {
        Data::Txt(text) if !state.is_some_and(fine) => Some((one, text.chars().count())),
        _ => None,
    });
    let long: Vec<_> = texts.filter(|(_, length)| *length > 255).collect();
    let limit = |of: &Name| {
        let servers = found.servers.iter().filter(|(domain, _)| domain == of).flat_map(|(_, servers)| servers);
        servers.filter_map(|server| Some((server, longest_text(server)?))).min_by_key(|(_, most)| *most)
    };
    let mut notes = Vec::new();
    if let Some((one, length)) = long.first() {
        notes.push(Note::tell("dns-note-long").with("name", &one.record.name).with("length", length));
    }
    for (one, length) in &long {
        if let Some((server, most)) = limit(&one.of).filter(|(_, most)| length > most) {
            let note = Note::tell("dns-note-provider").with("name", &one.record.name).with("length", length);
            notes.push(note.with("server", server).with("most", &most).level(Level::Warning));
        }
    }
    notes
}

/// What to do before a record that is in use is changed: caches keep the old one.
fn changes(list: &[Listed<'_>]) -> Option<Note> {
    let changing = |state: &State| matches!(state.outcome, Outcome::Different | Outcome::NotEverywhere);
    let changing = list.iter().filter_map(|(one, state)| Some((one, (*state).filter(|state| changing(state))?)));
    let changing: Vec<_> = changing.collect();
    let moved = changing.iter().filter(|(one, state)| one.why == "address" && !state.found.is_empty());
    if let Some((one, state)) = moved.max_by_key(|(_, state)| state.ttl) {
        let note = Note::tell("dns-note-moved").with("name", &one.record.name).with("ttl", &state.ttl);
        return Some(note.level(Level::Warning));
    }
    (!changing.is_empty()).then(|| Note::tell("dns-note-lower"))
}

/// How to go on with DMARC.
fn upwards(answers: &Answers) -> Option<Note> {
    if answers.dmarc.testing {
        return Some(Note::tell("dns-note-dmarc-testing"));
    }
    let next = match answers.dmarc.policy {
        Policy::None => Policy::Quarantine,
        Policy::Quarantine => Policy::Reject,
        Policy::Reject => return None,
    };
    Some(Note::tell("dns-note-dmarc-up").with("policy", &answers.dmarc.policy).with("next", &next))
}

#[cfg(test)]
#[path = "notes_tests.rs"]
mod tests;
