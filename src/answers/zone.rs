//! What is done to zones that a BIND on this server holds: the `[zone]` table.

use super::keys::Section;
use super::notes::{Fields, Notes};
use super::{Zone, parse};
use crate::words::say;

/// Reads `[zone]`; without it records are put there, and none is taken out.
pub(super) fn read(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Zone> {
    let Some(fields) = parse::table(notes, top, Section::Zone)? else { return Some(Zone::default()) };
    let edit = one_of(notes, &fields, "edit", ["no", "yes"], true);
    let remove_obsolete = one_of(notes, &fields, "obsolete", ["keep", "remove"], false);
    let (edit, remove_obsolete) = (edit?, remove_obsolete?);
    if remove_obsolete
        && !edit
        && let Some(node) = fields.get("obsolete")
    {
        notes.wrong(&node.at, say("answer-zone-unused", &[]));
    }
    Some(Zone { edit, remove_obsolete })
}

/// Whether it is the second of two words.
fn one_of(notes: &mut Notes<'_>, fields: &Fields<'_>, name: &str, words: [&str; 2], default: bool) -> Option<bool> {
    let Some(node) = fields.get(name) else { return Some(default) };
    let text = notes.text(&node, &fields.allowed(name))?;
    let known = words.iter().position(|word| *word == text);
    if known.is_none() {
        notes.wrong(&node.at, say("answer-one-of", &[("allowed", &say(&fields.allowed(name), &[]))]));
    }
    known.map(|at| at == 1)
}
