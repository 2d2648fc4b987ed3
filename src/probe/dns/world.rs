//! The world: who is asked for a record, all at once, and what they say together.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::rr::Name as WireName;
use hickory_resolver::system_conf::read_system_conf;
use tokio::task::JoinSet;

use super::server::{Server, view_of};
use super::zones::{Helpers, Zones};
use crate::answers::{Answers, Resolver};
use crate::dns::Published;
use crate::dns::judge::{Place, State, View, judge};
use crate::error::{Context, Result};

/// How long one server may take for one answer.
const DEADLINE: Duration = Duration::from_secs(4);
/// Public resolvers, by their addresses in both families: Cloudflare, Google, Quad9.
const PUBLIC: [[&str; 2]; 3] =
    [["1.1.1.1", "2606:4700:4700::1111"], ["8.8.8.8", "2001:4860:4860::8888"], ["9.9.9.9", "2620:fe::fe"]];

/// Whom to ask: resolvers, and the servers responsible for each name.
#[derive(Debug, Clone)]
pub struct World {
    /// Each by its addresses.
    resolvers: Vec<Vec<SocketAddr>>,
    /// Asked on the way to the responsible servers, but not for what they see.
    helpers: Vec<SocketAddr>,
    /// In place of the responsible servers.
    authorities: Option<Vec<SocketAddr>>,
    /// The port of the responsible servers.
    pub(super) port: u16,
    pub(super) deadline: Duration,
}

impl World {
    /// The world through the resolvers of the answers, or else through this machine's own and a few public ones.
    ///
    /// A resolver on this machine itself does not count as the world: it may answer from /etc/hosts.
    #[must_use]
    pub fn of(answers: &Answers) -> Self {
        let given: Vec<Vec<SocketAddr>> = answers.resolvers.iter().map(|resolver| vec![resolver.0]).collect();
        let (mut resolvers, mut helpers) = (given, Vec::new());
        if resolvers.is_empty() {
            let (here, out): (Vec<_>, Vec<_>) = system().into_iter().partition(|address| address.ip().is_loopback());
            helpers = here;
            resolvers = out.into_iter().map(|address| vec![address]).collect();
            for addresses in PUBLIC {
                let public: Vec<SocketAddr> = addresses.iter().filter_map(|text| at_port(text)).collect();
                if !resolvers.iter().flatten().any(|known| public.contains(known)) {
                    resolvers.push(public);
                }
            }
        }
        Self { resolvers, helpers, authorities: None, port: Resolver::PORT, deadline: DEADLINE }
    }

    /// These servers in the place of those responsible for each name.
    #[must_use]
    pub fn with_authorities(mut self, authorities: Vec<SocketAddr>) -> Self {
        self.authorities = Some(authorities);
        self
    }

    /// The port of the responsible servers, in place of 53.
    #[must_use]
    pub const fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How long one server may take for one answer, in place of four seconds.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// What the world knows of each of these records of a server with these addresses, in their order.
    ///
    /// # Errors
    /// When this machine gives no means to ask, or a record's name fits into no question.
    pub fn states(&self, records: &[Published], server: &str, addresses: &[IpAddr]) -> Result<Vec<State>> {
        let views = super::block_on(self.views(records))??;
        let place = Place { server, addresses, list: records };
        Ok(records.iter().zip(&views).map(|(record, views)| judge(record, place, views)).collect())
    }

    /// What each server says of each record.
    async fn views(&self, records: &[Published]) -> Result<Vec<Vec<(String, View)>>> {
        let (resolvers, helpers) = self.resolvers();
        let given = self.authorities.as_ref();
        let given = given.map(|all| all.iter().map(|one| Arc::new(self.server(&[*one], false))).collect::<Vec<_>>());
        let mut zones = Zones::new(helpers.clone(), self.port, self.deadline);
        let mut asked = JoinSet::new();
        for (n, one) in records.iter().enumerate() {
            let name = WireName::from_ascii(format!("{}.", one.record.name))
                .context(|| format!("{} cannot be asked for", one.record.name))?;
            let responsible = match &given {
                Some(given) => given.clone(),
                None => zones.servers(&name).await,
            };
            for (m, server) in responsible.iter().chain(&resolvers).cloned().enumerate() {
                let (name, data, helpers) = (name.clone(), one.record.data.clone(), helpers.clone());
                asked.spawn(async move { (n, m, server.name.clone(), view_of(&server, &helpers, &name, &data).await) });
            }
        }
        let mut answers = Vec::new();
        while let Some(answer) = asked.join_next().await {
            // A task that died has seen nothing.
            answers.extend(answer.ok());
        }
        answers.sort_by_key(|(n, m, _, _)| (*n, *m));
        let mut views = vec![Vec::new(); records.len()];
        for (n, _, server, view) in answers {
            views[n].push((server, view));
        }
        Ok(views)
    }

    /// The resolvers, and all that may be asked on the way.
    fn resolvers(&self) -> (Vec<Arc<Server>>, Helpers) {
        let resolver = |addresses: &Vec<SocketAddr>| Arc::new(self.server(addresses, true));
        let resolvers: Vec<Arc<Server>> = self.resolvers.iter().map(resolver).collect();
        let here = self.helpers.iter().map(|address| Arc::new(self.server(&[*address], true)));
        let helpers = Helpers(resolvers.iter().cloned().chain(here).collect());
        (resolvers, helpers)
    }

    /// All that may be asked on the way.
    pub(super) fn helpers(&self) -> Helpers {
        self.resolvers().1
    }

    /// A server that is called by its address.
    fn server(&self, addresses: &[SocketAddr], recursive: bool) -> Server {
        let name = addresses.first().map(|address| Resolver(*address).to_string()).unwrap_or_default();
        Server::new(name, addresses.to_vec(), recursive, self.deadline)
    }
}

/// The resolvers this machine uses.
fn system() -> Vec<SocketAddr> {
    let Ok((config, _)) = read_system_conf() else { return Vec::new() };
    let mut found = Vec::new();
    for server in config.name_servers() {
        let port = server.connections.first().map_or(Resolver::PORT, |connection| connection.port);
        let address = SocketAddr::new(server.ip, port);
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

fn at_port(address: &str) -> Option<SocketAddr> {
    Some(SocketAddr::new(address.parse().ok()?, Resolver::PORT))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
#[path = "table/mod.rs"]
mod table;

#[cfg(test)]
#[path = "beside_tests.rs"]
mod beside_tests;
