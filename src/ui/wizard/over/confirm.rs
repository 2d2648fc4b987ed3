//! A question with yes and no. No stands first: Enter alone changes nothing.
//!
//! ```text
//! ╭──────────────────────────────────────────────────╮
//! │                                                  │
//! │  Make these 32 changes now?                      │
//! │                                                  │
//! │  › No     Yes                                    │
//! │                                                  │
//! ╰──────────────────────────────────────────────────╯
//! ```

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::Doc;
use super::super::frame::sheet;
use super::super::item::Go;
use super::Reply;
use crate::words::say;

/// What is asked, and what is done after a yes.
pub struct Confirm {
    words: String,
    yes: Go,
    agreed: bool,
}

impl Confirm {
    /// Asks in these words.
    #[must_use]
    pub const fn new(words: String, yes: Go) -> Self {
        Self { words, yes, agreed: false }
    }

    /// Whether a yes would make the plan so.
    #[must_use]
    pub const fn is_about_the_plan(&self) -> bool {
        matches!(self.yes, Go::Start(_) | Go::Agree(_) | Go::Make(_))
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Reply {
        let held = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::META | KeyModifiers::SUPER;
        let letter = |word: &str| word.to_lowercase().chars().next();
        match key.code {
            KeyCode::Enter if self.agreed => Reply::Go(self.yes),
            KeyCode::Esc | KeyCode::Enter => Reply::Close,
            KeyCode::Left | KeyCode::Right | KeyCode::Tab | KeyCode::BackTab => {
                self.agreed = !self.agreed;
                Reply::Stay
            }
            // A letter with such a key held down is no answer.
            KeyCode::Char(c) if !key.modifiers.intersects(held) => {
                let c = c.to_lowercase().next();
                if c == letter(&say("ask-yes", &[])) || c == Some('y') {
                    Reply::Go(self.yes)
                } else if c == letter(&say("ask-no", &[])) || c == Some('n') || c == Some('q') {
                    Reply::Close
                } else {
                    Reply::Stay
                }
            }
            _ => Reply::Stay,
        }
    }
}

pub(super) fn render(frame: &mut ratatui::Frame<'_>, area: ratatui::layout::Rect, app: &App, confirm: &Confirm) {
    let theme = app.theme;
    let mut doc = Doc::new(sheet::width(area));
    doc.text(0, &confirm.words, theme.strong());
    doc.gap();
    let button = |word: String, on: bool| {
        let mark = if on { theme.pointer() } else { " " };
        let style = if on { theme.accent() } else { ratatui::style::Style::new() };
        Span::styled(format!("{mark} {word}     "), style)
    };
    let (no, yes) = (say("ask-no", &[]), say("ask-yes", &[]));
    doc.line(Line::from(vec![button(no, !confirm.agreed), button(yes, confirm.agreed)]));
    sheet::render(frame, area, app, "", &doc, 0);
}
