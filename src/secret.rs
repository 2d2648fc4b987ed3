//! Secrets are typed: they print as `***` everywhere and are wiped from memory when dropped.

use std::fmt;

use serde::{Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What every secret prints as.
pub const HIDDEN: &str = "***";

/// A password, a hash of one, or a private key.
///
/// `Debug`, `Display` and `Serialize` all give `***`; [`Secret::reveal`] is the one way to the text.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text that must never be shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the file or the standard input it has to reach.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A fresh password of 32 characters from `[A-Za-z0-9]` (190 bits): no configuration file has to quote it.
    #[must_use]
    pub fn generate() -> Self {
        use rand::RngExt;
        let mut rng = rand::rng();
        Self((0..32).map(|_| char::from(rng.sample(rand::distr::Alphanumeric))).collect())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::new("hunter2");
        let json = serde_json::to_string(&secret).unwrap();
        assert_eq!((format!("{secret}"), format!("{secret:?}"), json), ("***".into(), "***".into(), "\"***\"".into()));
    }

    #[test]
    fn a_generated_password_needs_no_quoting_and_is_new_each_time() {
        let (one, two) = (Secret::generate(), Secret::generate());
        assert_eq!(one.reveal().len(), 32);
        assert!(one.reveal().chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(one, two);
    }
}
