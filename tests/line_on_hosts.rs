//! The line to a host, itself tried: terminals at its console and over ssh, and what a cut does to a shell there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::Lab;

#[path = "support/line.rs"]
mod line;
#[path = "support/pty.rs"]
mod pty;
mod support;

const SOON: Duration = Duration::from_secs(20);

fn a_line_that_is_cut_hangs_up(release: Release) {
    let Some(_turn) = support::turn("a line that is cut") else { return };
    let lab = Lab::of(release).more_hosts(1).start().unwrap();
    let mut console = line::console(lab.host(), &[], &["bash", "--norc"], (100, 30));
    console.send("echo at $(hostname); stty size\r");
    console.wait_for("at server", SOON);
    console.wait_for("30 100", SOON);
    console.send("exit\r");
    assert_eq!(console.wait(SOON), 0);

    line::lay(&lab);
    let trap =
        "trap 'echo hung up > /root/mark; exit' HUP; tty; stty size; echo \"wait\"ing; while :; do sleep 0.1; done";
    let mut over = line::call(&lab, &format!("bash -c {trap:?}").replace('$', "\\$"), (90, 28));
    over.wait_for("/dev/pts/", SOON);
    over.wait_for("28 90", SOON);
    over.wait_for("waiting", SOON);
    let began = Instant::now();
    line::cut(&lab);
    over.wait(SOON);
    // The shell makes the file first and writes into it then.
    while lab.host().read_text("/root/mark").map_or(true, |mark| mark.is_empty()) {
        assert!(began.elapsed() < SOON, "the shell was not told");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(lab.host().read_text("/root/mark").unwrap(), "hung up\n");
    println!("{release}: told {:.0?} after the cut", began.elapsed());

    let over = line::call(&lab, "echo begin; cat", (80, 24));
    over.wait_for("begin", SOON);
    over.send("before\r");
    over.wait_for("before\nbefore", SOON);
    let dead = line::deaden(&lab);
    over.send("lost\r");
    std::thread::sleep(Duration::from_millis(300));
    assert!(!over.shows("lost"), "{}", over.story());
    assert_eq!(line::processes(lab.host(), "cat").len(), 1, "nobody told it");
    line::revive(&lab, &dead);
    let again = line::call(&lab, "echo back", (80, 24));
    again.wait_for("back", SOON);
}

#[test]
fn a_line_to_debian_12_that_is_cut_hangs_up() {
    a_line_that_is_cut_hangs_up(Release::Bookworm);
}

#[test]
fn a_line_to_debian_13_that_is_cut_hangs_up() {
    a_line_that_is_cut_hangs_up(Release::Trixie);
}
