//! Reading an answers file from disk, guarded: a plain file of sensible size, in UTF-8.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Answers;
use super::mistake::Mistakes;
use super::parse::parse_with_source;
use crate::words::say;

/// No answers file comes near; reading stops here.
const LIMIT: u64 = 1 << 20;

/// Answers read from a file, and what the admin should know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The answers.
    pub answers: Answers,
    /// Sentences to show; they stop nothing.
    pub warnings: Vec<String>,
}

/// Reads and parses an answers file.
///
/// # Errors
/// All its mistakes at once, or the one reason why it cannot be read.
pub fn load(path: &Path) -> Result<Parsed, Mistakes> {
    let unreadable = |why: String| Mistakes::unreadable(path.display().to_string(), why);
    let failed = |error: std::io::Error| unreadable(say("answer-file-unread", &[("error", &error.to_string())]));
    let facts = fs::metadata(path).map_err(failed)?;
    // Asked before opening: opening a named pipe would wait for ever.
    if !facts.is_file() {
        return Err(unreadable(say("answer-file-kind", &[])));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        return Err(unreadable(say("answer-file-large", &[])));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count() + 1;
        unreadable(say("answer-file-utf8", &[("line", &line.to_string())]))
    })?;
    let (answers, in_file) = parse_with_source(&text, path)?;
    let mut warnings = Vec::new();
    if in_file && facts.permissions().mode() & 0o004 != 0 {
        warnings.push(say("answer-file-open", &[("path", &path.display().to_string())]));
    }
    Ok(Parsed { answers, warnings })
}
