//! What the machine is now: [`gather`] fills [`Facts`].
//!
//! Read from files where a file knows, from a program only where none does: this is part of every run, and a run that
//! has nothing to do is over within a second.

mod account;
pub(crate) mod addresses;
pub mod apt;
pub(crate) mod bind;
mod cloud_init;
mod database;
mod dkim;
pub mod dpkg;
mod fail2ban;
mod mail_config;
pub mod needs;
mod root;
mod session;
pub mod simulation;
pub(crate) mod sources;
mod system;
mod units;
mod writable;

use std::path::Path;

use crate::error::Result;
use crate::facts::{AptSays, DkimKeys, Facts, MailOut, Release};
use crate::probe::firewall::{at_work, nft_file};
use crate::probe::{outward, sockets};
use root::Root;

/// Probes the machine whose file tree is `root`: `/`, or a tree of recorded files, of which only files are read and no
/// program is run.
///
/// What cannot be read stays unknown. Whether the packages of `names_needed` can be had (apt's cache, the mirror) is
/// only asked when one of them is missing, for that takes a second.
///
/// # Errors
/// When the kernel does not say which sockets listen: without that no port can be called free.
pub fn gather(root: &Path, names_needed: &[String]) -> Result<Facts> {
    let root = Root::new(root);
    let span = tracing::Span::current();
    // systemd and apt answer slowly and know nothing of each other.
    std::thread::scope(|scope| {
        let clock = scope.spawn(|| span.in_scope(|| system::clock(&root)));
        let units = scope.spawn(|| span.in_scope(|| units::states(&root)));
        let apt = scope.spawn(|| span.in_scope(|| (says(&root, names_needed), supply(&root, names_needed))));
        let database = scope.spawn(|| span.in_scope(|| database::look(&root)));
        let mail_out = scope.spawn(|| span.in_scope(|| mail_out(&root, names_needed)));
        let firewall = scope.spawn(|| span.in_scope(|| if root.live() { at_work() } else { None }));
        let zones = scope.spawn(|| span.in_scope(|| bind::zones(&root)));
        let mut facts = from_files(&root)?;
        facts.fqdn = system::fqdn(&root);
        facts.clock = clock.join().unwrap_or_default();
        facts.database = database.join().unwrap_or_default();
        facts.firewall = firewall.join().unwrap_or_default();
        facts.bind = zones.join().unwrap_or_default();
        facts.mail_out = mail_out.join().unwrap_or_default();
        facts.units = units.join().unwrap_or_default();
        (facts.apt, (facts.packages_cached, facts.mirror)) = apt.join().unwrap_or_default();
        Ok(facts)
    })
}

/// The DKIM keys that stand in this file tree, and the one that signs.
#[must_use]
pub fn dkim_keys(root: &Path) -> DkimKeys {
    dkim::keys(&Root::new(root))
}

/// All that the kernel and the files know.
fn from_files(root: &Root<'_>) -> Result<Facts> {
    let (os, release) = system::release(root);
    let (memory_mib, swap_mib) = system::memory(root);
    let status = dpkg::status(root);
    let cloud_init = cloud_init::settings(root, status.dpkg.installed.contains_key("cloud-init"));
    let (ipv4, ipv6) = addresses::global(root);
    Ok(Facts {
        os,
        release,
        ahead: release.and_then(|release| ahead(&sources::suites(root), release)),
        root: rustix::process::geteuid().is_root(),
        systemd: root.exists("/run/systemd/system"),
        architecture: status.architecture,
        memory_mib,
        swap_mib,
        free_disk_mib: system::free_disk(root),
        dpkg: status.dpkg,
        hostname: system::hostname(root),
        hosts: root.text("/etc/hosts").unwrap_or_default(),
        bind_mounts: system::bind_mounts(root),
        ipv4,
        ipv6,
        listeners: if root.live() { sockets::listeners()? } else { Vec::new() },
        cloud_init,
        mail_config: mail_config::standing(root),
        users: system::users(root),
        unwritable: writable::hindered(root),
        mail_account: account::mail_account(root),
        nameservers: dkim::nameservers(root),
        dkim: dkim::keys(root),
        nftables_rules: root.text(nft_file::PATH).map(|text| nft_file::rules(&text)).unwrap_or_default(),
        ssh_session: if root.live() { session::ssh_port() } else { None },
        mariadb_came: root.exists(crate::steps::database::CONFIG),
        fail2ban_came: root.exists(crate::steps::fail2ban::SSHD),
        sshd_unread: fail2ban::sshd_unread(root, release),
        ..Facts::default()
    })
}

/// What apt says of the packages that are missing; nothing is asked where none is.
fn says(root: &Root<'_>, names: &[String]) -> AptSays {
    let installed = dpkg::installed_in(root);
    if names.iter().all(|name| installed.contains_key(name)) {
        return AptSays::default();
    }
    apt::says(root, names, dpkg::lists_age(root).is_some())
}

/// Whether mail servers elsewhere can be reached, before the packages are here; later the checks see to it.
fn mail_out(root: &Root<'_>, names: &[String]) -> MailOut {
    let installed = dpkg::installed_in(root);
    if !root.live() || names.iter().all(|name| installed.contains_key(name)) {
        return MailOut::default();
    }
    outward::once()
}

/// The later release that one of these suites belongs to; `stable` is the latest that is known.
fn ahead(suites: &[String], release: Release) -> Option<Release> {
    let of = |later: &Release| {
        let name = |suite: &String| suite.split(['-', '/']).next().unwrap_or_default().to_owned();
        let last = Release::ALL.last() == Some(later);
        suites.iter().map(name).any(|name| name == later.codename() || (last && name == "stable"))
    };
    Release::ALL.into_iter().filter(|later| *later > release).find(of)
}

/// Whether the archives of these packages are all in apt's cache, and how the mirror answered if it had to be asked.
fn supply(root: &Root<'_>, names: &[String]) -> (bool, Option<crate::facts::Mirror>) {
    let installed = dpkg::installed_in(root);
    if names.iter().all(|name| installed.contains_key(name)) {
        return (true, None);
    }
    if apt::all_cached(root, names) { (true, None) } else { (false, apt::mirror(root)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn an_empty_tree_is_unknown_in_everything_and_no_failure() {
        let dir = tree(&[]);
        let facts = gather(dir.path(), &["postfix".into()]).unwrap();
        assert_eq!((facts.release, facts.hostname.as_str(), facts.mirror, facts.fqdn), (None, "", None, None));
        assert!(!facts.packages_cached && facts.dpkg.installed.is_empty() && facts.listeners.is_empty());
    }

    #[test]
    fn a_recorded_tree_is_read() {
        let dir = tree(&[
            ("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nVERSION_CODENAME=trixie\nID=debian\n"),
            ("etc/hostname", "# set by the installer\nmail\n"),
            ("etc/hosts", "127.0.0.1 localhost\n"),
            ("proc/meminfo", "MemTotal:        2015132 kB\nMemFree: 1 kB\nSwapTotal:       1048572 kB\n"),
            ("etc/passwd", "root:x:0:0::/root:/bin/sh\nvmail:x:5000:5000::/var/vmail:/usr/sbin/nologin\n"),
            ("etc/postfix/main.cf", "# Written by mailwright. Edit it\nmyhostname = a\n"),
        ]);
        let facts = gather(dir.path(), &[]).unwrap();
        assert_eq!(facts.release, Some(crate::facts::Release::Trixie));
        assert_eq!((facts.hostname.as_str(), facts.memory_mib, facts.swap_mib), ("mail", 1967, 1023));
        assert_eq!(facts.hosts, "127.0.0.1 localhost\n");
        assert_eq!(facts.users.iter().map(String::as_str).collect::<Vec<_>>(), ["vmail"]);
        assert_eq!(facts.mail_config["/etc/postfix/main.cf"], "# Written by mailwright. Edit it");
        assert!(facts.packages_cached);
    }
}
