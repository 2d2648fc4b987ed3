//! A certificate as certbot keeps it (a lineage), read from its own files: what it is, and how it is renewed.

use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::tls::Leaf;

/// certbot's directory.
pub const HOME: &str = "/etc/letsencrypt";
/// The timer that comes with Debian's certbot.
pub const TIMER: &str = "certbot.timer";

/// A lineage.
#[derive(Debug, Clone)]
pub struct Lineage {
    /// The certificate with its chain, in PEM.
    pub certificate: Vec<u8>,
    /// Its key, in PEM.
    pub key: zeroize::Zeroizing<Vec<u8>>,
    conf: String,
}

/// The paths of the lineage of this name: its links, its files, and how it is renewed.
#[must_use]
pub fn places(name: &str) -> [PathBuf; 3] {
    let home = Path::new(HOME);
    [home.join("live").join(name), home.join("archive").join(name), conf(name)]
}

/// The file that says how a lineage is renewed.
#[must_use]
pub fn conf(name: &str) -> PathBuf {
    Path::new(HOME).join("renewal").join(format!("{name}.conf"))
}

/// Where certbot keeps its accounts with an authority.
#[must_use]
pub fn accounts(directory: &str) -> PathBuf {
    let of_server = directory.strip_prefix("https://").unwrap_or(directory).trim_end_matches('/');
    Path::new(HOME).join("accounts").join(of_server)
}

/// What a file on renewal says of a key: a line `key = value`.
#[must_use]
pub fn setting<'c>(conf: &'c str, key: &str) -> Option<&'c str> {
    conf.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('=').map(str::trim))
}

impl Lineage {
    /// The lineage of this name under a root, when it is whole.
    #[must_use]
    pub fn read(root: &Path, name: &str) -> Option<Self> {
        let at = |path: PathBuf| root.join(path.strip_prefix("/").unwrap_or(&path));
        let [live, _, conf] = places(name).map(at);
        Some(Self {
            certificate: std::fs::read(live.join("fullchain.pem")).ok()?,
            key: std::fs::read(live.join("privkey.pem")).ok()?.into(),
            conf: std::fs::read_to_string(conf).ok()?,
        })
    }

    /// What its certificate says of itself.
    #[must_use]
    pub fn leaf(&self) -> Option<Leaf> {
        Leaf::read(&CertificateDer::from_pem_slice(&self.certificate).ok()?).ok()
    }

    /// The authority's directory.
    #[must_use]
    pub fn directory(&self) -> Option<&str> {
        setting(&self.conf, "server")
    }

    /// How it proves whose the name is: `standalone` or `webroot`.
    #[must_use]
    pub fn authenticator(&self) -> Option<&str> {
        setting(&self.conf, "authenticator")
    }

    /// The directory of the web server that it uses for that.
    #[must_use]
    pub fn webroot(&self) -> Option<&Path> {
        // A list, which ends with a comma when it holds one.
        setting(&self.conf, "webroot_path").map(|paths| Path::new(paths.trim_end_matches(',')))
    }

    /// What is run when a new one has come.
    #[must_use]
    pub fn hook(&self) -> Option<&Path> {
        setting(&self.conf, "renew_hook").map(Path::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As certbot 2.1 writes it.
    const CONF: &str = "# renew_before_expiry = 30 days\nversion = 2.1.0\n\
        archive_dir = /etc/letsencrypt/archive/mailwright-mail.example.org\n\
        # Options used in the renewal process\n[renewalparams]\naccount = 0123\nreuse_key = True\n\
        authenticator = webroot\nwebroot_path = /srv/www,\nserver = https://ca.test:14000/dir\n\
        renew_hook = /etc/mailwright/acme-deploy\n[[webroot_map]]\nmail.example.org = /srv/www\n";

    #[test]
    fn a_lineage_is_read_as_certbot_keeps_it() {
        let root = tempfile::tempdir().unwrap();
        let read = || Lineage::read(root.path(), "mailwright-mail.example.org");
        let [live, _, conf] =
            places("mailwright-mail.example.org").map(|path| root.path().join(path.strip_prefix("/").unwrap()));
        std::fs::create_dir_all(&live).unwrap();
        std::fs::create_dir_all(conf.parent().unwrap()).unwrap();
        let made = rcgen::generate_simple_self_signed(["mail.example.org".to_owned()]).unwrap();
        std::fs::write(live.join("fullchain.pem"), made.cert.pem()).unwrap();
        std::fs::write(live.join("privkey.pem"), made.signing_key.serialize_pem()).unwrap();
        assert!(read().is_none());
        std::fs::write(&conf, CONF).unwrap();
        let lineage = read().unwrap();
        assert!(lineage.leaf().unwrap().is_for("mail.example.org"));
        assert_eq!(lineage.directory(), Some("https://ca.test:14000/dir"));
        assert_eq!((lineage.authenticator(), lineage.webroot()), (Some("webroot"), Some(Path::new("/srv/www"))));
        assert_eq!(lineage.hook(), Some(Path::new("/etc/mailwright/acme-deploy")));
        assert_eq!((setting(CONF, "account"), setting(CONF, "renew")), (Some("0123"), None));
    }
}
