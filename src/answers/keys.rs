//! The one table of every key an answers file may hold, with the words that explain it.
//!
//! The parser takes the known keys from it, the annotated example is tested against it, and a screen that asks for
//! the same values shows the same words.

/// The part of the answers file a key stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// Before the first bracket.
    Top,
    /// Below each `[[domain]]`.
    Domain,
    /// Below each `[[mailbox]]`.
    Mailbox,
    /// Below each `[[alias]]`.
    Alias,
    /// Below `[tls]`.
    Tls,
}

impl Section {
    /// Every section, in the order of the file.
    pub const ALL: [Self; 5] = [Self::Top, Self::Domain, Self::Mailbox, Self::Alias, Self::Tls];

    /// The section's key in the file; empty for the top.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Domain => "domain",
            Self::Mailbox => "mailbox",
            Self::Alias => "alias",
            Self::Tls => "tls",
        }
    }

    /// The line that opens the section in the file; `None` for the top.
    #[must_use]
    pub const fn header(self) -> Option<&'static str> {
        match self {
            Self::Top => None,
            Self::Domain => Some("[[domain]]"),
            Self::Mailbox => Some("[[mailbox]]"),
            Self::Alias => Some("[[alias]]"),
            Self::Tls => Some("[tls]"),
        }
    }
}

/// Whether a key has to be there, and what holds without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It has to be given.
    Required,
    /// Left out, this value holds, written as in the file.
    Default(&'static str),
    /// Left out, this is what happens instead.
    Otherwise(&'static str),
}

/// One key of the answers file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The section it stands in.
    pub section: Section,
    /// Its name.
    pub name: &'static str,
    /// What it means: one sentence without a full stop.
    pub meaning: &'static str,
    /// What may be written: one phrase without a full stop.
    pub allowed: &'static str,
    /// Whether it has to be there.
    pub need: Need,
    /// Its value is never shown.
    pub secret: bool,
}

impl Key {
    /// The key with its section, `mailbox.quota`.
    #[must_use]
    pub fn path(&self) -> String {
        if self.section == Section::Top {
            self.name.to_owned()
        } else {
            format!("{}.{}", self.section.name(), self.name)
        }
    }

    /// The value that holds when the key is left out, as one would type it: without the quotes of the file.
    #[must_use]
    pub fn default(&self) -> Option<&'static str> {
        match self.need {
            Need::Default(written) => Some(written.trim_matches('"')),
            Need::Required | Need::Otherwise(_) => None,
        }
    }
}

const fn key(section: Section, name: &'static str, need: Need, meaning: &'static str, allowed: &'static str) -> Key {
    Key { section, name, meaning, allowed, need, secret: false }
}

const fn secret(section: Section, name: &'static str, need: Need, meaning: &'static str, allowed: &'static str) -> Key {
    Key { section, name, meaning, allowed, need, secret: true }
}

use Need::{Default, Otherwise, Required};
use Section::{Alias, Domain, Mailbox, Tls, Top};

/// Every key of the answers file, in the order of the annotated example.
pub const KEYS: &[Key] = &[
    key(
        Top,
        "hostname",
        Required,
        "The server's full name in the DNS: MX target, greeting, name on the certificate",
        "a full name such as mail.example.org, not one of the mail domains themselves",
    ),
    key(
        Top,
        "ipv4",
        Otherwise("the machine's own public address"),
        "The public IPv4 address",
        "an address such as 203.0.113.10, or \"none\" to use no IPv4",
    ),
    key(
        Top,
        "ipv6",
        Otherwise("the machine's own public address"),
        "The public IPv6 address",
        "an address such as 2001:db8::10, or \"none\" to use no IPv6",
    ),
    key(
        Top,
        "contact",
        Required,
        "Who gets mail for postmaster@ and abuse@ of every domain, the machine's own mail and the DMARC reports",
        "a mailbox or alias of this file, or an address elsewhere",
    ),
    key(
        Top,
        "message_size_limit",
        Default("\"50M\""),
        "The largest message that is accepted",
        "a size from \"1M\" to \"1G\"",
    ),
    key(Domain, "name", Required, "A domain whose mail is delivered here", "a domain name such as example.org"),
    key(
        Mailbox,
        "address",
        Required,
        "The mailbox's address, which is the login name too",
        "an address such as anna@example.org in one of the domains",
    ),
    secret(
        Mailbox,
        "password",
        Otherwise("password_hash or password_file"),
        "The password, as the owner types it",
        "8 to 300 characters without line breaks or other control characters",
    ),
    secret(
        Mailbox,
        "password_hash",
        Otherwise("password or password_file"),
        "The password's hash with its Dovecot scheme, as doveadm pw prints it",
        "{ARGON2ID}, {ARGON2I}, {BLF-CRYPT}, {SHA512-CRYPT} or {SHA256-CRYPT} followed by the hash",
    ),
    key(
        Mailbox,
        "password_file",
        Otherwise("password or password_hash"),
        "A file whose first line is the password",
        "a path, from the folder of the answers file; other users must not be able to read it",
    ),
    key(
        Mailbox,
        "quota",
        Default("\"1G\""),
        "The most the mailbox may hold; beyond it mail is refused at the door",
        "a size of at least \"1M\" such as \"500M\" or \"2G\", or \"none\" for no limit",
    ),
    key(
        Alias,
        "address",
        Required,
        "The address that takes the mail",
        "an address in one of the domains that is no mailbox",
    ),
    key(
        Alias,
        "to",
        Required,
        "Where the mail goes",
        "a list of addresses, here or elsewhere, such as [\"anna@example.org\"]",
    ),
    key(
        Tls,
        "source",
        Default("\"self-signed\""),
        "Where the certificate comes from",
        "\"self-signed\", or \"files\" with certificate and key",
    ),
    key(
        Tls,
        "certificate",
        Otherwise("nothing, unless source is \"files\""),
        "The certificate followed by its intermediates, PEM",
        "an absolute path of letters, digits and / . _ - + @",
    ),
    key(
        Tls,
        "key",
        Otherwise("nothing, unless source is \"files\""),
        "The certificate's private key, PEM, without a passphrase",
        "an absolute path of letters, digits and / . _ - + @",
    ),
];

/// The keys of one section.
pub fn of(section: Section) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.section == section)
}

/// The key of that name in that section.
#[must_use]
pub fn find(section: Section, name: &str) -> Option<&'static Key> {
    of(section).find(|key| key.name == name)
}

/// What the writer of an unknown key may have meant, as a clause; `None` when nothing is near.
#[must_use]
pub fn meant(section: Section, name: &str) -> Option<String> {
    let mut known: Vec<&str> = of(section).map(|key| key.name).collect();
    if section == Top {
        known.extend(Section::ALL.iter().map(|section| section.name()).filter(|name| !name.is_empty()));
    }
    // The right key in the wrong place comes first: a top key below a bracket is TOML's commonest trap.
    let elsewhere = KEYS.iter().find(|key| key.section != section && key.name == name);
    if let Some(key) = elsewhere {
        return Some(match key.section.header() {
            Some(header) => format!("it belongs below {header}"),
            None => "it belongs at the top of the file, before the first line in brackets".to_owned(),
        });
    }
    let lower = name.to_ascii_lowercase();
    similar::get_close_matches(lower.as_str(), &known, 1, 0.6).first().map(|near| format!("did you mean {near}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_told_what_it_may_have_been() {
        assert_eq!(meant(Top, "hostnam").unwrap(), "did you mean hostname?");
        assert_eq!(meant(Top, "mailboxes").unwrap(), "did you mean mailbox?");
        assert_eq!(meant(Mailbox, "Quota").unwrap(), "did you mean quota?");
        assert_eq!(meant(Top, "quota").unwrap(), "it belongs below [[mailbox]]");
        assert!(meant(Mailbox, "contact").unwrap().contains("top of the file"));
        assert_eq!(meant(Top, "colour"), None);
    }

    #[test]
    fn every_key_stands_once_and_has_its_words() {
        for (n, key) in KEYS.iter().enumerate() {
            assert!(!key.meaning.is_empty() && !key.meaning.ends_with('.'), "{}", key.path());
            assert!(!key.allowed.is_empty() && !key.allowed.ends_with('.'), "{}", key.path());
            assert!(KEYS[n + 1..].iter().all(|other| other.path() != key.path()), "{} stands twice", key.path());
        }
    }
}
