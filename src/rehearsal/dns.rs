//! The lab's DNS: answers for the whole world, which consists of the records it was given.
//!
//! What nobody published does not exist; there is no timeout and nothing is forwarded.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::mpsc;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use async_trait::async_trait;
use hickory_proto::op::{Edns, Metadata, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV, TLSA, TXT};
use hickory_proto::rr::{Name as WireName, RData, Record as WireRecord, RecordType};
use hickory_server::Server;
use hickory_server::net::runtime::Time;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;
use tokio::sync::oneshot;

use super::network::enter_for_good;
use crate::error::{Context, Error, Result};
use crate::records::{Data, Record};

/// The name of the lab's name server.
pub(super) const NAME: &str = "ns.lab.test";

/// The running server; it ends when it is dropped.
#[derive(Debug)]
pub struct Dns {
    world: Arc<RwLock<World>>,
    own: Vec<Record>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Dns {
    /// Starts it on these addresses of a network namespace. `own` are the lab's records, which always stand.
    pub(super) fn start(netns: String, addresses: Vec<IpAddr>, own: Vec<Record>) -> Result<Self> {
        let world = Arc::new(RwLock::new(World::of(&own)?));
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let handler = Handler { world: Arc::clone(&world) };
        let thread = thread::Builder::new()
            .name("dns".to_owned())
            .spawn(move || serve(&netns, &addresses, handler, stopped, &tell))
            .context(|| "a thread for the lab's DNS could not be started".to_owned())?;
        told.recv().unwrap_or_else(|cause| Err(Error::failed("the lab's DNS did not start").caused_by(cause)))?;
        Ok(Self { world, own, stop: Some(stop), thread: Some(thread) })
    }

    /// Publishes these records in place of those published before; the lab's own stay.
    ///
    /// # Errors
    /// When a name cannot be written in a DNS message.
    pub fn publish(&self, records: &[Record]) -> Result<()> {
        let all: Vec<Record> = self.own.iter().chain(records).cloned().collect();
        *self.world.write().unwrap_or_else(PoisonError::into_inner) = World::of(&all)?;
        Ok(())
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The server's whole life, on a thread of its own in the lab's network.
fn serve(
    netns: &str,
    addresses: &[IpAddr],
    handler: Handler,
    stopped: oneshot::Receiver<()>,
    tell: &mpsc::Sender<Result<()>>,
) {
    let runtime = enter_for_good(netns).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        runtime.context(|| "the lab's DNS has no runtime".to_owned())
    });
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = tell.send(Err(error));
            return;
        }
    };
    runtime.block_on(async {
        let mut server = Server::new(handler);
        let bound = bind(&mut server, addresses).await;
        let failed = bound.is_err();
        let _ = tell.send(bound);
        if !failed {
            let _ = stopped.await;
            let _ = server.shutdown_gracefully().await;
        }
    });
}

/// Takes calls on port 25 until the runtime ends, and says nothing: the mail servers of the world, as far as a check calls
/// them.
async fn take_calls(address: IpAddr) -> Result<()> {
    let sentence = || format!("port 25 of {address} could not be opened in the lab");
    let listener = tokio::net::TcpListener::bind((address, 25)).await.context(sentence)?;
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    Ok(())
}

async fn bind(server: &mut Server<Handler>, addresses: &[IpAddr]) -> Result<()> {
    for address in addresses {
        let sentence = || format!("port 53 of {address} could not be opened in the lab");
        server.register_socket(tokio::net::UdpSocket::bind((*address, 53)).await.context(sentence)?);
        let listener = tokio::net::TcpListener::bind((*address, 53)).await.context(sentence)?;
        server.register_listener(listener, Duration::from_secs(10), 32);
        take_calls(*address).await?;
    }
    Ok(())
}

/// All that exists, by lower-case name with the final dot.
#[derive(Debug)]
struct World {
    records: BTreeMap<String, Vec<WireRecord>>,
    /// Names that exist only because something stands below them.
    between: BTreeSet<String>,
    origin: WireRecord,
}

impl World {
    fn of(records: &[Record]) -> Result<Self> {
        let origin = WireRecord::from_rdata(WireName::root(), Record::TTL, RData::SOA(start_of_authority()?));
        let mut world = Self { records: BTreeMap::new(), between: BTreeSet::new(), origin: origin.clone() };
        world.add(origin);
        for record in records {
            let name = wire_name(record.name.as_str())?;
            world.add(WireRecord::from_rdata(name.clone(), record.ttl, wire_data(&record.data)?));
            if matches!(record.data, Data::Mx { .. }) {
                world.add_apex(&name)?;
            }
        }
        Ok(world)
    }

    fn add(&mut self, record: WireRecord) {
        let mut above = record.name.base_name();
        while !above.is_root() {
            self.between.insert(above.to_lowercase().to_ascii());
            above = above.base_name();
        }
        let of_name = self.records.entry(record.name.to_lowercase().to_ascii()).or_default();
        if !of_name.contains(&record) {
            of_name.push(record);
        }
    }

    /// A mail domain is a zone of its own.
    fn add_apex(&mut self, name: &WireName) -> Result<()> {
        let server = NS(wire_name(NAME)?);
        self.add(WireRecord::from_rdata(name.clone(), Record::TTL, RData::NS(server)));
        self.add(WireRecord::from_rdata(name.clone(), Record::TTL, RData::SOA(start_of_authority()?)));
        Ok(())
    }

    fn answer(&self, name: &str, wanted: RecordType) -> (ResponseCode, Vec<WireRecord>) {
        let Some(of_name) = self.records.get(name) else {
            let exists = self.between.contains(name);
            return (if exists { ResponseCode::NoError } else { ResponseCode::NXDomain }, Vec::new());
        };
        let fits = |record: &&WireRecord| wanted == RecordType::ANY || record.record_type() == wanted;
        let own: Vec<WireRecord> = of_name.iter().filter(fits).cloned().collect();
        let alias = of_name.iter().find_map(|record| match &record.data {
            RData::CNAME(target) => Some((record, target.0.to_lowercase().to_ascii())),
            _ => None,
        });
        match alias {
            // One step: where it leads is asked for next.
            Some((alias, target)) if own.is_empty() && target != name => {
                let beyond = self.records.get(&target).into_iter().flatten().filter(fits).cloned();
                (ResponseCode::NoError, std::iter::once(alias.clone()).chain(beyond).collect())
            }
            _ => (ResponseCode::NoError, own),
        }
    }
}

fn start_of_authority() -> Result<SOA> {
    Ok(SOA::new(wire_name(NAME)?, wire_name("hostmaster.lab.test")?, 1, 3600, 600, 86400, 60))
}

fn wire_name(name: &str) -> Result<WireName> {
    WireName::from_ascii(format!("{name}.")).context(|| format!("{name} cannot be a name in the DNS"))
}

fn wire_data(data: &Data) -> Result<RData> {
    Ok(match data {
        Data::A(address) => RData::A(A(*address)),
        Data::Aaaa(address) => RData::AAAA(AAAA(*address)),
        Data::Mx { preference, exchange } => RData::MX(MX::new(*preference, wire_name(exchange.as_str())?)),
        Data::Ptr(name) => RData::PTR(PTR(wire_name(name.as_str())?)),
        Data::Txt(text) if text.is_empty() => RData::TXT(TXT::from_bytes(vec![b""])),
        Data::Txt(_) => RData::TXT(TXT::from_bytes(data.strings().collect())),
        Data::Srv { priority, weight, port, target } => {
            RData::SRV(SRV::new(*priority, *weight, *port, wire_name(target.as_str())?))
        }
        Data::Cname(target) => RData::CNAME(CNAME(wire_name(target.as_str())?)),
        Data::Caa { critical, tag, value } => RData::CAA(certificate_authority(*critical, tag, value)),
        Data::Tlsa { usage, selector, matching, data } => {
            RData::TLSA(TLSA::new((*usage).into(), (*selector).into(), (*matching).into(), data.clone()))
        }
    })
}

/// Made whole from the parts: hickory's own makers know their tags alone.
fn certificate_authority(critical: bool, tag: &str, value: &str) -> CAA {
    let mut made = CAA::new_issue(critical, None, Vec::new());
    tag.clone_into(&mut made.tag);
    made.value = value.as_bytes().to_vec();
    made
}

/// Answers one question.
struct Handler {
    world: Arc<RwLock<World>>,
}

#[async_trait]
impl RequestHandler for Handler {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut response_handle: R,
    ) -> ResponseInfo {
        let mut metadata = Metadata::response_from_request(&request.metadata);
        let mut edns = Edns::new();
        edns.set_max_payload(request.max_payload());
        let mut builder = MessageResponseBuilder::from_message_request(request);
        if request.edns.is_some() {
            builder.edns(&edns);
        }
        let (answers, authority) = self.look_up(request, &mut metadata);
        let response = builder.build(metadata, &answers, [], &authority, []);
        let header = hickory_proto::op::Header { metadata, counts: hickory_proto::op::HeaderCounts::default() };
        response_handle.send_response(response).await.unwrap_or_else(|_| ResponseInfo::from(header))
    }
}

impl Handler {
    fn look_up(&self, request: &Request, metadata: &mut Metadata) -> (Vec<WireRecord>, Vec<WireRecord>) {
        let Ok(info) = request.request_info() else {
            metadata.response_code = ResponseCode::FormErr;
            return (Vec::new(), Vec::new());
        };
        let world = self.world.read().unwrap_or_else(PoisonError::into_inner);
        let (code, answers) = world.answer(&info.query.name().to_string(), info.query.query_type());
        metadata.authoritative = true;
        // The hosts take it for their resolver.
        metadata.recursion_available = true;
        metadata.response_code = code;
        let authority = if answers.is_empty() { vec![world.origin.clone()] } else { Vec::new() };
        (answers, authority)
    }
}

#[cfg(test)]
#[path = "dns_tests.rs"]
mod tests;
