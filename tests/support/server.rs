//! A host to be set up with the example's answers, and what can be said of it.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

use std::time::Duration;

use mailwright::facts::Release;
use mailwright::rehearsal::{Host, Lab, Wanted};
use mailwright::shell::Output;
use mailwright::steps::packages;

use super::support::{neighbour, theirs};

/// The answers that every run here is given.
pub const ANSWERS: &str = include_str!("../../assets/answers.example.toml");
/// A whole run.
pub const SETUP: [&str; 4] = ["setup", "--answers", "/root/answers.toml", "--yes"];

/// A fresh host with the example's addresses, the packages in its cache and the answers at hand.
pub fn fresh(release: Release) -> Lab {
    with_answers(&wanted(release).packages(packages::names()))
}

/// The same without the packages.
pub fn wanted(release: Release) -> Wanted {
    let wanted = Lab::of(release).binary(env!("CARGO_BIN_EXE_mailwright"));
    wanted.ipv4("203.0.113.10".parse().unwrap()).ipv6("2001:db8::10".parse().unwrap())
}

/// The program that is measured: that of the tests, or the one that `MAILWRIGHT_BENCH` names, such as a release.
pub fn measured() -> String {
    std::env::var("MAILWRIGHT_BENCH").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mailwright").to_owned())
}

/// Starts the lab and puts the answers there.
pub fn with_answers(wanted: &Wanted) -> Lab {
    let lab = wanted.start().unwrap();
    lab.host().write("/root/answers.toml", ANSWERS, 0o600).unwrap();
    lab
}

/// Runs mailwright to its end, beside the neighbour where apt may run.
pub fn mailwright(host: &Host, args: &[&str]) -> Output {
    let run = || host.program("mailwright").args(args).deadline(Duration::from_secs(900)).run().unwrap();
    if neighbour::runs_apt(args) { neighbour::beside(host, run) } else { run() }
}

/// Runs mailwright, which must end well.
pub fn well(host: &Host, args: &[&str]) -> Output {
    let output = mailwright(host, args);
    assert_eq!(output.code, Some(0), "mailwright {args:?}\n{}\n{}", output.stdout, output.stderr);
    output
}

/// What the package manager, the account files and systemd say of a host, without the neighbour's.
pub fn inventory(host: &Host) -> String {
    let script = "dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\\n'; apt-mark showmanual; \
                  apt-mark showauto | sed 's/$/ auto/'; \
                  getent passwd; getent group; systemctl list-unit-files --no-legend --no-pager";
    theirs::without_lines(&host.program("sh").args(["-c", script]).success().unwrap().stdout)
}
