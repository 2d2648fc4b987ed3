//! What a key does: the uppermost layer has it first, then the answer being typed, then the page.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::app::App;
use super::command;
use super::item::{Go, Item};
use super::over::Reply;
use super::page::Page;

impl App {
    pub(super) fn key(&mut self, key: KeyEvent) {
        if is_control(key, 'c') {
            return self.interrupt();
        }
        if !self.over.is_empty() {
            return self.key_over(key);
        }
        if let Some((_, true)) = self.search {
            return self.key_search(key);
        }
        let typed = self.typing() && key.code != KeyCode::Char('?');
        if typed && !is_command(key) && self.type_in(|input| input.key(key)) {
            return;
        }
        if let Some(go) = command::of(self, key) {
            return self.go(go);
        }
        self.move_or_act(key);
    }

    /// Whether keys are letters of an answer.
    #[must_use]
    pub fn typing(&self) -> bool {
        self.edit.is_some()
    }

    /// Ctrl-C: a run stops after the change in hand; elsewhere the program ends.
    fn interrupt(&mut self) {
        if self.is_busy() {
            self.go(Go::Stop);
        } else {
            self.go(Go::Leave);
        }
    }

    fn key_over(&mut self, key: KeyEvent) {
        let height = super::frame::body(self.size).height;
        let Some(mut over) = self.over.pop() else { return };
        match over.key(key, self, height.into()) {
            Reply::Stay => self.over.push(over),
            Reply::Close => {}
            Reply::Go(go) => self.go(go),
        }
    }

    fn key_search(&mut self, key: KeyEvent) {
        let Some((input, typing)) = &mut self.search else { return };
        match key.code {
            KeyCode::Esc => self.search = None,
            KeyCode::Enter | KeyCode::Down | KeyCode::Tab => *typing = false,
            _ => {
                input.key(key);
            }
        }
        self.scroll = None;
    }

    fn move_or_act(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Enter => self.enter(),
            KeyCode::Esc => self.escape(),
            KeyCode::Char(' ') | KeyCode::Right => self.turn_choice(1),
            KeyCode::Left => self.turn_choice(-1),
            KeyCode::Up => self.step_focus(-1),
            KeyCode::Down => self.step_focus(1),
            KeyCode::Tab => self.leap_focus(1),
            KeyCode::BackTab => self.leap_focus(-1),
            KeyCode::PageUp => self.scroll_by(-self.page_lines()),
            KeyCode::PageDown => self.scroll_by(self.page_lines()),
            KeyCode::Home => self.ends(false),
            KeyCode::End => self.ends(true),
            _ => {}
        }
    }

    fn escape(&mut self) {
        if self.search.take().is_none() {
            self.go(Go::Previous);
        }
    }

    /// Whether more of the page stands below what is shown, or above it.
    #[must_use]
    pub fn can_scroll(&self, down: bool) -> bool {
        let area = super::frame::body(self.size);
        let doc = super::pages::doc(self, area.width.into());
        let top = doc.offset(area.height.into(), self.focus, self.scroll);
        if down { top + usize::from(area.height) < doc.lines.len() } else { top > 0 }
    }

    fn page_lines(&self) -> isize {
        isize::try_from(super::frame::body(self.size).height).unwrap_or(1).max(2) - 1
    }

    /// Up or down by one thing; where there is none, by a line.
    fn step_focus(&mut self, by: isize) {
        self.commit();
        let items = self.items();
        if items.is_empty() {
            return self.scroll_by(by);
        }
        let at = self.focus.and_then(|focus| items.iter().position(|item| *item == focus)).unwrap_or(0);
        let to = at.saturating_add_signed(by).min(items.len() - 1);
        if !self.in_sight() || (to == at && self.focus == Some(items[at])) {
            return self.scroll_by(by);
        }
        self.focus_on(items[to]);
    }

    /// To the first thing of another sort, round and round: past the rows and the changes.
    fn leap_focus(&mut self, by: isize) {
        self.commit();
        let items = self.items();
        let count = items.len();
        let Some(at) = self.focus.and_then(|focus| items.iter().position(|item| *item == focus)) else { return };
        let next = |n: usize| if by > 0 { (n + 1) % count } else { (n + count - 1) % count };
        let mut to = next(at);
        while to != at && sort(items[to]) == sort(items[at]) {
            to = next(to);
        }
        // Backwards one comes to the first of its sort, too.
        while by < 0 && to > 0 && sort(items[to - 1]) == sort(items[to]) {
            to -= 1;
        }
        self.focus_on(items[to]);
    }

    /// Whether what is chosen is to be seen, or at least its first line.
    fn in_sight(&self) -> bool {
        let Some(scroll) = self.scroll else { return true };
        let area = super::frame::body(self.size);
        let doc = super::pages::doc(self, area.width.into());
        let chosen = doc.items.iter().find(|(item, _)| Some(*item) == self.focus);
        chosen.is_none_or(|(_, range)| (scroll..scroll + usize::from(area.height)).contains(&range.start))
    }

    fn ends(&mut self, last: bool) {
        self.commit();
        let items = self.items();
        match if last { items.last() } else { items.first() } {
            Some(item) => self.focus_on(*item),
            None => self.scroll = Some(if last { usize::MAX / 2 } else { 0 }),
        }
    }

    pub(super) fn focus_on(&mut self, item: Item) {
        (self.focus, self.scroll, self.edit) = (Some(item), None, None);
    }

    fn scroll_by(&mut self, by: isize) {
        let area = super::frame::body(self.size);
        let doc = super::pages::doc(self, area.width.into());
        let now = doc.offset(area.height.into(), self.focus, self.scroll);
        self.scroll = Some(doc.offset(area.height.into(), None, Some(now.saturating_add_signed(by))));
    }

    /// Turns to a page.
    pub(super) fn turn(&mut self, page: Page) {
        self.commit();
        (self.page, self.focus, self.scroll, self.edit) = (page, None, None, None);
        (self.insist, self.search, self.dirty) = (false, None, true);
    }

    pub(super) fn leave(&mut self) {
        self.work.leaving = true;
        self.leave_if_nothing_is_at_work();
    }
}

/// Things of one sort are passed together.
fn sort(item: Item) -> (u8, &'static str) {
    match item {
        Item::Answer(key) => (0, key),
        Item::Row(key, _) | Item::Default(key) | Item::Add(key) => (1, key),
        Item::Change(..) => (2, ""),
        Item::Check(_) => (3, ""),
        Item::Problem(_) => (4, ""),
        Item::Go(_) => (5, ""),
    }
}

fn is_control(key: KeyEvent, c: char) -> bool {
    key.code == KeyCode::Char(c) && key.modifiers.contains(KeyModifiers::CONTROL)
}

/// Ctrl with a letter that no line of text wants.
fn is_command(key: KeyEvent) -> bool {
    ['n', 'p', 'g'].iter().any(|c| is_control(key, *c))
}
