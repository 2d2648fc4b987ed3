//! Reading an answers file from disk, guarded: a plain file of sensible size, in UTF-8.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Answers;
use super::mistake::Mistakes;
use super::parse::parse_with_source;

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
    let failed = |error: std::io::Error| unreadable(format!("the file cannot be read: {error}"));
    let facts = fs::metadata(path).map_err(failed)?;
    // Asked before opening: opening a named pipe would wait for ever.
    if !facts.is_file() {
        return Err(unreadable("this is not a plain file; answers are read from a plain TOML file".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        return Err(unreadable("the file is larger than 1 MiB; this is no answers file".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count() + 1;
        unreadable(format!("line {line} is not UTF-8; save the file as UTF-8"))
    })?;
    let (answers, in_file) = parse_with_source(&text, path)?;
    let mut warnings = Vec::new();
    if in_file && facts.permissions().mode() & 0o004 != 0 {
        let shown = path.display();
        warnings.push(format!("{shown} holds passwords and every user of this machine can read it: chmod 600 {shown}"));
    }
    Ok(Parsed { answers, warnings })
}
