//! Another mailwright at work: its last lines, as they come.

use ratatui::style::Style;
use ratatui::text::Line;

use super::super::app::App;
use super::super::doc::{Doc, cut};
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App) {
    doc.text(0, &say("wizard-other-at-work", &[]), app.theme.strong());
    doc.text(0, &say("wizard-other-why", &[]), Style::new());
    doc.gap();
    let lines = app.walk.other.as_deref().unwrap_or_default();
    let room = usize::from(super::super::frame::body(app.size).height).saturating_sub(doc.lines.len() + 1);
    for line in lines.iter().skip(lines.len().saturating_sub(room)) {
        doc.line(Line::styled(cut(line, doc.width, app.theme.more()), app.theme.quiet()));
    }
}
