//! A question that is answered by a table.
//!
//! ```text
//! Mailboxes (2)
//!   Address             Password   Quota
//! › anna@example.org    set        2G
//!   ben@example.org     set        1G
//!   add one
//! ```

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::super::doc::{Doc, cut, padded};
use super::super::item::Item;
use super::{column, question as title};
use crate::draft::{Row, mistake_among};
use crate::question::{Cell, Column, Question};
use crate::words::say;

/// No column of a table is wider.
const WIDEST: usize = 34;

pub(super) fn add(doc: &mut Doc, app: &App, question: &Question, columns: &[Column]) {
    let (theme, key) = (app.theme, question.key);
    let rows = app.walk.draft.rows(key);
    let here = matches!(app.focus, Some(Item::Row(at, _) | Item::Default(at) | Item::Add(at)) if at == key);
    let count = if rows.is_empty() { String::new() } else { format!(" ({})", rows.len()) };
    doc.text(0, &format!("{}{count}", title(key)), if here { theme.accent() } else { theme.strong() });
    let widths = widths(key, columns, &rows);
    if columns.len() > 1 && !rows.is_empty() {
        let heads: Vec<String> = columns.iter().map(|one| column(key, one.name)).collect();
        let line = line(app, &heads, &widths, doc.width);
        doc.row(Span::raw(" "), line, theme.quiet());
    }
    for (n, row) in rows.iter().enumerate() {
        let cells: Vec<String> = columns.iter().map(|column| cell(column, row)).collect();
        one(doc, app, Item::Row(key, n), &line(app, &cells, &widths, doc.width), Style::new());
        let wrong = mistake_among(&app.mistakes, &format!("{key}[{}]", n + 1));
        if let Some(why) = wrong {
            doc.marked(2, Span::styled("!", theme.bad()), &why, theme.bad());
        }
    }
    let default = if rows.is_empty() { app.walk.value(question) } else { String::new() };
    if default.is_empty() {
        let words = if rows.is_empty() { say("wizard-table-none", &[]) } else { say("wizard-table-add", &[]) };
        one(doc, app, Item::Add(key), &words, theme.quiet());
    } else {
        let words = format!("{default}   {}", say("wizard-default", &[]));
        one(doc, app, Item::Default(key), &words, theme.quiet());
    }
    let missing = app.insist && rows.is_empty() && default.is_empty();
    if let Some(why) = app.wrong_at(key).filter(|_| missing) {
        doc.marked(2, Span::styled("!", theme.bad()), why, theme.bad());
    }
}

fn one(doc: &mut Doc, app: &App, item: Item, words: &str, style: Style) {
    let here = app.focus == Some(item);
    let pointer = Span::styled(if here { app.theme.pointer() } else { " " }, app.theme.accent());
    let style = if here { app.theme.accent() } else { style };
    doc.item(item, |doc| doc.row(pointer, words.to_owned(), style));
}

fn cell(column: &Column, row: &Row) -> String {
    let text = row.get(column.name).cloned().unwrap_or_default();
    match (column.cell, text.is_empty()) {
        (Cell::Secret, true) => say("wizard-password-missing", &[]),
        (Cell::Secret, false) => say("wizard-password-set", &[]),
        _ => text,
    }
}

fn widths(key: &str, columns: &[Column], rows: &[Row]) -> Vec<usize> {
    let width = |one: &Column| {
        let widest = rows.iter().map(|row| cell(one, row).width()).max().unwrap_or(0);
        widest.max(column(key, one.name).width()).min(WIDEST)
    };
    columns.iter().map(width).collect()
}

fn line(app: &App, cells: &[String], widths: &[usize], room: usize) -> String {
    let more = app.theme.more();
    let cells: Vec<String> =
        cells.iter().zip(widths).map(|(text, width)| padded(&cut(text, *width, more), *width)).collect();
    cut(cells.join("   ").trim_end(), room.saturating_sub(2), more)
}
