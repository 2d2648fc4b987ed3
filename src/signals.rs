//! SIGINT and SIGTERM ask for a clean end after the change in hand; SIGHUP, which a dropped line sends, for one after
//! the step in hand.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::engine::Stop;
use crate::error::{Context, Result};

/// Lets the signals raise the flags from now on.
///
/// # Errors
/// When the operating system refuses a handler.
pub fn catch(stop: &Stop) -> Result<()> {
    for (signal, flag) in [(SIGINT, &stop.now), (SIGTERM, &stop.now), (SIGHUP, &stop.after_step)] {
        signal_hook::flag::register(signal, flag.clone()).context(|| "signals could not be caught".into())?;
    }
    Ok(())
}
