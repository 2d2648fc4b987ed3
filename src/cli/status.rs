//! `status`: what mailwright has done on this server.

use std::path::Path;

use serde::Serialize;

use crate::engine::{Journal, State};
use crate::error::Result;
use crate::probe::traces::Traces;
use crate::run::standing::{Standing, Word};
use crate::ui::{losses, report};
use crate::words::say;

#[derive(Serialize)]
struct Status<'a> {
    version: u32,
    #[serde(flatten)]
    standing: &'a Standing,
    /// What looks like mailwright's work where no journal tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    traces: Option<&'a Traces>,
}

/// Runs `status`. Of a journal that a newer mailwright has written it shows what it can read, and ends with its error.
pub fn run(state: &State, json: bool) -> Result<()> {
    let standing = Standing::of(state)?;
    let traces = lost(&standing);
    if json {
        outln!("{}", report::pretty(&Status { version: 1, standing: &standing, traces: traces.as_ref() })?);
        return Journal::load(state).map(drop);
    }
    for line in losses::lines(state, &standing.journal) {
        outln!("{line}");
    }
    if let Some(traces) = &traces {
        tell(state, traces);
        return Ok(());
    }
    let words = if standing.was_going_back() { "going-back" } else { standing.state.key() };
    outln!("{}", say(&format!("status-{words}"), &[]));
    if let Some(run) = &standing.last_run {
        outln!("{}", say("status-last", &[("verb", &run.verb), ("at", &run.at), ("program", &run.program)]));
    }
    for change in &standing.changes {
        let mark = say(if change.done { "status-done" } else { "status-open" }, &[]);
        outln!("  {mark:9} {:10} {}", change.step, change.subject);
    }
    Journal::load(state).map(drop)
}

/// What looks like mailwright's work on a server of which no journal tells anything.
pub(super) fn lost(standing: &Standing) -> Option<Traces> {
    let nothing = standing.state == Word::Nothing && standing.last_run.is_none() && standing.changes.is_empty();
    nothing.then(|| Traces::of(Path::new("/"))).flatten()
}

fn tell(state: &State, traces: &Traces) {
    outln!("{}", say("status-lost", &[]));
    for line in traces.lines() {
        outln!("  {line}");
    }
    let (dir, count) = (state.dir().join("before").display().to_string(), state.count_kept());
    if count > 0 {
        outln!("{}", say("status-kept", &[("count", &count.to_string()), ("dir", &dir)]));
    }
    outln!("{}", say("status-lost-way", &[]));
}
