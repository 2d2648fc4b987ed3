//! A zone's master file: edited record by record, seen by BIND's own check before it takes its place, and served at once.

use std::collections::BTreeMap;
use std::path::Path;

use crate::change::ZoneRecords;
use crate::dns::zonefile::ZoneFile;
use crate::dns::zonefile::want::{Edited, Want, edited};
use crate::engine::journal::{After, Before, PathState, Record};
use crate::engine::machine::Machine;
use crate::engine::paths;
use crate::engine::state::hash;
use crate::error::{Context, Error, Result};
use crate::files;
use crate::plan::{Standing, TextChange};
use crate::shell::Program;
use crate::words::say;

/// What the journal knows of a zone.
#[derive(Debug, Default)]
pub struct Past {
    /// The last serial that was given to it, also when it was taken back: other servers may have it.
    serial: Option<u32>,
    /// Its file before the first edit that stands.
    original: Option<ZoneFile>,
    /// Its file after the last one.
    written: Option<ZoneFile>,
}

impl Past {
    /// The past of the zone of a change.
    #[must_use]
    pub fn of(machine: &Machine, records: &[Record], change: &ZoneRecords) -> Self {
        Self {
            serial: serial_before(records, &change.zone),
            original: original(machine, records, change),
            written: written(machine, records, change),
        }
    }
}

/// The file of a zone after the last edit that stands; an older mailwright did not keep it.
fn written(machine: &Machine, records: &[Record], change: &ZoneRecords) -> Option<ZoneFile> {
    let wrote = |record: &Record| match &record.before {
        Before::Zone { zone, file, .. } if *zone == change.zone && *file == change.file && !record.undone => {
            record.after.as_ref()?.files.get(file).cloned()
        }
        _ => None,
    };
    let hash = records.iter().rev().find_map(wrote)?;
    ZoneFile::parse(&change.zone, machine.state.kept(&hash).ok()?).ok()
}

/// The last serial of a zone that landed, by the journal.
fn serial_before(records: &[Record], zone: &str) -> Option<u32> {
    let landed = |record: &Record| record.after.as_ref().is_some_and(|after| !after.files.is_empty());
    let of = |record: &Record| match &record.before {
        Before::Zone { zone: one, serial, .. } if one == zone && landed(record) => *serial,
        _ => None,
    };
    records.iter().rev().find_map(of)
}

/// The file of a zone before the first edit that stands; bytes that are gone or damaged are as good as none.
fn original(machine: &Machine, records: &[Record], change: &ZoneRecords) -> Option<ZoneFile> {
    let was = |record: &Record| match (&record.before, &record.after) {
        // One that failed left the file as it was.
        (_, Some(after)) if after.files.is_empty() => None,
        (Before::Zone { zone, file, was, .. }, Some(_)) if *zone == change.zone && *file == change.file => {
            Some(was.clone())
        }
        // The run was cut off, and nobody settled it yet.
        (Before::Zone { zone, file, was, wanted, .. }, None) if *zone == change.zone && *file == change.file => {
            (crate::engine::file_hash(machine, file).as_ref() == Some(wanted)).then(|| was.clone())
        }
        _ => None,
    };
    let PathState::File { hash, .. } = records.iter().filter(|record| !record.undone).find_map(was)? else {
        return None;
    };
    let kept = machine.state.kept(&hash);
    let kept = kept.inspect_err(|error| tracing::warn!(error = error.render(), "the zone's first file is not known"));
    ZoneFile::parse(&change.zone, kept.ok()?).ok()
}

/// How the file stands against what is wanted. What would land is shown to BIND's check: a zone that it refuses is told
/// before anything is touched.
///
/// # Errors
/// When the file cannot be read, or is none that BIND would load.
pub fn standing(machine: &Machine, past: &Past, change: &ZoneRecords) -> Result<Standing> {
    let old = read(machine, change)?;
    let Edited { file, mut what, left } = edit(&old, past, change)?;
    if what.is_empty() {
        return Ok(if left.is_empty() { Standing::Holds } else { Standing::Kept { what: left } });
    }
    what.extend(left.into_iter().map(|left| say("preview-record-left", &[("record", &left)])));
    accepted(change, Path::new("-"), file.text())?;
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let text = TextChange { before: Some(shown(&old)), after: shown(file.text()) };
    Ok(Standing::Differs { what, text: Some(text), edited_by_hand: false })
}

/// The file as it is, and what it is about to be, for the journal.
///
/// # Errors
/// When it cannot be read.
pub fn before(machine: &Machine, past: &Past, change: &ZoneRecords) -> Result<Before> {
    let file = edit(&read(machine, change)?, past, change)?.file;
    Ok(Before::Zone {
        zone: change.zone.clone(),
        file: change.file.clone(),
        was: paths::capture(&machine.state, &machine.path(&change.file))?,
        wanted: machine.state.keep(file.text())?,
        serial: file.serial(),
    })
}

/// Puts the edited file in the place of the old one, which keeps its owner and mode, and lets BIND load it.
///
/// # Errors
/// When BIND's check refuses it, or BIND does not take it up: then the old file stands.
pub fn act(machine: &Machine, past: &Past, change: &ZoneRecords) -> Result<After> {
    let old = read(machine, change)?;
    let file = edit(&old, past, change)?.file;
    let path = machine.path(&change.file);
    let access = paths::access_of(&path)?;
    // What stands in the directory of a zone may be BIND's own to alter: its check is handed the bytes themselves.
    accepted(change, Path::new("-"), file.text())?;
    paths::write(&path, file.text(), access)?;
    if let Err(error) = reload(machine, &change.zone) {
        paths::write(&path, &old, access)?;
        let _ = reload(machine, &change.zone);
        return Err(error.within(format!("BIND did not take up the zone {}; its old file stands", change.zone)));
    }
    let files = BTreeMap::from([(change.file.clone(), hash(file.text()))]);
    Ok(After { files, ..After::default() })
}

/// What stands there after a run that was cut off: the file landed whole or not at all, and BIND may not know.
///
/// # Errors
/// When BIND does not take it up.
pub fn settle(machine: &Machine, zone: &str, file: &Path, wanted: &str) -> Result<After> {
    let landed = files::read(&machine.path(file)).is_ok_and(|bytes| hash(&bytes) == wanted);
    if !landed {
        return Ok(After { settled: true, ..After::default() });
    }
    reload(machine, zone)?;
    Ok(After { files: [(file.to_owned(), wanted.to_owned())].into(), settled: true, ..After::default() })
}

/// Puts the old bytes back and lets BIND load them. A file that is no longer what was written is the admin's: it stays,
/// and is named. One that is gone is not made again.
///
/// # Errors
/// When it cannot be put back.
pub fn undo(machine: &Machine, zone: &str, file: &Path, was: &PathState, wrote: &After) -> Result<Vec<String>> {
    let real = machine.path(file);
    paths::sweep(&real);
    let now = paths::capture(&machine.state, &real)?;
    let mut kept = Vec::new();
    match &now {
        PathState::Absent => return Ok(kept),
        // It never landed, or a rollback was cut off before BIND was told.
        _ if now == *was => {}
        PathState::File { hash, .. } if wrote.files.get(file) == Some(hash) => {
            let serials = (serial(machine, zone, &now), serial(machine, zone, was));
            paths::restore(&machine.state, &real, was)?;
            if let (Some(ours), Some(old)) = serials {
                kept.push(format!(
                    "{} (back at serial {old}; secondary servers keep the newer zone until its serial is later than \
                     {ours})",
                    file.display()
                ));
            }
        }
        _ => return Ok(vec![format!("{} (changed since mailwright wrote it)", file.display())]),
    }
    if let Err(error) = reload(machine, zone) {
        tracing::warn!(zone, error = error.render(), "BIND was not told");
        kept.push(format!("{} (BIND could not be told: run rndc reload {zone} once it runs)", file.display()));
    }
    Ok(kept)
}

fn serial(machine: &Machine, zone: &str, state: &PathState) -> Option<u32> {
    let PathState::File { hash, .. } = state else { return None };
    ZoneFile::parse(zone, machine.state.kept(hash).ok()?).ok()?.serial()
}

fn read(machine: &Machine, change: &ZoneRecords) -> Result<Vec<u8>> {
    let missing = || Error::failed(unread(&change.file));
    paths::read(&machine.path(&change.file))?.ok_or_else(missing)
}

fn unread(file: &Path) -> String {
    format!("the zone file {} could not be read", file.display())
}

fn edit(old: &[u8], past: &Past, change: &ZoneRecords) -> Result<Edited> {
    let wrong = || format!("the file {} of the zone {} cannot be understood", change.file.display(), change.zone);
    let old = ZoneFile::parse(&change.zone, old).context(wrong).map_err(|error| error.hint(mend(change)))?;
    let want = Want {
        records: &change.records,
        server: &change.server,
        addresses: &change.addresses,
        remove_obsolete: change.remove_obsolete,
        original: past.original.as_ref(),
        written: past.written.as_ref(),
    };
    edited(&old, &want, past.serial, change.today).context(wrong)
}

/// Whether BIND would load a zone from this file, or from these bytes where the file is `-`. Only the zone itself is
/// looked at: no name is asked for.
fn accepted(change: &ZoneRecords, file: &Path, bytes: &[u8]) -> Result<()> {
    let check = Program::new("named-checkzone").args(["-i", "local", change.zone.as_str()]).arg(file).stdin(bytes);
    let output = check.run()?;
    if output.ok() {
        return Ok(());
    }
    let what = format!("BIND would refuse the zone {} with its new records; nothing of it was changed", change.zone);
    // What it has to say of the zone stands on standard output.
    let said = named(&format!("{}{}", output.stdout, output.stderr), &change.file);
    Err(Error::failed(what).caused_by(said.trim()).hint(mend(change)))
}

/// What BIND's check said, with the file's own name in the place of the names it gives to what it was handed.
fn named(said: &str, file: &Path) -> String {
    let file = file.display().to_string();
    let mut parts = said.split("stream-0x");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(&file);
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    text.replace("(null)", &file)
}

fn mend(change: &ZoneRecords) -> String {
    format!(
        "see what `named-checkzone {} {}` says of the file as it is, mend it, and try again; or leave it alone with \
         edit = \"no\" below [zone] in the answers",
        change.zone,
        change.file.display()
    )
}

/// Lets the BIND of this machine load the zone again; a tree in a directory has none.
fn reload(machine: &Machine, zone: &str) -> Result<()> {
    if machine.root != Path::new("/") {
        return Ok(());
    }
    let told = Program::new("rndc").args(["reload", zone]).success().map(drop);
    told.map_err(|error| error.hint("see whether BIND runs: `systemctl status named`, `rndc status`"))
}
