//! The key that DKIM signs with: made once, and begun early, for the prime numbers of a large one take seconds.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use zeroize::Zeroizing;

use crate::change::Owner;
use crate::dkim;
use crate::engine::journal::After;
use crate::engine::kinds::files;
use crate::engine::machine::Machine;
use crate::engine::paths;
use crate::engine::state::hash;
use crate::error::{Error, Result};
use crate::plan::Standing;

/// Who may read it: a key that others could read is refused by OpenDKIM (`RequireSafeKeys`).
const MODE: u32 = 0o600;

type Made = Result<Zeroizing<String>>;

/// A key in the making, on a thread of its own, while packages are installed.
#[derive(Debug, Default)]
pub struct Early(Mutex<Option<(usize, JoinHandle<Made>)>>);

impl Early {
    /// Begins to make a key of so many bits, unless one is in the making.
    pub fn begin(&self, bits: usize) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            let thread = std::thread::Builder::new().name("signing key".into()).spawn(move || dkim::generate(bits));
            *slot = thread.ok().map(|thread| (bits, thread));
        }
    }

    /// The key that was begun, when it has this size; a new one otherwise.
    fn key(&self, bits: usize) -> Made {
        let begun = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match begun {
            Some((size, thread)) if size == bits => {
                thread.join().unwrap_or_else(|_| Err(Error::failed("the thread that made the key ended early")))
            }
            _ => dkim::generate(bits),
        }
    }
}

/// How the key stands: there, an RSA key, and kept from others.
///
/// # Errors
/// When what stands there cannot be read, or is no key that could be used: it may be somebody's.
pub fn standing(machine: &Machine, path: &Path, owner: &Owner, bits: usize) -> Result<Standing> {
    let Some(text) = files::read(&machine.path(path))? else {
        return Ok(files::differs(vec![format!("new RSA key of {bits} bits")]));
    };
    let text = Zeroizing::new(String::from_utf8_lossy(&text).into_owned());
    dkim::public(&text).map_err(|error| {
        error
            .within(format!("{} cannot be used to sign", path.display()))
            .hint("move it away, or give another name in the answers: [dkim] selector")
    })?;
    Ok(files::differs(files::access_differs(machine, &machine.path(path), owner, MODE)))
}

/// Makes the key, or gives the one that stands there to its owner.
///
/// # Errors
/// When its owner does not exist, or it cannot be made or written.
pub fn act(machine: &Machine, early: &Early, path: &Path, owner: &Owner, bits: usize) -> Result<After> {
    let real = machine.path(path);
    let text = match files::read(&real)? {
        Some(bytes) => Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()),
        None => early.key(bits)?,
    };
    paths::write(&real, text.as_bytes(), files::access(machine, owner, MODE)?)?;
    Ok(After { files: BTreeMap::from([(path.to_owned(), hash(text.as_bytes()))]), ..After::default() })
}
