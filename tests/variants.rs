//! Answers of other kinds, each carried through on a real host: a server without IPv6, a certificate given as files.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::IpAddr;
use std::time::Duration;

use mailwright::facts::Release;
use mailwright::probe::dial::{Dial, Security};
use mailwright::probe::tls::Served;
use mailwright::probe::{imap, pop3, smtp};
use mailwright::rehearsal::FAR_DOMAIN;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use support::tree::{differences, tree};
use support::whole::Server;
use time::{Duration as Span, OffsetDateTime};

mod support;

const FILES: &str = include_str!("answers/files.toml");
const NAME: &str = "mail.example.org";
const ANNA: (&str, &str) = ("anna@example.org", "please change this one");

/// An authority of our own: a root, and an intermediate that signs servers.
struct Authority {
    intermediate: Issuer<'static, KeyPair>,
    pem: String,
    der: Vec<u8>,
}

impl Authority {
    fn new() -> Self {
        let params = |name: &str| {
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.distinguished_name.push(DnType::CommonName, name);
            params
        };
        let root_key = KeyPair::generate().unwrap();
        let root = Issuer::new(params("A Root of Tests"), root_key);
        let key = KeyPair::generate().unwrap();
        let certificate = params("An Intermediate of Tests").signed_by(&key, &root).unwrap();
        let (pem, der) = (certificate.pem(), certificate.der().to_vec());
        Self { intermediate: Issuer::new(params("An Intermediate of Tests"), key), pem, der }
    }

    /// A server's certificate with the chain, valid until so many days from now, and its key.
    fn issue(&self, name: &str, days: i64) -> (String, Vec<u8>, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        let now = OffsetDateTime::now_utc();
        params.not_before = now - Span::days(90);
        params.not_after = now + Span::days(days);
        let certificate = params.signed_by(&key, &self.intermediate).unwrap();
        (certificate.pem() + &self.pem, certificate.der().to_vec(), key.serialize_pem())
    }
}

fn give(server: &Server, certificate: &str, key: &str) {
    server.host().write("/etc/ssl/mail.pem", certificate, 0o644).unwrap();
    server.host().write("/etc/ssl/private/mail.key", key, 0o600).unwrap();
}

#[test]
fn a_given_certificate_is_looked_at_first_and_served_with_its_chain_without_ipv6_on_debian_12() {
    a_given_certificate_on_a_server_without_ipv6(Release::Bookworm);
}

#[test]
fn a_given_certificate_is_looked_at_first_and_served_with_its_chain_without_ipv6_on_debian_13() {
    a_given_certificate_on_a_server_without_ipv6(Release::Trixie);
}

fn a_given_certificate_on_a_server_without_ipv6(release: Release) {
    let Some(_turn) = support::turn("a given certificate, no IPv6") else { return };
    let (mut server, authority) = (Server::fresh(release, FILES, &[]), Authority::new());
    let (good, leaf, key) = authority.issue(NAME, 60);
    bad_files_are_refused_untouched(&server, &authority, &good);
    give(&server, &good, &key);
    server.set_up();
    // The root that signed it is nobody's but the test's.
    server.checks_pass(&[("certificate-fits", "warn")]);
    for served in served_on_every_port(&server) {
        assert_eq!(served.chain, [leaf.clone(), authority.der.clone()]);
    }
    nothing_listens_on_ipv6(&server);
    mail_goes_both_ways(&server, "before");
    it_comes_back_after_a_power_cut(&mut server, release);
    mail_goes_both_ways(&server, "after");
}

/// Everything runs again by itself, Postfix after those it asks, and nothing is left to set up.
fn it_comes_back_after_a_power_cut(server: &mut Server, release: Release) {
    server.lab.host_mut().cut_power();
    server.lab.host_mut().boot().unwrap();
    server.checks_pass(&[("certificate-fits", "warn")]);
    let unit = if release == Release::Bookworm { "postfix@-.service" } else { "postfix.service" };
    let after = server.sh(&format!("systemctl show --property=After --value {unit}"));
    for asked in ["mariadb.service", "dovecot.service"] {
        assert!(after.split_whitespace().any(|unit| unit == asked), "{unit} does not start after {asked}: {after}");
    }
    let again = server.set_up();
    assert!(again.starts_with("Nothing to change"), "{again}");
}

fn bad_files_are_refused_untouched(server: &Server, authority: &Authority, good: &str) {
    let (other_name, _, other_key) = authority.issue("mail.example.net", 60);
    let (expired, _, expired_key) = authority.issue(NAME, -1);
    let bad = [
        ("the key does not belong to the certificate", good, &*other_key),
        ("it is for mail.example.net, not for mail.example.org", &*other_name, &*other_key),
        ("it expired on", &*expired, &*expired_key),
    ];
    for (what, certificate, key) in bad {
        give(server, certificate, key);
        let before = tree(&server.host().root());
        let output = server.setup();
        let said = output.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.code, Some(1), "{said}");
        assert!(said.contains(what) && said.contains("/etc/ssl/"), "{what}? {said}");
        assert_eq!(differences(&before, &tree(&server.host().root())), [""; 0], "{what}");
    }
}

fn served_on_every_port(server: &Server) -> Vec<Served> {
    let ports = [25, 587, 465, 143, 993, 110, 995];
    let shown_on = |port: u16| {
        let security = if [465, 993, 995].contains(&port) { Security::Tls } else { Security::StartTls };
        let dial: Dial = server.dial(port);
        let shown = match port {
            143 | 993 => imap::Session::open(&dial, security, NAME).unwrap().served,
            110 | 995 => pop3::Session::open(&dial, security, NAME).unwrap().served,
            _ => smtp::Session::open(&dial, security, NAME, "client.far.test").unwrap().served,
        };
        shown.unwrap()
    };
    server.far().host().in_network(|| ports.map(shown_on).to_vec()).unwrap()
}

fn nothing_listens_on_ipv6(server: &Server) {
    assert!(server.host().addresses().all().all(|address| matches!(address, IpAddr::V4(_))));
    let listening = server.sh("ss -Hltn");
    let ports = ["25", "110", "143", "465", "587", "993", "995"];
    for port in ports {
        assert!(listening.contains(&format!("0.0.0.0:{port} ")), "{port} in\n{listening}");
        assert!(
            !listening.contains(&format!("]:{port} ")) && !listening.contains(&format!("*:{port} ")),
            "{listening}"
        );
    }
}

fn mail_goes_both_ways(server: &Server, when: &str) {
    let friend = format!("friend@{FAR_DOMAIN}");
    let message = |from: &str, to: &str, subject: &str| {
        format!("From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\r\nhello\r\n")
    };
    let (out, into) = (format!("out {when}"), format!("in {when}"));
    server.submit(ANNA.0, ANNA.1, &friend, &message(ANNA.0, &friend, &out));
    server.far().wait_for_mail("friend", &format!("Subject: {out}"), Duration::from_secs(30)).unwrap();
    server.far().send(&friend, ANNA.0, &message(&friend, ANNA.0, &into).replace('\r', "")).unwrap();
    assert!(server.read(ANNA.0, ANNA.1, &into).contains("hello"));
}
