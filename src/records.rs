//! DNS records as data: the one list that is printed for the admin, looked up in the world, and served in a rehearsal.

use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::answers::types::Refused;
use crate::answers::{DomainName, Fqdn};

/// A name in the DNS: lower case, without the final dot. Unlike a [`DomainName`] it may have underscores.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Name(String);

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Record {
    /// Whose record it is.
    pub name: Name,
    /// How many seconds it may be kept in caches.
    pub ttl: u32,
    /// Its type and value.
    pub data: Data,
}

/// A record's type and value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Data {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// The host that takes mail for the name; the lowest preference comes first.
    Mx {
        /// Its rank among the others.
        preference: u16,
        /// The host.
        exchange: Name,
    },
    /// The name that an address belongs to; stands at [`Name::reverse`] and is set at the hoster.
    Ptr(Name),
    /// A text of any length; on the wire it is cut into strings of 255 bytes.
    Txt(String),
    /// Another name, whose records all hold for this one too; nothing else may stand beside it (RFC 1034, section 3.6.2).
    Cname(Name),
    /// Where a service of the name is reached (RFC 2782); stands at `_service._protocol.name`.
    Srv {
        /// Its rank among the others; the lowest comes first.
        priority: u16,
        /// Its share among those of the same rank.
        weight: u16,
        /// The port.
        port: u16,
        /// The host.
        target: Name,
    },
    /// Who may issue certificates for the name (RFC 8659).
    Caa {
        /// Whoever does not understand the tag issues nothing.
        critical: bool,
        /// `issue`, `issuewild`, `iodef` or a later one.
        tag: String,
        /// What the tag is about, such as the authority's domain name.
        value: String,
    },
    /// Which certificate a service shows (RFC 6698); stands at `_port._protocol.host`.
    Tlsa {
        /// Whose certificate is meant; 3 is the server's own, whoever signed it.
        usage: u8,
        /// What of it; 1 is its public key.
        selector: u8,
        /// How that is given; 1 is as its SHA-256.
        matching: u8,
        /// The thing itself.
        data: Vec<u8>,
    },
}

impl Name {
    /// The name with one or more labels in front, such as `_dmarc`.
    ///
    /// # Errors
    /// When the result is no valid name.
    pub fn below(&self, labels: &str) -> Result<Self, Refused> {
        format!("{labels}.{}", self.0).parse()
    }

    /// The name at which the PTR record of an address stands.
    #[must_use]
    pub fn reverse(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                Self(format!("{d}.{c}.{b}.{a}.in-addr.arpa"))
            }
            IpAddr::V6(address) => {
                let digits = format!("{:032x}", address.to_bits());
                let labels: Vec<String> = digits.chars().rev().map(String::from).collect();
                Self(format!("{}.ip6.arpa", labels.join(".")))
            }
        }
    }

    /// A name as the DNS gave it: lower case, unchecked, with the root as the empty name.
    #[must_use]
    pub fn seen(text: &str) -> Self {
        Self(text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase())
    }

    /// The name one level up; `None` for a name of one label.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.split_once('.').map(|(_, parent)| Self(parent.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&DomainName> for Name {
    fn from(domain: &DomainName) -> Self {
        Self(domain.as_str().to_owned())
    }
}

impl From<&Fqdn> for Name {
    fn from(host: &Fqdn) -> Self {
        Self(host.as_str().to_owned())
    }
}

impl FromStr for Name {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let label = |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(plain);
        if name.len() > 253 || !name.split('.').all(label) {
            return Err(Refused::by("answer-record-name"));
        }
        Ok(Self(name))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Record {
    /// How long a record may be kept in caches when nothing else is said: an hour.
    pub const TTL: u32 = 3600;

    /// A record that may be kept for an hour.
    #[must_use]
    pub const fn new(name: Name, data: Data) -> Self {
        Self { name, ttl: Self::TTL, data }
    }

    /// The A or AAAA record of a host.
    #[must_use]
    pub const fn address(name: Name, address: IpAddr) -> Self {
        let data = match address {
            IpAddr::V4(address) => Data::A(address),
            IpAddr::V6(address) => Data::Aaaa(address),
        };
        Self::new(name, data)
    }

    /// The PTR record of an address.
    #[must_use]
    pub fn reverse(address: IpAddr, name: Name) -> Self {
        Self::new(Name::reverse(address), Data::Ptr(name))
    }
}

impl Data {
    /// The type's name, as zone files write it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::A(_) => "A",
            Self::Aaaa(_) => "AAAA",
            Self::Mx { .. } => "MX",
            Self::Ptr(_) => "PTR",
            Self::Txt(_) => "TXT",
            Self::Cname(_) => "CNAME",
            Self::Srv { .. } => "SRV",
            Self::Caa { .. } => "CAA",
            Self::Tlsa { .. } => "TLSA",
        }
    }

    /// The value as web forms take it: a text stands whole, without quotes and not cut into strings.
    #[must_use]
    pub fn whole(&self) -> String {
        if let Self::Txt(text) = self { text.clone() } else { self.to_string() }
    }

    /// The strings of at most 255 bytes that a text is cut into on the wire (RFC 1035); empty for every other type.
    pub fn strings(&self) -> impl Iterator<Item = &[u8]> {
        let text = if let Self::Txt(text) = self { text.as_bytes() } else { &[] };
        text.chunks(255)
    }
}

/// The value as zone files write it.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => address.fmt(f),
            Self::Aaaa(address) => address.fmt(f),
            Self::Mx { preference, exchange } => write!(f, "{preference} {exchange}."),
            Self::Ptr(name) | Self::Cname(name) => write!(f, "{name}."),
            Self::Txt(text) if text.is_empty() => f.write_str("\"\""),
            Self::Txt(_) => {
                let strings: Vec<String> = self.strings().map(quoted).collect();
                f.write_str(&strings.join(" "))
            }
            Self::Srv { priority, weight, port, target } => write!(f, "{priority} {weight} {port} {target}."),
            // The flag is the highest bit of an octet (RFC 8659, section 4.1).
            Self::Caa { critical, tag, value } => {
                write!(f, "{} {tag} {}", if *critical { 128 } else { 0 }, quoted(value.as_bytes()))
            }
            Self::Tlsa { usage, selector, matching, data } => {
                write!(f, "{usage} {selector} {matching} ")?;
                data.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

fn quoted(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = match byte {
            b'"' | b'\\' => write!(out, "\\{}", char::from(*byte)),
            b' '..=b'~' => write!(out, "{}", char::from(*byte)),
            _ => write!(out, "\\{byte:03}"),
        };
    }
    out + "\""
}

/// A line of a BIND zone file.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {} IN {} {}", self.name, self.ttl, self.data.kind(), self.data)
    }
}

/// `name`, `ttl`, `type` and `value`; a text stands whole and unquoted.
impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Record", 4)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("ttl", &self.ttl)?;
        fields.serialize_field("type", self.data.kind())?;
        fields.serialize_field("value", &self.data.whole())?;
        fields.end()
    }
}

#[cfg(test)]
#[path = "records_tests.rs"]
mod tests;
