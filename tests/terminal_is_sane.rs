//! However the wizard ends, it leaves the terminal as it found it. It runs here, with a state of its own, and starts
//! nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::time::Duration;

use mailwright::ui::wizard::terminal::Screen;
use rustix::process::Signal;
use tempfile::TempDir;

#[path = "support/pty.rs"]
mod pty;
#[path = "support/wizard.rs"]
mod wizard;

use pty::Terminal;

const SOON: Duration = Duration::from_secs(20);

fn opened() -> (Terminal, TempDir) {
    let state = tempfile::tempdir().unwrap();
    let path = state.path().to_str().unwrap();
    let environment = [("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")];
    let terminal = Terminal::run(&[env!("CARGO_BIN_EXE_mailwright"), "--state", path], &environment, (80, 24));
    wizard::is_at(&terminal, "preflight");
    assert!(terminal.with_screen(vt100::Screen::alternate_screen), "{}", terminal.story());
    assert!(terminal.left_behind().len() > 3, "a screen was to be open: {:?}", terminal.left_behind());
    (terminal, state)
}

fn ends_sane(mut terminal: Terminal, how: &str) {
    terminal.wait(SOON);
    assert_eq!(terminal.left_behind(), [""; 0], "after {how}: {}", terminal.story());
}

#[test]
fn after_it_was_left() {
    let (terminal, _state) = opened();
    terminal.send("q");
    ends_sane(terminal, "q");
}

#[test]
fn after_ctrl_c() {
    let (terminal, _state) = opened();
    terminal.send(wizard::LEAVE);
    ends_sane(terminal, "Ctrl-C");
}

#[test]
fn after_a_signal() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let (terminal, _state) = opened();
        terminal.signal(signal);
        ends_sane(terminal, &format!("{signal:?}"));
    }
}

/// Set for the child of [`after_a_panic`].
const BREAKS_DOWN: &str = "MAILWRIGHT_BREAKS_DOWN";

/// What that child does: it takes the terminal and breaks down. In any other run there is nothing to do.
#[test]
fn a_screen_that_breaks_down() {
    if std::env::var_os(BREAKS_DOWN).is_some() {
        let _screen = Screen::open().unwrap();
        panic!("broken on purpose");
    }
}

#[test]
fn after_a_panic() {
    let own = std::env::current_exe().unwrap();
    let child = [own.to_str().unwrap(), "--exact", "a_screen_that_breaks_down", "--nocapture", "--test-threads=1"];
    let mut terminal = Terminal::run(&child, &[(BREAKS_DOWN, "1"), ("TERM", "xterm-256color")], (80, 24));
    assert_ne!(terminal.wait(SOON), 0);
    let said = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(said.contains("\u{1b}[?1049h"), "no screen was opened: {said}");
    assert!(said.contains("broken on purpose"), "{said}");
    assert_eq!(terminal.left_behind(), [""; 0], "{}", terminal.story());
}

#[test]
fn after_the_window_was_closed_nothing_is_left_running() {
    let (mut terminal, _state) = opened();
    terminal.hang_up();
    terminal.wait(SOON);
}

#[test]
fn any_size_is_drawn_and_none_too_small_is_fatal() {
    let (terminal, _state) = opened();
    for size in [(200, 60), (20, 5), (1, 1), (0, 0), (59, 18), (60, 18), (300, 100), (80, 24)] {
        terminal.resize(size);
        std::thread::sleep(Duration::from_millis(60));
    }
    wizard::is_at(&terminal, "preflight");
    terminal.resize((59, 17));
    wizard::sees(&terminal, "wizard-too-small", SOON);
    terminal.send("q");
    ends_sane(terminal, "a small window");
}
