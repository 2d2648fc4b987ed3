//! What would stop a setup half-way, seen beforehand.

use serde::{Deserialize, Serialize};

/// What `apt-get --simulate install` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AptSays {
    /// Installed packages that would have to go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<String>,
    /// Why nothing could be installed, in apt's own lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refuses: Vec<String>,
}

impl AptSays {
    /// Whether apt would just install.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.removes.is_empty() && self.refuses.is_empty()
    }
}

/// The MariaDB that is here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    /// Why root was not let in over the socket; none when it was, and when the server does not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuses_root: Option<String>,
    /// Tables named like ours that ours could not be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfit: Vec<Unfit>,
}

/// A table of another shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfit {
    /// Its name.
    pub table: String,
    /// What about it.
    pub why: String,
}
