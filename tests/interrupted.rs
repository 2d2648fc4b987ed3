//! Runs that are struck down: another setup finishes them, or a rollback takes them back, on real hosts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use mailwright::engine::state::hash;
use mailwright::facts::Release;
use mailwright::rehearsal::{Host, Lab};
use rustix::process::Signal;

#[path = "support/matrix/draw.rs"]
mod draw;
#[path = "support/fault.rs"]
mod fault;
#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

use draw::Draw;
use fault::{Fault, Point, journal, strike};
use ready::ready;
use server::{SETUP, fresh, inventory, mailwright, well};
use support::theirs;
use support::tree::{Tree, compiled, differences, tree};

const CERTIFICATE: &str = "/etc/mailwright/tls/fullchain.pem";

/// Where a run is killed and then rolled back, until the packages are in.
const UP_TO_THE_PACKAGES: [(Point, Fault); 5] = [
    (Point::Begun("hostname"), Fault::Kill),
    (Point::Done("/etc/hosts"), Fault::Kill),
    (Point::Into("packages", Duration::from_secs(1)), Fault::Kill),
    (Point::Apt("\nUnpacking ", 10), Fault::KillAll),
    (Point::Apt("\nSetting up ", 8), Fault::Kill),
];

/// And after that, each time by a run that goes on with one that lost its power as soon as they were in.
const WITH_PACKAGES: [(Point, Fault); 5] = [
    (Point::Begun("service MariaDB"), Fault::Kill),
    (Point::Done("domains example.org"), Fault::Kill),
    (Point::Begun("service Dovecot"), Fault::Kill),
    (Point::Done("/etc/postfix/main.cf"), Fault::Kill),
    (Point::Begun("service Postfix"), Fault::Kill),
];

/// Where one and the same server is struck, again and again, before it is finished. After a plain kill inside apt the
/// packages are installed to the end, so there apt is struck down as well.
const AGAIN_AND_AGAIN: [(Point, Fault); 12] = [
    (Point::Begun("hostname"), Fault::Kill),
    (Point::Done("/etc/hosts"), Fault::Kill),
    (Point::Begun("packages"), Fault::Kill),
    (Point::Apt("\nUnpacking ", 10), Fault::KillAll),
    (Point::Apt("\nSetting up ", 8), Fault::PowerCut),
    (Point::Begun("service MariaDB"), Fault::Kill),
    (Point::Done("domains example.org"), Fault::Kill),
    (Point::Begun(CERTIFICATE), Fault::Kill),
    (Point::Begun("service Dovecot"), Fault::Kill),
    (Point::Done("service Dovecot"), Fault::KillAll),
    (Point::Begun("/etc/postfix/main.cf"), Fault::Kill),
    (Point::Begun("service Postfix"), Fault::Kill),
];

fn a_rollback_from_every_point(release: Release) {
    let Some(_turn) = support::turn("rollback after a kill") else { return };
    let mut lab = fresh(release);
    let (before, had) = (tree(&lab.host().root()), inventory(lab.host()));
    let taken_back = |lab: &mut Lab, point, fault| {
        let started = Instant::now();
        strike(lab, &SETUP, point, fault);
        let (struck, again) = (started.elapsed(), Instant::now());
        let said = well(lab.host(), &["rollback", "--yes"]);
        let back = again.elapsed();
        let left = differences(&before, &tree(&lab.host().root()));
        println!("{release}: {fault:?} at {point:?} after {struck:.1?}, taken back in {back:.1?}");
        assert!(left.is_empty(), "{point:?}\n{}\n{} paths:\n{}", said.stderr, left.len(), left.join("\n"));
        assert_eq!(inventory(lab.host()), had, "{point:?}");
    };
    let (first, second) = sample(release);
    for (point, fault) in first {
        taken_back(&mut lab, point, fault);
    }
    strike(&mut lab, &SETUP, Point::Done("packages"), Fault::Kill);
    lab.host_mut().cut_power();
    let installed = lab.dir().join("installed");
    lab.host().save(&installed).unwrap();
    for (point, fault) in second {
        lab.host_mut().restore(&installed).unwrap();
        lab.host_mut().boot().unwrap();
        taken_back(&mut lab, point, fault);
    }
}

/// How many points of each list are drawn.
const SAMPLE: usize = 2;

type Points = Vec<(Point, Fault)>;

/// A few points of either list; all with `MAILWRIGHT_INTERRUPTED=all`.
fn sample(release: Release) -> (Points, Points) {
    let all = (UP_TO_THE_PACKAGES.to_vec(), WITH_PACKAGES.to_vec());
    if std::env::var("MAILWRIGHT_INTERRUPTED").is_ok_and(|which| which == "all") {
        return all;
    }
    let mut draw = Draw::new(&format!("{SAMPLE} and {SAMPLE} points to be taken back from on Debian {release}"));
    let mut some = |points| draw.shuffled(points).into_iter().take(SAMPLE).collect();
    (some(all.0), some(all.1))
}

#[test]
fn debian_12_is_as_it_was_after_a_rollback_from_every_point() {
    a_rollback_from_every_point(Release::Bookworm);
}

#[test]
fn debian_13_is_as_it_was_after_a_rollback_from_every_point() {
    a_rollback_from_every_point(Release::Trixie);
}

fn struck_again_and_again_it_is_finished_all_the_same(release: Release) {
    let Some(_turn) = support::turn("a setup struck again and again") else { return };
    let undisturbed = ready(release);
    let (wanted, has) = (finished(undisturbed.host()), settled_inventory(undisturbed.host()));
    drop(undisturbed);

    let mut lab = fresh(release);
    for (point, fault) in AGAIN_AND_AGAIN {
        let started = Instant::now();
        strike(&mut lab, &SETUP, point, fault);
        println!("{release}: {fault:?} at {point:?} after {:.1?}", started.elapsed());
        if matches!(fault, Fault::PowerCut) {
            assert_eq!(listening(lab.host()), BTreeSet::new(), "a daemon listens with the configuration it came with");
        }
    }
    let said = well(lab.host(), &SETUP);
    let left = differences(&wanted, &finished(lab.host()));
    assert!(left.is_empty(), "{}\n{} paths:\n{}", said.stderr, left.len(), left.join("\n"));
    assert_eq!(settled_inventory(lab.host()), has);
    let again = well(lab.host(), &SETUP);
    assert!(again.stdout.contains("Nothing to change"), "{}", again.stdout);
}

#[test]
fn debian_12_struck_again_and_again_is_finished_all_the_same() {
    struck_again_and_again_it_is_finished_all_the_same(Release::Bookworm);
}

#[test]
fn debian_13_struck_again_and_again_is_finished_all_the_same() {
    struck_again_and_again_it_is_finished_all_the_same(Release::Trixie);
}

/// A signal is asked of a run that installs packages, another of the run that goes on; the third finishes.
fn a_signal_ends_a_run_cleanly(release: Release, first: Signal, second: Signal) {
    let Some(_turn) = support::turn("a signal") else { return };
    let mut lab = fresh(release);
    let into_packages = Point::Into("packages", Duration::from_secs(1));
    let stops: [(&[&str], _, _, _); 3] = [
        (&SETUP, into_packages, first, "packages"),
        (&["resume", "--yes"], Point::Begun("service MariaDB"), second, "service MariaDB"),
        // A dropped line: the step in hand is brought to its end.
        (&["resume", "--yes"], Point::Begun("user vmail"), Signal::HUP, "service Dovecot"),
    ];
    for (args, point, signal, subject) in stops {
        let output = strike(&mut lab, args, point, Fault::Ask(signal));
        assert_eq!(output.code, Some(1), "{signal:?}\n{}\n{}", output.stdout, output.stderr);
        assert!(output.stderr.contains("stopped: the run was interrupted"), "{}", output.stderr);
        assert!(output.stderr.contains("hint: go on with `mailwright resume`"), "{}", output.stderr);
        let text = journal(&lab.host().root());
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [.., begin, done, end] = lines.as_slice() else { panic!("{text}") };
        assert_eq!((&begin["subject"], &begin["event"]), (&subject.into(), &"begin".into()));
        assert_eq!((&done["event"], &done["seq"]), (&"done".into(), &begin["seq"]), "the change in hand was finished");
        assert_eq!((&end["event"], &end["outcome"]), (&"end".into(), &"interrupted".into()));
        let status = well(lab.host(), &["status", "--json"]).stdout;
        assert!(status.contains("\"state\": \"interrupted\""), "{status}");
    }
    well(lab.host(), &["resume", "--yes"]);
    assert_eq!(mailwright(lab.host(), &["check"]).code, Some(0));
}

#[test]
fn sigterm_ends_a_run_on_debian_12_cleanly() {
    a_signal_ends_a_run_cleanly(Release::Bookworm, Signal::TERM, Signal::INT);
}

#[test]
fn sigint_ends_a_run_on_debian_13_cleanly() {
    a_signal_ends_a_run_cleanly(Release::Trixie, Signal::INT, Signal::TERM);
}

/// The ports of mail and of the database that somebody listens on.
fn listening(host: &Host) -> BTreeSet<u16> {
    let lines = host.program("ss").args(["-Hltn"]).success().unwrap().stdout;
    let ports = lines.lines().filter_map(|line| line.split_whitespace().nth(3)?.rsplit_once(':')?.1.parse().ok());
    ports.filter(|port| [25, 110, 143, 465, 587, 993, 995, 4190, 3306].contains(port)).collect()
}

/// What differs between any two undisturbed runs: what daemons keep for themselves, and what dpkg and ucf keep of the
/// state before the last one.
const RANDOM: [&str; 13] = [
    // Its order; what it says is compared in the inventory.
    "/var/lib/apt/extended_states",
    "/var/lib/fail2ban/fail2ban.sqlite3",
    "/var/lib/mysql/",
    "/var/lib/policyd-rate-limit/db.sqlite3",
    "/var/lib/postfix/master.lock",
    "/var/lib/postfix/prng_exch",
    "/var/lib/dovecot/instances",
    "/var/lib/dpkg/status-old",
    "/var/lib/dpkg/statoverride-old",
    "/var/lib/ucf/",
    // A copy of the file in /etc, at the time of Postfix's last start: with the neighbour's lines of that time.
    "/var/spool/postfix/etc/hosts",
    "/var/spool/postfix/pid/",
    "/var/vmail/",
];

/// The tree of a finished server without what is random in it: key and certificate by their kind alone, the database's
/// password as `***`, owners by name, as a package set up in two goes gets its account after others.
fn finished(host: &Host) -> Tree {
    let secrets = host.read_text("/var/lib/mailwright/secrets.toml").unwrap();
    let password = secrets.split('"').nth(1).unwrap();
    let (users, groups) = (names(host, "/etc/passwd"), names(host, "/etc/group"));
    let mut tree = tree(&host.root());
    tree.retain(|path, _| !RANDOM.iter().any(|random| path.to_str().unwrap().starts_with(random)) && !compiled(path));
    for (path, what) in &mut tree {
        let mut words = what.splitn(3, ' ').map(str::to_owned);
        let [mode, ids, mut rest] = std::array::from_fn(|_| words.next().unwrap());
        let (uid, gid) = ids.split_once(':').unwrap();
        if path.starts_with("/etc/mailwright/tls") || BY_KIND.iter().any(|file| path == Path::new(file)) {
            "file".clone_into(&mut rest);
        } else if path.starts_with("/etc") && rest.starts_with("file") {
            let mut text =
                String::from_utf8_lossy(&theirs::without(path, host.read(path).unwrap())).replace(password, "***");
            if path == Path::new(BY_LINE) {
                let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
                let lines: BTreeSet<String> = text.lines().filter(|line| !line.starts_with('#')).map(words).collect();
                text = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
            }
            rest = format!("file {}", hash(text.as_bytes()));
        }
        *what = format!("{mode} {}:{} {rest}", users[uid], groups[gid]);
    }
    tree
}

/// Packages add their lines to it in the order in which they are set up, which an interruption changes, and once more
/// when their setting up was cut off: what it says counts.
const BY_LINE: &str = "/etc/postfix/dynamicmaps.cf";

/// Hold something random, or numbers; accounts are compared by name in [`settled_inventory`].
const BY_KIND: [&str; 12] = [
    "/etc/machine-id",
    "/etc/dkimkeys/s1.private",
    "/etc/ssl/certs/ssl-cert-snakeoil.pem",
    "/etc/ssl/private/ssl-cert-snakeoil.key",
    "/etc/passwd",
    "/etc/group",
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/passwd-",
    "/etc/group-",
    "/etc/shadow-",
    "/etc/gshadow-",
];

/// Names by their numbers, as passwd(5) and group(5) have them.
fn names(host: &Host, file: &str) -> BTreeMap<String, String> {
    let text = host.read_text(file).unwrap();
    let fields = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
    fields.map(|fields| (fields[2].to_owned(), fields[0].to_owned())).collect()
}

/// Packages, accounts and units, without the numbers of accounts that took the next one free.
fn settled_inventory(host: &Host) -> BTreeSet<String> {
    let free = |field: &str| field.parse::<u32>().is_ok_and(|id| (100..1000).contains(&id));
    let fields =
        |line: &str| line.split(':').map(|field| if free(field) { "*" } else { field }).collect::<Vec<_>>().join(":");
    inventory(host).lines().map(fields).collect()
}
