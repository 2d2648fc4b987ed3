//! The journal: the append-only record of what was changed and what stood there before.
//!
//! JSON lines, each with its version, its place and its checksum. `begin` is written and synced before the act, `done`
//! after it; undo appends and erases nothing. No line holds a secret: old bytes are kept as files named by their hash.
//!
//! A copy is kept in step ([`State::copy_dir`]). Looking never writes: a damaged journal is read as far as it proves
//! itself, with the copy's help, and put right on disk by the next run that appends to it.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::engine::state::State;
use crate::error::Result;

mod disk;
mod form;
mod lines;
mod merge;

use disk::Disk;
use form::VERSION;
pub use form::{AcmeBefore, After, AptBefore, Before, Event, Line, PathState, Record};
pub use merge::{Health, Unknown};

/// The journal of one server.
#[derive(Debug)]
pub struct Journal {
    state: State,
    lines: Vec<Line>,
    records: merge::Records,
    health: Health,
    disk: Disk,
}

/// What was made of a row.
#[derive(Debug)]
pub struct RowRecord<'j> {
    /// Hash of the values before; `None` where there was no row.
    pub old: Option<&'j str>,
    /// Hash of the values that were written.
    pub new: &'j str,
    /// What is known of the end; `None` while there is none.
    pub after: Option<&'j After>,
}

impl Journal {
    /// Loads the journal of this state directory; an empty one where there is none. A line that is damaged is left out
    /// where the copy cannot give it back, and [`Journal::health`] says so. A last line cut short by a power failure is
    /// not counted: its act never began.
    ///
    /// # Errors
    /// When the file cannot be read, or holds a line of a newer version.
    pub fn load(state: &State) -> Result<Self> {
        let journal = Self::readable(state)?;
        match &journal.disk.newer {
            Some((place, version)) => Err(lines::newer(place, *version)),
            None => Ok(journal),
        }
    }

    /// The same, but lines of a newer version are left out: to be looked at, never to be acted on.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn readable(state: &State) -> Result<Self> {
        let (disk, found) = Disk::read(state)?;
        let mut journal = Self {
            state: state.clone(),
            lines: Vec::with_capacity(found.lines.len()),
            records: merge::Records::default(),
            health: found.health,
            disk,
        };
        for line in found.lines {
            if journal.records.take(&line.event) {
                journal.lines.push(line);
            } else {
                journal.health.lost += 1;
                journal.disk.set_aside();
            }
        }
        journal.health.unknown = journal.records.unknown();
        journal.health.newer = journal.disk.newer.as_ref().map(|(_, version)| *version);
        Ok(journal)
    }

    /// What became of it on its disk.
    #[must_use]
    pub const fn health(&self) -> &Health {
        &self.health
    }

    /// All lines, oldest first.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Every change ever begun, oldest first.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records.all
    }

    /// The changes that stand: begun and not undone, oldest first.
    #[must_use]
    pub fn standing(&self) -> Vec<Record> {
        self.records().iter().filter(|record| !record.undone).cloned().collect()
    }

    /// How the last run ended; `None` when there was none, or it was cut off.
    #[must_use]
    pub fn outcome(&self) -> Option<&str> {
        self.lines.iter().rev().find_map(|line| match &line.event {
            Event::Run { .. } => Some(None),
            Event::End { outcome } => Some(Some(outcome.as_str())),
            _ => None,
        })?
    }

    /// Whether a change came to its end although no line says so: another was begun after it in the same run.
    #[must_use]
    pub fn has_lost_end(&self, seq: u64) -> bool {
        let begun = |line: &&Line| matches!(line.event, Event::Begin { seq: other, .. } if other == seq);
        let Some(at) = self.lines.iter().position(|line| begun(&line)) else { return false };
        let next = self.lines[at + 1..].iter().find_map(|line| match line.event {
            Event::Begin { .. } => Some(true),
            Event::Run { .. } | Event::Done { .. } | Event::Failed { .. } => Some(false),
            Event::Undone { .. } | Event::End { .. } => None,
        });
        next.unwrap_or(false)
    }

    /// The hash of what mailwright last wrote at this path, if that write still stands.
    #[must_use]
    pub fn written(&self, path: &std::path::Path) -> Option<String> {
        let mut standing = self.records().iter().rev().filter(|record| !record.undone);
        standing.find_map(|record| record.after.as_ref()?.files.get(path)).cloned()
    }

    /// The hash of the text that a rollback may have put back at this path when it was cut off, before it could note that:
    /// it was at the newest change that stands.
    #[must_use]
    pub fn putting_back(&self, path: &std::path::Path) -> Option<&str> {
        let last = self.lines.iter().rev().find_map(|line| match &line.event {
            Event::Run { verb, .. } => Some(verb.as_str()),
            _ => None,
        });
        if last != Some("rollback") || self.outcome() == Some("rolled-back") {
            return None;
        }
        let newest = self.records().iter().rev().find(|record| !record.undone)?;
        match &newest.before {
            Before::Paths { paths, .. } => match paths.get(path)? {
                PathState::File { hash, .. } => Some(hash),
                _ => None,
            },
            _ => None,
        }
    }

    /// What was last made of a row of the database, if that still stands.
    #[must_use]
    pub fn row(&self, of: &str, at: &BTreeMap<String, String>) -> Option<RowRecord<'_>> {
        let (mut found, mut number) = (None, 0);
        for line in &self.lines {
            match &line.event {
                Event::Begin { seq, before: Before::Row { table, key, old, new }, .. } if table == of && key == at => {
                    (found, number) = (Some(RowRecord { old: old.as_deref(), new, after: None }), *seq);
                }
                Event::Done { seq, after } if *seq == number => {
                    if let Some(record) = &mut found {
                        record.after = Some(after);
                    }
                }
                Event::Undone { seq, .. } if *seq == number => found = None,
                _ => {}
            }
        }
        found
    }

    /// Begins a change: the line is on disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written; the change must not be made then.
    pub fn begin(&mut self, step: &str, subject: &str, before: Before) -> Result<u64> {
        self.ready()?;
        let seq = self.records.last() + 1;
        self.append(Event::Begin { seq, step: step.into(), subject: subject.into(), before })?;
        Ok(seq)
    }

    /// Appends one line and waits until it is on disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, event: Event) -> Result<()> {
        self.ready()?;
        let at = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
        let n = self.lines.last().and_then(|line| line.n).unwrap_or(self.lines.len() as u64) + 1;
        let line = Line { v: VERSION, at, n: Some(n), event };
        self.disk.append(&lines::text(&line)?, ends(&line.event))?;
        self.records.take(&line.event);
        self.lines.push(line);
        Ok(())
    }

    /// Puts right on disk what was damaged or lost; nothing where all was right.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_right(&mut self) -> Result<()> {
        if self.health.is_sound() {
            return Ok(());
        }
        self.state.heal();
        self.ready()
    }

    /// Opens the files for the lines to come. What another run has written since is read first, and what is damaged on
    /// disk is set aside with its bytes and written whole.
    fn ready(&mut self) -> Result<()> {
        if self.disk.is_open() {
            return Ok(());
        }
        if self.disk.is_stale()? {
            *self = Self::load(&self.state)?;
        }
        self.disk.open()
    }
}

/// Whether the copy has to be on disk, too, when this is written.
const fn ends(event: &Event) -> bool {
    matches!(event, Event::Done { .. } | Event::Undone { .. } | Event::End { .. })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn row() -> Before {
        Before::Database { name: "mailserver".into(), existed: false, had: None }
    }

    #[test]
    fn a_journal_loads_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path());
        let mut journal = Journal::load(&state).unwrap();
        let one = journal.begin("database", "database mailserver", row()).unwrap();
        journal.append(Event::Done { seq: one, after: After::default() }).unwrap();
        let two = journal.begin("database", "database other", row()).unwrap();
        let again = Journal::load(&state).unwrap();
        assert_eq!(again.lines(), journal.lines());
        let records = again.records();
        assert_eq!((records.len(), one, two), (2, 1, 2));
        assert!(records[0].after.is_some() && records[1].after.is_none());
    }

    #[test]
    fn a_line_cut_short_is_not_counted_and_the_next_starts_clean() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path());
        let mut journal = Journal::load(&state).unwrap();
        journal.begin("database", "database mailserver", row()).unwrap();
        let mut file = std::fs::OpenOptions::new().append(true).open(state.journal_path()).unwrap();
        file.write_all(b"{\"v\":1,\"at\":\"20").unwrap();
        let mut journal = Journal::load(&state).unwrap();
        assert_eq!(journal.lines().len(), 1);
        journal.append(Event::End { outcome: "finished".into() }).unwrap();
        assert_eq!(Journal::load(&state).unwrap().lines().len(), 2);
    }
}
