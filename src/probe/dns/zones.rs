//! Who is responsible for a name: found from the zone cut above it, and as the zone's parent names them.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::op::DnsResponse;
use hickory_resolver::proto::rr::{Name as WireName, RData, Record as WireRecord, RecordType};
use tokio::task::JoinSet;

use super::server::Server;

/// More servers than these are not asked; zones with more are rare, and theirs know the same.
const MOST: usize = 8;

/// Resolvers that look up what is needed on the way; the first answer counts.
#[derive(Debug, Clone)]
pub(super) struct Helpers(pub Vec<Arc<Server>>);

impl Helpers {
    /// The first answer that any of them gives; without one the last reason.
    pub async fn ask(&self, name: &WireName, kind: RecordType) -> Result<DnsResponse, String> {
        let mut asked = JoinSet::new();
        for helper in &self.0 {
            let (helper, name) = (Arc::clone(helper), name.clone());
            asked.spawn(async move { helper.ask(&name, kind).await });
        }
        let mut why = "no resolver".to_owned();
        while let Some(answer) = asked.join_next().await {
            match answer {
                Ok(Ok(response)) => return Ok(response),
                Ok(Err(error)) => why = error,
                Err(error) => why = error.to_string(),
            }
        }
        Err(why)
    }

    /// The addresses of a host, IPv4 first.
    async fn addresses(&self, host: &WireName) -> Vec<IpAddr> {
        let mut found = Vec::new();
        for kind in [RecordType::A, RecordType::AAAA] {
            if let Ok(response) = self.ask(host, kind).await {
                found.extend(response.answers.iter().filter_map(address));
            }
        }
        found
    }
}

/// The zones met so far and their servers.
pub(super) struct Zones {
    helpers: Helpers,
    port: u16,
    deadline: Duration,
    /// The name servers at a name, where a zone begins there.
    cuts: HashMap<WireName, Option<Vec<WireName>>>,
    servers: HashMap<WireName, Vec<Arc<Server>>>,
}

impl Zones {
    pub fn new(helpers: Helpers, port: u16, deadline: Duration) -> Self {
        Self { helpers, port, deadline, cuts: HashMap::new(), servers: HashMap::new() }
    }

    /// The servers responsible for a name; none when that cannot be found out.
    pub async fn servers(&mut self, name: &WireName) -> Vec<Arc<Server>> {
        let Some((zone, own)) = self.cut(name).await else { return Vec::new() };
        if let Some(known) = self.servers.get(&zone) {
            return known.clone();
        }
        let (names, glue) = self.delegation(&zone).await.unwrap_or((own, HashMap::new()));
        let mut servers = Vec::new();
        for name in names.iter().take(MOST) {
            let mut addresses = self.helpers.addresses(name).await;
            if addresses.is_empty() {
                addresses = glue.get(name).cloned().unwrap_or_default();
            }
            let addresses = first_of_each(&addresses, self.port);
            let shown = name.to_ascii().trim_end_matches('.').to_owned();
            servers.push(Arc::new(Server::new(shown, addresses, false, self.deadline)));
        }
        self.servers.insert(zone, servers.clone());
        servers
    }

    /// The zone a name lies in, and the servers the zone itself names.
    pub async fn cut(&mut self, name: &WireName) -> Option<(WireName, Vec<WireName>)> {
        let mut at = name.to_lowercase();
        loop {
            if !self.cuts.contains_key(&at) {
                // Who is not reached now may be with the next name.
                let response = self.helpers.ask(&at, RecordType::NS).await.ok()?;
                let names = name_servers(&at, &response.answers);
                self.cuts.insert(at.clone(), (!names.is_empty()).then_some(names));
            }
            if let Some(Some(names)) = self.cuts.get(&at) {
                return Some((at, names.clone()));
            }
            if at.is_root() {
                return None;
            }
            at = at.base_name();
        }
    }

    /// The servers of a zone as its parent names them, with the addresses it gives.
    async fn delegation(&mut self, zone: &WireName) -> Option<(Vec<WireName>, HashMap<WireName, Vec<IpAddr>>)> {
        if zone.is_root() {
            return None;
        }
        let (_, parents) = self.cut(&zone.base_name()).await?;
        for parent in parents.iter().take(3) {
            let addresses = first_of_each(&self.helpers.addresses(parent).await, self.port);
            let server = Server::new(parent.to_ascii(), addresses, false, self.deadline);
            let Ok(response) = server.ask(zone, RecordType::NS).await else { continue };
            // A referral, or an answer where the parent's servers hold the zone as well.
            let said: Vec<WireRecord> = response.authorities.iter().chain(&response.answers).cloned().collect();
            let names = name_servers(zone, &said);
            if !names.is_empty() {
                let mut glue: HashMap<WireName, Vec<IpAddr>> = HashMap::new();
                for record in &response.additionals {
                    glue.entry(record.name.to_lowercase()).or_default().extend(address(record));
                }
                return Some((names, glue));
            }
        }
        None
    }
}

/// The name servers of exactly this name.
fn name_servers(of: &WireName, records: &[WireRecord]) -> Vec<WireName> {
    let name = |record: &WireRecord| match &record.data {
        RData::NS(name) if record.name.to_lowercase() == *of => Some(name.0.to_lowercase()),
        _ => None,
    };
    let mut names: Vec<WireName> = records.iter().filter_map(name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn address(record: &WireRecord) -> Option<IpAddr> {
    match &record.data {
        RData::A(address) => Some(address.0.into()),
        RData::AAAA(address) => Some(address.0.into()),
        _ => None,
    }
}

/// One address of each family: a server is reached or it is not.
fn first_of_each(addresses: &[IpAddr], port: u16) -> Vec<SocketAddr> {
    let first = |four: bool| addresses.iter().find(|address| address.is_ipv4() == four);
    [true, false].into_iter().filter_map(first).map(|address| SocketAddr::new(*address, port)).collect()
}
