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

    terminal.send(wizard::LEAVE);
    assert_eq!(terminal.wait(SOON), 0);
    assert_eq!(terminal.left_behind(), [""; 0]);
    well(host, &["check"]);
    // The same answers from a file find nothing to do.
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
