//! The wizard over a real sshd, and its line cut: in the middle of the questions, of the packages, of a later step; and
//! a line that goes dead without a word.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use mailwright::answers;
use mailwright::facts::Release;
use mailwright::rehearsal::{Host, publish};
use mailwright::steps::packages;
use rustix::process::Signal;

#[path = "support/line.rs"]
mod line;
#[path = "support/pty.rs"]
mod pty;
#[path = "support/server.rs"]
mod server;
mod support;
#[path = "support/wizard.rs"]
mod wizard;

use server::well;
use support::neighbour::Life;
use support::witness::{Witness, begun, events};

const SOON: Duration = Duration::from_secs(30);
const SIZE: (u16, u16) = (100, 30);

/// No change was begun that the journal does not know the end of, and the run said why it ended.
fn nothing_is_half_done(host: &Host) {
    let events = events(host);
    let of = |kind: &str| -> BTreeSet<u64> {
        let those = events.iter().filter(|event| event["event"] == kind);
        those.filter_map(|event| event["seq"].as_u64()).collect()
    };
    let (begun, done) = (of("begin"), of("done"));
    assert!(!begun.is_empty() && begun.is_subset(&done), "half done: {:?}", begun.difference(&done));
    let end = events.last().unwrap();
    assert_eq!((&end["event"], &end["outcome"]), (&"end".into(), &"interrupted".into()));
}

/// Cuts the line at work, and waits until mailwright has come to the end of its step.
fn cut_at_work(lab: &mailwright::rehearsal::Lab, terminal: &mut pty::Terminal) {
    line::cut(lab);
    terminal.wait(SOON);
    line::wait_ended(lab.host(), "mailwright", wizard::RUN);
    nothing_is_half_done(lab.host());
}

fn a_line_that_is_cut_loses_nothing(release: Release) {
    let Some(_turn) = support::turn("a line that is cut under the wizard") else { return };
    let began = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", began.elapsed().as_secs_f64());
    let lab = server::wanted(release).packages(packages::names()).more_hosts(1).start().unwrap();
    let host = lab.host();
    let _witness = Witness(host);
    let life = Life::begin(host);
    line::lay(&lab);

    let mut terminal = line::call(&lab, "mailwright", SIZE);
    wizard::begin(&terminal);
    wizard::name(&terminal);
    wizard::to_tables(&terminal, true);
    wizard::tables(&terminal);
    line::cut(&lab);
    terminal.wait(SOON);
    line::wait_ended(host, "mailwright", SOON);
    assert_eq!(events(host).len(), 0, "nothing was changed");
    told("cut in the questions");

    let mut terminal = line::call(&lab, "mailwright", SIZE);
    wizard::sees(&terminal, "wizard-welcome-back", SOON);
    wizard::on_to_review(&terminal);
    wizard::start(&terminal);
    begun(host, "packages", 1);
    std::thread::sleep(Duration::from_secs(2));
    cut_at_work(&lab, &mut terminal);
    told("cut in the packages");

    let mut terminal = line::call(&lab, "mailwright", SIZE);
    wizard::resume(&terminal);
    begun(host, "/etc/dovecot/dovecot.conf", 1);
    cut_at_work(&lab, &mut terminal);
    told("cut in a later step");

    // Dead, not cut: nobody tells the server, and nobody reads what it shows.
    let terminal = line::call(&lab, "mailwright", SIZE);
    wizard::resume(&terminal);
    let dead = line::deaden(&lab);
    let until = Instant::now() + wizard::RUN;
    while events(host).last().is_none_or(|event| event["outcome"] != "finished") {
        assert!(Instant::now() < until, "the run did not go on: {:?}", events(host).last());
        std::thread::sleep(Duration::from_millis(100));
    }
    told("finished behind a dead line");
    for pid in line::processes(host, "mailwright") {
        line::strike(pid, Signal::HUP);
    }
    line::wait_ended(host, "mailwright", SOON);
    drop(terminal);
    well(host, &["check"]);

    line::revive(&lab, &dead);
    let mut terminal = line::call(&lab, "mailwright", SIZE);
    wizard::is_well_but_for_the_new_key(&terminal);
    let answers = host.read_text("/var/lib/mailwright/answers.toml").unwrap();
    publish(&lab, &answers::parse(&answers, Path::new("answers.toml")).unwrap()).unwrap();
    terminal.send(wizard::CHECK);
    wizard::sees(&terminal, "wizard-health-well", SOON);
    terminal.send(wizard::LEAVE);
    assert_eq!(terminal.wait(SOON), 0);
    assert_eq!(terminal.left_behind(), [""; 0]);
    life.end();
    told("well");
}

#[test]
fn a_line_to_debian_12_that_is_cut_loses_nothing() {
    a_line_that_is_cut_loses_nothing(Release::Bookworm);
}

#[test]
fn a_line_to_debian_13_that_is_cut_loses_nothing() {
    a_line_that_is_cut_loses_nothing(Release::Trixie);
}
