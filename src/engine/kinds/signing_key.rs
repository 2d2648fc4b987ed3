//! The key that DKIM signs with: made once, and begun early, for the prime numbers of a large one take seconds.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use zeroize::Zeroizing;

use crate::change::Owner;
use crate::dkim;
use crate::engine::journal::{After, Before};
use crate::engine::kinds::files;
use crate::engine::machine::Machine;
use crate::engine::paths;
use crate::engine::state::hash;
use crate::error::{Error, Result};
use crate::files as room;
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
    let Some((_, text)) = there(machine, path)? else {
        return Ok(files::differs(vec![format!("new RSA key of {bits} bits")]));
    };
    dkim::public(&text).map_err(|error| {
        error
            .within(format!("{} cannot be used to sign", path.display()))
            .hint("move it away, or give another name in the answers: [dkim] selector")
    })?;
    Ok(files::differs(files::access_differs(machine, &machine.path(path), owner, MODE)))
}

/// The key that stands at the path, by its handle: nobody can put another file in its place behind our back, and what is in
/// it is written nowhere else.
fn there(machine: &Machine, path: &Path) -> Result<Option<(File, Zeroizing<String>)>> {
    let unread = |error: std::io::Error| paths::failed(format!("{} cannot be used to sign", path.display()), &error);
    let mut file = match room::handle_of_key(&machine.path(path)) {
        Ok(file) => file,
        Err(error) if room::is_absent(&error) => return Ok(None),
        Err(error) => return Err(unread(error)),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    file.read_to_end(&mut bytes).map_err(unread)?;
    Ok(Some((file, Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))))
}

/// What stands at the path, for the journal: of a key that was there no byte is copied.
///
/// # Errors
/// When it cannot be looked at.
pub fn before(machine: &Machine, path: &Path) -> Result<Before> {
    let was = paths::capture_key(&machine.path(path))?;
    Ok(Before::Paths { paths: BTreeMap::from([(path.to_owned(), was)]), wanted: None })
}

/// Makes the key. One that stands there already is given to its owner and neither altered nor copied.
///
/// # Errors
/// When its owner does not exist, others than root can write in its directory, or it cannot be made.
pub fn act(machine: &Machine, early: &Early, path: &Path, owner: &Owner, bits: usize) -> Result<After> {
    let (real, access) = (machine.path(path), files::access(machine, owner, MODE)?);
    let directory = real.parent().unwrap_or(&real);
    let refused = |error: std::io::Error| paths::failed(format!("{} is not touched", path.display()), &error);
    if !room::roots_alone(directory).map_err(refused)? {
        return Err(refused(room::Refused::Shared(directory.to_owned()).into()));
    }
    let text = if let Some((file, text)) = there(machine, path)? {
        room::set_on(&file, access).map_err(refused)?;
        text
    } else {
        let text = early.key(bits)?;
        paths::write(&real, text.as_bytes(), access)?;
        text
    };
    Ok(After { files: BTreeMap::from([(path.to_owned(), hash(text.as_bytes()))]), ..After::default() })
}
