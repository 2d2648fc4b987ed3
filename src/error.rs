//! Errors as sentences: what failed, why, and what to do about it.
//!
//! Every fallible function of the program returns [`Error`]; it is printed in one place (`main.rs`) as
//! `error:` / `caused by:` / `hint:` lines, and its [`Kind`] fixes the exit code.

use std::fmt;

/// The result of anything that can fail with a sentence.
pub type Result<T> = std::result::Result<T, Error>;

/// What sort of failure it was; fixes the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A step or a check failed: exit code 1.
    Failed,
    /// Bad usage or bad answers: exit code 2.
    Usage,
    /// Not allowed here (not root, not Debian, another run holds the lock): exit code 3.
    NotAllowed,
    /// A signal asked the run to stop and it stopped cleanly: exit code 1, told as an interruption.
    Interrupted,
}

impl Kind {
    /// The exit code of the process for this kind of failure.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed | Self::Interrupted => 1,
            Self::Usage => 2,
            Self::NotAllowed => 3,
        }
    }
}

/// One failure, told as a sentence with its causes and a hint.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{what}")]
pub struct Error {
    kind: Kind,
    what: String,
    causes: Vec<String>,
    hint: Option<String>,
}

impl Error {
    /// A failure of the given kind; `what` is a sentence without a full stop.
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), causes: Vec::new(), hint: None }
    }

    /// A step or a check failed.
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(Kind::Failed, what)
    }

    /// Bad usage or bad answers.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// Not allowed here.
    pub fn not_allowed(what: impl Into<String>) -> Self {
        Self::new(Kind::NotAllowed, what)
    }

    /// A file could not be written. A full disk is what an admin can do something about, so it gets a hint.
    pub fn not_written(what: impl Into<String>, cause: &std::io::Error) -> Self {
        let error = Self::failed(what).caused_by(cause);
        match cause.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                error.hint("make room (`df -h` shows where it is short), then run `mailwright resume`")
            }
            _ => error,
        }
    }

    /// Adds the reason below it; call again for the reason of the reason.
    #[must_use]
    pub fn caused_by(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Puts a wider sentence in front: the old one becomes the first cause.
    #[must_use]
    pub fn within(mut self, what: impl Into<String>) -> Self {
        let inner = std::mem::replace(&mut self.what, what.into());
        self.causes.insert(0, inner);
        self
    }

    /// The kind, which fixes the exit code.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The whole message as it is printed: `error:`, `caused by:` and `hint:` lines, no trailing newline.
    #[must_use]
    pub fn render(&self) -> String {
        let head = if self.kind == Kind::Interrupted { "stopped" } else { "error" };
        let mut lines = vec![format!("{head}: {}", self.what)];
        lines.extend(self.causes.iter().map(|cause| format!("caused by: {cause}")));
        lines.extend(self.hint.iter().map(|hint| format!("hint: {hint}")));
        lines.join("\n")
    }

    /// The sentence and its reasons in one line, for a report that has its own word on what to do.
    #[must_use]
    pub fn line(&self) -> String {
        let parts: Vec<&str> = std::iter::once(&self.what).chain(&self.causes).map(String::as_str).collect();
        parts.join(": ").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Turns an error of any library into a sentence of ours.
pub trait Context<T> {
    /// On failure, `what` is the sentence and the library's error its cause.
    ///
    /// # Errors
    /// When `self` is an error.
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Error::failed(what()).caused_by(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_reads_as_sentences_and_fixes_the_exit_code() {
        let error = Error::usage("the answers file has 1 mistake")
            .caused_by("line 3: quota")
            .hint("write a size such as \"2G\"")
            .within("setup cannot start");
        assert_eq!(
            error.render(),
            "error: setup cannot start\ncaused by: the answers file has 1 mistake\n\
             caused by: line 3: quota\nhint: write a size such as \"2G\""
        );
        assert_eq!(error.line(), "setup cannot start: the answers file has 1 mistake: line 3: quota");
        assert_eq!(error.kind().exit_code(), 2);
    }
}
