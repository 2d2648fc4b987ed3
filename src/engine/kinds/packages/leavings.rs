//! Declared leavings on a machine: which paths a pattern means, and which of them are there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::engine::machine::Machine;
use crate::files::{self, Kind};
use crate::steps::packages::leavings::Leavings;

/// Whether a path is meant by a pattern: `*` is anything within one name, `**` at the end all that lies below, and the
/// directory itself.
#[must_use]
pub fn matches(pattern: &str, path: &Path) -> bool {
    let Some(path) = path.to_str() else { return false };
    let (pattern, below) = pattern.strip_suffix("/**").map_or((pattern, false), |start| (start, true));
    let mut names = path.split('/');
    for wanted in pattern.split('/') {
        if !names.next().is_some_and(|name| is_like(wanted, name)) {
            return false;
        }
    }
    below || names.next().is_none()
}

/// Whether a name is as wanted, with `*` for any part of it.
fn is_like(wanted: &str, name: &str) -> bool {
    let mut parts = wanted.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Whether one of these packages makes such a path.
#[must_use]
pub fn own(all: &[&Leavings], path: &Path) -> bool {
    all.iter().flat_map(|one| one.own).any(|pattern| matches(pattern, path))
}

/// Everything of these packages' leavings that is there now, directories before what lies in them. Links are not followed.
#[must_use]
pub fn there(machine: &Machine, all: &[&Leavings]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for pattern in all.iter().flat_map(|one| one.own) {
        expand(machine, Path::new("/"), pattern.trim_start_matches('/'), &mut found);
    }
    for path in all.iter().flat_map(|one| one.goes).map(Path::new) {
        if files::exists(&machine.path(path)) {
            found.insert(path.to_owned());
        }
    }
    found
}

/// The paths below `dir` that the rest of a pattern means.
fn expand(machine: &Machine, dir: &Path, rest: &str, found: &mut BTreeSet<PathBuf>) {
    let (name, rest) = rest.split_once('/').map_or((rest, None), |(name, rest)| (name, Some(rest)));
    if name == "**" {
        found.insert(dir.to_owned());
        below(machine, dir, &mut |path, _| {
            found.insert(path.to_owned());
        });
        return;
    }
    let names: Vec<PathBuf> = if name.contains('*') {
        let fits = |path: &PathBuf| path.file_name().and_then(|n| n.to_str()).is_some_and(|n| is_like(name, n));
        children(machine, dir).into_iter().map(|(path, _)| path).filter(fits).collect()
    } else {
        vec![dir.join(name)]
    };
    for path in names {
        let Ok(Some(look)) = files::look(&machine.path(&path)) else { continue };
        match rest {
            None => {
                found.insert(path);
            }
            Some(rest) if look.kind == Kind::Directory => expand(machine, &path, rest, found),
            Some(_) => {}
        }
    }
}

/// Calls for everything below a directory, a directory before what lies in it; links are not followed.
pub fn below(machine: &Machine, dir: &Path, each: &mut dyn FnMut(&Path, Kind)) {
    let mut waiting = vec![dir.to_owned()];
    while let Some(dir) = waiting.pop() {
        for (path, kind) in children(machine, &dir) {
            each(&path, kind);
            if kind == Kind::Directory {
                waiting.push(path);
            }
        }
    }
}

fn children(machine: &Machine, dir: &Path) -> Vec<(PathBuf, Kind)> {
    let listed = files::list(&machine.path(dir)).unwrap_or_default();
    listed.into_iter().map(|(name, kind)| (dir.join(name), kind)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_it_says() {
        for (pattern, path, meant) in [
            ("/var/lib/mysql/ib*", "/var/lib/mysql/ibdata1", true),
            ("/var/lib/mysql/ib*", "/var/lib/mysql/ib/data", false),
            ("/var/lib/mysql/*/*.frm", "/var/lib/mysql/webmail/users.frm", true),
            ("/var/lib/mysql/*/*.frm", "/var/lib/mysql/webmail/users.frm.bak", false),
            ("/var/spool/postfix/pid/**", "/var/spool/postfix/pid", true),
            ("/var/spool/postfix/pid/**", "/var/spool/postfix/pid/a/b", true),
            ("/var/spool/postfix/pid/**", "/var/spool/postfix/pids", false),
            ("/etc/aliases", "/etc/aliases", true),
            ("/etc/aliases", "/etc/aliases/x", false),
        ] {
            assert_eq!(matches(pattern, Path::new(path)), meant, "{pattern} {path}");
        }
    }
}
