//! The far host as a judge of senders: a real BIND with the records as they are printed, and software of others.

#![allow(dead_code, reason = "each test program uses its own part of it")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use mailwright::answers::{self};
use mailwright::facts::Release;
use mailwright::rehearsal::{ANSWERS, FAR_DOMAIN, FAR_NAME, wanted_for};
use serde_json::Value;

use crate::ready::saved;
use crate::support::whole::Server;

const JUDGE: &str = include_str!("judge.py");
const FAR: &str = include_str!("far.sh");
/// BIND, the milters, and what judges beside them.
const PACKAGES: [&str; 7] =
    ["bind9", "bind9-utils", "opendkim", "opendmarc", "python3-dkim", "python3-dns", "python3-spf"];
/// The zone of the whole world; short TTLs, for what changes in a test is to be seen at once.
const WORLD: &str = "etc/bind/world";

/// A server that other answers made, to be given these, and a far host that judges; `{far}` in the answers is the far host's address.
pub fn other(release: Release, text: &str, others: &str) -> Server {
    let bare = answers::parse(&text.replace("{far}", "192.0.2.1"), Path::new(ANSWERS)).unwrap();
    let lab = wanted_for(release, Path::new(env!("CARGO_BIN_EXE_mailwright")), &bare);
    let lab = lab.saved(saved(release)).far_packages(PACKAGES).start().unwrap();
    let far = lab.far().unwrap().host().addresses();
    let text = text.replace("{far}", &far.ipv4.to_string());
    let server = Server { answers: answers::parse(&text, Path::new(ANSWERS)).unwrap(), lab };
    server.write_answers(&text);
    publish(&server, others, "");
    let host = server.far().host();
    let script = host.program("sh").args(["-s", &far.ipv4.to_string()]).stdin(FAR).deadline(Duration::from_secs(60));
    script.success().unwrap();
    server.host().write("/etc/resolv.conf", format!("nameserver {}\n", far.ipv4), 0o644).unwrap();
    server
}

/// Puts the far host's own records, these others and what `mailwright dns` printed into BIND's zone, which
/// `named-checkzone` must accept, and loads it.
pub fn publish(server: &Server, others: &str, printed: &str) {
    let host = server.far().host();
    let mut zone = format!(
        "$TTL 1\n. SOA ns.{FAR_DOMAIN}. root.{FAR_DOMAIN}. {} 60 60 600 1\n. NS ns.{FAR_DOMAIN}.\n\
         {FAR_DOMAIN}. MX 10 {FAR_NAME}.\n{FAR_DOMAIN}. TXT \"v=spf1 mx -all\"\n{FAR_NAME}. TXT \"v=spf1 a -all\"\n",
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
    );
    for address in host.addresses().all() {
        let kind = if address.is_ipv4() { "A" } else { "AAAA" };
        writeln!(zone, "{FAR_NAME}. {kind} {address}\nns.{FAR_DOMAIN}. {kind} {address}").unwrap();
        writeln!(zone, "{}. PTR {FAR_NAME}.", mailwright::records::Name::reverse(address)).unwrap();
    }
    for domain in mailwright::probe::outward::TRIED {
        writeln!(zone, "{domain}. MX 10 {FAR_NAME}.").unwrap();
    }
    zone = zone + others + &printed.replace(" 3600 IN ", " 1 IN ");
    let path = host.root().join(WORLD);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, zone).unwrap();
    let script = "named-checkzone . /etc/bind/world || exit 1; ! systemctl is-active --quiet named || rndc reload";
    let checked = host.program("sh").args(["-c", script]).run().unwrap();
    assert!(checked.ok(), "{}\n{}", checked.stdout, checked.stderr);
}

/// What `mailwright dns` prints for a zone, with the lines for the reverse zones, which it gives as comments.
pub fn printed(server: &Server) -> String {
    let output = server.mailwright(&["dns", "--format", "bind"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let line = |line: &str| match line.strip_prefix("; ") {
        Some(record) if record.contains(" PTR ") => record.to_owned(),
        _ => line.to_owned(),
    };
    output.stdout.lines().map(line).fold(String::new(), |text, line| text + &line + "\n")
}

/// What dkimpy and pyspf on the far host say of a message that came there.
pub fn judged(server: &Server, message: &str) -> Value {
    let servers: Vec<String> = server.host().addresses().all().map(|address| address.to_string()).collect();
    let asked = serde_json::json!({ "message": message, "server": servers }).to_string();
    let python = server.far().host().program("python3").args(["-c", JUDGE]).stdin(asked + "\n");
    serde_json::from_str(&python.success().unwrap().stdout).unwrap()
}

/// An RSA key on the far host, for a sender of the test's own: its record's `p=`.
pub fn key(server: &Server) -> String {
    let script = "openssl genrsa -out /root/k.pem 2048 2>/dev/null; openssl rsa -in /root/k.pem -pubout 2>/dev/null";
    let public = server.far().host().program("sh").args(["-c", script]).success().unwrap().stdout;
    public.lines().filter(|line| !line.starts_with('-')).collect()
}

/// Header fields of a message by lower-case name, unfolded.
pub fn headers(message: &str) -> BTreeMap<String, Vec<String>> {
    let head = message.replace("\r\n", "\n");
    let head = head.split("\n\n").next().unwrap().replace("\n\t", " ").replace("\n ", " ");
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        fields.entry(name.to_lowercase()).or_default().push(value.trim().to_owned());
    }
    fields
}
