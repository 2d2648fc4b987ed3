//! SIGINT, SIGTERM and SIGHUP ask for a clean end: the change in hand is finished, the journal written.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::engine::Stop;
use crate::error::{Context, Result};

/// Lets the signals raise the flag from now on.
///
/// # Errors
/// When the operating system refuses a handler.
pub fn catch(stop: &Stop) -> Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, stop.0.clone()).context(|| "signals could not be caught".into())?;
    }
    Ok(())
}
