//! The state directory: the lock, the secrets, the answers in force, and old bytes kept by their hash.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{FlockOperation, flock};

use super::paths;
pub use super::private::{Sync, hash, write_private};
use crate::error::{Context, Error, Result};
use crate::files;
use crate::secret::Secret;
use crate::text::SecretName;

/// Where state lies unless `--state` says otherwise.
pub const DEFAULT_DIR: &str = "/var/lib/mailwright";

const SECRETS: &str = "secrets.toml";
const ANSWERS: &str = "answers.toml";

/// Where the copy of that state lies.
pub const COPY_DIR: &str = "/var/backups/mailwright/state";

/// How often, and how long apart, the lock is tried.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// The state directory (0700), outside everything that undo removes.
#[derive(Debug, Clone)]
pub struct State {
    dir: PathBuf,
}

/// Held while a run may alter the machine; given back when dropped, or when the process ends in any way.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl State {
    /// The state in this directory, which need not exist yet.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: whole(&dir.into()) }
    }

    /// The directory itself.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where a second copy of the journal, the answers, the secrets and the old bytes is kept: apart from the state
    /// where it lies in its own place, so that losing the one is not losing the other.
    #[must_use]
    pub fn copy_dir(&self) -> PathBuf {
        if self.dir == Path::new(DEFAULT_DIR) { PathBuf::from(COPY_DIR) } else { self.dir.join("copy") }
    }

    /// The journal's copy.
    #[must_use]
    pub fn journal_copy(&self) -> PathBuf {
        self.copy_dir().join("journal.jsonl")
    }

    /// The journal's file.
    #[must_use]
    pub fn journal_path(&self) -> PathBuf {
        self.dir.join("journal.jsonl")
    }

    /// Makes the directory (0700) where it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(&self) -> Result<()> {
        self.refuse_foreign()?;
        let made = files::create_all(&self.dir.join("before"), 0o700);
        made.map_err(|error| {
            paths::failed(format!("the state directory {} could not be made", self.dir.display()), &error)
        })?;
        self.refuse_foreign()
    }

    /// Refuses a state that others than root could alter: what it says is done to this server as root. Whoever is not root
    /// alters nothing, and only reads.
    ///
    /// # Errors
    /// When a link is on the way, or somebody else owns or can write one of the directories.
    pub fn refuse_foreign(&self) -> Result<()> {
        if !rustix::process::geteuid().is_root() {
            return Ok(());
        }
        let here = self.dir.display();
        files::roots_way(&self.dir).and_then(|()| files::roots_way(&self.dir.join("before"))).map_err(|error| {
            paths::failed(format!("the state directory {here} is not used: others than root could alter it"), &error)
        })
    }

    /// Takes the lock for a run that alters the machine.
    ///
    /// # Errors
    /// When another run holds it, or the directory cannot be written.
    pub fn lock(&self) -> Result<Lock> {
        self.create()?;
        let path = self.dir.join("lock");
        let mut file = files::open_or_create(&path, 0o600)
            .map_err(|error| paths::failed(format!("the lock {} could not be opened", path.display()), &error))?;
        // Who only looks whether a run is at work holds the lock for a moment.
        let mut tries = 0;
        while flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            if tries == LOCK_TRIES {
                return Err(self.held());
            }
            tries += 1;
            std::thread::sleep(LOCK_PAUSE);
        }
        let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        written.context(|| format!("the lock {} could not be written", path.display()))?;
        for directory in [&self.dir, &self.dir.join("before")] {
            files::sweep(directory);
        }
        Ok(Lock { _file: file })
    }

    /// Takes the directory away that the lock made for a run which then did nothing; what else is in it stays.
    pub fn leave(&self) {
        let _ = files::remove_file(&self.dir.join("lock"));
        let _ = files::remove_directory(&self.dir.join("before"));
        let _ = files::remove_directory(&self.dir);
    }

    /// Refuses to begin what would fail for the lock, and leaves nothing behind.
    ///
    /// # Errors
    /// When another run holds the lock.
    pub fn refuse_if_locked(&self) -> Result<()> {
        if self.is_locked() { Err(self.held()) } else { Ok(()) }
    }

    fn held(&self) -> Error {
        let holder = files::read_text(&self.dir.join("lock")).unwrap_or_default();
        let what = format!("another mailwright is at work on this server (process {})", holder.trim());
        Error::not_allowed(what).hint("wait for it to end; `mailwright status` shows what it does")
    }

    /// Whether a run holds the lock now.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        let Ok(file) = files::handle(&self.dir.join("lock")) else { return false };
        flock(&file, FlockOperation::NonBlockingLockShared).is_err()
    }

    /// Keeps bytes under their hash and gives the hash; the same bytes are kept once.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn keep(&self, bytes: &[u8]) -> Result<String> {
        let hash = hash(bytes);
        let path = self.kept_path(&hash);
        if !files::exists(&path) {
            write_private(&path, bytes, Sync::Now)?;
        }
        self.copy_kept(&hash);
        Ok(hash)
    }

    /// The bytes kept under this hash.
    ///
    /// # Errors
    /// When they are gone or damaged.
    pub fn kept(&self, hash: &str) -> Result<Vec<u8>> {
        let path = self.kept_path(hash);
        let read = files::read(&path).context(|| format!("the kept file {} could not be read", path.display()));
        let sound = |bytes: &Vec<u8>| self::hash(bytes) == hash;
        let damaged = || Error::failed(format!("the kept file {} is damaged", path.display()));
        let copy = || files::read(&self.kept_copy(hash)).ok().filter(sound);
        match read {
            Ok(bytes) if sound(&bytes) => Ok(bytes),
            read => copy().ok_or_else(|| read.map_or_else(|error| error, |_| damaged())),
        }
    }

    /// Where bytes of this hash are kept.
    #[must_use]
    pub fn kept_path(&self, hash: &str) -> PathBuf {
        self.dir.join("before").join(hash)
    }

    /// The secret of this name, when it has been made.
    #[must_use]
    pub fn secret(&self, name: SecretName) -> Option<Secret> {
        let read = |dir: PathBuf| files::read_text(&dir.join(SECRETS)).ok();
        let text = read(self.dir.clone()).or_else(|| read(self.copy_dir()))?;
        let table: BTreeMap<String, String> = toml::from_str(&text).ok()?;
        table.get(name.key()).map(Secret::new)
    }

    /// The secret of this name, made now when there is none.
    ///
    /// # Errors
    /// When a new one cannot be written.
    pub fn secret_or_new(&self, name: SecretName) -> Result<Secret> {
        if let Some(secret) = self.secret(name) {
            return Ok(secret);
        }
        let secret = Secret::generate();
        // The file holds one secret so far; a generated one needs no quoting.
        let text = format!("{} = \"{}\"\n", name.key(), secret.reveal());
        write_private(&self.dir.join(SECRETS), text.as_bytes(), Sync::Now)?;
        self.copy_file(SECRETS);
        Ok(secret)
    }

    /// The answers of the last run that was agreed to, as TOML with hashes in the place of passwords.
    ///
    /// # Errors
    /// When there are some and they cannot be read.
    pub fn saved_answers(&self) -> Result<Option<String>> {
        let text = self.text_of(&self.answers_path())?;
        Ok(text.or_else(|| files::read_text(&self.copy_dir().join(ANSWERS)).ok()))
    }

    fn text_of(&self, path: &Path) -> Result<Option<String>> {
        match files::read_text(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.unreadable(path, &error)),
        }
    }

    /// The sentence for a file of the state that is there and cannot be read: the state is root's own.
    #[must_use]
    pub fn unreadable(&self, path: &Path, error: &std::io::Error) -> Error {
        let what = format!("{} could not be read", path.display());
        if files::Refused::of(error).is_some() {
            return paths::failed(what, error);
        }
        if error.kind() == std::io::ErrorKind::PermissionDenied {
            return Error::not_allowed(what).caused_by(error).hint("try again with sudo");
        }
        Error::failed(what).caused_by(error)
    }

    /// Where those answers stand.
    #[must_use]
    pub fn answers_path(&self) -> PathBuf {
        self.dir.join(ANSWERS)
    }

    /// The answers in the making, as TOML with hashes in the place of passwords.
    ///
    /// # Errors
    /// When there are some and they cannot be read.
    pub fn saved_draft(&self) -> Result<Option<String>> {
        self.text_of(&self.draft_path())
    }

    /// Saves the answers in the making.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn save_draft(&self, toml: &str) -> Result<()> {
        self.create()?;
        write_private(&self.draft_path(), toml.as_bytes(), Sync::Now)
    }

    /// Forgets the answers in the making that were saved before this moment: what was made since is newer. Those saved
    /// later are somebody's work.
    pub fn remove_draft_before(&self, moment: SystemTime) {
        let saved = files::look(&self.draft_path()).ok().flatten().and_then(|look| look.modified);
        if saved.is_some_and(|saved| saved < moment) {
            let _ = files::remove_file(&self.draft_path());
        }
    }

    /// Puts answers in the making that cannot be read out of the way of new ones, and says where.
    #[must_use]
    pub fn set_draft_aside(&self) -> Option<PathBuf> {
        let aside = self.dir.join("draft.toml.unread");
        files::rename(&self.draft_path(), &aside).ok().map(|()| aside)
    }

    fn draft_path(&self) -> PathBuf {
        self.dir.join("draft.toml")
    }

    /// Saves the answers.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn save_answers(&self, toml: &str) -> Result<()> {
        if self.text_of(&self.answers_path())?.as_deref() != Some(toml) {
            write_private(&self.answers_path(), toml.as_bytes(), Sync::Now)?;
        }
        self.copy_file(ANSWERS);
        Ok(())
    }
}

/// The whole path of a directory that an admin named from where he stands: `..` goes back one name, as no link on the way
/// is followed.
fn whole(dir: &Path) -> PathBuf {
    let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let mut plain = PathBuf::new();
    for part in whole.components() {
        match part {
            std::path::Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_by_their_hash_and_damage_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path());
        state.create().unwrap();
        let hash = state.keep(b"abc").unwrap();
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(state.kept(&hash).unwrap(), b"abc");
        std::fs::write(state.kept_path(&hash), b"abd").unwrap();
        assert_eq!(state.kept(&hash).unwrap(), b"abc", "the copy is whole");
        std::fs::write(state.kept_copy(&hash), b"abd").unwrap();
        assert!(state.kept(&hash).is_err());
    }

    #[test]
    fn a_second_run_is_told_who_holds_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path());
        let lock = state.lock().unwrap();
        let error = state.lock().unwrap_err();
        assert_eq!(error.kind().exit_code(), 3);
        assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
        drop(lock);
        assert!(state.lock().is_ok());
    }

    #[test]
    fn answers_in_the_making_go_when_what_is_newer_was_made() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path());
        let before = SystemTime::now() - Duration::from_secs(10);
        state.save_draft("hostname = 1").unwrap();
        state.remove_draft_before(before);
        assert!(state.saved_draft().unwrap().is_some());
        state.remove_draft_before(SystemTime::now() + Duration::from_secs(10));
        assert_eq!(state.saved_draft().unwrap(), None);
    }

    #[test]
    fn a_secret_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path());
        state.create().unwrap();
        assert_eq!(state.secret(SecretName::Reader), None);
        let made = state.secret_or_new(SecretName::Reader).unwrap();
        assert_eq!(state.secret(SecretName::Reader), Some(made.clone()));
        assert_eq!(state.secret_or_new(SecretName::Reader).unwrap(), made);
    }
}
