//! The list of steps, to go to one of them: by arrows and Enter, or by the key in front of it.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::Doc;
use super::super::frame::sheet;
use super::super::item::{Go, Item};
use super::super::pages;
use super::Reply;
use crate::steps;
use crate::words::say;

/// The keys of the lines, in their order; q and g close the list.
const KEYS: &str = "123456789abcdefhijklmnop";

pub(super) fn key(at: &mut usize, key: KeyEvent) -> Reply {
    let last = steps::ALL.len();
    match key.code {
        KeyCode::Esc | KeyCode::Char('q' | 'g') => return Reply::Close,
        KeyCode::Enter => return Reply::Go(Go::To(*at)),
        KeyCode::Up | KeyCode::BackTab => *at = at.saturating_sub(1),
        KeyCode::Down | KeyCode::Tab => *at = (*at + 1).min(last),
        KeyCode::Home => *at = 0,
        KeyCode::End => *at = last,
        KeyCode::Char(c) => {
            if let Some(n) = KEYS.find(c).filter(|n| *n <= last) {
                return Reply::Go(Go::To(n));
            }
        }
        _ => {}
    }
    Reply::Stay
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, app: &App, at: usize) {
    let theme = app.theme;
    let mut doc = Doc::new(sheet::width(area));
    for (n, step) in steps::ALL.iter().enumerate() {
        let mark = app.marks.get(n).copied().unwrap_or(crate::walk::Mark::ToDo);
        let (sign, style) = theme.mark(mark);
        row(&mut doc, app, n, at, (sign, style), &format!("{}  {}", pages::title(step.id), pages::mark(mark)));
    }
    row(&mut doc, app, steps::ALL.len(), at, (" ", Style::new()), &say("wizard-review", &[]));
    let height = sheet::inside(area).height.into();
    let scroll = doc.offset(height, Some(Item::Check(at)), None);
    sheet::render(frame, area, app, &say("wizard-jump", &[]), &doc, scroll);
}

fn row(doc: &mut Doc, app: &App, n: usize, at: usize, (sign, style): (&'static str, Style), words: &str) {
    let theme = app.theme;
    let chosen = n == at;
    let pointer = if chosen { theme.pointer() } else { " " };
    let text = if chosen { theme.accent() } else { Style::new() };
    let line = Line::from(vec![
        Span::styled(format!("{pointer} {}  ", KEYS.chars().nth(n).unwrap_or(' ')), text),
        Span::styled(sign, style),
        Span::styled(format!("  {words}"), text),
    ]);
    doc.item(Item::Check(n), |doc| doc.line(line));
}
