//! Files of root alone (0600), written whole or not at all, and names made of what they hold.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::engine::paths;
use crate::error::Result;
use crate::files;

/// SHA-256 in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
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
