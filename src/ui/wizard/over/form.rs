//! A row of a table being edited.
//!
//! ```text
//! ╭ Mailboxes ───────────────────────────────────────╮
//! │                                                  │
//! │  Address                                         │
//! │  › anna@example.org                              │
//! │                                                  │
//! │  Password                                        │
//! │    ••••••••••                                    │
//! │    Ctrl-G makes one  ·  Ctrl-R shows it          │
//! │                                                  │
//! │  Quota                                           │
//! │    1G                                            │
//! │                                                  │
//! ╰──────────────────────────────────────────────────╯
//! ```

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::app::App;
use super::super::doc::Doc;
use super::super::frame::{field, sheet};
use super::super::input::Input;
use super::super::pages;
use super::Reply;
use crate::answers;
use crate::answers::keys::{self, Section};
use crate::draft::{Draft, Row, generated_password};
use crate::question::{self, Column};
use crate::secret::{HIDDEN, Secret};
use crate::words::say;

/// A cell being edited.
pub struct Cell {
    /// Its column.
    pub column: Column,
    /// What stands in it.
    pub input: Input,
}

/// A row being edited.
#[expect(clippy::struct_excessive_bools, reason = "each is so or not, whatever the others are")]
pub struct Form {
    /// Its table.
    pub table: &'static str,
    /// Its place; `None` for a new row.
    pub index: Option<usize>,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// The cell at hand.
    pub at: usize,
    /// Whether the password is shown.
    pub shown: bool,
    /// Whether it was made here, and is to be noted.
    pub made: bool,
    /// The number of the password that is being hashed for it.
    pub busy: Option<u64>,
    /// Why it was refused.
    pub refused: Option<String>,
    /// Whether a password stands there already.
    kept: bool,
    /// Whether everything wrong is told: Enter was pressed.
    insist: bool,
}

/// What holds when a cell is left empty.
fn documented(table: &str, column: &str) -> Option<&'static str> {
    let section = Section::ALL.into_iter().find(|section| section.name() == table)?;
    keys::find(section, column)?.default()
}

impl Form {
    /// The row as it stands, or a new one.
    #[must_use]
    pub fn new(draft: &Draft, table: &'static str, index: Option<usize>) -> Self {
        let row = index.and_then(|index| draft.rows(table).into_iter().nth(index)).unwrap_or_default();
        let new = index.is_none();
        let cell = |column: &Column| {
            let text = row.get(column.name).map_or("", String::as_str);
            let secret = column.cell == question::Cell::Secret;
            let text = if new { documented(table, column.name).unwrap_or(text) } else { text };
            Cell { column: *column, input: Input::new(if secret { "" } else { text }) }
        };
        let cells = question::columns(table).iter().map(cell).collect();
        let kept = row.values().any(|text| text == HIDDEN);
        Self { table, index, cells, at: 0, shown: false, made: false, busy: None, refused: None, kept, insist: false }
    }

    /// The cells that are plain to see.
    #[must_use]
    pub fn row(&self) -> Row {
        let open = self.cells.iter().filter(|cell| cell.column.cell != question::Cell::Secret);
        open.map(|cell| (cell.column.name.to_owned(), cell.input.text().trim().to_owned())).collect()
    }

    /// The password that was typed.
    #[must_use]
    pub fn password(&self) -> Option<Secret> {
        let cell = self.cells.iter().find(|cell| cell.column.cell == question::Cell::Secret)?;
        (!cell.input.is_empty()).then(|| Secret::new(cell.input.text()))
    }

    /// Whether something was given that is in no answer yet.
    #[must_use]
    pub fn holds_something(&self, draft: &Draft) -> bool {
        let fresh = Self::new(draft, self.table, self.index);
        self.cells.iter().zip(&fresh.cells).any(|(now, then)| now.input.text() != then.input.text())
    }

    /// What is wrong with a cell.
    fn wrong(&self, draft: &Draft, at: usize) -> Option<String> {
        let cell = self.cells.get(at)?;
        if cell.column.cell == question::Cell::Secret {
            return match self.password() {
                Some(password) => answers::given_password(password.reveal()).err(),
                None if self.kept => None,
                None => Some(say("wizard-form-password", &[])),
            };
        }
        let mut draft = draft.clone();
        let index = match self.index {
            Some(index) => draft.set_row(self.table, index, &self.row()).ok().map(|()| index),
            None => draft.add_row(self.table, &self.row()).ok(),
        }?;
        draft.mistake_at(&format!("{}[{}].{}", self.table, index + 1, cell.column.name))
    }

    fn first_wrong(&self, draft: &Draft) -> Option<usize> {
        (0..self.cells.len()).find(|at| self.wrong(draft, *at).is_some())
    }

    pub(super) fn key(&mut self, key: KeyEvent, app: &mut App) -> Reply {
        let secret = self.cells.get(self.at).is_some_and(|cell| cell.column.cell == question::Cell::Secret);
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => return Reply::Close,
            _ if self.busy.is_some() => {}
            KeyCode::F(1) => return Reply::Stay,
            KeyCode::Enter => return self.enter(app),
            KeyCode::Tab | KeyCode::Down => self.at = (self.at + 1) % self.cells.len().max(1),
            KeyCode::BackTab | KeyCode::Up => {
                self.at = (self.at + self.cells.len().max(1) - 1) % self.cells.len().max(1);
            }
            KeyCode::Char('g') if control && secret => self.generate(),
            KeyCode::Char('r') if control && secret => self.shown = !self.shown,
            _ => self.type_in(|input| {
                input.key(key);
            }),
        }
        Reply::Stay
    }

    pub(super) fn paste(&mut self, text: &str) {
        if self.busy.is_none() {
            self.type_in(|input| input.paste(text));
        }
    }

    fn type_in(&mut self, act: impl FnOnce(&mut Input)) {
        self.refused = None;
        if let Some(cell) = self.cells.get_mut(self.at) {
            act(&mut cell.input);
            self.made &= cell.column.cell != question::Cell::Secret;
        }
    }

    /// A password made here is shown, so that it can be noted.
    fn generate(&mut self) {
        if let Some(cell) = self.cells.get_mut(self.at) {
            cell.input = Input::new(generated_password().reveal());
            (self.shown, self.made, self.refused) = (true, true, None);
        }
    }

    /// On to the next cell; from the last one, into the answers, when all is right.
    fn enter(&mut self, app: &mut App) -> Reply {
        if self.wrong(&app.walk.draft, self.at).is_some() {
            self.insist = true;
            return Reply::Stay;
        }
        if self.at + 1 < self.cells.len() {
            self.at += 1;
            return Reply::Stay;
        }
        if let Some(wrong) = self.first_wrong(&app.walk.draft) {
            (self.at, self.insist) = (wrong, true);
            return Reply::Stay;
        }
        if app.save_form(self) { Reply::Close } else { Reply::Stay }
    }
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, app: &App, form: &Form) {
    let theme = app.theme;
    let mut doc = Doc::new(sheet::width(area));
    for (at, cell) in form.cells.iter().enumerate() {
        let here = at == form.at;
        let title = pages::column(form.table, cell.column.name);
        doc.text(0, &title, if here { theme.accent() } else { theme.strong() });
        let secret = cell.column.cell == question::Cell::Secret;
        let hidden = (secret && !form.shown).then(|| theme.hidden());
        if here {
            field::input(&mut doc, app, &cell.input, hidden);
        } else {
            let shown = cell.input.window(doc.width.saturating_sub(2), hidden).0;
            let kept = secret && form.kept && cell.input.is_empty();
            let style = if kept { theme.quiet() } else { Style::new() };
            doc.text(2, if kept { HIDDEN } else { &shown }, style);
            if doc.lines.last().is_some_and(|line| line.width() == 0) || shown.is_empty() && !kept {
                doc.line(" ");
            }
        }
        if secret {
            password_hints(&mut doc, app, form, here);
        }
        let told = form.insist || !cell.input.is_empty();
        let wrong = form.refused.clone().filter(|_| secret).or_else(|| form.wrong(&app.walk.draft, at));
        if let Some(why) = wrong.filter(|_| told && (here || form.insist)) {
            doc.marked(2, ratatui::text::Span::styled("!", theme.bad()), &why, theme.bad());
        }
        doc.gap();
    }
    if form.busy.is_some() {
        doc.text(0, &say("wizard-form-busy", &[]), theme.quiet());
    }
    while doc.lines.last().is_some_and(|line| line.width() == 0) {
        doc.lines.pop();
    }
    sheet::render(frame, area, app, &pages::question(form.table), &doc, 0);
}

fn password_hints(doc: &mut Doc, app: &App, form: &Form, here: bool) {
    if form.made {
        doc.text(2, &say("wizard-form-note", &[]), app.theme.warn());
    } else if here {
        if form.kept {
            doc.text(2, &say("wizard-form-kept", &[]), app.theme.quiet());
        }
        doc.text(2, &say("wizard-form-generate", &[]), app.theme.quiet());
    }
}
