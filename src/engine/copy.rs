//! The copy of the state: of every kept file, of the answers and the secrets.
//!
//! Without it nothing stops: what cannot be copied is told to the log.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use super::private::{Sync, write_private};
use super::state::State;
use crate::files::{self, Kind};

/// Files beside the kept ones that go with them.
const BESIDE: [&str; 2] = ["answers.toml", "secrets.toml"];
const KEPT: &str = "before";
/// Digits of a hash, which names a kept file.
const HASH: usize = 64;

impl State {
    /// Makes the copy's directory where it is missing, and refuses one that others could have prepared.
    ///
    /// # Errors
    /// When it cannot be made, or is not this user's alone.
    pub(super) fn copy_is_safe(&self) -> Result<()> {
        let dir = self.copy_dir();
        files::create_all(&dir.join(KEPT), 0o700)?;
        let own = rustix::process::geteuid().as_raw();
        let safe = |dir: &Path| {
            let found = files::look(dir)?;
            let own = |look: files::Look| {
                look.kind == Kind::Directory && look.access.uid == own && look.access.mode & 0o022 == 0
            };
            Ok::<bool, Error>(found.is_some_and(own))
        };
        if safe(&dir)? && safe(&dir.join(KEPT))? {
            return Ok(());
        }
        Err(Error::new(ErrorKind::PermissionDenied, format!("{} is not this user's alone", dir.display())))
    }

    /// Where the copy of a kept file lies.
    pub(super) fn kept_copy(&self, hash: &str) -> PathBuf {
        self.copy_dir().join(KEPT).join(hash)
    }

    /// Copies a kept file.
    pub(super) fn copy_kept(&self, hash: &str) {
        let (from, to) = (self.kept_path(hash), self.kept_copy(hash));
        if files::exists(&to) {
            return;
        }
        let copied = self.copy_is_safe().and_then(|()| copied(&from, &to));
        told(copied, &to);
    }

    /// Copies one of the files beside them.
    pub(super) fn copy_file(&self, name: &str) {
        let (from, to) = (self.dir().join(name), self.copy_dir().join(name));
        if files::read(&to).is_ok_and(|had| files::read(&from).is_ok_and(|now| now == had)) {
            return;
        }
        told(self.copy_is_safe().and_then(|()| copied(&from, &to)), &to);
    }

    /// Files of damaged lines that were set aside.
    #[must_use]
    pub fn set_aside(&self) -> Vec<PathBuf> {
        let entries = files::list(self.dir()).unwrap_or_default().into_iter().map(|(name, _)| self.dir().join(name));
        let aside = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("journal.damaged-"))
        };
        let mut found: Vec<PathBuf> = entries.filter(aside).collect();
        found.sort();
        found
    }

    /// How many old files are kept here.
    #[must_use]
    pub fn count_kept(&self) -> usize {
        let names = files::list(&self.dir().join(KEPT)).unwrap_or_default();
        names.into_iter().filter(|(name, _)| name.len() == HASH).count()
    }

    /// Brings back from the copy what the state lacks, and gives the copy what it lacks.
    pub(super) fn heal(&self) {
        let names = |dir: PathBuf| files::list(&dir).unwrap_or_default().into_iter().map(|(name, _)| name);
        for name in names(self.copy_dir().join(KEPT)) {
            let (copy, own) = (self.copy_dir().join(KEPT).join(&name), self.dir().join(KEPT).join(&name));
            if !files::exists(&own) {
                told(copied(&copy, &own), &own);
            }
        }
        for name in BESIDE {
            let (own, copy) = (self.dir().join(name), self.copy_dir().join(name));
            if files::exists(&own) {
                self.copy_file(name);
            } else if files::exists(&copy) {
                told(copied(&copy, &own), &own);
            }
        }
        for name in names(self.dir().join(KEPT)).filter_map(|name| name.into_string().ok()) {
            // A file that was being written has another name than a hash.
            if name.len() == HASH {
                self.copy_kept(&name);
            }
        }
    }
}

fn copied(from: &Path, to: &Path) -> Result<()> {
    write_private(to, &files::read(from)?, Sync::Later).map_err(|error| Error::other(error.line()))
}

fn told(result: Result<()>, path: &Path) {
    if let Err(error) = result {
        tracing::warn!(%error, path = %path.display(), "could not be copied");
    }
}
