//! From answers to a working mail server, on real Debian hosts, seen from outside during the setup and after it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::{FAR_DOMAIN, FAR_NAME};
use mailwright::secret::Secret;
use outside::{Domain, Mailbox, Target, complaints, judge};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use support::processes::{Seen, sample};
use support::secrets;
use support::sentry::{Sentry, Watch};
use support::tree::{differences, tree};
use support::whole::Server;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[path = "support/outside/mod.rs"]
mod outside;
mod support;

const WHOLE: &str = include_str!("answers/whole.toml");
const ANNA: (&str, &str) = ("anna@example.org", "Zürich \"$HOME\"; it's 100%u `id` \\n #{x} -- ok");
const BEN: (&str, &str) = ("ben@example.net", "it's ben's \"own\" $PASSWORD; – kept in a file");
const SMALL: (&str, &str) = ("small@example.org", "a small mailbox's password, with 1 MiB");
const CLEO: (&str, &str) = ("cleo@example.net", "the password that came later");
/// The checks that do not pass in a lab, and why: none.
const BUT: [(&str, &str); 0] = [];

#[test]
fn debian_12_becomes_a_mail_server() {
    a_fresh_host_becomes_a_mail_server(Release::Bookworm);
}

#[test]
fn debian_13_becomes_a_mail_server() {
    a_fresh_host_becomes_a_mail_server(Release::Trixie);
}

fn a_fresh_host_becomes_a_mail_server(release: Release) {
    let Some(_turn) = support::turn("a whole run") else { return };
    let started = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", started.elapsed().as_secs_f64());
    let server = Server::fresh(release, WHOLE, &[("/root/ben.password", BEN.1)]);
    told("a fresh host");
    let (said, watch, seen) = set_up_under_watch(&server);
    told("set up");
    let hidden = secrets::all(&server, &[ANNA.1, BEN.1, SMALL.1]);
    the_sentry_saw_no_open_door(&server, &watch);
    no_process_showed(&seen, &hidden);
    server.checks_pass(&BUT);
    told("checked");
    a_second_setup_changes_nothing(&server);
    told("set up again");
    judged_from_outside(&server);
    told("judged");
    the_world_sees_every_record(&server);
    told("records seen");
    mail_goes_both_ways(&server);
    told("mail both ways");
    one_more_mailbox_is_one_more_row(&server);
    told("one more mailbox");
    let hidden = [hidden, secrets::all(&server, &[CLEO.1])].concat();
    no_file_shows(&server, &hidden);
    assert!(hidden.iter().all(|secret| !said.contains(secret)), "the setup printed a secret:\n{said}");
    told("no secret found");
}

/// Ends the watch, even when the setup panics.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn set_up_under_watch(server: &Server) -> (String, Watch, Seen) {
    let end = AtomicBool::new(false);
    let sentry = Sentry::post(&server.lab, "mail.example.org", "example.org", ANNA.0);
    std::thread::scope(|threads| {
        let _end = End(&end);
        let watching = threads.spawn(|| sentry.watch(&end));
        let sampling = threads.spawn(|| sample(server.host(), &end));
        // What a careless program would do, to see that it would be seen.
        let careless = server.host().program_with(&[("CARELESS", "in-the-environment")], "sh");
        careless.args(["-c", "sleep 0.2; true", "among-the-arguments"]).success().unwrap();
        let said = server.set_up();
        end.store(true, Ordering::SeqCst);
        (said, watching.join().unwrap(), sampling.join().unwrap())
    })
}

/// No port answered before its daemon was due, each then showed its final configuration, and none relayed.
fn the_sentry_saw_no_open_door(server: &Server, watch: &Watch) {
    assert!(watch.wrong.is_empty(), "{} wrong:\n{}", watch.wrong.len(), watch.wrong.join("\n"));
    let beats = f64::from(watch.beats) / watch.time.as_secs_f64();
    println!("{beats:.1} beats a second, {} relay attempts refused, {:?}", watch.refused, watch.dialogues);
    assert!(beats >= 20.0, "the sentry slept: {beats} beats a second");
    assert!(watch.refused > 20, "only {} relay attempts", watch.refused);
    let families = server.host().addresses().all().count();
    assert_eq!(watch.first.len(), outside::MAIL_PORTS.len() * families, "{:?}", watch.first.keys());
    let certificate = server.host().read("/etc/mailwright/tls/fullchain.pem").unwrap();
    let certificate = CertificateDer::from_pem_slice(&certificate).unwrap();
    assert_eq!(watch.leaves, [certificate.to_vec()], "another certificate was served");
    let journal = server.host().read_text("/var/lib/mailwright/journal.jsonl").unwrap();
    let due = |daemon: &str| -> OffsetDateTime {
        let events = journal.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let mut starts = events.filter(|event| {
            event["event"] == "begin" && event["before"]["kind"] == "service" && event["before"]["daemon"] == daemon
        });
        OffsetDateTime::parse(starts.next().unwrap()["at"].as_str().unwrap(), &Rfc3339).unwrap()
    };
    let (postfix, dovecot) = (due("postfix"), due("dovecot"));
    for ((port, ip), first) in &watch.first {
        let due = if [25, 465, 587].contains(port) { postfix } else { dovecot };
        assert!(*first >= due, "{ip} port {port} answered at {first}, before its daemon was to start at {due}");
    }
}

fn no_process_showed(seen: &Seen, hidden: &[String]) {
    println!("{} looks at all processes, {} texts", seen.looks, seen.texts.len());
    for known in ["in-the-environment", "among-the-arguments", "apt-get install", "dpkg"] {
        assert!(!seen.with(known).is_empty(), "the sampler overlooked {known}");
    }
    for secret in hidden {
        assert_eq!(seen.with(secret), [""; 0]);
    }
}

fn a_second_setup_changes_nothing(server: &Server) {
    let state = server.host().root().join("var/lib/mailwright");
    let (before, kept, daemons, tables) = (steady(server), tree(&state), server.daemons(), server.tables());
    // How long it takes is measured where no other host is at work, in the test of the dry run.
    let output = server.setup();
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert!(output.stdout.starts_with("Nothing to change"), "{}", output.stdout);
    assert_eq!(server.daemons(), daemons);
    assert_eq!(server.tables(), tables);
    assert_eq!(differences(&before, &steady(server)), [""; 0]);
    let changed = differences(&kept, &tree(&state));
    assert!(changed.iter().all(|line| line.contains(" /lock ")), "{changed:?}");
}

/// Each record stands in the lab as it is listed, at its name server and for its resolver.
fn the_world_sees_every_record(server: &Server) {
    assert!(server.answers.resolvers[0].0.ip() == server.lab.resolver(), "the lab has another resolver");
    let output = server.mailwright(&["dns", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let records = list["records"].as_array().unwrap();
    let seen = |record: &&serde_json::Value| record["state"] == "as-wanted" && record["silent"] == 0;
    let wrong: Vec<_> = records.iter().filter(|record| !seen(record)).collect();
    assert!(wrong.is_empty() && records.len() > 20, "{wrong:#?}");
    // A domain is asked for at its name server as well, and that is found through its NS record.
    let mx = records.iter().find(|record| record["type"] == "MX").unwrap();
    assert_eq!(mx["answered"], 2, "{mx}");
}

/// The tree without what a running database and mail server write by themselves, and those who count and ban.
fn steady(server: &Server) -> support::tree::Tree {
    let own = [
        "/var/lib/mysql",
        "/var/lib/postfix",
        "/var/spool/postfix",
        "/var/lib/dovecot",
        "/var/vmail",
        "/var/lib/fail2ban/fail2ban.sqlite3",
        "/var/lib/policyd-rate-limit/db.sqlite3",
    ];
    let mut tree = tree(&server.host().root());
    tree.retain(|path, _| !own.iter().any(|own| path.starts_with(own)));
    tree
}

fn target(server: &Server) -> Target {
    let mailbox =
        |(address, password): (&str, &str)| Mailbox { address: address.into(), password: Secret::new(password) };
    let domain =
        |name: &str, login, alias: &str| Domain { name: name.into(), mailbox: mailbox(login), alias: alias.into() };
    Target {
        ipv4: server.host().addresses().ipv4,
        ipv6: server.host().addresses().ipv6,
        hostname: "mail.example.org".into(),
        domains: vec![domain("example.org", ANNA, "info@example.org"), domain("example.net", BEN, "info@example.net")],
        small: Some(mailbox(SMALL)),
        message_size_limit: 5 * 1024 * 1024,
        victim: format!("victim@{FAR_DOMAIN}"),
        victim_ip: server.far().host().addresses().ipv4.into(),
        // Of the block that the sentry called from.
        guessers: (240..250).map(|last| Ipv4Addr::new(192, 0, 2, last).into()).collect(),
        source: None,
        helo: FAR_NAME.into(),
        run: "judged".into(),
        scan: 1..=9999,
        // The lab's Debian comes with an SSH server, as a rented one does.
        also_open: [22].into(),
        ports: [].into(),
        patience: Duration::from_secs(20),
        time: Duration::from_secs(400),
    }
}

/// The outside judge on the far host has no complaint, and what it submitted has arrived there.
fn judged_from_outside(server: &Server) {
    let target = target(server);
    let findings = server.far().host().in_network(|| judge(&target)).unwrap();
    let complaints = complaints(&findings);
    assert!(complaints.is_empty(), "{complaints}");
    println!("{} findings of the outside judge", findings.len());
    let families = if target.ipv6.is_some() { vec!["IPv4", "IPv6"] } else { vec!["IPv4"] };
    for domain in &target.domains {
        for family in &families {
            for port in [587, 465] {
                let subject = target.submitted_subject(family, port, &domain.mailbox);
                let message = server.far().wait_for_mail("victim", &subject, Duration::from_secs(30)).unwrap();
                tells_nothing_of_its_submitter(server, &message);
            }
        }
    }
}

/// Neither the address nor the name of the host it was submitted from.
fn tells_nothing_of_its_submitter(server: &Server, message: &str) {
    let headers = message.split("\n\n").next().unwrap();
    let addresses = server.far().host().addresses().all().map(|address: IpAddr| address.to_string());
    for private in addresses.chain([format!("from {FAR_NAME}"), "laptop.home.test".to_owned()]) {
        assert!(!headers.contains(&private), "{private} stands in\n{headers}");
    }
    // Field names come in any case (RFC 5322, section 1.2.2).
    let lower = headers.to_lowercase();
    for once in ["date: ", "message-id: ", "from: "] {
        assert_eq!(lower.lines().filter(|line| line.starts_with(once)).count(), 1, "{once} in\n{headers}");
    }
}

/// Mail by MX from one Postfix to the other, as two servers do it.
fn mail_goes_both_ways(server: &Server) {
    for (user, password) in [ANNA, BEN] {
        // As bare as a mail program may leave it: no Date, no Message-ID.
        let subject = format!("out from {user}");
        let message = format!("From: <{user}>\r\nTo: <friend@{FAR_DOMAIN}>\r\nSubject: {subject}\r\n\r\nhello\r\n");
        server.submit(user, password, &format!("friend@{FAR_DOMAIN}"), &message);
        let message = server.far().wait_for_mail("friend", &subject, Duration::from_secs(30)).unwrap();
        tells_nothing_of_its_submitter(server, &message);

        let (from, subject) = (format!("friend@{FAR_DOMAIN}"), format!("in to {user}"));
        let message = format!("From: <{from}>\nTo: <{user}>\nSubject: {subject}\n\nhello, too\n");
        server.far().send(&from, user, &message).unwrap();
        let read = server.read(user, password, &subject);
        assert!(read.contains("hello, too") && read.contains(&format!("Return-Path: <{from}>")), "{read}");
    }
}

fn one_more_mailbox_is_one_more_row(server: &Server) {
    let (before, daemons, tables) = (steady(server), server.daemons(), server.tables());
    let (address, password) = CLEO;
    server.write_answers(&format!("{WHOLE}\n[[mailbox]]\naddress = \"{address}\"\npassword = \"{password}\"\n"));
    server.set_up();
    let after = server.tables();
    let new: Vec<_> = after.iter().filter(|line| !tables.contains(line)).collect();
    let row = format!("INSERT INTO `mailboxes` VALUES ('{address}','example.net','{{ARGON2ID}}");
    assert!(new.len() == 1 && new[0].starts_with(&row), "{new:?}");
    assert_eq!(after.len(), tables.len() + 1);
    assert_eq!(server.daemons(), daemons);
    assert_eq!(differences(&before, &steady(server)), [""; 0]);
    server.logs_in(address, password);
}

fn no_file_shows(server: &Server, hidden: &[String]) {
    let holders = secrets::holders(server, hidden);
    for known in ["/var/lib/mailwright/secrets.toml", "/etc/mailwright/tls/privkey.pem", "/root/answers.toml"] {
        assert!(holders.iter().any(|path| path == Path::new(known)), "the search overlooked {known}");
    }
    let open: Vec<_> = holders.iter().filter(|path| secrets::is_open(server, path)).collect();
    assert!(open.is_empty(), "files that show a secret: {open:?}");
    let journal = server.sh("journalctl --no-pager --all --output=export");
    assert!(journal.contains("postfix/smtpd") && journal.contains(ANNA.0), "the journal is empty");
    let shown: Vec<_> = hidden.iter().filter(|secret| journal.contains(*secret)).collect();
    assert!(shown.is_empty(), "in the journal: {shown:?}");
}
