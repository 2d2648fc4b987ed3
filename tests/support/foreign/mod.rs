//! A setup on ground that is somebody else's: their daemons, their files and their accounts were there first. They go on
//! working while the mail server is there, and all is as it was when it has gone.
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

mod hosts;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use mailwright::answers;
use mailwright::facts::Release;
use mailwright::rehearsal::{ANSWERS, FAR_DOMAIN, publish, wanted_for};
use mailwright::shell::Output;

use super::server;
use super::support::neighbour::Life;
use super::support::tree::{Tree, differences, tree};
use super::support::whole::Server;

pub use hosts::ALL;

const ANNA: (&str, &str) = ("anna@example.org", "please change this one");

/// An admin's host. All texts are bash; what one prints is compared with what it prints later.
#[derive(Debug, Clone, Copy)]
pub struct Foreign {
    pub name: &'static str,
    /// What the admin installed.
    packages: &'static [&'static str],
    /// Whether they cannot be installed together with the mail server's.
    apart: bool,
    /// What the admin did.
    prepare: &'static str,
    /// What is in the way of a first setup.
    refused: Option<Refusal>,
    /// Shows that the admin's things work: the same before the setup and after the rollback.
    state: &'static str,
    /// What it shows at the least.
    shown: &'static [&'static str],
    /// What is also the same while the mail server is there.
    throughout: &'static str,
    /// Has to end well after the rollback: the admin's things at work.
    afterwards: &'static str,
    /// Where the admin's own daemons write, whatever else happens: the beginnings of paths.
    own: &'static [&'static str],
    /// The subject of a message that anna has to find in her mailbox.
    mail: Option<&'static str>,
}

/// Something in a setup's way: it says so with these words and touches nothing.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    hindrance: &'static str,
    words: &'static [&'static str],
    /// What the admin does about it.
    way_out: &'static str,
}

/// What was wrong, as sentences; one thing that is wrong keeps nobody from seeing the next.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    /// Notes why this panics, when it does.
    fn during<T>(&mut self, what: &str, work: impl FnOnce() -> T) -> Option<T> {
        let cause = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(value) => return Some(value),
            Err(cause) => cause,
        };
        let text = cause.downcast_ref::<String>().cloned();
        let text = text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        self.0.push(format!("{what}: {}", text.unwrap_or_default()));
        None
    }

    fn same(&mut self, what: &str, before: &str, now: &str) {
        if before != now {
            let only = |one: &str, two: &str, sign: &str| {
                let lines = one.lines().filter(|line| !two.lines().any(|other| other == *line));
                lines.map(|line| format!("\n{sign} {line}")).collect::<Vec<_>>().concat()
            };
            self.0.push(format!("{what}:{}", in_short(&(only(before, now, "-") + &only(now, before, "+")))));
        }
    }
}

/// The first lines of many.
fn in_short(text: &str) -> String {
    let (lines, more) = (text.lines().take(40), text.lines().count().saturating_sub(40));
    let shown = lines.collect::<Vec<_>>().join("\n");
    if more > 0 { format!("{shown}\nand {more} more") } else { shown }
}

impl Foreign {
    /// Dry run, setup, mail both ways, rollback.
    pub fn is_left_as_it_was(&self, release: Release) {
        let server = self.ground(release);
        let mut wrong = Wrong::default();
        let (state, throughout) = (sh(&server, self.state), sh(&server, self.throughout));
        for words in self.shown {
            assert!(state.contains(words), "{}: not prepared, {words:?} is not in\n{state}", self.name);
        }
        let (mut before, mut had) = (tree(&server.host().root()), server::inventory(server.host()));

        let dry = server.mailwright(&["setup", "--answers", ANSWERS, "--dry-run"]);
        let touched = |before: &Tree| self.others(&differences(before, &tree(&server.host().root())).join("\n"));
        wrong.same("the dry run touched", "", &touched(&before));
        wrong.same("the dry run disturbed", &state, &sh(&server, self.state));

        if !dry.ok() {
            wrong.0.push(format!("the dry run ended with {:?}:\n{}", dry.code, dry.tail()));
        }

        let setup = ["setup", "--answers", ANSWERS, "--yes"];
        if let Some(Refusal { hindrance, words, way_out }) = self.refused {
            server.sh(hindrance);
            let hindered = tree(&server.host().root());
            let said = beside(&server, &mut wrong, &setup);
            let told = said.stdout.clone() + &said.stderr;
            let missing: Vec<_> = words.iter().filter(|word| !told.contains(**word)).collect();
            if said.ok() || !missing.is_empty() {
                wrong.0.push(format!("ended with {:?} and without a word of {missing:?}:\n{}", said.code, said.tail()));
            }
            wrong.same("the refused setup touched", "", &touched(&hindered));
            server.sh(way_out);
            // What the admin changed by it is the admin's own.
            (before, had) = (tree(&server.host().root()), server::inventory(server.host()));
        }
        let said = beside(&server, &mut wrong, &setup);
        if said.ok() {
            publish(&server.lab, &server.answers).unwrap();
            wrong.same("the mail server disturbs", &throughout, &sh(&server, self.throughout));
            wrong.during("mail both ways", || mail_goes_both_ways(&server));
            if let Some(subject) = self.mail {
                wrong.during("mail of before", || server.read(ANNA.0, ANNA.1, subject));
            }
        } else {
            wrong.0.push(format!("the setup ended with {:?}:\n{}", said.code, said.tail()));
        }
        let output = beside(&server, &mut wrong, &["rollback", "--yes"]);
        if !output.ok() {
            wrong.0.push(format!("the rollback ended with {:?}:\n{}", output.code, output.tail()));
        }
        self.is_there_again(&server, &mut wrong, (&state, &before, &had));
        assert!(
            wrong.0.is_empty(),
            "{} on Debian {release}: {} things are wrong\n\n{}",
            self.name,
            wrong.0.len(),
            wrong.0.join("\n\n")
        );
    }

    fn is_there_again(&self, server: &Server, wrong: &mut Wrong, (state, before, had): (&str, &Tree, &str)) {
        let left = differences(before, &tree(&server.host().root())).join("\n");
        wrong.same("left after the rollback", "", &self.others(&left));
        wrong.same("packages, accounts, units", had, &server::inventory(server.host()));
        wrong.same("after the rollback", state, &sh(server, self.state));
        let failed = server.sh("systemctl --failed --plain --no-legend");
        wrong.same("failed units", "", failed.trim());
        wrong.during("afterwards", || server.host().program("bash").args(["-c", self.afterwards]).success().unwrap());
    }

    /// The host with the admin's packages and what the admin did there.
    fn ground(&self, release: Release) -> Server {
        let answers = answers::parse(server::ANSWERS, Path::new(ANSWERS)).unwrap();
        let wanted = wanted_for(release, Path::new(env!("CARGO_BIN_EXE_mailwright")), &answers);
        let wanted = match self.packages {
            [] => wanted,
            packages if self.apart => wanted.packages_apart(packages.iter().copied()),
            packages => wanted.packages(packages.iter().copied()),
        };
        let server = Server { lab: wanted.start().unwrap(), answers };
        publish(&server.lab, &server.answers).unwrap();
        server.write_answers(server::ANSWERS);
        if !self.packages.is_empty() {
            let apt = server.host().program_with(&[("DEBIAN_FRONTEND", "noninteractive")], "apt-get");
            let apt = apt.args(["install", "-y", "-q", "--no-install-recommends"]).args(self.packages);
            apt.deadline(Duration::from_secs(300)).success().unwrap();
        }
        let prepared = server.host().program("bash").args(["-e", "-c", self.prepare]).run().unwrap();
        assert!(prepared.ok(), "{}: {prepared:#?}", self.name);
        server
    }

    /// The lines of a comparison that no daemon of the admin's and no archive explains.
    fn others(&self, lines: &str) -> String {
        let own = |line: &&str| {
            let path = line.split_whitespace().nth(1).unwrap_or_default();
            // ucf(1) moves the copies of its own two files on by one at each change.
            let moved_on =
                |file: &str| path.starts_with(&format!("/var/lib/ucf/{file}.")) && line.starts_with("changed");
            let ucf = moved_on("registry") || moved_on("hashfile");
            path.starts_with("/var/backups/mailwright") || ucf || self.own.iter().any(|own| path.starts_with(own))
        };
        lines.lines().filter(|line| !own(line)).map(|line| format!("{line}\n")).collect::<Vec<_>>().concat()
    }
}

/// Runs mailwright while the neighbour lives on the host.
fn beside(server: &Server, wrong: &mut Wrong, args: &[&str]) -> Output {
    let life = Life::begin(server.host());
    let output = server.host().program("mailwright").args(args).deadline(Duration::from_secs(600)).run().unwrap();
    wrong.during(&format!("the neighbour, at {}", args[0]), || life.end());
    output
}

/// What a text prints, well or not.
fn sh(server: &Server, script: &str) -> String {
    server.host().program("bash").args(["-c", script]).run().unwrap().stdout
}

fn mail_goes_both_ways(server: &Server) {
    let friend = format!("friend@{FAR_DOMAIN}");
    let message = |from: &str, to: &str, subject: &str| {
        format!("From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\r\nhello\r\n")
    };
    server.submit(ANNA.0, ANNA.1, &friend, &message(ANNA.0, &friend, "out of here"));
    server.far().wait_for_mail("friend", "Subject: out of here", Duration::from_secs(30)).unwrap();
    server.far().send(&friend, ANNA.0, &message(&friend, ANNA.0, "into here").replace('\r', "")).unwrap();
    assert!(server.read(ANNA.0, ANNA.1, "into here").contains("hello"));
}
