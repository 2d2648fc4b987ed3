//! By which of its addresses the server's mail leaves.

use std::net::{IpAddr, UdpSocket};

use super::seen::{Seen, Verdict, pass};
use super::tool;
use crate::error::Result;
use crate::probe::outward::{self, Calls, TRIED};

/// For each of these: Postfix is bound to it and the machine has it, or the routes choose it of themselves.
pub fn leaves_by(addresses: &[IpAddr]) -> Result<Verdict> {
    let mut seen = Seen::default();
    for address in addresses {
        let parameter = if address.is_ipv4() { "smtp_bind_address" } else { "smtp_bind_address6" };
        let bound = tool("postconf").args(["-h", parameter]).success()?.stdout;
        judge(&mut seen, *address, bound.trim(), source(*address), UdpSocket::bind((*address, 0)).is_ok());
    }
    Ok(seen.verdict())
}

/// A mail server elsewhere takes a connection on port 25, by each of these families; or a relay host takes all mail.
pub fn gets_out(ipv4: bool, ipv6: bool) -> Result<Verdict> {
    let relay = tool("postconf").args(["-h", "relayhost"]).success()?.stdout;
    if !relay.trim().is_empty() {
        return Ok(pass(format!("mail to others goes by {} (relayhost)", relay.trim())));
    }
    Ok(judged(&outward::call(), ipv4, ipv6))
}

fn judged(calls: &Calls, ipv4: bool, ipv6: bool) -> Verdict {
    let mut seen = Seen::default();
    for (wanted, is_ipv4, family) in [(ipv4, true, "IPv4"), (ipv6, false, "IPv6")] {
        let of = |addresses: &[IpAddr]| {
            let one = |address: &&IpAddr| address.is_ipv4() == is_ipv4;
            addresses.iter().filter(one).map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        match calls.open(is_ipv4) {
            _ if !wanted => {}
            Some(true) => seen.good(format!("by {family}, {} answers", of(&calls.reached))),
            Some(false) => seen.warn(format!("by {family}, {} cannot be reached on port 25", of(&calls.silent))),
            None => seen.unknown(format!(
                "by {family}, no mail server could be called: the DNS names none of {}",
                TRIED.join(", ")
            )),
        }
    }
    seen.verdict()
}

fn judge(seen: &mut Seen, address: IpAddr, bound: &str, source: Option<IpAddr>, is_here: bool) {
    match (bound, source) {
        _ if !is_here => seen.fail(format!("{address} is not on this machine any more")),
        ("", Some(source)) if source == address => seen.good(format!("the routes choose {address}")),
        ("", Some(source)) => seen.fail(format!("the routes choose {source}, and Postfix is bound to no address")),
        ("", None) => seen.good(format!("no route leads out from {address}")),
        (bound, _) if bound.parse() == Ok(address) => seen.good(format!("Postfix is bound to {address}")),
        (bound, _) => seen.fail(format!("Postfix is bound to {bound}, not to {address}")),
    }
}

/// The address that the routes choose for a far host of the same family; no packet is sent there (the root servers a and b).
fn source(family: IpAddr) -> Option<IpAddr> {
    let (any, far) = if family.is_ipv4() { ("0.0.0.0:0", "198.41.0.4:53") } else { ("[::]:0", "[2801:1b8:10::b]:53") };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(far).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    #[test]
    fn a_port_that_is_shut_on_the_way_out_is_a_warning() {
        let (four, six): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap());
        let out = |reached: &[IpAddr], silent: &[IpAddr], ipv6| {
            judged(&Calls { reached: reached.to_vec(), silent: silent.to_vec() }, true, ipv6).0
        };
        assert_eq!(out(&[four], &[], false), Outcome::Pass);
        assert_eq!(out(&[four], &[four], false), Outcome::Pass);
        assert_eq!(out(&[], &[four], false), Outcome::Warn);
        assert_eq!(out(&[four], &[six], true), Outcome::Warn);
        assert_eq!(out(&[four], &[], true), Outcome::Unknown);
        assert_eq!(out(&[], &[six], false), Outcome::Unknown);
    }

    #[test]
    fn the_address_of_the_records_is_the_one_that_is_used() {
        let named: IpAddr = "203.0.113.11".parse().unwrap();
        let judged = |bound: &str, source: &str, is_here| {
            let mut seen = Seen::default();
            judge(&mut seen, named, bound, source.parse().ok(), is_here);
            seen.verdict().0
        };
        assert_eq!(judged("", "203.0.113.11", true), Outcome::Pass);
        assert_eq!(judged("203.0.113.11", "203.0.113.10", true), Outcome::Pass);
        assert_eq!(judged("", "203.0.113.10", true), Outcome::Fail);
        assert_eq!(judged("203.0.113.10", "203.0.113.11", true), Outcome::Fail);
        assert_eq!(judged("203.0.113.11", "203.0.113.10", false), Outcome::Fail);
    }
}
