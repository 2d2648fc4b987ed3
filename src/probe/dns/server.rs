//! One server of the DNS, asked one question at a time.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::tcp::TcpClientStream;
use hickory_resolver::net::udp::UdpClientStream;
use hickory_resolver::net::xfer::{DnsHandle, FirstAnswer};
use hickory_resolver::proto::op::{DnsRequestOptions, DnsResponse, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name as WireName, RData, Record as WireRecord, RecordType};
use tokio::sync::Semaphore;

use super::zones::Helpers;
use crate::dns::judge::View;
use crate::records::{Data, Name};

/// How many CNAMEs are followed before it is taken for a circle.
pub(super) const CNAMES: usize = 8;
/// How many questions stand at once: each takes a file descriptor, of which a process has 1024.
static TURNS: Semaphore = Semaphore::const_new(128);

/// A server and how to reach it.
#[derive(Debug)]
pub(super) struct Server {
    /// What it is called when it is spoken of.
    pub name: String,
    addresses: Vec<SocketAddr>,
    /// It is asked to find out what it does not know itself.
    pub recursive: bool,
    deadline: Duration,
    answered: AtomicBool,
    /// It has never answered and is not waited for again.
    given_up: AtomicBool,
}

impl Server {
    pub fn new(name: String, addresses: Vec<SocketAddr>, recursive: bool, deadline: Duration) -> Self {
        let (answered, given_up) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { name, addresses, recursive, deadline, answered, given_up }
    }

    /// Its answer: records, or that there are none. What is no answer is the reason.
    pub async fn ask(&self, name: &WireName, kind: RecordType) -> Result<DnsResponse, String> {
        let mut why = "no address".to_owned();
        let Ok(_turn) = TURNS.acquire().await else { return Err(why) };
        if self.addresses.is_empty() {
            return Err(why);
        }
        if self.given_up.load(Ordering::Relaxed) {
            return Err(NetError::Timeout.to_string());
        }
        let share = self.deadline / u32::try_from(self.addresses.len().max(1)).unwrap_or(u32::MAX);
        for address in &self.addresses {
            let exchange = exchange(*address, Query::query(name.clone(), kind), self.recursive, share);
            match tokio::time::timeout(share, exchange).await.unwrap_or(Err(NetError::Timeout)) {
                Ok(response) => {
                    self.answered.store(true, Ordering::Relaxed);
                    return match response.metadata.response_code {
                        ResponseCode::NoError | ResponseCode::NXDomain => Ok(response),
                        code => Err(code.to_string()),
                    };
                }
                Err(error) => why = error.to_string(),
            }
        }
        self.given_up.store(!self.answered.load(Ordering::Relaxed), Ordering::Relaxed);
        Err(why)
    }
}

/// One question and its answer: over UDP, and over TCP when the answer is cut off (RFC 7766).
async fn exchange(
    address: SocketAddr,
    query: Query,
    recursive: bool,
    deadline: Duration,
) -> Result<DnsResponse, NetError> {
    let mut options = DnsRequestOptions::default();
    options.use_edns = true;
    options.recursion_desired = recursive;
    let provider = TokioRuntimeProvider::new();
    let udp = UdpClientStream::builder(address, provider.clone()).with_timeout(Some(deadline)).exchange();
    let response = udp.lookup(query.clone(), options).first_answer().await?;
    if !response.metadata.truncation {
        return Ok(response);
    }
    let tcp = TcpClientStream::exchange(address, None, deadline, None, provider).await?;
    tcp.lookup(query, options).first_answer().await
}

/// Where an answer leads to.
pub(super) enum Led {
    /// To these values, which may be kept for so many seconds.
    Values(Vec<Data>, u32),
    /// To nothing, by CNAMEs that end at this name; without any it is the name that was asked for.
    Nowhere(WireName),
    /// Round in a circle of CNAMEs.
    Circle,
}

/// Follows the CNAMEs among the records of an answer.
pub(super) fn follow(name: &WireName, kind: RecordType, answers: &[WireRecord]) -> Led {
    let lower = |name: &WireName| name.to_lowercase();
    let aliases: HashMap<WireName, &WireName> = answers
        .iter()
        .filter_map(|record| match &record.data {
            RData::CNAME(target) => Some((lower(&record.name), &target.0)),
            _ => None,
        })
        .collect();
    let mut at = lower(name);
    let mut been = vec![at.clone()];
    for _ in 0..CNAMES {
        let own = || answers.iter().filter(|record| record.record_type() == kind && lower(&record.name) == at);
        let values: Vec<Data> = own().filter_map(|record| value(&record.data)).collect();
        if !values.is_empty() {
            return Led::Values(values, own().map(|record| record.ttl).max().unwrap_or_default());
        }
        let Some(target) = aliases.get(&at) else { break };
        at = lower(target);
        if been.contains(&at) {
            return Led::Circle;
        }
        been.push(at.clone());
    }
    Led::Nowhere(at)
}

/// A value as the list has it; `None` for a type that the list does not know.
fn value(data: &RData) -> Option<Data> {
    let name = |name: &WireName| Name::seen(&name.to_ascii());
    Some(match data {
        RData::A(address) => Data::A(address.0),
        RData::AAAA(address) => Data::Aaaa(address.0),
        RData::MX(mx) => Data::Mx { preference: mx.preference, exchange: name(&mx.exchange) },
        RData::PTR(host) => Data::Ptr(name(&host.0)),
        // The strings of a text belong together, without anything between them (RFC 7208, section 3.3).
        RData::TXT(text) => Data::Txt(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
        RData::SRV(srv) => {
            Data::Srv { priority: srv.priority, weight: srv.weight, port: srv.port, target: name(&srv.target) }
        }
        RData::CNAME(target) => Data::Cname(name(&target.0)),
        RData::TLSA(tlsa) => Data::Tlsa {
            usage: tlsa.cert_usage.into(),
            selector: tlsa.selector.into(),
            matching: tlsa.matching.into(),
            data: tlsa.cert_data.clone(),
        },
        RData::CAA(caa) => Data::Caa {
            critical: caa.issuer_critical,
            tag: caa.tag.chars().filter(char::is_ascii_alphanumeric).collect(),
            value: String::from_utf8_lossy(&caa.value).into_owned(),
        },
        _ => return None,
    })
}

/// The type to ask for.
pub(super) const fn kind(data: &Data) -> RecordType {
    match data {
        Data::A(_) => RecordType::A,
        Data::Aaaa(_) => RecordType::AAAA,
        Data::Mx { .. } => RecordType::MX,
        Data::Ptr(_) => RecordType::PTR,
        Data::Txt(_) => RecordType::TXT,
        Data::Srv { .. } => RecordType::SRV,
        Data::Cname(_) => RecordType::CNAME,
        Data::Caa { .. } => RecordType::CAA,
        Data::Tlsa { .. } => RecordType::TLSA,
    }
}

/// What this server says of a record: of an alias that is not the wanted one also the text that it leads to.
pub(super) async fn view_of(server: &Server, others: &Helpers, name: &WireName, wanted: &Data) -> View {
    let seen = view(server, others, name, kind(wanted)).await;
    let as_wanted = |values: &Vec<Data>| values.contains(wanted);
    match (wanted, seen) {
        (Data::Cname(_), View::Found { values, ttl }) if !as_wanted(&values) => {
            match view(server, others, name, RecordType::TXT).await {
                View::Found { values: texts, ttl: other } => {
                    View::Found { values: [values, texts].concat(), ttl: ttl.max(other) }
                }
                _ => View::Found { values, ttl },
            }
        }
        (Data::Cname(_), View::Nothing) => view(server, others, name, RecordType::TXT).await,
        (_, seen) => seen,
    }
}

/// What this server says of a name, where its CNAMEs may lead out of what it knows; `others` know the rest.
async fn view(server: &Server, others: &Helpers, name: &WireName, kind: RecordType) -> View {
    let mut at = name.clone();
    for hop in 0..CNAMES {
        let response = match server.ask(&at, kind).await {
            Ok(response) if server.recursive || response.metadata.authoritative => response,
            // Beyond its own zone.
            _ if hop > 0 => match others.ask(&at, kind).await {
                Ok(response) => response,
                Err(why) => return View::Silent(why),
            },
            // It was named for the zone and does not know it (RFC 1912, section 2.8).
            Ok(_) => return View::Silent("lame delegation".to_owned()),
            Err(why) => return View::Silent(why),
        };
        match follow(&at, kind, &response.answers) {
            Led::Values(values, ttl) => return View::Found { values, ttl },
            Led::Nowhere(end) if end == at.to_lowercase() || server.recursive => return View::Nothing,
            Led::Nowhere(end) => at = end,
            Led::Circle => break,
        }
    }
    View::Silent("a circle of CNAMEs".to_owned())
}
