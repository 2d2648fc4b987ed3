//! How a mailbox's password is given: its text, a file that holds it, or its hash.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Password;
use super::hash;
use super::notes::{Fields, Notes};
use super::schemes;
use crate::secret::Secret;
use crate::words::say;

/// Fewer characters are guessed within days over IMAP alone.
const SHORTEST: usize = 8;
/// 300 characters of four bytes still fit, as Base64, into one SMTP command line of Postfix (`line_length_limit` 2048).
const LONGEST: usize = 300;
/// A password file is one line; reading stops here.
const FILE_LIMIT: u64 = 64 * 1024;

/// A password, and whether its text stands in the answers file itself.
pub(super) struct Given {
    pub password: Password,
    pub in_file: bool,
}

/// Reads the one of the three keys that is given; `folder` is where the answers file lies.
pub(super) fn read(notes: &mut Notes<'_>, fields: &Fields<'_>, folder: &Path) -> Option<Given> {
    const NAMES: [&str; 3] = ["password", "password_hash", "password_file"];
    let found: Vec<_> = NAMES.into_iter().filter_map(|name| Some((name, fields.get(name)?))).collect();
    let (name, node) = match found.as_slice() {
        [] => {
            notes.missing(fields, "password", notes.say("answer-password-none", &[]));
            return None;
        }
        [one] => one,
        [first, others @ ..] => {
            for (_, node) in others {
                notes.wrong(&node.at, say("answer-password-twice", &[("name", first.0)]));
            }
            return None;
        }
    };
    let text = notes.text(node, &fields.allowed(name))?;
    let read = match *name {
        "password" => given(text),
        "password_hash" => hash::well_formed(text).map(|()| Password::Hash(Secret::new(text))),
        _ => from_file(&folder.join(text)),
    };
    match read {
        Ok(password) => {
            let in_file = *name == "password" && matches!(password, Password::Plain(_));
            Some(Given { password, in_file })
        }
        Err(why) => {
            notes.wrong(&node.at, why);
            None
        }
    }
}

/// What somebody gave as a password: a password, or the hash of one that an older server knew, which is taken as it is.
///
/// # Errors
/// A sentence that says what is allowed when it is neither; it never repeats what was given.
pub fn given(text: &str) -> Result<Password, String> {
    match schemes::told(text)? {
        schemes::Given::Password(text) => plain(text).map(Password::Plain),
        schemes::Given::Hash(hash) => match hash::well_formed(&hash) {
            Ok(()) => Ok(Password::Hash(Secret::new(hash))),
            Err(why) => Err(say("answer-password-like-hash", &[("why", &why)])),
        },
    }
}

/// A password's text, carried through as it is.
///
/// # Errors
/// A sentence that says what is allowed when it is too short, too long or holds a control character.
fn plain(text: &str) -> Result<Secret, String> {
    if text.chars().any(char::is_control) {
        return Err(say("answer-password-control", &[]));
    }
    let n = text.chars().count();
    let count = ("count", &*n.to_string());
    match n {
        0 => Err(say("answer-password-empty", &[])),
        n if n < SHORTEST => Err(say("answer-password-short", &[count, ("least", &SHORTEST.to_string())])),
        n if n > LONGEST => Err(say("answer-password-long", &[count, ("most", &LONGEST.to_string())])),
        _ => Ok(Secret::new(text)),
    }
}

/// The first line of a file that only its owner (and group) can reach.
fn from_file(path: &Path) -> Result<Password, String> {
    let shown = ("path", &*path.display().to_string());
    let unread = |error: std::io::Error| say("answer-password-file-unread", &[shown, ("error", &error.to_string())]);
    let facts = fs::metadata(path).map_err(unread)?;
    // Asked before opening: opening a named pipe would wait for ever.
    if !facts.is_file() {
        return Err(say("answer-password-file-kind", &[shown]));
    }
    if facts.permissions().mode() & 0o006 != 0 {
        return Err(say("answer-password-file-open", &[shown]));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(FILE_LIMIT).read_to_end(&mut bytes)).map_err(unread)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| say("answer-password-file-utf8", &[shown]))?;
    given(text).map_err(|why| say("answer-password-file-line", &[shown, ("why", &why)]))
}
