//! A lab for one release's cases: its disks are saved once, each case begins with one of them.
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Instant;

use mailwright::facts::Release;
use mailwright::rehearsal::{Host, Lab};
use mailwright::steps::packages;

use super::super::fault::{Fault, Point, strike};
use super::super::ready::saved;
use super::super::server::{SETUP, inventory, mailwright, wanted, well, with_answers};
use super::super::support::tree::{Tree, differences, tree};
use super::points::{PACKAGES, places, planned, purged, unpacked};
use super::{Case, End, Place, Start};

/// The disk of each host, in memory: enough for a setup, and soon full.
const DISK_MIB: u64 = 2800;
const RESUME: [&str; 2] = ["resume", "--yes"];
const ROLLBACK: [&str; 2] = ["rollback", "--yes"];

/// A lab with what its cases begin with and come back to.
pub struct Bench {
    lab: Lab,
    before: Tree,
    had: String,
    disks: [PathBuf; 3],
    pub places: Vec<Place>,
}

/// What came of a case: the reason why not, and the time it took in seconds.
pub struct Outcome {
    pub wrong: Option<String>,
    pub seconds: u64,
}

impl Bench {
    pub fn new(release: Release) -> Self {
        let mut lab = with_answers(&wanted(release).packages(packages::names()).disk_mib(DISK_MIB));
        let [fresh, installed] = ["fresh", "installed"].map(|name| lab.dir().join(name));
        lab.host_mut().shut_down().unwrap();
        lab.host().save(&fresh).unwrap();
        lab.host_mut().boot().unwrap();
        let (before, had) = (tree(&lab.host().root()), inventory(lab.host()));
        let changes = planned(lab.host());
        strike(&mut lab, &SETUP, Point::Done(PACKAGES), Fault::Kill);
        lab.host_mut().cut_power();
        lab.host().save(&installed).unwrap();
        let packages = unpacked(lab.host());
        let places = places(&changes, &packages, &purged(lab.host(), &packages));
        Self { lab, before, had, disks: [fresh, installed, saved(release)], places }
    }

    /// Carries out one case, whatever comes of it.
    pub fn carry_out(&mut self, case: &Case) -> Outcome {
        let started = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(|| self.struck(case)));
        let said = |cause: Box<dyn std::any::Any + Send>| {
            let text = cause.downcast_ref::<String>().cloned();
            text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
        };
        Outcome { wrong: ended.err().map(said), seconds: started.elapsed().as_secs() }
    }

    fn struck(&mut self, case: &Case) {
        let disk = match case.place.start {
            Start::Fresh => &self.disks[0],
            Start::Installed => &self.disks[1],
            Start::Finished => &self.disks[2],
        };
        self.lab.host_mut().restore(disk).unwrap();
        self.lab.host_mut().boot().unwrap();
        let goes_back = case.place.start == Start::Finished;
        let args: &[&str] = if goes_back { &ROLLBACK } else { &SETUP };
        let output = strike(&mut self.lab, args, case.place.point, case.fault.1);
        let host = self.lab.host();
        match case.end {
            End::Resumed => {
                // A run that the fault did not stop has nothing to go on with, and behind a rollback one sets up again.
                let again: &[&str] = if output.ok() || goes_back { &SETUP } else { &RESUME };
                well(host, again);
                is_healthy(host);
            }
            End::GivenBack => {
                if !(goes_back && output.ok()) {
                    well(host, &ROLLBACK);
                }
                self.is_as_it_was();
            }
        }
    }

    /// No path, package in whatever state, account or unit is other than before.
    fn is_as_it_was(&self) {
        let host = self.lab.host();
        let mut left = differences(&self.before, &tree(&host.root()));
        // A saved server brings its own, and systemd notes at a boot when /usr was changed last (systemd-update-done(8)).
        let at_boot = ["/etc/machine-id", "/etc/.updated", "/var/.updated"].map(|path| format!("changed  {path} "));
        left.retain(|line| !at_boot.iter().any(|noted| line.starts_with(noted)));
        assert!(left.is_empty(), "{} paths differ:\n{}", left.len(), left.join("\n"));
        let has = inventory(host);
        let other = |one: &str, two: &str, sign: &str| {
            let lines = one.lines().filter(|line| !two.lines().any(|other| other == *line));
            lines.map(|line| format!("{sign}{line}")).collect::<Vec<_>>().join("\n")
        };
        assert!(
            has == self.had,
            "the inventory differs:\n{}\n{}",
            other(&self.had, &has, "-"),
            other(&has, &self.had, "+")
        );
        nothing_failed(host);
    }
}

/// Every check passes, and another setup finds nothing to do.
fn is_healthy(host: &Host) {
    let checked = mailwright(host, &["check"]);
    assert_eq!(checked.code, Some(0), "not healthy:\n{}\n{}", checked.stdout, checked.stderr);
    let again = well(host, &SETUP);
    assert!(again.stdout.contains("Nothing to change"), "a second setup changes something:\n{}", again.stdout);
    nothing_failed(host);
}

fn nothing_failed(host: &Host) {
    let failed = host.program("systemctl").args(["--failed", "--plain", "--no-legend"]).success().unwrap().stdout;
    assert!(failed.trim().is_empty(), "failed units:\n{failed}");
}
