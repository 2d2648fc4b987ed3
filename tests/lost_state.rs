//! A finished server whose state directory is deleted, emptied or damaged, on real hosts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;

use mailwright::facts::Release;
use mailwright::rehearsal::Host;

#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

use ready::ready;
use server::{SETUP, fresh, inventory, mailwright, well};
use support::tree::{Tree, differences, runtime, tree};

/// The tree without what daemons write while they run.
fn steady(host: &Host) -> Tree {
    tree(&host.root()).into_iter().filter(|(path, _)| !runtime(path)).collect()
}

fn sh(host: &Host, script: &str) -> String {
    host.program("sh").args(["-c", script]).success().unwrap().stdout
}

fn deleted_or_emptied_all_is_as_before(release: Release) {
    let Some(_turn) = support::turn("a lost state directory") else { return };
    let lab = fresh(release);
    let host = lab.host();
    let (before, inventoried) = (tree(&host.root()), inventory(host));
    well(host, &SETUP);
    println!(
        "{release}: {}",
        sh(host, "du -sh /var/lib/mailwright /var/backups/mailwright; ls /var/lib/mailwright/before | wc -l")
    );
    let status = well(host, &["status", "--json"]).stdout;

    sh(host, "rm -r /var/lib/mailwright");
    let said = well(host, &["status"]).stdout;
    assert!(
        said.contains("its copy in /var/backups/mailwright/state") && said.contains("/etc/postfix/main.cf"),
        "{said}"
    );
    well(host, &["check"]);
    assert!(well(host, &SETUP).stdout.contains("Nothing to change"));

    sh(host, "rm -r /var/lib/mailwright/*; echo '# mine' >>/etc/postfix/main.cf");
    let refused = mailwright(host, &SETUP);
    assert!(refused.code == Some(1) && refused.stderr.contains("changed by hand"), "{refused:?}");
    sh(host, "sed -i '$d' /etc/postfix/main.cf");

    // A damaged line, in the file alone.
    sh(host, "sed -i '20s/seq/sqe/' /var/lib/mailwright/journal.jsonl");
    well(host, &["resume", "--yes"]);
    let healed = well(host, &["status", "--json"]).stdout;
    let changes = |text: &str| {
        let status: serde_json::Value = serde_json::from_str(text).unwrap();
        assert!(status.get("journal").is_none(), "{status}");
        status["changes"].as_array().unwrap().clone()
    };
    // Postfix was started anew, as main.cf was touched.
    let (had, has) = (changes(&status), changes(&healed));
    assert!(had.len() > 40 && has.starts_with(&had), "{has:#?}");

    sh(host, "rm -r /var/lib/mailwright");
    let said = well(host, &["rollback", "--yes"]);
    let left = differences(&before, &tree(&host.root()));
    assert!(left.is_empty(), "{}\n{} paths:\n{}", said.stderr, left.len(), left.join("\n"));
    assert_eq!(inventory(host), inventoried);
}

#[test]
fn debian_12_is_rolled_back_whole_after_its_state_was_deleted() {
    deleted_or_emptied_all_is_as_before(Release::Bookworm);
}

/// One release each is in every run; the other one with `--ignored`.
#[test]
#[ignore = "the other release is in every run"]
fn debian_13_is_rolled_back_whole_after_its_state_was_deleted() {
    deleted_or_emptied_all_is_as_before(Release::Trixie);
}

fn a_server_without_any_record_is_taken_over(release: Release) {
    let Some(_turn) = support::turn("a server without any record") else { return };
    let lab = ready(release);
    let host = lab.host();
    let cron = "*/5 * * * * root true\n";
    fs::write(host.root().join("etc/joe.conf"), cron).unwrap();
    let hidden = host.root().join("etc/postfix/main.cf");
    let ours = fs::read_to_string(&hidden).unwrap();
    sh(host, "rm -r /var/lib/mailwright /var/backups/mailwright; echo '# mine' >>/etc/postfix/main.cf");
    let said = well(host, &["status"]).stdout;
    assert!(said.contains("gone, and so is its copy") && said.contains("/etc/postfix/main.cf"), "{said}");
    assert!(said.contains("dovecot-imapd") && said.contains("vmail") && said.contains("postfix.service"), "{said}");
    assert!(!said.contains("joe.conf"), "{said}");
    let check = mailwright(host, &["check"]);
    assert!(check.code == Some(2) && check.stderr.contains("setup --answers FILE"), "{check:?}");
    let before = steady(host);
    let back = mailwright(host, &["rollback", "--yes"]);
    assert!(back.code == Some(1) && back.stdout.contains("Nothing is taken back"), "{back:?}");
    assert_eq!(differences(&before, &steady(host)), Vec::<String>::new());

    let taken = well(host, &SETUP);
    assert!(taken.stderr.contains("is taken over") && taken.stderr.contains("-# mine"), "{}", taken.stderr);
    assert_eq!(fs::read_to_string(&hidden).unwrap(), ours);
    well(host, &["check"]);
    assert!(well(host, &SETUP).stdout.contains("Nothing to change"));
    // What stood there at the take-over comes back, the admin's line in it.
    well(host, &["rollback", "--yes"]);
    assert!(fs::read_to_string(&hidden).unwrap().ends_with("# mine\n"));
    assert_eq!(fs::read_to_string(host.root().join("etc/joe.conf")).unwrap(), cron);
}

#[test]
#[ignore = "the other release is in every run"]
fn debian_12_without_any_record_is_taken_over() {
    a_server_without_any_record_is_taken_over(Release::Bookworm);
}

#[test]
fn debian_13_without_any_record_is_taken_over() {
    a_server_without_any_record_is_taken_over(Release::Trixie);
}

#[test]
fn the_journal_of_a_newer_release_is_refused_by_every_verb() {
    let Some(_turn) = support::turn("a newer journal") else { return };
    let lab = ready(Release::Trixie);
    let host = lab.host();
    sh(host, r#"echo '{"v":3,"at":"2030-01-01T00:00:00Z","event":"new"}' >>/var/lib/mailwright/journal.jsonl"#);
    let before = steady(host);
    for args in
        [&SETUP[..], &["resume", "--yes"], &["rollback", "--yes"], &["check"], &["status"], &["status", "--json"]]
    {
        let output = mailwright(host, args);
        assert_eq!(output.code, Some(3), "{args:?} {output:?}");
        assert!(output.stderr.contains("is of version 3"), "{args:?} {}", output.stderr);
        assert_eq!(output.stdout.contains("/etc/postfix/main.cf"), args[0] == "status", "{args:?} {}", output.stdout);
    }
    assert_eq!(differences(&before, &steady(host)), Vec::<String>::new());
}
