//! A dry run names exactly what the run changes, and a rollback leaves the host as it was, on real hosts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::time::Duration;

use mailwright::facts::Release;
use mailwright::rehearsal::{Host, Lab};
use mailwright::steps::packages;

mod support;

use support::tree::{differences, tree};

const ANSWERS: &str = include_str!("../assets/answers.example.toml");

fn fresh(release: Release) -> Lab {
    let lab = Lab::of(release)
        .binary(env!("CARGO_BIN_EXE_mailwright"))
        .packages(packages::names())
        .ipv4("203.0.113.10".parse().unwrap())
        .ipv6("2001:db8::10".parse().unwrap())
        .start()
        .unwrap();
    std::fs::write(lab.host().root().join("root/answers.toml"), ANSWERS).unwrap();
    lab
}

fn mailwright(host: &Host, args: &[&str]) -> String {
    let program = host.program("mailwright").args(args).deadline(Duration::from_secs(900));
    let output = program.run().unwrap();
    assert_eq!(output.code, Some(0), "mailwright {args:?}\n{}\n{}", output.stdout, output.stderr);
    output.stdout + &output.stderr
}

/// What the package manager, the account files and systemd say of a host.
fn inventory(host: &Host) -> String {
    let script = "dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\\n'; apt-mark showmanual; \
                  getent passwd; getent group; systemctl list-unit-files --no-legend --no-pager";
    host.program("sh").args(["-c", script]).success().unwrap().stdout
}

fn a_rollback_leaves_the_host_as_it_was(release: Release) {
    let Some(_turn) = support::turn("rollback") else { return };
    let lab = fresh(release);
    let (before, had) = (tree(&lab.host().root()), inventory(lab.host()));
    mailwright(lab.host(), &["setup", "--answers", "/root/answers.toml", "--yes"]);
    let between = tree(&lab.host().root());
    assert!(between.contains_key(Path::new("/etc/postfix/main.cf")) && between.len() > before.len() + 1000);
    let said = mailwright(lab.host(), &["rollback", "--yes"]);
    let left = differences(&before, &tree(&lab.host().root()));
    println!("{release}: {} paths differ after the rollback", left.len());
    assert!(left.is_empty(), "{said}\n{} paths:\n{}", left.len(), left.join("\n"));
    assert_eq!(inventory(lab.host()), had);
}

#[test]
fn a_rollback_leaves_debian_12_as_it_was() {
    a_rollback_leaves_the_host_as_it_was(Release::Bookworm);
}

#[test]
fn a_rollback_leaves_debian_13_as_it_was() {
    a_rollback_leaves_the_host_as_it_was(Release::Trixie);
}
