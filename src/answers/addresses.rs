//! The server's own addresses: what can be one, and what is refused with its reason.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::types::Refused;

fn refused<T>(why: &str) -> Result<T, Refused> {
    Err(Refused(why.to_owned()))
}

/// An IPv4 address a server can have. Private ones pass: a host behind NAT has one, and preflight says so.
///
/// # Errors
/// A sentence that says what the address is and what is allowed.
pub fn ipv4(text: &str) -> Result<Ipv4Addr, Refused> {
    let Ok(address) = text.parse::<Ipv4Addr>() else {
        return match text.parse::<Ipv6Addr>() {
            Ok(_) => refused("that is an IPv6 address; it belongs to ipv6"),
            Err(_) => refused("an IPv4 address such as 203.0.113.10 is needed, or \"none\""),
        };
    };
    let first = address.octets()[0];
    match address {
        _ if address.is_loopback() => refused("a loopback address reaches this machine alone; give the public one"),
        _ if first == 0 => refused("0.0.0.0/8 is no host's address; give the public one"),
        _ if address.is_link_local() => refused("a link-local address ends at the next router; give the public one"),
        _ if address.is_multicast() => refused("a multicast address belongs to no host; give the public one"),
        _ if first >= 240 => refused("240.0.0.0/4 is no host's address; give the public one"),
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
            Ok(_) => refused("that is an IPv4 address; it belongs to ipv4"),
            Err(_) => refused("an IPv6 address such as 2001:db8::10 is needed, without brackets or /64, or \"none\""),
        };
    };
    match address {
        _ if address.is_loopback() => refused("a loopback address reaches this machine alone; give the public one"),
        _ if address.is_unspecified() => refused("the unspecified address is no host's; give the public one"),
        _ if address.is_unicast_link_local() => {
            refused("a link-local address ends at the next router; give the public one")
        }
        _ if address.is_multicast() => refused("a multicast address belongs to no host; give the public one"),
        _ if address.to_ipv4_mapped().is_some() => refused("that is an IPv4 address in disguise; it belongs to ipv4"),
        _ => Ok(address),
    }
}
