//! The way back: changes undone under the journal.

use crate::engine::Engine;
use crate::engine::journal::Event;
use crate::engine::undo::Undone;
use crate::error::Result;

/// Takes everything back, or this step and those after it.
///
/// # Errors
/// When a change cannot be undone, or a stop was asked for. The journal knows how far it came.
pub fn take_back(engine: &mut Engine, step: Option<&str>) -> Result<Undone> {
    engine.begin_run_to("rollback", step)?;
    let result = engine.undo(step);
    for kept in result.iter().flat_map(|undone| &undone.kept) {
        tracing::info!(kept, "left alone or saved");
    }
    let ended = match &result {
        Ok(_) => engine.journal.append(Event::End { outcome: "rolled-back".into() }),
        Err(error) => engine.end_run(&Err(error.clone())),
    };
    // Why it failed comes first: a journal that cannot be written may be the same full disk.
    let undone = result?;
    ended?;
    Ok(undone)
}
