//! The value types of the answers: each can only hold what is valid, and its parse error says what is allowed.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::words::say;

/// A domain name in lower-case ASCII (RFC 1035 with the letter-digit-hyphen rule of RFC 5890), two labels at least,
/// without the final dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct DomainName(String);

/// A fully qualified host name: a [`DomainName`] of three labels or more, or two (`example.org` can be a host), at
/// most 64 bytes (the kernel's limit for a host name, hostname(7)).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Fqdn(DomainName);

/// A mail address `local@domain` of at most 254 bytes: lower case, dot-atom local part (RFC 5321, 64 bytes at most),
/// no `+`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailAddress {
    local: String,
    domain: DomainName,
}

/// A size in bytes, written `500K`, `50M`, `2G` (powers of 1024) or as a plain number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ByteSize(pub u64);

/// A value that was refused: the sentence says what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    /// Refused with the words of that key.
    pub(crate) fn by(key: &str) -> Self {
        Self(say(key, &[]))
    }
}

impl DomainName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DomainName {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let refused = |key: &str| Err(Refused::by(key));
        if !text.is_ascii() {
            return refused("answer-domain-ascii");
        }
        let name = text.to_ascii_lowercase();
        if name.len() > 253 {
            return refused("answer-domain-long");
        }
        let labels: Vec<&str> = name.split('.').collect();
        if labels.len() < 2 {
            return refused("answer-domain-short");
        }
        for label in &labels {
            let fine = !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-');
            if !fine {
                return refused("answer-domain-part");
            }
        }
        if labels.last().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit())) {
            return refused("answer-domain-number");
        }
        Ok(Self(name))
    }
}

impl Fqdn {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The first label: `mail` of `mail.example.org`.
    #[must_use]
    pub fn short(&self) -> &str {
        self.as_str().split('.').next().unwrap_or_default()
    }
}

impl FromStr for Fqdn {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let name: DomainName = text.parse()?;
        if name.as_str().len() > 64 {
            return Err(Refused::by("answer-host-long"));
        }
        Ok(Self(name))
    }
}

impl MailAddress {
    /// A role address such as `postmaster` at one of our domains (RFC 2142).
    #[must_use]
    pub fn at(role: &'static str, domain: &DomainName) -> Self {
        Self { local: role.to_owned(), domain: domain.clone() }
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The part after the `@`.
    #[must_use]
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }
}

impl FromStr for MailAddress {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let refused = |key: &str| Err(Refused::by(key));
        let Some((local, domain)) = text.rsplit_once('@') else {
            return refused("answer-address");
        };
        if local.is_empty() || local.len() > 64 {
            return refused("answer-address-local");
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        if !local.bytes().all(allowed) || local.starts_with(['.', '-']) || local.ends_with('.') || local.contains("..")
        {
            return refused("answer-address-characters");
        }
        // RFC 5321, 4.5.3.1.3: a path has 256 octets with its angle brackets.
        if text.len() > 254 {
            return refused("answer-address-long");
        }
        Ok(Self { local: local.to_ascii_lowercase(), domain: domain.parse()? })
    }
}

impl FromStr for ByteSize {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let refused = || Refused::by("answer-size");
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
            "" | "B" => 0,
            "K" => 10,
            "M" => 20,
            "G" => 30,
            "T" => 40,
            _ => return Err(refused()),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refused());
        }
        let number: u64 = digits.parse().map_err(|_| refused())?;
        number.checked_mul(1 << shift).filter(|bytes| i64::try_from(*bytes).is_ok()).map(Self).ok_or_else(refused)
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Fqdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl Serialize for MailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (shift, unit) in [(40, "T"), (30, "G"), (20, "M"), (10, "K")] {
            if self.0 >= 1 << shift && self.0.is_multiple_of(1 << shift) {
                return write!(f, "{}{unit}", self.0 >> shift);
            }
        }
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text with at least one character that means something to a shell, SQL or a configuration file.
    fn hostile() -> impl Strategy<Value = String> {
        let bad = prop::sample::select(vec![
            '"', '\'', '`', '$', ';', '\n', '\r', '\\', '%', ' ', '\t', '\0', '{', '}', '(', '|', '&', '<', '>', '#',
            ',', '/', ':', '=', '*', 'ä', '\u{212a}', '٣', '。',
        ]);
        ("[a-z0-9.-]{0,8}", bad, "[a-z0-9.-]{0,8}").prop_map(|(before, bad, after)| format!("{before}{bad}{after}"))
    }

    const LABEL: &str = "[A-Za-z0-9]([A-Za-z0-9-]{0,12}[A-Za-z0-9])?";

    proptest! {
        #[test]
        fn nothing_hostile_gets_into_a_name(bad in hostile()) {
            for text in [bad.clone(), format!("{bad}.example.org"), format!("mail.{bad}.org"), format!("example.{bad}")] {
                prop_assert!(text.parse::<DomainName>().is_err(), "{text:?}");
                prop_assert!(text.parse::<Fqdn>().is_err(), "{text:?}");
            }
            for text in [format!("{bad}@example.org"), format!("anna@{bad}"), format!("anna@{bad}.org")] {
                prop_assert!(text.parse::<MailAddress>().is_err(), "{text:?}");
            }
            prop_assert!(bad.parse::<ByteSize>().is_err(), "{bad:?}");
        }

        #[test]
        fn what_is_taken_is_plain_and_reads_back(text in ".{0,40}|[a-z.@-]{3,20}") {
            let plain = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-@".contains(&b));
            if let Ok(name) = text.parse::<DomainName>() {
                prop_assert!(plain(name.as_str()));
                prop_assert_eq!(name.to_string().parse::<DomainName>().unwrap(), name);
            }
            if let Ok(address) = text.parse::<MailAddress>() {
                prop_assert!(plain(&address.to_string()));
                prop_assert_eq!(address.to_string().parse::<MailAddress>().unwrap(), address);
            }
        }

        #[test]
        fn names_and_addresses_read_back(local in "[A-Za-z0-9_]([A-Za-z0-9_-]{0,20}[A-Za-z0-9])?", a in LABEL, b in LABEL) {
            let text = format!("{local}@{a}.{b}.test");
            let address: MailAddress = text.parse().unwrap();
            prop_assert_eq!(address.to_string(), text.to_ascii_lowercase());
            let host: Fqdn = format!("{a}.{b}.test").parse().unwrap();
            prop_assert_eq!(host.to_string().parse::<Fqdn>().unwrap(), host.clone());
            prop_assert_eq!(host.short(), a.to_ascii_lowercase());
        }

        #[test]
        fn sizes_read_back(bytes in prop_oneof![0..=i64::MAX.unsigned_abs(), (0_u64..1 << 20, 0_u32..5).prop_map(|(n, k)| n << (10 * k))]) {
            let size = ByteSize(bytes);
            prop_assert_eq!(size.to_string().parse::<ByteSize>().unwrap(), size);
        }
    }

    #[test]
    fn values_of_300_characters_are_refused() {
        let long = "a".repeat(300);
        let labels = format!("{}test", "abc.".repeat(74));
        assert_eq!(labels.len(), 300);
        for text in [&long, &labels, &format!("{long}.test")] {
            assert!(text.parse::<DomainName>().is_err() && text.parse::<Fqdn>().is_err());
            assert!(format!("anna@{text}").parse::<MailAddress>().is_err());
        }
        assert!(format!("{long}@example.org").parse::<MailAddress>().is_err());
        assert!(long.parse::<ByteSize>().is_err() && "9".repeat(300).parse::<ByteSize>().is_err());
    }

    #[test]
    fn an_address_fits_into_a_mail_command() {
        let domain = format!("{}.test", ["a".repeat(60), "b".repeat(60), "c".repeat(60)].join("."));
        assert!(format!("anna@{domain}").parse::<MailAddress>().is_ok());
        assert!(format!("{}@{domain}.{domain}", "l".repeat(64)).parse::<MailAddress>().is_err());
        assert!(
            format!("{}@d.{domain}", "l".repeat(64)).parse::<MailAddress>().is_ok_and(|at| at.to_string().len() <= 254)
        );
    }
}
