//! The one question the plain verbs ask: go on?

use std::io::{IsTerminal, Write};

use crate::error::{Context, Error, Kind, Result};

/// Asks the admin to agree. Without a terminal nobody can be asked, and `--yes` has to say it.
///
/// # Errors
/// When the admin declines or cannot be asked.
pub fn agree(question: &str) -> Result<()> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Error::usage("there is no terminal to ask on").hint("add --yes to agree beforehand"));
    }
    let answer = inquire::Confirm::new(question).with_default(false).prompt();
    if answer.context(|| "the question was not answered".into())? {
        return Ok(());
    }
    Err(Error::new(Kind::Interrupted, "nothing has been changed"))
}

/// Writes to standard error. Unlike `eprint!` it goes on when nobody is there any more to read it: the line to the
/// admin may have dropped, and the run has its end to come to.
pub fn tell(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
