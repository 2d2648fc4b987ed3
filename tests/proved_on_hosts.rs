//! A green check is proved by doing it: a ban that reaches the packet filter, a mailbox that can be read, a certificate that is
//! served; and what could not be seen is said at the end of a setup.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::Host;
use ready::ready;
use server::{ANSWERS, SETUP, mailwright, well};

#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

#[test]
fn green_is_proved_on_debian_12() {
    green_is_proved(Release::Bookworm);
}

#[test]
fn green_is_proved_on_debian_13() {
    green_is_proved(Release::Trixie);
}

fn green_is_proved(release: Release) {
    let Some(_turn) = support::turn("green is proved") else { return };
    let lab = ready(release);
    let host = lab.host();
    bans_reach_the_packet_filter(host);
    a_mailbox_of_roots_fails(host);
    a_quota_bites_behind_an_alias(host);
    what_was_not_seen_is_said(host);
    a_renewed_certificate_is_taken_up(host);
}

fn sh(host: &Host, script: &str) -> String {
    let output = host.program("sh").args(["-c", script]).deadline(Duration::from_secs(60)).run().unwrap();
    assert!(output.ok(), "{script}: {}\n{}", output.stdout, output.stderr);
    output.stdout
}

/// The worst outcome of the checks with this id, and its evidence.
fn outcome(host: &Host, step: &str, id: &str) -> (String, String) {
    let output = mailwright(host, &["check", step, "--json"]);
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let all: Vec<_> = checks.iter().filter(|check| check["id"] == id).collect();
    let one = all.iter().find(|check| check["outcome"] != "pass").unwrap_or(&all[0]);
    let text = |key: &str| one[key].as_str().unwrap().to_owned();
    (text("outcome"), text("evidence"))
}

/// As in a container that may not add rules: fail2ban bans, and nobody is shut out.
fn bans_reach_the_packet_filter(host: &Host) {
    let (fine, evidence) = outcome(host, "fail2ban", "jail-watches");
    assert!(fine == "pass" && evidence.contains("a ban on trial shut out"), "{evidence}");
    assert_eq!(sh(host, "fail2ban-client banned | grep -c '[0-9]' || true").trim(), "0");
    assert_eq!(sh(host, "nft list ruleset | grep -c '203[.]0[.]113[.]23' || true").trim(), "0");
    let dir = "/run/systemd/system/fail2ban.service.d";
    let restart = "systemctl daemon-reload && systemctl restart fail2ban";
    sh(
        host,
        &format!(
            "mkdir -p {dir}; printf '[Service]\\nCapabilityBoundingSet=~CAP_NET_ADMIN\\n' > {dir}/x.conf; {restart}"
        ),
    );
    let (found, evidence) = outcome(host, "fail2ban", "jail-watches");
    assert!(found == "fail" && evidence.contains("did not reach the packet filter"), "{evidence}");
    sh(host, &format!("rm -r {dir}; {restart}"));
}

/// Maildirs that came back from a backup as root's: mail cannot be stored, which is known and not unknown.
fn a_mailbox_of_roots_fails(host: &Host) {
    sh(
        host,
        "mkdir -p /var/vmail/example.org/anna/Maildir && chown -R root:root /var/vmail/example.org/anna && chmod -R go= /var/vmail/example.org/anna",
    );
    let (found, evidence) = outcome(host, "postfix", "delivers");
    assert_eq!(found, "fail", "{evidence}");
    sh(host, "chown -R vmail:vmail /var/vmail/example.org/anna; postqueue -f");
    let until = Instant::now() + Duration::from_secs(20);
    while outcome(host, "postfix", "delivers").0 != "pass" {
        assert!(Instant::now() < until, "{}", outcome(host, "postfix", "delivers").1);
    }
}

/// One of the two mailboxes behind an alias is full: its copy waits, the other's arrives, and none is lost.
fn a_quota_bites_behind_an_alias(host: &Host) {
    let (fine, evidence) = outcome(host, "dovecot", "quota");
    assert!(fine == "pass" && evidence.contains("a larger message is refused"), "{evidence}");
    let sql = |sql: &str| sh(host, &format!("mariadb -N mailserver -e \"{sql}\""));
    sql("UPDATE mailboxes SET quota_bytes = 300000 WHERE address = 'ben@example.net'; \
         INSERT INTO aliases (address, domain, destination) VALUES ('both@example.org', 'example.org', 'anna@example.org'), \
         ('both@example.org', 'example.org', 'ben@example.net')");
    let stored = |who: &str| -> usize {
        sh(host, &format!("doveadm fetch -u {who} uid mailbox INBOX subject bites | grep -c uid: || true"))
            .trim()
            .parse()
            .unwrap()
    };
    for n in 0..2 {
        sh(
            host,
            "smtp-source -f root@mail.example.org -t both@example.org -S bites -l 200000 -M mail.example.org 127.0.0.1:25",
        );
        let until = Instant::now() + Duration::from_secs(20);
        while stored("anna@example.org") <= n || (n == 0 && stored("ben@example.net") == 0) {
            assert!(Instant::now() < until, "{}", sh(host, "postqueue -p; journalctl -b -n 30 --no-pager"));
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    let until = Instant::now() + Duration::from_secs(20);
    while !sh(host, "postqueue -p").contains("ben@example.net") || !sh(host, "postqueue -p").contains("(host ") {
        assert!(Instant::now() < until, "{}", sh(host, "postqueue -p"));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(stored("ben@example.net"), 1, "{}", sh(host, "postqueue -p"));
    sql("UPDATE mailboxes SET quota_bytes = 2147483648 WHERE address = 'ben@example.net'");
    sh(host, "postqueue -f");
    let until = Instant::now() + Duration::from_secs(30);
    while stored("ben@example.net") < 2 {
        assert!(Instant::now() < until, "{}", sh(host, "postqueue -p"));
        std::thread::sleep(Duration::from_millis(200));
    }
    sql("DELETE FROM aliases WHERE address = 'both@example.org'");
}

/// Mail to the postmaster leaves this server: whether it arrives there cannot be seen.
fn what_was_not_seen_is_said(host: &Host) {
    let elsewhere = ANSWERS.replace("to = [\"anna@example.org\"]", "to = [\"me@example.com\"]");
    assert_ne!(elsewhere, ANSWERS);
    host.write("/root/answers.toml", elsewhere, 0o600).unwrap();
    sh(host, "mariadb mailserver -e \"DELETE FROM aliases WHERE address = 'postmaster@example.org'\"");
    let output = well(host, &SETUP);
    assert!(
        !output.stdout.contains("is a mail server now") && output.stdout.contains("could not see"),
        "{}",
        output.stdout
    );
    assert!(output.stderr.contains("Nothing failed, and"), "{}", output.stderr);
    host.write("/root/answers.toml", ANSWERS, 0o600).unwrap();
}

/// certbot keeps its pairs behind links: another link takes the place of the first, and leads to a file that may be older than
/// the daemons.
fn a_renewed_certificate_is_taken_up(host: &Host) {
    sh(
        host,
        "set -e; umask 077; mkdir -p /root/ca /etc/letsencrypt/live/m /etc/letsencrypt/archive/m; cd /root/ca
         openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 90 2>/dev/null
         for n in 1 2 3; do a=/etc/letsencrypt/archive/m
             openssl req -newkey rsa:2048 -nodes -keyout $a/privkey$n.pem -out $n.csr -subj /CN=mail.example.org 2>/dev/null
             printf 'subjectAltName=DNS:mail.example.org\\n' > ext
             openssl x509 -req -in $n.csr -CA ca.pem -CAkey ca.key -days 80 -extfile ext -out $a/leaf 2>/dev/null
             cat $a/leaf ca.pem > $a/fullchain$n.pem; touch -d '2 days ago' $a/*.pem; done",
    );
    let link = |n: u8| {
        sh(
            host,
            &format!(
                "cd /etc/letsencrypt/live/m; for f in privkey fullchain; do ln -s ../../archive/m/${{f}}{n}.pem $f.new; mv -T $f.new $f.pem; done"
            ),
        );
    };
    link(1);
    let source = "source = \"files\"\ncertificate = \"/etc/letsencrypt/live/m/fullchain.pem\"\nkey = \"/etc/letsencrypt/live/m/privkey.pem\"";
    let answers = ANSWERS.replace("# source = \"self-signed\"", source);
    assert_ne!(answers, ANSWERS);
    host.write("/root/answers.toml", answers, 0o600).unwrap();
    let output = mailwright(host, &SETUP);
    assert!(served(host, 993) == stored(host, 1), "{}\n{}", output.stdout, output.stderr);
    // By itself.
    link(2);
    let until = Instant::now() + Duration::from_secs(20);
    while [993, 465].map(|port| served(host, port)) != [stored(host, 2), stored(host, 2)] {
        assert!(Instant::now() < until, "{}", sh(host, "journalctl -b --no-pager -u 'mailwright-*' | tail"));
        std::thread::sleep(Duration::from_millis(300));
    }
    // Where nobody watches, the check sees it, and setup mends it.
    sh(host, "systemctl stop mailwright-certificate.path");
    link(3);
    assert_eq!(outcome(host, "postfix", "tls-served").0, "fail");
    let output = mailwright(host, &SETUP);
    assert!(!output.stdout.contains("Nothing to change"), "{}", output.stdout);
    assert_eq!([993, 465].map(|port| served(host, port)), [stored(host, 3), stored(host, 3)], "{}", output.stdout);
}

fn served(host: &Host, port: u16) -> String {
    sh(
        host,
        &format!(
            "openssl s_client -connect localhost:{port} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint || true"
        ),
    )
}

fn stored(host: &Host, n: u8) -> String {
    sh(host, &format!("openssl x509 -noout -fingerprint -in /etc/letsencrypt/archive/m/fullchain{n}.pem"))
}
