//! A certificate by ACME: asked for by certbot once nothing speaks against it, and renewed by Debian's timer.
//!
//! That there is none to be had is no failure: the reason is kept, the one that stands there stays, and the next run
//! asks again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::process::{Flock, FlockType, fcntl_getlk};

use crate::change::{AcmeCertificate, CERTBOT};
use crate::engine::journal::{AcmeBefore, After, Before};
use crate::engine::kinds::files;
use crate::engine::kinds::service::systemctl;
use crate::engine::machine::Machine;
use crate::engine::state::hash;
use crate::error::{Context, Result};
use crate::files as room;
use crate::log::{self, tell};
use crate::plan::Standing;
use crate::probe::lineage::{self, Lineage, TIMER};
use crate::shell::Program;

mod certbot;
pub mod others;
pub mod undo;
mod way;

use way::Way;

/// How long the daemons may take to reload.
const RELOAD: Duration = Duration::from_secs(120);

/// How the certificate stands. Asks nobody outside.
///
/// # Errors
/// When a file cannot be read.
pub fn standing(machine: &Machine, change: &AcmeCertificate) -> Result<Standing> {
    let mut what = Vec::new();
    match kept(machine, change) {
        None => what.push(format!(
            "new certificate for {} from {}; until it can be had, the self-signed one stays",
            change.name, change.directory
        )),
        Some(kept) => {
            let way = Way::now(change);
            if !way.is_of(&kept) {
                what.push(format!("renewal {}", way.describe()));
            }
            if !reached(machine, change, &kept) {
                what.push("the daemons' copy of the certificate".to_owned());
            }
        }
    }
    if timer(machine) != (true, true) {
        what.push(format!("{TIMER} enabled and started"));
    }
    Ok(files::differs(what))
}

/// certbot's directories, the pair that the daemons read, and the timer, for the journal.
///
/// # Errors
/// When one cannot be read.
pub fn before(machine: &Machine, change: &AcmeCertificate) -> Result<Before> {
    let pair = files::captured(machine, &[change.certificate.clone(), change.key.clone()])?;
    let (active, enabled) = timer(machine);
    let (lineage, directory) = (change.lineage(), change.directory.clone());
    let missing = way::directories(&change.webroot).into_iter().filter(|path| !machine.path(path).exists()).collect();
    let (had, webroot) = (its_own(machine), Some(change.webroot.clone()));
    Ok(Before::Acme(AcmeBefore { lineage, directory, had, pair, active, enabled, webroot, missing }))
}

/// Gets the certificate, lets the daemons have it, and arms the timer. Where it cannot be had, why.
///
/// # Errors
/// When this machine fails: systemd, or the program that takes the certificate to the daemons.
pub fn act(machine: &Machine, change: &AcmeCertificate) -> Result<After> {
    // Packages come with their units held back, this one among them.
    systemctl(&["enable", "--now", "--quiet", TIMER]).success()?;
    let way = Way::now(change);
    let missing = kept(machine, change).is_none_or(|kept| !way.is_of(&kept));
    let asked = if missing { ask(machine, change, &way) } else { Ok(()) };
    let unmet = asked.err().map(|why| why.line());
    if let Some(why) = &unmet {
        tell("progress-acme-unmet", &[("reason", why)]);
    }
    match kept(machine, change) {
        Some(kept) if !reached(machine, change, &kept) => hand_over(change)?,
        Some(_) => {}
        // The one that stands there may have been made anew in this run.
        None => reload()?,
    }
    let pair = [&change.certificate, &change.key].map(PathBuf::as_path);
    Ok(After { files: hashes(machine, &pair), unmet, ..After::default() })
}

/// What the daemons read now, by hash.
fn pair(machine: &Machine, before: &AcmeBefore) -> BTreeMap<PathBuf, String> {
    hashes(machine, &before.pair.keys().map(PathBuf::as_path).collect::<Vec<_>>())
}

fn hashes(machine: &Machine, paths: &[&Path]) -> BTreeMap<PathBuf, String> {
    let read = |path: &&Path| Some(((*path).to_owned(), hash(&room::read(&machine.path(path)).ok()?)));
    paths.iter().filter_map(read).collect()
}

/// Asks the authority, unless it would be in vain: failed attempts are counted there, and after a few nobody is answered
/// for an hour.
fn ask(machine: &Machine, change: &AcmeCertificate, way: &Way) -> Result<()> {
    let asked = way.fits(machine, change).map_err(|why| (why, String::new())).and_then(|()| {
        begin_anew(machine, &change.lineage()).map_err(|why| (why, String::new()))?;
        // Whatever certbot keeps under this name is not what is wanted.
        let again = machine.path(&lineage::conf(&change.lineage())).exists();
        certbot::run(machine, change, way, again)
    });
    let log = machine.path(Path::new(log::ACME));
    match asked {
        Ok(()) => {
            let _ = room::remove_file(&log);
            Ok(())
        }
        Err((why, said)) => {
            let text = format!("{}\n\n{said}", why.line());
            note(&log, text.trim_end()).unwrap_or_else(|error| tracing::warn!(error = error.render(), "not noted"));
            Err(why)
        }
    }
}

/// Removes what there is of our lineage when it is not whole: certbot was killed at work. Beside it certbot would begin
/// another, under a name that nobody knows (certbot's `storage.py`, `RenewableCert.new_lineage`).
fn begin_anew(machine: &Machine, name: &str) -> Result<()> {
    if Lineage::read(&machine.root, name).is_some() || is_at_work(machine) {
        return Ok(());
    }
    for path in lineage::places(name) {
        let real = machine.path(&path);
        room::remove_tree(&real).context(|| format!("{}, left by certbot, could not be removed", path.display()))?;
    }
    Ok(())
}

/// Whether certbot runs at this moment: it outlives whoever asked it and was killed, and says so itself when asked again.
fn is_at_work(machine: &Machine) -> bool {
    let lock = fs::File::open(machine.path(&Path::new(lineage::HOME).join(".certbot.lock")));
    lock.is_ok_and(|lock| fcntl_getlk(&lock, &Flock::from(FlockType::WriteLock)).is_ok_and(|held| held.is_some()))
}

/// Ends what a killed run left: certbot's unfinished work, and a file in the web server's directory.
///
/// # Errors
/// When something cannot be removed.
pub fn settle(machine: &Machine, before: &AcmeBefore) -> Result<After> {
    begin_anew(machine, &before.lineage)?;
    if let Some(webroot) = &before.webroot {
        way::sweep(&machine.path(webroot));
        // Only those that are empty go, deepest first.
        for directory in before.missing.iter().rev() {
            let _ = room::remove_directory(&room::real(&machine.path(directory)));
        }
    }
    Ok(After { files: pair(machine, before), settled: true, ..After::default() })
}

fn note(log: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let open = room::create(log, 0o640);
    let written = open.and_then(|mut file| writeln!(file, "{text}"));
    written.context(|| format!("{} could not be written", log.display()))
}

/// What certbot keeps for this change, when it is for its name, of its authority and still valid.
fn kept(machine: &Machine, change: &AcmeCertificate) -> Option<Lineage> {
    let kept = Lineage::read(&machine.root, &change.lineage())?;
    let leaf = kept.leaf()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let fits = leaf.is_for(&change.name) && leaf.is_valid_at(i64::try_from(now).ok()?);
    (fits && kept.directory() == Some(&change.directory) && kept.hook() == Some(&change.hook)).then_some(kept)
}

/// Whether the daemons' copy is the one that certbot keeps.
fn reached(machine: &Machine, change: &AcmeCertificate, kept: &Lineage) -> bool {
    let is = |path: &Path, bytes: &[u8]| room::read(&machine.path(path)).is_ok_and(|read| read == bytes);
    is(&change.certificate, &kept.certificate) && is(&change.key, &kept.key)
}

/// Does what certbot does after a renewal.
fn hand_over(change: &AcmeCertificate) -> Result<()> {
    let [live, ..] = lineage::places(&change.lineage());
    let hook = Program::new(&change.hook).env("RENEWED_LINEAGE", &live).deadline(RELOAD).success();
    hook.map(drop).map_err(|error| error.within("the new certificate did not reach the daemons"))
}

/// Lets the daemons that run read their certificate anew; open sessions stay.
fn reload() -> Result<()> {
    systemctl(&["try-reload-or-restart", "postfix.service", "dovecot.service"]).success().map(drop)
}

/// Whether the timer is active and enabled.
fn timer(machine: &Machine) -> (bool, bool) {
    // A tree in a directory has none.
    if machine.root != Path::new("/") {
        return (false, false);
    }
    let says = |question: &str, word: &str| {
        systemctl(&[question, TIMER]).run().is_ok_and(|output| output.stdout.trim() == word)
    };
    (says("is-active", "active"), says("is-enabled", "enabled"))
}

/// Every path in certbot's directories, they included.
fn its_own(machine: &Machine) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<PathBuf> = CERTBOT.map(PathBuf::from).to_vec();
    while let Some(path) = waiting.pop() {
        let Ok(meta) = fs::symlink_metadata(machine.path(&path)) else { continue };
        if meta.is_dir() {
            let entries = fs::read_dir(machine.path(&path)).into_iter().flatten().flatten();
            waiting.extend(entries.map(|entry| path.join(entry.file_name())));
        }
        found.insert(path);
    }
    found
}

#[cfg(test)]
mod tests;
