//! What a machine can have against a setup, on real hosts: a lock, no mirror, no room, an admin who edits.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::{Host, Lab};
use mailwright::shell::Output;
use mailwright::steps::packages;

#[path = "support/fault.rs"]
mod fault;
#[path = "support/server.rs"]
mod server;
mod support;

use fault::{Point, Run, journal};
use server::{ANSWERS, SETUP, fresh, mailwright, wanted, well, with_answers};
use support::tree::{differences, tree};

const MAIN_CF: &str = "/etc/postfix/main.cf";
/// Holds dpkg's lock as dpkg does (fcntl), says so, and lets go after eight seconds.
const HOLD_LOCK: &str = "use Fcntl; open(F, '>>', '/var/lib/dpkg/lock-frontend') or die; \
    my $all = pack('s s x4 q q i x4', F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $all) or die; \
    open(G, '>', '/root/held'); sleep 8";

fn refused(output: &Output, code: i32, words: &[&str]) {
    assert_eq!(output.code, Some(code), "{output:#?}");
    for word in words {
        assert!(output.stderr.contains(word), "{word:?} is not said: {output:#?}");
    }
}

#[test]
fn a_setup_of_debian_12_waits_for_dpkg_and_never_overwrites_what_an_admin_edited() {
    a_lock_and_an_edit(Release::Bookworm);
}

#[test]
fn a_setup_of_debian_13_waits_for_dpkg_and_never_overwrites_what_an_admin_edited() {
    a_lock_and_an_edit(Release::Trixie);
}

fn a_lock_and_an_edit(release: Release) {
    let Some(_turn) = support::turn("a lock and an edit") else { return };
    let lab = fresh(release);
    let host = lab.host();
    nobody_can_be_asked(host);
    the_lock_is_waited_for(host);
    an_edit_is_not_overwritten(host);
}

fn nobody_can_be_asked(host: &Host) {
    let before = tree(&host.root());
    let output = mailwright(host, &["setup", "--answers", "/root/answers.toml"]);
    refused(&output, 2, &["error: there is no terminal to ask on", "hint: add --yes"]);
    assert_eq!(differences(&before, &tree(&host.root())), [""; 0]);
    assert_eq!(journal(&host.root()), "");
}

fn the_lock_is_waited_for(host: &Host) {
    let holder = host.program("perl").args(["-e", HOLD_LOCK]).start().unwrap();
    let started = Instant::now();
    while !host.root().join("root/held").exists() {
        assert!(started.elapsed() < Duration::from_secs(5), "the lock was not taken: {holder:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
    let run = Run::start(host, &SETUP);
    // Who holds the lock may change the packages: what stands there is looked at once he is done.
    run.wait_for(Point::Done("/etc/hosts"));
    assert!(holder.wait_for(Duration::ZERO).unwrap().is_none(), "the lock was given back too early to see anything");
    run.wait_for(Point::Apt("\nUnpacking ", 1));
    assert!(holder.wait_for(Duration::ZERO).unwrap().is_some_and(|output| output.ok()), "apt went on under the lock");
    let output = run.end();
    assert_eq!(output.code, Some(0), "{output:#?}");
    assert!(output.stderr.contains("waiting for perl"), "{}", output.stderr);
}

fn an_edit_is_not_overwritten(host: &Host) {
    let edited = host.read_text(MAIN_CF).unwrap() + "\n# The admin was here.\n";
    host.write(MAIN_CF, &edited, 0o644).unwrap();
    host.write("/root/answers.toml", format!("message_size_limit = \"30M\"\n{ANSWERS}"), 0o600).unwrap();
    let lines = journal(&host.root()).lines().count();
    let output = mailwright(host, &SETUP);
    refused(&output, 1, &["error: changed by hand since mailwright wrote them: /etc/postfix/main.cf", "hint: "]);
    assert_eq!(host.read_text(MAIN_CF).unwrap(), edited);
    assert_eq!(journal(&host.root()).lines().count(), lines, "something was changed all the same");

    let told = well(host, &["rollback", "--yes"]).stdout;
    // Purging Postfix takes its directory along, so the admin's file is kept as a copy whose place is told.
    let copies = told.lines().filter(|line| line.contains(MAIN_CF)).filter_map(|line| line.split_once("saved in "));
    let copies: Vec<&str> = copies.map(|(_, copy)| copy).collect();
    let [copy] = copies[..] else { panic!("no one copy is named: {told}") };
    assert_eq!(host.read_text(copy).unwrap(), edited, "{told}");
}

#[test]
fn without_packages_and_without_a_mirror_nothing_is_begun() {
    let Some(_turn) = support::turn("no mirror") else { return };
    for release in Release::ALL {
        not_ready(&with_answers(&wanted(release)), "package");
    }
}

/// The setup is refused for this reason, and nothing is touched.
fn not_ready(lab: &Lab, why: &str) {
    let before = tree(&lab.host().root());
    let output = mailwright(lab.host(), &SETUP);
    refused(&output, 1, &["FAIL", why, "error: this server is not ready for a setup; nothing has been touched"]);
    assert!(output.stderr.contains("hint: mend what is marked FAIL"), "{output:#?}");
    assert_eq!(differences(&before, &tree(&lab.host().root())), [""; 0]);
    assert_eq!(journal(&lab.host().root()), "");
}

#[test]
fn a_disk_that_is_too_small_is_seen_beforehand() {
    let Some(_turn) = support::turn("a small disk") else { return };
    for release in Release::ALL {
        not_ready(&with_answers(&wanted(release).packages(packages::names()).disk_mib(300)), "disk");
    }
}

/// Another program takes the room while packages are being installed.
fn a_disk_that_fills_up_inside_apt_is_a_sentence_and_can_be_taken_back(release: Release) {
    let Some(_turn) = support::turn("a disk that fills up") else { return };
    let lab = with_answers(&wanted(release).packages(packages::names()).disk_mib(1700));
    let host = lab.host();
    let before = tree(&host.root());
    let run = Run::start(host, &SETUP);
    run.wait_for(Point::Apt("\nUnpacking ", 3));
    let free = "fallocate -l $(( $(df --output=avail -k / | tail -1) - 100000 ))K /root/filler";
    host.program("sh").args(["-c", free]).success().unwrap();
    let output = run.end();
    refused(&output, 1, &["error: the step packages stopped at", "No space left on device", "hint: "]);
    let text = journal(&host.root());
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [.., begin, failed, end] = lines.as_slice() else { panic!("{text}") };
    assert_eq!((&begin["subject"], &failed["event"]), (&"packages".into(), &"failed".into()));
    assert_eq!((&failed["seq"], &end["outcome"]), (&begin["seq"], &"failed".into()));

    host.program("rm").arg("/root/filler").success().unwrap();
    let said = well(host, &["rollback", "--yes"]);
    let left = differences(&before, &tree(&host.root()));
    assert!(left.is_empty(), "{}\n{}", said.stderr, left.join("\n"));
}

#[test]
fn a_disk_of_debian_12_that_fills_up_inside_apt_is_a_sentence_and_can_be_taken_back() {
    a_disk_that_fills_up_inside_apt_is_a_sentence_and_can_be_taken_back(Release::Bookworm);
}

#[test]
fn a_disk_of_debian_13_that_fills_up_inside_apt_is_a_sentence_and_can_be_taken_back() {
    a_disk_that_fills_up_inside_apt_is_a_sentence_and_can_be_taken_back(Release::Trixie);
}
