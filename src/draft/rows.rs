//! The rows of a draft's tables: domains, mailboxes and aliases.

use toml::Value;

use super::{Draft, Row, fields, passwords};
use crate::answers::keys::{self, Section};
use crate::answers::types::Refused;
use crate::question::{Cell, Column, columns};
use crate::secret::{HIDDEN, Secret};

impl Draft {
    /// The rows of `domain`, `mailbox` or `alias`, each with all its columns; none of any other table.
    ///
    /// What is not given is an empty text, or what holds then (the quota). A password is `***`, a list is joined by
    /// commas.
    #[must_use]
    pub fn rows(&self, table: &str) -> Vec<Row> {
        let cell = |entry: &toml::Table, column: &Column| (column.name.to_owned(), shown(table, entry, column));
        let row = |entry| columns(table).iter().map(|column| cell(entry, column)).collect();
        self.entries(table).map(row).collect()
    }

    /// Changes the given cells of a row. An empty text takes what is in the cell away; a password is hashed (which
    /// takes a tenth of a second), and `***` leaves it as it is.
    ///
    /// # Errors
    /// When there is no such row, or the password is not allowed; then nothing is changed.
    pub fn set_row(&mut self, table: &str, index: usize, row: &Row) -> Result<(), Refused> {
        let Some(mut entry) = self.entries(table).nth(index).cloned() else {
            return Err(Refused(format!("there is no {table} {}", index + 1)));
        };
        fill(&mut entry, table, row)?;
        self.put(table, index, entry);
        Ok(())
    }

    /// Adds a row at the end and gives its index.
    ///
    /// # Errors
    /// When there is no such table, or the password is not allowed; then nothing is added.
    pub fn add_row(&mut self, table: &str, row: &Row) -> Result<usize, Refused> {
        if columns(table).is_empty() {
            return Err(Refused(format!("there is no table {table}")));
        }
        let mut entry = toml::Table::new();
        fill(&mut entry, table, row)?;
        let index = self.entries(table).count();
        self.put(table, index, entry);
        Ok(index)
    }

    /// Takes a row away, if it is there.
    pub fn remove_row(&mut self, table: &str, index: usize) {
        let rest = self.entries(table).enumerate().filter(|(n, _)| *n != index);
        let rest = rest.map(|(_, entry)| entry.clone()).collect();
        if !columns(table).is_empty() {
            self.replace(table, rest);
        }
    }

    /// The names of a table's rows (their first column), joined; `None` without rows.
    pub(super) fn names(&self, table: &str) -> Option<String> {
        let first = columns(table).first()?;
        let names: Vec<&str> = self.entries(table).filter_map(|entry| entry.get(first.name)?.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Makes the rows those of the given names; a row that was there stays as it is.
    pub(super) fn set_names(&mut self, table: &str, names: &[&str]) {
        let Some(first) = columns(table).first() else { return };
        let mut old: Vec<toml::Table> = self.entries(table).cloned().collect();
        let mut wanted = Vec::new();
        for name in names {
            let is_it = |entry: &toml::Table| {
                entry.get(first.name).and_then(Value::as_str).is_some_and(|old| old.eq_ignore_ascii_case(name))
            };
            let mut entry = old.iter().position(is_it).map(|n| old.remove(n)).unwrap_or_default();
            fields::set_text(&mut entry, first.name, name);
            wanted.push(entry);
        }
        self.replace(table, wanted);
    }

    /// Puts an entry in its place, at the end when there is none yet.
    pub(super) fn put(&mut self, table: &str, index: usize, entry: toml::Table) {
        let list = self.table.entry(table).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            match list.get_mut(index) {
                Some(old) => *old = entry.into(),
                None => list.push(entry.into()),
            }
        }
    }

    fn replace(&mut self, table: &str, entries: Vec<toml::Table>) {
        if entries.is_empty() {
            self.table.remove(table);
        } else {
            self.table.insert(table.to_owned(), entries.into());
        }
    }
}

/// The items of a list as one types it, parted by commas, semicolons or blanks.
pub(super) fn parts(text: &str) -> Vec<&str> {
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|part| !part.is_empty()).collect()
}

/// A cell as it is shown.
fn shown(table: &str, entry: &toml::Table, column: &Column) -> String {
    let given = entry.get(column.name);
    match column.cell {
        Cell::Text => match given.and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => what_holds(table, column.name).to_owned(),
        },
        Cell::Secret => if passwords::is_set(entry) { HIDDEN } else { "" }.to_owned(),
        Cell::List => {
            let items = given.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            items.collect::<Vec<_>>().join(", ")
        }
    }
}

/// What holds when a cell is left empty; empty when nothing does.
fn what_holds(table: &str, column: &str) -> &'static str {
    let section = Section::ALL.into_iter().find(|section| section.name() == table);
    section.and_then(|section| keys::find(section, column)?.default()).unwrap_or_default()
}

/// Sets every cell that is plain to see; the password is left to the caller.
pub(super) fn fill_open(entry: &mut toml::Table, table: &str, row: &Row) {
    for column in columns(table) {
        let Some(text) = row.get(column.name) else { continue };
        match column.cell {
            Cell::Secret => {}
            Cell::Text => fields::set_text(entry, column.name, text.trim()),
            Cell::List => match parts(text) {
                items if items.is_empty() => drop(entry.remove(column.name)),
                items => drop(entry.insert(column.name.to_owned(), items.into())),
            },
        }
    }
}

/// Sets every cell; the entry is not used any more when the password is refused.
fn fill(entry: &mut toml::Table, table: &str, row: &Row) -> Result<(), Refused> {
    fill_open(entry, table, row);
    for column in columns(table).iter().filter(|column| column.cell == Cell::Secret) {
        match row.get(column.name).map(String::as_str) {
            None | Some(HIDDEN) => {}
            Some("") => passwords::remove(entry),
            Some(text) => passwords::put_hash(entry, &passwords::hashed(&Secret::new(text))?),
        }
    }
    Ok(())
}
