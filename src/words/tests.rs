//! Every key that can be asked for has words in every language, and no words are left that nobody asks for.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::check::Check;
use crate::question::{Column, Kind};
use crate::{samples, steps};

/// Keys made of a part that only shows while running.
const MADE: &[&str] = &[
    "change-packages-held",
    "closing-back",
    "closing-change",
    "closing-check",
    "closing-configuration",
    "closing-dns",
    "closing-journal",
    "closing-log",
    "closing-next",
    "closing-places",
    "closing-programs",
    "dns-why-address",
    "dns-why-mx",
    "dns-why-ptr",
    "status-done",
    "status-failed",
    "status-finished",
    "status-interrupted",
    "status-nothing",
    "status-open",
    "status-partly",
    "status-running",
];

#[test]
fn values_are_filled_in_and_paragraphs_joined() {
    assert_eq!(say("check-packages-installed", &[("count", "1")]), "The package is installed");
    let fix = say("check-delivers-fix", &[]);
    assert!(fix.starts_with("See where it is stuck:\n    postqueue -p\n    journalctl"), "{fix}");
    let why = say("step-hosts-why", &[]);
    assert!(why.contains("installer writes a loopback") && !why.contains('\n'), "{why}");
    assert_eq!(say("report-seen", &[("evidence", "one\ntwo")]), "Seen: one\ntwo");
    assert_eq!(say("no-such-key", &[]), "no-such-key");
}

#[test]
fn every_key_has_words_in_every_language_and_none_is_left_over() {
    let asked = asked_for();
    for (tag, files) in LANGUAGES {
        let known: BTreeSet<String> = files.iter().flat_map(|(_, source)| keys(source)).collect();
        let missing: Vec<_> = asked.difference(&known).collect();
        let left_over: Vec<_> = known.difference(&asked).collect();
        assert!(missing.is_empty() && left_over.is_empty(), "{tag}: missing {missing:?}, left over {left_over:?}");
        let total: usize = files.iter().map(|(_, source)| keys(source).len()).sum();
        assert_eq!(total, known.len(), "{tag}: a key is there twice");
        let words = bundle(tag, files);
        let unread: Vec<_> = known.iter().filter(|key| !words.has_message(key)).collect();
        assert!(unread.is_empty(), "{tag}: Fluent cannot read {unread:?}");
    }
}

#[test]
fn every_file_of_a_folder_is_spoken() {
    for (tag, files) in LANGUAGES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/words").join(tag);
        let name = |entry: std::fs::DirEntry| format!("{tag}/{}", entry.file_name().to_string_lossy());
        let there: BTreeSet<String> = folder.read_dir().unwrap().map(|entry| name(entry.unwrap())).collect();
        assert_eq!(there, files.iter().map(|(path, _)| (*path).to_owned()).collect());
    }
}

#[test]
fn the_words_of_a_check_ask_for_no_value_that_it_lacks() {
    // A missing value is a mistake that `said` asserts on in a debug build.
    for check in samples::checks().iter().filter(|check| !matches!(check, Check::Found(_))) {
        assert!(!check.title().is_empty() && !check.means().is_empty() && !check.fix().is_empty());
    }
    for change in samples::changes() {
        assert!(!change.describe().contains('\n'), "{}", change.describe());
    }
}

/// Every key that the program can ask for.
fn asked_for() -> BTreeSet<String> {
    let steps = steps::ALL.iter().flat_map(|step| [format!("step-{}", step.id), format!("step-{}-why", step.id)]);
    let questions = steps::ALL.iter().flat_map(|step| (step.questions)()).flat_map(|question| {
        let key = question.key.replace('.', "-");
        let columns: &[Column] = match question.kind {
            Kind::Table(columns) => columns,
            Kind::Text | Kind::Choice(_) => &[],
        };
        let titles = columns.iter().map(|column| format!("question-{key}-{}", column.name)).collect::<Vec<_>>();
        [format!("question-{key}"), format!("question-{key}-help")].into_iter().chain(titles)
    });
    let changes = samples::changes().into_iter().map(|change| format!("change-{}", change.kind()));
    let ids = samples::checks().into_iter().filter(|check| !matches!(check, Check::Found(_))).map(|check| check.id());
    let ids = ids.chain(steps::preflight::ids());
    let checks = ids.flat_map(|id| ["", "-means", "-fix"].map(|suffix| format!("check-{id}{suffix}")));
    let made = MADE.iter().map(|key| (*key).to_owned());
    steps.chain(questions).chain(changes).chain(checks).chain(made).chain(written_out()).collect()
}

/// The keys that stand whole in the code, as `say("...`.
fn written_out() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("words/tests.rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let calls = source.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(calls.map(str::to_owned));
            }
        }
    }
    found
}

/// The keys a file of words defines.
fn keys(source: &str) -> Vec<String> {
    let key = |line: &str| line.split_once(" =").map(|(key, _)| key.to_owned());
    source.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic())).filter_map(key).collect()
}
