//! `status`: what mailwright has done on this server.

use serde::Serialize;

use crate::engine::State;
use crate::engine::journal::{Event, Journal, Record};
use crate::error::Result;
use crate::ui::report;
use crate::words::say;

#[derive(Serialize)]
struct Status {
    version: u32,
    /// `nothing`, `running`, `interrupted`, `failed` or `finished`.
    state: &'static str,
    last_run: Option<LastRun>,
    changes: Vec<Change>,
}

#[derive(Serialize)]
struct LastRun {
    at: String,
    verb: String,
    program: String,
}

#[derive(Serialize)]
struct Change {
    step: String,
    subject: String,
    done: bool,
}

/// Runs `status`.
pub fn run(state: &State, json: bool) -> Result<()> {
    let journal = Journal::load(state)?;
    let records = journal.standing();
    let last_run = journal.lines().iter().rev().find_map(|line| match &line.event {
        Event::Run { verb, program } => {
            Some(LastRun { at: line.at.clone(), verb: verb.clone(), program: program.clone() })
        }
        _ => None,
    });
    let change = |record: Record| Change { step: record.step, subject: record.subject, done: record.after.is_some() };
    let status = Status {
        version: 1,
        state: word(state, &journal, &records),
        last_run,
        changes: records.into_iter().map(change).collect(),
    };
    if json {
        println!("{}", report::pretty(&status)?);
        return Ok(());
    }
    println!("{}", say(&format!("status-{}", status.state), &[]));
    if let Some(run) = &status.last_run {
        println!("{}", say("status-last", &[("verb", &run.verb), ("at", &run.at), ("program", &run.program)]));
    }
    for change in &status.changes {
        let mark = say(if change.done { "status-done" } else { "status-open" }, &[]);
        println!("  {mark:9} {:10} {}", change.step, change.subject);
    }
    Ok(())
}

fn word(state: &State, journal: &Journal, records: &[Record]) -> &'static str {
    if state.is_locked() {
        return "running";
    }
    match journal.outcome() {
        _ if journal.lines().is_empty() => "nothing",
        None | Some("interrupted") => "interrupted",
        Some("finished") => "finished",
        Some("rolled-back") if records.is_empty() => "nothing",
        Some("rolled-back") => "partly",
        Some(_) => "failed",
    }
}
