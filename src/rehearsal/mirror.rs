//! The Debian mirror that this machine itself uses, so that a rehearsal downloads from where the machine may.

use std::fs;
use std::path::PathBuf;

use crate::facts::Release;

/// The lines of sources.list for a release, from this machine's own mirror; none when it has no plain Debian mirror
/// (mmdebstrap then takes deb.debian.org).
pub(super) fn sources(release: Release) -> Vec<String> {
    let words = configured();
    let ending = |end: &str| words.iter().find(|uri| uri.trim_end_matches('/').ends_with(end));
    let Some(main) = ending("/debian") else { return Vec::new() };
    let security = ending("/debian-security").map_or("http://deb.debian.org/debian-security", String::as_str);
    vec![
        format!("deb {main} {release} main"),
        format!("deb {main} {release}-updates main"),
        format!("deb {security} {release}-security main"),
    ]
}

/// Every http or https address in this machine's apt sources, comments left out.
fn configured() -> Vec<String> {
    let listed = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        listed.filter(|path| path.extension().is_some_and(|end| end == "list" || end == "sources")).collect();
    files.sort();
    files.insert(0, PathBuf::from("/etc/apt/sources.list"));
    let texts = files.iter().filter_map(|path| fs::read_to_string(path).ok());
    texts.flat_map(|text| addresses(&text)).collect()
}

fn addresses(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let words = lines.flat_map(str::split_whitespace);
    words.filter(|word| word.starts_with("http://") || word.starts_with("https://")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn both_styles_of_sources_are_read_and_comments_are_not() {
        let text = "# deb http://old.test/debian x main\ndeb [arch=amd64] http://one.test/debian bookworm main\n\
                    Types: deb\nURIs: https://two.test/debian-security/\n";
        assert_eq!(addresses(text), ["http://one.test/debian", "https://two.test/debian-security/"]);
    }
}
