//! The copy of the state: a second name for every kept file, and a second copy of the answers and the secrets.
//!
//! Without it nothing stops: what cannot be copied is told to the log.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::private::{Sync, write_private};
use super::state::State;

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
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir.join(KEPT))?;
        let own = rustix::process::geteuid().as_raw();
        let safe = |dir: &Path| {
            fs::symlink_metadata(dir).map(|meta| meta.is_dir() && meta.uid() == own && meta.mode() & 0o022 == 0)
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

    /// Gives a kept file its second name; on another file system, copies it.
    pub(super) fn copy_kept(&self, hash: &str) {
        let (from, to) = (self.kept_path(hash), self.kept_copy(hash));
        if to.exists() {
            return;
        }
        let linked = match fs::hard_link(&from, &to) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.copy_is_safe().and_then(|()| fs::hard_link(&from, &to))
            }
            other => other,
        };
        let copied = match linked {
            Err(error) if error.kind() == ErrorKind::CrossesDevices => copied(&from, &to),
            other => other,
        };
        told(copied, &to);
    }

    /// Copies one of the files beside them.
    pub(super) fn copy_file(&self, name: &str) {
        let (from, to) = (self.dir().join(name), self.copy_dir().join(name));
        if fs::read(&to).is_ok_and(|had| fs::read(&from).is_ok_and(|now| now == had)) {
            return;
        }
        told(self.copy_is_safe().and_then(|()| copied(&from, &to)), &to);
    }

    /// Files of damaged lines that were set aside.
    #[must_use]
    pub fn set_aside(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.dir()).into_iter().flatten().flatten().map(|entry| entry.path());
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
        let names = fs::read_dir(self.dir().join(KEPT)).into_iter().flatten().flatten();
        names.filter(|entry| entry.file_name().len() == HASH).count()
    }

    /// Brings back from the copy what the state lacks, and gives the copy what it lacks.
    pub(super) fn heal(&self) {
        let names = |dir: PathBuf| fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.file_name());
        for name in names(self.copy_dir().join(KEPT)) {
            let (copy, own) = (self.copy_dir().join(KEPT).join(&name), self.dir().join(KEPT).join(&name));
            if !own.exists() {
                let linked = fs::hard_link(&copy, &own).or_else(|_| copied(&copy, &own));
                told(linked, &own);
            }
        }
        for name in BESIDE {
            let (own, copy) = (self.dir().join(name), self.copy_dir().join(name));
            if own.exists() {
                self.copy_file(name);
            } else if copy.exists() {
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
    write_private(to, &fs::read(from)?, Sync::Later).map_err(|error| Error::other(error.line()))
}

fn told(result: Result<()>, path: &Path) {
    if let Err(error) = result {
        tracing::warn!(%error, path = %path.display(), "could not be copied");
    }
}
