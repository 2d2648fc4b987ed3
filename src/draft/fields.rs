//! The texts of a draft by their key.

use toml::Value;

use super::{Draft, rows, shape};
use crate::answers::keys::Section;
use crate::question::columns;

impl Draft {
    /// What is given for a key such as `hostname` or `tls.source`; of a table, the names of its rows. `None` when
    /// nothing is given.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<String> {
        if !columns(key).is_empty() {
            return self.names(key);
        }
        let value = match key.split_once('.') {
            Some((section, name)) => self.table.get(section)?.as_table()?.get(name)?,
            None => self.table.get(key)?,
        };
        match value {
            Value::Array(items) => Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
            _ => value.as_str().map(str::to_owned),
        }
    }

    /// Gives a key its text, without the blanks around it; an empty text takes the key away.
    ///
    /// Of a table the text names the rows: those named keep their other cells, new ones are added, others go.
    pub fn set(&mut self, key: &str, text: &str) {
        if !columns(key).is_empty() {
            self.set_names(key, &rows::parts(text));
            return;
        }
        let text = text.trim();
        match key.split_once('.') {
            None => set_value(&mut self.table, Section::Top, key, text),
            Some((section, name)) => {
                let mut table = match self.table.remove(section) {
                    Some(Value::Table(table)) => table,
                    _ => toml::Table::new(),
                };
                let of = Section::ALL.into_iter().find(|it| it.name() == section).unwrap_or(Section::Top);
                set_value(&mut table, of, name, text);
                if !table.is_empty() {
                    self.table.insert(section.to_owned(), table.into());
                }
            }
        }
    }
}

/// Sets or, when empty, removes a key: a text, or a list where the key takes one.
fn set_value(table: &mut toml::Table, section: Section, name: &str, text: &str) {
    if text.is_empty() || !shape::is_list(section, name) {
        set_text(table, name, text);
    } else {
        let items = rows::parts(text).into_iter().map(Value::from).collect();
        table.insert(name.to_owned(), Value::Array(items));
    }
}

/// Sets or, when empty, removes a text.
pub(super) fn set_text(table: &mut toml::Table, name: &str, text: &str) {
    if text.is_empty() {
        table.remove(name);
    } else {
        table.insert(name.to_owned(), text.into());
    }
}
