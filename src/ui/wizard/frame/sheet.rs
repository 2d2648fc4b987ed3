//! A sheet that lies over the page: a frame with a title and lines inside.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::super::app::App;
use super::super::doc::{Doc, cut};
use super::cursor;

/// No sheet is wider.
const WIDEST: u16 = 76;

/// The columns of its text.
#[must_use]
pub fn width(area: Rect) -> usize {
    usize::from(area.width.min(WIDEST)).saturating_sub(6)
}

/// Where the lines of a sheet stand that fills the page.
#[must_use]
pub const fn inside(area: Rect) -> Rect {
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(2) }
}

/// A sheet as large as its lines, in the middle of the page.
pub fn render(frame: &mut Frame<'_>, area: Rect, app: &App, title: &str, doc: &Doc, scroll: usize) {
    let lines = u16::try_from(doc.lines.len()).unwrap_or(u16::MAX);
    let columns = u16::try_from(doc.width).unwrap_or(u16::MAX).saturating_add(6).min(area.width);
    let airy = lines.saturating_add(4) <= area.height;
    let height = lines.saturating_add(if airy { 4 } else { 2 }).min(area.height);
    let sheet =
        Rect { x: area.x + (area.width - columns) / 2, y: area.y + (area.height - height) / 2, width: columns, height };
    // Half a word of the page beside the sheet would be noise.
    frame.render_widget(Clear, Rect { x: area.x, width: area.width, ..sheet }.intersection(frame.area()));
    outline(frame, sheet, app, title, "");
    let inner = Rect {
        x: sheet.x + 3.min(sheet.width),
        y: sheet.y + (if airy { 2 } else { 1 }).min(sheet.height),
        width: sheet.width.saturating_sub(6),
        height: sheet.height.saturating_sub(if airy { 4 } else { 2 }),
    };
    let held = doc.cursor.map_or(scroll, |(_, line)| scroll.max((line + 3).saturating_sub(inner.height.into())));
    let top = held.min(doc.lines.len().saturating_sub(inner.height.into()));
    text(frame, inner, doc, top);
}

/// A sheet that fills the page, with words in its lower edge.
pub fn full(frame: &mut Frame<'_>, area: Rect, app: &App, title: &str, doc: &Doc, foot: &str) {
    outline(frame, area, app, title, foot);
    text(frame, inside(area), doc, 0);
}

fn text(frame: &mut Frame<'_>, area: Rect, doc: &Doc, top: usize) {
    let rows = area.intersection(frame.area()).rows().zip(doc.lines.iter().skip(top));
    rows.for_each(|(row, line)| frame.render_widget(line, row));
    if let Some((column, line)) = doc.cursor {
        cursor(frame, area, column, line, top);
    }
}

fn outline(frame: &mut Frame<'_>, area: Rect, app: &App, title: &str, foot: &str) {
    let area = area.intersection(frame.area());
    frame.render_widget(Clear, area);
    if area.width < 4 || area.height < 2 {
        return;
    }
    let theme = app.theme;
    let [upper_left, upper_right, lower_left, lower_right] = theme.corners();
    let room = usize::from(area.width) - 4;
    let edge = |left: &'static str, words: &str, right: &'static str| {
        let words = cut(words, room.saturating_sub(2), theme.more());
        let words = if words.is_empty() { String::new() } else { format!(" {words} ") };
        let rest = (usize::from(area.width) - 3).saturating_sub(Line::raw(words.as_str()).width());
        Line::from(vec![
            Span::styled(format!("{left}{}", theme.rule()), theme.quiet()),
            Span::styled(words, theme.strong()),
            Span::styled(theme.rule().repeat(rest), theme.quiet()),
            Span::styled(right, theme.quiet()),
        ])
    };
    frame.render_widget(edge(upper_left, title, upper_right), Rect { height: 1, ..area });
    frame.render_widget(edge(lower_left, foot, lower_right), Rect { y: area.bottom() - 1, height: 1, ..area });
    for y in area.y + 1..area.bottom() - 1 {
        for x in [area.x, area.right() - 1] {
            let bar = Line::styled(theme.bar(), theme.quiet());
            frame.render_widget(bar, Rect { x, y, width: 1, height: 1 });
        }
    }
}
