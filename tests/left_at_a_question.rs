//! A question that nobody answers any more ends: the terminal is gone, with its signal or without, or somebody ends the
//! program. The lock is free then, and nothing was changed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::engine::journal::{After, Before, Event};
use mailwright::engine::{Journal, State};
use rustix::process::Signal;

#[path = "support/pty.rs"]
mod pty;

use pty::{Terminal, keys};

const SOON: Duration = Duration::from_secs(20);

/// A rollback that stands at its question: of a change that was none.
struct Asked {
    dir: tempfile::TempDir,
    terminal: Terminal,
}

impl Asked {
    fn new(before: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path().join("state"));
        state.create().unwrap();
        let mut journal = Journal::load(&state).unwrap();
        let nothing = Before::Paths { paths: [].into(), wanted: None };
        let seq = journal.begin("postfix", "nothing at all", nothing).unwrap();
        journal.append(Event::Done { seq, after: After::default() }).unwrap();
        let state = state.dir().display().to_string();
        let words = [before, &[env!("CARGO_BIN_EXE_mailwright"), "--state", &state, "rollback"]].concat();
        let path = std::env::var("PATH").unwrap();
        let terminal = Terminal::run(&words, &[("PATH", &path), ("TERM", "xterm")], (80, 24));
        terminal.wait_for("Take all this back?", SOON);
        let asked = Self { dir, terminal };
        assert!(asked.state().is_locked());
        asked
    }

    fn state(&self) -> State {
        State::new(self.dir.path().join("state"))
    }

    /// It has ended, freed the lock and changed nothing.
    fn is_over(&self) {
        let until = Instant::now() + SOON;
        while self.state().is_locked() {
            assert!(Instant::now() < until, "the lock is still held");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(Journal::load(&self.state()).unwrap().standing().len(), 1);
    }
}

/// Only root may roll back, and only a Debian that mailwright knows is asked.
fn cannot_be_asked() -> bool {
    let known = std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.contains("ID=debian"));
    let out = !rustix::process::geteuid().is_root() || !known;
    if out {
        println!("left out: it needs root on a Debian");
    }
    out
}

#[test]
fn a_terminal_that_is_gone_ends_the_question() {
    if cannot_be_asked() {
        return;
    }
    let mut asked = Asked::new(&[]);
    asked.terminal.hang_up();
    asked.is_over();
}

#[test]
fn a_terminal_that_is_gone_without_a_signal_ends_it_too() {
    if cannot_be_asked() {
        return;
    }
    // In a session of its own, as under a program that keeps a terminal for others.
    let mut asked = Asked::new(&["setsid", "--wait"]);
    asked.terminal.hang_up();
    asked.is_over();
}

#[test]
fn a_signal_ends_the_question() {
    if cannot_be_asked() {
        return;
    }
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut asked = Asked::new(&[]);
        asked.terminal.signal(signal);
        assert_ne!(asked.terminal.wait(SOON), 0);
        assert_eq!(asked.terminal.left_behind(), Vec::<&str>::new(), "{signal:?}");
        asked.is_over();
    }
}

#[test]
fn ctrl_c_and_a_no_end_the_question() {
    if cannot_be_asked() {
        return;
    }
    for said in [keys::CTRL_C, keys::ESC, keys::ENTER, "n\r"] {
        let mut asked = Asked::new(&[]);
        asked.terminal.send(said);
        assert_ne!(asked.terminal.wait(SOON), 0);
        asked.is_over();
    }
}
