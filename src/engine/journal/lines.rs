//! The lines of a journal's file as a disk gives them back: whole, damaged, or of a newer version.
//!
//! A line written now ends with a checksum of itself (`sum`) and holds its place (`n`); lines of 0.1.0 have neither
//! and prove themselves by their form alone.

use serde::Deserialize;

use super::form::{Line, VERSION};
use crate::engine::private::hash;
use crate::error::{Context, Error, Result};

/// What stands before the checksum, and its length in hexadecimal digits: the first half of 128 bits of SHA-256.
const SUM: &str = ",\"sum\":\"";
const DIGITS: usize = 16;
const END: &str = "\"}";

/// A line that proves itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) line: Line,
    /// Its bytes, with the line feed.
    pub(super) text: String,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The lines that prove themselves, in order.
    pub(super) whole: Vec<Whole>,
    /// The numbers of lines that do not, counted from 1 in the file.
    pub(super) damaged: Vec<usize>,
    /// A last line without its end.
    pub(super) cut: bool,
    /// The first line of a newer version: its number in the file, and the version.
    pub(super) newer: Option<(usize, u32)>,
}

/// One line, by itself.
enum One {
    Whole(Box<Line>),
    Damaged,
    Newer(u32),
}

/// The line as it lands in the file.
///
/// # Errors
/// When it cannot be put as JSON.
pub(super) fn text(line: &Line) -> Result<String> {
    let body = serde_json::to_string(line).context(|| "a journal line could not be made".into())?;
    let open = body.strip_suffix('}').unwrap_or(&body);
    Ok(format!("{open}{SUM}{}{END}\n", sum(&body)))
}

fn sum(body: &str) -> String {
    hash(body.as_bytes()).chars().take(DIGITS).collect()
}

/// Reads a file's bytes. Whatever they are, nothing fails: what cannot be used is told apart.
pub(super) fn read(bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if !line.ends_with(b"\n") {
            reading.cut = true;
            break;
        }
        match std::str::from_utf8(line).map_or(One::Damaged, one) {
            One::Whole(parsed) => {
                reading.whole.push(Whole { line: *parsed, text: String::from_utf8_lossy(line).into_owned() });
            }
            One::Damaged => reading.damaged.push(at + 1),
            One::Newer(version) => {
                reading.newer.get_or_insert((at + 1, version));
            }
        }
    }
    reading
}

/// One whole line. Its version is looked at before the rest: the form of a newer one is anybody's guess.
fn one(text: &str) -> One {
    #[derive(Deserialize)]
    struct Frame {
        v: u32,
        n: Option<u64>,
        sum: Option<serde_json::Value>,
    }
    let text = text.trim_end_matches('\n');
    let summed = without_sum(text);
    if summed.as_ref().is_some_and(|(body, told)| sum(body) != *told) {
        return One::Damaged;
    }
    let Ok(frame) = serde_json::from_str::<Frame>(text) else { return One::Damaged };
    if frame.v > VERSION {
        return One::Newer(frame.v);
    }
    // Both come together: one without the other was altered.
    if frame.n.is_some() != summed.is_some() || frame.sum.is_some() != summed.is_some() {
        return One::Damaged;
    }
    serde_json::from_str(text).map_or(One::Damaged, |line| One::Whole(Box::new(line)))
}

/// The line without its checksum, and the checksum.
fn without_sum(text: &str) -> Option<(String, &str)> {
    let rest = text.strip_suffix(END)?;
    let (before, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let open = before.strip_suffix(SUM)?;
    Some((format!("{open}}}"), digits))
}

/// The sentence for a line of a newer version.
pub(super) fn newer(place: &str, version: u32) -> Error {
    Error::not_allowed(format!(
        "{place} is of version {version}, and this mailwright ({}) knows versions up to {VERSION}",
        env!("CARGO_PKG_VERSION")
    ))
    .hint("it was written by a newer mailwright: use that one; `mailwright status` shows what this one can read")
}
