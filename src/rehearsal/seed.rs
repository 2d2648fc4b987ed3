//! The few files that make a tree this host and no other. They form a layer below the host's changes, so that they
//! do not count as changes themselves.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rand::RngExt;

use super::place::make_dir;
use crate::error::{Context, Result};

/// Where the program itself stands on a host.
pub const BINARY: &str = "/usr/local/bin/mailwright";

/// The files of one host.
#[derive(Debug, Default)]
pub(super) struct Seed {
    files: Vec<(String, Content, u32)>,
}

#[derive(Debug)]
enum Content {
    Bytes(Vec<u8>),
    CopyOf(PathBuf),
    DirectoryOf(u32),
}

impl Seed {
    /// A host of this short name that asks `resolver` about names, as an installer leaves it.
    pub(super) fn new(name: &str, resolver: std::net::IpAddr) -> Self {
        let hosts = format!(
            "127.0.0.1\tlocalhost\n127.0.1.1\t{name}\n\n\
             # The following lines are desirable for IPv6 capable hosts\n\
             ::1     localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n"
        );
        let id: u128 = rand::rng().random();
        Self::default()
            .file("etc/hostname", format!("{name}\n"))
            .file("etc/hosts", hosts)
            .file("etc/resolv.conf", format!("nameserver {resolver}\n"))
            // A machine that has an id is not on its first boot: it skips the presets.
            .file("etc/machine-id", format!("{id:032x}\n"))
            // Nobody wants a throwaway host to look for upgrades in the middle of a rehearsal.
            .file("etc/apt/apt.conf.d/99rehearsal", "APT::Periodic::Enable \"0\";\n")
    }

    /// Adds a file with this content.
    pub(super) fn file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((path.to_owned(), Content::Bytes(content.into()), 0o644));
        self
    }

    /// Adds a program that is copied from this machine.
    pub(super) fn program(mut self, path: &str, source: PathBuf) -> Self {
        self.files.push((path.trim_start_matches('/').to_owned(), Content::CopyOf(source), 0o755));
        self
    }

    /// Adds a directory that belongs to this user and group.
    pub(super) fn directory_of(mut self, path: &str, owner: u32) -> Self {
        self.files.push((path.to_owned(), Content::DirectoryOf(owner), 0o700));
        self
    }

    /// Writes them all below `dir`.
    pub(super) fn write(&self, dir: &Path) -> Result<()> {
        make_dir(dir)?;
        for (path, content, mode) in &self.files {
            make_parents(dir, path)?;
            let target = dir.join(path);
            let written = match content {
                Content::Bytes(bytes) => fs::write(&target, bytes),
                Content::CopyOf(source) => fs::copy(source, &target).map(drop),
                Content::DirectoryOf(owner) => {
                    fs::create_dir(&target).and_then(|()| chown(&target, Some(*owner), Some(*owner)))
                }
            };
            written
                .and_then(|()| fs::set_permissions(&target, fs::Permissions::from_mode(*mode)))
                .context(|| format!("{} could not be written", target.display()))?;
        }
        mark_updated(dir)
    }
}

/// The new layer makes /usr look newer than it is: these marks keep systemd from rebuilding its caches for it.
fn mark_updated(dir: &Path) -> Result<()> {
    for part in ["etc", "var"] {
        make_dir(&dir.join(part))?;
        let mark = dir.join(part).join(".updated");
        fs::write(&mark, "").context(|| format!("{} could not be written", mark.display()))?;
    }
    Ok(())
}

/// A directory of an upper layer gives its mode to the whole: each is made as Debian has it.
fn make_parents(dir: &Path, path: &str) -> Result<()> {
    let mut parents: Vec<&Path> = Path::new(path).ancestors().skip(1).filter(|part| *part != Path::new("")).collect();
    parents.reverse();
    parents.into_iter().try_for_each(|parent| make_dir(&dir.join(parent)))
}
