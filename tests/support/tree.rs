//! A host's whole tree, for comparing before and after.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use mailwright::engine::state::{COPY_DIR, hash};

use super::theirs;

/// Left out: logs, caches, apt's own lists, what lives in memory, and mailwright's journal with its copy, which outlive
/// an undo.
pub const ASIDE: [&str; 14] = [
    "/dev",
    "/proc",
    "/run",
    "/sys",
    "/tmp",
    COPY_DIR,
    "/var/cache",
    "/var/lib/apt/lists",
    "/var/lib/mailwright",
    "/var/log",
    "/var/tmp",
    "/root/answers.toml",
    // Written by systemd at every boot and shutdown, whatever else happens.
    "/var/lib/systemd/random-seed",
    "/var/lib/systemd/timers",
];

/// What daemons write while they run: queues, locks, databases, mail.
const RUNTIME: [&str; 7] = [
    "/var/lib/dovecot",
    "/var/lib/fail2ban",
    "/var/lib/mysql",
    "/var/lib/policyd-rate-limit/db.",
    "/var/lib/postfix",
    "/var/spool/postfix",
    "/var/vmail/example",
];

/// The copies that tools keep of their own files as they were before the last change, whoever made it: dpkg(1), ucf(1),
/// passwd(5) and group(5) with their shadows. They say what was, not what is.
const COPIES: [&str; 12] = [
    "/etc/group-",
    "/etc/gshadow-",
    "/etc/passwd-",
    "/etc/shadow-",
    "/etc/subgid-",
    "/etc/subuid-",
    // Its order; what it says is compared in the inventory (apt-mark).
    "/var/lib/apt/extended_states",
    "/var/lib/dpkg/diversions-old",
    "/var/lib/dpkg/statoverride-old",
    "/var/lib/dpkg/status-old",
    "/var/lib/ucf/hashfile.0",
    "/var/lib/ucf/registry.0",
];

/// Whether a path is left out.
pub fn is_aside(path: &Path) -> bool {
    ASIDE.iter().chain(&COPIES).any(|aside| path == Path::new(aside))
}

/// Whether Python keeps a compiled module there: no two makings of it are alike, byte for byte.
pub fn compiled(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "__pycache__")
}

/// What packages note of the answers to their own questions: opendmarc, in a file that dbconfig-common makes and ucf
/// keeps count of, that it shall make no database.
const NOTED: [&str; 2] = ["/etc/dbconfig-common/opendmarc.conf", "/var/lib/ucf/"];

/// What daemons write, what packages note of their own questions, compiled modules, and the key pair that the package ssl-cert makes anew on each host.
pub fn runtime(path: &Path) -> bool {
    let link = path.parent() == Some(Path::new("/etc/ssl/certs")) && path.extension().is_some_and(|end| end == "0");
    path.to_string_lossy().contains("/ssl-cert-snakeoil.")
        || link
        || compiled(path)
        || NOTED.iter().any(|place| path.to_string_lossy().starts_with(place))
        || RUNTIME.iter().any(|area| path.to_string_lossy().starts_with(area) && path != Path::new(area))
}

/// Kind, mode, owner, group and content of a path, as one line that can be compared and read.
pub type Tree = BTreeMap<PathBuf, String>;

/// Reads the tree under a host's root; times of files do not count, nor do the things of the neighbour, of whom
/// `neighbour::Life` proves that all of them stand.
pub fn tree(root: &Path) -> Tree {
    let mut found = Tree::new();
    let mut waiting = vec![PathBuf::from("/")];
    while let Some(dir) = waiting.pop() {
        let real = root.join(dir.strip_prefix("/").unwrap());
        for entry in fs::read_dir(&real).into_iter().flatten().flatten() {
            let path = dir.join(entry.file_name());
            if is_aside(&path) || theirs::is_its(&path) {
                continue;
            }
            let Ok(meta) = entry.metadata() else { continue };
            // The copy's parent, which holds archives as well: those count.
            if Path::new(COPY_DIR).parent() == Some(&path) {
                waiting.push(path);
                continue;
            }
            let kind = meta.file_type();
            let what = if kind.is_dir() {
                waiting.push(path.clone());
                "directory".to_owned()
            } else if kind.is_symlink() {
                format!("link to {}", fs::read_link(entry.path()).unwrap_or_default().display())
            } else if kind.is_file() {
                format!("file {}", hash(&theirs::without(&path, fs::read(entry.path()).unwrap_or_default())))
            } else {
                "other".to_owned()
            };
            found.insert(path, format!("{:04o} {}:{} {what}", meta.mode() & 0o7777, meta.uid(), meta.gid()));
        }
    }
    found
}

/// One line for each path that differs.
pub fn differences(before: &Tree, after: &Tree) -> Vec<String> {
    let paths: std::collections::BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let line = |path: &PathBuf| match (before.get(path), after.get(path)) {
        (Some(old), None) => Some(format!("gone     {} ({old})", path.display())),
        (None, Some(new)) => Some(format!("new      {} ({new})", path.display())),
        (Some(old), Some(new)) if old != new => Some(format!("changed  {} ({old} -> {new})", path.display())),
        _ => None,
    };
    paths.into_iter().filter_map(line).collect()
}
