//! SIGINT and SIGTERM ask for a clean end after the change in hand; SIGHUP, which a dropped line sends, for one after
//! the step in hand. After SIGTERM and SIGHUP the process itself is to end, so both raise `after_step`; after SIGINT
//! alone a walk goes on.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::engine::Stop;
use crate::error::{Context, Result};

/// Lets the signals raise the flags from now on.
///
/// # Errors
/// When the operating system refuses a handler.
pub fn catch(stop: &Stop) -> Result<()> {
    let (now, after_step) = (&stop.now, &stop.after_step);
    for (signal, flag) in [(SIGINT, now), (SIGTERM, now), (SIGTERM, after_step), (SIGHUP, after_step)] {
        signal_hook::flag::register(signal, flag.clone()).context(|| "signals could not be caught".into())?;
    }
    Ok(())
}
