//! Where a server stands: what mailwright has done on it, by the journal.

use serde::Serialize;

use crate::engine::State;
use crate::engine::journal::{Event, Health, Journal, Record};
use crate::error::Result;

/// Where a server stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// In a word.
    pub state: Word,
    /// The last run, when there was one.
    pub last_run: Option<LastRun>,
    /// The changes that stand, oldest first.
    pub changes: Vec<Change>,
    /// What became of the journal on its disk.
    #[serde(skip_serializing_if = "Health::is_sound")]
    pub journal: Health,
}

/// Where it stands in a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// mailwright has changed nothing here.
    #[default]
    Nothing,
    /// A run is at work.
    Running,
    /// The last run was interrupted, or ended after a step of the admin's choice.
    Interrupted,
    /// The last run failed.
    Failed,
    /// The setup is finished.
    Finished,
    /// The last rollback went back part of the way.
    Partly,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastRun {
    /// When it began (RFC 3339).
    pub at: String,
    /// What it was to do.
    pub verb: String,
    /// The version of mailwright.
    pub program: String,
    /// The step that a rollback was to go back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A change that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its step.
    pub step: String,
    /// What it is about.
    pub subject: String,
    /// Whether it came to its end.
    pub done: bool,
}

impl Word {
    /// The end of the key of its words, `status-<...>`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Running => "running",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
            Self::Finished => "finished",
            Self::Partly => "partly",
        }
    }
}

impl Standing {
    /// Whether the last run was a rollback that did not come to its end: going on means going back.
    #[must_use]
    pub fn was_going_back(&self) -> bool {
        let unfinished = matches!(self.state, Word::Interrupted | Word::Failed);
        unfinished && self.last_run.as_ref().is_some_and(|run| run.verb == "rollback")
    }

    /// Where the server with this state stands, as far as its journal can be read.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn of(state: &State) -> Result<Self> {
        let journal = Journal::readable(state)?;
        let records = journal.standing();
        let last_run = journal.lines().iter().rev().find_map(|line| match &line.event {
            Event::Run { verb, program, to } => {
                let (verb, program, to) = (verb.clone(), program.clone(), to.clone());
                Some(LastRun { at: line.at.clone(), verb, program, to })
            }
            _ => None,
        });
        let word = word(state, &journal, &records);
        let change =
            |record: Record| Change { step: record.step, subject: record.subject, done: record.after.is_some() };
        Ok(Self {
            state: word,
            last_run,
            changes: records.into_iter().map(change).collect(),
            journal: journal.health().clone(),
        })
    }
}

fn word(state: &State, journal: &Journal, records: &[Record]) -> Word {
    if state.is_locked() {
        return Word::Running;
    }
    match journal.outcome() {
        _ if journal.lines().is_empty() => Word::Nothing,
        None | Some("interrupted") => Word::Interrupted,
        Some("finished") => Word::Finished,
        Some("rolled-back") if records.is_empty() => Word::Nothing,
        Some("rolled-back") => Word::Partly,
        Some(_) => Word::Failed,
    }
}
