//! The journal's file and its copy: read once, then appended to without being read again.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::form::Line;
use super::lines::{self, Whole};
use super::merge::{self, Health};
use crate::engine::state::State;
use crate::error::{Context, Result};
use crate::files;

/// What both files hold together.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) lines: Vec<Line>,
    pub(super) health: Health,
}

/// The two files.
#[derive(Debug)]
pub(super) struct Disk {
    state: State,
    /// The journal as it should lie on disk.
    text: String,
    /// How long the file was when it was read.
    seen: u64,
    /// The file's bytes, when some of them are in no line that is used.
    aside: Option<Vec<u8>>,
    /// The file is there and cannot be read.
    unreadable: bool,
    /// The copy is of another past than the file, which is whole by itself.
    other_past: bool,
    /// Whether the file, and whether the copy, holds just `text`.
    right: [bool; 2],
    file: Option<File>,
    copy: Option<File>,
    /// The first line of a newer version: where it stands, and the version.
    pub(super) newer: Option<(String, u32)>,
}

impl Disk {
    /// Reads both; nothing is written.
    ///
    /// # Errors
    /// When the journal's file is there and cannot be read.
    pub(super) fn read(state: &State) -> Result<(Self, Found)> {
        let path = state.journal_path();
        let copy_path = state.journal_copy();
        let copy = files::read(&copy_path).unwrap_or_default();
        let (file, unreadable) = match files::read(&path) {
            Ok(bytes) => (bytes, false),
            Err(error) if error.kind() == ErrorKind::NotFound => (Vec::new(), false),
            // A disk that fails, or something else in its place: the copy tells, where there is one.
            Err(error) if error.kind() != ErrorKind::PermissionDenied && !copy.is_empty() => (Vec::new(), true),
            Err(error) => return Err(state.unreadable(&path, &error)),
        };
        let (main, other) = (lines::read(&file), lines::read(&copy));
        let place = |path: &Path, newer: Option<(usize, u32)>| {
            newer.map(|(number, version)| (format!("{}:{number}", path.display()), version))
        };
        let newer = place(&path, main.newer).or_else(|| place(&copy_path, other.newer));
        let (had, damaged) = (main.whole.len(), main.damaged.len());
        let alike = is_start_of(&main.whole, &other.whole) || is_start_of(&other.whole, &main.whole);
        let trusted = merge::is_whole(&main) && !alike;
        // A file that is whole by itself is right, whatever a copy of another past says.
        let (whole, gained) = if trusted { (main.whole, 0) } else { merge::merged(main.whole, other.whole) };
        let text: String = whole.iter().map(|whole| whole.text.as_str()).collect();
        let found: Vec<Line> = whole.into_iter().map(|whole| whole.line).collect();
        let missing = merge::gaps(&found);
        // A line that the copy gave back is no loss; a damaged one that stands in no gap is.
        let lost = missing.max(damaged.saturating_sub(gained));
        let health = Health { from_copy: had == 0 && gained > 0, healed: gained, lost, ..Health::default() };
        let aside = (damaged > 0).then(|| file.clone());
        let right = [file == text.as_bytes(), copy == text.as_bytes()];
        let seen = file.len() as u64;
        let disk = Self {
            state: state.clone(),
            text,
            seen,
            aside,
            unreadable,
            other_past: trusted,
            right,
            file: None,
            copy: None,
            newer,
        };
        Ok((disk, Found { lines: found, health }))
    }

    /// Notes that a line that is on disk is not used.
    pub(super) fn set_aside(&mut self) {
        self.aside.get_or_insert_with(|| self.text.clone().into_bytes());
    }

    pub(super) fn is_open(&self) -> bool {
        // Removed meanwhile: what is written to it would be seen by nobody.
        self.file.as_ref().is_some_and(|file| file.metadata().is_ok_and(|meta| meta.nlink() > 0))
    }

    /// Whether somebody has written to the file since it was read.
    ///
    /// # Errors
    /// When the file system does not say.
    pub(super) fn is_stale(&self) -> Result<bool> {
        if self.file.is_some() {
            return Ok(false);
        }
        let path = self.state.journal_path();
        match files::handle(&path).and_then(|file| file.metadata()) {
            Ok(meta) => Ok(!self.unreadable && meta.len() != self.seen),
            Err(error) if self.unreadable || error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.state.unreadable(&path, &error)),
        }
    }

    /// Opens both files for appending, written whole first where they are not as they should be.
    ///
    /// # Errors
    /// When the journal's file cannot be written. Without its copy it goes on: that is told to the log.
    pub(super) fn open(&mut self) -> Result<()> {
        let path = self.state.journal_path();
        let gone = self.file.take().is_some() || !files::exists(&path);
        let failed = || not_written(&path);
        if let Some(bytes) = self.aside.take() {
            let aside = free_name(&path.with_file_name("journal.damaged"));
            write_new(&aside, &bytes).context(failed)?;
            tracing::warn!(kept = %aside.display(), "damaged lines of the journal were set aside");
        }
        if self.unreadable {
            files::rename(&path, &free_name(&path.with_file_name("journal.damaged"))).context(failed)?;
            self.unreadable = false;
        }
        if gone || !self.right[0] {
            make_dir(path.parent()).and_then(|()| replace(&path, self.text.as_bytes())).context(failed)?;
        }
        self.file = Some(append_to(&path).context(failed)?);
        self.right = [true, self.right[1]];
        let copy = self.state.journal_copy();
        let opened = self.state.copy_is_safe().and_then(|()| {
            if self.other_past {
                files::rename(&copy, &free_name(&copy.with_file_name("journal.other")))?;
                self.other_past = false;
            }
            if !self.right[1] {
                replace(&copy, self.text.as_bytes())?;
            }
            append_to(&copy)
        });
        self.copy = opened.inspect_err(|error| tracing::warn!(%error, "the journal's copy cannot be written")).ok();
        self.right[1] = self.copy.is_some();
        Ok(())
    }

    /// Appends a line to both. It is on disk in the file when this returns; in the copy, when `sync` says so.
    ///
    /// # Errors
    /// When it cannot be written to the file.
    pub(super) fn append(&mut self, line: &str, sync: bool) -> Result<()> {
        let path = self.state.journal_path();
        let Some(file) = &mut self.file else { return Err(crate::error::Error::failed(not_written(&path))) };
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // Half a line must not stand before the next.
            let _ = file.set_len(self.text.len() as u64);
            return Err(error).context(|| not_written(&path)).map_err(|error| {
                error.hint("is the disk full? nothing has been changed that the journal does not know")
            });
        }
        self.text.push_str(line);
        if let Some(copy) = &mut self.copy {
            let copied = copy.write_all(line.as_bytes()).and_then(|()| if sync { copy.sync_data() } else { Ok(()) });
            if let Err(error) = copied {
                tracing::warn!(%error, "the journal's copy could not be written");
                let _ = copy.set_len((self.text.len() - line.len()) as u64);
                self.copy = None;
            }
        }
        Ok(())
    }
}

fn not_written(path: &Path) -> String {
    format!("the journal {} could not be written", path.display())
}

fn is_start_of(short: &[Whole], long: &[Whole]) -> bool {
    long.len() >= short.len() && long.iter().zip(short).all(|(one, other)| one.text == other.text)
}

fn make_dir(dir: Option<&Path>) -> std::io::Result<()> {
    dir.map_or(Ok(()), |dir| files::create_all(dir, 0o700))
}

fn append_to(path: &Path) -> std::io::Result<File> {
    files::append(path, 0o600)
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = files::create_new(path, 0o600)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts a file in the place of another, whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    files::write(path, bytes, None, true)
}

/// The first of `stem-1`, `stem-2` ... that is not taken.
fn free_name(stem: &Path) -> PathBuf {
    let name = |number: u32| PathBuf::from(format!("{}-{number}", stem.display()));
    (1..u32::MAX).map(name).find(|path| !files::exists(path)).unwrap_or_else(|| name(0))
}
