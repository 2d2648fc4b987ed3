//! Mail and database configuration that stands on the machine already.

use std::collections::BTreeMap;

use super::root::Root;

/// What a mail server leaves, and the one file by which a database server is ours.
const PATHS: [&str; 8] = [
    "/etc/postfix/main.cf",
    "/etc/postfix/master.cf",
    "/etc/dovecot/dovecot.conf",
    "/etc/opendkim.conf",
    "/etc/opendmarc.conf",
    "/etc/exim4/",
    "/etc/mail/sendmail.cf",
    "/etc/mysql/mariadb.conf.d/60-mailwright.cnf",
];

/// The paths that exist, with the first comment line of each file.
pub(super) fn standing(root: &Root<'_>) -> BTreeMap<String, String> {
    let first_comment = |path: &str| {
        let text = root.text(path).unwrap_or_default();
        text.lines().map(str::trim).find(|line| line.starts_with('#')).unwrap_or_default().to_owned()
    };
    let there = PATHS.into_iter().filter(|path| root.exists(path));
    there.map(|path| (path.to_owned(), first_comment(path))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_directories_are_found() {
        let dir = tempfile::tempdir().unwrap();
        for part in ["etc/postfix", "etc/exim4"] {
            std::fs::create_dir_all(dir.path().join(part)).unwrap();
        }
        let debians = "\n# See /usr/share/postfix/main.cf.dist for a commented, more complete version\n\n# Debian\n";
        std::fs::write(dir.path().join("etc/postfix/main.cf"), debians).unwrap();
        let found = standing(&Root::new(dir.path()));
        let comment = "# See /usr/share/postfix/main.cf.dist for a commented, more complete version";
        let expected = [("/etc/exim4/", ""), ("/etc/postfix/main.cf", comment)];
        assert_eq!(found, expected.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    }
}
