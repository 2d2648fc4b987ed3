//! The account that owns all mail.

use serde::{Deserialize, Serialize};

/// The ids of the account that owns all mail, and of its group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailAccount {
    /// Its user id: that of the account where it stands, else a free one.
    pub uid: u32,
    /// The id of its group.
    pub gid: u32,
    /// Why the account that stands here cannot own the mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfit: Option<String>,
}

impl MailAccount {
    /// The id on every server where nobody else has it, so that a restored backup fits.
    pub const USUAL: u32 = 5000;

    /// Whether it has the usual ids.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for MailAccount {
    fn default() -> Self {
        Self { uid: Self::USUAL, gid: Self::USUAL, unfit: None }
    }
}
