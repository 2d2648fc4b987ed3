//! A throwaway Debian lab: hosts that boot, a private network, a DNS, a far-away mail server.
//!
//! `mailwright rehearse` carries the whole setup out in it before the real server is touched; the tests on real hosts
//! use the same code.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use rustix::fs::FlockOperation;

use crate::error::Result;
use crate::facts::Release;

mod cgroup;
mod host;
mod mirror;
pub mod needs;
mod network;
mod nspawn;
mod overlay;
mod packages;
mod place;
mod seed;
mod sweep;
mod tree;

pub use host::Host;
pub use network::Addresses;
pub use place::HOME;
pub use seed::BINARY;
pub use sweep::{Sweep, sweep};

/// The name of the host that the setup is rehearsed on, before the setup gives it its own.
const FRESH_NAME: &str = "server";

/// What a lab is to have; [`Wanted::start`] makes it.
#[derive(Debug, Clone)]
pub struct Wanted {
    release: Release,
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
    ipv4_only: bool,
    binary: Option<PathBuf>,
    more: u8,
    packages: Vec<String>,
}

/// A lab that stands; dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Lab {
    hosts: Vec<Host>,
    _router: network::Router,
    dir: LabEnd,
}

/// Removes the lab's directory, last of all.
#[derive(Debug)]
struct LabEnd(place::LabDir);

impl Drop for LabEnd {
    fn drop(&mut self) {
        if let Err(error) = place::remove(&self.0.path) {
            tracing::warn!("{error}");
        }
    }
}

impl Lab {
    /// A lab of this release with one plain host, to be told more about before it is started.
    #[must_use]
    pub const fn of(release: Release) -> Wanted {
        Wanted { release, ipv4: None, ipv6: None, ipv4_only: false, binary: None, more: 0, packages: Vec::new() }
    }

    /// The host that the setup is rehearsed on.
    ///
    /// # Panics
    /// Never: a lab has at least one host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.hosts[0]
    }

    /// The same, to switch it off and on.
    pub fn host_mut(&mut self) -> &mut Host {
        &mut self.hosts[0]
    }

    /// All plain hosts.
    pub fn hosts(&mut self) -> &mut [Host] {
        &mut self.hosts
    }

    /// Where the lab keeps its things.
    #[must_use]
    pub fn dir(&self) -> &std::path::Path {
        &self.dir.0.path
    }
}

impl Wanted {
    /// Gives the host this IPv4 address; without one the lab chooses.
    #[must_use]
    pub const fn ipv4(mut self, address: Ipv4Addr) -> Self {
        self.ipv4 = Some(address);
        self
    }

    /// Gives the host this IPv6 address; without one the lab chooses.
    #[must_use]
    pub const fn ipv6(mut self, address: Ipv6Addr) -> Self {
        self.ipv6 = Some(address);
        self
    }

    /// The host has no IPv6.
    #[must_use]
    pub const fn ipv4_only(mut self) -> Self {
        self.ipv4_only = true;
        self
    }

    /// Puts this program at [`BINARY`] on every host, as part of its base.
    #[must_use]
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// Packages that every host can install without a way out: they and all they need lie in apt's cache.
    #[must_use]
    pub fn packages<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.packages.extend(names.into_iter().map(Into::into));
        self
    }

    /// As many more plain hosts of the same kind; their addresses are the lab's choice.
    #[must_use]
    pub const fn more_hosts(mut self, count: u8) -> Self {
        self.more = count;
        self
    }

    /// Makes the lab and waits until its hosts have come up.
    ///
    /// # Errors
    /// When something it needs is missing, or a host does not come up; nothing is left then.
    pub fn start(&self) -> Result<Lab> {
        needs::require()?;
        sweep(Sweep::Dead)?;
        let layers = self.layers()?;
        let dir = LabEnd(place::LabDir::create()?);
        let lab = format!("mailwright-{}", dir.0.id);
        let mut pool =
            network::Pool::without(self.ipv4.map(Into::into).into_iter().chain(self.ipv6.map(Into::into)).collect());
        let gateway = pool.take()?.ipv4;
        let services = pool.take()?;
        let mut router = network::Router::create(format!("{lab}-router"), gateway, services)?;
        let mut hosts = Vec::new();
        let gate = place::gate(FlockOperation::LockShared)?;
        for number in 0..=self.more {
            let given = pool.take()?;
            let addresses = if number == 0 { self.addresses(given) } else { given };
            let name = if number == 0 { "host".to_owned() } else { format!("host{}", number + 1) };
            let netns = network::Netns::create(format!("{lab}-{name}"))?;
            router.attach(&netns, addresses)?;
            let mut seed = seed::Seed::new(FRESH_NAME, services.ipv4.into());
            if let Some(binary) = &self.binary {
                seed = seed.program(BINARY, binary.clone());
            }
            let mut host = Host::assemble(host::Spec {
                name: &name,
                lab: &lab,
                dir: dir.0.path.join(&name),
                layers: layers.clone(),
                seed,
                netns,
                addresses,
            })?;
            host.power_on()?;
            hosts.push(host);
        }
        drop(gate);
        hosts.iter().try_for_each(Host::wait)?;
        Ok(Lab { hosts, _router: router, dir })
    }

    /// The layers of every plain host, topmost first, built when they are not there yet.
    fn layers(&self) -> Result<Vec<PathBuf>> {
        let base = tree::base(self.release)?;
        if self.packages.is_empty() {
            return Ok(vec![base]);
        }
        Ok(vec![packages::layer(self.release, &base, &self.packages, packages::Hold::Archives)?, base])
    }

    fn addresses(&self, given: Addresses) -> Addresses {
        let ipv6 = if self.ipv4_only { None } else { self.ipv6.or(given.ipv6) };
        Addresses { ipv4: self.ipv4.unwrap_or(given.ipv4), ipv6 }
    }
}
