//! The zones that a BIND on this machine holds.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::dns::zonefile::Elsewhere;
use crate::dns::zonefile::obsolete::Obsolete;

/// A zone of which BIND here is the primary server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldZone {
    /// Its name in lower case, without the final dot.
    pub name: String,
    /// Its master file; links are followed.
    pub file: PathBuf,
    /// Why the file is not edited; `None` when it may be.
    #[serde(default)]
    pub hindrance: Option<Hindrance>,
    /// Records in it that nobody reads any more.
    #[serde(default)]
    pub obsolete: Vec<Obsolete>,
}

/// Why the file of a zone is not edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hindrance {
    /// BIND does not run.
    NotRunning,
    /// BIND runs in a directory of its own (`named -t`), where paths mean something else.
    Chroot,
    /// The zone stands in several views: which of them the world sees is not for us to say.
    Views,
    /// Other zones have the same file.
    Shared,
    /// Programs change it while BIND runs (`allow-update`, `update-policy`, a journal beside it).
    Dynamic,
    /// BIND signs it and looks after the serial itself (`dnssec-policy`, `inline-signing`), or the file is signed.
    Signed,
    /// It is not kept as text.
    NotText,
    /// It cannot be read.
    Unreadable,
    /// Records may stand in a file that it includes.
    Include,
    /// Records may come from a pattern.
    Generate,
}

impl Hindrance {
    /// The reason in a few words, for evidence.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotRunning => "BIND does not run",
            Self::Chroot => "BIND runs in a directory of its own (named -t)",
            Self::Views => "the zone stands in several views",
            Self::Shared => "other zones have the same file",
            Self::Dynamic => {
                "it is updated while BIND runs (allow-update, update-policy, or a journal beside the file)"
            }
            Self::Signed => "it is signed (dnssec-policy, inline-signing, or signatures in the file)",
            Self::NotText => "the file is not kept as text (masterfile-format)",
            Self::Unreadable => "the file cannot be read",
            Self::Include => "the file includes others ($INCLUDE)",
            Self::Generate => "the file has records made from a pattern ($GENERATE)",
        }
    }
}

impl From<Elsewhere> for Hindrance {
    fn from(elsewhere: Elsewhere) -> Self {
        match elsewhere {
            Elsewhere::Include => Self::Include,
            Elsewhere::Generate => Self::Generate,
            Elsewhere::Signed => Self::Signed,
        }
    }
}
