//! What the program costs the one who uses it, measured through a terminal: its first frame, its answers to keys, the
//! bytes it writes, the memory it takes. Prints the figures, and fails where one is over its limit.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::time::Duration;

use mailwright::facts::Release;

#[path = "../support/line.rs"]
mod line;
#[path = "../support/pty.rs"]
mod pty;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

/// Memory of the process itself, in KiB.
const MEMORY: u64 = 24 << 10;

/// The most memory of mailwright's own process, asked for again and again until it has ended.
fn most_memory(host: &mailwright::rehearsal::Host, terminal: &mut pty::Terminal) -> u64 {
    let mut most = 0;
    while terminal.is_running() {
        let ours = line::processes(host, "mailwright");
        most = ours.iter().filter_map(|pid| line::memory(*pid, "VmHWM")).fold(most, u64::max);
        std::thread::sleep(Duration::from_millis(20));
    }
    most
}

#[test]
fn a_setup_by_answers_file_stays_small() {
    let Some(_turns) = support::turn("the memory of a setup") else { return };
    let lab = server::fresh(Release::Trixie);
    let mut terminal = line::mailwright(lab.host(), &[], &server::SETUP, (80, 24));
    let most = most_memory(lab.host(), &mut terminal);
    assert_eq!(terminal.wait(Duration::from_secs(1)), 0, "{}", terminal.story());
    println!("setup by answers file: {:.1} MiB", most as f64 / 1024.0);
    assert!(most > 0 && most <= MEMORY, "{most} KiB");
}
