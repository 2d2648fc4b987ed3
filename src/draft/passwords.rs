//! The passwords of a draft's mailboxes: checked, hashed at once, never shown.

use rand::RngExt;
use toml::Value;

use super::Draft;
use crate::answers::types::Refused;
use crate::answers::{self, Password, hash};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The keys a password can be given under.
pub(super) const NAMES: [&str; 3] = ["password", "password_hash", "password_file"];
const MAILBOX: &str = "mailbox";

/// Lower-case letters and digits that nobody takes for one another, on paper or by ear: no i, l, 1, o, 0.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Five groups of four of 31 characters: 31^20 is 2^99.
const GROUPS: usize = 5;
const GROUP: usize = 4;

/// A fresh password that can be read aloud: `k7mq-x2bd-...`, 99 bits.
#[must_use]
pub fn generated_password() -> Secret {
    let mut rng = rand::rng();
    let mut text = String::with_capacity(GROUPS * (GROUP + 1));
    for n in 0..GROUPS * GROUP {
        if n > 0 && n % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[rng.random_range(..ALPHABET.len())]));
    }
    Secret::new(text)
}

impl Draft {
    /// Gives a mailbox its password; only the hash is kept. It takes a tenth of a second and 64 MiB.
    ///
    /// # Errors
    /// When there is no such mailbox, the password is not allowed, or the machine has no memory left for the hash.
    pub fn set_password(&mut self, mailbox_index: usize, password: &Secret) -> std::result::Result<(), Refused> {
        let hash = hashed(password)?;
        self.set_password_hash(mailbox_index, &hash)
    }

    /// Gives a mailbox the hash of its password with its Dovecot scheme, made elsewhere: on another thread, by
    /// [`hash::hash`], or by another program.
    ///
    /// # Errors
    /// When there is no such mailbox, or it is no hash that Dovecot reads.
    pub fn set_password_hash(&mut self, mailbox_index: usize, hash: &Secret) -> std::result::Result<(), Refused> {
        hash::well_formed(hash.reveal()).map_err(Refused)?;
        let Some(mut entry) = self.entries(MAILBOX).nth(mailbox_index).cloned() else {
            return Err(Refused(format!("there is no mailbox {}", mailbox_index + 1)));
        };
        put_hash(&mut entry, hash);
        self.put(MAILBOX, mailbox_index, entry);
        Ok(())
    }

    /// Puts a hash in the place of every plain password, and takes what is a hash already as it is. Where the same mailbox has a hash in `before` that still
    /// verifies, that one stays. Several are hashed at once.
    ///
    /// # Errors
    /// When a password is not allowed, or the machine has no memory left for a hash.
    pub(super) fn hash_plain(&mut self, before: &Self) -> Result<()> {
        let (mut open, mut taken) = (Vec::new(), Vec::new());
        for (n, entry) in self.entries(MAILBOX).enumerate() {
            let Some(text) = entry.get("password").and_then(Value::as_str) else { continue };
            let given = answers::given_password(text).map_err(|why| {
                Error::usage("these answers cannot be taken up")
                    .caused_by(format!("{MAILBOX}[{}].password: {why}", n + 1))
            })?;
            match given {
                Password::Plain(password) => open.push((n, password, before.hash_of(address(entry)))),
                Password::Hash(hash) => taken.push((n, hash)),
            }
        }
        for (n, hash) in taken {
            self.set_password_hash(n, &hash).map_err(|why| Error::failed(why.to_string()))?;
        }
        let jobs: Vec<(Secret, Option<&Secret>)> =
            open.iter().map(|(_, password, old)| (password.clone(), old.as_ref())).collect();
        for ((n, ..), hash) in open.iter().zip(answers::hash_all(&jobs)?) {
            self.set_password_hash(*n, &hash).map_err(|why| Error::failed(why.to_string()))?;
        }
        Ok(())
    }

    fn hash_of(&self, of: &str) -> Option<Secret> {
        let entry = self.entries(MAILBOX).find(|entry| address(entry).eq_ignore_ascii_case(of))?;
        entry.get("password_hash")?.as_str().map(Secret::new)
    }
}

fn address(entry: &toml::Table) -> &str {
    entry.get("address").and_then(Value::as_str).unwrap_or_default()
}

/// Whether a mailbox has a password, given in whatever way.
pub(super) fn is_set(entry: &toml::Table) -> bool {
    NAMES.iter().any(|name| entry.contains_key(*name))
}

/// Takes the password away.
pub(super) fn remove(entry: &mut toml::Table) {
    for name in NAMES {
        // A plain one is wiped from memory.
        if let Some(Value::String(text)) = entry.remove(name) {
            drop(Secret::new(text));
        }
    }
}

/// Puts a plain password into an entry that is hashed before anybody gets it.
pub(super) fn put_plain(entry: &mut toml::Table, text: &str) {
    remove(entry);
    entry.insert(NAMES[0].to_owned(), text.into());
}

/// Puts a hash in the place of whatever was given.
pub(super) fn put_hash(entry: &mut toml::Table, hash: &Secret) {
    remove(entry);
    entry.insert(NAMES[1].to_owned(), hash.reveal().into());
}

/// The hash of what was given as a password: made here, or taken as it is where it is one.
pub(super) fn hashed(given: &Secret) -> std::result::Result<Secret, Refused> {
    match answers::given_password(given.reveal()).map_err(Refused)? {
        Password::Plain(password) => hash::hash(&password).map_err(|error| Refused(error.render())),
        Password::Hash(hash) => Ok(hash),
    }
}
