//! Packages that a power cut may have torn. Ours are unpacked without waiting for the disk, which is synced once at the end:
//! when the machine was started anew in between, files may be empty that dpkg knows as unpacked, those that tell which as
//! well, and package scripts need them. All that came is unpacked anew then.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{INSTALL, known, quiet_apt};
use crate::engine::machine::Machine;
use crate::engine::paths::{self, Access};
use crate::engine::state::{Sync, write_private};
use crate::error::{Context, Error, Result};
use crate::files;
use crate::log::tell;
use crate::probe::machine::apt::{ARCHIVES, archive_name};
use crate::probe::machine::dpkg::{self, Known};
use crate::shell::Program;

/// Stands in the state directory until all that is unpacked has come to the disk.
const UNPACKS: &str = "unpacks";
/// Stands as long, but is gone after a restart, as all of /run is.
const MARK: &str = "/run/mailwright-unpacks";
/// Where dpkg keeps what it knows of each package: its list, its scripts.
const INFO: &str = "/var/lib/dpkg/info";
/// The MD5 of a file with nothing in it.
const EMPTY: &str = "d41d8cd98f00b204e9800998ecf8427e";
/// A settings file is no larger, in bytes.
const SETTINGS: u64 = 1 << 20;

/// What ucf(1) keeps of every package's settings. It writes them anew each time and syncs nothing.
const KEPT: [(&str, &str); 2] = [("/var/lib/ucf/hashfile", "ucf-hashfile"), ("/var/lib/ucf/registry", "ucf-registry")];

/// Notes that packages are about to be unpacked.
///
/// # Errors
/// When it cannot be written.
pub fn begin(machine: &Machine) -> Result<()> {
    for (path, copy) in KEPT {
        let bytes = files::read(&machine.path(Path::new(path))).unwrap_or_default();
        if !bytes.is_empty() {
            write_private(&machine.state.dir().join(copy), &bytes, Sync::Now)?;
        }
    }
    write_private(&machine.state.dir().join(UNPACKS), b"", Sync::Now)?;
    let mark = machine.path(Path::new(MARK));
    write_private(&mark, b"", Sync::Later).context(|| format!("{} could not be written", mark.display()))
}

/// Notes that all of them have come to the disk, or go.
pub fn end(machine: &Machine) {
    for name in [UNPACKS].into_iter().chain(KEPT.map(|(_, copy)| copy)) {
        let _ = files::remove_file(&machine.state.dir().join(name));
    }
    let _ = files::remove_file(&machine.path(Path::new(MARK)));
}

/// Gives ucf(1) back what it knew, where the power cut has left nothing of it.
fn remember(machine: &Machine) -> Result<()> {
    for (path, copy) in KEPT {
        let real = machine.path(Path::new(path));
        let (Ok(now), Ok(then)) = (files::read(&real), files::read(&machine.state.dir().join(copy))) else { continue };
        if has_nothing(&now) && !has_nothing(&then) {
            paths::write(&real, &then, Access { mode: 0o644, uid: 0, gid: 0 })?;
        }
    }
    Ok(())
}

/// Whether nothing stands in a file: it is empty, or has the zero bytes that a file system gives where the real ones never
/// came to the disk.
pub fn has_nothing(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

/// Whether the machine was started anew between their beginning to be unpacked and their coming to the disk.
pub fn is_possible(machine: &Machine) -> bool {
    files::exists(&machine.state.dir().join(UNPACKS)) && !files::exists(&machine.path(Path::new(MARK)))
}

/// Unpacks those of these packages anew that are there, from apt's cache or from the mirror.
///
/// # Errors
/// When an archive cannot be had, or dpkg cannot unpack it.
pub fn unpack_anew(machine: &Machine, names: &BTreeSet<String>) -> Result<()> {
    let known = dpkg::known(&machine.root);
    let there: Vec<(&String, &Known)> = names
        .iter()
        .filter_map(|name| Some((name, known.get(name).filter(|one| one.state != "config-files")?)))
        .collect();
    if there.is_empty() {
        return Ok(());
    }
    remember(machine)?;
    tell("progress-torn", &[("count", &there.len().to_string())]);
    forget_lost_settings(machine, &there)?;
    fetch(machine, &there);
    let (mut archives, mut missing) = (Vec::new(), Vec::new());
    for (name, one) in &there {
        match archive(machine, name, &one.version) {
            Some(path) => archives.push(path),
            None if is_whole(machine, name) => {}
            None => missing.push((*name).clone()),
        }
    }
    let unpack = |archives: &[PathBuf]| {
        let options = ["--force-depends", "--force-breaks", "--force-confdef", "--force-confold", "--unpack"];
        quiet_apt(Program::new("dpkg").args(options)).args(archives).deadline(INSTALL).success()
    };
    if !archives.is_empty() {
        // What one package's script needs of another is whole at the second go at the latest.
        unpack(&archives).or_else(|_| unpack(&archives))?;
    }
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(", ");
    let error = Error::failed(format!("{names} may be torn by a power cut, and the archives cannot be fetched"));
    Err(error.hint(format!(
        "see whether the mirror answers (`apt-get update`); where it has other versions by now, \
         `apt-get install --reinstall {}`; then go on",
        missing.join(" ")
    )))
}

/// Sets them up; settings that were lost come back.
pub fn configure(machine: &Machine, names: &BTreeSet<String>) {
    let known = dpkg::known(&machine.root);
    let waits = |name: &&String| known.get(*name).is_some_and(|one| !one.installed() && one.state != "config-files");
    let options = ["--force-confdef", "--force-confold", "--force-confmiss", "--configure"];
    let waiting: Vec<&String> = names.iter().filter(waits).collect();
    let set_up = quiet_apt(Program::new("dpkg").args(options)).args(&waiting).deadline(INSTALL);
    if !waiting.is_empty()
        && let Err(error) = set_up.success()
    {
        tracing::warn!(error = error.render(), "dpkg is not in order");
    }
}

/// Lets apt fetch what is not in its cache: all at once, or one by one where it refuses for one of them.
fn fetch(machine: &Machine, there: &[(&String, &Known)]) {
    let options =
        ["install", "-y", "-q", "--download-only", "--reinstall", "--fix-broken", "--no-install-recommends", "--"];
    let fetch = |some: &[&(&String, &Known)]| {
        let names = some.iter().map(|(name, one)| format!("{name}={}", one.version));
        let fetched = quiet_apt(Program::new("apt-get").args(options)).args(names).deadline(INSTALL).success();
        fetched.inspect_err(|error| tracing::warn!(error = error.render(), "not fetched")).is_ok()
    };
    let lacks =
        || there.iter().filter(|(name, one)| archive(machine, name, &one.version).is_none()).collect::<Vec<_>>();
    let lacking = lacks();
    if !lacking.is_empty() && !fetch(&lacking) {
        for one in lacks() {
            fetch(&[one]);
        }
    }
}

/// The archive of a version of a package in apt's cache, unless the power cut has left nothing of it.
fn archive(machine: &Machine, name: &str, version: &str) -> Option<PathBuf> {
    let dir = machine.path(Path::new(ARCHIVES));
    let mut paths = ["all", architecture()].map(|arch| dir.join(archive_name(name, version, arch))).into_iter();
    // An archive of ar(1) begins with its mark.
    let is_archive = |path: &PathBuf| {
        let mut mark = [0; 8];
        files::handle(path).is_ok_and(|mut file| file.read_exact(&mut mark).is_ok() && mark == *b"!<arch>\n")
    };
    paths.find(is_archive)
}

/// Debian's name of what this program was built for.
const fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" }
}

/// Whether what dpkg keeps of a package, and the files that it lists, are as they came, as far as `dpkg --verify` tells.
fn is_whole(machine: &Machine, name: &str) -> bool {
    let info = machine.path(Path::new(INFO));
    let is_own = |file: &str| {
        let rest = file.strip_prefix(name).unwrap_or_default();
        rest.starts_with(':') || rest.strip_prefix('.').is_some_and(|rest| !rest.contains('.'))
    };
    let has_some = |file: &std::ffi::OsStr| files::read(&info.join(file)).is_ok_and(|bytes| !has_nothing(&bytes));
    let listed = files::list(&info).unwrap_or_default();
    let kept = listed.iter().filter(|(file, _)| file.to_str().is_some_and(is_own)).all(|(file, _)| has_some(file));
    let verified = Program::new("dpkg").args(["--verify", name]).deadline(INSTALL).run();
    kept && verified.is_ok_and(|output| !output.stdout.lines().any(is_torn))
}

/// Whether a line of `dpkg --verify` tells of a file with other bytes than the package's, or of none: `??5??????   /usr/bin/x`,
/// `missing     /usr/bin/x`. Settings are told apart by a `c`; some hosts leave documentation out.
fn is_torn(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (found, place) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let left_out = ["/usr/share/doc", "/usr/share/man", "/usr/share/locale", "/usr/share/info", "/usr/share/lintian"];
    let is_file = place.starts_with('/') && !left_out.iter().any(|start| place.starts_with(start));
    is_file && (found == "missing" || found.contains('5'))
}

/// Removes settings of packages that have nothing in them but should: dpkg and ucf take them for edited ones otherwise.
fn forget_lost_settings(machine: &Machine, there: &[(&String, &Known)]) -> Result<()> {
    let conffiles = there.iter().flat_map(|(_, one)| one.conffiles.iter().cloned());
    let managed = known::ucf(machine).into_iter().filter(|(_, (of, _))| there.iter().any(|(name, _)| *name == of));
    let all = conffiles.chain(managed.map(|(path, (_, md5))| (path, md5)));
    for (path, _) in all.filter(|(_, md5)| md5 != EMPTY) {
        let real = machine.path(&path);
        let file = files::handle(&real).and_then(|file| file.metadata());
        let is_small = file.is_ok_and(|meta| meta.is_file() && meta.len() <= SETTINGS);
        if is_small && files::read(&real).is_ok_and(|bytes| has_nothing(&bytes)) {
            tracing::warn!(path = %path.display(), "nothing is left of this; it comes back from its package");
            files::remove_file(&real).context(|| format!("{} could not be removed", real.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_file_is_told_from_an_edited_setting() {
        // The forms of dpkg(1), "--verify-format".
        assert!(is_torn("??5??????   /usr/sbin/postconf"));
        assert!(is_torn("missing     /usr/sbin/postconf"));
        assert!(!is_torn("??5?????? c /etc/dovecot/dovecot.conf"));
        assert!(!is_torn("missing   c /etc/dovecot/dovecot.conf"));
        assert!(!is_torn("missing     /usr/share/doc/postfix/README"));
    }

    #[test]
    fn where_the_real_bytes_never_came_there_is_nothing() {
        assert!(has_nothing(b"") && has_nothing(&[0; 4096]));
        assert!(!has_nothing(b"\n"));
    }
}
