//! The machine the engine works on: where its tree begins, its state, its database.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mysql::Conn;

use crate::engine::state::State;
use crate::error::Result;
use crate::facts::Release;
use crate::mariadb;
use crate::secret::Secret;

/// How long the database may take for one answer: making tables on a slow disk takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// One machine.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Where its tree begins: `/`, or a directory in tests.
    pub root: PathBuf,
    /// The state directory.
    pub state: State,
    /// Its Debian release.
    pub release: Release,
}

impl Machine {
    /// The path inside this machine's tree.
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        path.strip_prefix("/").map_or_else(|_| self.root.join(path), |inner| self.root.join(inner))
    }

    /// A connection to the database as its root, over the local socket (its `unix_socket` authentication).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn database(&self) -> Result<Conn> {
        self.connect("root", None)
    }

    /// A connection as this account.
    ///
    /// # Errors
    /// When the database does not answer or refuses the account.
    pub fn connect(&self, user: &str, password: Option<&Secret>) -> Result<Conn> {
        mariadb::connect(user, password, PATIENCE)
    }
}
