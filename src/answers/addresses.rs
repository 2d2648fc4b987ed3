//! The server's own addresses: what can be one, and what is refused with its reason.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::types::Refused;

/// A resolver that the DNS is looked at through: an address, with a port where it is not 53.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Resolver(pub SocketAddr);

impl Resolver {
    /// The port of the DNS (RFC 1035, section 4.2).
    pub const PORT: u16 = 53;
}

impl FromStr for Resolver {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let bare = text.parse::<IpAddr>().map(|address| SocketAddr::new(address, Self::PORT));
        let resolver = bare.or_else(|_| text.parse()).map_err(|_| Refused::by("answer-resolver"))?;
        if resolver.port() == 0 || resolver.ip().is_unspecified() || resolver.ip().is_multicast() {
            return refused("answer-resolver");
        }
        Ok(Self(resolver))
    }
}

impl fmt::Display for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.port() == Self::PORT { self.0.ip().fmt(f) } else { self.0.fmt(f) }
    }
}

impl Serialize for Resolver {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn refused<T>(key: &str) -> Result<T, Refused> {
    Err(Refused::by(key))
}

/// An IPv4 address a server can have. Private ones pass: a host behind NAT has one, and preflight says so.
///
/// # Errors
/// A sentence that says what the address is and what is allowed.
pub fn ipv4(text: &str) -> Result<Ipv4Addr, Refused> {
    let Ok(address) = text.parse::<Ipv4Addr>() else {
        return match text.parse::<Ipv6Addr>() {
            Ok(_) => refused("answer-ipv4-is-ipv6"),
            Err(_) => refused("answer-ipv4"),
        };
    };
    let first = address.octets()[0];
    match address {
        _ if address.is_loopback() => refused("answer-ip-loopback"),
        _ if first == 0 => refused("answer-ipv4-zero"),
        _ if address.is_link_local() => refused("answer-ip-link-local"),
        _ if address.is_multicast() => refused("answer-ip-multicast"),
        _ if first >= 240 => refused("answer-ipv4-reserved"),
        _ => Ok(address),
    }
}

/// An IPv6 address a server can have. Unique local ones pass, as private IPv4 ones do.
///
/// # Errors
/// A sentence that says what the address is and what is allowed.
pub fn ipv6(text: &str) -> Result<Ipv6Addr, Refused> {
    let Ok(address) = text.parse::<Ipv6Addr>() else {
        return match text.parse::<Ipv4Addr>() {
            Ok(_) => refused("answer-ipv6-is-ipv4"),
            Err(_) => refused("answer-ipv6"),
        };
    };
    match address {
        _ if address.is_loopback() => refused("answer-ip-loopback"),
        _ if address.is_unspecified() => refused("answer-ipv6-unspecified"),
        _ if address.is_unicast_link_local() => refused("answer-ip-link-local"),
        _ if address.is_multicast() => refused("answer-ip-multicast"),
        _ if address.to_ipv4_mapped().is_some() => refused("answer-ipv6-mapped"),
        _ => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolver_is_an_address_with_or_without_its_port() {
        for text in ["192.0.2.53", "2001:db8::53", "127.0.0.1:5353", "[::1]:5353"] {
            assert_eq!(text.parse::<Resolver>().unwrap().to_string(), text);
        }
        assert_eq!("192.0.2.53:53".parse::<Resolver>().unwrap().to_string(), "192.0.2.53");
        for text in ["", "dns.example.org", "192.0.2.53:0", "192.0.2.53:x", "0.0.0.0", "::", "224.0.0.251", "1.1.1"] {
            assert!(text.parse::<Resolver>().is_err(), "{text}");
        }
    }
}
