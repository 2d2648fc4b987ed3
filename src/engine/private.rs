//! Files of root alone (0600), written whole or not at all, and names made of what they hold.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::engine::paths;
use crate::error::Result;
use crate::files;

/// Writes a file piece by piece, and gives it the name that is made of its hash; gives the hash.
pub(super) fn write_hashed(
    draft: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    name: impl FnOnce(&str) -> PathBuf,
) -> Result<String> {
    let kept = || -> std::io::Result<String> {
        let file = files::create(draft, 0o600)?;
        let mut hashing = Hashing { to: BufWriter::new(file), digest: Sha256::new() };
        write(&mut hashing)?;
        hashing.to.flush()?;
        hashing.to.get_ref().sync_all()?;
        let hash = hex(&hashing.digest.finalize());
        files::rename(draft, &name(&hash))?;
        Ok(hash)
    };
    kept().map_err(|error| {
        let _ = files::remove_file(draft);
        paths::failed(format!("{} could not be written", draft.display()), &error)
    })
}

/// Hashes what it writes.
struct Hashing<W> {
    to: W,
    digest: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// When bytes have to be on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// When the call returns.
    Now,
    /// Whenever the system sees fit.
    Later,
}

/// Writes a file of 0600 whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(path: &Path, bytes: &[u8], sync: Sync) -> Result<()> {
    let written = files::write(path, bytes, None, sync == Sync::Now);
    written.map_err(|error| paths::failed(format!("{} could not be written", path.display()), &error))
}
