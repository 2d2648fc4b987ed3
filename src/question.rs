//! Questions: plain data, each one thing the admin decides. The wizard, plain mode and the answers file are three ways
//! to fill the same answers.

use serde::Serialize;

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One line of text.
    Text,
    /// One of a few.
    Choice(&'static [&'static str]),
    /// Rows of several columns.
    Table(&'static [&'static str]),
}

/// One thing the admin decides: the key in the answers file names it, its words and its parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The key in the answers file.
    pub key: &'static str,
    /// How it is asked.
    pub kind: Kind,
}

/// The question behind a key of the answers file.
#[must_use]
pub fn for_key(key: &'static str) -> Question {
    let kind = match key {
        "tls.source" => Kind::Choice(&["self-signed", "files"]),
        "domain" => Kind::Table(&["name"]),
        "mailbox" => Kind::Table(&["address", "password", "quota"]),
        "alias" => Kind::Table(&["address", "to"]),
        _ => Kind::Text,
    };
    Question { key, kind }
}
