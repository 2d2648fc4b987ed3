//! Answers in the making: half filled in, edited key by key and row by row, saved at any moment.
//!
//! A draft holds the texts as they were typed, under the keys of the answers file. What is wrong with it says the one
//! parser of that file. Passwords are hashed before they get in: a saved draft holds no plain one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use toml::Value;
use zeroize::Zeroizing;

use crate::answers::keys::{KEYS, Key, Section};
use crate::answers::{self, Answers, Mistake, Mistakes};
use crate::error::{Context, Error, Result};
use crate::question::TABLES;
use crate::secret::Secret;

mod fields;
mod import;
mod passwords;
mod rows;
mod shape;
#[cfg(test)]
mod tests;

pub use import::Imported;
pub use passwords::generated_password;

/// One row of a table: the text of each of its columns.
pub type Row = BTreeMap<String, String>;

/// What mistakes name instead of a file.
const NAME: &str = "the draft";
const HEAD: &str = "# Answers that are still being given; passwords are hashes.\n\n";

/// Answers as far as they are given.
///
/// Rows are counted from 0, in keys such as `mailbox[2].quota` from 1, as in the mistakes of an answers file.
#[derive(Clone, Default, PartialEq)]
pub struct Draft {
    /// The keys of the answers file: texts, tables of texts, and lists of tables of texts and lists.
    table: toml::Table,
}

impl Draft {
    /// The draft in a TOML text: a saved one, or an answers file that need not be complete. Plain passwords in it are
    /// hashed; a `password_file` is looked for from the current folder unless its path starts with `/`.
    ///
    /// # Errors
    /// When it is not TOML, holds something no question could mend (a key that does not exist, a number for a text), or
    /// a plain password that is not allowed.
    pub fn from_toml(text: &str) -> Result<Self> {
        let unusable = |why: String| Error::usage("these answers cannot be taken up").caused_by(why);
        let mut table = text.parse::<toml::Table>().map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| format!("line {}: ", before.matches('\n').count() + 1)).unwrap_or_default();
            unusable(format!("{line}{}", error.message()))
        })?;
        shape::as_texts(&mut table);
        shape::check(&table).map_err(unusable)?;
        let mut draft = Self { table };
        draft.hash_plain(&Self::default())?;
        Ok(draft)
    }

    /// The draft of finished answers.
    ///
    /// # Errors
    /// When a password is still plain: [`answers::settle()`] comes first.
    pub fn from_answers(answers: &Answers) -> Result<Self> {
        Self::from_toml(answers::to_toml(answers)?.reveal())
    }

    /// The draft as TOML text, to be saved; it holds hashes, so it is a secret.
    ///
    /// # Errors
    /// When it cannot be written as TOML.
    pub fn to_toml(&self) -> Result<Secret> {
        let text = toml::to_string(&self.table).context(|| "the draft cannot be written as TOML".to_owned())?;
        Ok(Secret::new(format!("{HEAD}{text}")))
    }

    /// The finished answers.
    ///
    /// # Errors
    /// All that is missing or wrong, in the order of the answers file.
    pub fn answers(&self) -> std::result::Result<Answers, Mistakes> {
        let text = toml::to_string(&self.table).map(Zeroizing::new).map_err(|error| Mistakes {
            file: NAME.to_owned(),
            mistakes: vec![Mistake {
                line: None,
                column: None,
                key: None,
                value: None,
                message: format!("it cannot be written as TOML: {error}"),
            }],
        })?;
        answers::parse_asked(&text, Path::new(NAME)).map_err(|mut found| {
            // Nobody has seen the lines of this text.
            for mistake in &mut found.mistakes {
                (mistake.line, mistake.column) = (None, None);
            }
            found.mistakes.sort_by_key(rank);
            found
        })
    }

    /// All that is missing or wrong; empty when these are finished answers.
    #[must_use]
    pub fn mistakes(&self) -> Vec<Mistake> {
        self.answers().err().map(|found| found.mistakes).unwrap_or_default()
    }

    /// What is wrong at a key such as `hostname`, `mailbox[2].quota` or `mailbox[2]`: the first sentence of those about
    /// the key itself and what is inside it, behind the value in question when that is only a part.
    #[must_use]
    pub fn mistake_at(&self, key: &str) -> Option<String> {
        mistake_among(&self.mistakes(), key)
    }

    /// The entries of a table.
    fn entries(&self, table: &str) -> impl Iterator<Item = &toml::Table> {
        self.table.get(table).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
    }
}

/// [`Draft::mistake_at`] among mistakes that were found already.
#[must_use]
pub fn mistake_among(mistakes: &[Mistake], key: &str) -> Option<String> {
    mistakes.iter().find_map(|mistake| {
        let rest = mistake.key.as_deref()?.strip_prefix(key)?;
        match &mistake.value {
            _ if rest.is_empty() => Some(mistake.message.clone()),
            Some(value) if rest.starts_with(['[', '.']) => Some(format!("{value}: {}", mistake.message)),
            None if rest.starts_with(['[', '.']) => Some(mistake.message.clone()),
            _ => None,
        }
    })
}

/// The place of a mistake's key in the answers file.
fn rank(mistake: &Mistake) -> usize {
    let key = mistake.key.as_deref().unwrap_or_default();
    let head = key.split(['[', '.']).next().unwrap_or_default();
    let is_here = |section: Section, name: &str| head == if section == Section::Top { name } else { section.name() };
    KEYS.iter().position(|key| is_here(key.section, key.name)).unwrap_or(KEYS.len())
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for key in KEYS.iter().filter(|key| key.section == Section::Top || key.section.is_single()).map(Key::path) {
            if let Some(text) = self.get(&key) {
                map.entry(&key, &text);
            }
        }
        for (table, _) in TABLES {
            map.entry(&table, &self.rows(table));
        }
        map.finish()
    }
}
