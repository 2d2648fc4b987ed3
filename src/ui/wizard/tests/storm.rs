//! Random keys, pastes, sizes and news: nothing brings the screen down.

use std::time::Duration;

use proptest::prelude::*;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::event::Event;
use super::samples::{Driven, draft, findings, machine, preview, report, standing};
use super::screens::drawn;
use crate::check::Outcome;
use crate::draft::Draft;
use crate::engine::undo::Forecast;
use crate::error::{Error, Kind};
use crate::log::Logs;
use crate::probe::dns::Resolution;
use crate::run::news::News;
use crate::run::setup::Phase;
use crate::run::standing::Word;
use crate::secret::Secret;
use crate::steps;
use crate::walk::{Told, Verb};
use crate::words::with_language;

/// How many events a storm has; `MAILWRIGHT_STORM` sets how many storms each language sees.
const EVENTS: usize = 200;

fn storms() -> u32 {
    std::env::var("MAILWRIGHT_STORM").ok().and_then(|count| count.parse().ok()).unwrap_or(12)
}

#[derive(Debug, Clone)]
enum Blow {
    Key(KeyCode, KeyModifiers),
    Paste(String),
    Resize(u16, u16),
    Told(u8, u8),
    Pass(u64),
}

fn key() -> impl Strategy<Value = Blow> {
    let codes = vec![
        KeyCode::Enter,
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::F(1),
        KeyCode::F(9),
        KeyCode::Null,
    ];
    let code = prop_oneof![
        2 => prop::sample::select(codes),
        2 => "[a-zA-Z0-9/?.@-]".prop_map(|text: String| KeyCode::Char(text.chars().next().unwrap())),
        1 => any::<char>().prop_map(KeyCode::Char),
    ];
    let modifiers =
        prop_oneof![4 => Just(KeyModifiers::NONE), 1 => Just(KeyModifiers::CONTROL), 1 => Just(KeyModifiers::ALT)];
    (code, modifiers).prop_map(|(code, modifiers)| Blow::Key(code, modifiers))
}

fn blow() -> impl Strategy<Value = Blow> {
    prop_oneof![
        12 => key(),
        1 => ".{0,40}".prop_map(Blow::Paste),
        1 => prop::sample::select(vec!["a.example.org\nb", "anna@example.org", "\u{1b}[201~", "日本語"]).prop_map(|text| Blow::Paste(text.into())),
        1 => (0_u16..220, 0_u16..70).prop_map(|(columns, lines)| Blow::Resize(columns, lines)),
        1 => Just(Blow::Resize(0, 0)),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(kind, which)| Blow::Told(kind, which)),
        1 => (0_u64..2000).prop_map(Blow::Pass),
    ]
}

fn told(kind: u8, which: u8) -> Told {
    let step = steps::ALL[usize::from(which) % steps::ALL.len()].id;
    let word = [Word::Nothing, Word::Running, Word::Interrupted, Word::Failed, Word::Finished, Word::Partly];
    let standing = standing(word[usize::from(which) % word.len()], usize::from(which) % 9);
    let error =
        || Error::new(if which.is_multiple_of(2) { Kind::Failed } else { Kind::Interrupted }, "it ended").hint("look");
    let machines = ["fresh-trixie", "fresh-bookworm", "web-server", "ubuntu", "nat", "finished-trixie"];
    let facts = machine(machines[usize::from(which) % machines.len()]);
    match kind % 21 {
        0 => Told::Looked { facts: Box::new(facts), standing, root: !which.is_multiple_of(3) },
        1 => Told::Drafted(Box::new(if which.is_multiple_of(2) { draft() } else { Draft::default() })),
        2 => {
            Told::Planned(Ok((Box::new(preview(&machine("fresh-trixie"), which.is_multiple_of(3))), findings(&facts))))
        }
        3 => Told::Planned(Err(error())),
        4 => Told::Saved(if which.is_multiple_of(2) { Ok(()) } else { Err(error()) }),
        5 => Told::Fetching(which),
        6 => Told::Fetched(if which.is_multiple_of(2) { Ok(()) } else { Err(error()) }),
        7 => Told::Resolved("mail.example.org".into(), Resolution::Nothing),
        8 => {
            let verb = [Verb::Setup, Verb::Rollback, Verb::Rehearsal][usize::from(which) % 3];
            Told::Began(verb, Logs::default())
        }
        9 => Told::News(News::Step { id: step.into() }),
        10 => Told::News(News::Change { what: "Install 10 packages".into() }),
        11 => Told::News(News::Percent { percent: which, note: "Unpacking".into() }),
        12 => Told::News(News::Log("line\twith \u{1b}[31m colours".into())),
        13 => Told::Phase(Phase::Checked(step, report(step, Outcome::Pass))),
        14 => Told::Phase(Phase::Failed(step, report(step, Outcome::Fail))),
        15 => Told::Ended { result: if which.is_multiple_of(2) { Ok(()) } else { Err(error()) }, standing },
        16 => Told::TakenBack { undone: vec![step.into()], kept: vec!["/etc/hosts".into()], standing },
        19 => {
            let forecast = Forecast { saves: vec!["mail".into(); usize::from(which)], leaves: vec!["a file".into()] };
            let of = [None, Some(step)][usize::from(which) % 2];
            Told::Forecast(of, if which.is_multiple_of(5) { Err(error()) } else { Ok(forecast) })
        }
        17 => Told::Report(Ok(report(step, Outcome::Warn))),
        18 => Told::Other(which.is_multiple_of(2).then(|| vec!["Install".into(); usize::from(which)])),
        _ if which.is_multiple_of(2) => Told::Hashed(1, Ok(Secret::new("x"))),
        _ => Told::Imported(Err(vec!["CSV:2: no".into()])),
    }
}

fn weather(blows: Vec<Blow>) {
    let mut driven = Driven::usual();
    for (n, blow) in blows.into_iter().enumerate() {
        match blow {
            Blow::Key(code, modifiers) => driven.event(Event::Key(KeyEvent::new(code, modifiers))),
            Blow::Paste(text) => driven.event(Event::Paste(text)),
            Blow::Resize(columns, lines) => driven.event(Event::Resize(columns, lines)),
            Blow::Told(kind, which) => {
                driven.told(told(kind, which));
            }
            Blow::Pass(time) => {
                driven.pass(Duration::from_millis(time));
            }
        }
        if n % 4 == 0 {
            drawn(&driven);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: storms(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nothing_brings_the_screen_down(blows in prop::collection::vec(blow(), EVENTS)) {
        weather(blows);
    }

    #[test]
    fn nothing_brings_the_french_screen_down(blows in prop::collection::vec(blow(), EVENTS)) {
        with_language("fr", || weather(blows));
    }
}
