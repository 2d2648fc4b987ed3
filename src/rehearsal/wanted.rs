//! What a lab is to have, and its making.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use rustix::fs::FlockOperation;

use super::dns::{self, Dns};
use super::drive;
use super::far::{self, Far};
use super::host::{Host, Spec};
use super::lab::{Lab, LabEnd};
use super::network::{Addresses, Netns, Pool, Router};
use super::overlay::Disk;
use super::packages::{Hold, layer};
use super::place::{LabDir, gate};
use super::seed::{BINARY, Seed};
use super::sweep::sweep;
use super::{needs, tree};
use crate::error::Result;
use crate::facts::Release;
use crate::probe::outward;
use crate::records::{Data, Name, Record};

/// The name of a plain host, before the setup gives it its own.
const FRESH_NAME: &str = "server";

/// What a lab is to have; [`Wanted::start`] makes it.
#[derive(Debug, Clone)]
pub struct Wanted {
    release: Release,
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
    ipv4_only: bool,
    binary: Option<PathBuf>,
    packages: Vec<String>,
    apart: Vec<Vec<String>>,
    records: Vec<Record>,
    more: u8,
    far: bool,
    far_packages: Vec<String>,
    disk: Disk,
    saved: Option<PathBuf>,
}

impl Lab {
    /// A lab of this release with one plain host, to be told more about before it is started.
    #[must_use]
    pub const fn of(release: Release) -> Wanted {
        Wanted {
            release,
            ipv4: None,
            ipv6: None,
            ipv4_only: false,
            binary: None,
            packages: Vec::new(),
            apart: Vec::new(),
            records: Vec::new(),
            more: 0,
            far: false,
            far_packages: Vec::new(),
            disk: Disk::Ours,
            saved: None,
        }
    }

    /// Whether this machine can give hosts disks of their own ([`Wanted::drive_mib`]).
    #[must_use]
    pub fn has_drives() -> bool {
        drive::is_possible()
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

    /// Puts this program at [`BINARY`] on every plain host, as part of its base.
    #[must_use]
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// Packages that every plain host can install without a way out: they and all they need lie in apt's cache.
    #[must_use]
    pub fn packages<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.packages.extend(names.into_iter().map(Into::into));
        self
    }

    /// The same of a set that cannot be installed together with the other packages, as another mail server.
    #[must_use]
    pub fn packages_apart<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.apart.push(names.into_iter().map(Into::into).collect());
        self
    }

    /// Publishes these records in the lab's DNS.
    #[must_use]
    pub fn records(mut self, records: impl IntoIterator<Item = Record>) -> Self {
        self.records.extend(records);
        self
    }

    /// As many more plain hosts of the same kind; their addresses are the lab's choice.
    #[must_use]
    pub const fn more_hosts(mut self, count: u8) -> Self {
        self.more = count;
        self
    }

    /// Gives every plain host a disk of this size, kept in memory: to see what happens when it is full.
    #[must_use]
    pub const fn disk_mib(mut self, size: u64) -> Self {
        self.disk = Disk::Memory(size);
        self
    }

    /// Gives every plain host a disk of its own of this size: what a program syncs is written before it goes on, and
    /// [`Host::cut_power`] loses what was not.
    #[must_use]
    pub const fn drive_mib(mut self, size: u64) -> Self {
        self.disk = Disk::Drive(size);
        self
    }

    /// The first host begins with what [`Host::save`] kept of another one of the same release.
    #[must_use]
    pub fn saved(mut self, disk: impl Into<PathBuf>) -> Self {
        self.saved = Some(disk.into());
        self
    }

    /// Puts the far mail host beside it.
    #[must_use]
    pub const fn far(mut self) -> Self {
        self.far = true;
        self
    }

    /// Packages that the far mail host has beside its Postfix; their daemons are not started.
    #[must_use]
    pub fn far_packages<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.far_packages.extend(names.into_iter().map(Into::into));
        self
    }

    /// Makes the lab and waits until its hosts have come up.
    ///
    /// # Errors
    /// When something it needs is missing, or a host does not come up; nothing is left then.
    pub fn start(&self) -> Result<Lab> {
        needs::require()?;
        sweep()?;
        let trees = Trees::ready(self)?;
        // The lab's directory is made first and, whatever happens, goes last.
        let dir = LabEnd(LabDir::create()?);
        let given = [self.ipv4.map(Into::into), self.ipv6.map(Into::into)];
        let mut pool = Pool::without(given.into_iter().flatten().collect());
        let (gateway, services) = (pool.take()?.ipv4, pool.take()?);
        let far = if self.far { Some(pool.take()?) } else { None };
        let router = Router::create(format!("mailwright-{}-router", dir.0.id), gateway, services)?;
        let dns = Dns::start(router.netns().path(), services.all().collect(), own_records(services, far)?)?;
        dns.publish(&self.records)?;

        let mut making = Making { dir: &dir.0, router, resolver: services };
        let mounting = gate(FlockOperation::LockShared)?;
        let mut hosts = Vec::new();
        for number in 0..=self.more {
            let name = if number == 0 { "host".to_owned() } else { format!("host{}", number + 1) };
            let chosen = pool.take()?;
            let addresses = if number == 0 { self.addresses(chosen) } else { chosen };
            let base = Base {
                layers: trees.plain.clone(),
                seed: self.plain_seed(making.seed()),
                saved: self.saved.clone().filter(|_| number == 0),
                disk: self.disk,
            };
            hosts.push(making.host(&name, addresses, base)?);
        }
        let far = match far {
            Some(addresses) => {
                let seed = far::seed(making.seed())?;
                let base = Base { layers: trees.far.clone(), seed, saved: None, disk: Disk::Ours };
                Some(making.host("far", addresses, base)?)
            }
            None => None,
        };
        drop(mounting);
        hosts.iter().chain(&far).try_for_each(Host::wait)?;
        Ok(Lab { hosts, far: far.map(Far::new), dns, resolver: services.ipv4.into(), _router: making.router, dir })
    }

    fn addresses(&self, chosen: Addresses) -> Addresses {
        let ipv6 = if self.ipv4_only { None } else { self.ipv6.or(chosen.ipv6) };
        Addresses { ipv4: self.ipv4.unwrap_or(chosen.ipv4), ipv6 }
    }

    fn plain_seed(&self, seed: Seed) -> Seed {
        match &self.binary {
            Some(binary) => seed.program(BINARY, binary.clone()),
            None => seed,
        }
    }
}

/// The layers that hosts stand on, topmost first.
struct Trees {
    plain: Vec<PathBuf>,
    far: Vec<PathBuf>,
}

impl Trees {
    /// Builds what is not there yet.
    fn ready(wanted: &Wanted) -> Result<Self> {
        let base = tree::base(wanted.release)?;
        let over = |sets: &[Vec<String>], hold: Hold| -> Result<Vec<PathBuf>> {
            Ok(vec![layer(wanted.release, &base, sets, hold)?, base.clone()])
        };
        let sets: Vec<Vec<String>> = [&wanted.packages].into_iter().chain(&wanted.apart).cloned().collect();
        let nothing = sets.iter().all(Vec::is_empty);
        let plain = if nothing { vec![base.clone()] } else { over(&sets, Hold::Archives)? };
        let of_far: Vec<String> = wanted.far_packages.iter().cloned().chain(["postfix".to_owned()]).collect();
        let far = if wanted.far { over(&[of_far], Hold::Installed)? } else { Vec::new() };
        Ok(Self { plain, far })
    }
}

/// A lab in the making.
struct Making<'a> {
    dir: &'a LabDir,
    router: Router,
    resolver: Addresses,
}

impl Making<'_> {
    fn seed(&self) -> Seed {
        Seed::new(FRESH_NAME, self.resolver.ipv4.into())
    }

    /// Makes a host, connects it and switches it on.
    fn host(&mut self, name: &str, addresses: Addresses, base: Base) -> Result<Host> {
        let lab = format!("mailwright-{}", self.dir.id);
        let netns = Netns::create(format!("{lab}-{name}"))?;
        self.router.attach(&netns, addresses)?;
        let Base { layers, seed, saved, disk } = base;
        let dir = self.dir.path.join(name);
        let mut host = Host::assemble(Spec { name, lab: &lab, dir, layers, seed, netns, addresses, saved, disk })?;
        host.power_on()?;
        Ok(host)
    }
}

/// What a host begins with.
struct Base {
    layers: Vec<PathBuf>,
    seed: Seed,
    saved: Option<PathBuf>,
    disk: Disk,
}

/// What the lab's DNS knows of the lab itself.
fn own_records(services: Addresses, far: Option<Addresses>) -> Result<Vec<Record>> {
    let name: Name = crate::error::Context::context(dns::NAME.parse(), || "the DNS has no name".to_owned())?;
    let mut records: Vec<Record> = services.all().map(|address| Record::address(name.clone(), address)).collect();
    records.extend(far.map(far::records).transpose()?.into_iter().flatten());
    // The mail servers that are called to see whether port 25 is open on the way out: the lab's DNS takes the call.
    for domain in outward::TRIED {
        let domain: Name = crate::error::Context::context(domain.parse(), || format!("{domain} is no name"))?;
        records.push(Record::new(domain, Data::Mx { preference: 10, exchange: name.clone() }));
    }
    Ok(records)
}
