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
//!
//! What is to be known before an answer stands below, once it is known; until then there is no yes.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::Doc;
use super::super::frame::sheet;
use super::super::item::Go;
use super::{Reply, scrolled};
use crate::words::say;

/// What is asked, and what is done after a yes.
pub struct Confirm {
    words: String,
    yes: Go,
    agreed: bool,
    /// Whether what is to be known before is still being found out.
    waits: bool,
    /// What is to be known before.
    more: Vec<String>,
    /// The first line shown.
    top: usize,
}

impl Confirm {
    /// Asks in these words.
    #[must_use]
    pub const fn new(words: String, yes: Go) -> Self {
        Self { words, yes, agreed: false, waits: false, more: Vec::new(), top: 0 }
    }

    /// Asks in these words, and takes no yes before [`Confirm::tell`].
    #[must_use]
    pub fn waiting(words: String, yes: Go) -> Self {
        Self { waits: true, more: vec![say("undo-looking", &[])], ..Self::new(words, yes) }
    }

    /// Whether it waits to be told what undoing that much comes to.
    #[must_use]
    pub fn waits_for(&self, step: Option<&'static str>) -> bool {
        self.waits && matches!(self.yes, Go::UndoNow(asked) if asked == step)
    }

    /// What is to be known before the answer.
    pub fn tell(&mut self, lines: Vec<String>) {
        self.waits = false;
        self.more = lines;
    }

    /// Whether a yes would make the plan so.
    #[must_use]
    pub const fn is_about_the_plan(&self) -> bool {
        matches!(self.yes, Go::Start(_) | Go::Agree(_) | Go::Make(_))
    }

    pub(super) fn key(&mut self, key: KeyEvent, height: usize) -> Reply {
        let held = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::META | KeyModifiers::SUPER;
        let letter = |word: &str| word.to_lowercase().chars().next();
        match key.code {
            KeyCode::Enter if self.agreed && self.waits => Reply::Stay,
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
                    if self.waits { Reply::Stay } else { Reply::Go(self.yes) }
                } else if c == letter(&say("ask-no", &[])) || c == Some('n') || c == Some('q') {
                    Reply::Close
                } else {
                    Reply::Stay
                }
            }
            _ => {
                let by = scrolled(key, height).unwrap_or(0);
                self.top = self.top.saturating_add_signed(by).min(self.more.len());
                Reply::Stay
            }
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
    if !confirm.more.is_empty() {
        doc.gap();
    }
    for line in &confirm.more {
        let item = line.trim_start();
        doc.text(line.len() - item.len(), item, ratatui::style::Style::new());
    }
    sheet::render(frame, area, app, "", &doc, confirm.top);
}
