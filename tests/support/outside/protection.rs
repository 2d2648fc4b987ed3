//! TLS as it is served on every port, and the ports that are open at all.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mailwright::error::Error;
use mailwright::probe::dial::Security;
use mailwright::probe::old_tls::{Protocol, offers_tls_below_1_2};
use mailwright::probe::ports::open_ports;
use mailwright::probe::tls::Served;
use mailwright::probe::transcript::Transcript;

use super::{Judge, MAIL_PORTS, Target, Verdict, Wrong, ensure};

const PROTECTED: [(u16, Protocol, Security); 7] = [
    (25, Protocol::Smtp, Security::StartTls),
    (587, Protocol::Smtp, Security::StartTls),
    (465, Protocol::Smtp, Security::Tls),
    (143, Protocol::Imap, Security::StartTls),
    (993, Protocol::Imap, Security::Tls),
    (110, Protocol::Pop3, Security::StartTls),
    (995, Protocol::Pop3, Security::Tls),
];

pub fn look(judge: &mut Judge) {
    let target = judge.target;
    let ip = IpAddr::from(target.ipv4);
    for (port, protocol, security) in PROTECTED {
        judge.check(format!("no TLS below 1.2 on {port}"), |transcript| {
            let found = offers_tls_below_1_2(&target.dial(ip, port, transcript), protocol, security, &target.hostname)?;
            found.map_or(Ok(()), |version| Err(Wrong(format!("{version} is taken"))))
        });
        judge.check(format!("the certificate on {port} is for {}", target.hostname), |transcript| {
            let served = match protocol {
                Protocol::Smtp => target.smtp(ip, port, security, transcript).map(|session| session.served),
                Protocol::Imap => target.imap(ip, port, security, transcript).map(|session| session.served),
                Protocol::Pop3 => target.pop3(ip, port, security, transcript).map(|session| session.served),
            };
            fits(target, served)
        });
    }
    for (family, ip) in target.addresses() {
        judge.check(format!("only the mail ports are open over {family}"), |transcript| ports(target, ip, transcript));
    }
}

fn fits(target: &Target, served: Result<Option<Served>, Error>) -> Verdict {
    let leaf = served?.ok_or_else(|| Wrong("no TLS".to_owned()))?.leaf()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    ensure(leaf.is_for(&target.hostname), || format!("it is for {:?}", leaf.names))?;
    ensure(leaf.is_valid_at(i64::try_from(now).unwrap_or(i64::MAX)), || "its dates do not fit".to_owned())
}

fn ports(target: &Target, ip: IpAddr, transcript: &Transcript) -> Verdict {
    let (each, all) = (Duration::from_secs(1), Duration::from_secs(120));
    let wanted: BTreeSet<u16> = MAIL_PORTS.iter().map(|&port| target.port(port)).collect();
    let scanned = target.scan.clone().chain(wanted.iter().copied()).collect::<BTreeSet<_>>();
    let open: BTreeSet<u16> = open_ports(ip, scanned, each, all)?.into_iter().collect();
    transcript.note(&format!("open: {open:?}"));
    let extra: Vec<_> = open.iter().filter(|port| !wanted.contains(port) && !target.also_open.contains(port)).collect();
    ensure(extra.is_empty(), || format!("open beside the mail ports: {extra:?}"))?;
    let missing: Vec<_> = wanted.difference(&open).collect();
    ensure(missing.is_empty(), || format!("mail ports that do not answer: {missing:?}"))
}
