//! The network of a lab: every host has a network namespace of its own and a cable to the lab's router, another
//! namespace. The machine's own network sees nothing of it, so a host can carry the very addresses that the real
//! server will have. There is no way out: what the router does not know is unreachable at once.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::thread;
use std::time::{Duration, Instant};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::error::{Context, Error, Result};
use crate::shell::Program;

/// The addresses of one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// Its IPv4 address.
    pub ipv4: Ipv4Addr,
    /// Its IPv6 address, when it has one.
    pub ipv6: Option<Ipv6Addr>,
}

impl Addresses {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = IpAddr> + use<> {
        std::iter::once(IpAddr::V4(self.ipv4)).chain(self.ipv6.map(IpAddr::V6))
    }
}

/// The router's side of every cable, as a host sees its gateway.
const GATEWAY: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);

/// A network namespace; it goes when this value goes.
#[derive(Debug)]
pub(super) struct Netns {
    name: String,
}

impl Netns {
    /// Makes an empty one.
    pub(super) fn create(name: String) -> Result<Self> {
        Program::new("ip").args(["netns", "add", &name]).success()?;
        let netns = Self { name };
        netns.enter(|| {
            // Addresses are ours alone, so nobody has to wait a second to learn that no one else has them.
            for (key, value) in [("default/accept_dad", "0"), ("default/accept_ra", "0"), ("all/accept_dad", "0")] {
                let _ = fs::write(format!("/proc/sys/net/ipv6/conf/{key}"), value);
            }
        })?;
        netns.ip(&["link set lo up"])?;
        Ok(netns)
    }

    /// The file that stands for it.
    pub(super) fn path(&self) -> String {
        format!("/run/netns/{}", self.name)
    }

    /// Runs `ip` commands in it, one a line.
    fn ip<S: AsRef<str>>(&self, lines: &[S]) -> Result<()> {
        let text = lines.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("\n");
        Program::new("ip").args(["-n", &self.name, "-batch", "-"]).stdin(text + "\n").success().map(drop)
    }

    /// Waits until every address can be used: the kernel clears a new IPv6 address in the background, also one for
    /// which nobody else is asked, and until then no socket can be bound to it.
    fn settle(&self) -> Result<()> {
        let settled = self.enter(|| {
            let started = Instant::now();
            while started.elapsed() < Duration::from_secs(5) {
                if !any_tentative(&fs::read_to_string("/proc/thread-self/net/if_inet6").unwrap_or_default()) {
                    return true;
                }
                thread::sleep(Duration::from_millis(1));
            }
            false
        })?;
        if settled {
            Ok(())
        } else {
            Err(Error::failed(format!("the addresses of {} did not become usable", self.name)))
        }
    }

    /// Runs a closure on a thread that has entered the namespace.
    pub(super) fn enter<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        let path = self.path();
        thread::scope(|scope| {
            let inside = scope.spawn(move || enter_for_good(&path).map(|()| work()));
            inside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}

impl Drop for Netns {
    fn drop(&mut self) {
        delete(&self.name);
    }
}

/// Moves the calling thread, and it alone, into a network namespace.
pub(super) fn enter_for_good(path: &str) -> Result<()> {
    let sentence = || format!("the network namespace {path} could not be entered");
    let file = fs::File::open(path).context(sentence)?;
    move_into_link_name_space(std::os::fd::AsFd::as_fd(&file), Some(LinkNameSpaceType::Network)).context(sentence)
}

/// Deletes the namespace of this name.
pub(super) fn delete(name: &str) {
    if let Err(error) = Program::new("ip").args(["netns", "delete", name]).success() {
        tracing::warn!("{error}");
    }
}

/// The names of this machine's network namespaces that start with `prefix`.
pub(super) fn named(prefix: &str) -> Vec<String> {
    let entries = fs::read_dir("/run/netns").into_iter().flatten().flatten();
    entries.map(|e| e.file_name().to_string_lossy().into_owned()).filter(|name| name.starts_with(prefix)).collect()
}

/// The router of a lab.
#[derive(Debug)]
pub(super) struct Router {
    netns: Netns,
    gateway: Ipv4Addr,
    cables: u32,
}

impl Router {
    /// Makes the router; `gateway` is its side of every cable, `services` are its own addresses beside it.
    pub(super) fn create(name: String, gateway: Ipv4Addr, services: Addresses) -> Result<Self> {
        let netns = Netns::create(name)?;
        netns
            .enter(|| {
                fs::write("/proc/sys/net/ipv4/ip_forward", "1")?;
                if services.ipv6.is_some() { fs::write("/proc/sys/net/ipv6/conf/all/forwarding", "1") } else { Ok(()) }
            })?
            .context(|| "the lab's router could not be told to forward".to_owned())?;
        let nodad = |address: IpAddr| if address.is_ipv6() { " nodad" } else { "" };
        let line = |address| format!("addr add {address} dev lo{}", nodad(address));
        netns.ip(&services.all().map(line).collect::<Vec<_>>())?;
        netns.settle()?;
        Ok(Self { netns, gateway, cables: 0 })
    }

    /// The router's own namespace.
    pub(super) const fn netns(&self) -> &Netns {
        &self.netns
    }

    /// Lays a cable to a host's namespace and gives the host its addresses, as a hoster would: the gateway is on the
    /// link, the rest of the world behind it.
    pub(super) fn attach(&mut self, host: &Netns, addresses: Addresses) -> Result<()> {
        self.cables += 1;
        let port = format!("port{}", self.cables);
        let (here, there, gateway) = (&self.netns.name, &host.name, self.gateway);
        Program::new("ip")
            .args(["link", "add", "eth0", "netns", there, "type", "veth", "peer", "name", &port, "netns", here])
            .success()?;
        let mut router = vec![format!("link set {port} up"), format!("addr add {gateway}/32 dev {port}")];
        let mut inside = vec!["link set eth0 up".to_owned(), format!("addr add {}/32 dev eth0", addresses.ipv4)];
        router.push(format!("route add {}/32 dev {port}", addresses.ipv4));
        inside.push(format!("route add {gateway} dev eth0"));
        inside.push(format!("route add default via {gateway} dev eth0"));
        if let Some(ipv6) = addresses.ipv6 {
            router.push(format!("addr add {GATEWAY}/64 dev {port} nodad"));
            router.push(format!("route add {ipv6}/128 dev {port}"));
            inside.push(format!("addr add {ipv6}/128 dev eth0 nodad"));
            inside.push(format!("route add ::/0 via {GATEWAY} dev eth0"));
        }
        self.netns.ip(&router)?;
        host.ip(&inside)?;
        host.settle()
    }
}

/// Whether an address of `/proc/net/if_inet6` is still tentative; its fifth column are the flags (`linux/if_addr.h`).
fn any_tentative(table: &str) -> bool {
    const TENTATIVE: u32 = 0x40;
    let mut flags = table.lines().filter_map(|line| u32::from_str_radix(line.split_whitespace().nth(4)?, 16).ok());
    flags.any(|flags| flags & TENTATIVE != 0)
}

/// Whether this machine's kernel knows IPv6 at all.
pub(super) fn has_ipv6() -> bool {
    fs::exists("/proc/sys/net/ipv6").unwrap_or(false)
}

/// Gives out addresses of a range meant for documentation, leaving out those that are spoken for.
#[derive(Debug)]
pub(super) struct Pool {
    taken: Vec<IpAddr>,
    next: u8,
}

impl Pool {
    /// A pool that never gives out one of `taken`.
    pub(super) const fn without(taken: Vec<IpAddr>) -> Self {
        Self { taken, next: 1 }
    }

    /// The next free pair.
    pub(super) fn take(&mut self) -> Result<Addresses> {
        while self.next < 255 {
            let last = self.next;
            self.next += 1;
            let ipv4 = Ipv4Addr::new(198, 51, 100, last);
            let ipv6 = Ipv6Addr::new(0x2001, 0xdb8, 0x5133, 0, 0, 0, 0, u16::from(last));
            let free = |address: IpAddr| !self.taken.contains(&address);
            if free(ipv4.into()) && free(ipv6.into()) {
                return Ok(Addresses { ipv4, ipv6: has_ipv6().then_some(ipv6) });
            }
        }
        Err(Error::failed("the lab has no address left to give out"))
    }
}

#[cfg(test)]
mod tests {
    use super::any_tentative;

    #[test]
    fn a_tentative_address_is_seen() {
        let loopback = "00000000000000000000000000000001 01 80 10 80       lo\n";
        let fresh = "20010db8513300000000000000000002 01 80 00 c2       lo\n";
        assert!(!any_tentative(loopback));
        assert!(any_tentative(&format!("{loopback}{fresh}")));
    }
}
