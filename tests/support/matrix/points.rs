//! The places of a run: from the plan, each change before, inside and after; from dpkg's own log, each package unpacked,
//! configured, removed and purged.
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

use std::fs;

use mailwright::rehearsal::Host;
use serde_json::Value;

use super::super::fault::Point;
use super::super::server::{SETUP, well};
use super::{Place, Start};

pub const PACKAGES: &str = "packages";

/// The changes that a setup would make on this host, in order.
pub fn planned(host: &Host) -> Vec<&'static str> {
    let said = well(host, &[&SETUP[..3], &["--dry-run", "--json"]].concat()).stdout;
    let plan: Value = serde_json::from_str(&said).unwrap();
    let steps = plan["steps"].as_array().unwrap().iter();
    let changes = steps.flat_map(|step| step["changes"].as_array().unwrap());
    let due = changes.filter(|change| change["standing"] == "differs");
    due.map(|change| kept(change["subject"].as_str().unwrap())).collect()
}

/// The packages that dpkg has unpacked on this host, in order.
pub fn unpacked(host: &Host) -> Vec<&'static str> {
    let log = host.read_text("/var/log/dpkg.log").unwrap();
    let names = log.lines().filter_map(|line| line.split_once(" install ")?.1.split_once(':').map(|(name, _)| name));
    names.map(kept).collect()
}

/// Those of these packages that have something to be purged once they are removed: settings, or a script.
pub fn purged(host: &Host, packages: &[&'static str]) -> Vec<&'static str> {
    let info = host.root().join("var/lib/dpkg/info");
    let files: Vec<String> =
        fs::read_dir(info).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let has = |package: &&&str| {
        let of = |file: &String| {
            let (name, end) = file.rsplit_once('.').unwrap_or((file, ""));
            ["conffiles", "postrm"].contains(&end) && name.split(':').next() == Some(**package)
        };
        files.iter().any(of)
    };
    packages.iter().filter(has).copied().collect()
}

/// Every place. What is before a change is after the one before it, and of the first the start of the run.
pub fn places(changes: &[&'static str], packages: &[&'static str], purged: &[&'static str]) -> Vec<Place> {
    let installing = changes.iter().position(|change| *change == PACKAGES).unwrap();
    let mut all = Vec::new();
    let mut add = |start, kind, point| all.push(Place { start, kind, point });
    add(Start::Fresh, "setup, a change", Point::Started);
    for (at, change) in changes.iter().enumerate() {
        let start = if at <= installing { Start::Fresh } else { Start::Installed };
        add(start, "setup, a change", Point::Begun(change));
        add(start, "setup, a change", Point::Done(change));
    }
    for package in packages {
        add(Start::Fresh, "setup, unpack", Point::Dpkg("install", package));
        add(Start::Fresh, "setup, configure", Point::Dpkg("configure", package));
    }
    add(Start::Finished, "rollback, a change", Point::Started);
    for change in changes.iter().rev() {
        add(Start::Finished, "rollback, a change", Point::Undone(change));
    }
    for package in packages {
        add(Start::Finished, "rollback, remove", Point::Dpkg("remove", package));
    }
    for package in purged {
        add(Start::Finished, "rollback, purge", Point::Dpkg("purge", package));
    }
    all
}

/// The names of a matrix live as long as the test program.
fn kept(name: &str) -> &'static str {
    Box::leak(name.to_owned().into_boxed_str())
}
