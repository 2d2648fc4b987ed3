//! Whether the fail2ban of Debian 12 would find the log of SSH that its own jail reads.

use super::root::Root;
use crate::facts::Release;

/// Its jail is `enabled` in jail.d/defaults-debian.conf and reads /var/log/auth.log, which only rsyslog writes. Where there
/// is a jail.local or a file of others in jail.d, somebody has seen to it.
pub(super) fn sshd_unread(root: &Root<'_>, release: Option<Release>) -> bool {
    let others = || {
        let entries = std::fs::read_dir(root.path("/etc/fail2ban/jail.d")).into_iter().flatten().flatten();
        let mut names = entries.map(|entry| entry.file_name());
        let known = ["defaults-debian.conf", "mailwright.local", "mailwright-sshd.conf"];
        root.exists("/etc/fail2ban/jail.local") || names.any(|name| !known.iter().any(|known| name == *known))
    };
    release == Some(Release::Bookworm) && !root.exists("/var/log/auth.log") && !others()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_debian_12_needs_help() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::new(dir.path());
        assert!(sshd_unread(&root, Some(Release::Bookworm)) && !sshd_unread(&root, Some(Release::Trixie)));
        let jails = dir.path().join("etc/fail2ban/jail.d");
        std::fs::create_dir_all(&jails).unwrap();
        for name in ["defaults-debian.conf", "mailwright.local", "mailwright-sshd.conf"] {
            std::fs::write(jails.join(name), "").unwrap();
        }
        assert!(sshd_unread(&root, Some(Release::Bookworm)));
        std::fs::write(jails.join("web.conf"), "").unwrap();
        assert!(!sshd_unread(&root, Some(Release::Bookworm)));
        std::fs::remove_file(jails.join("web.conf")).unwrap();
        std::fs::create_dir_all(dir.path().join("var/log")).unwrap();
        std::fs::write(dir.path().join("var/log/auth.log"), "").unwrap();
        assert!(!sshd_unread(&root, Some(Release::Bookworm)));
    }
}
