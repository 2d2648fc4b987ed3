//! The journal of every release loads for ever, wherever it was cut off; what is newer is refused by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking, helpers included.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

use mailwright::engine::State;
use mailwright::engine::journal::{After, Before, Event, Journal, PathState};
use mailwright::engine::state::hash;
use mailwright::error::Kind;
use mailwright::facts::{Chain, Firewall};
use proptest::prelude::*;
use tempfile::TempDir;

/// Frozen: written in the form of 0.1.0, every event and every kind of `before` in it. Never edit it; a new form gets
/// a file of its own beside it.
const V1: &[u8] = include_bytes!("journals/v1.jsonl");
/// Its hash: an edit by mistake would hide that an old journal no longer loads.
const V1_HASH: &str = "6df6a322ab13449d43ecca8b3243465454bf85171746c0825aaf4a1ede925892";

/// Frozen as well: the changes to zones that came after.
const ZONE: &[u8] = include_bytes!("journals/v1-zone.jsonl");
const ZONE_HASH: &str = "683127f546c5d9e8525bb61c526124270509a801939b67d42b782fa56d546066";

/// And the certificates by ACME.
const ACME: &[u8] = include_bytes!("journals/v1-acme.jsonl");
const ACME_HASH: &str = "ad963ac3156c5d378453866ee593ea2dac9b2ed68fe26b2add5c4b4d1c61f500";
/// And those to firewalls, and to the daemons that guard.
const FIREWALL: &[u8] = include_bytes!("journals/v1-firewall.jsonl");
const FIREWALL_HASH: &str = "80bd55b2df2ba7e175ca7eb7855d689138bdecc3273fc84d02ac26201816b5fd";
/// And, in the second version, the packages by what apt says of them: the beginning of a setup on a Debian 13 host.
const APT: &[u8] = include_bytes!("journals/v2-apt.jsonl");
const APT_HASH: &str = "92ee7f1ae8341aaa9eedfeadaa98f791cc10a1bc2e8a9fe9e3142a37e8c84c84";

/// And the checksums, as sha256sum(1) gives them for each line without its own.
const SUMS: &[u8] = include_bytes!("journals/v1-sums.jsonl");
const SUMS_HASH: &str = "6e8f5ce5259c62492d4dd062241f61ccb2e712c1ab0df05e2ba9d38a7c3f5eaf";

fn state_with(journal: &[u8]) -> (TempDir, State) {
    let dir = tempfile::tempdir().unwrap();
    let state = State::new(dir.path());
    fs::write(state.journal_path(), journal).unwrap();
    (dir, state)
}

/// Every `before` kind by its name; the match fails to compile when a kind is added, and then the journal of this
/// release needs a new frozen file.
fn kind(before: &Before) -> &'static str {
    match before {
        Before::Paths { .. } => "paths",
        Before::Hostname { .. } => "hostname",
        Before::Account { .. } => "account",
        Before::Packages { .. } => "packages",
        Before::Apt(_) => "apt",
        Before::Database { .. } => "database",
        Before::Reader { .. } => "reader",
        Before::Row { .. } => "row",
        Before::Service { .. } => "service",
        // In files of their own.
        Before::Zone { .. } => "zone",
        Before::Acme(_) => "acme",
        Before::Firewall { .. } => "firewall",
    }
}

fn event(event: &Event) -> &'static str {
    match event {
        Event::Run { .. } => "run",
        Event::Begin { .. } => "begin",
        Event::Done { .. } => "done",
        Event::Failed { .. } => "failed",
        Event::Undone { .. } => "undone",
        Event::End { .. } => "end",
    }
}

#[test]
fn the_journal_of_0_1_0_loads_with_all_that_undo_needs() {
    assert_eq!(hash(V1), V1_HASH, "the frozen journal was edited");
    let (_dir, state) = state_with(V1);
    let journal = Journal::load(&state).unwrap();
    assert_eq!(journal.lines().len(), V1.split(|byte| *byte == b'\n').count() - 1);
    let events: BTreeSet<&str> = journal.lines().iter().map(|line| event(&line.event)).collect();
    assert_eq!(events, ["run", "begin", "done", "failed", "undone", "end"].into());
    let records = journal.records();
    let kinds: BTreeSet<&str> = records.iter().map(|record| kind(&record.before)).collect();
    let all = ["paths", "hostname", "account", "packages", "database", "reader", "row", "service"];
    assert_eq!(kinds, all.into());

    let standing: Vec<u64> = journal.standing().iter().map(|record| record.seq).collect();
    assert_eq!(standing, [1, 2, 3, 4, 5, 6, 7, 8, 11]);
    let open: Vec<u64> = records.iter().filter(|record| record.after.is_none()).map(|record| record.seq).collect();
    assert_eq!(open, [11]);
    let packages = records[1].after.as_ref().unwrap();
    assert!(packages.settled && packages.snapshot.as_deref() == Some(&hash(b"{}")), "{packages:?}");
    let main_cf = std::path::Path::new("/etc/postfix/main.cf");
    assert_eq!(journal.written(main_cf), Some(hash(b"def")));
    let Before::Paths { paths, wanted } = &records[7].before else { panic!("{:?}", records[7]) };
    assert_eq!(paths[main_cf], PathState::File { hash: hash(b"abc"), mode: 0o644, uid: 0, gid: 0 });
    assert_eq!((paths.len(), wanted), (4, &Some(hash(b"def"))));
}

#[test]
fn the_journal_of_packages_loads_with_all_that_undo_needs() {
    assert_eq!(hash(APT), APT_HASH, "the frozen journal was edited");
    let (_dir, state) = state_with(APT);
    let journal = Journal::load(&state).unwrap();
    let records = journal.standing();
    assert_eq!(records.iter().map(|record| kind(&record.before)).collect::<Vec<_>>(), ["hostname", "paths", "apt"]);
    let Before::Apt(before) = &records[2].before else { panic!("{records:?}") };
    // As apt-get and dpkg of Debian 13 told them.
    assert!(before.named.contains("postfix") && before.planned.contains("dovecot-core"));
    assert_eq!(before.known["libc6"], "installed");
    assert!(before.masked.contains("postfix.service") && before.gone.is_empty() && before.accounts.is_empty());
    let after = records[2].after.as_ref().unwrap();
    assert!(after.came.as_ref().unwrap().contains("mariadb-server") && !after.settled);
    assert!(after.files.contains_key(std::path::Path::new("/etc/mysql/debian.cnf")));
}

#[test]
fn the_journal_of_a_zone_loads_with_all_that_undo_needs() {
    assert_eq!(hash(ZONE), ZONE_HASH, "the frozen journal was edited");
    let (_dir, state) = state_with(ZONE);
    let records = Journal::load(&state).unwrap().standing();
    assert_eq!(records.iter().map(|record| kind(&record.before)).collect::<Vec<_>>(), ["zone", "zone"]);
    let Before::Zone { zone, file, was, wanted, serial } = &records[0].before else { panic!("{records:?}") };
    assert_eq!(
        (zone.as_str(), file.to_str(), *serial),
        ("example.org", Some("/etc/bind/db.example.org"), Some(2_026_112_401))
    );
    assert_eq!(*was, PathState::File { hash: hash(b"abc"), mode: 0o644, uid: 0, gid: 107 });
    assert_eq!(records[0].after.as_ref().unwrap().files[file], *wanted);
    assert!(records[1].after.is_none());
}

#[test]
fn the_journal_of_a_certificate_by_acme_loads_with_all_that_undo_needs() {
    assert_eq!(hash(ACME), ACME_HASH, "the frozen journal was edited");
    let (_dir, state) = state_with(ACME);
    let records = Journal::load(&state).unwrap().standing();
    assert_eq!(records.iter().map(|record| kind(&record.before)).collect::<Vec<_>>(), ["acme"; 3]);
    let Before::Acme(before) = &records[0].before else { panic!("{records:?}") };
    assert_eq!((before.lineage.as_str(), before.had.len()), ("mailwright-mail.example.org", 2));
    assert_eq!(before.directory, "https://acme-v02.api.letsencrypt.org/directory");
    assert!(before.enabled && !before.active);
    let key = std::path::Path::new("/etc/mailwright/tls/privkey.pem");
    assert_eq!(before.pair[key], PathState::File { hash: hash(b"def"), mode: 0o600, uid: 0, gid: 0 });
    let unmet = |at: usize| records[at].after.as_ref().map(|after| after.unmet.is_some());
    assert_eq!([unmet(0), unmet(1), unmet(2)], [Some(true), Some(false), None]);
    assert_eq!(records[1].after.as_ref().unwrap().files[key], hash(b"key"));
}

#[test]
fn the_journal_of_a_firewall_loads_with_all_that_undo_needs() {
    assert_eq!(hash(FIREWALL), FIREWALL_HASH, "the frozen journal was edited");
    let (_dir, state) = state_with(FIREWALL);
    let records = Journal::load(&state).unwrap().standing();
    let kinds: Vec<&str> = records.iter().map(|record| kind(&record.before)).collect();
    assert_eq!(kinds, ["firewall", "firewall", "firewall", "service", "service"]);
    let Before::Firewall { wall, ports, was, files } = &records[0].before else { panic!("{records:?}") };
    let chain = Chain { family: "inet".into(), table: "filter".into(), name: "input".into() };
    assert_eq!((wall, ports.as_slice()), (&Firewall::Nftables { chains: vec![chain] }, &[25, 993][..]));
    let file = std::path::Path::new("/etc/nftables.conf");
    assert_eq!(
        (was["inet filter input"].len(), records[0].after.as_ref().unwrap().files[file].clone()),
        (0, hash(b"def"))
    );
    assert_eq!(files[file], PathState::File { hash: hash(b"abc"), mode: 0o755, uid: 0, gid: 0 });
    let Before::Firewall { was, .. } = &records[1].before else { panic!("{records:?}") };
    assert!(was["ufw"] == [25] && records[1].after.is_none());
}

#[test]
fn a_journal_with_checksums_loads_and_each_flipped_bit_is_seen() {
    assert_eq!(hash(SUMS), SUMS_HASH, "the frozen journal was edited");
    let (_dir, state) = state_with(SUMS);
    let journal = Journal::load(&state).unwrap();
    assert!(journal.health().is_sound() && journal.lines().len() == 4, "{:?}", journal.health());
    assert_eq!(journal.written("/etc/é".as_ref()), Some(hash(b"def")));
    for at in 0..SUMS.len() {
        let mut flipped = SUMS.to_vec();
        flipped[at] ^= 1;
        fs::write(state.journal_path(), &flipped).unwrap();
        let health = Journal::load(&state).unwrap().health().clone();
        // Without its line feed the last line is one cut short.
        assert_eq!(health.lost == 0, at == SUMS.len() - 1, "byte {at}: {health:?}");
    }
}

#[test]
fn an_old_journal_is_written_on() {
    let (_dir, state) = state_with(V1);
    let mut journal = Journal::load(&state).unwrap();
    let before = Before::Database { name: "mailserver".into(), existed: true, had: None };
    assert_eq!(journal.begin("database", "database mailserver", before).unwrap(), 12);
    let text = fs::read(state.journal_path()).unwrap();
    assert!(text.starts_with(V1), "history was altered");
    assert_eq!(Journal::load(&state).unwrap().lines(), journal.lines());
}

#[test]
fn a_newer_journal_is_refused_by_name() {
    for line in [
        r#"{"v":3,"at":"2030-01-01T00:00:00Z","event":"end","outcome":"finished"}"#,
        r#"{"v":3,"at":"2030-01-01T00:00:00Z","event":"something-new","with":["what","ever"]}"#,
    ] {
        let text = [V1, line.as_bytes(), b"\n"].concat();
        let (_dir, state) = state_with(&text);
        let error = Journal::load(&state).unwrap_err();
        assert_eq!(error.kind(), Kind::NotAllowed);
        let readable = Journal::readable(&state).unwrap();
        assert_eq!((standing(&readable).len(), readable.health().newer), (9, Some(3)));
        let said = error.render();
        let number = V1.split(|byte| *byte == b'\n').count();
        assert!(said.contains(&format!("journal.jsonl:{number} ")), "{said}");
        assert!(said.contains("version 3") && said.contains("hint: it was written by a newer mailwright"), "{said}");
        assert_eq!(fs::read(state.journal_path()).unwrap(), text, "a refused journal was altered");
    }
}

/// Six changes made, as this release writes them.
fn six(state: &State) -> Vec<u8> {
    state.create().unwrap();
    let mut journal = Journal::load(state).unwrap();
    journal.append(Event::Run { verb: "setup".into(), program: "test".into(), to: None }).unwrap();
    for name in ["one", "two", "three", "four", "five", "six"] {
        let before = Before::Database { name: name.into(), existed: false, had: None };
        let seq = journal.begin("database", &format!("database {name}"), before).unwrap();
        let files = [(format!("/etc/{name}").into(), hash(name.as_bytes()))].into();
        journal.append(Event::Done { seq, after: After { files, ..After::default() } }).unwrap();
    }
    journal.append(Event::End { outcome: "finished".into() }).unwrap();
    fs::read(state.journal_path()).unwrap()
}

fn standing(journal: &Journal) -> Vec<u64> {
    journal.standing().iter().map(|record| record.seq).collect()
}

/// The bytes of a journal after something happened to the line of this number, counted from 0.
fn hurt(text: &[u8], number: usize, how: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n').enumerate();
    lines.flat_map(|(at, line)| if at == number { how(line) } else { line.to_vec() }).collect()
}

/// What becomes of a line's bytes.
type Harm = fn(&[u8]) -> Vec<u8>;

/// What disks and hands do to a line.
fn harms() -> Vec<(&'static str, Harm)> {
    vec![
        ("a bit flipped in a value", |line| {
            String::from_utf8(line.to_vec()).unwrap().replacen("\"at\":\"2", "\"at\":\"3", 1).into_bytes()
        }),
        ("a digit of the version flipped", |line| {
            String::from_utf8(line.to_vec()).unwrap().replacen("\"v\":2", "\"v\":3", 1).into_bytes()
        }),
        ("the name of the checksum flipped", |line| {
            String::from_utf8(line.to_vec()).unwrap().replacen("\"sum\"", "\"sun\"", 1).into_bytes()
        }),
        ("cut in the middle", |line| [&line[..line.len() / 2], b"\n"].concat()),
        ("cut in the middle, its line feed gone", |line| line[..line.len() / 2].to_vec()),
        ("zeros after a power cut", |line| [vec![0; line.len() - 1], b"\n".to_vec()].concat()),
        ("zeros, its line feed too", |line| vec![0; line.len()]),
        ("a line of another program's", |_| b"{\"level\":\"info\",\"v\":1}\n".to_vec()),
        ("no JSON at all", |_| b"\xff\xfe hello\n".to_vec()),
        ("gone", |_| Vec::new()),
        ("there twice", |line| [line, line].concat()),
    ]
}

#[test]
fn whatever_happens_to_a_line_its_copy_gives_it_back() {
    for (what, harm) in harms() {
        for number in 0..14 {
            let dir = tempfile::tempdir().unwrap();
            let state = State::new(dir.path());
            let text = six(&state);
            let damaged = hurt(&text, number, harm);
            fs::write(state.journal_path(), &damaged).unwrap();
            let mut journal = Journal::load(&state).unwrap();
            assert_eq!(standing(&journal), [1, 2, 3, 4, 5, 6], "{what}, line {number}");
            assert_eq!(journal.outcome(), Some("finished"), "{what}, line {number}");
            assert_eq!((journal.health().lost, journal.health().unknown.len()), (0, 0), "{what}, line {number}");
            assert_eq!(fs::read(state.journal_path()).unwrap(), damaged, "looking has written");
            journal.append(Event::Run { verb: "check".into(), program: "test".into(), to: None }).unwrap();
            assert!(fs::read(state.journal_path()).unwrap().starts_with(&text), "{what}, line {number}: not put right");
            let again = Journal::load(&state).unwrap();
            assert!(again.health().is_sound() && again.lines() == journal.lines(), "{what}, line {number}");
            assert_eq!(fs::read(state.journal_path()).unwrap(), fs::read(state.journal_copy()).unwrap());
        }
    }
}

#[test]
fn a_line_damaged_in_both_is_set_aside_with_its_bytes_and_the_rest_is_used() {
    for (what, harm) in harms() {
        for number in 1..13 {
            let dir = tempfile::tempdir().unwrap();
            let state = State::new(dir.path());
            let text = six(&state);
            let damaged = hurt(&text, number, harm);
            fs::write(state.journal_path(), &damaged).unwrap();
            fs::write(state.journal_copy(), &damaged).unwrap();
            let mut journal = Journal::load(&state).unwrap();
            let health = journal.health().clone();
            let twice = what == "there twice";
            // A line that ran into the next took that with it.
            let lost = if twice {
                vec![]
            } else if harm(b"{}\n").ends_with(b"\n") || what == "gone" {
                vec![number]
            } else {
                vec![number, number + 1]
            };
            let begun = |seq: &u64| lost.iter().all(|number| *number as u64 != *seq * 2 - 1);
            let left: Vec<u64> = (1..=6).filter(begun).collect();
            assert_eq!(standing(&journal), left, "{what}, line {number}: {health:?}");
            assert_eq!(health.lost > 0, !twice, "{what}, line {number}: {health:?}");
            let unknown: Vec<u64> = health.unknown.iter().map(|change| change.seq).collect();
            let begins_lost: Vec<u64> = (1..=6).filter(|seq| !begun(seq)).collect();
            // Of the last change, whose both lines are gone, nothing tells.
            assert!(
                unknown == begins_lost || (unknown.is_empty() && begins_lost == [6]),
                "{what}, line {number}: {health:?}"
            );
            if unknown == [2] && !lost.contains(&4) {
                assert_eq!(health.unknown[0].what, ["/etc/two"]);
            }
            let next = journal
                .begin("database", "x", Before::Database { name: "x".into(), existed: true, had: None })
                .unwrap();
            assert_eq!(next, if begins_lost == [6] && unknown.is_empty() { 6 } else { 7 }, "{what}, line {number}");
            if what != "gone" && !twice {
                let aside = state.set_aside();
                assert_eq!(aside.len(), 1, "{what}, line {number}");
                assert_eq!(fs::read(&aside[0]).unwrap(), damaged, "{what}, line {number}");
            }
            let again = Journal::load(&state).unwrap();
            assert_eq!(again.standing(), journal.standing(), "{what}, line {number}");
        }
    }
}

#[test]
fn a_change_whose_end_is_lost_is_told_from_one_that_was_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let state = State::new(dir.path());
    let text = six(&state);
    let without = hurt(&text, 4, |_| Vec::new());
    fs::remove_file(state.journal_copy()).unwrap();
    fs::write(state.journal_path(), &without).unwrap();
    let mut journal = Journal::load(&state).unwrap();
    let seq =
        journal.begin("database", "cut off", Before::Database { name: "x".into(), existed: true, had: None }).unwrap();
    let lost: Vec<u64> = (1..=seq).filter(|seq| journal.has_lost_end(*seq)).collect();
    assert_eq!((lost, seq), (vec![2], 7));
}

#[test]
fn a_journal_that_is_gone_or_empty_comes_back_from_its_copy() {
    for what in ["gone", "empty", "a directory"] {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path());
        let text = six(&state);
        fs::remove_file(state.journal_path()).unwrap();
        match what {
            "empty" => fs::write(state.journal_path(), "").unwrap(),
            "a directory" => fs::create_dir(state.journal_path()).unwrap(),
            _ => {}
        }
        let mut journal = Journal::load(&state).unwrap();
        assert!(journal.health().from_copy, "{:?}", journal.health());
        assert_eq!(standing(&journal), [1, 2, 3, 4, 5, 6]);
        journal.append(Event::End { outcome: "finished".into() }).unwrap();
        assert!(fs::read(state.journal_path()).unwrap().starts_with(&text));
    }
}

#[test]
fn a_journal_removed_while_a_run_writes_it_is_written_whole_again() {
    let dir = tempfile::tempdir().unwrap();
    let state = State::new(dir.path());
    six(&state);
    let mut journal = Journal::load(&state).unwrap();
    journal.append(Event::Run { verb: "setup".into(), program: "test".into(), to: None }).unwrap();
    fs::remove_file(state.journal_path()).unwrap();
    journal.append(Event::End { outcome: "finished".into() }).unwrap();
    assert_eq!(Journal::load(&state).unwrap().lines(), journal.lines());
}

#[test]
fn old_bytes_secrets_and_answers_come_back_from_the_copy() {
    let dir = tempfile::tempdir().unwrap();
    let state = State::new(dir.path());
    state.create().unwrap();
    let kept = state.keep(b"as it was").unwrap();
    let secret = state.secret_or_new(mailwright::text::SecretName::Reader).unwrap();
    state.save_answers("hostname = \"mail.example.org\"\n").unwrap();
    fs::remove_dir_all(dir.path().join("before")).unwrap();
    fs::remove_file(dir.path().join("secrets.toml")).unwrap();
    fs::remove_file(state.answers_path()).unwrap();
    assert_eq!(state.kept(&kept).unwrap(), b"as it was");
    assert_eq!(state.secret(mailwright::text::SecretName::Reader), Some(secret));
    assert!(state.saved_answers().unwrap().unwrap().contains("mail.example.org"));
}

/// An old line proves itself by its form alone.
#[test]
fn a_line_that_says_nothing_is_left_out() {
    for line in
        ["", "{}", "null", "{\"v\":1}", "{\"v\":1,\"at\":\"\",\"event\":\"begin\",\"seq\":1}", "\u{fffd}", "{\"v\":-1}"]
    {
        let (_dir, state) = state_with(&[V1, line.as_bytes(), b"\n"].concat());
        let journal = Journal::load(&state).unwrap();
        assert_eq!((journal.health().lost, standing(&journal).len()), (1, 9), "{line:?}");
    }
}

#[test]
fn a_change_begun_twice_under_one_number_is_believed_once() {
    let begin = V1.split_inclusive(|byte| *byte == b'\n').find(|line| line.windows(7).any(|part| part == b"\"begin\""));
    let (_dir, state) = state_with(&[V1, begin.unwrap()].concat());
    let journal = Journal::load(&state).unwrap();
    assert_eq!((journal.health().lost, standing(&journal)), (1, vec![1, 2, 3, 4, 5, 6, 7, 8, 11]));
}

/// What a change costs does not grow with the journal.
#[test]
fn a_line_is_appended_as_fast_to_ten_thousand_changes_as_to_none() {
    let dir = tempfile::tempdir().unwrap();
    let state = State::new(dir.path());
    let text = six(&state);
    let line = text.split_inclusive(|byte| *byte == b'\n').nth(1).unwrap();
    let line: String = String::from_utf8_lossy(line).into_owned();
    // As an old release wrote it, without place and checksum.
    let bare = line.split(",\"n\":").next().unwrap().to_owned();
    let rest = &line[line.find("\"event\"").unwrap()..line.find(",\"sum\"").unwrap()];
    let many = (1..=10_000).fold(String::new(), |all, seq| {
        let begin = rest.replacen("\"seq\":1,", &format!("\"seq\":{seq},"), 1);
        all + &format!("{bare},{begin}}}\n")
    });
    fs::write(state.journal_path(), &many).unwrap();
    let mut journal = Journal::load(&state).unwrap();
    assert_eq!(journal.records().len(), 10_000);
    let end = || Event::End { outcome: "interrupted".into() };
    journal.append(end()).unwrap();
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let ours = median((0..101).map(|_| timed(|| journal.append(end()).unwrap())).collect());
    let begun = median((0..101).map(|_| timed(|| drop(journal.written("/etc/x".as_ref())))).collect());
    let mut raw = fs::OpenOptions::new().create(true).append(true).open(dir.path().join("raw")).unwrap();
    let bytes = vec![b'x'; 120];
    let theirs =
        median((0..101).map(|_| timed(|| raw.write_all(&bytes).and_then(|()| raw.sync_all()).unwrap())).collect());
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "one line more: {ours:.2?}; write and fsync: {theirs:.2?}; ratio {ratio:.2}; a look at what was written: {begun:.2?}"
    );
    assert!(ours < theirs * 4 + Duration::from_millis(5), "{ours:?} beside {theirs:?}");
}

fn timed(work: impl FnOnce()) -> Duration {
    let since = Instant::now();
    work();
    since.elapsed()
}

/// A last line without its end was never synced: what it announces never began, what it reports is found out anew.
#[test]
fn a_journal_cut_at_any_byte_loads_and_is_written_on() {
    for cut in 0..=V1.len() {
        // Every place at first and last, then every seventh: each cut is a file written and synced.
        if cut > 400 && cut < V1.len() - 400 && cut % 7 != 0 {
            continue;
        }
        let (_dir, state) = state_with(&V1[..cut]);
        let whole = V1[..cut].split(|byte| *byte == b'\n').count() - 1;
        let mut journal = Journal::load(&state).unwrap_or_else(|error| panic!("cut at {cut}: {}", error.render()));
        assert_eq!(journal.lines().len(), whole, "cut at {cut}");
        if cut % 49 == 0 {
            journal.append(Event::End { outcome: "interrupted".into() }).unwrap();
            assert_eq!(Journal::load(&state).unwrap().lines(), journal.lines(), "cut at {cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a disk gives back, it is read or refused with a sentence that names the line.
    #[test]
    fn a_journal_with_bytes_altered_never_panics(at in 0..V1.len(), new in proptest::collection::vec(any::<u8>(), 0..20)) {
        let end = (at + new.len()).min(V1.len());
        let (_dir, state) = state_with(&[&V1[..at], &new, &V1[end..]].concat());
        match Journal::load(&state) {
            Ok(journal) => drop((journal.records(), journal.standing())),
            // Only a line that says it is newer.
            Err(error) => prop_assert!(error.kind() == Kind::NotAllowed, "{}", error.render()),
        }
    }

    #[test]
    fn a_journal_of_any_bytes_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (_dir, state) = state_with(&bytes);
        if let Err(error) = Journal::load(&state) {
            prop_assert!(error.render().contains("\nhint: "), "{}", error.render());
        }
    }
}
