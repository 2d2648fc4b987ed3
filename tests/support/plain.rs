//! The walk line by line as a person uses it: what is asked is read from the screen, and answered.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support fails by panicking")]

use std::cell::Cell;
use std::time::{Duration, Instant};

use mailwright::question::TABLES;
use mailwright::words::say;

use super::pty::Terminal;
use super::wizard::word;

/// No talk has more questions up to a point that is waited for.
const MOST: usize = 100;

/// A terminal that only ever gets lines, with the walk in it.
pub struct Talk {
    pub terminal: Terminal,
    /// How much it had said when it was last answered, and when the last part of the talk began.
    answered: Cell<usize>,
    began: Cell<usize>,
}

/// What is asked.
#[derive(Debug)]
struct Asked {
    /// The question; of a table's menu, the table with what it holds.
    words: String,
    /// What can be chosen.
    options: Vec<String>,
}

impl Talk {
    pub fn new(terminal: Terminal) -> Self {
        Self { terminal, answered: Cell::new(0), began: Cell::new(0) }
    }

    /// Gives these answers to these questions, in this order; every other question is answered by Enter alone. Ends at
    /// the question `until`, which stays unanswered.
    pub fn go(&self, answers: &[(&str, &str)], until: &str, time: Duration) {
        self.began.set(self.terminal.bytes().len());
        let mut answers = answers.iter();
        let mut next = answers.next();
        let end = Instant::now() + time;
        for _ in 0..MOST {
            let asked = self.asked(end.saturating_duration_since(Instant::now()));
            if let Some((_, answer)) = next.filter(|(question, _)| asked.is(question)) {
                self.answer_now(answer);
                next = answers.next();
            } else if asked.is(until) {
                assert!(next.is_none(), "{next:?} was not asked before {until}: {}", self.terminal.story());
                return;
            } else {
                self.answer_now("");
            }
        }
        panic!("{until} did not come: {}", self.terminal.story());
    }

    /// What was said since that last part of the talk began.
    pub fn said(&self) -> String {
        let said = String::from_utf8_lossy(&self.terminal.bytes()[self.began.get()..]).into_owned();
        // Prose is broken into lines: words are looked for, whatever their line.
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether the words of this key were said since then.
    pub fn has_said(&self, key: &str) {
        assert!(self.said().contains(&word(key)), "{key} was not said: {}", self.terminal.story());
    }

    /// Answers the question at hand.
    pub fn answer_now(&self, answer: &str) {
        self.answered.set(self.terminal.bytes().len());
        self.terminal.send(&format!("{answer}\r"));
    }

    fn asked(&self, time: Duration) -> Asked {
        let end = Instant::now() + time;
        // First the answer has to be seen on the screen: until then the old question stands there.
        while self.terminal.bytes().len() <= self.answered.get() {
            assert!(Instant::now() < end, "nothing more was asked: {}", self.terminal.story());
            std::thread::sleep(Duration::from_millis(10));
        }
        // A question ends with a colon and a blank, behind which the cursor waits.
        let asked = self.terminal.wait_until(end.saturating_duration_since(Instant::now()), question);
        asked.unwrap_or_else(|| panic!("nothing was asked: {}", self.terminal.story()))
    }
}

impl Asked {
    fn is(&self, key: &str) -> bool {
        let offers = |key: &str| self.options.iter().any(|option| option.starts_with(&say(key, &[])));
        match key {
            // What a run or the opening leaves to be chosen, not what can be done with a table.
            "plain-what-now" => self.words.starts_with(&word(key)) && offers("plain-offer-leave"),
            key => self.words.starts_with(&word(key)),
        }
    }
}

/// The question behind which the cursor waits, if it does.
fn question(screen: &vt100::Screen) -> Option<Asked> {
    let (row, column) = screen.cursor_position();
    let (_, columns) = screen.size();
    let mut rows: Vec<String> = screen.rows(0, columns.get()).map(|row| row.trim_end().to_owned()).collect();
    rows.truncate(usize::from(row) + 1);
    let last = rows.pop()?;
    if !last.ends_with(':') || usize::from(column) != last.chars().count() + 1 {
        return None;
    }
    if !last.starts_with(&say("plain-number", &[])) {
        return Some(Asked { words: last, options: Vec::new() });
    }
    // A list: its title stands between an empty line and the choices.
    let title = rows.iter().rposition(String::is_empty).map_or(0, |at| at + 1);
    let number = |row: &String| Some(row.trim_start().split_once("  ")?.1.to_owned());
    let options: Vec<String> = rows.iter().skip(title + 1).filter_map(number).collect();
    let words = rows.get(title).cloned().unwrap_or_default();
    if !options.contains(&say("plain-item-import", &[])) {
        return Some(Asked { words, options });
    }
    let tables = TABLES.map(|(table, _)| say(&format!("question-{table}"), &[]));
    let heading = rows.iter().rfind(|row| tables.iter().any(|table| row.starts_with(table)));
    Some(Asked { words: heading.cloned().unwrap_or_default(), options })
}
