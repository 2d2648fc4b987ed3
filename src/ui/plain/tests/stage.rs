//! The stage of the tests: a scripted admin, and a desk that only says it did things.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use super::super::ask::{Out, Said};
use super::super::lines::{Console, Lines};
use super::super::talk::Link;
use super::super::walk;
use crate::check::{Checked, Outcome, Report};
use crate::draft::Draft;
use crate::engine::undo::Forecast;
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

    fn read_hidden(&mut self, words: &str) -> Said<Secret> {
        self.put(words);
        self.answer(|_| "> (hidden)".into()).map(Secret::new)
    }

    fn news(&mut self, news: News) {
        writeln!(self.shown, "  {news:?}").unwrap();
    }

    fn forget(&mut self) {
        self.shown.push_str("<typed ahead is forgotten>\n");
    }

    fn rows(&self) -> usize {
        self.rows
    }
}

fn facts() -> Facts {
    let text = include_str!("../../../../tests/machines/fresh-trixie.json");
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
        means: stage.means.clone(),
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
        let standing =
            Standing { state, last_run: None, changes: steps.iter().map(change).collect(), ..Standing::default() };
        self.standing.replace(standing.clone());
        standing
    }

    fn give(&self, job: Job) {
        match job {
            Job::Look => {
                let (facts, standing) = (Box::new(facts()), self.standing.borrow().clone());
                if standing.state == Word::Running {
                    self.other_ends();
                }
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
            Job::Forecast(step) => {
                let (saves, leaves) = (vec!["2 messages of /var/vmail".to_owned()], vec!["/etc/hosts".to_owned()]);
                self.tell(Told::Forecast(step, Ok(Forecast { saves, leaves })));
            }
            Job::TakeBack(_) => {
                self.tell(Told::Began(Verb::Rollback, Logs::default()));
                let standing = self.stand(Word::Nothing, &[]);
                let kept = vec!["/var/vmail, saved".to_owned()];
                self.tell(Told::TakenBack { undone: vec!["hostname".to_owned()], kept, standing });
            }
            Job::Check => self.tell(Told::Report(Ok(one("dovecot", Outcome::Warn)))),
            Job::Fetch => self.tell(Told::Fetched(Ok(()))),
            Job::Hash(..) | Job::Import { .. } | Job::Write { .. } => {}
            Job::Rehearse(_) => {
                self.tell(Told::Began(Verb::Rehearsal, Logs::default()));
                let standing = self.standing.borrow().clone();
                self.tell(Told::Ended { result: Err(Error::failed("the rehearsal failed")), standing });
            }
        }
    }

    /// Another mailwright says a few things, and ends soon.
    fn other_ends(&self) {
        let standing = self.stand(Word::Interrupted, &["hostname"]);
        let (tell, draft) = (self.tell.clone(), self.draft.clone());
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            let lines = |text: &str| Some(text.split(' ').map(str::to_owned).collect());
            let looked = Told::Looked { facts: Box::new(facts()), standing, root: true };
            let drafted = Told::Drafted(Box::new(draft));
            let told =
                [Told::Other(lines("one two")), Told::Other(lines("two three")), Told::Other(None), looked, drafted];
            for told in told {
                drop(tell.send(told));
            }
        });
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
pub(super) struct Walked {
    pub shown: String,
    pub saved: Vec<Draft>,
    pub result: Result<(), Error>,
}

pub(super) struct Scene {
    pub state: Word,
    pub stands: &'static [&'static str],
    pub draft: Draft,
    pub failing: usize,
    pub rows: usize,
}

impl Default for Scene {
    fn default() -> Self {
        Self { state: Word::Nothing, stands: &[], draft: Draft::default(), failing: 0, rows: 10_000 }
    }
}

pub(super) fn played(scene: Scene, answers: &[&str]) -> Walked {
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
