//! What was taken back, and what was kept.

use ratatui::style::Style;

use super::super::app::App;
use super::super::doc::Doc;
use super::super::item::Go;
use super::{back, choice};
use crate::steps;
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let taken = app.work.taken_back.to_string();
    doc.text(0, &say("rollback-done", &[("count", &taken)]), theme.strong());
    doc.gap();
    if !app.walk.kept.is_empty() {
        doc.text(0, &say("rollback-kept", &[]), Style::new());
        app.walk.kept.iter().for_each(|kept| doc.text(2, kept, theme.quiet()));
        doc.gap();
    }
    choice(doc, app, Go::To(steps::ALL.len()), &say("wizard-choice-again", &[]));
    choice(doc, app, Go::Walk, &say("wizard-choice-look", &[]));
    choice(doc, app, Go::Leave, &say("wizard-choice-leave", &[]));
    doc.gap();
    back::done(doc, app);
}
