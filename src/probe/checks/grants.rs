//! What a database account may do, from the lines of SHOW GRANTS.

use super::seen::{Seen, Verdict};

/// One GRANT statement, without the password hash that MariaDB prints in it.
#[derive(Debug, PartialEq, Eq)]
struct Grant {
    privileges: Vec<String>,
    /// What it is granted on (all, a database's tables, one table); `None` for a role.
    on: Option<String>,
    /// The account may hand it on.
    with_option: bool,
}

/// The account may SELECT from the database and nothing else. What is shown never holds the account's password hash.
pub fn only_reads(user: &str, database: &str, hosts: &[String], lines: &[String]) -> Verdict {
    let mut seen = Seen::default();
    for host in hosts.iter().filter(|host| *host != "localhost") {
        seen.fail(format!("{user} may log in from {host}, not from this machine alone"));
    }
    let wanted = format!("{}.*", name(database));
    let mut reads = false;
    for line in lines {
        let Some(grant) = parse(line) else {
            seen.unknown(format!("one grant of {user} is written in a way that is not understood"));
            continue;
        };
        let privileges = grant.privileges.join(", ");
        match grant.on.as_deref() {
            None => seen.fail(format!("{user} has the role {privileges}")),
            Some("*.*") if privileges == "USAGE" => {}
            Some(on) if name(on) == wanted && privileges == "SELECT" => reads = true,
            Some(on) => seen.fail(format!("{user} has {privileges} on {on}")),
        }
        if grant.with_option {
            seen.fail(format!("{user} may hand its rights on"));
        }
    }
    if reads {
        seen.good(format!("{user}@localhost has SELECT on {database} and nothing else"));
    } else {
        seen.fail(format!("{user} cannot read {database}"));
    }
    seen.verdict()
}

/// A name without quotes; in grants `_` is a wildcard and may be escaped.
fn name(text: &str) -> String {
    text.replace(['`', '\\'], "")
}

fn parse(line: &str) -> Option<Grant> {
    let rest = line.strip_prefix("GRANT ")?;
    let (granted, to) = rest.split_once(" TO ")?;
    let (privileges, on) = match granted.split_once(" ON ") {
        Some((privileges, on)) => (privileges, Some(on.trim_start_matches("TABLE ").to_owned())),
        None => (granted, None),
    };
    let privileges = privileges.split(", ").map(|word| word.trim().to_owned()).collect();
    Some(Grant { privileges, on, with_option: to.contains("WITH GRANT OPTION") || to.contains("WITH ADMIN OPTION") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    const USAGE: &str = "GRANT USAGE ON *.* TO `mailreader`@`localhost` IDENTIFIED BY PASSWORD '*0123456789ABCDEF'";
    const SELECT: &str = "GRANT SELECT ON `mailserver`.* TO `mailreader`@`localhost`";

    fn judge(lines: &[&str], hosts: &[&str]) -> Verdict {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        only_reads("mailreader", "mailserver", &own(hosts), &own(lines))
    }

    #[test]
    fn reading_and_nothing_else() {
        assert_eq!(judge(&[USAGE, SELECT], &["localhost"]).0, Outcome::Pass);
        let table: [&[&str]; 7] = [
            &[USAGE],
            &[USAGE, "GRANT SELECT, INSERT ON `mailserver`.* TO `mailreader`@`localhost`"],
            &[USAGE, "GRANT SELECT ON `mailserver`.* TO `mailreader`@`localhost` WITH GRANT OPTION"],
            &[USAGE, SELECT, "GRANT SELECT ON `mysql`.* TO `mailreader`@`localhost`"],
            &[USAGE, SELECT, "GRANT `admin` TO `mailreader`@`localhost`"],
            &["GRANT SELECT ON *.* TO `mailreader`@`localhost` IDENTIFIED BY PASSWORD '*0123456789ABCDEF'"],
            &[USAGE, "GRANT SELECT (`name`) ON `mailserver`.`domains` TO `mailreader`@`localhost`"],
        ];
        for lines in table {
            assert_eq!(judge(lines, &["localhost"]).0, Outcome::Fail, "{lines:?}");
        }
        assert_eq!(judge(&[USAGE, SELECT], &["localhost", "%"]).0, Outcome::Fail);
        assert_eq!(judge(&[USAGE, SELECT, "nonsense"], &["localhost"]).0, Outcome::Unknown);
    }

    #[test]
    fn no_hash_reaches_the_evidence() {
        for lines in [&[USAGE][..], &[USAGE, "GRANT ALL PRIVILEGES ON *.* TO `a`@`b` IDENTIFIED BY PASSWORD '*0123'"]] {
            assert!(!judge(lines, &["localhost"]).1.contains("*0123"));
        }
    }
}
