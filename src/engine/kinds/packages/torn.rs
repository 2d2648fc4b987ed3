//! Packages that a power cut may have torn. Ours are unpacked without waiting for the disk, which is synced once at the end:
//! when the machine was started anew in between, files may be empty that dpkg knows as unpacked, package scripts need
//! them, and no list tells which. All that came is unpacked anew then.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{INSTALL, quiet_apt};
use crate::engine::machine::Machine;
use crate::engine::paths::{self, Access};
use crate::engine::state::{Sync, write_private};
use crate::error::{Context, Error, Result};
use crate::files;
use crate::log::tell;
use crate::probe::machine::dpkg::{self, Known};
use crate::shell::Program;

/// Stands in the state directory until all that is unpacked has come to the disk.
const BEGUN: &str = "unpacks";
/// Stands as long, but is gone after a restart, as all of /run is.
const MARK: &str = "/run/mailwright-unpacks";
/// Where apt keeps what it has downloaded.
const ARCHIVES: &str = "/var/cache/apt/archives";
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
    write_private(&machine.state.dir().join(BEGUN), b"", Sync::Now)?;
    let mark = machine.path(Path::new(MARK));
    write_private(&mark, b"", Sync::Later).context(|| format!("{} could not be written", mark.display()))
}

/// Notes that all of them have come to the disk, or go.
pub fn end(machine: &Machine) {
    for name in [BEGUN].into_iter().chain(KEPT.map(|(_, copy)| copy)) {
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
    files::exists(&machine.state.dir().join(BEGUN)) && !files::exists(&machine.path(Path::new(MARK)))
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
    for (_, one) in &there {
        forget_lost_settings(machine, one)?;
    }
    fetch(&there);
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
    // What one package's script needs of another is whole at the second go at the latest.
    if !archives.is_empty() {
        unpack(&archives).or_else(|_| unpack(&archives))?;
    }
    if missing.is_empty() {
        return Ok(());
    }
    let error = Error::failed(format!("{} may be torn by a power cut and cannot be fetched", missing.join(", ")));
    Err(error.hint("see whether the mirror answers (`apt-get update`), then go on"))
}

/// Sets them up; settings that were lost come back.
pub fn configure(machine: &Machine, names: &BTreeSet<String>) {
    let known = dpkg::known(&machine.root);
    let waits = |name: &&String| known.get(*name).is_some_and(|one| !one.installed() && one.state != "config-files");
    let options = ["--force-confdef", "--force-confold", "--force-confmiss", "--configure"];
    let set_up = quiet_apt(Program::new("dpkg").args(options)).args(names.iter().filter(waits)).deadline(INSTALL).run();
    if let Err(error) = set_up {
        tracing::warn!(error = error.render(), "dpkg is not in order");
    }
}

/// Lets apt fetch what is not in its cache, or is not as long there as it should be.
fn fetch(there: &[(&String, &Known)]) {
    let options =
        ["install", "-y", "-q", "--download-only", "--reinstall", "--fix-broken", "--no-install-recommends", "--"];
    let names = there.iter().map(|(name, one)| format!("{name}={}", one.version));
    let fetched = quiet_apt(Program::new("apt-get").args(options)).args(names).deadline(INSTALL).success();
    if let Err(error) = fetched {
        tracing::warn!(error = error.render(), "apt fetches nothing");
    }
}

/// The archive of a version of a package in apt's cache.
fn archive(machine: &Machine, name: &str, version: &str) -> Option<PathBuf> {
    let version = version.replace('%', "%25").replace(':', "%3a").replace('_', "%5f");
    let start = format!("{name}_{version}_");
    let listed = files::list(&machine.path(Path::new(ARCHIVES))).unwrap_or_default();
    let fits = |name: &str| name.strip_prefix(&start).and_then(|rest| rest.strip_suffix(".deb")).is_some();
    let found = listed.into_iter().find_map(|(name, _)| name.to_str().filter(|name| fits(name)).map(str::to_owned))?;
    Some(machine.path(&Path::new(ARCHIVES).join(found)))
}

/// Whether all that dpkg keeps of a package, and all files that it lists, are as they came, as far as `dpkg --verify` tells.
fn is_whole(machine: &Machine, name: &str) -> bool {
    let info = machine.path(Path::new("/var/lib/dpkg/info"));
    let own = |file: &str| file.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ':']));
    let has_some = |file: &std::ffi::OsStr| files::read(&info.join(file)).is_ok_and(|bytes| !has_nothing(&bytes));
    let listed = files::list(&info).unwrap_or_default();
    let kept = listed.iter().filter(|(file, _)| file.to_str().is_some_and(own)).all(|(file, _)| has_some(file));
    let verified = Program::new("dpkg").args(["--verify", name]).deadline(INSTALL).run();
    kept && verified.is_ok_and(|output| output.ok() && output.stdout.trim().is_empty())
}

/// Removes settings of a package that have nothing in them but should: dpkg takes them for edited ones otherwise.
fn forget_lost_settings(machine: &Machine, one: &Known) -> Result<()> {
    for (path, _) in one.conffiles.iter().filter(|(_, md5)| md5 != EMPTY) {
        let real = machine.path(path);
        let is_small = files::look(&real).ok().flatten().is_some_and(|look| look.kind == files::Kind::File)
            && files::handle(&real).and_then(|file| file.metadata()).is_ok_and(|meta| meta.len() <= SETTINGS);
        if is_small && files::read(&real).is_ok_and(|bytes| has_nothing(&bytes)) {
            files::remove_file(&real).context(|| format!("{} could not be removed", real.display()))?;
        }
    }
    Ok(())
}
