//! Two hosts that were set up with the same answers, held against each other.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use mailwright::rehearsal::Host;

use super::server::inventory;
use super::support::theirs;
use super::support::tree::{is_aside, runtime};

/// What no two hosts have in common, and why.
const OF_ITS_OWN: [(&str, &str); 4] = [
    ("/etc/machine-id", "the lab gives each host an id before its first boot"),
    ("/etc/mailwright/tls/privkey.pem", "each host makes a private key of its own"),
    ("/etc/mailwright/tls/fullchain.pem", "and the certificate of that key"),
    ("/etc/dkimkeys/s1.private", "each host makes a key of its own to sign with"),
];

/// How the second host differs from the first, a line each: in any path that either has changed since it was fresh, its
/// owner, mode and content; in packages, accounts and units; in the answers that mailwright keeps.
///
/// Their own addresses and database passwords may differ, as may [`OF_ITS_OWN`], what daemons write, logs and caches.
pub fn unlike(one: &Host, other: &Host) -> Vec<String> {
    let hosts = [one, other];
    let changed: BTreeSet<PathBuf> = hosts.iter().flat_map(|host| below(&host.upper())).collect();
    assert!(changed.contains(Path::new("/etc/postfix/main.cf")), "nothing was set up");
    let aside = |path: &Path| {
        is_aside(path)
            || theirs::is_its(path)
            || runtime(path)
            || OF_ITS_OWN.iter().any(|(own, _)| path == Path::new(own))
    };
    let files = changed.iter().filter(|path| !aside(path)).filter(|path| differs(hosts, path));
    let files = files.map(|path| path.display().to_string());
    let told = hosts.map(|host| (inventory(host), answers(host)));
    let inventories = (told[0].0 != told[1].0).then(|| "packages, accounts or units".to_owned());
    let answers = (told[0].1 != told[1].1).then(|| format!("the answers kept: {:?}", told.map(|told| told.1)));
    files.chain(inventories).chain(answers).collect()
}

/// All paths below a directory, as a host sees them; what is left aside anyway is not entered.
fn below(upper: &Path) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![PathBuf::from("/")]);
    while let Some(dir) = waiting.pop() {
        let entries = fs::read_dir(upper.join(dir.strip_prefix("/").unwrap())).unwrap();
        for entry in entries.flatten() {
            let path = dir.join(entry.file_name());
            if is_aside(&path) {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}

/// Whether a path has another kind, mode, owner, group or content, but for what is the hosts' own.
fn differs(hosts: [&Host; 2], path: &Path) -> bool {
    let reals = hosts.map(|host| host.root().join(path.strip_prefix("/").unwrap()));
    let metas = reals.each_ref().map(|real| fs::symlink_metadata(real).ok());
    let [Some(one), Some(other)] = &metas else { return metas.iter().any(Option::is_some) };
    let told = |meta: &Metadata| (meta.mode(), meta.uid(), meta.gid());
    if told(one) != told(other) {
        return true;
    }
    if one.is_symlink() {
        let [first, second] = reals.each_ref().map(|real| fs::read_link(real).unwrap());
        return first != second;
    }
    if !one.is_file() {
        return false;
    }
    let [first, second] = reals.each_ref().map(|real| theirs::without(path, fs::read(real).unwrap()));
    first != second && without_own(hosts[0], first) != without_own(hosts[1], second)
}

/// A text with the host's own addresses and database password taken out of it; other bytes as they are.
fn without_own(host: &Host, bytes: Vec<u8>) -> Vec<u8> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(bytes) => return bytes.into_bytes(),
    };
    let secrets = host.read_text("/var/lib/mailwright/secrets.toml").unwrap();
    let password = secrets.split('"').nth(1).unwrap().to_owned();
    let own = host.addresses().all().map(|address| address.to_string());
    own.chain([password]).fold(text, |text, own| text.replace(&own, "its own")).into_bytes()
}

/// The answers that are kept, but for the salted hashes of their passwords.
fn answers(host: &Host) -> String {
    let text = host.read_text("/var/lib/mailwright/answers.toml").unwrap();
    let kept = |line: &&str| !line.starts_with("password_hash");
    text.lines().filter(kept).collect::<Vec<_>>().join("\n")
}
