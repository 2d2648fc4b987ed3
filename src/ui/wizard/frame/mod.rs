//! The frame around every page.
//!
//! ```text
//! 110 columns and more                              fewer columns
//! ┌──────────────────────────────────────────────┐  ┌──────────────────────────────┐
//! │ title: host, release             what changed│  │ title                        │
//! │──────────────────────────────────────────────│  │ step 3 of 8  name  ○●●○○○○○  │
//! │ steps        │                               │  │──────────────────────────────│
//! │ ✓ one        │  the page                     │  │                              │
//! │ ● two        │                               │  │  the page                    │
//! │ ○ three      │                               │  │                              │
//! │──────────────────────────────────────────────│  │──────────────────────────────│
//! │ keys                                         │  │ keys                         │
//! └──────────────────────────────────────────────┘  └──────────────────────────────┘
//! ```
//!
//! The line above the keys gives way to a notice.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::app::App;
use super::doc::{Doc, cut, padded, wrapped};
use super::pages;
use crate::words::say;

pub mod field;
mod foot;
pub mod sheet;
mod steps;
mod title;

/// From so many columns on, the steps stand beside the page.
const WIDE: u16 = 110;
/// Fewer columns or lines are not enough.
const LEAST: (u16, u16) = (60, 18);
/// The columns of the steps beside the page.
const SIDE: u16 = 44;
/// A notice takes no more lines.
const HIGHEST: u16 = 6;
/// Lines of text are no longer than one likes to read.
const LONGEST: u16 = 100;

/// Whether the steps stand beside the page.
#[must_use]
pub const fn is_wide(size: (u16, u16)) -> bool {
    size.0 >= WIDE
}

/// Where the page stands.
#[must_use]
pub fn body((columns, lines): (u16, u16)) -> Rect {
    let (left, top) = if is_wide((columns, lines)) { (SIDE + 3, 2) } else { (2, 3) };
    let width = columns.saturating_sub(left + 2).min(LONGEST);
    Rect { x: left, y: top, width, height: lines.saturating_sub(top + 2) }
}

/// Draws everything.
pub fn render(frame: &mut Frame<'_>, app: &App) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let line = cut(&say("wizard-too-small", &[]), area.width.into(), app.theme.more());
        frame.render_widget(Line::raw(line), area);
        return;
    }
    let row = |y: u16| Rect { x: area.x, y, width: area.width, height: 1 }.intersection(area);
    title::render(frame, row(0), app);
    let size = (area.width, area.height);
    let page = body(size).intersection(area);
    rule(frame, row(page.y - 1), app);
    if is_wide(size) {
        steps::beside(frame, Rect { x: 0, width: SIDE, ..page }.intersection(area), app);
    } else {
        steps::folded(frame, row(1), app);
    }
    rule(frame, row(area.height - 2), app);
    foot::render(frame, row(area.height - 1), app);
    let doc = pages::doc(app, page.width.into());
    lines(frame, page, app, &doc);
    if let Some(over) = app.over.last() {
        over.render(frame, page, app);
    }
    notice(frame, row(area.height - 2), app);
}

fn rule(frame: &mut Frame<'_>, area: Rect, app: &App) {
    let line = app.theme.rule().repeat(area.width.into());
    frame.render_widget(Line::styled(line, app.theme.quiet()), area);
}

/// What has just come about, until the next key: on the line above the keys, and on those above it when it is long.
fn notice(frame: &mut Frame<'_>, area: Rect, app: &App) {
    let words = match (&app.notice, (app.work.stopping || app.work.leaving) && app.is_busy()) {
        (_, true) => say("wizard-stopping", &[]),
        (Some(words), _) => words.clone(),
        (None, _) => return,
    };
    let theme = app.theme;
    let all = wrapped(&words, usize::from(area.width).saturating_sub(6));
    let width = all.iter().map(|line| line.width()).max().unwrap_or(0);
    for (line, up) in all.iter().rev().zip(0..HIGHEST) {
        let style = theme.chosen();
        let line = Line::from(vec![Span::raw(" "), Span::styled(format!(" {} ", padded(line, width)), style)]);
        let row = Rect { x: area.x + 1, y: area.y.saturating_sub(up), width: area.width.saturating_sub(2), height: 1 };
        frame.render_widget(line, row);
    }
}

/// The lines of a page that fit, what is chosen among them, with arrows where there are more.
fn lines(frame: &mut Frame<'_>, area: Rect, app: &App, doc: &Doc) {
    let height = usize::from(area.height);
    let top = doc.offset(height, app.focus, app.scroll);
    let rows = area.rows().zip(doc.lines.iter().skip(top));
    rows.for_each(|(row, line)| frame.render_widget(line, row));
    let (above, below) = app.theme.arrows();
    let right = Rect { x: area.right() + 1, width: 1, height: 1, ..area }.intersection(frame.area());
    if !app.over.is_empty() {
        return;
    }
    if top > 0 {
        frame.render_widget(Line::styled(above, app.theme.quiet()), right);
    }
    if doc.lines.len() > top + height && area.height > 0 {
        let right = Rect { y: area.bottom() - 1, ..right };
        frame.render_widget(Line::styled(below, app.theme.quiet()), right);
    }
    if let Some((column, line)) = doc.cursor {
        cursor(frame, area, column, line, top);
    }
}

/// The terminal's own cursor, where it is within the area.
fn cursor(frame: &mut Frame<'_>, area: Rect, column: usize, line: usize, top: usize) {
    let within = |at: usize, limit: u16| u16::try_from(at).ok().filter(|at| *at < limit);
    let row = line.checked_sub(top).and_then(|line| within(line, area.height));
    if let (Some(x), Some(y)) = (within(column, area.width), row) {
        frame.set_cursor_position((area.x + x, area.y + y));
    }
}
