//! A certificate by ACME on real hosts: from a real authority (Let's Encrypt's pebble, on the far host), installed,
//! served, renewed without ending a session, and taken back. Where none can be had the run ends well and says why, and one
//! command asks again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mailwright::answers;
use mailwright::facts::Release;
use mailwright::probe::dial::Security;
use mailwright::probe::{imap, pop3, smtp};
use mailwright::records::Record;
use mailwright::rehearsal::{ANSWERS, FAR_NAME, publish, wanted_for};
use mailwright::secret::Secret;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use sha2::{Digest, Sha256};
use support::tree::{Tree, differences, runtime, tree};
use support::whole::Server;
use x509_parser::prelude::{FromDer, X509Certificate};

mod support;

const TEXT: &str = include_str!("answers/acme.toml");
const NAME: &str = "mail.example.org";
const ANNA: (&str, &str) = ("anna@example.org", "please change this one");
/// Where the one command to try again goes on.
const AGAIN: [&str; 2] = ["resume", "--yes"];
const LINEAGE: &str = "/etc/letsencrypt/renewal/mailwright-mail.example.org.conf";
const CONFIG: &str = r#"{ "pebble": { "listenAddress": ":14000", "managementListenAddress": "127.0.0.1:15000",
    "certificate": "/root/pebble.pem", "privateKey": "/root/pebble.key", "httpPort": 80, "tlsPort": 443 } }"#;

#[test]
fn a_certificate_comes_from_an_authority_on_debian_12() {
    a_certificate_comes_from_an_authority(Release::Bookworm);
}

#[test]
fn a_certificate_comes_from_an_authority_on_debian_13() {
    a_certificate_comes_from_an_authority(Release::Trixie);
}

fn a_certificate_comes_from_an_authority(release: Release) {
    let Some(_turn) = support::turn("a certificate by ACME") else { return };
    let started = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", started.elapsed().as_secs_f64());
    let server = fresh(release);
    let before = tree(&server.host().root());
    told("an authority stands ready");

    // The name leads elsewhere: nobody is asked.
    let elsewhere: Vec<Record> =
        ["192.0.2.1".parse::<IpAddr>().unwrap()].map(|address| Record::address(NAME.parse().unwrap(), address)).into();
    server.lab.dns().publish(&elsewhere).unwrap();
    let said = ends_well(&server, &["setup", "--answers", ANSWERS, "--yes"]);
    let why =
        "the self-signed certificate is shown: mail.example.org leads to 192.0.2.1, and this server is 203.0.113.10";
    assert!(said.contains(why) && said.contains("mailwright resume --yes"), "{said}");
    assert!(!exists(&server, "etc/letsencrypt/accounts") && orders(&server) == 0);
    let own = served(&server, 993);
    told("set up without a certificate");

    // It leads here, but port 80 is another's.
    publish(&server.lab, &server.answers).unwrap();
    server.sh("mkdir -p /srv/www /srv/other");
    web_server(&server, "/srv/other");
    let said = ends_well(&server, &AGAIN);
    assert!(said.contains("python3 holds port 80 and does not serve /srv/www"), "{said}");
    assert!(said.contains("404") && orders(&server) == 0, "{said}");
    server.sh("systemctl stop web.service");
    told("port 80 taken is told");

    let (told_of, between) = (told_by_a_dry_run(&server), tree(&server.host().root()));
    let said = ends_well(&server, &AGAIN);
    let altered = changed(&between, &tree(&server.host().root()));
    let unnamed: Vec<_> = altered.iter().filter(|path| !told_of.iter().any(|told| path.starts_with(told))).collect();
    assert!(unnamed.is_empty() && told_of.iter().any(|told| altered.contains(told)), "{unnamed:#?} {told_of:?}");
    assert!(said.contains("ok An authority vouches for mail.example.org") && !said.contains("warn"), "{said}");
    let first = served_everywhere(&server);
    assert!(first != own);
    assert!(server.sh(&format!("cat {LINEAGE}")).contains("authenticator = standalone"));
    told("a certificate came");

    let asked = log(&server);
    let again = ends_well(&server, &["setup", "--answers", ANSWERS, "--yes"]);
    assert!(again.starts_with("Nothing to change"), "{again}");
    assert_eq!(log(&server), asked, "the authority was asked again");

    let renewed = renewed_without_ending_a_session(&server);
    assert!(renewed != first && key(&renewed) == key(&first), "a new certificate for the same key");
    let again = ends_well(&server, &["setup", "--answers", ANSWERS, "--yes"]);
    assert!(again.starts_with("Nothing to change"), "{again}");
    told("it was renewed");

    // From now on a web server has port 80.
    web_server(&server, "/srv/www");
    let said = ends_well(&server, &AGAIN);
    assert!(!said.contains("warn") && served_everywhere(&server) != renewed, "{said}");
    assert!(server.sh(&format!("cat {LINEAGE}")).contains("authenticator = webroot"));
    assert_eq!(server.sh("ls -A /srv/www"), "");
    let seen = ends_well(&server, &["check", "acme", "--json"]);
    for part in ["issued by CN=Pebble Intermediate CA", "days left", "python3 serves /srv/www on port 80"] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    server.sh("systemctl stop web.service; rmdir /srv/www /srv/other");
    told("a web server helps");

    taken_back(&server, &own);
    let said = ends_well(&server, &["rollback", "--yes"]);
    server.sh("rm -r /var/backups/mailwright");
    let left = differences(&before, &tree(&server.host().root()));
    assert!(left.is_empty(), "{said}\n{}", left.join("\n"));
    let kept = ["etc/letsencrypt", "var/lib/letsencrypt", "var/log/letsencrypt"].map(|path| exists(&server, path));
    assert_eq!(kept, [false; 3], "{said}");
    told("all is as it was");
}

/// A host to be set up, and an authority on the far one that it trusts.
fn fresh(release: Release) -> Server {
    let parsed = answers::parse(TEXT, Path::new(ANSWERS)).unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_mailwright"));
    let lab = wanted_for(release, binary, &parsed).far_packages(["pebble"]).start().unwrap();
    let server = Server { lab, answers: parsed };
    server.write_answers(TEXT);

    let mut root = CertificateParams::default();
    root.distinguished_name.push(DnType::CommonName, "The Root of the Lab");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let root_pem = root.self_signed(&root_key).unwrap().pem();
    let leaf = CertificateParams::new([FAR_NAME.to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
    let far = server.far().host();
    for (path, text) in [("/root/pebble.pem", leaf.pem()), ("/root/pebble.key", key.serialize_pem())] {
        far.write(path, &text, 0o600).unwrap();
    }
    far.write("/root/pebble.json", CONFIG, 0o600).unwrap();
    let resolver = format!("{}:53", server.lab.resolver());
    let start = ["--unit=pebble", "--setenv=PEBBLE_VA_NOSLEEP=1", "--setenv=PEBBLE_WFE_NONCEREJECT=0", "pebble"];
    let pebble = far.program("systemd-run").args(start).args(["-config", "/root/pebble.json", "-dnsserver", &resolver]);
    pebble.success().unwrap();

    let trust = "mkdir -p /usr/local/share/ca-certificates && cat >/usr/local/share/ca-certificates/lab.crt && \
                 if command -v update-ca-certificates; then update-ca-certificates; fi";
    server.host().program("sh").args(["-c", trust]).stdin(root_pem).success().unwrap();
    server
}

/// Runs `mailwright`, which must end well, and gives what it printed.
fn ends_well(server: &Server, args: &[&str]) -> String {
    let output = server.mailwright(args);
    let log = server.host().read_text("/var/log/mailwright/acme.log").unwrap_or_default();
    assert_eq!(output.code, Some(0), "{args:?}\n{}\n{}\n{log}", output.stdout, output.stderr);
    // A report breaks its lines.
    output.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The paths that a dry run names.
fn told_by_a_dry_run(server: &Server) -> Vec<PathBuf> {
    let said = ends_well(server, &["setup", "--answers", ANSWERS, "--dry-run", "--json"]);
    let preview: serde_json::Value = serde_json::from_str(&said).unwrap();
    let changes = preview["steps"].as_array().unwrap().iter().flat_map(|step| step["changes"].as_array().unwrap());
    let differ = changes.filter(|change| change["standing"] == "differs");
    let paths = differ.flat_map(|change| change["paths"].as_array().unwrap());
    paths.map(|path| PathBuf::from(path.as_str().unwrap())).collect()
}

/// The paths that are new or other than before; what daemons write is left out.
fn changed(before: &Tree, after: &Tree) -> Vec<PathBuf> {
    let all: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    all.into_iter().filter(|path| before.get(*path) != after.get(*path) && !runtime(path)).cloned().collect()
}

/// What the authority has heard.
fn log(server: &Server) -> String {
    let journal = server.far().host().program("journalctl").args(["--unit=pebble", "--no-pager", "--output=cat"]);
    journal.success().unwrap().stdout
}

/// How often it was asked for a certificate.
fn orders(server: &Server) -> usize {
    log(server).matches("POST /order-plz").count()
}

fn exists(server: &Server, path: &str) -> bool {
    server.host().root().join(path).exists()
}

/// A web server on port 80 of both families.
fn web_server(server: &Server, directory: &str) {
    let run = format!("systemd-run --unit=web python3 -m http.server 80 --bind :: --directory {directory}");
    server.sh(&format!("{run}; for n in $(seq 100); do ss -Hltn | grep -q ':80 ' && exit 0; sleep 0.05; done; exit 1"));
}

/// The certificate that a port shows to the far host, in DER.
fn served(server: &Server, port: u16) -> Vec<u8> {
    let security = if [465, 993, 995].contains(&port) { Security::Tls } else { Security::StartTls };
    let dial = server.dial(port);
    let ask = || match port {
        143 | 993 => imap::Session::open(&dial, security, NAME).unwrap().served,
        110 | 995 => pop3::Session::open(&dial, security, NAME).unwrap().served,
        _ => smtp::Session::open(&dial, security, NAME, "client.far.test").unwrap().served,
    };
    server.far().host().in_network(ask).unwrap().unwrap().chain.remove(0)
}

/// The one certificate that all ports show.
fn served_everywhere(server: &Server) -> Vec<u8> {
    let shown: BTreeSet<Vec<u8>> = [25, 465, 587, 993, 995].map(|port| served(server, port)).into();
    assert_eq!(shown.len(), 1, "the ports do not show the same certificate");
    let shown = shown.into_iter().next().unwrap();
    let (_, certificate) = X509Certificate::from_der(&shown).unwrap();
    assert!(certificate.issuer().to_string().contains("Pebble"), "{}", certificate.issuer());
    shown
}

/// What a TLSA record has of a certificate's key.
fn key(der: &[u8]) -> Vec<u8> {
    let (_, certificate) = X509Certificate::from_der(der).unwrap();
    Sha256::digest(certificate.public_key().raw).to_vec()
}

/// A renewal as the timer does it, but now, while somebody reads mail and somebody hands one in.
fn renewed_without_ending_a_session(server: &Server) -> Vec<u8> {
    let (imaps, smtps) = (server.dial(993), server.dial(465));
    let renew = || {
        let mut reader = imap::Session::open(&imaps, Security::Tls, NAME).unwrap();
        assert!(reader.login(ANNA.0, &Secret::new(ANNA.1)).unwrap().ok());
        assert!(reader.select("INBOX").unwrap().ok());
        let mut sender = smtp::Session::open(&smtps, Security::Tls, NAME, "client.far.test").unwrap();
        assert_eq!(sender.auth_plain(ANNA.0, &Secret::new(ANNA.1)).unwrap().code, 235);
        assert_eq!(sender.mail_from(ANNA.0, "").unwrap().code, 250);
        server.sh("certbot -q renew --force-renewal --no-random-sleep-on-renew");
        assert_eq!(sender.rcpt_to(ANNA.0).unwrap().code, 250);
        let message = format!("From: <{0}>\r\nTo: <{0}>\r\nSubject: across a renewal\r\n\r\nhello\r\n", ANNA.0);
        assert_eq!(sender.data(&message).unwrap().code, 250);
        let until = Instant::now() + Duration::from_secs(20);
        while reader.search("SUBJECT \"across a renewal\"").unwrap().is_empty() {
            assert!(Instant::now() < until, "the message did not come");
            std::thread::sleep(Duration::from_millis(100));
            assert!(reader.command("NOOP").unwrap().ok());
        }
    };
    server.far().host().in_network(renew).unwrap();
    served_everywhere(server)
}

/// The step alone is taken back: the self-signed certificate is shown again, and certbot has nothing of ours.
fn taken_back(server: &Server, own: &[u8]) {
    let said = ends_well(server, &["rollback", "--to", "acme", "--yes"]);
    assert!(said.contains("the certificate mailwright-mail.example.org and its key, saved in /var/backups/"), "{said}");
    for port in [25, 993] {
        assert!(served(server, port) == own, "port {port} shows another certificate: {said}");
    }
    assert_eq!(server.sh("find /etc/letsencrypt -type f"), "/etc/letsencrypt/cli.ini\n");
    assert!(!exists(server, "etc/mailwright/acme-deploy"));
    let timer = server.host().program("systemctl").args(["is-active", "certbot.timer"]).run().unwrap();
    assert_ne!(timer.code, Some(0), "{}", timer.stdout);
}
