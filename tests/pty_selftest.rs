//! The terminal that the tests run programs in, itself tried on small programs.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use rustix::process::Signal;

#[path = "support/pty.rs"]
mod pty;

use pty::{Terminal, keys};

const SOON: Duration = Duration::from_secs(10);
const ENV: [(&str, &str); 3] = [("PATH", "/usr/bin:/bin"), ("TERM", "xterm-256color"), ("PS1", "ready> ")];

fn shell(size: (u16, u16)) -> Terminal {
    let terminal = Terminal::run(&["bash", "--norc", "--noprofile"], &ENV, size);
    terminal.wait_for("ready>", SOON);
    terminal
}

fn script(text: &str) -> Terminal {
    Terminal::run(&["bash", "-c", text], &ENV, (80, 24))
}

#[test]
fn what_is_typed_is_run_and_its_output_is_on_the_screen() {
    let mut terminal = shell((80, 24));
    terminal.send("echo $((6 * 7)); stty size; tty; exit 3\r");
    terminal.wait_for("42", SOON);
    terminal.wait_for("24 80", SOON);
    terminal.wait_for("/dev/pts/", SOON);
    assert_eq!(terminal.wait(SOON), 3);
}

#[test]
fn a_new_size_is_told() {
    let terminal = shell((80, 24));
    terminal.send("trap 'stty size' WINCH; echo trap\"ped\"\r");
    terminal.wait_for("trapped", SOON);
    terminal.resize((200, 60));
    terminal.send("\r");
    terminal.wait_for("60 200", SOON);
}

#[test]
fn what_does_not_come_is_told_with_the_screen() {
    let terminal = script("echo a word; sleep 100");
    terminal.wait_for("a word", SOON);
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        terminal.wait_for("another word", Duration::from_millis(50));
    }));
    let why = failed.unwrap_err();
    let why = why.downcast_ref::<String>().unwrap();
    assert!(why.contains("another word") && why.contains("(80x24)") && why.contains("\na word\n"), "{why}");
}

#[test]
fn a_terminal_that_was_not_put_back_is_seen() {
    let mut terminal = script(r"stty raw -echo; printf '\e[?1049h\e[?25l\e[?2004h\e[?1000h\e[?1h'");
    assert_eq!(terminal.wait(SOON), 0);
    let left = terminal.left_behind();
    assert_eq!(left.len(), 8, "{left:?}");
    let mut terminal = script(r"stty raw -echo; printf '\e[?1049h\e[?25l'; printf '\e[?25h\e[?1049l'; stty sane");
    assert_eq!(terminal.wait(SOON), 0);
    assert_eq!(terminal.left_behind(), [""; 0]);
}

#[test]
fn bytes_are_counted_from_a_moment_on() {
    let terminal = script("stty -echo -onlcr; echo begin; read; printf 0123456789; sleep 100");
    terminal.wait_for("begin", SOON);
    assert!(terminal.settle(Duration::from_millis(100), SOON));
    let then = Instant::now();
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(terminal.bytes_since(then), 0);
    terminal.send("\r");
    terminal.wait_for("0123456789", SOON);
    assert_eq!(terminal.bytes_since(then), 10);
    assert_eq!(terminal.bytes(), b"begin\n0123456789");
}

#[test]
fn the_time_of_an_answer_is_measured() {
    let terminal = script("stty -echo; echo begin; read; sleep 0.2; echo late; sleep 100");
    terminal.wait_for("begin", SOON);
    let took = terminal.answer("\r", |screen| screen.contents().contains("late"), SOON).unwrap();
    assert!((190..1000).contains(&took.as_millis()), "{took:?}");
    let never = terminal.answer("x", |screen| screen.contents().contains("never"), Duration::from_millis(50));
    assert_eq!(never, None);
    let slow = script("sleep 0.2; echo first; sleep 100").first("first", SOON).unwrap();
    assert!((190..1000).contains(&slow.as_millis()), "{slow:?}");
}

#[test]
fn a_paste_comes_in_brackets_where_they_are_wanted() {
    let terminal = script(r"stty raw -echo; printf '\e[?2004hbegin '; head -c 17 | tr '\033' '^'; sleep 100");
    terminal.wait_for("begin", SOON);
    terminal.paste("words");
    terminal.wait_for("^[200~words^[201~", SOON);
}

#[test]
fn the_terminal_says_where_its_cursor_is() {
    let terminal = script(r"stty raw -echo; printf 'abc\e[6n'; head -c 6 | tr '\033' '^'; sleep 100");
    terminal.wait_for("abc^[1;4R", SOON);
}

#[test]
fn what_is_copied_reaches_the_clipboard() {
    let terminal = script(r"printf '\e]52;c;aGVsbG8=\aend'; sleep 100");
    terminal.wait_for("end", SOON);
    assert_eq!(terminal.clipboard(), ["aGVsbG8="]);
}

#[test]
fn a_closed_window_is_a_hang_up() {
    let dir = tempfile::tempdir().unwrap();
    let mark = dir.path().join("mark");
    let text = format!("trap 'echo hung up > {}; exit' HUP; echo begin; sleep 0.1; sleep 0.1; read", mark.display());
    let mut terminal = script(&text);
    terminal.wait_for("begin", SOON);
    terminal.hang_up();
    terminal.wait(SOON);
    assert_eq!(std::fs::read_to_string(mark).unwrap(), "hung up\n");
}

#[test]
fn keys_and_signals_reach_the_program() {
    let mut terminal = script("echo begin; sleep 100");
    terminal.wait_for("begin", SOON);
    terminal.send(keys::CTRL_C);
    assert_eq!(terminal.wait(SOON), 130);
    let mut terminal = script("echo begin; exec sleep 100");
    terminal.wait_for("begin", SOON);
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.wait(SOON), 143);
    assert!(!terminal.is_running());
}

#[test]
fn long_texts_are_typed_whole() {
    let terminal = script(
        "stty raw -echo; echo begin; came=$(head -c 100000 | cksum); \
         sent=$(head -c 100000 /dev/zero | tr '\\0' x | cksum); echo \"$came / $sent /\"; sleep 100",
    );
    terminal.wait_for("begin", SOON);
    terminal.send(&"x".repeat(100_000));
    terminal.wait_for(" 100000 /", SOON);
    let screen = terminal.screen();
    let sums: Vec<&str> = screen.lines().last().unwrap().split(" / ").collect();
    assert_eq!(sums[0].trim(), sums[1].trim_end_matches(" /").trim(), "{}", terminal.story());
}

#[test]
fn a_program_that_reads_nothing_does_not_hold_a_test_up() {
    let mut terminal = script("trap '' HUP; echo begin; exec sleep 0.5");
    terminal.wait_for("begin", SOON);
    let began = Instant::now();
    terminal.hang_up();
    drop(terminal);
    assert!(began.elapsed() < SOON);
}
