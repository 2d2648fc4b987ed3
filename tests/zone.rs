//! The engine on a zone's file: what lands is what was shown, what BIND refuses never lands, and the old bytes come back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking, helpers included.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use mailwright::change::{Change, ZoneRecords};
use mailwright::dns::{Published, Weight};
use mailwright::engine::journal::Event;
use mailwright::plan::Standing;
use mailwright::records::{Data, Record};
use mailwright::shell::Program;
use tempfile::TempDir;

#[path = "support/bench.rs"]
#[allow(dead_code)] // Shared with other tests.
mod bench;

use bench::Bench;

const GUIDE: &str = include_str!("zones/guide.zone");
const FILE: &str = "/etc/db.example.org";
const CHANGED: &str = "/etc/db.example.org (changed since mailwright wrote it)";
const BACK: &str = "/etc/db.example.org (back at serial 2024010107; secondary servers keep the newer zone until its \
                    serial is later than 2026112401)";

/// A tree with the zone's file; `None` where BIND's check is not there.
fn bench() -> Option<(TempDir, Bench)> {
    if Program::new("named-checkzone").arg("-v").run().is_err() {
        println!("left out: zones (needs bind9-utils)");
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::new(&dir.path().join("root"), &dir.path().join("state"));
    bench.put(FILE, GUIDE, 0o640);
    Some((dir, bench))
}

fn change(records: &[(&str, Data)]) -> Change {
    let published = |(name, data): &(&str, Data)| {
        let record = Record::new(name.parse().unwrap(), data.clone());
        Published { of: record.name.clone(), record, why: "spf", weight: Weight::Required }
    };
    Change::Zone(ZoneRecords {
        zone: "example.org".into(),
        file: FILE.into(),
        records: records.iter().map(published).collect(),
        remove_obsolete: false,
        server: "mail.example.org".into(),
        addresses: vec!["192.0.2.10".parse().unwrap()],
        today: 20_261_124,
    })
}

fn spf() -> Change {
    change(&[("example.org", Data::Txt("v=spf1 mx -all".into()))])
}

fn shown(bench: &Bench, change: &Change) -> String {
    let Standing::Differs { text, edited_by_hand: false, .. } = bench.engine().standing(change).unwrap() else {
        panic!("nothing to do");
    };
    text.unwrap().after
}

fn refusal(bench: &Bench, change: &Change) -> String {
    let said = bench.engine().standing(change).unwrap_err().render();
    assert_eq!(bench.apply(std::slice::from_ref(change)).unwrap_err().render(), said);
    said
}

#[test]
fn what_was_shown_lands_with_owner_and_mode_and_goes_back_byte_by_byte() {
    let Some((_dir, bench)) = bench() else { return };
    let meta = fs::metadata(bench.path(FILE)).unwrap();
    let shown = shown(&bench, &spf());
    bench.apply(&[spf()]).unwrap();
    assert_eq!(bench.text(FILE), shown);
    assert!(
        shown.contains("        2026112401 ; serial, YYYYMMDDnn\n")
            && shown.contains("\"v=spf1 mx include:old-provider.test ~all\" ; who may")
    );
    let now = fs::metadata(bench.path(FILE)).unwrap();
    assert_eq!((now.permissions().mode(), now.uid(), now.gid()), (meta.permissions().mode(), meta.uid(), meta.gid()));
    assert_eq!((bench.standing(&spf()), bench.apply(&[spf()]).unwrap().made), (None, vec![]));
    assert_eq!(bench.undo(), [BACK]);
    assert_eq!(bench.text(FILE), GUIDE);
}

#[test]
fn a_serial_that_was_served_once_is_never_given_to_another_zone_text() {
    let Some((_dir, bench)) = bench() else { return };
    bench.apply(&[spf()]).unwrap();
    bench.undo();
    assert!(shown(&bench, &spf()).contains("\n        2026112402 ; serial"));
    bench.apply(&[spf()]).unwrap();
    assert!(bench.text(FILE).contains("\n        2026112402 ; serial"));
}

#[test]
fn a_file_that_bind_would_refuse_stays_as_it_is() {
    let Some((_dir, bench)) = bench() else { return };
    for (line, why) in [
        ("broken IN A 192.0.2.999\n", "/etc/db.example.org:24: near '192.0.2.999': bad dotted quad"),
        ("mail IN CNAME ns1\n", "CNAME and other data"),
        ("open IN TXT ( \"a\"\n", "line 24: a parenthesis is not closed"),
    ] {
        let broken = format!("{GUIDE}{line}");
        bench.put(FILE, &broken, 0o640);
        let said = refusal(&bench, &spf());
        assert!(said.contains(why) && said.contains("\nhint: see what `named-checkzone example.org"), "{said}");
        assert_eq!(bench.text(FILE), broken);
    }
    assert_eq!(fs::read_dir(bench.path("/etc")).unwrap().count(), 3, "something was left beside it");
    assert!(bench.engine().journal.lines().is_empty());
    // No record of ours is put where BIND would not have it.
    bench.put(FILE, GUIDE, 0o640);
    let beside_alias = change(&[("www.example.org", Data::Txt("v=spf1 -all".into()))]);
    assert!(bench.engine().standing(&beside_alias).unwrap().holds());
}

#[test]
fn what_the_admin_edited_since_stays_and_is_edited_on() {
    let Some((_dir, bench)) = bench() else { return };
    bench.apply(&[spf()]).unwrap();
    let edited = bench.text(FILE).replace("2026112401", "2026112402") + "new IN A 192.0.2.99\n";
    bench.put(FILE, &edited, 0o640);
    let more = change(&[("_smtp._tls.example.org", Data::Txt("v=TLSRPTv1; rua=mailto:a@example.org".into()))]);
    assert_eq!(
        shown(&bench, &more).replace("2026112403", "2026112402"),
        bench.text(FILE) + "_smtp._tls\tIN\tTXT\t\"v=TLSRPTv1; rua=mailto:a@example.org\"\n"
    );
    bench.apply(&[more]).unwrap();
    let kept = bench.undo();
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert!(kept[0].contains("back at serial 2026112402") && kept[1] == CHANGED, "{kept:?}");
    assert_eq!(bench.text(FILE), edited);
}

#[test]
fn a_run_that_was_cut_off_is_settled_by_what_stands_there() {
    let Some((_dir, bench)) = bench() else { return };
    bench.apply(&[spf()]).unwrap();
    let landed = bench.text(FILE);
    // The journal without its `done`, as a kill leaves it: after the file landed, and before.
    let journal = bench.state.journal_path();
    let lines = fs::read_to_string(&journal).unwrap();
    let begun = lines.split_inclusive('\n').take(1).collect::<String>();
    for (text, kept) in [(landed.as_str(), &[BACK][..]), (GUIDE, &[])] {
        fs::write(&journal, &begun).unwrap();
        bench.put(FILE, text, 0o640);
        assert_eq!(bench.undo(), kept);
        assert_eq!(bench.text(FILE), GUIDE);
        let engine = bench.engine();
        assert!(engine.journal.standing().is_empty());
        assert!(engine.journal.lines().iter().any(|line| matches!(&line.event, Event::Undone { .. })));
    }
}

#[test]
fn what_mailwright_wrote_follows_the_answers_and_what_the_admin_had_stays() {
    let Some((_dir, bench)) = bench() else { return };
    let spf = |end: &str| change(&[("example.org", Data::Txt(format!("v=spf1 mx {end}")))]);
    let dmarc = |end: &str| ("_dmarc.example.org", Data::Txt(format!("v=DMARC1; {end}")));
    let policies = |end: &str, other: &str| {
        change(&[dmarc(end), ("_dmarc.www2.example.org", Data::Txt(format!("v=DMARC1; {other}")))])
    };
    let original = format!("{GUIDE}_dmarc.www2 IN TXT \"v=DMARC1; p=reject\"\n");
    bench.put(FILE, &original, 0o640);
    bench.apply(&[spf("include:new.test -all"), policies("p=reject", "p=none")]).unwrap();
    let completed = "\"v=spf1 mx include:new.test include:old-provider.test ~all\" ; who may send\n";
    assert!(bench.text(FILE).contains(completed) && bench.text(FILE).contains("\t\"v=DMARC1; p=reject\"\n"));
    let milder = [spf("-all"), policies("p=none", "p=none")];
    bench.apply(&milder).unwrap();
    let text = bench.text(FILE);
    assert!(text.contains("\"v=spf1 mx include:old-provider.test ~all\" ; who may send\n"), "{text}");
    assert!(text.contains("_dmarc\tIN\tTXT\t\"v=DMARC1; p=none\"\n"), "{text}");
    assert!(text.contains("\n_dmarc.www2 IN TXT \"v=DMARC1; p=reject\"\n"), "{text}");
    assert!(milder.iter().all(|change| bench.standing(change).is_none()));
    bench.undo();
    assert_eq!(bench.text(FILE), original);
}

#[test]
fn a_zone_that_is_gone_is_not_made_again() {
    let Some((_dir, bench)) = bench() else { return };
    bench.apply(&[spf()]).unwrap();
    fs::remove_file(bench.path(FILE)).unwrap();
    assert_eq!(bench.undo(), [""; 0]);
    assert!(!bench.path(FILE).exists());
}
