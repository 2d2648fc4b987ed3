//! The DKIM keys that stand on the machine, and the one that OpenDKIM signs with.

use std::collections::BTreeSet;
use std::fs;
use std::time::UNIX_EPOCH;

use zeroize::Zeroizing;

use super::root::Root;
use crate::dkim;
use crate::facts::DkimKeys;
use crate::files;
use crate::steps::dkim::{KEY_DIR, KEY_ENDING, KEY_TABLE};

/// What stands there; only root can read the keys.
pub(super) fn keys(root: &Root<'_>) -> DkimKeys {
    let public = root.files(KEY_DIR, KEY_ENDING).into_iter().filter_map(|path| {
        let name = path.rsplit('/').next()?.strip_suffix(KEY_ENDING)?.to_owned();
        let text = Zeroizing::new(files::read_text(&root.path(&path)).ok()?);
        Some((name, dkim::public(&text).ok()?.base64))
    });
    let signing = root.text(KEY_TABLE).and_then(|text| selector(&text));
    let since = signing.as_ref().and_then(|_| {
        let changed = fs::metadata(root.path(KEY_TABLE)).and_then(|meta| meta.modified()).ok()?;
        i64::try_from(changed.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
    });
    DkimKeys { public: public.collect(), signing, since, seen: BTreeSet::new() }
}

/// The selector of the key table's first line: `name domain:selector:path` (opendkim.conf(5)).
fn selector(table: &str) -> Option<String> {
    let mut lines = table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (_, value) = lines.next()?.split_once(char::is_whitespace)?;
    value.trim().split(':').nth(1).map(str::to_owned)
}

/// The servers that resolv.conf(5) names, those reached by one interface alone aside: nobody else could ask them.
pub(super) fn nameservers(root: &Root<'_>) -> Vec<std::net::IpAddr> {
    let text = root.text("/etc/resolv.conf").unwrap_or_default();
    let address = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next()? == "nameserver").then(|| words.next()?.parse().ok()).flatten()
    };
    text.lines().filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn keys_their_selector_and_the_resolvers_are_read() {
        let dir = tempfile::tempdir().unwrap();
        for part in ["etc/dkimkeys", "etc/opendkim"] {
            fs::create_dir_all(dir.path().join(part)).unwrap();
        }
        let write = |path: &str, text: &str| fs::write(dir.path().join(path), text).unwrap();
        let pem = dkim::generate(1024).unwrap();
        write("etc/dkimkeys/s1.private", &pem);
        write("etc/dkimkeys/broken.private", "no key");
        write("etc/dkimkeys/README.PrivateKeys", "keep them here");
        let root = Root::new(dir.path());
        assert_eq!(keys(&root).signing, None);
        write(
            "etc/opendkim/key.table",
            "# ours\n\nexample.org  example.org:s1:/etc/dkimkeys/s1.private\nexample.net example.net:s1:/k\n",
        );
        let found = keys(&root);
        assert_eq!(found.public, [("s1".to_owned(), dkim::public(&pem).unwrap().base64)].into());
        assert_eq!((found.signing.as_deref(), found.since.is_some()), (Some("s1"), true));
        write(
            "etc/resolv.conf",
            "search example.org\nnameserver 192.0.2.53\n# nameserver 192.0.2.1\nnameserver 2001:db8::53\nnameserver fe80::1%eth0\noptions edns0\n",
        );
        let expected: [IpAddr; 2] = ["192.0.2.53".parse().unwrap(), "2001:db8::53".parse().unwrap()];
        assert_eq!(nameservers(&root), expected);
    }
}
