//! apt's own simulation of an installation. It takes a second and is asked for by several: what it said is remembered for as
//! long as nothing changes that it depends on.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::error::Result;
use crate::shell::{Output, Program};

/// How long apt may think about what it would do.
const SIMULATE: Duration = Duration::from_secs(120);
/// What apt reads: what is installed and why, what there is, and its settings (apt.conf(5), `apt_preferences`(5),
/// sources.list(5)).
const READ: [&str; 5] =
    ["/var/lib/dpkg/status", "/var/lib/dpkg/updates", "/var/lib/apt/extended_states", "/var/lib/apt/lists", "/etc/apt"];
/// How deep settings lie below /etc/apt.
const DEPTH: usize = 3;

/// A path with what changes when it is written or put in another's place: inode, change time, size.
type Stamp = (PathBuf, Option<(u64, i64, i64, u64)>);

/// What apt was asked, how things stood, and what it said.
struct Said {
    names: Vec<String>,
    stamps: Vec<Stamp>,
    output: Output,
}

static LAST: Mutex<Option<Said>> = Mutex::new(None);

/// What apt-get(8) says it would do to have these packages, recommended ones left out.
///
/// # Errors
/// When it cannot be asked.
pub fn of(names: &[String]) -> Result<Output> {
    // Who comes second waits for the first one's answer.
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let stamps = stamps();
    if let Some(said) = &*last
        && said.names == names
        && said.stamps == stamps
    {
        return Ok(said.output.clone());
    }
    // The debug output of a lock that is held would hide the rest: a simulation needs none.
    let options = ["install", "--simulate", "-y", "-q", "--no-install-recommends", "-oDebug::NoLocking=true", "--"];
    let ask = Program::new("apt-get").args(options).args(names).env("LC_ALL", "C.UTF-8").env("LANGUAGE", "C");
    let output = ask.deadline(SIMULATE).run()?;
    *last = output.ok().then(|| Said { names: names.to_vec(), stamps, output: output.clone() });
    Ok(output)
}

fn stamps() -> Vec<Stamp> {
    let mut found = Vec::new();
    for path in READ {
        let below = if path.starts_with("/etc") { DEPTH } else { 0 };
        stamp(Path::new(path), below, &mut found);
    }
    found
}

/// The stamp of a path and, so many levels deep, of what lies below it.
fn stamp(path: &Path, below: usize, found: &mut Vec<Stamp>) {
    let meta = std::fs::metadata(path).ok();
    let is_dir = meta.as_ref().is_some_and(std::fs::Metadata::is_dir);
    found.push((path.to_owned(), meta.map(|meta| (meta.ino(), meta.ctime(), meta.ctime_nsec(), meta.size()))));
    if is_dir && below > 0 {
        // As apt reads them: a link to a directory is one.
        let mut names: Vec<_> =
            std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names {
            stamp(&path.join(name), below - 1, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_is_edited_or_added_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let seen = || {
            let mut found = Vec::new();
            stamp(dir.path(), DEPTH, &mut found);
            found
        };
        std::fs::create_dir(dir.path().join("preferences.d")).unwrap();
        let first = seen();
        assert_eq!(first, seen());
        let file = dir.path().join("preferences.d/pin");
        std::fs::write(&file, "Package: postfix\n").unwrap();
        let second = seen();
        assert_ne!(first, second);
        std::fs::write(&file, "Package: dovecot\n").unwrap();
        assert_ne!(second, seen());
    }
}
