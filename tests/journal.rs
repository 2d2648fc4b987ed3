//! The journal of every release loads for ever, wherever it was cut off; what is newer is refused by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking, helpers included.

use std::collections::BTreeSet;
use std::fs;

use mailwright::engine::State;
use mailwright::engine::journal::{Before, Event, Journal, PathState};
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
        r#"{"v":2,"at":"2030-01-01T00:00:00Z","event":"end","outcome":"finished"}"#,
        r#"{"v":2,"at":"2030-01-01T00:00:00Z","event":"something-new","with":["what","ever"]}"#,
    ] {
        let text = [V1, line.as_bytes(), b"\n"].concat();
        let (_dir, state) = state_with(&text);
        let error = Journal::load(&state).unwrap_err();
        assert_eq!(error.kind(), Kind::NotAllowed);
        let said = error.render();
        let number = V1.split(|byte| *byte == b'\n').count();
        assert!(said.contains(&format!("journal.jsonl:{number} ")), "{said}");
        assert!(said.contains("version 2") && said.contains("hint: it was written by a newer mailwright"), "{said}");
        assert_eq!(fs::read(state.journal_path()).unwrap(), text, "a refused journal was altered");
    }
}

#[test]
fn a_damaged_line_is_named() {
    for line in
        ["", "{}", "null", "{\"v\":1}", "{\"v\":1,\"at\":\"\",\"event\":\"begin\",\"seq\":1}", "\u{fffd}", "{\"v\":-1}"]
    {
        let (_dir, state) = state_with(format!("{line}\n").as_bytes());
        let error = Journal::load(&state).unwrap_err();
        assert!(error.to_string().contains("journal.jsonl:1 cannot be understood"), "{line:?}: {error}");
        assert!(error.render().contains("\nhint: "), "{line:?}: {}", error.render());
    }
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
            Err(error) => prop_assert!(error.to_string().contains("journal.jsonl:"), "{}", error.render()),
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
