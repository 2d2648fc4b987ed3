//! Text that lands in a file on the server and may hold secrets that are not known yet.

use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::secret::HIDDEN;

/// Marks the place of a secret in a rendered template; no configuration file holds this character.
const MARK: char = '\u{0}';

/// The secrets that are made on the server itself and kept in the state directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretName {
    /// The password of the database account that can only read.
    Reader,
}

impl SecretName {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Reader];

    /// The key in the secrets file.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reader => "reader_password",
        }
    }

    /// What a template is given in the secret's place.
    #[must_use]
    pub fn placeholder(self) -> String {
        format!("{MARK}{}{MARK}", self.key())
    }
}

impl Serialize for SecretName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

/// Text with secrets still in their placeholders.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    whole: String,
    defect: Option<String>,
    base: Option<String>,
}

impl Text {
    /// Takes text in which each secret stands as its [`SecretName::placeholder`].
    pub fn new(text: impl Into<String>) -> Self {
        Self { whole: text.into(), defect: None, base: None }
    }

    /// A text that could not be made, with the reason; see [`Text::defect`].
    pub fn broken(reason: impl Into<String>) -> Self {
        Self { whole: String::new(), defect: Some(reason.into()), base: None }
    }

    /// The text of a file as it becomes by an edit of what stood there.
    #[must_use]
    pub fn edit_of(base: &str, text: impl Into<String>) -> Self {
        Self { base: Some(base.to_owned()), ..Self::new(text) }
    }

    /// What the text is an edit of, where it is one.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// Why this text could not be made: a defect of ours, for which no plan is made.
    #[must_use]
    pub fn defect(&self) -> Option<&str> {
        self.defect.as_deref()
    }

    /// The text as it may be shown: every secret as `***`.
    #[must_use]
    pub fn shown(&self) -> String {
        self.filled(|_| Some(HIDDEN.to_owned())).map(|text| text.to_string()).unwrap_or_default()
    }

    /// The text as it lands; `None` while one of its secrets is not known.
    pub fn filled(&self, secret: impl Fn(SecretName) -> Option<String>) -> Option<Zeroizing<String>> {
        let mut text = Zeroizing::new(self.whole.clone());
        for name in self.secrets() {
            *text = text.replace(&name.placeholder(), &secret(name)?);
        }
        Some(text)
    }

    /// The secrets this text needs.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretName> {
        SecretName::ALL.into_iter().filter(|name| self.whole.contains(&name.placeholder())).collect()
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.shown().fmt(f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_until_it_lands() {
        let text = Text::new(format!("password = {}\n", SecretName::Reader.placeholder()));
        assert_eq!(text.shown(), "password = ***\n");
        assert_eq!(text.filled(|_| None), None);
        assert_eq!(text.filled(|_| Some("abc".into())).unwrap().as_str(), "password = abc\n");
    }
}
