//! The seam between the walk and the terminal. Two stand behind it: prompts where the cursor can move, bare lines where
//! it cannot.

use std::sync::Arc;

use crate::run::news::News;
use crate::secret::Secret;

/// Why a question got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Out {
    /// To the question before.
    Back,
    /// To another step.
    Steps,
    /// The admin leaves.
    Leave,
    /// Nobody is there any more: the end of the input, a dropped line, Ctrl-C.
    Cut,
}

/// What was said, or why nothing was.
pub(super) type Said<T> = std::result::Result<T, Out>;

/// Why a text would be refused.
pub(super) type Judge = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A question for one line of text.
pub(super) struct Line {
    /// What is asked.
    pub prompt: String,
    /// What Enter alone stands for.
    pub default: String,
    /// Says it in words.
    pub wrong: Judge,
}

/// Somebody who can be told and asked.
pub(super) trait Ask {
    /// Writes text as it is.
    fn tell(&mut self, text: &str);
    /// Shows what a run tells.
    fn news(&mut self, news: News);
    /// Forgets what was typed while nothing was asked: an answer to a question nobody has read is none.
    fn forget(&mut self);
    /// How many lines are seen at once.
    fn rows(&self) -> usize;
    /// Whether colours are seen.
    fn colour(&self) -> bool;
    /// Asks for a line; what is refused is asked again.
    fn line(&mut self, line: &Line) -> Said<String>;
    /// Asks for a text that is not shown.
    fn secret(&mut self, prompt: &str) -> Said<Secret>;
    /// Asks for one of several, by its place; Enter alone takes the one at `start`.
    fn choose(&mut self, title: &str, options: &[String], start: usize) -> Said<usize>;
}
