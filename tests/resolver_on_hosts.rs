//! The file that names the resolvers is another program's: a link of systemd-resolved's, or a plain file that changes.
//! Postfix and OpenDKIM follow it, `check` sees where they do not, and nothing is judged that is not ours.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::Host;
use mailwright::steps::packages;
use ready::saved;
use server::{SETUP, mailwright, wanted, well, with_answers};

#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

const COPY: &str = "/var/spool/postfix/etc/resolv.conf";
const TOLD: &str = "/run/mailwright-dns/opendkim.conf";

#[test]
fn resolvers_are_followed_on_debian_12() {
    resolvers_are_followed(Release::Bookworm);
}

#[test]
fn resolvers_are_followed_on_debian_13() {
    resolvers_are_followed(Release::Trixie);
}

fn resolvers_are_followed(release: Release) {
    let Some(_turn) = support::turn("resolvers") else { return };
    let packages = packages::names().into_iter().chain(["systemd-resolved".to_owned()]);
    let lab = with_answers(&wanted(release).packages(packages).saved(saved(release)));
    let host = lab.host();
    let resolver = lab.resolver();
    sh(
        host,
        &format!(
            "set -e; mkdir -p /etc/systemd/resolved.conf.d; \
             printf '[Resolve]\\nDNS={resolver}\\n' > /etc/systemd/resolved.conf.d/lab.conf; \
             apt-get install -y --no-install-recommends systemd-resolved >&2; systemctl enable --now systemd-resolved; \
             ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf; resolvectl query mail.example.org >&2 || true"
        ),
    );
    become_of(host, "127.0.0.53");
    // As at a boot: Debian's own copy is made anew, with the owner of the stub.
    sh(host, "systemctl restart postfix");
    assert_eq!(sh(host, &format!("stat -c %U:%G {COPY}")).trim(), "root:root");
    let checked = mailwright(host, &["check", "postfix", "dkim"]);
    assert!(!checked.stdout.contains("not owned by root"), "{}", checked.stdout);
    assert_eq!(outcome(host, "resolvers-followed"), "pass");
    assert_eq!(outcome(host, "configuration-clean"), "pass");
    well(host, &SETUP);

    // Another file in its place, and then the same with other words in it.
    sh(host, &format!("rm /etc/resolv.conf; echo 'nameserver {resolver}' > /etc/resolv.conf"));
    become_of(host, &resolver.to_string());
    sh(host, "echo 'nameserver 192.0.2.53' > /etc/resolv.conf");
    become_of(host, "192.0.2.53");
    // Where nobody watches any more, the check says so, and setup mends it.
    sh(host, "systemctl stop mailwright-resolvers.path");
    sh(host, &format!("echo 'nameserver {resolver}' > /etc/resolv.conf"));
    assert_eq!(outcome(host, "resolvers-followed"), "fail");
    well(host, &SETUP);
    assert_eq!(outcome(host, "resolvers-followed"), "pass");
}

fn sh(host: &Host, script: &str) -> String {
    let output = host.program("sh").args(["-c", script]).deadline(Duration::from_secs(120)).run().unwrap();
    assert!(output.ok(), "{script}: {}\n{}", output.stdout, output.stderr);
    output.stdout
}

/// Waits until both are told of this resolver and of no other, and OpenDKIM runs.
fn become_of(host: &Host, resolver: &str) {
    let until = Instant::now() + Duration::from_secs(80);
    let told = |path: &str, keyword: &str| {
        sh(host, &format!("sed -n 's/^[[:space:]]*{keyword}[[:space:]]*//p' {path} 2>/dev/null || true"))
    };
    loop {
        let (copy, opendkim) = (told(COPY, "nameserver"), told(TOLD, "Nameservers"));
        let runs = host.program("systemctl").args(["is-active", "--quiet", "opendkim"]).run().unwrap().ok();
        if copy.trim() == resolver && opendkim.trim() == resolver && runs {
            return;
        }
        let log = || sh(host, "journalctl -b --no-pager -u 'mailwright-*' -u opendkim | tail -20");
        assert!(Instant::now() < until, "{copy:?}, {opendkim:?}, not {resolver}\n{}", log());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The worst outcome of the checks with this id.
fn outcome(host: &Host, id: &str) -> String {
    let output = mailwright(host, &["check", "postfix", "dkim", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let all = report["checks"].as_array().unwrap().iter().filter(|check| check["id"] == id);
    let bad = all.clone().find(|check| check["outcome"] != "pass");
    let one = bad.or_else(|| all.clone().next()).unwrap();
    println!("{id}: {}", one["evidence"]);
    one["outcome"].as_str().unwrap().to_owned()
}
