//! A sentry: a stranger who tries every door of a server twenty times a second, from before it is set up until after.
//!
//! A closed door is tried at every beat. Once it has answered, a whole dialogue says whether the daemon behind it has
//! its final configuration, again and again; port 25 is asked for relay twenty times a second from then on. Each
//! dialogue comes from another address of a block, since Postfix answers one client sixty times a minute (anvil(8))
//! and would hide an open relay behind 421 from then on. The other doors hear one dialogue a second, then fewer: Dovecot
//! starts a process for each, and a flood would be a test of something else.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, Ordering};
use std::thread::{Scope, scope, sleep};
use std::time::{Duration, Instant};

use mailwright::error::Error;
use mailwright::probe::dial::{Dial, Security};
use mailwright::probe::relay::{Cast, Outcome, relay_attempts, try_relay};
use mailwright::probe::tls::Served;
use mailwright::probe::{imap, pop3, smtp};
use mailwright::rehearsal::{FAR_DOMAIN, Lab};
use mailwright::shell::Program;
use time::OffsetDateTime;

const BEAT: Duration = Duration::from_millis(40);
/// Never to be reached: the database, Dovecot's old sieve port and its new one.
const NEVER: [u16; 3] = [3306, 2000, 4190];
const DOORS: [u16; 10] = [25, 110, 143, 465, 587, 993, 995, NEVER[0], NEVER[1], NEVER[2]];

/// What the sentry saw.
#[derive(Debug, Default)]
pub struct Watch {
    /// How often every closed door was tried, and for how long.
    pub beats: u32,
    pub time: Duration,
    /// When each door first answered.
    pub first: BTreeMap<(u16, IpAddr), OffsetDateTime>,
    /// The certificates that were served, in DER.
    pub leaves: Vec<Vec<u8>>,
    /// How often relay was refused on port 25.
    pub refused: u32,
    /// How many dialogues ended as they should.
    pub dialogues: BTreeMap<u16, u32>,
    /// What must not be.
    pub wrong: Vec<String>,
}

/// Where the sentry stands and whom it watches.
pub struct Sentry<'a> {
    lab: &'a Lab,
    hostname: String,
    own_domain: String,
    own_address: String,
    clients: AtomicU16,
    forms: AtomicU32,
    watch: Mutex<Watch>,
}

/// Gives the far host blocks of addresses beside its own: a stranger of many addresses.
fn many_addresses(lab: &Lab) {
    let far = lab.far().unwrap().host();
    let router = format!("mailwright-{}-router", lab.id());
    let ip = |args: &[&str]| Program::new("ip").args(["-n", &router]).args(args).success().unwrap();
    ip(&["route", "add", "192.0.2.0/24", "via", &far.addresses().ipv4.to_string()]);
    far.program("ip").args(["route", "add", "local", "192.0.2.0/24", "dev", "lo"]).success().unwrap();
    let Some(ipv6) = far.addresses().ipv6 else { return };
    ip(&["-6", "route", "add", "2001:db8:fa5::/48", "via", &ipv6.to_string()]);
    let local = ["-6", "route", "add", "local", "2001:db8:fa5::/48", "dev", "lo"];
    far.program("ip").args(local).success().unwrap();
    // A block routed to `lo` may be used as a source only where any address may.
    far.in_network(|| std::fs::write("/proc/sys/net/ipv6/ip_nonlocal_bind", "1")).unwrap().unwrap();
}

impl<'a> Sentry<'a> {
    /// A sentry on the lab's far host.
    pub fn post(lab: &'a Lab, hostname: &str, own_domain: &str, own_address: &str) -> Self {
        many_addresses(lab);
        Self {
            lab,
            hostname: hostname.to_owned(),
            own_domain: own_domain.to_owned(),
            own_address: own_address.to_owned(),
            clients: AtomicU16::new(0),
            forms: AtomicU32::new(0),
            watch: Mutex::default(),
        }
    }

    /// Watches until it is told to end.
    pub fn watch(self, end: &AtomicBool) -> Watch {
        let started = Instant::now();
        // A thread is in the network of the thread that started it.
        let far = self.lab.far().unwrap().host();
        far.in_network(|| scope(|threads| self.beat(threads, end))).unwrap();
        let mut watch = self.watch.into_inner().unwrap();
        watch.time = started.elapsed();
        watch
    }

    fn beat<'s>(&'s self, threads: &'s Scope<'s, '_>, end: &'s AtomicBool) {
        let addresses: Vec<IpAddr> = self.lab.host().addresses().all().collect();
        let mut closed: Vec<(u16, IpAddr)> =
            DOORS.into_iter().flat_map(|port| addresses.iter().map(move |&ip| (port, ip))).collect();
        while !end.load(Ordering::SeqCst) {
            let next = Instant::now() + BEAT;
            closed.retain(|&(port, ip)| {
                if TcpStream::connect_timeout(&SocketAddr::new(ip, port), BEAT).is_err() {
                    return true;
                }
                self.watch.lock().unwrap().first.insert((port, ip), OffsetDateTime::now_utc());
                threads.spawn(move || self.guard(port, ip, end));
                false
            });
            self.watch.lock().unwrap().beats += 1;
            sleep(next.saturating_duration_since(Instant::now()));
        }
    }

    /// Talks with what stands behind an open door until the end.
    fn guard(&self, port: u16, ip: IpAddr, end: &AtomicBool) {
        let families = u32::from(self.lab.host().addresses().ipv6.is_some()) + 1;
        let relaying = port == 25;
        for round in 0.. {
            let pace = match round {
                _ if relaying => BEAT * families,
                0..5 => Duration::from_secs(1),
                _ => Duration::from_secs(5),
            };
            let next = Instant::now() + pace;
            let talked = self.talk(port, ip);
            let mut watch = self.watch.lock().unwrap();
            match talked {
                Ok(served) => {
                    *watch.dialogues.entry(port).or_default() += 1;
                    let leaf = served.and_then(|served| served.chain.into_iter().next());
                    let new = leaf.filter(|leaf| !watch.leaves.contains(leaf));
                    watch.leaves.extend(new);
                }
                Err(wrong) => watch.wrong.push(format!("{ip} port {port}: {wrong}")),
            }
            drop(watch);
            while Instant::now() < next {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                sleep(BEAT.min(next.saturating_duration_since(Instant::now())));
            }
            if end.load(Ordering::SeqCst) {
                return;
            }
        }
    }

    /// One dialogue; an error says what is not as it is to be for good.
    fn talk(&self, port: u16, ip: IpAddr) -> Result<Option<Served>, String> {
        let told = |error: Error| error.render();
        let dial = Dial::new(SocketAddr::new(ip, port)).from(self.client(ip));
        let host = &self.hostname;
        let smtp = |security| smtp::Session::open(&dial, security, host, "stranger.test").map_err(told);
        match port {
            25 | 587 => {
                let mut session = smtp(Security::Plain)?;
                self.greets(&session)?;
                ensure(session.offers("STARTTLS").is_some(), "STARTTLS is not offered")?;
                ensure(session.offers("AUTH").is_none(), "AUTH is offered before TLS")?;
                if port == 25 {
                    self.does_not_relay(&mut session, ip)?;
                } else {
                    let reply = session.mail_from("stranger@far.test", "").map_err(told)?;
                    ensure(reply.code == 530, &format!("mail before TLS: {reply}"))?;
                }
                Ok(None)
            }
            465 => {
                let mut session = smtp(Security::Tls)?;
                self.greets(&session)?;
                ensure(session.offers("AUTH").is_some(), "AUTH is not offered")?;
                self.does_not_relay(&mut session, ip)?;
                Ok(session.served)
            }
            143 | 993 => {
                let security = if port == 993 { Security::Tls } else { Security::Plain };
                let session = imap::Session::open(&dial, security, host).map_err(told)?;
                ensure(session.greeting.ends_with("] Ready."), &format!("it greets: {}", session.greeting))?;
                let disabled = session.greeting.contains("LOGINDISABLED");
                ensure(disabled == (port == 143), &format!("it greets: {}", session.greeting))?;
                Ok(session.served)
            }
            110 | 995 => {
                let security = if port == 995 { Security::Tls } else { Security::StartTls };
                let session = pop3::Session::open(&dial, security, host).map_err(told)?;
                ensure(session.greeting == "Ready.", &format!("it greets: {}", session.greeting))?;
                Ok(session.served)
            }
            _ => Err("it answers".to_owned()),
        }
    }

    /// The greeting of our own main.cf: Debian's own ends with "ESMTP Postfix (Debian/GNU)".
    fn greets(&self, session: &smtp::Session) -> Result<(), String> {
        ensure(session.banner.text == format!("{} ESMTP", self.hostname), &format!("it greets: {}", session.banner))
    }

    fn does_not_relay(&self, session: &mut smtp::Session, ip: IpAddr) -> Result<(), String> {
        let far = self.lab.far().unwrap().host().addresses();
        let cast = Cast {
            victim_user: "victim",
            victim_domain: FAR_DOMAIN,
            victim_ip: far.ipv4.into(),
            own_domain: &self.own_domain,
            own_address: &self.own_address,
            own_ip: ip,
        };
        let forms = relay_attempts(&cast);
        let attempt = &forms[self.forms.fetch_add(1, Ordering::Relaxed) as usize % forms.len()];
        match try_relay(session, attempt).map_err(|error| error.render())? {
            Outcome::Accepted(reply) => Err(format!("<{}> to <{}> is relayed: {reply}", attempt.from, attempt.to)),
            Outcome::Refused(_) => {
                self.watch.lock().unwrap().refused += 1;
                Ok(())
            }
        }
    }

    /// The next address of the block.
    fn client(&self, server: IpAddr) -> IpAddr {
        let number = self.clients.fetch_add(1, Ordering::Relaxed);
        match server {
            IpAddr::V4(_) => Ipv4Addr::new(192, 0, 2, u8::try_from(number % 200).unwrap() + 1).into(),
            // Postfix 3.8 and newer counts a whole /84 as one client.
            IpAddr::V6(_) => Ipv6Addr::new(0x2001, 0xdb8, 0xfa5, number % 1000 + 1, 0, 0, 0, 1).into(),
        }
    }
}

fn ensure(holds: bool, why: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why.to_owned()) }
}
