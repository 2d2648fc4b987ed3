//! The places that a setup writes to, and whether it may: a file system mounted read-only, an immutable directory.

use std::path::Path;

use rustix::fs::{Access, CWD, IFlags, Mode, OFlags};

use super::root::Root;

/// Directories and files; what is not there is left out.
const PLACES: [&str; 27] = [
    "/etc",
    "/etc/aliases",
    "/etc/apt",
    "/etc/dovecot",
    "/etc/group",
    "/etc/gshadow",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/mysql",
    "/etc/passwd",
    "/etc/postfix",
    "/etc/shadow",
    "/etc/systemd/system",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/sbin",
    "/usr/share",
    "/var",
    "/var/backups",
    "/var/cache/apt/archives",
    "/var/lib",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/lib/dpkg/status",
    "/var/log",
    "/var/spool",
];

const HOSTS: &str = "/etc/hosts";

/// The places that root may not write to, each with the reason. Nothing is written to find out.
pub(super) fn hindered(root: &Root<'_>) -> Vec<String> {
    if !root.live() || !rustix::process::geteuid().is_root() {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    for place in PLACES {
        let Some(why) = hindrance(&root.path(place)) else { continue };
        // A read-only /etc says all that is to be said of what is in it.
        let within = |told: &String| {
            let (outer, reason) = told.split_once(": ").unwrap_or_default();
            reason == why && place.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
        };
        if !found.iter().any(within) {
            found.push(format!("{place}: {why}"));
        }
    }
    // It is edited line by line as text: bytes that are none would be lost.
    if std::fs::read(root.path(HOSTS)).is_ok_and(|bytes| std::str::from_utf8(&bytes).is_err()) {
        found.push(format!("{HOSTS}: not in UTF-8"));
    }
    found
}

/// Why this place cannot be written to, although we are root.
fn hindrance(path: &Path) -> Option<String> {
    use rustix::io::Errno;
    match rustix::fs::accessat(CWD, path, Access::WRITE_OK, rustix::fs::AtFlags::empty()) {
        Ok(()) => {}
        Err(Errno::NOENT | Errno::NOTDIR) => return None,
        Err(Errno::ROFS) => return Some("mounted read-only".into()),
        // The kernel answers so for the attribute `i` (chattr(1)), to root as well.
        Err(Errno::PERM) => return Some("immutable (chattr +i)".into()),
        Err(error) => return Some(std::io::Error::from(error).to_string()),
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty()).ok()?;
    let attributes = rustix::fs::ioctl_getflags(&opened).ok()?;
    attributes.contains(IFlags::APPEND).then(|| "only to be appended to (chattr +a)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_can_be_written_to_is_no_hindrance_and_neither_is_one_that_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(hindrance(dir.path()), None);
        assert_eq!(hindrance(&dir.path().join("none")), None);
        // proc(5): the kernel lets nobody make a file there.
        assert_eq!(hindered(&Root::new(dir.path())), Vec::<String>::new());
    }
}
