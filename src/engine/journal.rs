//! The journal: the append-only record of what was changed and what stood there before.
//!
//! JSON lines, each with its version. `begin` is written and synced before the act, `done` after it; undo appends
//! and erases nothing. No line holds a secret: old bytes are kept as files named by their hash.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::engine::state::State;
use crate::error::{Context, Error, Result};
use crate::files;

mod form;

use form::VERSION;
pub use form::{AcmeBefore, After, AptBefore, Before, Event, Line, PathState, Record};

/// The journal of one server.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    lines: Vec<Line>,
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
    /// Loads the journal of this state directory; an empty one where there is none.
    ///
    /// # Errors
    /// When a line cannot be understood. A last line cut short by a power failure is not counted: its act never began.
    pub fn load(state: &State) -> Result<Self> {
        let path = state.journal_path();
        let bytes = match files::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(state.unreadable(&path, &error)),
        };
        let mut lines = Vec::new();
        for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if !line.ends_with(b"\n") {
                tracing::warn!(line = number + 1, "journal line cut short, skipped");
                break;
            }
            lines
                .push(parse(line).map_err(|error| {
                    error.within(format!("{}:{} cannot be understood", path.display(), number + 1))
                })?);
        }
        Ok(Self { path, lines })
    }

    /// All lines, oldest first.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Every change begun since the last time everything was undone, oldest first.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        for line in &self.lines {
            match &line.event {
                Event::Begin { seq, step, subject, before } => records.push(Record {
                    seq: *seq,
                    step: step.clone(),
                    subject: subject.clone(),
                    before: before.clone(),
                    after: None,
                    undone: false,
                }),
                Event::Done { seq, after } => {
                    with(&mut records, *seq, |record| record.after = Some(after.clone()));
                }
                Event::Undone { seq, .. } => with(&mut records, *seq, |record| record.undone = true),
                Event::Run { .. } | Event::Failed { .. } | Event::End { .. } => {}
            }
        }
        records
    }

    /// The changes that stand: begun and not undone, oldest first.
    #[must_use]
    pub fn standing(&self) -> Vec<Record> {
        self.records().into_iter().filter(|record| !record.undone).collect()
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

    /// The hash of what mailwright last wrote at this path, if that write still stands.
    #[must_use]
    pub fn written(&self, path: &std::path::Path) -> Option<String> {
        self.standing().into_iter().rev().find_map(|record| record.after?.files.get(path).cloned())
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
        let last = self.records().last().map_or(0, |record| record.seq);
        let seq = last + 1;
        self.append(Event::Begin { seq, step: step.into(), subject: subject.into(), before })?;
        Ok(seq)
    }

    /// Appends one line and waits until it is on disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, event: Event) -> Result<()> {
        let at = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
        let line = Line { v: VERSION, at, event };
        let mut text = serde_json::to_string(&line).context(|| "a journal line could not be made".into())?;
        text.push('\n');
        let write = || -> std::io::Result<()> {
            let mut file = self.open()?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write()
            .context(|| format!("the journal {} could not be written", self.path.display()))
            .map_err(|error| error.hint("is the disk full? nothing has been changed that the journal does not know"))?;
        self.lines.push(line);
        Ok(())
    }

    /// Opens for appending; a line cut short earlier is cut off first.
    fn open(&self) -> std::io::Result<File> {
        let file = files::append(&self.path, 0o600)?;
        let text = files::read(&self.path)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole < text.len() {
            file.set_len(whole as u64)?;
        }
        Ok(file)
    }
}

/// One whole line. Its version is looked at first: the form of a newer one is anybody's guess.
fn parse(line: &[u8]) -> Result<Line> {
    #[derive(Deserialize)]
    struct Versioned {
        v: u32,
    }
    let damaged = |error: serde_json::Error| {
        Error::failed(error.to_string())
            .hint("the journal is damaged: bring the line back from a backup; nothing has been changed")
    };
    let Versioned { v } = serde_json::from_slice(line).map_err(damaged)?;
    if v > VERSION {
        return Err(Error::not_allowed(format!(
            "it is of version {v}, and this mailwright ({}) knows versions up to {VERSION}",
            env!("CARGO_PKG_VERSION")
        ))
        .hint("it was written by a newer mailwright: use that one"));
    }
    serde_json::from_slice(line).map_err(damaged)
}

fn with(records: &mut [Record], seq: u64, change: impl FnOnce(&mut Record)) {
    if let Some(record) = records.iter_mut().rev().find(|record| record.seq == seq) {
        change(record);
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_damaged_line_in_the_middle_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path());
        std::fs::write(state.journal_path(), "{}\n").unwrap();
        let error = Journal::load(&state).unwrap_err();
        assert!(error.to_string().contains("journal.jsonl:1"), "{error}");
    }
}
