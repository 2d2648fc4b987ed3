//! Whole setups by keys alone and line by line, in a terminal, on real Debian hosts of both releases; each host ends as
//! one does that was set up from an answers file.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::Host;
use mailwright::steps::packages;

#[path = "support/alike.rs"]
mod alike;
#[path = "support/faces.rs"]
mod faces;
#[path = "support/line.rs"]
mod line;
#[path = "support/plain.rs"]
mod plain;
#[path = "support/pty.rs"]
mod pty;
#[path = "support/server.rs"]
mod server;
mod support;
#[path = "support/wizard.rs"]
mod wizard;

use faces::{Face, Keys};
use plain::Talk;
use server::well;
use support::neighbour;
use support::witness::Witness;

const SOON: Duration = Duration::from_secs(30);

/// A host of its own for a small window, a large one, a terminal that takes lines alone, and the answers file.
fn every_face_makes_the_same_server(release: Release) {
    let Some(_turn) = support::turn("whole setups by every face") else { return };
    let began = Instant::now();
    let lab = server::wanted(release).packages(packages::names()).more_hosts(3).start().unwrap();
    let [by_file, small, large, lines] = lab.hosts() else { panic!("four hosts were wanted") };
    let told = |face: &str, what: &str| println!("{release} {face:6} {:5.1} s: {what}", began.elapsed().as_secs_f64());
    let _witnesses: Vec<Witness<'_>> = lab.hosts().iter().map(Witness).collect();

    by_file.write("/root/answers.toml", faces::ANSWERS, 0o600).unwrap();
    let by_keys = |face: &str, host: &Host, size: (u16, u16)| {
        let mut keys = Keys(line::mailwright(host, &[("TERM", "xterm-256color")], &[], size));
        neighbour::beside(host, || faces::whole(&keys, host, &|what| told(face, what)));
        leave(&mut keys);
    };
    // Much of a setup waits for a disk or a daemon, so two at a time take less than one after the other.
    std::thread::scope(|both| {
        both.spawn(|| {
            by_keys("80x24", small, (80, 24));
            by_keys("200x60", large, (200, 60));
        });
        both.spawn(|| {
            well(by_file, &server::SETUP);
            told("file", "set up");
            let mut talk = Talk::new(line::mailwright(lines, &[("TERM", "dumb")], &["--plain"], (80, 24)));
            neighbour::beside(lines, || faces::whole(&talk, lines, &|what| told("plain", what)));
            let said = String::from_utf8_lossy(&talk.terminal.bytes()).into_owned();
            assert!(!said.contains('\u{1b}'), "a dumb terminal got an escape sequence");
            assert!(!said.contains(wizard::PASSWORD), "the password was shown");
            leave(&mut talk);
        });
    });
    std::thread::scope(|all| {
        for host in [small, large, lines] {
            all.spawn(move || is_like(host, by_file));
        }
    });
    told("all", "alike");
}

/// Leaves the walk: the terminal is as before.
fn leave(face: &mut impl Face) {
    let terminal = face.leave();
    assert_eq!(terminal.wait(SOON), 0);
    assert_eq!(terminal.left_behind(), [""; 0]);
}

/// The server is well and like the one made from the file, whose answers find nothing to do.
fn is_like(host: &Host, by_file: &Host) {
    well(host, &["check"]);
    assert_eq!(alike::unlike(by_file, host), [""; 0], "other than by the answers file");
    host.write("/root/answers.toml", faces::ANSWERS, 0o600).unwrap();
    let said = well(host, &server::SETUP).stdout;
    assert!(said.contains("Nothing to change"), "{said}");
}

#[test]
fn every_face_makes_the_same_debian_12() {
    every_face_makes_the_same_server(Release::Bookworm);
}

#[test]
fn every_face_makes_the_same_debian_13() {
    every_face_makes_the_same_server(Release::Trixie);
}
