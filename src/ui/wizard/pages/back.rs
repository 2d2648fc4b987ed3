//! Coming back to what was left: what is done, what was in hand, and what can be done now.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::{Doc, padded};
use super::super::item::Go;
use super::{choice, title};
use crate::run::standing::Word;
use crate::steps;
use crate::walk::Offer;
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let standing = &app.walk.standing;
    let back = standing.was_going_back();
    let words = match standing.state {
        _ if back => say("wizard-back-rollback", &[]),
        Word::Failed => say("wizard-back-failed", &[]),
        Word::Partly => say("wizard-back-partly", &[]),
        _ => say("wizard-back-interrupted", &[]),
    };
    doc.text(0, &words, theme.strong());
    if let Some(run) = &standing.last_run {
        let (at, _) = run.at.split_at_checked(16).unwrap_or((&run.at, ""));
        let at = at.replace('T', " ");
        let values = [("verb", run.verb.as_str()), ("at", at.as_str()), ("program", run.program.as_str())];
        doc.text(0, &say("status-last", &values), theme.quiet());
    }
    doc.gap();
    choices(doc, app);
    doc.gap();
    done(doc, app);
    for change in standing.changes.iter().filter(|change| !change.done) {
        let words = say("wizard-back-in-hand", &[("subject", &change.subject)]);
        doc.marked(0, Span::styled("!", theme.warn()), &words, Style::new());
    }
}

/// What the walk offers to one who comes back, but for what has a key of its own.
fn choices(doc: &mut Doc, app: &App) {
    for offer in app.walk.opening() {
        match offer {
            Offer::Resume => choice(doc, app, Go::Start(None), &say("wizard-choice-resume", &[])),
            Offer::Change => choice(doc, app, Go::Walk, &say("wizard-choice-look", &[])),
            Offer::UndoAll => choice(doc, app, Go::Undo(None), &say("wizard-choice-undo-all", &[])),
            Offer::Leave => choice(doc, app, Go::Leave, &say("wizard-choice-leave", &[])),
            _ => {}
        }
    }
}

/// The steps that changes stand of, each with their number.
pub(super) fn done(doc: &mut Doc, app: &App) {
    let count = |id: &str| app.walk.standing.changes.iter().filter(|change| change.step == id).count();
    doc.text(0, &say("wizard-back-done", &[]), app.theme.strong());
    for (n, step) in steps::ALL.iter().enumerate() {
        let Some(mark) = app.marks.get(n).copied() else { continue };
        let (sign, style) = app.theme.mark(mark);
        let stands = match count(step.id) {
            0 => super::mark(mark),
            count => say("wizard-back-count", &[("count", &count.to_string())]),
        };
        doc.line(Line::from(vec![
            Span::styled(sign, style),
            Span::raw(format!(" {}  ", padded(&title(step.id), doc.width.saturating_sub(24).min(44)))),
            Span::styled(stands, app.theme.quiet()),
        ]));
    }
    doc.gap();
}
