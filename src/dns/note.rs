//! A note on the list of records: what a single record's state does not tell.

use crate::words::{ENGLISH, say, say_in};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How grave it is.
    pub level: Level,
    key: &'static str,
    values: Vec<(&'static str, String)>,
}

/// How grave a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something does not work.
    Error,
    /// Something may not work, or is of no use.
    Warning,
    /// Good to know.
    Advice,
}

impl Level {
    /// Its name in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }
}

impl Note {
    /// What is good to know, by the key of its words, `dns-note-<...>`.
    #[must_use]
    pub const fn tell(key: &'static str) -> Self {
        Self { level: Level::Advice, key, values: Vec::new() }
    }

    /// The same with a value of its words.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// The same, more grave.
    #[must_use]
    pub fn level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Its name in JSON.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.key.strip_prefix("dns-note-").unwrap_or(self.key)
    }

    /// Its words in the language that is spoken.
    #[must_use]
    pub fn words(&self) -> String {
        say(self.key, &self.given())
    }

    /// Its words in English, for programs.
    #[must_use]
    pub fn english(&self) -> String {
        say_in(ENGLISH, self.key, &self.given())
    }

    fn given(&self) -> Vec<(&str, &str)> {
        self.values.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}
