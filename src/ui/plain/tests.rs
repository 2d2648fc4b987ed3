//! The whole plain walk, with a scripted admin and a desk that only says it did things.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use super::ask::{Out, Said};
use super::lines::{Console, Lines};
use super::talk::Link;
use super::walk;
use crate::check::{Checked, Outcome, Report};
use crate::draft::Draft;
use crate::engine::{State, Stop};
use crate::error::Error;
use crate::facts::Facts;
use crate::log::Logs;
use crate::plan::{Plan, Standing as Held, TextChange};
use crate::probe::dns::Resolution;
use crate::run::news::News;
use crate::run::setup::Phase;
use crate::run::standing::{Change, Standing, Word};
use crate::secret::Secret;
use crate::steps;
use crate::ui::preview::{ChangePreview, Preview, StepPreview};
use crate::walk::{Job, Told, Verb};
use crate::words::with_language;

/// A terminal that writes down what is shown and answers from a list; at its end the line drops.
struct Paper {
    shown: String,
    answers: VecDeque<String>,
    rows: usize,
}

impl Paper {
    fn answer(&mut self, as_shown: impl Fn(&str) -> String) -> Said<String> {
        let Some(answer) = self.answers.pop_front() else {
            self.shown.push_str("<the line drops>\n");
            return Err(Out::Cut);
        };
        writeln!(self.shown, "{}", as_shown(&answer)).unwrap();
        Ok(answer)
    }
}

impl Console for Paper {
    fn put(&mut self, text: &str) {
        self.shown.push_str(text);
    }

    fn read(&mut self) -> Said<String> {
        self.answer(|answer| format!("> {answer}"))
    }

    fn read_hidden(&mut self) -> Said<Secret> {
        self.answer(|_| "> (hidden)".into()).map(Secret::new)
    }

    fn news(&mut self, news: News) {
        writeln!(self.shown, "  {news:?}").unwrap();
    }

    fn rows(&self) -> usize {
        self.rows
    }
}

fn facts() -> Facts {
    let text = include_str!("../../../tests/machines/fresh-trixie.json");
    let machine: serde_json::Value = serde_json::from_str(text).unwrap();
    serde_json::from_value(machine.get("facts").cloned().unwrap_or(machine)).unwrap()
}

fn one(step: &'static str, outcome: Outcome) -> Report {
    let words = |text: &str| if outcome == Outcome::Pass { String::new() } else { text.to_owned() };
    Report {
        checks: vec![Checked {
            step,
            id: "running",
            title: format!("A check of {step}"),
            outcome,
            evidence: words("what was seen"),
            means: words("what it means"),
            fix: words("what to do"),
        }],
    }
}

/// A preview in which everything is to be made, as on a fresh machine.
fn preview(draft: &Draft, facts: &Facts) -> Result<Preview, Error> {
    let plan = Plan::new(&draft.answers()?, facts)?;
    let change = |change: &crate::change::Change| ChangePreview {
        subject: change.subject(),
        describe: change.describe(),
        paths: change.paths(),
        change: change.clone(),
        standing: Held::Differs {
            what: Vec::new(),
            text: change
                .subject()
                .ends_with("hosts")
                .then(|| TextChange { before: Some("a\n".into()), after: "b\n".into() }),
            edited_by_hand: change.subject().ends_with("main.cf"),
        },
    };
    let step = |stage: &crate::plan::Stage| StepPreview {
        id: stage.step.id,
        changes: stage.changes.iter().map(change).collect(),
    };
    Ok(Preview { version: 1, steps: plan.stages.iter().map(step).collect() })
}

/// A desk that does nothing and tells that it did.
struct FakeDesk {
    tell: Sender<Told>,
    standing: RefCell<Standing>,
    draft: Draft,
    /// Runs that fail before one goes well.
    failing: RefCell<usize>,
    saved: RefCell<Vec<Draft>>,
}

impl FakeDesk {
    fn tell(&self, told: Told) {
        let _ = self.tell.send(told);
    }

    fn stand(&self, state: Word, steps: &[&str]) -> Standing {
        let change = |step: &&str| Change { step: (*step).to_owned(), subject: format!("of {step}"), done: true };
        let standing = Standing { state, last_run: None, changes: steps.iter().map(change).collect() };
        self.standing.replace(standing.clone());
        standing
    }

    fn give(&self, job: Job) {
        match job {
            Job::Look => {
                let (facts, standing) = (Box::new(facts()), self.standing.borrow().clone());
                self.tell(Told::Looked { facts, standing, root: true });
            }
            Job::Recall => self.tell(Told::Drafted(Box::new(self.draft.clone()))),
            Job::Save(draft) => {
                self.saved.borrow_mut().push(*draft);
                self.tell(Told::Saved(Ok(())));
            }
            Job::Plan(draft) => {
                let planned = preview(&draft, &facts());
                self.tell(Told::Planned(planned.map(|it| (Box::new(it), one("preflight", Outcome::Warn)))));
            }
            Job::Resolve(name) => self.tell(Told::Resolved(name, Resolution::Nothing)),
            Job::Setup { .. } => self.setup(),
            Job::TakeBack(_) => {
                self.tell(Told::Began(Verb::Rollback, Logs::default()));
                let standing = self.stand(Word::Nothing, &[]);
                let kept = vec!["/var/vmail, saved".to_owned()];
                self.tell(Told::TakenBack { undone: vec!["hostname".to_owned()], kept, standing });
            }
            Job::Check => self.tell(Told::Report(Ok(one("dovecot", Outcome::Warn)))),
            Job::Fetch => self.tell(Told::Fetched(Ok(()))),
            Job::Rehearse(_) => {
                self.tell(Told::Began(Verb::Rehearsal, Logs::default()));
                let standing = self.standing.borrow().clone();
                self.tell(Told::Ended { result: Err(Error::failed("the rehearsal failed")), standing });
            }
        }
    }

    fn setup(&self) {
        let logs = Logs { run: "/var/log/mailwright/run.log".into(), apt: "/var/log/mailwright/apt.log".into() };
        self.tell(Told::Began(Verb::Setup, logs));
        self.tell(Told::News(News::Step { id: "hostname".into() }));
        self.tell(Told::News(News::Change { what: "Name this machine".into() }));
        let failing = *self.failing.borrow();
        if failing > 0 {
            self.failing.replace(failing - 1);
            self.tell(Told::Phase(Phase::Failed("hostname", one("hostname", Outcome::Fail))));
            let standing = self.stand(Word::Failed, &["hostname"]);
            self.tell(Told::Ended { result: Err(Error::failed("a check failed").hint("mend it")), standing });
            return;
        }
        self.tell(Told::News(News::ChangeEnded { took: Duration::from_millis(1200) }));
        for step in steps::ALL {
            self.tell(Told::Phase(Phase::Checked(step.id, one(step.id, Outcome::Pass))));
        }
        let all: Vec<&str> = steps::ALL.iter().map(|step| step.id).collect();
        let standing = self.stand(Word::Finished, &all);
        self.tell(Told::Ended { result: Ok(()), standing });
    }
}

/// What one scenario came to.
struct Walked {
    shown: String,
    saved: Vec<Draft>,
    result: Result<(), Error>,
}

struct Scene {
    state: Word,
    stands: &'static [&'static str],
    draft: Draft,
    failing: usize,
    rows: usize,
}

impl Default for Scene {
    fn default() -> Self {
        Self { state: Word::Nothing, stands: &[], draft: Draft::default(), failing: 0, rows: 10_000 }
    }
}

fn played(scene: Scene, answers: &[&str]) -> Walked {
    let (tell, told) = mpsc::channel();
    let desk = FakeDesk {
        tell,
        standing: RefCell::default(),
        draft: scene.draft,
        failing: RefCell::new(scene.failing),
        saved: RefCell::default(),
    };
    desk.stand(scene.state, scene.stands);
    let answers = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let mut lines = Lines::new(Paper { shown: String::new(), answers, rows: scene.rows });
    let link = Link { give: &|job| desk.give(job), told };
    let result = walk(&State::new("/var/lib/mailwright"), &Stop::default(), &mut lines, link);
    let paper = lines.into_console();
    let left: Vec<&String> = paper.answers.iter().collect();
    assert!(left.is_empty(), "not asked for: {left:?}\n{}", paper.shown);
    Walked { shown: paper.shown, saved: desk.saved.into_inner(), result }
}

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
    assert_eq!(walked.result.unwrap_err().kind(), crate::error::Kind::Interrupted);
    assert_eq!(walked.saved.last().unwrap().get("hostname").as_deref(), Some("mail.example.org"));
}

#[test]
fn one_goes_to_any_step_and_is_told_what_is_missing() {
    // To the plan at once: the name is missing, and asked for.
    let walked = played(Scene::default(), &["1", "n", "steps", "9", "1", "mail.example.org", "leave"]);
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
