//! The file tree that is read.

use std::fs;
use std::path::{Path, PathBuf};

/// `/` on the machine itself, or a tree of recorded files.
#[derive(Debug)]
pub(super) struct Root<'a>(&'a Path);

impl<'a> Root<'a> {
    /// The tree under this directory.
    pub(super) const fn new(path: &'a Path) -> Self {
        Self(path)
    }

    /// Whether this is the machine itself, whose programs can be asked.
    pub(super) fn live(&self) -> bool {
        self.0 == Path::new("/")
    }

    /// Where a file of the machine lies.
    pub(super) fn path(&self, absolute: &str) -> PathBuf {
        self.0.join(absolute.trim_start_matches('/'))
    }

    /// Whether there is something at this path.
    pub(super) fn exists(&self, absolute: &str) -> bool {
        self.path(absolute).exists()
    }

    /// The text of a file, lossily decoded; `None` when it cannot be read.
    pub(super) fn text(&self, absolute: &str) -> Option<String> {
        fs::read(self.path(absolute)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The files of a directory with this ending, as paths of the machine, sorted by name; none when there is no such
    /// directory.
    pub(super) fn files(&self, directory: &str, ending: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(directory)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut found: Vec<String> =
            names.filter(|name| name.ends_with(ending)).map(|name| format!("{directory}/{name}")).collect();
        found.sort();
        found
    }
}
