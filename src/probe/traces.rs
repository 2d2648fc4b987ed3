//! What on a machine looks like mailwright's work, for when no journal tells: found by looking, so nothing of it says
//! what stood there before.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::machine::dpkg;
use crate::change::Daemon;
use crate::shell::Program;
use crate::steps::packages;
use crate::words::say;

/// Every file that mailwright writes says so in its first line.
const HEADER: &[u8] = b"Written by mailwright";
/// Where it writes them, and how deep they lie at most.
const PLACES: [&str; 2] = ["etc", "usr/local"];
const DEPTH: usize = 5;
/// The account that owns the mail.
const ACCOUNT: &str = "vmail";

/// What looks like mailwright's work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Traces {
    /// Files whose first lines say that mailwright wrote them.
    pub files: Vec<PathBuf>,
    /// Installed packages that a setup asks for.
    pub packages: Vec<String>,
    /// Accounts that a setup makes.
    pub accounts: Vec<String>,
    /// Units of those packages that run.
    pub units: Vec<String>,
}

impl Traces {
    /// Looks at the machine whose tree is `root`; nothing where no file bears mailwright's name.
    #[must_use]
    pub fn of(root: &Path) -> Option<Self> {
        let mut files = Vec::new();
        for place in PLACES {
            written(&root.join(place), DEPTH, &mut files);
        }
        if files.is_empty() {
            return None;
        }
        let mut files: Vec<PathBuf> =
            files.iter().map(|path| Path::new("/").join(path.strip_prefix(root).unwrap_or(path))).collect();
        files.sort();
        let installed = dpkg::installed(root);
        let packages = packages::names().into_iter().filter(|name| installed.contains_key(name)).collect();
        let passwd = fs::read_to_string(root.join("etc/passwd")).unwrap_or_default();
        let names: BTreeSet<&str> = passwd.lines().filter_map(|line| line.split(':').next()).collect();
        let accounts = [ACCOUNT].into_iter().filter(|name| names.contains(name)).map(str::to_owned).collect();
        Some(Self { files, packages, accounts, units: running() })
    }

    /// One line for each kind of thing.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let files: Vec<String> = self.files.iter().map(|path| path.display().to_string()).collect();
        let mut lines = vec![say("traces-files", &[("names", &files.join(", "))])];
        if !self.packages.is_empty() {
            lines.push(say("traces-packages", &[("names", &self.packages.join(", "))]));
        }
        if !self.accounts.is_empty() {
            lines.push(say("traces-accounts", &[("names", &self.accounts.join(", "))]));
        }
        if !self.units.is_empty() {
            lines.push(say("traces-units", &[("names", &self.units.join(", "))]));
        }
        lines
    }
}

fn written(dir: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        // Of the entry itself: a link is not followed.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth > 1 {
            written(&entry.path(), depth - 1, found);
        } else if kind.is_file() && says_so(&entry.path()) {
            found.push(entry.path());
        }
    }
}

fn says_so(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(200).read_to_end(&mut start));
    read.is_ok() && start.windows(HEADER.len()).any(|part| part == HEADER)
}

fn running() -> Vec<String> {
    let units = Daemon::ALL.map(Daemon::unit);
    let asked = Program::new("systemctl").arg("is-active").args(units).run();
    let states = asked.map(|output| output.stdout).unwrap_or_default();
    let active = units.into_iter().zip(states.lines()).filter(|(_, state)| *state == "active");
    active.map(|(unit, _)| unit.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_bears_the_name_is_found_and_a_link_is_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let etc = root.path().join("etc/postfix");
        fs::create_dir_all(&etc).unwrap();
        fs::write(etc.join("master.cf"), "# my own\n").unwrap();
        assert_eq!(Traces::of(root.path()), None);
        fs::write(etc.join("main.cf"), include_str!("../../assets/postfix/main.cf")).unwrap();
        std::os::unix::fs::symlink(etc.join("main.cf"), etc.join("link.cf")).unwrap();
        fs::write(root.path().join("etc/passwd"), "root:x:0:0::/root:/bin/sh\nvmail:x:5000:5000::/var/vmail:\n")
            .unwrap();
        let traces = Traces::of(root.path()).unwrap();
        assert_eq!(traces.files, [Path::new("/etc/postfix/main.cf")]);
        assert_eq!(traces.accounts, ["vmail"]);
    }
}
