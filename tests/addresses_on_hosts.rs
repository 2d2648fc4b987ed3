//! A server with several addresses: its mail leaves by the ones that the answers name, and so the records; the far host says
//! which ones those were.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use mailwright::facts::Release;
use mailwright::rehearsal::FAR_DOMAIN;
use ready::saved;
use serde_json::Value;
use support::whole::Server;

#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

const TEXT: &str = r#"
hostname = "mail.example.org"
ipv4 = "203.0.113.10"
ipv6 = "2001:db8::10"
contact = "anna@example.org"
domain = [{ name = "example.org" }]
mailbox = [{ address = "anna@example.org", password = "please change this one" }]
limits = { outgoing = "normal" }
"#;
const NAMED: [&str; 2] = ["203.0.113.10", "2001:db8::10"];

/// Gives the host a second address of a family ($1), and a route to the far host ($2) that chooses it.
const OTHER: &str = r#"set -eu
other=203.0.113.77/32; [ "$1" = 4 ] || other="2001:db8::77/128 nodad"
way=$(ip -"$1" route get "$2" | sed -n '1s/.*\( via [^ ]*\).*/\1/p')
device=$(ip -"$1" route get "$2" | sed -n '1s/.* dev \([^ ]*\).*/\1/p')
ip -"$1" addr add $other dev "$device"
ip -"$1" route replace "$2" $way dev "$device" src ${other%%/*}
"#;

#[test]
fn mail_leaves_by_the_named_address_on_debian_12() {
    mail_leaves_by_the_named_address(Release::Bookworm);
}

#[test]
fn mail_leaves_by_the_named_address_on_debian_13() {
    mail_leaves_by_the_named_address(Release::Trixie);
}

fn mail_leaves_by_the_named_address(release: Release) {
    let Some(_turn) = support::turn("addresses") else { return };
    let server = Server::saved(release, TEXT, saved(release));
    for (family, other) in [("-4", "203.0.113.77"), ("-6", "2001:db8::77")] {
        let far = server.far().host().addresses();
        let far = if family == "-4" { far.ipv4.to_string() } else { far.ipv6.unwrap().to_string() };
        server.host().program("sh").args(["-c", OTHER, "sh", &family[1..], &far]).success().unwrap();
        let chosen = server.sh(&format!("ip {family} route get {far}"));
        assert!(chosen.contains(&format!("src {other} ")), "the routes choose another: {chosen}");
    }
    server.set_up();
    assert_eq!(leaves_by(&server)["outcome"], "pass", "{:#}", leaves_by(&server));
    for protocol in ["ipv4", "ipv6"] {
        // One family at a time, by the choice of the sender.
        server.sh(&format!("postconf -e smtp_address_preference={protocol} && systemctl reload postfix"));
        let client = came_from(&server, &format!("by {protocol}"));
        assert!(NAMED.contains(&client.as_str()), "{protocol}: the far side saw {client}");
        assert_eq!(client.contains(':'), protocol == "ipv6", "{protocol}: the far side saw {client}");
    }
}

fn leaves_by(server: &Server) -> Value {
    let output = server.mailwright(&["check", "postfix", "--json"]);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == "leaves-by").unwrap().clone()
}

fn send(server: &Server, subject: &str) {
    let letter = format!("From: <anna@example.org>\\nSubject: {subject}\\n\\nhello\\n");
    server.sh(&format!("printf '{letter}' | sendmail -f anna@example.org friend@{FAR_DOMAIN}"));
}

/// The address that a message came from, as the far host's own Postfix wrote it down.
fn came_from(server: &Server, subject: &str) -> String {
    send(server, subject);
    let message = server.far().wait_for_mail("friend", subject, Duration::from_secs(30)).unwrap();
    let received = message.lines().find(|line| line.starts_with("Received: from")).unwrap();
    let address = received.rsplit_once('[').unwrap().1.split(']').next().unwrap();
    address.trim_start_matches("IPv6:").to_owned()
}
