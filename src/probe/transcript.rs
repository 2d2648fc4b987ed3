//! What was said in a dialogue, line by line: the evidence of a check, without its secrets.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::secret::HIDDEN;

/// Lines longer than this (in characters) are cut in the record: evidence is read by people.
const WIDTH: usize = 500;

/// The record of one or several dialogues. Clones share it, so the evidence outlives a dialogue that failed.
///
/// Lines start with `> ` (said by us), `< ` (said by the server) or `* ` (what happened: connected, TLS, closed).
#[derive(Debug, Clone, Default)]
pub struct Transcript(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    lines: Vec<String>,
    hidden: Vec<String>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.fmt(f)
    }
}

impl Transcript {
    /// An empty record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on this text is written as `***`, whoever says it. Empty texts are ignored.
    pub fn hide(&self, text: &str) {
        if !text.is_empty() {
            self.lock().hidden.push(text.to_owned());
        }
    }

    /// Records what we said.
    pub fn ours(&self, text: &str) {
        self.push('>', text);
    }

    /// Records what the server said.
    pub fn theirs(&self, text: &str) {
        self.push('<', text);
    }

    /// Records what happened.
    pub fn note(&self, text: &str) {
        self.push('*', text);
    }

    /// The lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    fn push(&self, who: char, text: &str) {
        let mut inner = self.lock();
        let mut shown = text.to_owned();
        for secret in &inner.hidden {
            shown = shown.replace(secret.as_str(), HIDDEN);
        }
        if shown.chars().count() > WIDTH {
            shown = shown.chars().take(WIDTH).chain(" ...".chars()).collect();
        }
        // Control characters of a hostile server must not reach the admin's terminal.
        let shown: String = shown.chars().map(|c| if c.is_control() { '.' } else { c }).collect();
        inner.lines.push(format!("{who} {shown}"));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_in_both_directions_and_from_debug() {
        let transcript = Transcript::new();
        transcript.hide("s3cret");
        transcript.hide("");
        transcript.ours("PASS s3cret");
        transcript.theirs("-ERR wrong password s3cret");
        assert_eq!(transcript.to_string(), "> PASS ***\n< -ERR wrong password ***");
        assert!(!format!("{transcript:?}").contains("s3cret"));
    }

    #[test]
    fn control_characters_and_endless_lines_do_not_reach_the_terminal() {
        let transcript = Transcript::new();
        transcript.theirs(&format!("\u{1b}[2J{}", "x".repeat(2000)));
        let line = transcript.lines().remove(0);
        assert!(line.starts_with("< .[2Jxxx") && line.ends_with(" ...") && line.len() < 520, "{line}");
    }
}
