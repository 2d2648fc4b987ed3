//! What a DNS server on this machine says of a zone that it holds itself.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::proto::rr::{Name as WireName, RData, RecordType};

use super::server::{Server, view_of};
use super::zones::Helpers;
use crate::dns::Published;
use crate::dns::judge::{Place, State, judge};
use crate::error::{Context, Error, Result};

/// How long it may take for one answer.
const DEADLINE: Duration = Duration::from_secs(2);

/// The serial of the zone as it is served.
///
/// # Errors
/// When the server gives no answer of use.
pub fn serial(at: SocketAddr, zone: &str) -> Result<u32> {
    let name = wire(zone)?;
    let said = runtime()?.block_on(async { server(at).ask(&name, RecordType::SOA).await });
    let none = || Error::failed(format!("{at} does not serve the zone {zone}"));
    let answer = said.map_err(|why| none().caused_by(why))?;
    let serial = answer.answers.iter().find_map(|record| match &record.data {
        RData::SOA(soa) => Some(soa.serial),
        _ => None,
    });
    serial.ok_or_else(none)
}

/// What the server knows of each of these records of a mail server with this name and these addresses, in their order.
///
/// # Errors
/// When a record's name fits into no question.
pub fn states(at: SocketAddr, records: &[Published], name: &str, addresses: &[IpAddr]) -> Result<Vec<State>> {
    let server = server(at);
    runtime()?.block_on(async {
        let mut states = Vec::new();
        for one in records {
            let asked = wire(one.record.name.as_str())?;
            let seen = view_of(&server, &Helpers(Vec::new()), &asked, &one.record.data).await;
            let place = Place { server: name, addresses, list: records };
            states.push(judge(one, place, &[(server.name.clone(), seen)]));
        }
        Ok(states)
    })
}

fn server(at: SocketAddr) -> Server {
    Server::new(at.to_string(), vec![at], false, DEADLINE)
}

fn wire(name: &str) -> Result<WireName> {
    WireName::from_ascii(format!("{name}.")).context(|| format!("{name} cannot be asked for"))
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context(|| "the DNS cannot be asked".to_owned())
}
