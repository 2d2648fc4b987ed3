//! `mailwright hash-password`: what the program starts itself with for each hash.

use std::io::{Read, stdin};

use zeroize::Zeroizing;

use crate::answers::hash;
use crate::error::{Context, Result};

pub(super) fn run() -> Result<()> {
    let mut asked = Zeroizing::new(String::new());
    stdin().read_to_string(&mut asked).context(|| "the password could not be read".to_owned())?;
    outln!("{}", hash::serve(&asked)?.reveal());
    Ok(())
}
