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
    engine.begin_run("rollback")?;
    let result = engine.undo(step);
    let outcome = if result.is_ok() { "rolled-back" } else { "failed" };
    engine.journal.append(Event::End { outcome: outcome.into() })?;
    result
}
