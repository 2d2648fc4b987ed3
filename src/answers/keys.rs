//! The one table of every key an answers file may hold.
//!
//! The parser takes the known keys from it, the annotated example is tested against it, and a screen that asks for
//! the same values shows the same words.

use crate::words::say;

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
    /// Below `[spf]`.
    Spf,
    /// Below `[dkim]`.
    Dkim,
    /// Below `[dmarc]`.
    Dmarc,
    /// Below `[limits]`.
    Limits,
    /// Below `[tls]`.
    Tls,
    /// Below `[zone]`.
    Zone,
    /// Below `[abuse]`.
    Abuse,
}

impl Section {
    /// Every section, in the order of the file.
    pub const ALL: [Self; 11] = [
        Self::Top,
        Self::Domain,
        Self::Mailbox,
        Self::Alias,
        Self::Spf,
        Self::Dkim,
        Self::Dmarc,
        Self::Limits,
        Self::Tls,
        Self::Abuse,
        Self::Zone,
    ];

    /// The section's key in the file; empty for the top.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Domain => "domain",
            Self::Mailbox => "mailbox",
            Self::Alias => "alias",
            Self::Spf => "spf",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
            Self::Limits => "limits",
            Self::Tls => "tls",
            Self::Zone => "zone",
            Self::Abuse => "abuse",
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
            Self::Spf => Some("[spf]"),
            Self::Dkim => Some("[dkim]"),
            Self::Dmarc => Some("[dmarc]"),
            Self::Limits => Some("[limits]"),
            Self::Tls => Some("[tls]"),
            Self::Zone => Some("[zone]"),
            Self::Abuse => Some("[abuse]"),
        }
    }

    /// Whether the section stands once in the file (`[tls]`), not once for each of several things (`[[mailbox]]`).
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Spf | Self::Dkim | Self::Dmarc | Self::Limits | Self::Tls | Self::Zone | Self::Abuse)
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

    /// What it means: one sentence without a full stop.
    #[must_use]
    pub fn meaning(&self) -> String {
        say(&self.words("meaning"), &[])
    }

    /// What may be written: one phrase without a full stop.
    #[must_use]
    pub fn allowed(&self) -> String {
        say(&self.words("allowed"), &[])
    }

    /// Keys its words: `answer-mailbox-quota-allowed`.
    pub(crate) fn words(&self, suffix: &str) -> String {
        format!("answer-{}-{suffix}", self.path().replace('.', "-"))
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

const fn key(section: Section, name: &'static str, need: Need) -> Key {
    Key { section, name, need, secret: false }
}

const fn secret(section: Section, name: &'static str, need: Need) -> Key {
    Key { section, name, need, secret: true }
}

use Need::{Default, Otherwise, Required};
use Section::{Abuse, Alias, Dkim, Dmarc, Domain, Limits, Mailbox, Spf, Tls, Top, Zone};

/// Every key of the answers file, in the order of the annotated example.
pub const KEYS: &[Key] = &[
    key(Top, "hostname", Required),
    key(Top, "ipv4", Otherwise("the machine's own public address")),
    key(Top, "ipv6", Otherwise("the machine's own public address")),
    key(Top, "contact", Required),
    key(Top, "message_size_limit", Default("\"50M\"")),
    key(Top, "resolvers", Otherwise("the machine's own resolvers and a few public ones")),
    key(Top, "spoofed_senders", Default("\"reject\"")),
    key(Top, "further_domains", Default("\"own\"")),
    key(Top, "sender_id", Default("false")),
    key(Top, "firewall", Default("\"open\"")),
    key(Domain, "name", Required),
    key(Mailbox, "address", Required),
    secret(Mailbox, "password", Otherwise("password_hash or password_file")),
    secret(Mailbox, "password_hash", Otherwise("password or password_file")),
    key(Mailbox, "password_file", Otherwise("password or password_hash")),
    key(Mailbox, "quota", Default("\"1G\"")),
    key(Alias, "address", Required),
    key(Alias, "to", Required),
    key(Spf, "all", Default("\"fail\"")),
    key(Spf, "include", Otherwise("no other servers send for the domains")),
    key(Spf, "incoming", Default("\"reject\"")),
    key(Dkim, "selector", Default("\"s1\"")),
    key(Dkim, "bits", Default("\"2048\"")),
    key(Dmarc, "policy", Default("\"none\"")),
    key(Dmarc, "subdomains", Default("\"same\"")),
    key(Dmarc, "nonexistent", Default("\"same\"")),
    key(Dmarc, "testing", Default("false")),
    key(Dmarc, "reports", Otherwise("the contact, or postmaster@ of a domain that the contact is not in")),
    key(Dmarc, "incoming", Default("\"reject\"")),
    key(Limits, "outgoing", Default("\"gentle\"")),
    key(Limits, "outgoing_connections", Otherwise("2, or 20 with outgoing = \"normal\"")),
    key(Limits, "outgoing_delay", Otherwise("5, or 0 with outgoing = \"normal\"")),
    key(Limits, "outgoing_recipients", Otherwise("3, or 50 with outgoing = \"normal\"")),
    key(Limits, "incoming_connections", Default("20")),
    key(Limits, "incoming_connection_rate", Default("60")),
    key(Limits, "incoming_messages", Default("100")),
    key(Limits, "incoming_recipients", Default("200")),
    key(Limits, "incoming_logins", Default("0")),
    key(Limits, "incoming_tls_sessions", Default("60")),
    key(Limits, "per_login", Default("\"on\"")),
    key(Limits, "login_minute", Default("60")),
    key(Limits, "login_hour", Default("200")),
    key(Limits, "login_day", Default("500")),
    key(Tls, "source", Default("\"self-signed\"")),
    key(Tls, "acme_directory", Default("\"https://acme-v02.api.letsencrypt.org/directory\"")),
    key(Tls, "webroot", Otherwise("/var/www/html, where a web server needs one")),
    key(Tls, "certificate", Otherwise("nothing, unless source is \"files\"")),
    key(Tls, "key", Otherwise("nothing, unless source is \"files\"")),
    key(Abuse, "fail2ban", Default("\"yes\"")),
    key(Abuse, "ban_time", Default("\"1h\"")),
    key(Abuse, "find_time", Default("\"10m\"")),
    key(Abuse, "tries", Default("5")),
    key(Abuse, "ignore", Otherwise("this server's own addresses alone")),
    key(Zone, "edit", Default("\"yes\"")),
    key(Zone, "obsolete", Default("\"keep\"")),
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
            Some(header) => say("answer-belongs-below", &[("section", header)]),
            None => say("answer-belongs-top", &[]),
        });
    }
    let lower = name.to_ascii_lowercase();
    let near = similar::get_close_matches(lower.as_str(), &known, 1, 0.6);
    near.first().map(|near| say("answer-did-you-mean", &[("name", near)]))
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
            assert!(!key.meaning().is_empty() && !key.meaning().ends_with('.'), "{}", key.path());
            assert!(!key.allowed().is_empty() && !key.allowed().ends_with('.'), "{}", key.path());
            assert!(KEYS[n + 1..].iter().all(|other| other.path() != key.path()), "{} stands twice", key.path());
        }
    }
}
