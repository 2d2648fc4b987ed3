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
            Self::Srv { .. } => "SRV",
            Self::Caa { .. } => "CAA",
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
            Self::Ptr(name) => write!(f, "{name}."),
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
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn records_print_as_lines_of_a_zone_file() {
        let host = name("mail.example.org");
        let mx = Data::Mx { preference: 10, exchange: host.clone() };
        assert_eq!(Record::new(name("Example.ORG."), mx).to_string(), "example.org. 3600 IN MX 10 mail.example.org.");
        let lines = ["203.0.113.10", "2001:db8::10"].map(|address| {
            let address = address.parse().unwrap();
            (
                Record::address(host.clone(), address).to_string(),
                Record::reverse(address, host.clone()).name.to_string(),
            )
        });
        assert_eq!(lines[0].0, "mail.example.org. 3600 IN A 203.0.113.10");
        assert_eq!(lines[0].1, "10.113.0.203.in-addr.arpa");
        assert_eq!(lines[1].0, "mail.example.org. 3600 IN AAAA 2001:db8::10");
        assert_eq!(lines[1].1, "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    }

    #[test]
    fn a_long_text_is_cut_and_a_strange_one_is_quoted() {
        let key = Record::new(name("s._domainkey.example.org"), Data::Txt("k".repeat(300)));
        assert!(key.to_string().ends_with(&format!("TXT \"{}\" \"{}\"", "k".repeat(255), "k".repeat(45))));
        assert_eq!(Data::Txt("a\"b\\é".to_owned()).to_string(), r#""a\"b\\\195\169""#);
        let json = serde_json::to_value(Record::new(name("example.org"), Data::Txt("v=spf1 mx -all".into()))).unwrap();
        assert_eq!(json["type"], "TXT");
        assert_eq!(json["value"], "v=spf1 mx -all");
    }

    #[test]
    fn services_and_certificate_authorities_print_as_bind_writes_them() {
        let target = name("mail.example.org");
        let srv = Record::new(name("_imaps._tcp.example.org"), Data::Srv { priority: 0, weight: 1, port: 993, target });
        assert_eq!(srv.to_string(), "_imaps._tcp.example.org. 3600 IN SRV 0 1 993 mail.example.org.");
        let caa = |critical, value: &str| Data::Caa { critical, tag: "issue".to_owned(), value: value.to_owned() };
        assert_eq!(caa(false, "ca.example.net").to_string(), r#"0 issue "ca.example.net""#);
        assert_eq!(caa(true, "ca.example.net; a=\"b\"").to_string(), r#"128 issue "ca.example.net; a=\"b\"""#);
        assert_eq!((caa(false, ";").kind(), srv.data.kind()), ("CAA", "SRV"));
    }

    #[test]
    fn a_text_stands_whole_in_the_single_line_form() {
        assert_eq!(Data::Txt("k".repeat(300)).whole(), "k".repeat(300));
        assert_eq!(Data::Txt("say \"hi\"".to_owned()).whole(), "say \"hi\"");
        assert_eq!(Data::Mx { preference: 10, exchange: name("mail.example.org") }.whole(), "10 mail.example.org.");
    }

    #[test]
    fn names_take_underscores_and_refuse_the_rest() {
        assert_eq!(name("example.org").below("_dmarc").unwrap().as_str(), "_dmarc.example.org");
        for wrong in ["", ".", "a..b", "a b.org", "ü.org", &"a".repeat(64)] {
            assert!(wrong.parse::<Name>().is_err(), "{wrong}");
        }
    }
}
