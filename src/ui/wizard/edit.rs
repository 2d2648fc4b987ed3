//! The answer being typed on a step's page.

use super::input::Input;
use crate::question::Question;
use crate::walk::Walk;

/// A text answer in the making.
pub struct Edit {
    /// The question's key.
    pub key: &'static str,
    /// What is typed.
    pub input: Input,
    /// Whether nothing was typed yet.
    pub pristine: bool,
    /// Whether a key was pressed in it.
    pub touched: bool,
    /// Whether what stands there is a default that nobody has taken yet.
    pub default: bool,
    /// Why what stands there would be refused.
    pub wrong: Option<String>,
}

impl Edit {
    /// The answer as it stands.
    #[must_use]
    pub fn new(walk: &Walk, question: &Question) -> Self {
        let value = walk.value(question);
        let default = walk.draft.get(question.key).is_none();
        let mut edit =
            Self { key: question.key, input: Input::new(&value), pristine: true, touched: false, default, wrong: None };
        edit.judge(walk, question);
        edit
    }

    /// Says why it would be refused.
    pub fn judge(&mut self, walk: &Walk, question: &Question) {
        let text = self.input.text().trim();
        let left_out = text.is_empty() && !question.required;
        self.wrong = if left_out { None } else { question.wrong(&walk.draft, text) };
    }

    /// Whether this is a default as it was proposed.
    #[must_use]
    pub const fn is_default(&self) -> bool {
        self.default && !self.touched
    }
}
