//! The answers on a step's page: typed, taken, chosen, and the rows of its tables.

use std::path::PathBuf;

use super::app::App;
use super::input::Input;
use super::item::{Go, Item};
use super::over::{Confirm, Form, Import, Over};
use crate::draft::Imported;
use crate::question::{Kind, Question};
use crate::secret::Secret;
use crate::walk::Job;
use crate::words::say;

impl App {
    /// A key for the answer being typed; whether it was one.
    pub(super) fn type_in(&mut self, act: impl Fn(&mut Input) -> bool) -> bool {
        let Some(mut edit) = self.edit.take() else { return false };
        let was = edit.input.text().to_owned();
        // The first letter takes the place of a default; keys that move or delete work on the default itself.
        let mut fresh = Input::default();
        let replaces = edit.is_default() && act(&mut fresh) && !fresh.is_empty();
        let taken = if replaces { true } else { act(&mut edit.input) };
        if replaces {
            edit.input = fresh;
        }
        let changed = edit.input.text() != was;
        edit.touched |= taken;
        edit.pristine &= !changed;
        if let Some(question) = self.question(edit.key).filter(|_| changed) {
            edit.judge(&self.walk, &question);
        }
        self.edit = Some(edit);
        if changed {
            self.insist = false;
            self.look_up(1);
        }
        taken
    }

    /// Takes the answer that was typed, whatever is wrong with it: the page is left.
    pub(super) fn commit(&mut self) {
        let Some(edit) = self.edit.take() else { return };
        if let Some(question) = self.question(edit.key).filter(|_| !edit.pristine) {
            self.answer(&question, edit.input.text());
        }
    }

    /// Gives an answer; it is kept when it differs from what stood there.
    fn answer(&mut self, question: &Question, text: &str) {
        let before = self.walk.draft.clone();
        match self.walk.facts.clone() {
            Some(facts) => question.accept(&mut self.walk.draft, &facts, text),
            None => question.answer(&mut self.walk.draft, text),
        }
        if self.walk.draft != before {
            self.changed();
        }
    }

    /// Enter on an answer: it is taken when it is right, and one goes on.
    pub(super) fn accept(&mut self) {
        let Some(Item::Answer(key) | Item::Default(key)) = self.focus else { return };
        let Some(question) = self.question(key) else { return };
        if self.edit.as_ref().is_some_and(|edit| edit.wrong.is_some()) {
            self.insist = true;
            return;
        }
        let text = match &self.edit {
            Some(edit) => edit.input.text().to_owned(),
            None => self.walk.value(&question),
        };
        self.edit = None;
        self.answer(&question, &text);
        self.insist = false;
        let items = self.items();
        let of_it = |item: &Item| matches!(item, Item::Answer(at) | Item::Default(at) | Item::Row(at, _) | Item::Add(at) if *at == key);
        let after = items.iter().rposition(of_it).map_or(0, |at| at + 1);
        // On to the next question, or, past the changes, to the button.
        let next = items[after.min(items.len())..].iter().find(|item| !matches!(item, Item::Change(..)));
        if let Some(item) = next {
            self.focus_on(*item);
        }
    }

    /// The next or the previous of a few.
    pub(super) fn turn_choice(&mut self, by: isize) {
        let Some(Item::Answer(key)) = self.focus else { return };
        let Some(question) = self.question(key) else { return };
        let Kind::Choice(of) = question.kind else { return };
        let value = self.walk.value(&question);
        let at = of.iter().position(|one| *one == value).unwrap_or(0);
        let count = isize::try_from(of.len()).unwrap_or(1).max(1);
        let to = (isize::try_from(at).unwrap_or(0) + by).rem_euclid(count).unsigned_abs();
        if let Some(text) = of.get(to) {
            self.answer(&question, text);
        }
    }

    /// The table that is at hand.
    fn table(&self) -> Option<&'static str> {
        match self.focus {
            Some(Item::Row(table, _) | Item::Add(table) | Item::Default(table)) => Some(table),
            _ => None,
        }
    }

    pub(super) fn go_table(&mut self, go: Go) {
        match (go, self.focus) {
            (Go::Add, _) => {
                if let Some(table) = self.table() {
                    self.open_form(table, None);
                }
            }
            (Go::Delete, Some(Item::Row(table, row))) => {
                let name = self.row_name(table, row);
                let words = say("wizard-ask-delete", &[("name", &name)]);
                self.over.push(Over::Confirm(Confirm::new(words, Go::DeleteNow(table, row))));
            }
            (Go::DeleteNow(table, row), _) => {
                self.walk.draft.remove_row(table, row);
                self.changed();
            }
            (Go::Import, _) if self.table().is_some() => self.over.push(Over::Import(Import::default())),
            _ => {}
        }
    }

    fn row_name(&self, table: &str, row: usize) -> String {
        let first = crate::question::columns(table).first().map_or("", |column| column.name);
        let rows = self.walk.draft.rows(table);
        rows.get(row).and_then(|row| row.get(first)).cloned().unwrap_or_default()
    }

    pub(super) fn open_form(&mut self, table: &'static str, row: Option<usize>) {
        self.over.push(Over::Form(Form::new(&self.walk.draft, table, row)));
    }

    /// Puts the form's row into the answers, its password first hashed elsewhere.
    pub(super) fn save_form(&mut self, form: &mut Form) -> bool {
        if let Some(password) = form.password() {
            self.work.numbers += 1;
            form.busy = Some(self.work.numbers);
            self.ask(Job::Hash(self.work.numbers, password));
            return false;
        }
        self.put_row(form, None);
        true
    }

    fn put_row(&mut self, form: &Form, hash: Option<&Secret>) {
        let row = form.row();
        let put = match form.index {
            Some(index) => self.walk.draft.set_row(form.table, index, &row).map(|()| index),
            None => self.walk.draft.add_row(form.table, &row),
        };
        if let (Ok(index), Some(hash)) = (&put, hash) {
            let _ = self.walk.draft.set_password_hash(*index, hash);
        }
        match put {
            Ok(index) => self.focus_on(Item::Row(form.table, index)),
            Err(why) => self.notice = Some(why.0),
        }
        self.insist = false;
        self.changed();
    }

    /// The hash of the form's password has come.
    pub(super) fn hashed(&mut self, number: u64, result: Result<Secret, String>) {
        // The hash of a form that was closed is nobody's.
        let of = |over: &Over| matches!(over, Over::Form(form) if form.busy == Some(number));
        let Some(at) = self.over.iter().position(of) else { return };
        match result {
            Ok(hash) => {
                if let Over::Form(form) = self.over.remove(at) {
                    self.put_row(&form, Some(&hash));
                }
            }
            Err(why) => {
                if let Some(Over::Form(form)) = self.over.get_mut(at) {
                    (form.busy, form.refused) = (None, Some(why));
                }
            }
        }
    }

    pub(super) fn import(&mut self, path: &str) {
        let draft = Box::new(self.walk.draft.clone());
        self.work.import_into = Some(self.walk.draft.clone());
        self.ask(Job::Import { draft, path: PathBuf::from(path) });
    }

    /// Whether a list that has come may be taken up: it is still waited for, and the answers are those it was added to.
    pub(super) fn wants_import(&mut self) -> bool {
        let waiting = self.over.iter().any(|over| matches!(over, Over::Import(import) if import.busy));
        let same = self.work.import_into.take().is_some_and(|draft| draft == self.walk.draft);
        if waiting && !same {
            self.over.retain(|over| !matches!(over, Over::Import(_)));
            self.notice = Some(say("wizard-import-again", &[]));
        }
        waiting && same
    }

    /// What came of a list.
    pub(super) fn imported(&mut self, result: Result<Imported, Vec<String>>) {
        match result {
            Ok(imported) => {
                self.over.retain(|over| !matches!(over, Over::Import(_)));
                let (added, updated) = (imported.added.to_string(), imported.updated.to_string());
                self.notice = Some(say("wizard-imported", &[("added", &added), ("updated", &updated)]));
            }
            Err(errors) => {
                if let Some(Over::Import(import)) = self.over.last_mut() {
                    (import.busy, import.errors) = (false, errors);
                }
            }
        }
    }
}
