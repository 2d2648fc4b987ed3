//! What is wrong with an answers file: every mistake of it at once, each a sentence with its place.

use std::fmt;

use serde::Serialize;

use crate::error::Error;
use crate::words::say;

/// One mistake of an answers file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The line, counted from 1; `None` when something is missing from the file as a whole.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// The key, `mailbox[2].quota` (the second mailbox); `None` when it is about the file or its TOML.
    pub key: Option<String>,
    /// The value as given, in TOML's notation; `***` for a password or a hash, `None` when there is none.
    pub value: Option<String>,
    /// What is wrong and what is allowed.
    pub message: String,
}

/// All mistakes of an answers file, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistakes {
    /// The file, as it was named.
    pub file: String,
    /// The mistakes; at least one.
    pub mistakes: Vec<Mistake>,
}

impl Mistakes {
    /// A file that cannot be read at all, and why.
    pub(super) fn unreadable(file: impl Into<String>, why: impl Into<String>) -> Self {
        let mistake = Mistake { line: None, column: None, key: None, value: None, message: why.into() };
        Self { file: file.into(), mistakes: vec![mistake] }
    }

    /// One line a mistake, `answers.toml:12:9: mailbox[2].quota = "2X": a size is ...`.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.mistakes.iter().map(|mistake| format!("{}{mistake}", self.file))
    }
}

impl fmt::Display for Mistake {
    /// The mistake behind its file's name: `:12:9: key = value: message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
            if let Some(value) = &self.value {
                write!(f, " = {value}")?;
            }
        }
        write!(f, ": {}", self.message)
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, line) in self.lines().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            f.write_str(&line)?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl From<Mistakes> for Error {
    fn from(mistakes: Mistakes) -> Self {
        let path = std::path::Path::new(&mistakes.file);
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
        let what = match mistakes.mistakes.as_slice() {
            [Mistake { line: None, key: None, .. }] => say("answer-file-unusable", &[("file", &name)]),
            all => say("answer-file-mistakes", &[("file", &name), ("count", &all.len().to_string())]),
        };
        mistakes.lines().fold(Self::usage(what), Self::caused_by).hint(say("answer-file-hint", &[]))
    }
}
