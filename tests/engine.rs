//! The engine on files: what it writes, how it goes back, and what faults of the machine make of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking, helpers included.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use mailwright::change::{Change, Owner};
use mailwright::engine::journal::{Before, Event, PathState};
use mailwright::engine::paths;
use mailwright::engine::state::hash;
use mailwright::files::DRAFT;
use mailwright::text::Text;
use tempfile::TempDir;

#[path = "support/bench.rs"]
mod bench;
#[path = "support/theirs.rs"]
mod theirs;
#[path = "support/tree.rs"]
#[allow(dead_code)] // Shared with the tests on real hosts.
mod tree;

use bench::{Bench, file};
use tree::{differences, tree};

const MAIN: &str = "/etc/main.cf";

fn bench() -> (TempDir, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::new(&dir.path().join("root"), &dir.path().join("state"));
    (dir, bench)
}

fn directory(path: &str, mode: u32) -> Change {
    Change::Directory { path: path.into(), owner: Owner::root(), mode }
}

fn certificate() -> Change {
    let (certificate, key) = ("/etc/tls/fullchain.pem".into(), "/etc/tls/privkey.pem".into());
    Change::Certificate { certificate, key, name: "mail.example.org".into(), days: 30 }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// No file that a write began and did not end.
fn no_draft(dir: &Path) {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let drafts: Vec<String> = names.filter(|name| name.starts_with(DRAFT)).collect();
    assert_eq!(drafts, [""; 0], "{}", dir.display());
}

#[test]
fn what_is_applied_holds_and_what_is_taken_back_is_as_it_was() {
    let (_dir, bench) = bench();
    bench.put(MAIN, "old\n", 0o640);
    bench.put("/etc/plain", "same\n", 0o600);
    fs::create_dir(bench.path("/etc/open")).unwrap();
    let was = tree(&bench.root);
    let changes = [
        file(MAIN, 0o644, "new\n"),
        file("/etc/plain", 0o644, "same\n"),
        directory("/etc/tls", 0o700),
        directory("/etc/open", 0o711),
        certificate(),
        file("/etc/tls/note", 0o600, "ä \"$'\\ \u{1f40e}\n"),
    ];
    assert!(changes.iter().all(|change| bench.standing(change) == Some(false)));
    assert_eq!(bench.apply(&changes).unwrap().made.len(), changes.len());
    assert_eq!((bench.text(MAIN).as_str(), mode(&bench.path(MAIN))), ("new\n", 0o644));
    assert_eq!(mode(&bench.path("/etc/tls/privkey.pem")), 0o600);
    assert!(changes.iter().all(|change| bench.standing(change).is_none()));
    assert_eq!(bench.apply(&changes).unwrap().made, [""; 0], "a second run changes nothing");
    no_draft(&bench.path("/etc"));

    assert_eq!(bench.undo(), [""; 0]);
    assert_eq!(differences(&was, &tree(&bench.root)), [""; 0]);
    assert_eq!(bench.undo(), [""; 0], "taking back twice is no error");
}

#[test]
fn nothing_is_written_through_a_link_nor_in_its_place() {
    let (_dir, bench) = bench();
    bench.put("/etc/elsewhere.cf", "the admin's\n", 0o640);
    fs::create_dir(bench.path("/etc/data")).unwrap();
    symlink("elsewhere.cf", bench.path(MAIN)).unwrap();
    symlink("data", bench.path("/etc/postfix")).unwrap();
    let was = tree(&bench.root);
    for change in [
        file(MAIN, 0o644, "new\n"),
        file("/etc/postfix/main.cf", 0o644, "new\n"),
        directory("/etc/postfix", 0o755),
        directory("/etc/postfix/sql", 0o750),
    ] {
        // It is said when the plan is made, and whoever goes on all the same is refused.
        let error = bench.engine().standing(&change).unwrap_err();
        let link = bench.path(if change.subject() == MAIN { MAIN } else { "/etc/postfix" });
        let said = error.render();
        assert_eq!(error.kind().exit_code(), 3, "{said}");
        assert!(said.contains(&format!("caused by: {} is a link to ", link.display())), "{said}");
        assert!(said.contains("\nhint: root writes through no link: put what it leads to at"), "{said}");
        assert!(bench.apply(std::slice::from_ref(&change)).is_err());
        assert_eq!(differences(&was, &tree(&bench.root)), [""; 0], "{said}");
    }
}

#[test]
fn a_link_that_took_the_place_of_our_file_is_kept_and_named() {
    let (_dir, bench) = bench();
    bench.put(MAIN, "old\n", 0o644);
    bench.apply(&[file(MAIN, 0o644, "ours\n")]).unwrap();
    bench.put("/etc/elsewhere.cf", "the admin's\n", 0o640);
    fs::remove_file(bench.path(MAIN)).unwrap();
    symlink("elsewhere.cf", bench.path(MAIN)).unwrap();
    assert_eq!(bench.undo(), ["/etc/main.cf (changed since mailwright wrote it)"]);
    assert_eq!(bench.text("/etc/elsewhere.cf"), "the admin's\n");
    assert_eq!(fs::read_link(bench.path(MAIN)).unwrap(), Path::new("elsewhere.cf"));
}

#[test]
fn owners_come_back() {
    if !rustix::process::geteuid().is_root() {
        println!("left out: owners (needs root)");
        return;
    }
    let (_dir, bench) = bench();
    bench.put(MAIN, "old\n", 0o600);
    chown(bench.path(MAIN), Some(8), Some(8)).unwrap();
    let (was, change) = (tree(&bench.root), file(MAIN, 0o600, "old\n"));
    bench.apply(std::slice::from_ref(&change)).unwrap();
    let meta = fs::metadata(bench.path(MAIN)).unwrap();
    assert_eq!((meta.uid(), meta.gid(), bench.standing(&change)), (0, 0, None));
    bench.undo();
    assert_eq!(differences(&was, &tree(&bench.root)), [""; 0]);
}

#[test]
fn a_file_edited_by_hand_is_seen_and_kept() {
    let (_dir, bench) = bench();
    bench.put(MAIN, "old\n", 0o644);
    bench.apply(&[file(MAIN, 0o644, "ours\n")]).unwrap();
    bench.put(MAIN, "ours\nand the admin's\n", 0o644);
    assert_eq!(bench.standing(&file(MAIN, 0o644, "ours, newer\n")), Some(true));
    assert_eq!(bench.undo(), ["/etc/main.cf (changed since mailwright wrote it)"]);
    assert_eq!(bench.text(MAIN), "ours\nand the admin's\n");
}

#[test]
fn what_a_rollback_that_was_killed_has_put_back_is_no_edit() {
    for (at_work, ended, edited) in [(false, false, true), (true, false, false), (true, true, true)] {
        let (_dir, bench) = bench();
        bench.put(MAIN, "old\n", 0o644);
        bench.apply(&[file("/etc/first.cf", 0o644, "first\n"), file(MAIN, 0o644, "ours\n")]).unwrap();
        if at_work {
            bench.engine().begin_run("rollback").unwrap();
        }
        if ended {
            bench.engine().journal.append(Event::End { outcome: "rolled-back".into() }).unwrap();
        }
        bench.put(MAIN, "old\n", 0o644);
        assert_eq!(
            bench.standing(&file(MAIN, 0o644, "ours\n")),
            Some(edited),
            "a rollback at work: {at_work}, ended: {ended}"
        );
        // It is at the newest change alone, and puts back what was there and nothing else.
        bench.put("/etc/first.cf", "other\n", 0o644);
        assert_eq!(bench.standing(&file("/etc/first.cf", 0o644, "first\n")), Some(true));
        bench.put(MAIN, "other\n", 0o644);
        assert_eq!(bench.standing(&file(MAIN, 0o644, "ours\n")), Some(true));
    }
}

#[test]
fn a_line_that_others_add_while_an_edit_is_planned_is_no_edit_of_ours() {
    let (_dir, bench) = bench();
    let planned = |base: &str, text: &str| Change::File {
        path: "/etc/hosts".into(),
        owner: Owner::root(),
        mode: 0o644,
        content: Text::edit_of(base, text),
    };
    bench.put("/etc/hosts", "127.0.0.1 localhost\n", 0o644);
    let edit = planned("127.0.0.1 localhost\n", "127.0.0.1 localhost\n203.0.113.10 mail\n");
    bench.apply(std::slice::from_ref(&edit)).unwrap();
    // The next plan was made before somebody added a line.
    let again = planned(&bench.text("/etc/hosts"), &bench.text("/etc/hosts"));
    bench.put("/etc/hosts", &(bench.text("/etc/hosts") + "198.51.100.1 app\n"), 0o644);
    assert_eq!((bench.standing(&edit), bench.standing(&again)), (None, None));
    bench.put("/etc/hosts", "127.0.0.1 localhost\n203.0.113.99 mail\n", 0o644);
    assert_eq!(bench.standing(&edit), Some(true), "our line was edited");
}

/// A journal that ends with the `begin` of a write, as a kill leaves it.
fn begun(bench: &Bench, wanted: &str) {
    let was = paths::capture(&bench.state, &bench.path(MAIN)).unwrap();
    let before = Before::Paths { paths: BTreeMap::from([(MAIN.into(), was)]), wanted: Some(hash(wanted.as_bytes())) };
    bench.engine().journal.begin("postfix", MAIN, before).unwrap();
}

#[test]
fn a_write_that_was_killed_is_finished_or_taken_back() {
    for landed in [false, true] {
        let (_dir, bench) = bench();
        bench.put(MAIN, "old\n", 0o600);
        let was = tree(&bench.root);
        begun(&bench, "new\n");
        // The draft is what a kill leaves behind at most.
        fs::write(bench.path("/etc").join(format!("{DRAFT}{:032x}", 7)), "ne").unwrap();
        if landed {
            bench.put(MAIN, "new\n", 0o644);
        }
        if landed {
            bench.apply(&[file(MAIN, 0o644, "new\n")]).unwrap();
            assert_eq!(bench.text(MAIN), "new\n");
        }
        assert_eq!(bench.undo(), [""; 0], "landed: {landed}");
        assert_eq!(differences(&was, &tree(&bench.root)), [""; 0], "landed: {landed}");
    }
}

#[test]
fn a_write_that_was_killed_and_run_again_leaves_no_draft() {
    let (_dir, bench) = bench();
    begun(&bench, "new\n");
    fs::write(bench.path("/etc").join(format!("{DRAFT}{:032x}", 7)), "ne").unwrap();
    assert_eq!(bench.apply(&[file(MAIN, 0o644, "new\n")]).unwrap().made, [MAIN]);
    no_draft(&bench.path("/etc"));
    assert_eq!(bench.undo(), [""; 0]);
    assert!(!bench.path(MAIN).exists());
}

#[test]
fn what_the_admin_wrote_after_a_kill_is_kept() {
    for was in [Some("old\n"), None] {
        let (_dir, bench) = bench();
        if let Some(text) = was {
            bench.put(MAIN, text, 0o644);
        }
        begun(&bench, "new\n");
        bench.put(MAIN, "the admin's\n", 0o644);
        assert_eq!(bench.undo(), ["/etc/main.cf (changed since mailwright wrote it)"], "{was:?}");
        assert_eq!(bench.text(MAIN), "the admin's\n");
    }
}

/// Runs the test of this name once more in a mount namespace of its own, with this directory in [`PLACE`].
fn in_own_mounts(test: &str) {
    if !rustix::process::geteuid().is_root()
        || !Command::new("unshare").args(["-m", "true"]).status().unwrap().success()
    {
        println!("left out: {test} (needs root and a mount namespace)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    command.arg("--mount").arg(std::env::current_exe().unwrap()).args([test, "--exact", "--nocapture"]);
    let output = command.env(PLACE, dir.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

const PLACE: &str = "MAILWRIGHT_TEST_PLACE";

fn mount(args: &[&str]) {
    assert!(Command::new("mount").args(args).status().unwrap().success(), "{args:?}");
}

#[test]
fn a_file_that_is_a_mount_of_its_own_is_written_in_place() {
    let Some(dir) = std::env::var_os(PLACE).map(PathBuf::from) else {
        return in_own_mounts("a_file_that_is_a_mount_of_its_own_is_written_in_place");
    };
    let bench = Bench::new(&dir.join("root"), &dir.join("state"));
    let (outside, inside) = (dir.join("outside"), bench.path(MAIN));
    fs::write(&outside, "old\n").unwrap();
    bench.put(MAIN, "hidden\n", 0o644);
    mount(&["--bind", outside.to_str().unwrap(), inside.to_str().unwrap()]);
    bench.apply(&[file(MAIN, 0o644, "new\n")]).unwrap();
    assert_eq!(fs::read_to_string(&outside).unwrap(), "new\n", "the mounted file itself was written");
    no_draft(&bench.path("/etc"));
    assert_eq!(bench.undo(), [""; 0]);
    assert_eq!(fs::read_to_string(&outside).unwrap(), "old\n");
}

/// A disk of 256 KiB at this place.
fn small_disk(place: &Path) {
    fs::create_dir(place).unwrap();
    mount(&["-t", "tmpfs", "-o", "size=256k,mode=755", "tmpfs", place.to_str().unwrap()]);
}

#[test]
fn a_full_disk_is_a_sentence_and_the_old_file_stays() {
    let Some(dir) = std::env::var_os(PLACE).map(PathBuf::from) else {
        return in_own_mounts("a_full_disk_is_a_sentence_and_the_old_file_stays");
    };
    small_disk(&dir.join("root"));
    let bench = Bench::new(&dir.join("root"), &dir.join("state"));
    bench.put(MAIN, "old\n", 0o640);
    let was = tree(&bench.root);
    let big = file(MAIN, 0o644, &"x".repeat(400 << 10));
    let error = bench.apply(&[file("/etc/first", 0o644, "fits\n"), big]).unwrap_err();
    let said = error.render();
    assert_eq!(error.kind().exit_code(), 1);
    assert!(said.contains("could not be written\ncaused by: No space left on device"), "{said}");
    assert!(said.contains("\nhint: make room"), "{said}");
    assert_eq!((bench.text(MAIN).as_str(), mode(&bench.path(MAIN))), ("old\n", 0o640));
    no_draft(&bench.path("/etc"));
    assert_eq!(bench.engine().journal.standing().len(), 2);
    // With room again, the same server is finished, or goes back.
    assert_eq!(bench.apply(&[file(MAIN, 0o644, "small\n")]).unwrap().made, [MAIN]);
    assert_eq!(bench.undo(), [""; 0]);
    assert_eq!(differences(&was, &tree(&bench.root)), [""; 0]);
}

#[test]
fn nothing_is_touched_that_the_journal_has_no_room_for() {
    let Some(dir) = std::env::var_os(PLACE).map(PathBuf::from) else {
        return in_own_mounts("nothing_is_touched_that_the_journal_has_no_room_for");
    };
    small_disk(&dir.join("state"));
    let bench = Bench::new(&dir.join("root"), &dir.join("state"));
    bench.put(MAIN, "old\n", 0o640);
    bench.put("/etc/big", &"y".repeat(400 << 10), 0o644);
    let was = tree(&bench.root);
    // The old bytes cannot be kept.
    let said = bench.apply(&[file("/etc/big", 0o644, "small\n")]).unwrap_err().render();
    assert!(said.contains("No space left on device") && said.contains("\nhint: make room"), "{said}");
    no_draft(&bench.state.dir().join("before"));
    // Nor can the line of the journal be written.
    let _ = fs::write(bench.state.dir().join("filler"), vec![b'z'; 1 << 20]);
    let said = bench.apply(&[file("/etc/new", 0o644, "small\n")]).unwrap_err().render();
    assert!(said.contains("journal.jsonl could not be written\ncaused by: No space left on device"), "{said}");
    assert!(said.contains("\nhint: "), "{said}");
    assert_eq!(differences(&was, &tree(&bench.root)), [""; 0]);
    fs::remove_file(bench.state.dir().join("filler")).unwrap();
    assert_eq!(bench.apply(&[file(MAIN, 0o644, "new\n")]).unwrap().made, [MAIN]);
    assert!(matches!(bench.engine().journal.standing()[..], [ref only] if only.subject == MAIN));
    assert_eq!(paths::capture(&bench.state, &bench.path("/etc/new")).unwrap(), PathState::Absent);
}
