//! Certificates of the admin's own that certbot keeps. While there are any, certbot has to stay and to go on renewing them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

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

/// What their renewal needs.
#[derive(Debug, Default)]
pub struct Needed {
    /// Whose renewal.
    pub names: Vec<String>,
    /// certbot and all that it depends on.
    pub packages: BTreeSet<String>,
}

impl Needed {
    /// Nothing, as long as there is no such certificate.
    #[must_use]
    pub fn now(machine: &Machine) -> Self {
        let names = names(machine);
        if names.is_empty() {
            return Self::default();
        }
        Self { names, packages: needs::needed_by(&machine.root, "certbot") }
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
        put(&machine, "/etc/letsencrypt/renewal/mailwright-mail.example.org.conf", "");
        machine
    }

    #[test]
    fn without_other_certificates_nothing_is_needed() {
        let dir = tempfile::tempdir().unwrap();
        let needed = Needed::now(&with_certbot(dir.path()));
        assert!(needed.packages.is_empty());
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
        let told = needed.told(&["certbot".to_owned(), "python3".to_owned()]).unwrap();
        assert_eq!(told, "certbot and what it needs: certbot, python3 (it renews www.example.org)");
    }
}
