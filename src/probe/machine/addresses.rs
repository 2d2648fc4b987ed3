//! The addresses the world could reach this machine by, from the kernel's own tables: no program has to be installed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use super::root::Root;

/// Any addresses out in the world will do: no packet is sent to them (the root servers a and b).
const FAR_V4: &str = "198.41.0.4:53";
const FAR_V6: &str = "[2801:1b8:10::b]:53";

/// Flags of `if_inet6` (`IFA_F_*` in `linux/if_addr.h`).
const TEMPORARY: u8 = 0x01;
const DAD_FAILED: u8 = 0x08;
const DEPRECATED: u8 = 0x20;

/// An IPv6 address of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Inet6 {
    address: Ipv6Addr,
    flags: u8,
    interface: String,
}

/// The global addresses, those of the default route first.
pub(super) fn global(root: &Root<'_>) -> (Vec<Ipv4Addr>, Vec<Ipv6Addr>) {
    // Of this thread, not of the process: a thread may stand in another network namespace.
    let table = |name: &str| root.text(&format!("/proc/thread-self/net/{name}")).unwrap_or_default();
    let (source_v4, source_v6) = if root.live() { (source(FAR_V4), source(FAR_V6)) } else { (None, None) };
    (sorted_v4(&table("fib_trie"), source_v4), sorted_v6(&parse_if_inet6(&table("if_inet6")), source_v6))
}

/// The address that the routes choose for a connection to there; nothing is sent.
fn source(far: &str) -> Option<IpAddr> {
    let any = if far.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(far).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// The default route's address, then public ones, then private ones.
fn sorted_v4(fib_trie: &str, source: Option<IpAddr>) -> Vec<Ipv4Addr> {
    let mut found = parse_fib_trie(fib_trie);
    found.sort_by_key(|address| (source != Some(IpAddr::V4(*address)), address.is_private(), *address));
    found.dedup();
    found
}

/// The local addresses in the text of `/proc/net/fib_trie`: a leaf, and below it `/32 host LOCAL`.
fn parse_fib_trie(text: &str) -> Vec<Ipv4Addr> {
    let mut leaf = None;
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            leaf = address.parse::<Ipv4Addr>().ok();
        } else if line == "/32 host LOCAL" {
            found.extend(leaf);
        }
    }
    found.retain(|address| !address.is_loopback() && !address.is_link_local());
    found
}

/// The addresses in texts of either table of the kernel's.
pub(crate) fn of_text(text: &str) -> usize {
    sorted_v4(text, None).len() + sorted_v6(&parse_if_inet6(text), None).len()
}

/// Lasting addresses first: a temporary one (RFC 8981) is gone tomorrow. Among them those of the default route's
/// interface, and public ones before unique local ones (RFC 4193).
fn sorted_v6(found: &[Inet6], source: Option<IpAddr>) -> Vec<Ipv6Addr> {
    let interface = |address: IpAddr| found.iter().find(|one| one.address == address).map(|one| &one.interface);
    let outward = source.and_then(interface);
    let mut sorted: Vec<&Inet6> = found.iter().collect();
    sorted.sort_by_key(|one| {
        let fleeting = one.flags & (TEMPORARY | DEPRECATED) != 0;
        let inward = outward.is_some_and(|outward| *outward != one.interface);
        (fleeting, one.address.is_unique_local(), inward, source != Some(one.address.into()), one.address)
    });
    sorted.into_iter().map(|one| one.address).collect()
}

/// The addresses of global scope in the text of `/proc/net/if_inet6`: address, interface number, prefix length, scope,
/// flags (all hexadecimal) and the interface's name.
fn parse_if_inet6(text: &str) -> Vec<Inet6> {
    let one = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [address, _, _, "00", flags, interface] = words[..] else { return None };
        let address = u128::from_str_radix(address, 16).ok().map(Ipv6Addr::from)?;
        let flags = u8::from_str_radix(flags, 16).ok()?;
        Some(Inet6 { address, flags, interface: interface.to_owned() })
    };
    text.lines().filter_map(one).filter(|one| one.flags & DAD_FAILED == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIB_TRIE: &str = "\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
     +-- 198.51.100.0/24 2 0 2
           |-- 198.51.100.0
              /24 link UNICAST
           |-- 198.51.100.7
              /32 host LOCAL
           |-- 198.51.100.9
              /32 host LOCAL
        |-- 198.51.100.255
           /32 link BROADCAST
     |-- 169.254.3.1
        /32 host LOCAL
     |-- 10.0.0.4
        /32 host LOCAL
Local:
           |-- 198.51.100.7
              /32 host LOCAL
";
    const IF_INET6: &str = "\
fe8000000000000000fc00fffe000001 04 40 20 80     eth0
20010db8000000000000000000000010 04 40 00 80     eth0
20010db800000000a1b2c3d4e5f60718 04 40 00 01     eth0
20010db8000000000000000000000011 04 40 00 a0     eth0
20010db8000000000000000000000012 04 40 00 88     eth0
fd000000000000000000000000000002 04 40 00 82     eth0
20010db8000100000000000000000001 05 40 00 80     eth1
00000000000000000000000000000001 01 80 10 80       lo
";

    fn v4(text: &str) -> Ipv4Addr {
        text.parse().unwrap()
    }

    #[test]
    fn loopback_and_link_local_addresses_are_left_out() {
        let found = sorted_v4(FIB_TRIE, None);
        assert_eq!(found, [v4("198.51.100.7"), v4("198.51.100.9"), v4("10.0.0.4")]);
    }

    #[test]
    fn the_default_routes_address_comes_first_even_a_private_one() {
        let found = sorted_v4(FIB_TRIE, Some(v4("10.0.0.4").into()));
        assert_eq!(found[0], v4("10.0.0.4"));
    }

    #[test]
    fn lasting_public_addresses_come_first() {
        let source = "2001:db8::a1b2:c3d4:e5f6:718".parse().unwrap();
        let found: Vec<String> =
            sorted_v6(&parse_if_inet6(IF_INET6), Some(source)).iter().map(ToString::to_string).collect();
        // ::10 lasts; eth1's is not the default route's; fd00::2 is unique local; then the temporary one, the outgoing
        // one now, and the deprecated one. ::12 is another machine's (duplicate address detection failed).
        let expected = ["2001:db8::10", "2001:db8:1::1", "fd00::2", "2001:db8::a1b2:c3d4:e5f6:718", "2001:db8::11"];
        assert_eq!(found, expected);
    }

    #[test]
    fn this_machine_can_be_asked() {
        let (ipv4, _) = global(&Root::new(std::path::Path::new("/")));
        assert!(ipv4.iter().all(|address| !address.is_loopback()));
    }
}
