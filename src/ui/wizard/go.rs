//! What is asked for by a key or a choice, done.

use std::path::PathBuf;

use super::app::App;
use super::event::Act;
use super::input::Input;
use super::item::{Go, Item};
use super::over::{Confirm, Over, Pager};
use super::page::Page;
use super::pages;
use crate::draft::Draft;
use crate::error::Result;
use crate::steps;
use crate::walk::Job;
use crate::words::say;

/// Where the records to publish are written.
const RECORDS: &str = "/root/mailwright-dns.txt";

impl App {
    /// Enter on what is chosen.
    pub(super) fn enter(&mut self) {
        match self.focus {
            Some(Item::Answer(_) | Item::Default(_)) => self.accept(),
            Some(Item::Row(table, row)) => self.open_form(table, Some(row)),
            Some(Item::Add(table)) => self.open_form(table, None),
            Some(Item::Change(step, n)) => self.open_diff(step, n),
            Some(Item::Problem(id)) => self.go_to_step(id),
            Some(Item::Go(go)) => self.go(go),
            Some(Item::Check(n)) => self.open_check(n),
            None => {}
        }
    }

    /// Does it.
    pub(super) fn go(&mut self, go: Go) {
        match go {
            Go::Next => self.next(),
            Go::Previous => self.previous(),
            Go::Steps => self.over.push(Over::jump(self)),
            Go::To(n) => self.to(n),
            Go::Help => self.over.push(Over::Help(0)),
            Go::Leave => self.ask_to_leave(),
            Go::LeaveNow => self.leave(),
            Go::Fetch => self.ask(Job::Fetch),
            Go::Add | Go::Delete | Go::DeleteNow(..) | Go::Import => self.go_table(go),
            Go::Search => self.search = Some((Input::default(), true)),
            Go::Log => self.over.push(Over::Log(Pager::at_end())),
            Go::Stop => self.stop(),
            Go::Walk => self.turn(Page::Step(0)),
            Go::Health => self.turn(Page::Health),
            Go::Again => self.check_again(),
            Go::Closing => self.turn(Page::Closing),
            Go::Copy | Go::Write => self.records(go),
            _ => self.go_run(go),
        }
    }

    fn next(&mut self) {
        self.commit();
        let Page::Step(n) = self.page else { return };
        let Some(step) = steps::ALL.get(n) else { return };
        let before = self.walk.draft.clone();
        self.walk.accept_defaults(step);
        self.edit = None;
        if self.walk.draft == before {
            self.refresh();
        } else {
            self.changed();
        }
        if let Some((key, _)) = self.walk.wrong(step).first() {
            self.insist = true;
            let is_it = |item: &Item| matches!(item, Item::Answer(at) | Item::Add(at) | Item::Row(at, _) if at == key);
            let items = self.items();
            if let Some(item) = items.iter().find(|item| is_it(item)) {
                self.focus_on(*item);
            }
            return;
        }
        self.to(n + 1);
    }

    fn previous(&mut self) {
        match self.page {
            Page::Step(0) if self.walk.is_interrupted() => self.turn(Page::Back),
            Page::Step(0) | Page::Run | Page::Failure | Page::Back | Page::Other | Page::Undone | Page::Health => {}
            Page::Step(n) => self.turn(Page::Step(n - 1)),
            Page::Review => self.turn(Page::Step(steps::ALL.len() - 1)),
            Page::Closing => self.turn(Page::Health),
        }
    }

    fn to(&mut self, n: usize) {
        self.commit();
        if n < steps::ALL.len() {
            return self.turn(Page::Step(n));
        }
        // Who comes to the review takes the defaults that were not changed.
        let before = self.walk.draft.clone();
        for step in steps::ALL {
            self.walk.accept_defaults(step);
        }
        self.turn(Page::Review);
        if self.walk.draft == before {
            self.refresh();
        } else {
            self.changed();
        }
        if self.walk.preview.is_none() {
            self.replan();
        }
    }

    pub(super) fn go_to_step(&mut self, id: &str) {
        if let Some(n) = steps::ALL.iter().position(|step| step.id == id) {
            self.turn(Page::Step(n));
            self.insist = true;
        }
    }

    fn ask_to_leave(&mut self) {
        self.commit();
        let half = |over: &Over| matches!(over, Over::Form(form) if form.busy.is_none() && form.holds_something(&self.walk.draft));
        if self.over.iter().any(half) {
            let words = say("wizard-leave-form", &[]);
            return self.over.push(Over::Confirm(Confirm::new(words, Go::LeaveNow)));
        }
        let given = self.walk.draft != Draft::default();
        if self.walk.unsaved.is_some() || (!self.walk.root && given && self.walk.facts.is_some()) {
            let words = say("wizard-leave-unsaved", &[]);
            self.over.push(Over::Confirm(Confirm::new(words, Go::LeaveNow)));
        } else {
            self.leave();
        }
    }

    fn check_again(&mut self) {
        if !self.work.checking {
            self.check();
        }
    }

    fn open_diff(&mut self, step: &str, n: usize) {
        let change = self.walk.step_preview(step).and_then(|preview| preview.changes.get(n));
        if let Some(change) = change {
            self.over.push(Over::Diff(Pager::of_change(change)));
        }
    }

    /// A check of the page at hand: of the findings about the machine, or of the health of the server.
    fn open_check(&mut self, n: usize) {
        let health = self.walk.report();
        let report = if self.page == Page::Health { Some(&health) } else { self.walk.findings.as_ref() };
        if let Some(checked) = report.and_then(|report| report.checks.get(n)) {
            let width = super::frame::sheet::inside(super::frame::body(self.size)).width;
            self.over.push(Over::Diff(Pager::of_check(checked, width.into())));
        }
    }

    /// The records to publish, copied through the terminal or written to a file.
    fn records(&mut self, go: Go) {
        let text = match self.zone() {
            Ok(text) => text,
            Err(error) => return self.notice = Some(error.to_string()),
        };
        if go == Go::Copy {
            self.acts.push(Act::Copy(text));
            self.notice = Some(say("wizard-copied", &[]));
        } else {
            self.ask(Job::Write { path: PathBuf::from(RECORDS), text });
        }
    }

    fn zone(&self) -> Result<String> {
        Ok(crate::ui::zone::bind(&pages::closing::records(self)?))
    }
}
