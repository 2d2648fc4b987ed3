//! The machine's name, and where it leads on the machine itself.

use std::collections::BTreeSet;
use std::net::{IpAddr, ToSocketAddrs};

use super::seen::{Seen, Verdict, unknown};
use super::{read, tool};
use crate::error::Result;

/// The static hostname and the kernel's are this name.
pub fn hostname(fqdn: &str) -> Result<Verdict> {
    let file = read("/etc/hostname")?;
    let kernel = rustix::system::uname();
    let kernel = kernel.nodename().to_string_lossy();
    Ok(same_name(fqdn, file.trim(), &kernel))
}

fn same_name(fqdn: &str, file: &str, kernel: &str) -> Verdict {
    let mut seen = Seen::default();
    for (place, found) in [("/etc/hostname", file), ("the kernel (uname -n)", kernel)] {
        if found.eq_ignore_ascii_case(fqdn) {
            seen.good(format!("{place} says {found}"));
        } else {
            seen.fail(format!("{place} says {found:?}"));
        }
    }
    seen.verdict()
}

fn full_name(seen: &mut Seen, fqdn: &str, full: std::result::Result<&str, &str>) {
    match full {
        Ok(found) if found.eq_ignore_ascii_case(fqdn) => seen.good(format!("hostname -f says {found}")),
        Ok(found) => seen.fail(format!("hostname -f says {found:?}")),
        Err(error) => seen.fail(format!("hostname -f finds no name: {error}")),
    }
}

/// The name resolves here to these addresses and to no loopback one, and `hostname -f` gives it.
pub fn resolves_here(fqdn: &str, addresses: &[IpAddr]) -> Result<Verdict> {
    if addresses.is_empty() {
        return Ok(unknown("no public address of this server is known"));
    }
    let hosts = read("/etc/hosts")?;
    // Asked with a port, because that is how a program gets all addresses; it is not connected to.
    let resolved = (fqdn, 25).to_socket_addrs().map(|found| found.map(|address| address.ip()).collect());
    let asked = tool("hostname").arg("-f").run()?;
    let full = if asked.ok() { Ok(asked.stdout.trim()) } else { Err(asked.stderr.trim()) };
    Ok(leads_to(fqdn, addresses, resolved.map_err(|cause| cause.to_string()), &hosts, full))
}

fn leads_to(
    fqdn: &str,
    addresses: &[IpAddr],
    resolved: std::result::Result<BTreeSet<IpAddr>, String>,
    hosts: &str,
    full: std::result::Result<&str, &str>,
) -> Verdict {
    let mut seen = Seen::default();
    let resolved = match resolved {
        Ok(resolved) => resolved,
        Err(why) => {
            seen.fail(format!("{fqdn} leads nowhere: {why}"));
            return seen.verdict();
        }
    };
    for address in addresses {
        if resolved.contains(address) {
            seen.good(format!("{fqdn} leads to {address}"));
        } else {
            seen.fail(format!("{fqdn} does not lead to {address}"));
        }
    }
    for address in resolved.iter().filter(|address| !addresses.contains(address)) {
        seen.fail(format!("{fqdn} leads to {address}, which is not this server's public address"));
    }
    full_name(&mut seen, fqdn, full);
    for address in named_on_loopback(hosts, fqdn) {
        seen.fail(format!("/etc/hosts gives {fqdn} the loopback address {address}"));
    }
    seen.verdict()
}

/// The loopback addresses whose lines in hosts(5) hold this name.
fn named_on_loopback(hosts: &str, fqdn: &str) -> BTreeSet<IpAddr> {
    let entry = |line: &str| {
        let mut words = line.split('#').next()?.split_whitespace();
        let address: IpAddr = words.next()?.parse().ok()?;
        let named = words.any(|name| name.eq_ignore_ascii_case(fqdn));
        (named && address.is_loopback()).then_some(address)
    };
    hosts.lines().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    const NAME: &str = "mail.example.org";

    #[test]
    fn the_file_and_the_kernel_have_to_agree() {
        assert_eq!(same_name(NAME, NAME, NAME).0, Outcome::Pass);
        for (file, kernel) in [("mail", NAME), (NAME, "debian")] {
            assert_eq!(same_name(NAME, file, kernel).0, Outcome::Fail, "{file} {kernel}");
        }
    }

    #[test]
    fn the_name_leads_to_the_public_addresses_and_nowhere_else() {
        let ip = |text: &str| -> IpAddr { text.parse().unwrap() };
        let wanted = [ip("198.51.100.7"), ip("2001:db8::7")];
        let judge = |resolved: &[IpAddr], hosts: &str| {
            leads_to(NAME, &wanted, Ok(resolved.iter().copied().collect()), hosts, Ok(NAME))
        };
        assert_eq!(judge(&wanted, "127.0.0.1 localhost\n").0, Outcome::Pass);
        assert_eq!(judge(&wanted[..1], "").0, Outcome::Fail);
        for full in [Ok("mail"), Err("no name")] {
            let resolved = Ok(wanted.iter().copied().collect());
            assert_eq!(leads_to(NAME, &wanted, resolved, "", full).0, Outcome::Fail, "{full:?}");
        }
        assert_eq!(judge(&[wanted[0], wanted[1], ip("10.0.0.1")], "").0, Outcome::Fail);
        let loopback = judge(&wanted, "127.0.1.1 Mail.example.org mail # old\n");
        assert_eq!(loopback.0, Outcome::Fail);
        assert!(loopback.1.contains("127.0.1.1"), "{}", loopback.1);
        assert_eq!(leads_to(NAME, &wanted, Err("no address".into()), "", Ok(NAME)).0, Outcome::Fail);
    }
}
