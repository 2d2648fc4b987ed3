//! A step's page, made from the step's own questions.
//!
//! ```text
//! The server's name
//! Other mail servers judge this one by its name ...
//!
//! Full name of this server
//! › mail.example.org                      default
//!   now debian.localdomain  ·  DNS: 198.51.100.7, this server
//!
//! What this step will change (2)
//!   Name this machine mail.example.org
//!   ...
//!
//!   Next: Its own addresses
//! ```

use super::super::app::App;
use super::super::doc::Doc;
use super::super::item::Go;
use super::{answer, changes, choice, findings, table, title, why};
use crate::question::Kind;
use crate::steps::{self, Step};
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App, n: usize) {
    let Some(step) = steps::ALL.get(n) else { return };
    doc.text(0, &title(step.id), app.theme.strong());
    doc.text(0, &why(step.id), ratatui::style::Style::new());
    doc.gap();
    means(doc, app, step);
    for question in app.walk.questions(step) {
        match question.kind {
            Kind::Text | Kind::Choice(_) => answer::add(doc, app, &question),
            Kind::Table(columns) => table::add(doc, app, &question, columns),
        }
        doc.gap();
    }
    findings::add(doc, app, step);
    doc.gap();
    changes::add(doc, app, step);
    doc.gap();
    let next = steps::ALL.get(n + 1).map_or_else(|| say("wizard-review", &[]), |next| title(next.id));
    choice(doc, app, Go::Next, &say("wizard-next", &[("step", &next)]));
}

/// What the answers come to where that is a table of its own: of those on the screen, not of those planned last.
fn means(doc: &mut Doc, app: &App, step: &Step) {
    if step.id != steps::limits::STEP.id {
        return;
    }
    let Ok(answers) = app.walk.draft.answers() else { return };
    for (n, line) in steps::means(step.id, &answers).iter().enumerate() {
        doc.text(if n == 0 { 0 } else { 2 }, line, ratatui::style::Style::new());
    }
    doc.gap();
}
