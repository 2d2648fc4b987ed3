//! Where the certificate comes from: the `[tls]` table.

use std::path::PathBuf;

use super::keys::Section;
use super::notes::{Fields, Notes};
use super::{Tls, parse};
use crate::words::say;

/// Reads `[tls]`; without it the certificate is self-signed.
pub(super) fn read(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Tls> {
    let Some(fields) = parse::table(notes, top, Section::Tls)? else { return Some(Tls::SelfSigned) };
    let source = match fields.get("source") {
        None => Some("self-signed"),
        Some(node) => match notes.text(&node, &fields.allowed("source"))? {
            known @ ("self-signed" | "files") => Some(known),
            other => {
                notes.wrong(&node.at, unknown_source(other));
                None
            }
        },
    };
    if source? == "files" {
        let (certificate, key) = (pem(notes, &fields, "certificate"), pem(notes, &fields, "key"));
        return Some(Tls::Files { certificate: certificate?, key: key? });
    }
    for name in ["certificate", "key"] {
        if let Some(node) = fields.get(name) {
            notes.wrong(&node.at, say("answer-tls-unused", &[]));
        }
    }
    Some(Tls::SelfSigned)
}

fn unknown_source(source: &str) -> String {
    say(if source == "acme" { "answer-tls-acme" } else { "answer-tls-source" }, &[])
}

/// A path that stands in configuration files without quoting: Postfix splits at spaces and expands `$`.
fn pem(notes: &mut Notes<'_>, fields: &Fields<'_>, name: &str) -> Option<PathBuf> {
    let Some(node) = fields.get(name) else {
        notes.missing(fields, name, notes.say("answer-tls-missing", &[]));
        return None;
    };
    let text = notes.text(&node, &fields.allowed(name))?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/._-+@".contains(&b);
    if !text.starts_with('/') || text.ends_with('/') || !text.bytes().all(allowed) {
        notes.wrong(&node.at, say("answer-tls-path", &[("allowed", &say(&fields.allowed(name), &[]))]));
        return None;
    }
    Some(PathBuf::from(text))
}
