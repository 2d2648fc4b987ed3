//! Where the certificate comes from: the `[tls]` table.

use std::fmt;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Serialize;

use super::keys::Section;
use super::notes::{Fields, Node, Notes};
use super::types::Refused;
use super::{Tls, parse};
use crate::words::say;

/// A certificate by ACME: whom to ask, and how to prove whose the name is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Acme {
    /// The authority.
    pub directory: Directory,
    /// The directory that a web server on port 80 serves, where one runs; `None` for the usual one.
    pub webroot: Option<PathBuf>,
}

/// The address of an authority's directory (RFC 8555, section 7.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Directory(String);

impl Directory {
    /// Let's Encrypt.
    pub const DEFAULT: &'static str = "https://acme-v02.api.letsencrypt.org/directory";
    /// No address of an authority comes near.
    const LONGEST: usize = 200;

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name by which CAA records allow the authority (RFC 8659, section 4.2), where it is known.
    #[must_use]
    pub fn issuer(&self) -> Option<&'static str> {
        self.0.split('/').nth(2)?.ends_with(".api.letsencrypt.org").then_some("letsencrypt.org")
    }
}

impl Default for Directory {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Directory {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte);
        let parts = text.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
        let fits = |(host, path): (&str, &str)| is_host(host) && path.bytes().all(plain);
        let fine = text.len() <= Self::LONGEST && parts.is_some_and(fits);
        if fine { Ok(Self(text.to_owned())) } else { Err(Refused::by("answer-tls-directory")) }
    }
}

/// A name or an address, perhaps with a port (RFC 3986, sections 3.2.2 and 3.2.3).
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(inner)
    };
    let (host, rest) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(None) => return false,
        Some(Some((address, rest))) => (address.parse::<Ipv6Addr>().is_ok(), rest),
        None => {
            let (name, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
            (name.split('.').all(label), rest)
        }
    };
    let port =
        |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|it| it > 0);
    host && (rest.is_empty() || rest.strip_prefix(':').is_some_and(port))
}

/// The keys that go with a source, and what is wrong with them where they stand beside another.
const OF_FILES: [&str; 2] = ["certificate", "key"];
const OF_ACME: [&str; 2] = ["acme_directory", "webroot"];

/// Reads `[tls]`; without it the certificate is self-signed.
pub(super) fn read(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Tls> {
    let Some(fields) = parse::table(notes, top, Section::Tls)? else { return Some(Tls::SelfSigned) };
    let source = match fields.get("source") {
        None => "self-signed",
        Some(node) => {
            let text = notes.text(&node, &fields.allowed("source"))?;
            if !["self-signed", "acme", "files"].contains(&text) {
                notes.wrong(&node.at, say("answer-tls-source", &[]));
                return None;
            }
            text
        }
    };
    for (of, names, unused) in [("files", OF_FILES, "answer-tls-unused"), ("acme", OF_ACME, "answer-tls-unused-acme")] {
        for node in names.into_iter().filter(|_| source != of).filter_map(|name| fields.get(name)) {
            notes.wrong(&node.at, say(unused, &[]));
        }
    }
    match source {
        "files" => {
            let (certificate, key) = (pem(notes, &fields, "certificate"), pem(notes, &fields, "key"));
            Some(Tls::Files { certificate: certificate?, key: key? })
        }
        "acme" => acme(notes, &fields).map(Tls::Acme),
        _ => Some(Tls::SelfSigned),
    }
}

fn acme(notes: &mut Notes<'_>, fields: &Fields<'_>) -> Option<Acme> {
    let directory = match fields.get("acme_directory") {
        None => Some(Directory::default()),
        Some(node) => notes.parse(&node, &fields.allowed("acme_directory")).map(|placed| placed.it),
    };
    let webroot = match fields.get("webroot") {
        None => Some(None),
        Some(node) => path(notes, fields, &node, "webroot").map(Some),
    };
    Some(Acme { directory: directory?, webroot: webroot? })
}

fn pem(notes: &mut Notes<'_>, fields: &Fields<'_>, name: &str) -> Option<PathBuf> {
    let Some(node) = fields.get(name) else {
        notes.missing(fields, name, notes.say("answer-tls-missing", &[]));
        return None;
    };
    path(notes, fields, &node, name)
}

/// A path that stands in configuration files without quoting: Postfix splits at spaces and expands `$`.
fn path(notes: &mut Notes<'_>, fields: &Fields<'_>, node: &Node<'_>, name: &str) -> Option<PathBuf> {
    let text = notes.text(node, &fields.allowed(name))?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/._-+@".contains(&b);
    if !text.starts_with('/') || text.ends_with('/') || !text.bytes().all(allowed) {
        notes.wrong(&node.at, say("answer-tls-path", &[("allowed", &say(&fields.allowed(name), &[]))]));
        return None;
    }
    Some(PathBuf::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_asked_over_https_and_lets_encrypt_is_known() {
        let good = [
            (Directory::DEFAULT, Some("letsencrypt.org")),
            ("https://acme-staging-v02.api.letsencrypt.org/directory", Some("letsencrypt.org")),
            ("https://ca.test:14000/dir", None),
            ("https://[2001:db8::1]:14000/dir", None),
            ("https://api.letsencrypt.org.evil.test/directory", None),
        ];
        for (text, issuer) in good {
            assert_eq!(text.parse::<Directory>().map(|it| it.issuer()), Ok(issuer), "{text}");
        }
        let bad = [
            "",
            "http://ca.test/dir",
            "https://",
            "https:///dir",
            "ca.test",
            "https://ca.test",
            "https://ca.test/a b",
            "https://-x/dir",
            "https://[x",
            "https://[x]/dir",
            "https://[2001:db8::1/dir",
            "https://ca..test/dir",
            "https://ca.test:port/dir",
            "https://ca.test:/dir",
        ];
        for bad in bad {
            assert!(bad.parse::<Directory>().is_err(), "{bad}");
        }
    }
}
