//! Files of root alone (0600), written whole or not at all, and names made of what they hold.

use std::fs::{self, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Writes a file piece by piece, and gives it the name that is made of its hash; gives the hash.
pub(super) fn write_hashed(
    draft: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    name: impl FnOnce(&str) -> PathBuf,
) -> Result<String> {
    let kept = || -> std::io::Result<String> {
        let file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(draft)?;
        let mut hashing = Hashing { to: BufWriter::new(file), digest: Sha256::new() };
        write(&mut hashing)?;
        hashing.to.flush()?;
        hashing.to.get_ref().sync_all()?;
        let hash = hex(&hashing.digest.finalize());
        fs::rename(draft, name(&hash))?;
        Ok(hash)
    };
    kept().map_err(|error| {
        let _ = fs::remove_file(draft);
        Error::not_written(format!("{} could not be written", draft.display()), &error)
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
    let draft = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
        file.write_all(bytes)?;
        if sync == Sync::Now {
            file.sync_all()?;
        }
        fs::rename(&draft, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&draft);
        Error::not_written(format!("{} could not be written", path.display()), &error)
    })
}
