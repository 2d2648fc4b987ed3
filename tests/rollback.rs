//! A dry run names exactly what the run changes, and a rollback leaves the host as it was, on real hosts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::Host;

#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

use ready::ready;
use server::{fresh, inventory};
use support::neighbour;
use support::tree::{differences, tree};

fn mailwright(host: &Host, args: &[&str]) -> String {
    run(host, "mailwright", args)
}

fn run(host: &Host, program: &str, args: &[&str]) -> String {
    let work = || host.program(program).args(args).deadline(Duration::from_secs(900)).run().unwrap();
    let output = if neighbour::runs_apt(args) { neighbour::beside(host, work) } else { work() };
    assert_eq!(output.code, Some(0), "{program} {args:?}\n{}\n{}", output.stdout, output.stderr);
    output.stdout + &output.stderr
}

fn a_rollback_leaves_the_host_as_it_was(release: Release) {
    let Some(_turn) = support::turn("rollback") else { return };
    let lab = fresh(release);
    let (before, had) = (tree(&lab.host().root()), inventory(lab.host()));
    mailwright(lab.host(), &["setup", "--answers", "/root/answers.toml", "--yes"]);
    let between = tree(&lab.host().root());
    assert!(between.contains_key(Path::new("/etc/postfix/main.cf")) && between.len() > before.len() + 1000);
    one_step_back_and_on_again(lab.host());
    let said = mailwright(lab.host(), &["rollback", "--yes"]);
    let left = differences(&before, &tree(&lab.host().root()));
    println!("{release}: {} paths differ after the rollback", left.len());
    assert!(left.is_empty(), "{said}\n{} paths:\n{}", left.len(), left.join("\n"));
    assert_eq!(inventory(lab.host()), had);
    nothing_is_left_to_go_on_with(lab.host());
}

/// What was taken back whole is not made again by somebody who only wants to go on, and not called broken.
fn nothing_is_left_to_go_on_with(host: &Host) {
    for (args, word) in [(&["resume", "--yes"][..], "nothing to go on with"), (&["check"], "nothing is set up")] {
        let output = host.program("mailwright").args(args).run().unwrap();
        assert!(output.code == Some(2) && output.stderr.contains(word), "{args:?} {output:#?}");
    }
    assert!(mailwright(host, &["status"]).contains("has changed nothing"));
}

/// Back to before Dovecot's step: its configuration and its ports are gone, Debian's own stands; setup goes on from there.
fn one_step_back_and_on_again(host: &Host) {
    let config = host.root().join("etc/dovecot/dovecot.conf");
    let ours = fs::read_to_string(&config).unwrap();
    mailwright(host, &["rollback", "--to", "dovecot", "--yes"]);
    assert!(!fs::read_to_string(&config).unwrap().contains("mailwright"));
    assert!(host.program("systemctl").args(["is-active", "dovecot.service"]).run().unwrap().code != Some(0));
    assert!(mailwright(host, &["status"]).contains("/etc/mailwright/tls"));
    mailwright(host, &["resume", "--yes"]);
    assert_eq!(fs::read_to_string(&config).unwrap(), ours);
}

/// Mail, rows and files made since are the admin's: they are named, counted and saved before their place goes.
fn what_was_made_since_is_saved_before_a_rollback(release: Release) {
    let Some(_turn) = support::turn("rollback of a server in use") else { return };
    let lab = ready(release);
    let host = lab.host();
    let message = "From: <ben@example.net>\nTo: <anna@example.org>\nSubject: kept\n\na message to be kept\n";
    let send = host.program("/usr/sbin/sendmail").args(["-i", "-f", "ben@example.net", "--", "anna@example.org"]);
    send.stdin(message).success().unwrap();
    let new = host.root().join("var/vmail/example.org/anna/Maildir/new");
    let arrived = || fs::read_dir(&new).is_ok_and(|entries| entries.count() > 0);
    let deadline = Instant::now() + Duration::from_secs(20);
    while !arrived() {
        assert!(Instant::now() < deadline, "the message did not arrive");
        std::thread::sleep(Duration::from_millis(50));
    }
    let row = "INSERT INTO mailserver.aliases (address, destination, domain) \
               VALUES ('sales@example.org', 'anna@example.org', 'example.org'); CREATE DATABASE webmail;";
    host.program("mariadb").arg("-e").arg(row).success().unwrap();
    host.write("/etc/postfix/by-hand", "mine\n", 0o600).unwrap();
    let edited = host.read_text("/etc/dovecot/dovecot.conf").unwrap() + "\n# The admin was here.\n";
    host.write("/etc/dovecot/dovecot.conf", &edited, 0o640).unwrap();
    run(host, "apt-get", &["install", "-y", "-q", "--no-install-recommends", "ed"]);
    // Rows and databases are no less dear while the server that holds them is down.
    run(host, "systemctl", &["stop", "mariadb.service"]);

    let said = mailwright(host, &["rollback", "--yes"]);
    for kept in ["1 messages of /var/vmail", "rows of aliases", "the databases webmail", "/etc/postfix/by-hand"] {
        assert!(said.contains(kept), "{kept}\n{said}");
    }
    let find = |what: &str| host.program("sh").args(["-c", what]).run().unwrap().stdout;
    assert!(find("tar -xzOf /var/backups/mailwright/*/mailboxes.tar.gz").contains("a message to be kept"));
    assert!(find("cat /var/backups/mailwright/*/mailserver.sql").contains("sales@example.org"));
    assert!(find("cat /var/backups/mailwright/*/webmail.sql").contains("CREATE DATABASE"));
    assert_eq!(find("cat /var/backups/mailwright/*/etc_postfix_by-hand"), "mine\n");
    assert_eq!(find("cat /var/backups/mailwright/*/etc_dovecot_dovecot.conf"), edited);
    assert_eq!(find("stat -c %a /var/backups/mailwright"), "700\n");
    assert!(find("dpkg-query -W -f '${db:Status-Status}' ed").starts_with("installed"));
    assert!(!host.root().join("var/vmail").exists() && !host.root().join("etc/postfix").exists());
}

#[test]
fn what_was_made_since_is_saved_before_a_rollback_of_debian_12() {
    what_was_made_since_is_saved_before_a_rollback(Release::Bookworm);
}

#[test]
fn what_was_made_since_is_saved_before_a_rollback_of_debian_13() {
    what_was_made_since_is_saved_before_a_rollback(Release::Trixie);
}

#[test]
fn a_rollback_leaves_debian_12_as_it_was() {
    a_rollback_leaves_the_host_as_it_was(Release::Bookworm);
}

#[test]
fn a_rollback_leaves_debian_13_as_it_was() {
    a_rollback_leaves_the_host_as_it_was(Release::Trixie);
}
