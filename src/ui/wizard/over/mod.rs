//! What lies over a page: help, a diff, the log, a row being edited, a question, a list of steps.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::app::App;
use super::item::Go;
use crate::words::say;

mod confirm;
mod form;
mod help;
mod import;
mod jump;
mod pager;

pub use confirm::Confirm;
pub use form::Form;
pub use import::Import;
pub use pager::Pager;

/// A layer.
pub enum Over {
    /// What the page is about, and its keys; the first line shown.
    Help(usize),
    /// A change in full.
    Diff(Pager),
    /// The log of the run.
    Log(Pager),
    /// A row being edited.
    Form(Form),
    /// A question with yes and no.
    Confirm(Confirm),
    /// The list of steps; the one that is chosen.
    Jump(usize),
    /// A list to be taken up.
    Import(Import),
}

/// What comes of a key.
pub enum Reply {
    /// The layer stays.
    Stay,
    /// It goes.
    Close,
    /// It goes, and this is to be done.
    Go(Go),
}

impl Over {
    /// Takes a key; `height` lines of the layer are shown.
    pub fn key(&mut self, key: KeyEvent, app: &mut App, height: usize) -> Reply {
        match self {
            Self::Help(scroll) => help::key(scroll, key, app),
            Self::Diff(pager) => pager.key(key, None, height),
            Self::Log(pager) => pager.key(key, Some(app), height),
            Self::Form(form) => form.key(key, app),
            Self::Confirm(confirm) => confirm.key(key, height),
            Self::Jump(at) => jump::key(at, key),
            Self::Import(import) => import.key(key, app),
        }
    }

    /// Takes a pasted text.
    pub fn paste(&mut self, text: &str) {
        match self {
            Self::Form(form) => form.paste(text),
            Self::Import(import) => import.path.paste(text),
            Self::Diff(pager) | Self::Log(pager) => pager.paste(text),
            Self::Help(_) | Self::Confirm(_) | Self::Jump(_) => {}
        }
    }

    /// Its keys, for the line at the foot.
    #[must_use]
    pub fn keys(&self) -> Vec<(&'static str, String)> {
        let close = ("Esc", say("wizard-key-close", &[]));
        match self {
            Self::Help(_) => vec![close],
            Self::Diff(_) | Self::Log(_) => {
                vec![("/", say("wizard-key-search", &[])), ("n", say("wizard-key-next", &[])), close]
            }
            Self::Confirm(_) => {
                vec![("Tab", say("wizard-key-other", &[])), ("Enter", say("wizard-key-choose", &[])), close]
            }
            Self::Jump(_) => vec![("Enter", say("wizard-key-choose", &[])), close],
            Self::Form(_) => vec![("Enter", say("wizard-key-accept", &[])), close],
            Self::Import(_) => vec![("Enter", say("wizard-key-import", &[])), close],
        }
    }

    /// The list of steps, at the page at hand.
    #[must_use]
    pub fn jump(app: &App) -> Self {
        Self::Jump(if let super::page::Page::Step(n) = app.page { n } else { crate::steps::ALL.len() })
    }

    /// Draws it over the page.
    pub fn render(&self, frame: &mut ratatui::Frame<'_>, area: ratatui::layout::Rect, app: &App) {
        match self {
            Self::Help(scroll) => help::render(frame, area, app, *scroll),
            Self::Diff(pager) => pager.render(frame, area, app, &pager.lines),
            Self::Log(pager) => pager.render(frame, area, app, &pager::log(app)),
            Self::Form(form) => form::render(frame, area, app, form),
            Self::Confirm(confirm) => confirm::render(frame, area, app, confirm),
            Self::Jump(at) => jump::render(frame, area, app, *at),
            Self::Import(import) => import::render(frame, area, app, import),
        }
    }
}

/// How far a key scrolls; `None` for every other key.
fn scrolled(key: KeyEvent, height: usize) -> Option<isize> {
    let page = isize::try_from(height.max(4) - 3).unwrap_or(1);
    Some(match key.code {
        KeyCode::Up | KeyCode::Char('k') => -1,
        KeyCode::Down | KeyCode::Char('j') => 1,
        KeyCode::PageUp | KeyCode::Char('b') => -page,
        KeyCode::PageDown | KeyCode::Char(' ') => page,
        KeyCode::Home => isize::MIN / 2,
        KeyCode::End => isize::MAX / 2,
        _ => return None,
    })
}
