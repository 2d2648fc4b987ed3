//! Where BIND runs on the server and holds the zone of a mail domain: the records are put into its file, served, and
//! taken back, on real hosts. A file that BIND would refuse stays as it is, and nothing else is touched either.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use mailwright::answers::{self, Answers};
use mailwright::dns::judge::Outcome;
use mailwright::dns::{self, Published};
use mailwright::facts::{Facts, Release};
use mailwright::probe::dns::own;
use mailwright::probe::machine;
use mailwright::records::Data;
use mailwright::rehearsal::{Host, Lab};
use mailwright::steps::packages;
use serde_json::Value;

#[path = "support/server.rs"]
mod server;
mod support;

use server::{SETUP, mailwright, wanted, well};

const GUIDE: &str = include_str!("zones/guide.zone");
const FILE: &str = "/etc/bind/db.example.org";
const ADDRESS: &str = "203.0.113.10:53";
const OTHER: &str = "$TTL 1h\n@ SOA ns1.example.org. hostmaster.example.org. 7 3H 15M 4W 1H\n@ NS ns1.example.org.\n";
/// A zone as guides have it, the one of the address, and one that programs change.
const CONFIG: &str = "zone \"example.org\" { type master; file \"/etc/bind/db.example.org\"; };\n\
    zone \"113.0.203.in-addr.arpa\" { type primary; file \"db.203.0.113\"; };\n\
    zone \"example.net\" { type primary; file \"db.example.net\"; allow-update { 127.0.0.1; }; };\n";

/// What goes from the zone, as BIND reads it.
const GONE: [&str; 7] = [
    "example.org. 3600 IN MX 10 mx.old-provider.test.",
    "example.org. 3600 IN SPF \"v=spf1 include:old-provider.test ~all\"",
    "example.org. 3600 IN TXT \"spf2.0/pra include:old-provider.test ~all\"",
    "example.org. 3600 IN TXT \"v=spf1 include:old-provider.test ~all\"",
    "_adsp._domainkey.example.org. 3600 IN TXT \"dkim=unknown\"",
    "_domainkey.example.org. 3600 IN TXT \"o=~; r=postmaster@example.org\"",
    "mail.example.org. 3600 IN A 192.0.2.1",
];

fn lab(release: Release) -> Lab {
    let lab = wanted(release)
        .packages(packages::names().into_iter().chain(["bind9".to_owned()]))
        .more_hosts(1)
        .start()
        .unwrap();
    let host = lab.host();
    let install = host.program_with(&[("DEBIAN_FRONTEND", "noninteractive")], "apt-get");
    install.args(["install", "-y", "-q", "--no-install-recommends", "bind9"]).success().unwrap();
    host.write("/root/answers.toml", text(), 0o600).unwrap();
    host.write("/etc/bind/named.conf.local", CONFIG, 0o644).unwrap();
    host.write(FILE, GUIDE, 0o640).unwrap();
    for file in ["db.203.0.113", "db.example.net"] {
        host.write(format!("/var/cache/bind/{file}"), OTHER, 0o644).unwrap();
    }
    host.program("chown").args(["bind:bind", FILE]).success().unwrap();
    host.program("rndc").arg("reconfig").success().unwrap();
    // It loads them when it comes to it.
    World(&lab).comes_to("example.org", 2_024_010_107);
    World(&lab).comes_to("113.0.203.in-addr.arpa", 7);
    lab
}

fn text() -> String {
    answers::EXAMPLE.replace("# obsolete = \"keep\"", "obsolete = \"remove\"")
}

/// What becomes of an SPF record that names another service: it is kept in it, and our server comes first.
const COMPLETED: &str = "v=spf1 mx include:old-provider.test ~all";

/// The records of the answers that belong into a zone, with the key that the setup made.
fn planned(host: &Host, answers: &Answers, zone: &str) -> Vec<Published> {
    let facts = Facts { dkim: machine::dkim_keys(&host.root()), ..Facts::default() };
    let mut records = dns::records(answers, &facts).unwrap();
    for one in &mut records {
        if one.why == "spf" && one.of.as_str() == "example.org" {
            one.record.data = Data::Txt(COMPLETED.to_owned());
        }
    }
    records.retain(|one| {
        one.record.name.as_str().strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    records
}

/// The records of a zone's text as BIND reads them, its SOA left out.
fn compiled(host: &Host, zone: &str) -> BTreeSet<String> {
    let compile = host.program("named-compilezone").args(["-q", "-i", "none", "-o", "-", "example.org", "-"]);
    let output = compile.stdin(zone).success().unwrap();
    let lines = output.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.contains(" IN SOA ")).collect()
}

/// Owner, group and mode of the zone's file.
fn access(host: &Host) -> (u32, u32, u32) {
    let meta = std::fs::metadata(host.root().join(FILE.trim_start_matches('/'))).unwrap();
    (meta.uid(), meta.gid(), meta.mode() & 0o7777)
}

/// What the world is served, seen from the other host.
struct World<'l>(&'l Lab);

impl World<'_> {
    fn serial(&self, zone: &str) -> Option<u32> {
        self.0.hosts()[1].in_network(|| own::serial(at(), zone).ok()).unwrap()
    }

    /// Waits until the zone is served with this serial.
    fn comes_to(&self, zone: &str, serial: u32) {
        let until = Instant::now() + Duration::from_secs(10);
        while self.serial(zone) != Some(serial) {
            assert!(Instant::now() < until, "{zone} is served with serial {:?}, not {serial}", self.serial(zone));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn serves(&self, answers: &Answers, zone: &str) {
        let records = planned(self.0.host(), answers, zone);
        let addresses = answers.addresses(&Facts::default());
        let ask = || own::states(at(), &records, answers.hostname.as_str(), &addresses).unwrap();
        let states = self.0.hosts()[1].in_network(ask).unwrap();
        assert!(!states.is_empty() && states.iter().all(|state| state.outcome == Outcome::AsWanted), "{states:#?}");
    }
}

fn at() -> SocketAddr {
    ADDRESS.parse().unwrap()
}

/// A mistake in the file: the run says so and touches nothing, and BIND goes on serving what it has.
fn a_broken_zone_stops_the_run(host: &Host, world: &World<'_>) {
    let broken = format!("{GUIDE}broken IN A 192.0.2.999\n");
    host.write(FILE, &broken, 0o640).unwrap();
    let output = mailwright(host, &SETUP);
    assert_eq!(output.code, Some(1), "{}\n{}", output.stdout, output.stderr);
    for said in ["error: BIND would refuse the zone example.org", "bad dotted quad", "hint: see what `named-checkzone"]
    {
        assert!(output.stderr.contains(said), "{said}\n{}", output.stderr);
    }
    assert_eq!(host.read_text(FILE).unwrap(), broken);
    assert_eq!(world.serial("example.org"), Some(2_024_010_107));
    assert!(!host.root().join("etc/postfix").exists());
    host.write(FILE, GUIDE, 0o640).unwrap();
}

/// The text that a dry run shows for the zone's file.
fn shown(host: &Host) -> String {
    let json: Value =
        serde_json::from_str(&well(host, &[&SETUP[..3], &["--dry-run", "--json"]].concat()).stdout).unwrap();
    let step = json["steps"].as_array().unwrap().iter().find(|step| step["id"] == "zone").unwrap().clone();
    let changes = step["changes"].as_array().unwrap();
    let paths: Vec<&str> = changes.iter().map(|change| change["paths"][0].as_str().unwrap()).collect();
    assert_eq!(paths, ["/var/cache/bind/db.203.0.113", FILE]);
    assert_eq!(host.read_text(FILE).unwrap(), GUIDE);
    changes[1]["text"]["after"].as_str().unwrap().to_owned()
}

fn a_zone_on_the_server_gets_the_records(release: Release) {
    let Some(_turn) = support::turn("zone on hosts") else { return };
    let started = Instant::now();
    let lab = lab(release);
    let (host, world) = (lab.host(), World(&lab));
    let answers = answers::parse(&text(), Path::new("answers.toml")).unwrap();
    let was = access(host);
    a_broken_zone_stops_the_run(host, &world);

    let shown = shown(host);
    let said = well(host, &SETUP);
    let new = host.read_text(FILE).unwrap();
    // The key was not made yet when the dry run showed the rest.
    let (key, rest): (Vec<&str>, Vec<&str>) = new.lines().partition(|line| line.starts_with("s1._domainkey"));
    assert_eq!(key.len(), 1, "{new}");
    assert_eq!(rest, shown.lines().collect::<Vec<_>>(), "what landed is not what the dry run showed");
    assert_eq!(access(host), was);
    let (before, after) = (compiled(host, GUIDE), compiled(host, &new));
    let gone: BTreeSet<&str> = before.difference(&after).map(String::as_str).collect();
    assert_eq!(gone, GONE.into());
    let came: BTreeSet<&String> = after.difference(&before).collect();
    let expected: Vec<String> =
        planned(host, &answers, "example.org").iter().map(|one| one.record.to_string()).collect();
    assert_eq!(came, expected.iter().collect());
    let comments =
        |text: &str| text.lines().filter(|line| line.starts_with(';')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(comments(&new), comments(GUIDE));
    let serial = world.serial("example.org").unwrap();
    assert!(serial > 2_026_000_000 && new.contains(&serial.to_string()), "{serial}");
    world.serves(&answers, "example.org");
    world.serves(&answers, "113.0.203.in-addr.arpa");
    assert_eq!(world.serial("113.0.203.in-addr.arpa"), Some(8));
    // The zone that programs change is left alone, and said why.
    assert_eq!(world.serial("example.net"), Some(7));
    assert!(said.stdout.contains("example.net (/var/cache/bind/db.example.net): it is updated"), "{}", said.stdout);
    let again = well(host, &SETUP);
    assert!(again.stdout.starts_with("Nothing to change"), "{}", again.stderr);
    let checked = well(host, &["check", "zone", "--json"]);
    let report: Value = serde_json::from_str(&checked.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap().iter();
    let outcomes: Vec<&str> = checks.map(|check| check["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["warn", "pass", "pass"], "{report:#}");

    let said = well(host, &["rollback", "--yes"]).stdout;
    assert_eq!(host.read_text(FILE).unwrap(), GUIDE);
    assert_eq!((host.read_text("/var/cache/bind/db.203.0.113").unwrap().as_str(), access(host)), (OTHER, was));
    assert!(said.contains(&format!("{FILE} (back at serial 2024010107")), "{said}");
    world.comes_to("example.org", 2_024_010_107);
    println!("{release}: {:.0} s", started.elapsed().as_secs_f64());
}

#[test]
fn a_zone_on_debian_12_gets_the_records() {
    a_zone_on_the_server_gets_the_records(Release::Bookworm);
}

#[test]
fn a_zone_on_debian_13_gets_the_records() {
    a_zone_on_the_server_gets_the_records(Release::Trixie);
}
