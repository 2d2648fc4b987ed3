//! The whole plain walk, with a scripted admin and a desk that only says it did things.

use self::stage::{Scene, played};
use crate::draft::Draft;
use crate::error::Kind;
use crate::run::standing::Word;
use crate::secret::Secret;
use crate::words::with_language;

mod stage;

fn answered() -> Draft {
    let mut draft = Draft::default();
    for (key, text) in [
        ("hostname", "mail.example.org"),
        ("domain", "example.org"),
        ("contact", "anna@example.org"),
        ("tls.source", "self-signed"),
        ("message_size_limit", "50M"),
    ] {
        draft.set(key, text);
    }
    let index = draft.add_row("mailbox", &[("address".to_owned(), "anna@example.org".to_owned())].into()).unwrap();
    draft.set_password(index, &Secret::new("correct horse")).unwrap();
    draft
}

/// A fresh server, from the first question to the closing page, with a wrong answer and a step back on the way.
const WHOLE: &[&str] = &[
    "1",
    "n", // the questions; no packages in the background
    "mail",
    "?",
    "mail.example.org", // a wrong name, the help, a right one
    "",
    "back",
    "198.51.100.7",
    "none", // the addresses, once back
    "",     // the default domain
    "1",
    "anna@elsewhere.test",
    "anna@example.org",
    "2",
    "short",
    "correct horse",
    "correct hors",
    "correct horse",
    "correct horse",
    "2G",
    "", // a mailbox
    "1",
    "info@example.org",
    "anna@example.org",
    "",
    "", // an alias, then the contact
    "",
    "", // certificate and size
    "1",
    "n", // start, but the edited file stays
    "1",
    "y",
    "y", // start
    "leave",
];

#[test]
fn a_fresh_server_is_walked_to_its_end_in_english() {
    let walked = played(Scene::default(), WHOLE);
    assert!(walked.result.is_ok());
    let last = walked.saved.last().unwrap();
    assert_eq!(last.rows("mailbox")[0]["quota"], "2G");
    assert!(last.answers().is_ok() && last.get("ipv6").as_deref() == Some("none") && last.get("ipv4").is_none());
    assert!(!walked.shown.contains("correct hors"));
    insta::assert_snapshot!(walked.shown);
}

#[test]
fn a_fresh_server_is_walked_to_its_end_in_french() {
    let answers: Vec<&str> = WHOLE
        .iter()
        .map(|answer| match *answer {
            "back" => "retour",
            "y" => "o",
            "leave" => "quitter",
            answer => answer,
        })
        .collect();
    insta::assert_snapshot!(with_language("fr", || played(Scene::default(), &answers)).shown);
}

#[test]
fn a_failure_is_told_and_tried_again() {
    let scene = Scene { draft: answered(), failing: 1, ..Scene::default() };
    // The plan, start, the edited file, agree; change the name, look at the new plan, start; leave.
    let walked = played(scene, &["2", "1", "y", "y", "2", "mx.example.org", "1", "y", "y", "leave"]);
    assert!(walked.result.is_ok());
    assert_eq!(walked.saved.last().unwrap().get("hostname").as_deref(), Some("mx.example.org"));
    insta::assert_snapshot!(walked.shown);
}

#[test]
fn a_failed_run_that_is_left_is_no_success() {
    let scene = Scene { draft: answered(), failing: 1, ..Scene::default() };
    let walked = played(scene, &["2", "1", "y", "y", "leave"]);
    assert_eq!(walked.result.unwrap_err().to_string(), "a check failed");
}

#[test]
fn an_interrupted_run_is_taken_back() {
    let scene =
        Scene { state: Word::Interrupted, stands: &["hostname", "hosts"], draft: answered(), ..Scene::default() };
    let walked = played(scene, &["5", "y", "leave"]);
    assert!(walked.result.is_ok());
    insta::assert_snapshot!(walked.shown);
}

#[test]
fn a_finished_server_is_checked_and_shown_its_settings() {
    let scene = Scene { state: Word::Finished, stands: &["hostname"], draft: answered(), ..Scene::default() };
    let walked = played(scene, &["", "3", "leave"]);
    insta::assert_snapshot!(walked.shown);
}

#[test]
fn a_line_that_drops_ends_the_walk_and_loses_no_answer() {
    let walked = played(Scene::default(), &["1", "n", "mail.example.org"]);
    assert_eq!(walked.result.unwrap_err().kind(), Kind::Interrupted);
    assert_eq!(walked.saved.last().unwrap().get("hostname").as_deref(), Some("mail.example.org"));
}

#[test]
fn one_goes_to_any_step_and_is_told_what_is_missing() {
    // To the plan at once: the name is missing, and asked for.
    let plan = (crate::steps::ALL.len() + 1).to_string();
    let walked = played(Scene::default(), &["1", "n", "steps", &plan, "1", "mail.example.org", "leave"]);
    assert!(walked.shown.contains("this is to be mended in “The server's name”"), "{}", walked.shown);
    assert!(walked.result.is_ok());
}

#[test]
fn differences_are_paged_and_a_rehearsal_that_fails_leaves_the_plan() {
    let scene = Scene { draft: answered(), rows: 20, ..Scene::default() };
    // The plan in pages; the differences; a rehearsal; away.
    let walked = played(scene, &["2", "q", "3", "q", "4", "y", "leave"]);
    assert!(
        walked.shown.contains("+++ /etc/hosts") && walked.shown.contains("the rehearsal failed"),
        "{}",
        walked.shown
    );
    assert!(walked.result.is_ok(), "{}", walked.shown);
}

#[test]
fn a_bad_list_is_told_line_by_line_and_a_good_one_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.csv"), folder.path().join("bad.csv"));
    std::fs::write(&good, "name\nexample.org\nexample.test\n").unwrap();
    std::fs::write(&bad, "name\n-.org\n").unwrap();
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    let answers = ["1", "n", "mail.example.org", "", "", "2", "/nowhere", bad, "2", good, "leave"];
    let walked = played(Scene::default(), &answers);
    assert!(walked.shown.contains("Nothing was taken up:\n  CSV:2"), "{}", walked.shown);
    assert_eq!(walked.saved.last().unwrap().get("domain").as_deref(), Some("example.org, example.test"));
}

#[test]
fn another_run_is_watched_to_its_end() {
    let scene = Scene { state: Word::Running, draft: answered(), ..Scene::default() };
    let walked = played(scene, &["1", "leave"]);
    let told = walked.shown.split("Ctrl-C leaves, and it goes on.").nth(1).unwrap();
    assert!(told.starts_with("\n  one\n  two\n  three\nIt has ended.\n"), "{told}");
    assert!(told.contains("The last run was interrupted") && walked.result.is_ok());
}

#[test]
fn a_row_is_changed_and_taken_away_and_half_a_row_is_none() {
    let scene = Scene { draft: answered(), ..Scene::default() };
    let answers = [
        "1",
        "n",
        "steps",
        "5", // to the tables
        "",  // the domains stay
        "2",
        "1",
        "",
        "1",
        "3G", // the first mailbox, its password kept
        "1",
        "bob@example.org",
        "back",
        "back", // half a new one
        "1",
        "carl@example.org",
        "1",
        "", // another with a generated password
        "3",
        "2", // which goes again
        "leave",
    ];
    let walked = played(scene, &answers);
    let rows = walked.saved.last().unwrap().rows("mailbox");
    assert_eq!((rows.len(), rows[0]["address"].as_str(), rows[0]["quota"].as_str()), (1, "anna@example.org", "3G"));
    assert!(walked.shown.contains("carl@example.org  ***  1G"), "{}", walked.shown);
}

#[test]
fn changed_answers_of_a_finished_server_make_a_plan_of_their_own() {
    let scene = Scene { state: Word::Finished, stands: &["hostname"], draft: answered(), ..Scene::default() };
    // Change an answer: the certificate's step; the plan, away.
    let walked = played(scene, &["2", "4", "", "leave"]);
    assert!(walked.shown.contains("changes.\n") && walked.result.is_ok(), "{}", walked.shown);
}
