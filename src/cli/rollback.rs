//! `rollback`: everything taken back, or one step and those after it.

use crate::cli::status::lost;
use crate::engine::journal::Health;
use crate::engine::undo::Undone;
use crate::engine::{Engine, State, Stop};
use crate::error::{Error, Result};
use crate::log;
use crate::run::back::take_back;
use crate::run::context;
use crate::run::standing::{Standing, Word};
use crate::steps;
use crate::ui::progress::Progress;
use crate::ui::{ask, losses};
use crate::words::say;

/// Runs `rollback`.
pub fn run(state: &State, stop: &Stop, to: Option<&str>, yes: bool) -> Result<()> {
    if let Some(unknown) = to.filter(|id| steps::named(id).is_none()) {
        let known: Vec<&str> = steps::ALL.iter().map(|step| step.id).collect();
        return Err(
            Error::usage(format!("there is no step {unknown}")).hint(format!("the steps: {}", known.join(", ")))
        );
    }
    context::root("take a setup back")?;
    // The lock would make the state directory: where nothing was ever done, nothing is left behind.
    let standing = Standing::of(state)?;
    if let Some(traces) = lost(&standing) {
        outln!("{}", say("rollback-no-journal", &[]));
        for line in traces.lines() {
            outln!("  {line}");
        }
        let error = Error::failed("the journal of what mailwright did on this server is gone, and so is its copy");
        return Err(error.hint(
            "bring /var/lib/mailwright back from a backup, or take the server over with `mailwright setup --answers FILE`",
        ));
    }
    if standing.state == Word::Nothing && standing.journal.newer.is_none() {
        outln!("{}", say("rollback-nothing", &[]));
        return Ok(());
    }
    let _lock = state.lock()?;
    let machine = context::machine(state, &context::facts(state)?)?;
    let mut engine = Engine::new(machine, stop.clone(), std::path::PathBuf::new())?;
    for line in losses::lines(state, engine.journal.health()) {
        errln!("{line}");
    }
    let records = engine.to_undo(to);
    if records.is_empty() {
        outln!("{}", say("rollback-nothing", &[]));
        return Ok(());
    }
    if !yes {
        outln!("{}", say("rollback-list", &[]));
        for record in &records {
            outln!("  {:10} {}", record.step, record.subject);
        }
        for line in losses::undo(&engine.forecast(to)?) {
            outln!("{line}");
        }
        ask::agree(&say("rollback-agree", &[]), stop)?;
    }
    let progress = Progress::new();
    let logs = log::start("rollback", move |news| progress.tell(news))?;
    let undone = take_back(&mut engine, to).inspect_err(|_| {
        errln!("{}", say("setup-log", &[("log", &logs.run.display().to_string())]));
    })?;
    tell(&undone, engine.journal.health());
    Ok(())
}

fn tell(undone: &Undone, health: &Health) {
    let count = undone.undone.len().to_string();
    outln!("{}", say("rollback-done", &[("count", &count)]));
    if !undone.kept.is_empty() {
        outln!("{}", say("rollback-kept", &[]));
        for kept in &undone.kept {
            outln!("  {kept}");
        }
    }
    if !health.unknown.is_empty() {
        outln!("{}", say("rollback-unknown", &[]));
        for change in &health.unknown {
            outln!("  {}", losses::unknown(change));
        }
    }
}
