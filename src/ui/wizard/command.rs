//! The keys of each page: one table for what they do, for the line at the foot, and for the help.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::app::App;
use super::item::{Go, Item};
use super::page::Page;
use crate::steps::{self, Step};
use crate::words::say;

/// A key with what it does.
pub struct Command {
    /// How the key is called.
    pub key: &'static str,
    /// What it does, in a word or two.
    pub words: String,
    /// What it does.
    pub go: Option<Go>,
    /// Whether the line at the foot leaves it out.
    pub hidden: bool,
}

impl Command {
    /// How the key is called, and others that do the same.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let apart = if self.key == "/" { ' ' } else { '/' };
        self.key.split(apart)
    }

    /// The same, left out of the line at the foot where another key there does it.
    const fn unless(mut self, other: bool) -> Self {
        self.hidden = other;
        self
    }
}

/// A key's name in the language that is spoken, as it stands on keyboards.
#[must_use]
pub fn name(key: &str) -> String {
    match key {
        "Enter" => say("wizard-name-enter", &[]),
        "PgDn" => say("wizard-name-page-down", &[]),
        "PgUp" => say("wizard-name-page-up", &[]),
        "Space" => say("wizard-name-space", &[]),
        "Esc" => say("wizard-name-escape", &[]),
        key => key.to_owned(),
    }
}

/// What a key of this page asks for.
#[must_use]
pub fn of(app: &App, key: KeyEvent) -> Option<Go> {
    let known = commands(app);
    known.into_iter().find(|command| command.names().any(|name| is(app, key, name)))?.go
}

/// Whether a key has this name: `?`, `PgDn`, `F1` or `Ctrl-N`.
fn is(app: &App, key: KeyEvent, name: &str) -> bool {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match (name, key.code) {
        ("PgDn", KeyCode::PageDown) | ("PgUp", KeyCode::PageUp) | ("F1", KeyCode::F(1)) => true,
        // No answer on a page holds one, so it asks for help while one types, too.
        ("?", KeyCode::Char('?')) => !control,
        (name, KeyCode::Char(c)) if control => {
            name.strip_prefix("Ctrl-").is_some_and(|letter| letter.eq_ignore_ascii_case(&c.to_string()))
        }
        (name, KeyCode::Char(c)) => !app.typing() && name.chars().eq([c]),
        _ => false,
    }
}

fn command(key: &'static str, words: String, go: Go) -> Command {
    Command { key, words, go: Some(go), hidden: false }
}

/// A key that is told though the page itself knows what it does.
const fn told(key: &'static str, words: String) -> Command {
    Command { key, words, go: None, hidden: false }
}

/// The keys of the page at hand, the most needed first.
#[must_use]
pub fn commands(app: &App) -> Vec<Command> {
    let mut all = match app.page {
        Page::Step(_) => step(app),
        Page::Review => review(app),
        Page::Run => run(app),
        Page::Failure => failure(app),
        Page::Back | Page::Undone => vec![enter()],
        Page::Health => health(app),
        Page::Closing => closing(app),
        Page::Other => Vec::new(),
    };
    let running = app.is_busy();
    if !matches!(app.page, Page::Run | Page::Other) && !running {
        let name = if app.typing() { "Ctrl-G/g" } else { "g/Ctrl-G" };
        all.push(command(name, say("wizard-key-steps", &[]), Go::Steps));
    }
    all.push(command("?/F1", say("wizard-key-help", &[]), Go::Help));
    if !running {
        let name = if app.typing() { "Ctrl-C/q" } else { "q/Ctrl-C" };
        all.push(command(name, say("wizard-key-leave", &[]), Go::Leave));
    }
    all
}

fn enter() -> Command {
    told("Enter", say("wizard-key-choose", &[]))
}

fn step(app: &App) -> Vec<Command> {
    let mut all = match app.focus {
        Some(Item::Row(..)) => vec![
            told("Enter", say("wizard-key-edit", &[])),
            command("a", say("wizard-key-add", &[]), Go::Add),
            command("d", say("wizard-key-delete", &[]), Go::Delete),
            command("i", say("wizard-key-import", &[]), Go::Import),
        ],
        Some(Item::Add(_)) => vec![
            command("Enter/a", say("wizard-key-add", &[]), Go::Add),
            command("i", say("wizard-key-import", &[]), Go::Import),
        ],
        Some(Item::Default(_)) => vec![
            told("Enter", say("wizard-key-accept", &[])),
            command("a", say("wizard-key-other", &[]), Go::Add),
            command("i", say("wizard-key-import", &[]), Go::Import),
        ],
        Some(Item::Change(..) | Item::Check(_)) => vec![told("Enter", say("wizard-key-diff", &[]))],
        Some(Item::Answer(_)) if !app.typing() => {
            let arrows = "Space";
            vec![told(arrows, say("wizard-key-other", &[])), told("Enter", say("wizard-key-accept", &[]))]
        }
        Some(Item::Answer(_)) => vec![told("Enter", say("wizard-key-accept", &[]))],
        _ => vec![told("Enter", say("wizard-key-next", &[]))],
    };
    let on = matches!(app.focus, Some(Item::Go(Go::Next)));
    // Where there is more of the page, these two keys show it.
    let next = if app.can_scroll(true) { "Ctrl-N" } else { "PgDn/Ctrl-N" };
    all.push(command(next, say("wizard-key-next", &[]), Go::Next).unless(on));
    if app.step().is_some_and(|step| step.id == steps::preflight::STEP.id) {
        all.push(command("r", say("wizard-key-look", &[]), Go::Look));
    }
    if can_fetch(app) {
        all.push(command("f", say("wizard-key-fetch", &[]), Go::Fetch).unless(app.typing()));
    }
    if app.walk.root && app.step().is_some_and(|step| app.walk.step_preview(step.id).is_some()) {
        all.push(command("A", say("wizard-key-alone", &[]), Go::StepAlone).unless(app.typing()));
    }
    if let Some(step) = app.step().filter(|step| app.walk.root && stands(app, step)) {
        all.push(command("U", say("wizard-key-undo-step", &[]), Go::Undo(Some(step.id))).unless(app.typing()));
    }
    let previous = if app.can_scroll(false) { "Ctrl-P" } else { "PgUp/Ctrl-P" };
    all.push(command(previous, say("wizard-key-previous", &[]), Go::Previous));
    all
}

/// Whether a change of the step stands on this server.
fn stands(app: &App, step: &Step) -> bool {
    app.walk.standing.changes.iter().any(|change| change.step == step.id)
}

/// Whether packages can be fetched ahead, on a page that speaks of them.
#[must_use]
pub fn can_fetch(app: &App) -> bool {
    let here = app.step().is_some_and(|step| [steps::preflight::STEP.id, steps::packages::STEP.id].contains(&step.id));
    here && app.walk.may_fetch()
}

fn review(app: &App) -> Vec<Command> {
    let mut all = vec![match app.focus {
        Some(Item::Change(..)) => told("Enter", say("wizard-key-diff", &[])),
        _ => enter(),
    }];
    all.push(command("/", say("wizard-key-search", &[]), Go::Search));
    if app.walk.root {
        all.push(command("S", say("wizard-key-start", &[]), Go::Start(None)));
        all.push(command("R", say("wizard-key-rehearse", &[]), Go::Rehearse));
    }
    all.push(told("Esc", say("wizard-key-previous", &[])));
    all
}

fn run(app: &App) -> Vec<Command> {
    let mut all = vec![command("l", say("wizard-key-log", &[]), Go::Log)];
    if app.walk.is_running() {
        all.push(command("Ctrl-C", say("wizard-key-stop", &[]), Go::Stop));
    } else {
        all.insert(0, enter());
    }
    all
}

fn failure(app: &App) -> Vec<Command> {
    let mut all = vec![enter(), command("r", say("wizard-key-retry", &[]), Go::Retry)];
    if app.walk.failure.as_ref().is_some_and(|failure| failure.step.is_some()) {
        all.push(command("c", say("wizard-key-change", &[]), Go::Change));
    }
    all.push(command("l", say("wizard-key-log", &[]), Go::Log));
    all
}

fn health(_: &App) -> Vec<Command> {
    vec![
        command("r", say("wizard-key-again", &[]), Go::Again),
        command("e", say("wizard-key-answers", &[]), Go::Walk),
        command("s", say("wizard-key-closing", &[]), Go::Closing),
        told("Enter", say("wizard-key-diff", &[])),
        command("u", say("wizard-key-undo", &[]), Go::Undo(None)),
    ]
}

fn closing(_: &App) -> Vec<Command> {
    vec![
        command("c", say("wizard-key-copy", &[]), Go::Copy),
        command("w", say("wizard-key-write", &[]), Go::Write),
        command("h", say("wizard-key-health", &[]), Go::Health),
        command("u", say("wizard-key-undo", &[]), Go::Undo(None)),
    ]
}
