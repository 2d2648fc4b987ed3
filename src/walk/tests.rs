//! How the walk goes on with what the desk tells.

use std::time::Duration;

use super::*;
use crate::check::Checked;
use crate::run::standing::Change;

fn machine() -> Facts {
    Facts { fqdn: Some("mail.example.org".into()), ipv4: vec!["198.51.100.7".parse().unwrap()], ..Facts::default() }
}

fn walk() -> Walk {
    let mut walk = Walk::default();
    walk.hear(Told::Looked { facts: Box::new(machine()), standing: Standing::default(), root: true });
    walk
}

fn report(step: &'static str, outcome: Outcome) -> Report {
    let checked = Checked {
        step,
        id: "running",
        title: "It runs".into(),
        outcome,
        evidence: "seen".into(),
        means: String::new(),
        fix: String::new(),
    };
    Report { checks: vec![checked] }
}

fn standing(steps: &[&str], state: Word) -> Standing {
    let change = |step: &&str| Change { step: (*step).to_owned(), subject: "it".into(), done: true };
    Standing { state, last_run: None, changes: steps.iter().map(change).collect(), ..Standing::default() }
}

fn step(id: &str) -> &'static Step {
    steps::named(id).unwrap()
}

fn begin(walk: &mut Walk, id: &str) {
    walk.hear(Told::Began(Verb::Setup, Logs::default()));
    walk.hear(Told::News(News::Step { id: id.into() }));
    walk.hear(Told::News(News::Change { what: "Write it".into() }));
}

#[test]
fn a_step_is_answered_once_its_defaults_are_accepted() {
    let mut walk = walk();
    assert_eq!(walk.mark(step("hostname")), Mark::ToDo);
    walk.accept_defaults(step("hostname"));
    assert_eq!(walk.draft.get("hostname").as_deref(), Some("mail.example.org"));
    assert_eq!(walk.mark(step("hostname")), Mark::Answered);
    walk.draft.set("hostname", "not a name");
    assert_eq!(walk.mark(step("hostname")), Mark::ToDo);
    assert_eq!(walk.first_wrong().unwrap().id, "hostname");
}

#[test]
fn a_run_turns_its_steps_from_applying_to_checked() {
    let mut walk = walk();
    begin(&mut walk, "hostname");
    assert_eq!(walk.mark(step("hostname")), Mark::Applying);
    assert!(walk.is_running());
    walk.hear(Told::News(News::ChangeEnded { took: Duration::from_millis(3) }));
    assert_eq!(walk.changed(), 1);
    walk.hear(Told::Phase(Phase::Checked("hostname", report("hostname", Outcome::Pass))));
    walk.hear(Told::News(News::Step { id: "hosts".into() }));
    assert_eq!((walk.mark(step("hostname")), walk.mark(step("hosts"))), (Mark::Checked, Mark::Applying));
    walk.hear(Told::Ended { result: Ok(()), standing: standing(&["hostname", "hosts"], Word::Finished) });
    assert_eq!((walk.mark(step("hosts")), walk.is_running(), walk.changed()), (Mark::Applied, false, 2));
    assert!(walk.failure.is_none());
}

#[test]
fn a_failed_check_is_told_with_its_step_and_its_report() {
    let mut walk = walk();
    begin(&mut walk, "postfix");
    walk.hear(Told::Phase(Phase::Failed("postfix", report("postfix", Outcome::Fail))));
    let error = Error::failed("the step postfix was applied but a check of it failed");
    walk.hear(Told::Ended { result: Err(error), standing: standing(&["postfix"], Word::Failed) });
    let failure = walk.failure.as_ref().unwrap();
    assert_eq!((failure.step, failure.doing.as_deref()), (Some("postfix"), Some("Write it")));
    assert_eq!(failure.report.as_ref().unwrap().worst(), Outcome::Fail);
    assert_eq!(walk.mark(step("postfix")), Mark::Failed);
    assert!(walk.is_interrupted());

    // A second try that goes well forgets it.
    begin(&mut walk, "postfix");
    walk.hear(Told::Phase(Phase::Checked("postfix", report("postfix", Outcome::Pass))));
    walk.hear(Told::Ended { result: Ok(()), standing: standing(&["postfix"], Word::Finished) });
    assert_eq!((walk.mark(step("postfix")), walk.failure.is_none()), (Mark::Checked, true));
}

#[test]
fn what_was_taken_back_says_so() {
    let mut walk = walk();
    walk.standing = standing(&["hostname", "postfix"], Word::Finished);
    walk.hear(Told::Report(Ok(report("postfix", Outcome::Pass))));
    walk.hear(Told::Began(Verb::Rollback, Logs::default()));
    let left = standing(&["hostname"], Word::Partly);
    walk.hear(Told::TakenBack { undone: vec!["postfix".into()], kept: vec!["mail".into()], standing: left });
    assert_eq!((walk.mark(step("postfix")), walk.mark(step("hostname"))), (Mark::Undone, Mark::Applied));
    assert_eq!((walk.kept.len(), walk.is_running()), (1, false));
}

#[test]
fn the_expected_time_follows_what_apt_has_done() {
    let mut walk = walk();
    begin(&mut walk, "packages");
    let run = walk.run.as_mut().unwrap();
    run.packages = true;
    run.began = std::time::Instant::now().checked_sub(Duration::from_secs(60)).unwrap();
    run.hear(News::Percent { percent: 50, note: "Unpacking".into() });
    // Half of apt's work took a minute: two minutes for all of it, and the rest.
    assert!((120..130).contains(&run.expected().as_secs()), "{:?}", run.expected());
}

#[test]
fn a_rollback_that_fails_is_not_blamed_on_a_check_of_before() {
    let mut walk = walk();
    walk.hear(Told::Report(Ok(report("dovecot", Outcome::Fail))));
    walk.hear(Told::Began(Verb::Rollback, Logs::default()));
    let result = Err(Error::failed("another mailwright is at work"));
    walk.hear(Told::Ended { result, standing: standing(&["dovecot"], Word::Finished) });
    let failure = walk.failure.as_ref().unwrap();
    assert_eq!((failure.step, failure.report.is_none()), (None, true));
}

#[test]
fn what_is_told_after_a_run_is_none_of_its_log() {
    let mut walk = walk();
    begin(&mut walk, "hostname");
    walk.hear(Told::Ended { result: Err(Error::failed("it broke")), standing: Standing::default() });
    let lines = walk.run.as_ref().unwrap().lines.len();
    walk.hear(Told::News(News::Log("dpkg-query".into())));
    assert_eq!(walk.run.as_ref().unwrap().lines.len(), lines);
}

#[test]
fn coming_back_the_pages_on_the_way_were_seen() {
    let mut walk = walk();
    let mut kept = Draft::default();
    for (key, text) in [("hostname", "mail.example.org"), ("domain", "example.org")] {
        kept.set(key, text);
    }
    walk.hear(Told::Drafted(Box::new(kept)));
    let marks: Vec<(&str, Mark)> = walk.marks().map(|(step, mark)| (step.id, mark)).collect();
    let last = marks.iter().position(|(id, _)| *id == "database").unwrap();
    assert!(marks[..last].iter().all(|(_, mark)| *mark == Mark::Answered), "{marks:?}");
    assert!(marks[last..].iter().all(|(_, mark)| *mark == Mark::ToDo), "{marks:?}");
}
