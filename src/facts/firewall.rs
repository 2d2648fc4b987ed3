//! The firewall that is at work on the machine.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A firewall that lets in only what it is told to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Firewall {
    /// nftables, its rules loaded at boot from /etc/nftables.conf.
    Nftables {
        /// The chains that a packet from outside has to pass.
        chains: Vec<Chain>,
    },
    /// ufw.
    Ufw,
    /// firewalld.
    Firewalld {
        /// The zones that packets from outside are in.
        zones: Vec<String>,
    },
    /// Rules of somebody else, which nobody but them should edit.
    Other {
        /// Where they were seen.
        seen: Vec<String>,
    },
}

/// A chain of nftables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Chain {
    /// `inet`, `ip` or `ip6`.
    pub family: String,
    /// Its table.
    pub table: String,
    /// Its own name.
    pub name: String,
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.family, self.table, self.name)
    }
}

impl Firewall {
    /// The name people know it by.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Nftables { .. } => "nftables",
            Self::Ufw => "ufw",
            Self::Firewalld { .. } => "firewalld",
            Self::Other { .. } => "netfilter",
        }
    }
}
