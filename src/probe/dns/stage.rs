//! Servers of the DNS on loopback, for the tests of those who ask them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::mpsc;
use std::time::Duration;

use async_trait::async_trait;
use hickory_proto::op::{Edns, Metadata, ResponseCode};
use hickory_proto::rr::rdata::{A, CNAME, MX, NS, NULL, PTR, TXT};
use hickory_proto::rr::{Name as WireName, RData, Record as WireRecord, RecordType};
use hickory_server::Server;
use hickory_server::net::runtime::Time;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;

/// What a server knows and how it answers.
#[derive(Clone)]
pub struct Zone {
    /// It holds this zone and refuses all else; the root is everything.
    origin: WireName,
    records: Vec<WireRecord>,
    authoritative: bool,
    code: ResponseCode,
    ttl: u32,
}

pub fn name(text: &str) -> WireName {
    WireName::from_str(&format!("{}.", text.trim_end_matches('.'))).unwrap()
}

impl Zone {
    /// A server that holds a zone.
    pub fn of(origin: &str) -> Self {
        Self { origin: name(origin), records: Vec::new(), authoritative: true, code: ResponseCode::NoError, ttl: 60 }
    }

    /// A resolver that knows what is in it.
    pub fn resolver() -> Self {
        Self { authoritative: false, ..Self::of(".") }
    }

    /// The same, but nobody made it responsible.
    pub fn lame(self) -> Self {
        Self { authoritative: false, ..self }
    }

    /// The same, but it can only say this.
    pub fn says(self, code: ResponseCode) -> Self {
        Self { code, ..self }
    }

    fn with(mut self, at: &str, data: RData) -> Self {
        self.records.push(WireRecord::from_rdata(name(at), self.ttl, data));
        self
    }

    /// The same, but what is added now may be kept for so long.
    pub fn ttl(self, ttl: u32) -> Self {
        Self { ttl, ..self }
    }

    pub fn a(self, at: &str, address: &str) -> Self {
        self.with(at, RData::A(A(address.parse().unwrap())))
    }

    pub fn mx(self, at: &str, host: &str) -> Self {
        self.with(at, RData::MX(MX::new(10, name(host))))
    }

    pub fn ptr(self, at: &str, host: &str) -> Self {
        self.with(at, RData::PTR(PTR(name(host))))
    }

    /// A record of any type.
    pub fn raw(self, at: &str, kind: RecordType, bytes: &[u8]) -> Self {
        self.with(at, RData::Unknown { code: kind, rdata: NULL::with(bytes.to_vec()) })
    }

    pub fn ns(self, at: &str, host: &str) -> Self {
        self.with(at, RData::NS(NS(name(host))))
    }

    pub fn cname(self, at: &str, target: &str) -> Self {
        self.with(at, RData::CNAME(CNAME(name(target))))
    }

    pub fn txt(self, at: &str, strings: &[&str]) -> Self {
        self.with(at, RData::TXT(TXT::from_bytes(strings.iter().map(|string| string.as_bytes()).collect())))
    }

    /// Starts it on a free port of this machine.
    pub fn start(self) -> SocketAddr {
        self.start_at(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0))
    }

    /// Starts it; it runs until the tests end.
    pub fn start_at(self, address: SocketAddr) -> SocketAddr {
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let (udp, tcp) = both(address).await;
                let address = udp.local_addr().unwrap();
                let mut server = Server::new(self);
                server.register_socket(udp);
                server.register_listener(tcp, Duration::from_secs(5), 8);
                tell.send(address).unwrap();
                server.block_until_done().await.unwrap();
            });
        });
        told.recv().unwrap()
    }

    /// The records of a name; those of a wildcard where neither it nor anything below it exists (RFC 4592).
    fn own(&self, at: &WireName) -> Vec<WireRecord> {
        let of = |name: &WireName| self.records.iter().filter(|record| record.name == *name).cloned().collect();
        if self.records.iter().any(|record| at.zone_of(&record.name)) {
            return of(at);
        }
        // The wildcard of the nearest name above that exists.
        let mut above = at.base_name();
        while !above.is_root() && !self.records.iter().any(|record| above.zone_of(&record.name)) {
            above = above.base_name();
        }
        let wildcard = name(&format!("*.{}", above.to_ascii()));
        let found: Vec<WireRecord> = of(&wildcard);
        found.into_iter().map(|record| WireRecord::from_rdata(at.clone(), record.ttl, record.data)).collect()
    }

    /// Referral, answer with the CNAMEs of the zone, or nothing.
    fn answer(&self, asked: &WireName, kind: RecordType) -> (ResponseCode, Vec<WireRecord>, Vec<WireRecord>) {
        if self.code != ResponseCode::NoError || !self.origin.zone_of(asked) {
            let code = if self.code == ResponseCode::NoError { ResponseCode::Refused } else { self.code };
            return (code, Vec::new(), Vec::new());
        }
        let cut = |record: &&WireRecord| {
            let below = record.name != self.origin && self.authoritative;
            below && record.record_type() == RecordType::NS && record.name.zone_of(asked)
        };
        let referral: Vec<_> = self.records.iter().filter(cut).cloned().collect();
        if !referral.is_empty() {
            return (ResponseCode::NoError, Vec::new(), referral);
        }
        let (mut at, mut answers) = (asked.clone(), Vec::new());
        for _ in 0..12 {
            let own = self.own(&at);
            answers.extend(own.iter().filter(|record| record.record_type() == kind).cloned());
            let alias = own.iter().find_map(|record| match &record.data {
                RData::CNAME(target) if kind != RecordType::CNAME => Some((record.clone(), target.0.clone())),
                _ => None,
            });
            let Some((record, target)) = alias else {
                let nothing = own.is_empty() && self.origin.zone_of(&at);
                return (if nothing { ResponseCode::NXDomain } else { ResponseCode::NoError }, answers, Vec::new());
            };
            answers.push(record);
            at = target;
        }
        (ResponseCode::NoError, answers, Vec::new())
    }
}

#[async_trait]
impl RequestHandler for Zone {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut handle: R) -> ResponseInfo {
        let info = request.request_info().unwrap();
        let query = WireName::from(info.query.name());
        let (code, answers, authorities) = self.answer(&query, info.query.query_type());
        let mut metadata = Metadata::response_from_request(&request.metadata);
        metadata.authoritative = self.authoritative && authorities.is_empty();
        metadata.response_code = code;
        let mut edns = Edns::new();
        edns.set_max_payload(request.max_payload());
        let mut builder = MessageResponseBuilder::from_message_request(request);
        if request.edns.is_some() {
            builder.edns(&edns);
        }
        handle.send_response(builder.build(metadata, &answers, &authorities, [], [])).await.unwrap()
    }
}

/// The same port for UDP and TCP. A free one that UDP was given may be taken for TCP: then the next one.
async fn both(address: SocketAddr) -> (tokio::net::UdpSocket, tokio::net::TcpListener) {
    loop {
        let udp = tokio::net::UdpSocket::bind(address).await.unwrap();
        match tokio::net::TcpListener::bind(udp.local_addr().unwrap()).await {
            Ok(tcp) => return (udp, tcp),
            Err(error) => assert_eq!(address.port(), 0, "{address}: {error}"),
        }
    }
}

/// A port on which nobody answers: it is held by a socket that nobody reads.
pub fn silent() -> (std::net::UdpSocket, SocketAddr) {
    let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// Another address of this machine, at the same port.
pub fn beside(address: SocketAddr, last: u8) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)), address.port())
}
