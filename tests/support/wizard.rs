//! The wizard as a person uses it: by keys, going by what stands on the screen.
//!
//! Every word and every key that the tests go by stands here; the words are those of the program itself.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support fails by panicking")]

use std::time::{Duration, Instant};

use mailwright::words::say;

use super::pty::{Terminal, keys};

/// What a screen may take to change after a key.
const SOON: Duration = Duration::from_secs(20);
/// What a whole run may take.
pub const RUN: Duration = Duration::from_secs(300);

/// What stands before the thing that the next key acts on.
const POINTER: char = '›';
/// The keys of the pages.
pub const NEXT: &str = "\x0e";
pub const START: &str = "S";
pub const FETCH: &str = "f";
pub const YES: &str = "y";
pub const LEAVE: &str = keys::CTRL_C;
pub const CLOSING: &str = "s";
pub const HEALTH: &str = "h";
pub const CHECK: &str = "r";

/// The mailbox that the tests give, and its password.
pub const MAILBOX: &str = "anna@example.org";
pub const PASSWORD: &str = "correct horse \"battery\" staple";
/// The server's name.
pub const HOSTNAME: &str = "mail.example.org";

/// A word of the screen, as far as it stands in one line whatever the width.
pub fn word(key: &str) -> String {
    say(key, &[]).split_whitespace().take(4).collect::<Vec<_>>().join(" ")
}

/// A step's title.
pub fn title(step: &str) -> String {
    say(&format!("step-{step}"), &[])
}

/// Waits for a word of the screen.
pub fn sees(terminal: &Terminal, key: &str, time: Duration) {
    terminal.wait_for(&word(key), time);
}

/// Waits for the first of these words, and says its key.
pub fn sees_one<'a>(terminal: &Terminal, keys: &[&'a str], time: Duration) -> &'a str {
    let words: Vec<String> = keys.iter().map(|key| word(key)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = terminal.wait_for_any(&words, time);
    keys[words.iter().position(|word| *word == found).unwrap()]
}

/// What the pointer stands before.
pub fn pointed(terminal: &Terminal) -> Option<String> {
    let screen = terminal.screen();
    // What lies over a page is drawn after it, further to the right.
    let after = |line: &str| Some(line.split_once(POINTER)?.1.trim().trim_end_matches('│').trim().to_owned());
    screen.lines().filter_map(after).next_back()
}

/// Goes down to the line that starts with this, from wherever the pointer is.
pub fn point_at(terminal: &Terminal, text: &str) {
    let mut seen = Vec::new();
    for key in std::iter::once("").chain(std::iter::repeat_n(keys::DOWN, 60)).chain(std::iter::repeat_n(keys::UP, 60)) {
        terminal.send(key);
        let there = terminal.wait_until(Duration::from_millis(150), |screen| {
            let lines = screen.contents();
            lines
                .lines()
                .any(|line| line.split_once(POINTER).is_some_and(|(_, at)| at.trim().starts_with(text)))
                .then_some(())
        });
        if there.is_some() {
            return;
        }
        let at = pointed(terminal);
        // The end of the list: no use to press on.
        if seen.len() > 120 {
            break;
        }
        seen.push(at);
    }
    panic!("{text:?} cannot be pointed at: {}", terminal.story());
}

/// Chooses the line that starts with this.
pub fn choose(terminal: &Terminal, key: &str) {
    point_at(terminal, &word(key));
    terminal.send(keys::ENTER);
}

/// On through the pages to the one of this step.
pub fn to_step(terminal: &Terminal, step: &str) {
    for at in here(terminal) + 1..=place(step) {
        terminal.send(NEXT);
        is_at(terminal, mailwright::steps::ALL[at].id);
    }
}

/// Waits for the page of this step: its title with the number before it.
pub fn is_at(terminal: &Terminal, step: &str) {
    let at = |screen: &vt100::Screen| shows_step(&screen.contents(), place(step)).then_some(());
    assert!(terminal.wait_until(SOON, at).is_some(), "not at the step {step}: {}", terminal.story());
}

/// The place of the step whose page is shown.
fn here(terminal: &Terminal) -> usize {
    let screen = terminal.screen();
    let found = (0..mailwright::steps::ALL.len()).find(|at| shows_step(&screen, *at));
    found.unwrap_or_else(|| panic!("at no step: {}", terminal.story()))
}

fn place(step: &str) -> usize {
    mailwright::steps::ALL.iter().position(|one| one.id == step).unwrap()
}

fn shows_step(screen: &str, place: usize) -> bool {
    let step = &mailwright::steps::ALL[place];
    let (number, of) = ((place + 1).to_string(), mailwright::steps::ALL.len().to_string());
    let narrow = say("wizard-step-of", &[("step", &number), ("of", &of)]);
    // Wide, the steps stand at the side, and the page begins with its title and its why.
    let (title, why) = (title(step.id), say(&format!("step-{}-why", step.id), &[]));
    let begin: String = why.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    let lines: Vec<&str> = screen.lines().collect();
    let wide = |pair: &[&str]| pair[0].trim_end().ends_with(&title) && pair[1].contains(&begin);
    screen.contains(&format!("{narrow} ")) || lines.windows(2).any(wide)
}

/// From the first page, once the machine was looked at, to the page of the name.
pub fn begin(terminal: &Terminal) {
    is_at(terminal, "preflight");
    terminal.wait_gone(&word("wizard-looking-at"), SOON);
    to_step(terminal, "hostname");
}

/// Gives the server's name.
pub fn name(terminal: &Terminal) {
    terminal.send(keys::CTRL_U);
    terminal.send(HOSTNAME);
    terminal.wait_for(HOSTNAME, SOON);
}

/// From the page of the name, with a name, to the tables.
pub fn to_tables(terminal: &Terminal, fetch: bool) {
    to_step(terminal, "packages");
    if fetch {
        terminal.send(FETCH);
    }
    to_step(terminal, "database");
}

/// Adds the mailbox, and the alias that the contact wants.
pub fn tables(terminal: &Terminal) {
    add(terminal, "mailbox", &[MAILBOX, PASSWORD, ""]);
    terminal.wait_for(&format!("{} (1)", say("question-mailbox", &[])), SOON);
    add(terminal, "alias", &["postmaster@example.org", MAILBOX]);
    terminal.wait_for(&format!("{} (1)", say("question-alias", &[])), SOON);
}

/// Adds a row to a table that has none yet: its cells, the first one first; an empty one stays as it is.
fn add(terminal: &Terminal, table: &str, cells: &[&str]) {
    let heading = say(&format!("question-{table}"), &[]);
    let below = |screen: &vt100::Screen| {
        let text = screen.contents();
        // Beside the page stand the steps, one of which may begin with the same word.
        let lines: Vec<&str> = text.lines().map(|line| line.split_once('│').map_or(line, |(_, page)| page)).collect();
        let at = lines.iter().position(|line| line.contains(&heading))?;
        lines.get(at + 1)?.contains(POINTER).then_some(())
    };
    for key in std::iter::repeat_n(keys::UP, 12).chain(std::iter::repeat_n(keys::DOWN, 24)) {
        if terminal.wait_until(Duration::from_millis(150), below).is_some() {
            break;
        }
        terminal.send(key);
    }
    assert!(terminal.wait_until(SOON, below).is_some(), "the table {table} cannot be reached: {}", terminal.story());
    terminal.send(keys::ENTER);
    terminal.wait_for(&format!("─ {heading} ─"), SOON);
    for cell in cells {
        terminal.send(cell);
        terminal.send(keys::ENTER);
    }
    terminal.wait_gone(&format!("─ {heading} ─"), SOON);
}

/// From the tables to the review, whose plan is ready then.
pub fn to_review(terminal: &Terminal) {
    to_step(terminal, mailwright::steps::ALL.last().unwrap().id);
    terminal.send(NEXT);
    plan_is_ready(terminal);
}

/// Waits for the review with its plan.
pub fn plan_is_ready(terminal: &Terminal) {
    sees(terminal, "wizard-start", SOON);
    terminal.wait_gone(&word("wizard-changes-planning"), Duration::from_secs(60));
}

/// From whatever page of the answers to the review.
pub fn on_to_review(terminal: &Terminal) {
    for _ in 0..=mailwright::steps::ALL.len() {
        if terminal.shows(&word("wizard-start")) {
            return plan_is_ready(terminal);
        }
        terminal.send(NEXT);
        std::thread::sleep(Duration::from_millis(300));
    }
    panic!("the review cannot be reached: {}", terminal.story());
}

/// Goes on with a run that was cut off, from the page of who comes back.
pub fn resume(terminal: &Terminal) {
    sees(terminal, "wizard-back", SOON);
    go(terminal, || choose(terminal, "wizard-choice-resume"));
}

/// From the first page to the review.
pub fn answer_all(terminal: &Terminal) {
    begin(terminal);
    name(terminal);
    to_tables(terminal, false);
    tables(terminal);
    to_review(terminal);
}

/// Starts the setup from the review; returns when it is at work.
pub fn start(terminal: &Terminal) {
    go(terminal, || terminal.send(START));
}

/// Starts a run by this act, with a yes where it asks; the question comes as soon as the plan is ready.
fn go(terminal: &Terminal, act: impl Fn()) {
    let (yes, runs) = (say("ask-yes", &[]), word("wizard-run-setup"));
    act();
    if terminal.wait_for_any(&[&yes, &runs], RUN) == yes {
        agree(terminal);
        sees(terminal, "wizard-run-setup", SOON);
    }
}

/// Says yes to the question at hand.
pub fn agree(terminal: &Terminal) {
    terminal.wait_for(&say("ask-yes", &[]), SOON);
    // A rollback first tells what it comes to.
    terminal.wait_gone(&say("undo-looking", &[]), RUN);
    terminal.send(YES);
}

/// Waits for the health screen on which all is well, but that nobody has published the key yet that the run made.
pub fn is_well_but_for_the_new_key(terminal: &Terminal) {
    let (ok, warning) = (say("report-count-pass", &[("count", "")]), say("report-count-warn", &[("count", "1")]));
    let (end, record) = (format!("{}, {warning}", ok.trim()), "s1._domainkey.");
    let shown = |screen: &vt100::Screen| {
        let text = screen.contents();
        (text.contains(record) && text.lines().any(|line| line.trim_end().ends_with(&end))).then_some(())
    };
    assert!(terminal.wait_until(SOON, shown).is_some(), "other than {end:?}: {}", terminal.story());
}

/// Waits until a run ends in this page; any other end is told with its screen.
pub fn ends_in(terminal: &Terminal, key: &str) {
    let began = Instant::now();
    let all = ["wizard-failed", "wizard-stopped", "wizard-health-well", "wizard-health-look", "closing-programs"];
    let end = sees_one(terminal, &all, RUN);
    assert!(end == key, "{end} after {:?}: {}", began.elapsed(), terminal.story());
}

/// Tries again after a failure; returns when the run is at work.
pub fn retry(terminal: &Terminal) {
    go(terminal, || choose(terminal, "wizard-choice-retry"));
}

/// Undoes the step that failed; returns when it is undone.
pub fn undo_step(terminal: &Terminal) {
    choose(terminal, "wizard-choice-undo-step");
    agree(terminal);
    sees(terminal, "wizard-choice-again", RUN);
}
