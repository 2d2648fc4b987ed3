//! The form of the journal's lines. A release writes one version of it and reads every version there ever was.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::change::Daemon;
use crate::facts::Firewall;

/// The version of the lines written now. Lines of every version ever released must load.
pub(super) const VERSION: u32 = 2;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Version of the line's form.
    pub v: u32,
    /// When it was written (RFC 3339, UTC).
    pub at: String,
    /// Its place in the journal, counted from 1: a gap shows that lines are missing. Absent in lines of 0.1.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run began.
    Run {
        /// The verb it was started with.
        verb: String,
        /// The version of mailwright.
        program: String,
        /// The step that a rollback goes back to; without one it takes everything back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// A change is about to be made.
    Begin {
        /// Numbers the change in this journal.
        seq: u64,
        /// The step it belongs to.
        step: String,
        /// What it is about.
        subject: String,
        /// What stood there before.
        before: Before,
    },
    /// The change was made.
    Done {
        /// Its number.
        seq: u64,
        /// What stands there now.
        after: After,
    },
    /// The change failed; what it left is settled by the next run.
    Failed {
        /// Its number.
        seq: u64,
        /// The sentence.
        error: String,
    },
    /// The change was undone.
    Undone {
        /// Its number.
        seq: u64,
        /// What was kept, and where, because it was not ours to remove.
        kept: Vec<String>,
    },
    /// A run ended by itself.
    End {
        /// `finished`, `failed`, `interrupted` or `rolled-back`.
        outcome: String,
    },
}

/// What stood there before: all that undo needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Before {
    /// Files and directories, each as it was.
    Paths {
        /// The paths.
        paths: BTreeMap<PathBuf, PathState>,
        /// The hash of what is about to be written, where it is known.
        wanted: Option<String>,
    },
    /// The static hostname.
    Hostname {
        /// The name.
        name: String,
        /// /etc/hostname.
        file: PathState,
    },
    /// An account and the files that hold accounts.
    Account {
        /// Its name.
        name: String,
        /// Whether it was there.
        existed: bool,
        /// The account files and their backups.
        files: BTreeMap<PathBuf, PathState>,
    },
    /// The packages and the tree they land in, as the first version of the journal kept them.
    Packages {
        /// Installed packages and their versions.
        installed: BTreeMap<String, String>,
        /// Hash of the kept snapshot of the tree.
        snapshot: String,
        /// Units that get masked.
        masked: BTreeSet<String>,
    },
    /// The packages, and what stood where they land.
    Apt(Box<AptBefore>),
    /// A database.
    Database {
        /// Its name.
        name: String,
        /// Whether it was there.
        existed: bool,
        /// Those of our tables that stood in it; `None` where it was not there, and in older journals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        had: Option<Vec<String>>,
    },
    /// A database account.
    Reader {
        /// Its name.
        user: String,
        /// The database it reads.
        database: String,
        /// Whether it was there.
        existed: bool,
        /// Hash of the kept statements that make it as it was; `None` where it was not there, and in older journals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<String>,
    },
    /// A row.
    Row {
        /// The table.
        table: String,
        /// The key columns.
        key: BTreeMap<String, String>,
        /// Hash of the kept old values, as JSON; `None` where there was no row.
        old: Option<String>,
        /// Hash of the kept new values, as JSON.
        new: String,
    },
    /// The file of a zone.
    Zone {
        /// The zone.
        zone: String,
        /// Its file.
        file: PathBuf,
        /// The file as it was.
        was: PathState,
        /// The hash of what is about to be written.
        wanted: String,
        /// The serial it is given.
        serial: Option<u32>,
    },
    /// certbot's directories, the certificate that the daemons read, and the timer.
    Acme(AcmeBefore),
    /// A firewall.
    Firewall {
        /// Which one.
        wall: Firewall,
        /// The ports that it is about to let in.
        ports: Vec<u16>,
        /// Those that our own rules let in before, by the place of the rule.
        was: BTreeMap<String, Vec<u16>>,
        /// The files that it keeps its rules in.
        files: BTreeMap<PathBuf, PathState>,
    },
    /// A daemon.
    Service {
        /// Which one.
        daemon: Daemon,
        /// Whether it was active.
        active: bool,
        /// The unit's file state (enabled, disabled, masked).
        file_state: String,
    },
}

/// What stood there before apt installed packages: all that tells the packages' own from what is anybody else's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AptBefore {
    /// The packages that were asked for by name.
    pub named: BTreeSet<String>,
    /// The packages that apt was about to install, by its own word: no other one that comes meanwhile is ours.
    pub planned: BTreeSet<String>,
    /// Those that had to make room.
    pub gone: BTreeSet<String>,
    /// Units of these that ran, and were stopped.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stopped: BTreeSet<String>,
    /// The state of every package that dpkg knew.
    pub known: BTreeMap<String, String>,
    /// Of those that were asked for by name and those that had to make room, the packages that were there because others
    /// needed them (apt-mark(8), `auto`).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub automatic: BTreeSet<String>,
    /// Units that get masked; one that was masked already is none of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub masked: BTreeSet<String>,
    /// Of the packages' declared leavings, those paths that were there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub there: BTreeSet<PathBuf>,
    /// Of the accounts that the packages make, those that were there: `user postfix`, `group postdrop`, each
    /// with its line in passwd(5) or group(5).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accounts: BTreeMap<String, String>,
    /// The lines of dpkg-statoverride(1).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub overrides: BTreeSet<String>,
    /// The files that ucf(1) kept count of.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ucf: BTreeSet<PathBuf>,
    /// Settings files of packages that were removed and not purged, which somebody had deleted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing: BTreeSet<PathBuf>,
    /// The links that enabled units of the daemons (systemctl(1), `enable`), with where they lead: one may outlive its
    /// package.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub enabled: BTreeMap<PathBuf, PathBuf>,
}

/// What stood there before a certificate was asked for by ACME.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcmeBefore {
    /// The name under which certbot keeps the certificate.
    pub lineage: String,
    /// The authority's directory.
    pub directory: String,
    /// Every path in certbot's own directories.
    pub had: BTreeSet<PathBuf>,
    /// The certificate and key that the daemons read.
    pub pair: BTreeMap<PathBuf, PathState>,
    /// Whether certbot's timer was active.
    pub active: bool,
    /// Whether it was enabled.
    pub enabled: bool,
    /// The directory of a web server, into which files are put for the authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webroot: Option<PathBuf>,
    /// The directories on the way to them that were not there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing: BTreeSet<PathBuf>,
}

/// A path as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "was", rename_all = "kebab-case")]
pub enum PathState {
    /// Nothing.
    Absent,
    /// A regular file.
    File {
        /// Hash of its kept bytes.
        hash: String,
        /// Permission bits.
        mode: u32,
        /// Owner.
        uid: u32,
        /// Group.
        gid: u32,
    },
    /// A directory.
    Directory {
        /// Permission bits.
        mode: u32,
        /// Owner.
        uid: u32,
        /// Group.
        gid: u32,
    },
    /// A symbolic link.
    Link {
        /// Where it points.
        target: PathBuf,
    },
}

/// What stands there after a change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    /// The hash of each file written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<PathBuf, String>,
    /// Hash of the kept snapshot of the tree, after packages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The packages that came: those alone go when they are undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<BTreeSet<String>>,
    /// Why what was wanted could not be had; what stood there before goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmet: Option<String>,
    /// Settled by a later run: the one that began it did not end it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub settled: bool,
}

/// A change the journal knows, with how far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub seq: u64,
    /// Its step's id.
    pub step: String,
    /// What it is about.
    pub subject: String,
    /// What stood there before.
    pub before: Before,
    /// What stood there after; `None` while it has no `done`.
    pub after: Option<After>,
    /// Whether it was undone.
    pub undone: bool,
}
