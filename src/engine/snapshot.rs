//! The tree before and after packages: what package scripts leave behind is in no package's file list, so it is found
//! by looking.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::state::{State, hash};
use crate::error::{Context, Result};

/// Where nothing is looked at: logs, caches, other people's data, and what lives in memory.
const SKIPPED: [&str; 30] = [
    "/boot",
    "/dev",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/srv",
    "/sys",
    "/tmp",
    "/lost+found",
    "/var/backups/mailwright",
    "/var/cache",
    "/var/lib/apt/lists",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/libvirt",
    "/var/lib/lxc",
    "/var/lib/lxd",
    "/var/lib/machines",
    "/var/lib/mailwright",
    "/var/lib/postgresql",
    "/var/lib/snapd",
    "/var/log",
    "/var/spool/cron/crontabs",
    "/var/tmp",
    "/var/vmail",
    "/var/www",
];

/// Where the bytes of files are kept as well: what package scripts alter of files that are not their own.
const KEPT: [&str; 2] = ["/etc", "/var/lib"];
/// dpkg's file lists are rewritten by dpkg alone.
const NOT_KEPT: [&str; 2] = ["/var/lib/dpkg/info", "/var/lib/mysql"];
/// Larger files there are data, not settings.
const KEPT_SIZE: u64 = 4 << 20;

/// Every path looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// By path, as seen on the machine.
    pub nodes: BTreeMap<PathBuf, Node>,
}

/// One path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// What it is.
    #[serde(rename = "k")]
    pub kind: Kind,
    /// Permission bits.
    #[serde(rename = "m")]
    pub mode: u32,
    /// Owner.
    #[serde(rename = "u")]
    pub uid: u32,
    /// Group.
    #[serde(rename = "g")]
    pub gid: u32,
    /// What it holds.
    #[serde(rename = "c")]
    pub content: Content,
}

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A directory.
    #[serde(rename = "d")]
    Directory,
    /// A regular file.
    #[serde(rename = "f")]
    File,
    /// A symbolic link.
    #[serde(rename = "l")]
    Link,
    /// A socket, a pipe or a device.
    #[serde(rename = "o")]
    Other,
}

/// What a path holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// Bytes of this hash.
    Hash(String),
    /// A file told apart by size and time alone: bytes, and nanoseconds since the epoch.
    Stamp(u64, i64),
    /// Where a link points.
    Target {
        /// The target.
        to: PathBuf,
    },
    /// Nothing to compare.
    Nothing(()),
}

impl Snapshot {
    /// Looks at the tree. With `keep`, the bytes of settings are kept, so that they can be put back.
    ///
    /// # Errors
    /// When bytes cannot be kept. What cannot be read is left out.
    pub fn take(root: &Path, state: &State, keep: bool) -> Result<Self> {
        let mut snapshot = Self::default();
        let mut waiting = vec![PathBuf::from("/")];
        while let Some(dir) = waiting.pop() {
            let real = root.join(dir.strip_prefix("/").unwrap_or(&dir));
            let Ok(entries) = fs::read_dir(&real) else { continue };
            for entry in entries.flatten() {
                let path = dir.join(entry.file_name());
                if SKIPPED.iter().any(|skipped| path == Path::new(skipped)) {
                    continue;
                }
                let Ok(meta) = entry.metadata() else { continue };
                if meta.is_dir() {
                    waiting.push(path.clone());
                }
                let node = node(&path, &entry.path(), &meta, keep.then_some(state))?;
                snapshot.nodes.insert(path, node);
            }
        }
        Ok(snapshot)
    }

    /// Keeps the snapshot itself and gives its hash.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn keep(&self, state: &State) -> Result<String> {
        let hash = state.keep_written(|to| Ok(serde_json::to_writer(to, self)?))?;
        state.sync()?;
        Ok(hash)
    }

    /// The snapshot kept under this hash.
    ///
    /// # Errors
    /// When it is gone or damaged.
    pub fn kept(state: &State, hash: &str) -> Result<Self> {
        serde_json::from_slice(&state.kept(hash)?).context(|| "the kept snapshot could not be read".into())
    }

    /// Whether the nearest directory above this path that the snapshot `base` lacks is in this one: then the path lies
    /// in a directory that came between the two.
    #[must_use]
    pub fn brought(&self, base: &Self, path: &Path) -> bool {
        path.ancestors().any(|part| self.nodes.contains_key(part) && !base.nodes.contains_key(part))
    }
}

fn node(path: &Path, real: &Path, meta: &fs::Metadata, keep: Option<&State>) -> Result<Node> {
    let kind = match meta.file_type() {
        kind if kind.is_dir() => Kind::Directory,
        kind if kind.is_file() => Kind::File,
        kind if kind.is_symlink() => Kind::Link,
        _ => Kind::Other,
    };
    let content = match kind {
        Kind::File => file_content(path, real, meta, keep)?,
        Kind::Link => Content::Target { to: fs::read_link(real).unwrap_or_default() },
        Kind::Directory | Kind::Other => Content::Nothing(()),
    };
    Ok(Node { kind, mode: meta.mode() & 0o7777, uid: meta.uid(), gid: meta.gid(), content })
}

fn file_content(path: &Path, real: &Path, meta: &fs::Metadata, keep: Option<&State>) -> Result<Content> {
    let settings =
        KEPT.iter().any(|area| path.starts_with(area)) && !NOT_KEPT.iter().any(|area| path.starts_with(area));
    if !settings || meta.len() > KEPT_SIZE {
        return Ok(Content::Stamp(
            meta.len(),
            meta.mtime().saturating_mul(1_000_000_000).saturating_add(meta.mtime_nsec()),
        ));
    }
    let Ok(bytes) = crate::files::read(real) else { return Ok(Content::Stamp(meta.len(), 0)) };
    match keep {
        Some(state) => Ok(Content::Hash(state.keep_unsynced(&bytes)?)),
        None => Ok(Content::Hash(hash(&bytes))),
    }
}
