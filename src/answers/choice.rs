//! Answers that are one of a few words: each an enum that knows its words.

use super::notes::{Fields, Notes};
use crate::words::say;

/// Makes an enum whose variants are the words an answers file may hold, the first being the default.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
        pub enum $name {
            #[default]
            $($(#[$about])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word, the default first.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word in the answers file.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What the word stands for.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl $crate::answers::choice::Choice for $name {
            fn named(word: &str) -> Option<Self> {
                Self::named(word)
            }
        }
    };
}

pub(crate) use choice;

/// An answer that is one of a few words.
pub(crate) trait Choice: Copy + Default {
    /// What the word stands for.
    fn named(word: &str) -> Option<Self>;
}

/// `true` and `false`, in TOML with or without quotes.
impl Choice for bool {
    fn named(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// One of a few words; left out, the default.
pub(super) fn word<T: Choice>(notes: &mut Notes<'_>, fields: &Fields<'_>, name: &str) -> Option<T> {
    let Some(node) = fields.get(name) else { return Some(T::default()) };
    let allowed = fields.allowed(name);
    let named = T::named(&notes.word(&node, &allowed)?);
    if named.is_none() {
        notes.wrong(&node.at, say("answer-one-of", &[("allowed", &say(&allowed, &[]))]));
    }
    named
}

/// The words of a yes or no, the default first.
pub const NO_OR_YES: &[&str] = &["false", "true"];
