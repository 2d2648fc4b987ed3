//! The system itself: release, memory, disks, clock, names, mounts, accounts.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::root::Root;
use crate::facts::{Clock, Release};
use crate::shell::Program;

/// Accounts and groups the steps care about: those of the daemons' packages, and our own.
const ACCOUNTS: [&str; 9] =
    ["dovecot", "dovenull", "mysql", "opendkim", "opendmarc", "policyd-spf", "postdrop", "postfix", "vmail"];
/// A resolver that does not answer must not hold us up.
const FQDN_DEADLINE: Duration = Duration::from_secs(3);
/// timedatectl starts a service over D-Bus, which takes a tenth of a second.
const CLOCK_DEADLINE: Duration = Duration::from_secs(5);

/// `PRETTY_NAME` and the Debian release of os-release(5). A derivative has another `ID` and is no Debian.
pub(super) fn release(root: &Root<'_>) -> (String, Option<Release>) {
    let text = root.text("/etc/os-release").or_else(|| root.text("/usr/lib/os-release")).unwrap_or_default();
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.map(|value| value.trim().trim_matches(['"', '\'']).to_owned()).unwrap_or_default()
    };
    let release = if value("ID") == "debian" { Release::named(&value("VERSION_CODENAME")) } else { None };
    (value("PRETTY_NAME"), release)
}

/// Memory and swap space in MiB (`proc_meminfo(5)`).
pub(super) fn memory(root: &Root<'_>) -> (u64, u64) {
    let text = root.text("/proc/meminfo").unwrap_or_default();
    let mib = |field: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        value.and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    (mib("MemTotal"), mib("SwapTotal"))
}

/// What programs may still write, in MiB, on the fuller one of / and /var.
pub(super) fn free_disk(root: &Root<'_>) -> Option<u64> {
    let free = |path: &str| {
        let fs = rustix::fs::statvfs(root.path(path)).ok()?;
        Some(fs.f_bavail.saturating_mul(fs.f_frsize) >> 20)
    };
    ["/", "/var"].into_iter().filter_map(free).min()
}

/// Time, and whether something keeps it right.
pub(super) fn clock(root: &Root<'_>) -> Clock {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let container =
        ["/run/systemd/container", "/run/.containerenv", "/.dockerenv"].iter().any(|path| root.exists(path));
    // systemd-timesyncd leaves this file once it has heard from a server; others must be asked for.
    let synchronised =
        root.exists("/run/systemd/timesync/synchronized") || (!container && kernel_says_synchronised(root));
    Clock { now: i64::try_from(now).unwrap_or(i64::MAX), synchronised, container }
}

fn kernel_says_synchronised(root: &Root<'_>) -> bool {
    let ask = Program::new("timedatectl").args(["show", "-p", "NTPSynchronized", "--value"]).deadline(CLOCK_DEADLINE);
    root.live() && ask.run().is_ok_and(|output| output.stdout.trim() == "yes")
}

/// The static hostname (hostname(5)): comments are allowed there.
pub(super) fn hostname(root: &Root<'_>) -> String {
    let text = root.text("/etc/hostname").unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default().to_owned()
}

/// What the resolver says the full name is.
pub(super) fn fqdn(root: &Root<'_>) -> Option<String> {
    if !root.live() || !(root.exists("/usr/bin/hostname") || root.exists("/bin/hostname")) {
        return None;
    }
    let output = Program::new("hostname").arg("-f").deadline(FQDN_DEADLINE).success().ok()?;
    Some(output.stdout.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The files that are mount points of their own (`proc_pid_mountinfo(5)`): such a file cannot be replaced by renaming.
pub(super) fn bind_mounts(root: &Root<'_>) -> BTreeSet<String> {
    let text = root.text("/proc/self/mountinfo").unwrap_or_default();
    let points = text.lines().filter_map(|line| line.split(' ').nth(4)).map(unescaped);
    points.filter(|point| point.starts_with("/etc/") && root.path(point).is_file()).collect()
}

/// Blanks, tabs, newlines and backslashes stand in octal.
fn unescaped(text: &str) -> String {
    text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
}

/// Those of the accounts and groups that exist (passwd(5), group(5)).
pub(super) fn users(root: &Root<'_>) -> BTreeSet<String> {
    let texts = ["/etc/passwd", "/etc/group"].map(|path| root.text(path).unwrap_or_default());
    let names = texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.split(':').next());
    names.filter(|name| ACCOUNTS.contains(name)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(path: &str, text: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        dir
    }

    #[test]
    fn only_debian_itself_is_a_debian_release() {
        let told = |text: &str| release(&Root::new(tree("etc/os-release", text).path()));
        let bookworm = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n\
                        VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n";
        assert_eq!(told(bookworm), ("Debian GNU/Linux 12 (bookworm)".into(), Some(Release::Bookworm)));
        let ubuntu = "PRETTY_NAME=\"Ubuntu 24.04.2 LTS\"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n";
        assert_eq!(told(ubuntu), ("Ubuntu 24.04.2 LTS".into(), None));
        assert_eq!(told("PRETTY_NAME=\"Raspbian\"\nVERSION_CODENAME=bookworm\nID=raspbian\n").1, None);
        assert_eq!(told("PRETTY_NAME=\"Debian 11\"\nVERSION_CODENAME=bullseye\nID=debian\n").1, None);
    }

    #[test]
    fn only_files_below_etc_count_as_bind_mounts() {
        let mounts = "22 27 0:21 / /proc rw,relatime - proc proc rw\n\
                      611 600 254:1 /docker/containers/ab/hosts /etc/hosts rw,relatime - ext4 /dev/vda1 rw\n\
                      612 600 254:1 /x /etc/gone rw - ext4 /dev/vda1 rw\n";
        let dir = tree("proc/self/mountinfo", mounts);
        std::fs::create_dir_all(dir.path().join("etc")).unwrap();
        std::fs::write(dir.path().join("etc/hosts"), "").unwrap();
        assert_eq!(bind_mounts(&Root::new(dir.path())), BTreeSet::from(["/etc/hosts".to_owned()]));
        assert_eq!(unescaped("/etc/a\\040b"), "/etc/a b");
    }

    #[test]
    fn the_clock_of_a_container_is_its_hosts() {
        let clock_of = |path: &str| {
            let clock = clock(&Root::new(tree(path, "").path()));
            (clock.synchronised, clock.container, clock.now > 1_700_000_000)
        };
        assert_eq!(clock_of("run/systemd/container"), (false, true, true));
        assert_eq!(clock_of("run/systemd/timesync/synchronized"), (true, false, true));
    }

    #[test]
    fn the_machine_we_run_on_has_disks() {
        assert!(free_disk(&Root::new(std::path::Path::new("/"))).is_some());
    }
}
