//! Certificates of the admin's own that certbot keeps. While there are any, certbot has to stay and to go on renewing them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::change::lineage;
use crate::engine::machine::Machine;
use crate::probe::lineage::HOME;
use crate::probe::machine::needs;

/// Their names.
#[must_use]
pub fn names(machine: &Machine) -> Vec<String> {
    let entries = fs::read_dir(machine.path(&Path::new(HOME).join("renewal"))).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".conf")?.to_owned()));
    let theirs: BTreeSet<String> = names.filter(|name| !name.starts_with(&lineage(""))).collect();
    theirs.into_iter().collect()
}

/// What their renewal needs: packages, and of the tree what these brought.
#[derive(Debug, Default)]
pub struct Needed {
    /// Whose renewal.
    pub names: Vec<String>,
    /// certbot and all that it depends on.
    pub packages: BTreeSet<String>,
    paths: BTreeSet<PathBuf>,
}

/// What the scripts of these packages make beside the packages' own files, and what dpkg and apt know of them.
const PLACES: [&str; 12] = [
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/ca-certificates.conf",
    "/etc/ld.so.cache",
    "/etc/letsencrypt",
    "/etc/localtime",
    "/etc/ssl/certs",
    "/etc/timezone",
    "/usr/local/lib",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/lib/letsencrypt",
];
/// dpkg refuses to work while this names an account that is gone: it goes back as it was.
const OVERRIDES: &str = "/var/lib/dpkg/statoverride";
/// Directories that are links into /usr on a machine, and none in the lists of older packages.
const MERGED: [&str; 4] = ["/bin", "/lib", "/lib64", "/sbin"];

impl Needed {
    /// Nothing, as long as there is no such certificate.
    #[must_use]
    pub fn now(machine: &Machine) -> Self {
        let names = names(machine);
        if names.is_empty() {
            return Self::default();
        }
        let packages = needs::needed_by(&machine.root, "certbot");
        let paths = packages.iter().flat_map(|name| needs::files(&machine.root, name)).flat_map(|path| {
            let merged = MERGED.iter().any(|place| path.starts_with(place));
            let real = merged.then(|| Path::new("/usr").join(path.strip_prefix("/").unwrap_or(&path)));
            real.into_iter().chain([path])
        });
        Self { names, paths: paths.collect(), packages }
    }

    /// Whether this path belongs to it.
    #[must_use]
    pub fn covers(&self, path: &Path) -> bool {
        if self.packages.is_empty() || path == Path::new(OVERRIDES) {
            return false;
        }
        // Python keeps what it has compiled beside what it was compiled from.
        let compiled = path.ancestors().find(|part| part.ends_with("__pycache__")).and_then(Path::parent);
        self.paths.contains(path)
            || compiled.is_some_and(|beside| self.paths.contains(beside))
            || PLACES.iter().any(|place| path.starts_with(place))
            || path.file_name().is_some_and(|name| name.to_string_lossy().contains("certbot"))
    }

    /// What is told of packages that stay although they came by us.
    #[must_use]
    pub fn told(&self, stay: &[String]) -> Option<String> {
        (!stay.is_empty())
            .then(|| format!("certbot and what it needs: {} (it renews {})", stay.join(", "), self.names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::kinds::acme::tests::{machine, put};

    const STATUS: &str = "Package: certbot\nStatus: install ok installed\nArchitecture: all\nVersion: 2.1\n\
        Depends: python3-certbot (= 2.1.0-4), debconf (>= 0.5) | debconf-2.0,\n python3:any\n\n\
        Package: python3-certbot\nStatus: install ok installed\nArchitecture: all\nVersion: 2.1\nDepends: python3-acme-abi-1\n\n\
        Package: python3-acme\nStatus: install ok installed\nArchitecture: all\nVersion: 2.1\nProvides: python3-acme-abi-1 (= 1), x\n\n\
        Package: python3\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.11\nPre-Depends: python3-minimal (= 3)\n\n\
        Package: python3-minimal\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 3.11\nDepends: postfix\n\n\
        Package: postfix\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.7\nDepends: python3\n";

    fn with_certbot(dir: &Path) -> Machine {
        let machine = machine(dir);
        put(&machine, "/var/lib/dpkg/status", STATUS);
        let timer = "/.\n/lib/systemd/system/certbot-renew.timer\n/etc/cron.d/x\n";
        put(&machine, "/var/lib/dpkg/info/certbot.list", timer);
        put(&machine, "/var/lib/dpkg/info/python3:amd64.list", "/usr/bin/python3\n/usr/lib/python3/dist-packages\n");
        put(&machine, "/var/lib/dpkg/info/postfix.list", "/etc/postfix\n");
        put(&machine, "/etc/letsencrypt/renewal/mailwright-mail.example.org.conf", "");
        machine
    }

    #[test]
    fn without_other_certificates_nothing_is_needed() {
        let dir = tempfile::tempdir().unwrap();
        let needed = Needed::now(&with_certbot(dir.path()));
        assert!(needed.packages.is_empty() && !needed.covers(Path::new("/etc/letsencrypt")));
        assert_eq!(needed.told(&[]), None);
    }

    #[test]
    fn certbot_stays_with_all_it_needs_while_it_renews_other_certificates() {
        let dir = tempfile::tempdir().unwrap();
        let machine = with_certbot(dir.path());
        put(&machine, "/etc/letsencrypt/renewal/www.example.org.conf", "");
        let needed = Needed::now(&machine);
        let names: Vec<&str> = needed.packages.iter().map(String::as_str).collect();
        assert_eq!(names, ["certbot", "python3", "python3-acme", "python3-certbot"]);
        for path in [
            "/lib/systemd/system/certbot-renew.timer",
            "/usr/lib/systemd/system/certbot-renew.timer",
            "/etc/cron.d/x",
            "/usr/bin/python3",
            "/usr/lib/python3/dist-packages/__pycache__/a.pyc",
            "/etc/letsencrypt/live/www.example.org",
            "/etc/systemd/system/timers.target.wants/certbot.timer",
            "/var/lib/dpkg/status",
        ] {
            assert!(needed.covers(Path::new(path)), "{path}");
        }
        for path in ["/etc/postfix", "/etc/postfix/main.cf", "/usr/lib/other/__pycache__/a.pyc", OVERRIDES] {
            assert!(!needed.covers(Path::new(path)), "{path}");
        }
        let told = needed.told(&["certbot".to_owned(), "python3".to_owned()]).unwrap();
        assert_eq!(told, "certbot and what it needs: certbot, python3 (it renews www.example.org)");
    }
}
