//! The end of a good run: what a person needs next.
//!
//! ```text
//! ✓ mail.example.org is a mail server now.
//!
//! Settings for a mail program
//!   IMAP   mail.example.org   993  TLS
//!   ...
//! DNS records to publish                  c copies them, w writes them to a file
//!   example.org        MX    10 mail.example.org.
//!   ...
//! Where things are
//! What you can do
//! ```

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::super::doc::{Doc, padded, wrapped};
use crate::answers::Answers;
use crate::check::Outcome;
use crate::dns::{self, Published, Weight};
use crate::error::{Error, Result};
use crate::ui::{closing, zone};
use crate::words::say;

/// The records to publish.
///
/// # Errors
/// While the answers are not finished, or the machine is not known.
pub fn records(app: &App) -> Result<Vec<Published>> {
    let unknown = || Error::usage(say("wizard-looking", &[]));
    let facts = app.walk.facts.as_ref().ok_or_else(unknown)?;
    dns::records(&app.walk.draft.answers()?, facts)
}

pub(super) fn add(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let Ok(answers) = app.walk.draft.answers() else {
        return doc.text(0, &say("wizard-looking", &[]), theme.quiet());
    };
    let unseen = app.walk.report().count(Outcome::Unknown);
    let (sign, style) = theme.outcome(if unseen == 0 { Outcome::Pass } else { Outcome::Unknown });
    let words = closing::headline(&answers, unseen);
    doc.marked(0, Span::styled(sign, style), &words, theme.strong());
    doc.gap();
    programs(doc, app, &answers);
    if let Ok(records) = records(app) {
        published(doc, app, &records);
    }
    places(doc, app);
    next(doc, app);
}

fn programs(doc: &mut Doc, app: &App, answers: &Answers) {
    let (rows, note) = closing::programs(answers, closing::is_self_signed(answers));
    doc.text(0, &say("closing-programs", &[]), app.theme.accent());
    pairs(doc, app, &rows);
    if let Some(note) = note {
        doc.text(2, &note, app.theme.quiet());
    }
    doc.gap();
}

/// The records as one reads them: name, type and value, and why.
fn published(doc: &mut Doc, app: &App, records: &[Published]) {
    let theme = app.theme;
    doc.text(0, &say("closing-dns", &[]), theme.accent());
    doc.text(2, &say("wizard-closing-records", &[]), theme.quiet());
    let mut why = "";
    let mut name = 0;
    // The required ones, by what they are for; the copy and the file hold all of them.
    let mut required: Vec<&Published> = records.iter().filter(|one| one.weight == Weight::Required).collect();
    required.sort_by_key(|one| records.iter().position(|first| first.why == one.why));
    for one in &required {
        if one.why != why {
            why = one.why;
            let group = required.iter().filter(|one| one.why == why);
            name = group.map(|one| one.record.name.as_str().width()).filter(|name| *name < 40).max().unwrap_or(0);
            doc.text(2, &say(&format!("dns-why-{why}"), &[]), theme.quiet());
        }
        let (kind, value) = (one.record.data.kind(), zone::shown(&one.record.data));
        let line = format!("{}  {kind:<4}  {value}", padded(one.record.name.as_str(), name));
        if line.width() + 4 <= doc.width {
            doc.text(4, &line, Style::new());
        } else {
            // A long name has a line of its own.
            doc.text(4, one.record.name.as_str(), Style::new());
            doc.text(6, &format!("{kind:<4}  {value}"), Style::new());
        }
    }
    doc.text(2, &say("closing-dns-more", &[]), theme.quiet());
    doc.gap();
}

fn places(doc: &mut Doc, app: &App) {
    doc.text(0, &say("closing-places", &[]), app.theme.accent());
    pairs(doc, app, &closing::places(&app.kept_in, app.walk.logs.as_ref()));
    doc.gap();
}

fn next(doc: &mut Doc, app: &App) {
    doc.text(0, &say("closing-next", &[]), app.theme.accent());
    pairs(doc, app, &closing::next("mailwright"));
}

/// Names on the left, what belongs to them on the right.
fn pairs(doc: &mut Doc, app: &App, rows: &[(String, String)]) {
    let column = rows.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    for (name, value) in rows {
        let mut name = Some(name.as_str());
        for line in wrapped(value, doc.width.saturating_sub(column + 4)) {
            let name = padded(name.take().unwrap_or_default(), column);
            doc.line(Line::from(vec![Span::styled(format!("  {name}  "), app.theme.quiet()), Span::raw(line)]));
        }
    }
}
