//! A list in CSV to be taken up: its path, and every line that is wrong with it.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::app::App;
use super::super::doc::Doc;
use super::super::frame::{field, sheet};
use super::super::input::Input;
use super::Reply;
use crate::words::say;

/// A list to be taken up.
#[derive(Default)]
pub struct Import {
    /// Its path.
    pub path: Input,
    /// Whether it is being read.
    pub busy: bool,
    /// What was wrong with it.
    pub errors: Vec<String>,
}

impl Import {
    pub(super) fn key(&mut self, key: KeyEvent, app: &mut App) -> Reply {
        match key.code {
            KeyCode::Esc => return Reply::Close,
            KeyCode::Enter if !self.busy && !self.path.text().trim().is_empty() => {
                self.busy = true;
                self.errors.clear();
                app.import(self.path.text().trim());
            }
            _ if !self.busy => {
                self.path.key(key);
            }
            _ => {}
        }
        Reply::Stay
    }
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, app: &App, import: &Import) {
    let theme = app.theme;
    let mut doc = Doc::new(sheet::width(area));
    doc.text(0, &say("wizard-import-why", &[]), Style::new());
    for line in ["address,password,quota", "address,to", "name"] {
        doc.text(4, line, theme.quiet());
    }
    doc.gap();
    doc.text(0, &say("wizard-import-path", &[]), theme.strong());
    field::input(&mut doc, app, &import.path, None);
    if import.busy {
        doc.text(2, &say("wizard-import-busy", &[]), theme.quiet());
    }
    doc.gap();
    for error in &import.errors {
        doc.marked(0, ratatui::text::Span::styled("!", theme.bad()), error, Style::new());
    }
    sheet::render(frame, area, app, &say("wizard-import", &[]), &doc, 0);
}
