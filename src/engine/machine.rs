//! The machine the engine works on: where its tree begins, its state, its database.

use std::path::{Path, PathBuf};

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};

use crate::change::Daemon;
use crate::engine::state::State;
use crate::error::{Context, Result};
use crate::facts::Release;
use crate::secret::Secret;

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
        let socket = Daemon::Mariadb.sockets().first().copied().unwrap_or_default();
        let options = OptsBuilder::new().socket(Some(socket)).user(Some(user)).pass(password.map(Secret::reveal));
        let mut connection =
            Conn::new(options).context(|| format!("the database did not let {user} in over {socket}"))?;
        // Strict: a value that does not fit is an error, never cut.
        let strict = "SET sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'";
        connection.query_drop(strict).context(|| "the database refused its session settings".into())?;
        Ok(connection)
    }
}
