//! Domains, mailboxes and aliases: a table as a list with a menu under it.

use std::fs;
use std::sync::Arc;

use super::ask::{Judge, Out, Said};
use super::questions::Side;
use super::talk::Talk;
use super::words;
use crate::draft::{Draft, Row};
use crate::question::{Cell, Column, Question};
use crate::words::say;

/// So many rows are listed; a menu shows them all.
const LISTED: usize = 20;
/// No list of mailboxes is longer.
const LONGEST: u64 = 8 << 20;

/// What can be done with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Add,
    Edit,
    Remove,
    Import,
    Done,
    Aside(Side),
}

impl Talk<'_> {
    /// Fills a table.
    pub(super) fn table(&mut self, question: &Question, columns: &'static [Column]) -> Said<()> {
        loop {
            self.list(question, columns);
            match self.act(question, columns)? {
                Act::Done => {
                    let value = self.walk.value(question);
                    let Some(why) = question.wrong(&self.walk.draft, &value) else {
                        self.accept(question, &value);
                        return Ok(());
                    };
                    self.say(&why);
                }
                Act::Aside(side) => side.go(self, question)?,
                act => match self.change(act, question, columns) {
                    Ok(()) => self.save(),
                    Err(Out::Back) => {}
                    Err(out) => return Err(out),
                },
            }
        }
    }

    fn act(&mut self, question: &Question, columns: &[Column]) -> Said<Act> {
        let (rows, value) = (self.walk.draft.rows(question.key).len(), self.walk.value(question));
        let mut items = vec![(Act::Add, say("plain-item-add", &[]))];
        if rows > 0 {
            items.extend([(Act::Edit, say("plain-item-edit", &[])), (Act::Remove, say("plain-item-remove", &[]))]);
        }
        items.push((Act::Import, say("plain-item-import", &[])));
        let done = if rows == 0 && !value.is_empty() {
            say("plain-item-done-with", &[("value", &value)])
        } else {
            say("plain-item-done", &[])
        };
        // Without a row of these nobody can go on, or nobody could log in.
        let wanted = question.required || columns.iter().any(|column| column.cell == Cell::Secret);
        let start = if wanted && rows == 0 && value.is_empty() { 0 } else { items.len() };
        items.push((Act::Done, done));
        items.extend(Side::items().map(|(side, label)| (Act::Aside(side), label)));
        self.menu(&say("plain-what-now", &[]), &items, start)
    }

    fn change(&mut self, act: Act, question: &Question, columns: &'static [Column]) -> Said<()> {
        match act {
            Act::Add => self.row(question, columns, None),
            Act::Edit => {
                let at = self.which(question, columns)?;
                self.row(question, columns, Some(at))
            }
            Act::Remove => {
                let at = self.which(question, columns)?;
                self.walk.draft.remove_row(question.key, at);
                Ok(())
            }
            Act::Import => self.import(),
            Act::Done | Act::Aside(_) => Ok(()),
        }
    }

    fn list(&mut self, question: &Question, columns: &[Column]) {
        let rows: Vec<String> = self.walk.draft.rows(question.key).iter().map(|row| shown(row, columns)).collect();
        let title = words::title(question);
        self.line("");
        if rows.is_empty() {
            self.say(&say("plain-none-yet", &[("title", &title)]));
            return;
        }
        self.say(&say("plain-asked", &[("words", &title)]));
        for row in rows.iter().take(LISTED) {
            self.line(&format!("  {row}"));
        }
        if let Some(more) = rows.len().checked_sub(LISTED).filter(|more| *more > 0) {
            self.say(&say("plain-more-rows", &[("count", &more.to_string())]));
        }
    }

    fn which(&mut self, question: &Question, columns: &[Column]) -> Said<usize> {
        let rows = self.walk.draft.rows(question.key);
        let mut items: Vec<(Option<usize>, String)> =
            rows.iter().enumerate().map(|(n, row)| (Some(n), shown(row, columns))).collect();
        items.push((None, say("plain-item-back", &[])));
        self.menu(&say("plain-which-row", &[]), &items, 0)?.ok_or(Out::Back)
    }

    /// Asks for each cell of a row, a new one when there is none. Nothing is changed before the last.
    fn row(&mut self, question: &Question, columns: &'static [Column], at: Option<usize>) -> Said<()> {
        let mut draft = self.walk.draft.clone();
        let index = match at.map_or_else(|| draft.add_row(question.key, &Row::new()), Ok) {
            Ok(index) => index,
            Err(why) => {
                self.say(&why.to_string());
                return Err(Out::Back);
            }
        };
        let mut n = 0;
        while let Some(column) = columns.get(n) {
            let asked = match column.cell {
                Cell::Secret => self.password(question, column, &mut draft, index),
                Cell::Text | Cell::List => self.cell(question, column, &mut draft, index),
            };
            match asked {
                Ok(()) => n += 1,
                Err(Out::Back) if n > 0 => n -= 1,
                Err(out) => return Err(out),
            }
        }
        self.walk.draft = draft;
        Ok(())
    }

    fn cell(&mut self, question: &Question, column: &Column, draft: &mut Draft, index: usize) -> Said<()> {
        let (table, name) = (question.key, column.name);
        let before = draft.rows(table).get(index).and_then(|row| row.get(name).cloned()).unwrap_or_default();
        let with = move |draft: &Draft, text: &str| {
            let mut draft = draft.clone();
            draft.set_row(table, index, &[(name.to_owned(), text.to_owned())].into()).map(|()| draft)
        };
        let old = draft.clone();
        let wrong: Judge = Arc::new(move |text: &str| match with(&old, text) {
            Ok(draft) => draft.mistake_at(&format!("{table}[{}].{name}", index + 1)),
            Err(why) => Some(why.to_string()),
        });
        let text = self.text(&words::column(question, column), &before, &words::help(question), wrong)?;
        if let Ok(changed) = with(draft, &text) {
            *draft = changed;
        }
        Ok(())
    }

    fn import(&mut self) -> Said<()> {
        let wrong: Judge = Arc::new(|path: &str| {
            let known = fs::metadata(path);
            let fits = known.as_ref().is_ok_and(|file| file.is_file() && file.len() <= LONGEST);
            (!fits).then(|| say("plain-csv-file", &[]))
        });
        let help = say("plain-csv-help", &[]);
        self.say(&help);
        let path = self.text(&say("plain-csv", &[]), "", &help, wrong)?;
        let imported = match fs::read_to_string(&path) {
            Ok(text) => self.walk.draft.import_csv(&text).map_err(|mistakes| mistakes.lines().collect::<Vec<_>>()),
            Err(error) => Err(vec![error.to_string()]),
        };
        match imported {
            Ok(done) => {
                let (added, updated) = (done.added.to_string(), done.updated.to_string());
                self.say(&say("plain-csv-done", &[("added", &added), ("updated", &updated)]));
            }
            Err(lines) => {
                self.say(&say("plain-csv-bad", &[]));
                for line in lines {
                    self.line(&format!("  {line}"));
                }
            }
        }
        Ok(())
    }
}

/// A row in a line.
fn shown(row: &Row, columns: &[Column]) -> String {
    let cells = columns.iter().filter_map(|column| row.get(column.name)).filter(|cell| !cell.is_empty());
    cells.cloned().collect::<Vec<_>>().join("  ")
}
