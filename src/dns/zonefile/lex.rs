//! The tokens of a master file (RFC 1035, section 5.1), each with its place; everything between them is left alone.

use std::ops::Range;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Where it stands, its quotes included.
    pub at: Range<usize>,
    /// Whether it stands in quotes.
    pub quoted: bool,
}

/// What stands between one line end and the next that counts: parentheses hold several lines together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// All of it, its line end included.
    pub span: Range<usize>,
    /// Its tokens; none in a blank line or a comment.
    pub tokens: Vec<Token>,
    /// It begins with a blank: the owner is that of the record before.
    pub indented: bool,
    /// The line it begins in, from 1.
    pub line: usize,
}

/// Why a text is no master file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Unread {
    /// The line, from 1.
    pub line: usize,
    /// The reason.
    pub why: &'static str,
}

/// The entries of a text, which together are all of it.
pub(super) fn entries(text: &[u8]) -> Result<Vec<Entry>, Unread> {
    let mut lexer = Lexer { text, at: 0, line: 1 };
    let mut entries = Vec::new();
    while lexer.at < text.len() {
        entries.push(lexer.entry()?);
    }
    Ok(entries)
}

struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
}

impl Lexer<'_> {
    fn entry(&mut self) -> Result<Entry, Unread> {
        let (start, line) = (self.at, self.line);
        let (mut tokens, mut open) = (Vec::new(), 0_usize);
        let indented = matches!(self.text[start], b' ' | b'\t');
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line += 1;
                    if open == 0 {
                        return Ok(Entry { span: start..self.at, tokens, indented, line });
                    }
                }
                b';' => self.skip(|byte| byte != b'\n'),
                b'(' => {
                    open += 1;
                    self.at += 1;
                }
                b')' => {
                    open =
                        open.checked_sub(1).ok_or_else(|| self.wrong("a parenthesis is closed that was not opened"))?;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'"' => tokens.push(self.quoted()?),
                _ => tokens.push(self.word()),
            }
        }
        if open > 0 {
            return Err(Unread { line, why: "a parenthesis is not closed" });
        }
        Ok(Entry { span: start..self.at, tokens, indented, line })
    }

    fn quoted(&mut self) -> Result<Token, Unread> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.text.get(self.at) {
                None | Some(b'\n') => return Err(self.wrong("a quoted text is not closed")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Token { at: start..self.at, quoted: true });
                }
                Some(b'\\') if self.text.get(self.at + 1) != Some(&b'\n') => self.at += 2,
                Some(_) => self.at += 1,
            }
        }
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'(' | b')' | b'"' => break,
                b'\\' if self.text.get(self.at + 1).is_some_and(|next| *next != b'\n') => self.at += 2,
                _ => self.at += 1,
            }
        }
        Token { at: start..self.at, quoted: false }
    }

    fn skip(&mut self, part: impl Fn(u8) -> bool) {
        while self.text.get(self.at).is_some_and(|byte| part(*byte)) {
            self.at += 1;
        }
    }

    const fn wrong(&self, why: &'static str) -> Unread {
        Unread { line: self.line, why }
    }
}
