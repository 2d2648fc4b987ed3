//! The server's own addresses: what can be one, and what is refused with its reason.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::types::Refused;

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
