//! Walks at every stage, made from recorded machines and hand-made previews.

use std::time::{Duration, Instant};

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::app::App;
use super::super::event::{Act, Event};
use super::super::theme::Theme;
use crate::answers::Answers;
use crate::check::{Check, Checked, Outcome, Report};
use crate::draft::Draft;
use crate::error::{Error, Kind};
use crate::facts::{Facts, Release};
use crate::log::Logs;
use crate::plan::{Plan, Standing as Holding, TextChange};
use crate::probe::checks::{self, Context};
use crate::run::news::News;
use crate::run::setup::Phase;
use crate::run::standing::{Change, LastRun, Standing, Word};
use crate::steps;
use crate::ui::preview::{ChangePreview, Preview, StepPreview};
use crate::walk::{Told, Verb};

/// argon2id of "password", cheap.
const HASH: &str = "{ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

/// What a test drives: the screen and its clock.
pub struct Driven {
    pub app: App,
    pub now: Instant,
    pub acts: Vec<Act>,
}

pub fn machine(name: &str) -> Facts {
    let path = format!("{}/tests/machines/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub fn draft() -> Draft {
    Draft::from_toml(&format!(
        "hostname = \"mail.example.org\"\ncontact = \"anna@example.org\"\n[[domain]]\nname = \"example.org\"\n\
         [[domain]]\nname = \"example.net\"\n[[mailbox]]\naddress = \"anna@example.org\"\npassword_hash = \"{HASH}\"\n\
         quota = \"2G\"\n[[mailbox]]\naddress = \"ben@example.net\"\npassword_hash = \"{HASH}\"\n[[alias]]\n\
         address = \"info@example.org\"\nto = [\"anna@example.org\", \"ben@example.net\"]\n"
    ))
    .unwrap()
}

pub fn answers() -> Answers {
    draft().answers().unwrap()
}

/// Every change still to be made; the hosts file was edited by hand.
pub fn preview(facts: &Facts, holds: bool) -> Preview {
    let plan = Plan::new(&answers(), facts).unwrap();
    let change = |change: &crate::change::Change| {
        let text = match change {
            crate::change::Change::File { path, content, .. } => {
                let before = (path.as_os_str() == "/etc/hosts").then(|| facts.hosts.clone());
                Some(TextChange { before, after: content.shown() })
            }
            _ => None,
        };
        let differs = Holding::Differs { what: vec![change.describe()], edited_by_hand: false, text };
        ChangePreview {
            subject: change.subject(),
            describe: change.describe(),
            paths: change.paths(),
            change: change.clone(),
            standing: if holds { Holding::Holds } else { differs },
        }
    };
    let step = |stage: &crate::plan::Stage| StepPreview {
        means: stage.means.clone(),
        id: stage.step.id,
        changes: stage.changes.iter().map(change).collect(),
    };
    Preview { version: 1, steps: plan.stages.iter().map(step).collect() }
}

pub fn findings(facts: &Facts) -> Report {
    let id = steps::preflight::STEP.id;
    checks::report(&[(id, (steps::preflight::STEP.checks)(&answers(), facts))], &Context::new(Release::Trixie))
}

/// The checks of a step, all of this outcome.
pub fn report(id: &str, outcome: Outcome) -> Report {
    let step = steps::named(id).unwrap();
    let checked = |check: Check| Checked {
        step: step.id,
        id: check.id(),
        title: check.title(),
        outcome,
        evidence: "connected to 198.51.100.7:25 in 3 ms; the answer was 220 mail.example.org".to_owned(),
        means: if outcome == Outcome::Pass { String::new() } else { check.means() },
        fix: if outcome == Outcome::Pass { String::new() } else { check.fix() },
    };
    Report { checks: (step.checks)(&answers(), &machine("fresh-trixie")).into_iter().map(checked).collect() }
}

pub fn standing(state: Word, steps_done: usize) -> Standing {
    let last_run =
        LastRun { at: "2026-11-24T14:56:53Z".into(), verb: "setup".into(), program: "0.1.0".into(), to: None };
    let of = |step: &StepPreview| {
        let id = step.id;
        step.changes
            .iter()
            .map(move |change| Change { step: id.into(), subject: change.subject.clone(), done: true })
            .collect::<Vec<_>>()
    };
    let preview = preview(&machine("fresh-trixie"), false);
    let changes = preview.steps.iter().take(steps_done).flat_map(of).collect();
    Standing { state, last_run: (state != Word::Nothing).then_some(last_run), changes, ..Standing::default() }
}

impl Driven {
    /// A screen on which nothing is known yet.
    pub fn new(theme: Theme, size: (u16, u16)) -> Self {
        let now = Instant::now();
        let (mut app, acts) = App::new(theme, size, now);
        app.kept_in = "/var/lib/mailwright".to_owned();
        Self { app, now, acts }
    }

    /// A screen of the usual size.
    pub fn usual() -> Self {
        Self::new(Theme::new(true, true), (80, 24))
    }

    pub fn event(&mut self, event: Event) {
        let acts = self.app.update(event, self.now);
        self.acts.extend(acts);
    }

    pub fn told(&mut self, told: Told) -> &mut Self {
        self.event(Event::Told(Box::new(told)));
        self
    }

    pub fn looked(&mut self, name: &str, standing: Standing, root: bool) -> &mut Self {
        self.told(Told::Looked { facts: Box::new(machine(name)), standing, root })
    }

    /// On a fresh machine, with nothing answered.
    pub fn fresh(&mut self) -> &mut Self {
        self.looked("fresh-trixie", Standing::default(), true);
        self.told(Told::Findings(findings(&machine("fresh-trixie"))))
    }

    /// All answered and planned.
    pub fn answered(&mut self) -> &mut Self {
        self.fresh().told(Told::Drafted(Box::new(draft())));
        self.planned(false)
    }

    pub fn planned(&mut self, holds: bool) -> &mut Self {
        self.pass(Duration::from_secs(1));
        let facts = machine("fresh-trixie");
        self.told(Told::Planned(Ok((Box::new(preview(&facts, holds)), findings(&facts)))))
    }

    /// Time passes.
    pub fn pass(&mut self, time: Duration) -> &mut Self {
        self.now += time;
        self.event(Event::Tick);
        self
    }

    /// Keys by their names, parted by blanks: `Enter`, `C-g`, `x`; in quotation marks a text.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for name in keys.split(' ').filter(|name| !name.is_empty()) {
            match name.strip_prefix('"') {
                Some(text) => text.chars().for_each(|c| self.press(KeyCode::Char(c), false)),
                None => match name.strip_prefix("C-") {
                    Some(letter) => self.press(KeyCode::Char(letter.chars().next().unwrap()), true),
                    None => self.press(named(name), false),
                },
            }
        }
        self
    }

    fn press(&mut self, code: KeyCode, control: bool) {
        let modifiers = if control { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
        self.event(Event::Key(KeyEvent::new(code, modifiers)));
    }

    /// A run at work, in the packages.
    pub fn at_work(&mut self) -> &mut Self {
        self.told(Told::Began(Verb::Setup, logs()));
        for (id, changes) in [("hostname", 1), ("hosts", 1)] {
            self.told(Told::News(News::Step { id: id.into() }));
            for _ in 0..changes {
                self.told(Told::News(News::Change { what: format!("something of {id}") }));
                self.told(Told::News(News::ChangeEnded { took: Duration::from_millis(3) }));
            }
            let passed = report(steps::named(id).unwrap().id, Outcome::Pass);
            self.told(Told::Phase(Phase::Checked(steps::named(id).unwrap().id, passed)));
        }
        self.told(Told::News(News::Step { id: "packages".into() }));
        self.told(Told::News(News::Change { what: "Install 10 packages".into() }));
        for n in 0..30 {
            self.told(Told::News(News::Log(format!("apt-get  line {n} of what it said"))));
        }
        self.told(Told::News(News::Percent { percent: 42, note: "Unpacking dovecot-core (amd64)".into() }))
    }

    /// A run that stopped with an error amid the packages.
    pub fn failed(&mut self) -> &mut Self {
        let error = Error::failed("the packages could not be installed")
            .caused_by("apt-get ended with exit code 100")
            .caused_by("E: Failed to fetch http://deb.example.org/postfix_3.10.deb  Could not connect")
            .hint("see whether the mirror answers, then try again");
        self.at_work().told(Told::Ended { result: Err(error), standing: standing(Word::Failed, 3) })
    }

    /// A run that stopped because a check failed.
    pub fn check_failed(&mut self) -> &mut Self {
        let id = steps::named("postfix").unwrap().id;
        self.at_work().told(Told::News(News::Step { id: id.into() }));
        let mut checks = report(id, Outcome::Pass).checks;
        checks.truncate(3);
        checks.extend(report(id, Outcome::Fail).checks.into_iter().take(1));
        self.told(Told::Phase(Phase::Failed(id, Report { checks })));
        let error = Error::failed("the step postfix was applied but a check of it failed");
        let done = steps::ALL.iter().position(|step| step.id == id).map_or(0, |at| at + 1);
        self.told(Told::Ended { result: Err(error), standing: standing(Word::Failed, done) })
    }

    pub fn stopped(&mut self) -> &mut Self {
        let error = Error::new(Kind::Interrupted, "the run was interrupted and ended after the change in hand")
            .hint("go on with `mailwright resume`, or go back with `mailwright rollback`");
        self.at_work().keys("C-c").told(Told::Ended { result: Err(error), standing: standing(Word::Interrupted, 3) })
    }

    /// A setup that came to its end.
    pub fn finished(&mut self) -> &mut Self {
        self.at_work().told(Told::Ended { result: Ok(()), standing: standing(Word::Finished, 8) });
        let facts = machine("finished-trixie");
        self.told(Told::Looked { facts: Box::new(facts), standing: standing(Word::Finished, 8), root: true })
    }

    pub fn health(&mut self) -> &mut Self {
        self.looked("finished-trixie", standing(Word::Finished, 8), true);
        self.told(Told::Drafted(Box::new(draft())));
        let mut checks: Vec<Checked> =
            steps::ALL.iter().skip(1).flat_map(|step| report(step.id, Outcome::Pass).checks).collect();
        let last = checks.len() - 1;
        checks[last] = report("postfix", Outcome::Warn).checks.remove(0);
        self.told(Told::Report(Ok(Report { checks })))
    }
}

pub fn logs() -> Logs {
    let path = |end: &str| format!("/var/log/mailwright/2026-11-24T145653-setup{end}.log").into();
    Logs { run: path(""), apt: path("-apt") }
}

fn named(name: &str) -> KeyCode {
    match name {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "BackTab" => KeyCode::BackTab,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PgUp" => KeyCode::PageUp,
        "PgDn" => KeyCode::PageDown,
        "Backspace" => KeyCode::Backspace,
        "F1" => KeyCode::F(1),
        one => KeyCode::Char(one.chars().next().unwrap()),
    }
}
