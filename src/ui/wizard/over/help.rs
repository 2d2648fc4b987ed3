//! What the page at hand is about, in full, and its keys.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::command;
use super::super::doc::{Doc, padded, wrapped};
use super::super::frame::{self, sheet};
use super::super::pages;
use super::{Reply, scrolled};
use crate::words::say;

pub(super) fn key(scroll: &mut usize, key: KeyEvent, app: &App) -> Reply {
    let area = frame::body(app.size);
    let height = usize::from(sheet::inside(area).height);
    let Some(by) = scrolled(key, height) else {
        let closes = matches!(key.code, KeyCode::Esc | KeyCode::Enter | KeyCode::F(1) | KeyCode::Char('?' | 'q'));
        return if closes { Reply::Close } else { Reply::Stay };
    };
    let doc = doc(app, sheet::width(area));
    *scroll = doc.offset(height, None, Some(scroll.saturating_add_signed(by)));
    Reply::Stay
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, app: &App, scroll: usize) {
    sheet::render(frame, area, app, &say("wizard-help", &[]), &doc(app, sheet::width(area)), scroll);
}

fn doc(app: &App, width: usize) -> Doc {
    let theme = app.theme;
    let mut doc = Doc::new(width);
    if let Some(step) = app.step() {
        for question in app.walk.questions(step) {
            doc.text(0, &pages::question(question.key), theme.strong());
            doc.text(0, &pages::question_help(question.key), Style::new());
            doc.gap();
        }
        if doc.lines.is_empty() {
            doc.text(0, &pages::title(step.id), theme.strong());
            doc.text(0, &pages::why(step.id), Style::new());
            doc.gap();
        }
    }
    doc.text(0, &say("wizard-help-keys", &[]), theme.strong());
    let mut keys: Vec<(String, String)> =
        command::commands(app).into_iter().map(|command| (names(&command), command.words)).collect();
    keys.push(("Tab".to_owned(), say("wizard-help-tab", &[])));
    keys.push((command::name("Esc"), say("wizard-help-esc", &[])));
    if app.step().is_some() {
        keys.push(("Ctrl-A E U K W".to_owned(), say("wizard-help-line", &[])));
    }
    let column = keys.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    for (key, words) in keys {
        let mut name = Some(key);
        for line in wrapped(&words, width.saturating_sub(column + 2)) {
            let key = Span::styled(padded(&name.take().unwrap_or_default(), column), theme.accent());
            doc.line(Line::from(vec![key, Span::raw("  "), Span::raw(line)]));
        }
    }
    doc.gap();
    doc.text(0, &say("wizard-help-marks", &[]), theme.strong());
    for mark in pages::MARKS {
        let (sign, style) = theme.mark(mark);
        doc.line(Line::from(vec![Span::styled(sign, style), Span::raw("  "), Span::raw(pages::mark(mark))]));
    }
    doc
}

fn names(command: &command::Command) -> String {
    command.names().map(command::name).collect::<Vec<_>>().join(" ")
}
