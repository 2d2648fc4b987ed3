//! How a mailbox's password is given: its text, a file that holds it, or its hash.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Password;
use super::hash;
use super::notes::{Fields, Notes};
use crate::secret::Secret;

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
    let given: Vec<_> = NAMES.into_iter().filter_map(|name| Some((name, fields.get(name)?))).collect();
    let (name, node) = match given.as_slice() {
        [] => {
            notes.missing(
                fields,
                "password",
                "this key is missing: give one of password, password_hash and password_file",
            );
            return None;
        }
        [one] => one,
        [first, others @ ..] => {
            for (_, node) in others {
                notes.wrong(&node.at, format!("{} is given already: only one of them can hold", first.0));
            }
            return None;
        }
    };
    let text = notes.text(node, fields.allowed(name))?;
    let read = match *name {
        "password" => plain(text).map(Password::Plain),
        "password_hash" => hash::well_formed(text).map(|()| Password::Hash(Secret::new(text))),
        _ => from_file(&folder.join(text)).map(Password::Plain),
    };
    match read {
        Ok(password) => Some(Given { password, in_file: *name == "password" }),
        Err(why) => {
            notes.wrong(&node.at, why);
            None
        }
    }
}

/// A password's text, carried through as it is.
///
/// # Errors
/// A sentence that says what is allowed when it is too short, too long or holds a control character.
pub fn plain(text: &str) -> Result<Secret, String> {
    if text.chars().any(char::is_control) {
        return Err("a password holds no line break, NUL or other control character".to_owned());
    }
    match text.chars().count() {
        0 => Err("the password is empty".to_owned()),
        n if n < SHORTEST => Err(format!("the password has {n} characters; at least {SHORTEST} are needed")),
        n if n > LONGEST => Err(format!("the password has {n} characters; at most {LONGEST} are allowed")),
        _ => Ok(Secret::new(text)),
    }
}

/// The first line of a file that only its owner (and group) can reach.
fn from_file(path: &Path) -> Result<Secret, String> {
    let shown = path.display();
    let facts = fs::metadata(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    // Asked before opening: opening a named pipe would wait for ever.
    if !facts.is_file() {
        return Err(format!("{shown} is not a file"));
    }
    if facts.permissions().mode() & 0o006 != 0 {
        return Err(format!("every user of this machine can reach {shown}: run chmod 600 {shown}"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_LIMIT).read_to_end(&mut bytes))
        .map_err(|error| format!("{shown} cannot be read: {error}"))?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| format!("the first line of {shown} is not UTF-8"))?;
    plain(text).map_err(|why| format!("the first line of {shown} is the password: {why}"))
}
