//! A power cut loses what was not written to the disk yet: dpkg's files most of all, which a setup syncs once and not one by
//! one. What follows makes it whole again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use mailwright::facts::Release;
use mailwright::rehearsal::Lab;
use mailwright::shell::Output;
use mailwright::steps::packages;

#[path = "support/fault.rs"]
mod fault;
#[path = "support/server.rs"]
mod server;
mod support;

use fault::{Point, tear};
use server::{SETUP, inventory, mailwright, wanted, well, with_answers};
use support::tree::{differences, tree};

/// The size of the host's disk.
const DISK_MIB: u64 = 4096;

fn host(release: Release) -> Lab {
    let lab = with_answers(&wanted(release).packages(packages::names()).drive_mib(DISK_MIB));
    lab.host().program("sync").success().unwrap();
    lab
}

fn turn(what: &str) -> Option<impl Sized + use<>> {
    if !Lab::has_drives() {
        println!("left out: {what} (no loop devices, or no mkfs.ext4)");
        return None;
    }
    support::turn(what)
}

/// It was noticed that packages may be torn.
fn unpacked_anew(output: &Output) {
    assert!(output.stderr.contains("was started anew while packages came"), "{}", output.stderr);
}

/// Torn while the packages are unpacked, torn again while they are set up by the run that goes on, and then whole.
#[test]
fn a_torn_installation_becomes_a_server() {
    let Some(_turn) = turn("torn installation") else { return };
    let mut lab = host(Release::Bookworm);
    tear(&mut lab, &SETUP, Point::Dpkg("install", "postfix"));
    tear(&mut lab, &SETUP, Point::Dpkg("configure", "dovecot-core"));
    unpacked_anew(&well(lab.host(), &["resume", "--yes"]));
    let checked = mailwright(lab.host(), &["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stdout);
    let again = well(lab.host(), &SETUP);
    assert!(again.stdout.starts_with("Nothing to change"), "{}", again.stdout);
    // What the journal calls done has reached the disk.
    lab.host_mut().cut_power();
    lab.host_mut().boot().unwrap();
    let checked = mailwright(lab.host(), &["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stdout);
}

/// Torn amid its packages' set-up, and taken back from there: torn once more meanwhile.
#[test]
fn a_torn_installation_goes_away_without_a_trace() {
    let Some(_turn) = turn("torn and taken back") else { return };
    let mut lab = host(Release::Trixie);
    let (before, had) = (tree(&lab.host().root()), inventory(lab.host()));
    tear(&mut lab, &SETUP, Point::Dpkg("configure", "mariadb-server"));
    unpacked_anew(&tear(&mut lab, &["rollback", "--yes"], Point::Dpkg("remove", "dovecot-core")));
    well(lab.host(), &["rollback", "--yes"]);
    let mut left = differences(&before, &tree(&lab.host().root()));
    // systemd notes at a boot when /usr was changed last (systemd-update-done(8)).
    left.retain(|line| !["/etc/.updated", "/var/.updated"].iter().any(|noted| line.contains(noted)));
    assert!(left.is_empty(), "{left:#?}");
    assert_eq!(inventory(lab.host()), had);
}
