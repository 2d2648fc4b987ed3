//! What an installed package needs, and which files it has, from dpkg's own files (deb-control(5), dpkg-query(1)).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::dpkg::installed;
use super::root::Root;

/// The package and all it depends on, directly or not, as far as they are installed. Of alternatives all count.
#[must_use]
pub fn needed_by(root: &Path, name: &str) -> BTreeSet<String> {
    let installed = installed(root);
    let status = Root::new(root).text("/var/lib/dpkg/status").unwrap_or_default();
    // A field goes on in lines that are indented.
    let status = status.replace("\n ", " ");
    let mut depends: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut provided: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for stanza in status.split("\n\n") {
        let field = |name: &str| stanza.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let Some(package) = field("Package").map(str::trim).filter(|name| installed.contains_key(*name)) else {
            continue;
        };
        let wanted = ["Depends", "Pre-Depends"].into_iter().filter_map(field).flat_map(relations);
        depends.entry(package).or_default().extend(wanted);
        for by in field("Provides").into_iter().flat_map(relations).chain([package]) {
            provided.entry(by).or_default().push(package);
        }
    }
    let mut found = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(wanted) = waiting.pop() {
        for package in provided.get(wanted).into_iter().flatten() {
            if found.insert((*package).to_owned()) {
                waiting.extend(depends.get(package).into_iter().flatten());
            }
        }
    }
    found
}

/// The names in a list of relations, without versions and architectures.
fn relations(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', '|']).filter_map(|one| one.split(['(', ':', '[']).next()).map(str::trim)
}
