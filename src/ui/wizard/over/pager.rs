//! A long text to be read: a diff or the log, scrolled and searched.
//!
//! ```text
//! ╭ /etc/postfix/main.cf ────────────────────────────╮
//! │ --- /dev/null                                    │
//! │ +++ /etc/postfix/main.cf                         │
//! │ @@ -0,0 +1,40 @@                                 │
//! │ +# Postfix on mail.example.org                   │
//! ╰ /milter                                  1-20/42 ╯
//! ```

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::{Doc, printable, wrapped};
use super::super::frame::sheet;
use super::super::input::Input;
use super::super::theme::Theme;
use super::{Reply, scrolled};
use crate::check::Checked;
use crate::plan::Standing;
use crate::ui::preview::ChangePreview;
use crate::words::say;

/// A text and where one is in it.
#[derive(Default)]
pub struct Pager {
    title: String,
    /// The text; empty for the log, which grows.
    pub lines: Vec<String>,
    /// Whether the lines are those of a diff.
    diff: bool,
    /// The first line shown.
    top: usize,
    /// Whether the end is followed.
    follow: bool,
    /// How far the text stands to the left.
    left: usize,
    search: Input,
    typing: bool,
}

impl Pager {
    /// The log, followed at its end.
    #[must_use]
    pub fn at_end() -> Self {
        Self { title: say("wizard-log", &[]), follow: true, ..Self::default() }
    }

    /// A change in full: what it does, and how its text differs.
    #[must_use]
    pub fn of_change(change: &ChangePreview) -> Self {
        let mut lines = vec![change.describe.clone()];
        match &change.standing {
            Standing::Holds => lines.push(say("wizard-change-holds", &[])),
            Standing::Kept { what } => lines.extend(what.iter().cloned()),
            Standing::Differs { what, text, edited_by_hand } => {
                if *edited_by_hand {
                    lines.push(say("preview-edited", &[]));
                }
                if text.is_none() {
                    lines.extend(what.iter().filter(|line| !change.describe.contains(line.as_str())).cloned());
                }
                if let Some(text) = text {
                    lines.push(String::new());
                    lines.extend(text.diff(&change.subject).lines().map(str::to_owned));
                }
            }
        }
        Self { title: change.subject.clone(), lines, diff: true, ..Self::default() }
    }

    /// A check in full, in lines of so many columns.
    #[must_use]
    pub fn of_check(checked: &Checked, width: usize) -> Self {
        let mut parts = vec![checked.title.clone()];
        let said = [
            (&checked.evidence, say("report-seen", &[("evidence", &checked.evidence)])),
            (&checked.means, say("report-means", &[("means", &checked.means)])),
            (&checked.fix, say("report-fix", &[("fix", &checked.fix)])),
        ];
        for (_, words) in said.into_iter().filter(|(part, _)| !part.is_empty()) {
            parts.extend([String::new(), words]);
        }
        let lines =
            parts.iter().flat_map(|part| if part.is_empty() { vec![String::new()] } else { wrapped(part, width) });
        Self { title: checked.id.to_owned(), lines: lines.collect(), ..Self::default() }
    }

    pub(super) fn paste(&mut self, text: &str) {
        if self.typing {
            self.search.paste(text);
        }
    }

    pub(super) fn key(&mut self, key: KeyEvent, log_of: Option<&App>, height: usize) -> Reply {
        let grown = log_of.map(log);
        let lines = grown.as_ref().map_or(self.lines.len(), Vec::len);
        let height = height.saturating_sub(2);
        let last = lines.saturating_sub(height);
        if self.typing {
            self.type_in(key, grown.as_deref(), last);
            return Reply::Stay;
        }
        if let Some(by) = scrolled(key, height) {
            let top = if self.follow { last } else { self.top };
            self.top = top.saturating_add_signed(by).min(last);
            self.follow = log_of.is_some() && self.top == last;
            return Reply::Stay;
        }
        match key.code {
            KeyCode::Char('/') => (self.typing, self.search) = (true, Input::default()),
            KeyCode::Char('n') => self.find(grown.as_deref(), last, 1),
            KeyCode::Char('N') => self.find(grown.as_deref(), last, -1),
            KeyCode::Left => self.left = self.left.saturating_sub(8),
            KeyCode::Right => self.left = (self.left + 8).min(400),
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q' | 'l') => return Reply::Close,
            _ => {}
        }
        Reply::Stay
    }

    fn type_in(&mut self, key: KeyEvent, grown: Option<&[String]>, last: usize) {
        match key.code {
            KeyCode::Esc => (self.typing, self.search) = (false, Input::default()),
            KeyCode::Enter => {
                self.typing = false;
                self.top = self.top.saturating_sub(1);
                self.find(grown, last, 1);
            }
            _ => {
                self.search.key(key);
            }
        }
    }

    /// To the next line, or the one before, that holds what is looked for; round and round.
    fn find(&mut self, grown: Option<&[String]>, last: usize, by: isize) {
        let lines = grown.unwrap_or(&self.lines);
        let count = lines.len();
        if count == 0 || self.search.is_empty() {
            return;
        }
        let mut at = self.top.min(count - 1);
        for _ in 0..count {
            at = if by > 0 { (at + 1) % count } else { (at + count - 1) % count };
            if holds(&lines[at], self.search.text()) {
                self.top = at.min(last);
                self.follow = false;
                return;
            }
        }
    }

    pub(super) fn render(&self, frame: &mut Frame<'_>, area: Rect, app: &App, lines: &[String]) {
        let inside = sheet::inside(area);
        let height = usize::from(inside.height);
        let last = lines.len().saturating_sub(height);
        let top = if self.follow { last } else { self.top.min(last) };
        let mut doc = Doc::new(inside.width.into());
        let found = |line: &str| !self.search.is_empty() && holds(line, self.search.text());
        for line in lines.iter().skip(top).take(height) {
            let mut style = if self.diff { of_diff(app.theme, line) } else { Style::new() };
            if found(line) {
                style = style.add_modifier(Modifier::REVERSED);
            }
            let shown: String = printable(line).chars().skip(self.left).collect();
            doc.line(Line::from(Span::styled(shown, style)));
        }
        sheet::full(frame, area, app, &self.title, &doc, &self.foot(lines, top, height));
    }

    /// What is looked for, and which lines are shown.
    fn foot(&self, lines: &[String], top: usize, height: usize) -> String {
        let shown = format!("{}-{}/{}", (top + 1).min(lines.len()), (top + height).min(lines.len()), lines.len());
        let cursor = if self.typing { "_" } else { "" };
        if self.typing || !self.search.is_empty() {
            return format!("/{}{cursor}   {shown}", self.search.text());
        }
        shown
    }
}

fn holds(line: &str, what: &str) -> bool {
    line.to_lowercase().contains(&what.to_lowercase())
}

/// The lines of the log of the run at work, or of another mailwright's.
pub(super) fn log(app: &App) -> Vec<String> {
    app.walk.run.as_ref().map(|run| run.lines.iter().cloned().collect()).unwrap_or_default()
}

fn of_diff(theme: Theme, line: &str) -> Style {
    match line.as_bytes().first() {
        _ if line.starts_with("+++") || line.starts_with("---") => theme.strong(),
        Some(b'+') => theme.good(),
        Some(b'-') => theme.bad(),
        Some(b'@') => theme.accent(),
        _ => Style::new(),
    }
}
