//! A line of text being typed, with its cursor.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::Doc;
use super::super::input::Input;

/// Adds the line; with `hidden`, each character is that one.
pub fn input(doc: &mut Doc, app: &App, input: &Input, hidden: Option<&str>) {
    let room = doc.width.saturating_sub(3);
    let (shown, column) = input.window(room, hidden);
    styled(doc, app, shown.as_str().to_owned(), column, Style::new());
}

/// Adds a line as it stands in a field, with the cursor at a column of it.
pub fn styled(doc: &mut Doc, app: &App, text: String, column: usize, style: Style) {
    let pointer = Span::styled(format!("{} ", app.theme.pointer()), app.theme.accent());
    doc.cursor = Some((column + 2, doc.lines.len()));
    doc.line(Line::from(vec![pointer, Span::styled(text, style)]));
}
