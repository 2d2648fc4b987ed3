//! The two faces of the walk, each taking a fresh host through trouble to a server in good health.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support fails by panicking")]

use std::time::{Duration, Instant};

use mailwright::rehearsal::Host;
use mailwright::shell::Running;
use mailwright::words::say;

use super::plain::Talk;
use super::pty::Terminal;
use super::support::witness::begun;
use super::wizard;

const SOON: Duration = Duration::from_secs(60);

/// What the answers of both faces come to.
pub const ANSWERS: &str = "hostname = \"mail.example.org\"
contact = \"postmaster@example.org\"
domain = [{ name = \"example.org\" }]
mailbox = [{ address = \"anna@example.org\", password = 'correct horse \"battery\" staple', quota = \"1G\" }]
alias = [{ address = \"postmaster@example.org\", to = [\"anna@example.org\"] }]
";

/// What somebody does in a face of the walk. Each waits until the screen says that it is so.
pub trait Face {
    /// Answers everything, to where the plan stands.
    fn answer(&self);
    /// Starts the setup; returns when it is at work.
    fn start(&self);
    /// The run ends with a failure at this step, which says why.
    fn fails(&self, step: &str, why: &str);
    /// Tries again; returns when it is at work.
    fn retry(&self);
    /// Undoes the step that failed.
    fn undo(&self, step: &str);
    /// After that, starts again from the plan.
    fn again(&self);
    /// The run ends well, and so do the checks of all steps.
    fn ends_well(&self);
    /// Leaves the walk.
    fn leave(&mut self) -> &mut Terminal;
}

/// From the fresh host to the health screen: one step fails, its cause is mended and it is tried again; one fails, is
/// undone and made again.
pub fn whole(face: &impl Face, host: &Host, told: &impl Fn(&str)) {
    face.answer();
    told("answered");
    face.start();

    // Something takes a port of Dovecot's while the packages are installed.
    begun(host, "packages", 1);
    let squatter = Squatter::on(host, 993);
    face.fails("dovecot", "port 993 is held by perl");
    told("failed at Dovecot");
    squatter.leaves();
    face.retry();

    // And something one of Postfix's when this run has looked at the machine already.
    begun(host, "service Dovecot", 2);
    let squatter = Squatter::on(host, 25);
    face.fails("postfix", "port 25 is held by perl");
    told("failed at Postfix");
    face.undo("postfix");
    told("undone");
    squatter.leaves();
    face.again();
    face.ends_well();
    told("set up, and well");
}

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

/// The wizard, by keys.
pub struct Keys(pub Terminal);

impl Face for Keys {
    fn answer(&self) {
        wizard::answer_all(&self.0);
    }

    fn start(&self) {
        wizard::start(&self.0);
    }

    fn fails(&self, step: &str, why: &str) {
        wizard::ends_in(&self.0, "wizard-failed");
        self.0.wait_for(&wizard::title(step), SOON);
        self.0.wait_for(why, SOON);
    }

    fn retry(&self) {
        wizard::retry(&self.0);
    }

    fn undo(&self, _: &str) {
        wizard::undo_step(&self.0);
    }

    fn again(&self) {
        wizard::choose(&self.0, "wizard-choice-again");
        wizard::plan_is_ready(&self.0);
        wizard::start(&self.0);
    }

    fn ends_well(&self) {
        wizard::ends_in(&self.0, "closing-programs");
        self.0.send(wizard::HEALTH);
        wizard::is_well_but_for_the_new_key(&self.0);
    }

    fn leave(&mut self) -> &mut Terminal {
        self.0.send(wizard::LEAVE);
        &mut self.0
    }
}

/// The same line by line.
const PLAIN: [(&str, &str); 9] = [
    ("question-hostname", wizard::HOSTNAME),
    ("question-mailbox", "plain-item-add"),
    ("question-mailbox-address", wizard::MAILBOX),
    ("question-mailbox-password", "plain-password-type"),
    ("question-mailbox-password", wizard::PASSWORD),
    ("plain-password-again", wizard::PASSWORD),
    ("question-alias", "plain-item-add"),
    ("question-alias-address", "postmaster@example.org"),
    ("question-alias-to", wizard::MAILBOX),
];

/// What follows at the end of a run, and at the opening.
const NOW: &str = "plain-what-now";

impl Face for Talk {
    fn answer(&self) {
        let first = say("plain-offer-answer", &[]);
        let words: Vec<(&str, String)> = PLAIN.iter().map(|(question, answer)| (*question, said(answer))).collect();
        let answers = std::iter::once((NOW, first.as_str()));
        let answers: Vec<_> = answers.chain(words.iter().map(|(question, answer)| (*question, &**answer))).collect();
        self.go(&answers, "plain-review", wizard::RUN);
    }

    fn start(&self) {
        self.go(&[("plain-review", &said("plain-offer-start"))], "setup-agree", SOON);
        self.answer_now("y");
    }

    fn fails(&self, step: &str, why: &str) {
        self.go(&[], NOW, wizard::RUN);
        let failed = say("plain-failed-at", &[("title", &wizard::title(step))]);
        for words in [&*failed, why] {
            assert!(self.said().contains(words), "{words:?} was not said: {}", self.terminal.story());
        }
    }

    fn retry(&self) {
        self.answer_now(&said("plain-offer-retry"));
    }

    fn undo(&self, step: &str) {
        let undo = say("plain-undo-this", &[("title", &wizard::title(step))]);
        self.go(&[(NOW, &undo), ("rollback-agree", "y")], NOW, wizard::RUN);
        let done = self.said();
        assert!(done.contains(&said_of("rollback-done")), "nothing was taken back: {}", self.terminal.story());
    }

    fn again(&self) {
        self.go(&[(NOW, &said("plain-offer-resume"))], "plain-review", SOON);
        self.start();
    }

    fn ends_well(&self) {
        self.go(&[], NOW, wizard::RUN);
        self.has_said("closing-programs");
        self.go(&[(NOW, &said("plain-offer-check"))], NOW, SOON);
        assert!(!self.said().contains(&said("report-mark-fail")), "not well: {}", self.terminal.story());
        assert!(self.said().contains(&said_of("report-count-pass")), "not checked: {}", self.terminal.story());
    }

    fn leave(&mut self) -> &mut Terminal {
        self.answer_now(&said("plain-offer-leave"));
        &mut self.terminal
    }
}

/// A word of the program for its key; anything else is itself.
fn said(text: &str) -> String {
    if text.starts_with("plain-") || text.starts_with("report-") { say(text, &[]) } else { text.to_owned() }
}

/// The end of a sentence that begins with a number.
fn said_of(key: &str) -> String {
    let sentence = say(key, &[("count", "7")]);
    sentence.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}
