//! Whole setups by keys alone, in a terminal, on real Debian hosts of both releases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::Host;
use mailwright::shell::Running;

#[path = "support/line.rs"]
mod line;
#[path = "support/pty.rs"]
mod pty;
#[path = "support/server.rs"]
mod server;
mod support;
#[path = "support/wizard.rs"]
mod wizard;

use server::{fresh, well};
use support::witness::{Witness, begun};

/// What the keys of [`wizard::answer_all`] come to.
const ANSWERS: &str = "hostname = \"mail.example.org\"
contact = \"postmaster@example.org\"
domain = [{ name = \"example.org\" }]
mailbox = [{ address = \"anna@example.org\", password = 'correct horse \"battery\" staple', quota = \"1G\" }]
alias = [{ address = \"postmaster@example.org\", to = [\"anna@example.org\"] }]
";

const SOON: Duration = Duration::from_secs(30);

/// Holds a port of a host, as a program does that nobody thought of.
struct Squatter(Running);

impl Squatter {
    fn on(host: &Host, port: u16) -> Self {
        let script = "use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => '0.0.0.0', \
                      LocalPort => shift, ReuseAddr => 1) or die; close $s->accept while 1";
        let running = host.program("perl").args(["-e", script, &port.to_string()]).start().unwrap();
        let until = Instant::now() + SOON;
        let listens = format!(":{port} ");
        while !host.program("ss").args(["-Hltn4"]).success().unwrap().stdout.contains(&listens) {
            assert!(Instant::now() < until, "port {port} cannot be held");
        }
        Self(running)
    }

    fn leaves(self) {
        self.0.end();
    }
}

/// From the fresh host to the health screen: one step fails and is tried again, one fails, is undone and made again.
fn a_whole_setup_by_keys(release: Release, size: (u16, u16)) {
    let Some(_turn) = support::turn("a setup by keys") else { return };
    let began = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", began.elapsed().as_secs_f64());
    let lab = fresh(release);
    let host = lab.host();
    let _witness = Witness(host);
    let mut terminal = line::mailwright(host, &[("TERM", "xterm-256color")], &[], size);
    wizard::answer_all(&terminal);
    told("answered");
    wizard::start(&terminal);

    // Something takes a port of Dovecot's while the packages are installed.
    begun(host, "packages", 1);
    let squatter = Squatter::on(host, 993);
    wizard::ends_in(&terminal, "wizard-failed");
    told("failed at Dovecot");
    squatter.leaves();
    wizard::retry(&terminal);

    // And something one of Postfix's when this run has looked at the machine already.
    begun(host, "service Dovecot", 2);
    let squatter = Squatter::on(host, 25);
    wizard::ends_in(&terminal, "wizard-failed");
    told("failed at Postfix");
    wizard::undo_step(&terminal);
    told("undone");
    squatter.leaves();
    wizard::choose(&terminal, "wizard-choice-again");
    wizard::plan_is_ready(&terminal);
    wizard::start(&terminal);
    wizard::ends_in(&terminal, "closing-programs");
    terminal.send(wizard::HEALTH);
    wizard::sees(&terminal, "wizard-health-well", SOON);
    told("set up, and well");

    leaves_a_server_that_answers_from_a_file_find_finished(&mut terminal, wizard::LEAVE, host);
}

/// Leaves the walk: the terminal is as before, the server well, and the same answers from a file find nothing to do.
fn leaves_a_server_that_answers_from_a_file_find_finished(terminal: &mut pty::Terminal, leave: &str, host: &Host) {
    terminal.send(leave);
    assert_eq!(terminal.wait(SOON), 0);
    assert_eq!(terminal.left_behind(), [""; 0]);
    well(host, &["check"]);
    host.write("/root/answers.toml", ANSWERS, 0o600).unwrap();
    let said = well(host, &server::SETUP).stdout;
    assert!(said.contains("Nothing to change"), "{said}");
}

#[test]
fn debian_12_is_set_up_by_keys_in_a_small_window() {
    a_whole_setup_by_keys(Release::Bookworm, (80, 24));
}

#[test]
fn debian_13_is_set_up_by_keys_in_a_large_window() {
    a_whole_setup_by_keys(Release::Trixie, (200, 60));
}

/// The same line by line: what is asked, and what is answered.
const PLAIN: [(&str, &str); 21] = [
    ("plain-offer-answer", "1"),
    ("question-hostname", wizard::HOSTNAME),
    ("question-ipv4", ""),
    ("question-ipv6", ""),
    ("question-domain", ""),
    ("question-mailbox", "1"),
    ("question-mailbox-address", wizard::MAILBOX),
    ("question-mailbox-password", "2"),
    ("question-mailbox-password", wizard::PASSWORD),
    ("plain-password-again", wizard::PASSWORD),
    ("question-mailbox-quota", ""),
    ("question-mailbox", ""),
    ("question-alias", "1"),
    ("question-alias-address", "postmaster@example.org"),
    ("question-alias-to", wizard::MAILBOX),
    ("question-alias", ""),
    ("question-contact", ""),
    ("question-tls-source", ""),
    ("question-message_size_limit", ""),
    ("plain-more", "q"),
    ("plain-offer-start", "1"),
];

/// How a line ends that waits for an answer.
fn asks(line: &str) -> bool {
    ["]:", "):", ":", ">"].iter().any(|end| line.trim_end().ends_with(end))
}

#[test]
fn debian_12_is_set_up_line_by_line() {
    let Some(_turn) = support::turn("a setup line by line") else { return };
    let lab = fresh(Release::Bookworm);
    let host = lab.host();
    let _witness = Witness(host);
    let mut terminal = line::mailwright(host, &[("TERM", "dumb")], &["--plain"], (80, 60));
    for (question, answer) in PLAIN {
        let word = wizard::word(question);
        let asked = terminal.wait_until(SOON, |screen| {
            let text = screen.contents();
            let last = text.lines().rfind(|line| !line.trim().is_empty())?;
            // The question of a list stands above its choices, behind which a number is asked for.
            let above: Vec<&str> = text.lines().rev().take(24).collect();
            (asks(last) && (last.contains(&word) || above.iter().any(|line| line.contains(&word)))).then_some(())
        });
        assert!(asked.is_some(), "{question} was not asked: {}", terminal.story());
        terminal.settle(Duration::from_millis(250), SOON);
        terminal.send(&format!("{answer}\r"));
        std::thread::sleep(Duration::from_millis(150));
    }
    wizard::sees(&terminal, "setup-agree", SOON);
    terminal.send("y\r");
    wizard::sees(&terminal, "closing-programs", wizard::RUN);
    wizard::sees(&terminal, "plain-what-now", SOON);
    let said = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(!said.contains('\u{1b}'), "a dumb terminal got an escape sequence");
    assert!(!said.contains(wizard::PASSWORD), "the password was shown");
    leaves_a_server_that_answers_from_a_file_find_finished(&mut terminal, "leave\r", host);
}
