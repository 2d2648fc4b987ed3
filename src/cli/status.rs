//! `status`: what mailwright has done on this server.

use serde::Serialize;

use crate::engine::State;
use crate::error::Result;
use crate::run::standing::Standing;
use crate::ui::report;
use crate::words::say;

#[derive(Serialize)]
struct Status<'a> {
    version: u32,
    #[serde(flatten)]
    standing: &'a Standing,
}

/// Runs `status`.
pub fn run(state: &State, json: bool) -> Result<()> {
    let standing = Standing::of(state)?;
    if json {
        outln!("{}", report::pretty(&Status { version: 1, standing: &standing })?);
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
    Ok(())
}
