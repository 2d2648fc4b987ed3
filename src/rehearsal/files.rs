//! A host's files, reached from outside. Every link is followed as the host itself would follow it: none leads out.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use rustix::fs::{Mode, OFlags, ResolveFlags, fchmod, openat2};

use super::host::Host;
use crate::error::{Context, Result};

impl Host {
    /// The content of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.open(path.as_ref(), OFlags::RDONLY, Mode::empty());
        read.and_then(|mut file| file.read_to_end(&mut bytes))
            .context(|| format!("{} of {} could not be read", path.as_ref().display(), self.name()))?;
        Ok(bytes)
    }

    /// The content of a text file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_text(&self, path: impl AsRef<Path>) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.read(path)?).into_owned())
    }

    /// Writes a file whole, with this mode, for root. Its directory must be there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>, mode: u32) -> Result<()> {
        let mode = Mode::from_raw_mode(mode);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC;
        let written = self.open(path.as_ref(), flags, mode).and_then(|mut file| {
            fchmod(&file, mode)?;
            file.write_all(content.as_ref())
        });
        written.context(|| format!("{} of {} could not be written", path.as_ref().display(), self.name()))
    }

    /// Copies a file of this machine into the host.
    ///
    /// # Errors
    /// When it cannot be read here or written there.
    pub fn copy_in(&self, from: &Path, to: impl AsRef<Path>, mode: u32) -> Result<()> {
        let content = std::fs::read(from).context(|| format!("{} could not be read", from.display()))?;
        self.write(to, content, mode)
    }

    fn open(&self, path: &Path, flags: OFlags, mode: Mode) -> std::io::Result<File> {
        let root = File::open(self.root())?;
        let inside = path.strip_prefix("/").unwrap_or(path);
        Ok(openat2(root, inside, flags | OFlags::CLOEXEC, mode, ResolveFlags::IN_ROOT)?.into())
    }
}
