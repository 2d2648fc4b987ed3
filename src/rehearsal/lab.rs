//! A lab that stands: its hosts, its DNS, its far mail host. Dropping it leaves nothing behind.

use std::net::IpAddr;
use std::path::Path;

use rustix::fs::FlockOperation;

use super::dns::Dns;
use super::far::Far;
use super::host::Host;
use super::network::Router;
use super::place::{self, LabDir};

/// A lab that stands. Its parts go in the order they stand in here.
#[derive(Debug)]
pub struct Lab {
    pub(super) hosts: Vec<Host>,
    pub(super) far: Option<Far>,
    pub(super) dns: Dns,
    pub(super) resolver: IpAddr,
    pub(super) _router: Router,
    pub(super) dir: LabEnd,
}

/// Removes the lab's directory, last of all.
#[derive(Debug)]
pub(super) struct LabEnd(pub(super) LabDir);

impl Drop for LabEnd {
    fn drop(&mut self) {
        // Behind the gate, so that no sweep looks at a directory that is half gone.
        let removed = place::gate(FlockOperation::LockExclusive).and_then(|_alone| place::remove(&self.0.path));
        if let Err(error) = removed {
            tracing::warn!("{error}");
        }
    }
}

impl Lab {
    /// The host that the setup is rehearsed on.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.hosts[0]
    }

    /// The same, to switch it off and on.
    pub fn host_mut(&mut self) -> &mut Host {
        &mut self.hosts[0]
    }

    /// All plain hosts, the one to be set up first.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The far mail host, when one was wanted.
    #[must_use]
    pub const fn far(&self) -> Option<&Far> {
        self.far.as_ref()
    }

    /// The DNS.
    #[must_use]
    pub const fn dns(&self) -> &Dns {
        &self.dns
    }

    /// Where the DNS answers, on port 53.
    #[must_use]
    pub const fn resolver(&self) -> IpAddr {
        self.resolver
    }

    /// Where the lab keeps its things.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir.0.path
    }

    /// Its name, unique on this machine while it stands.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.dir.0.id
    }

    /// The name of each host, and the command line that opens a shell on it.
    #[must_use]
    pub fn doors(&self) -> Vec<(String, String)> {
        let hosts = self.hosts.iter().chain(self.far.as_ref().map(Far::host));
        hosts.map(|host| (host.name().to_owned(), host.entering().join(" ") + " bash")).collect()
    }
}
