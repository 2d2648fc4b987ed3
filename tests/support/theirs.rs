//! What is the neighbour's on a host, by its names: left out where a host is compared with what it was before.
#![allow(dead_code, reason = "each test program uses its own part of it")]

use std::path::Path;

/// The name that its accounts, its unit and its lines in shared files begin with.
pub const NAME: &str = "appsrv";
pub const UNIT: &str = "/etc/systemd/system/appsrv.service";
pub const WANTED: &str = "/etc/systemd/system/multi-user.target.wants/appsrv.service";
pub const EDITED: &str = "/etc/app.conf";
pub const UPLOADS: &str = "/var/lib/app/data";
pub const REPOSITORY: &str = "/etc/.git";
/// Says that the repository is the neighbour's: an admin's own is committed to by the admin alone.
pub const MARK: &str = "/etc/.gitignore";
pub const HOSTS: &str = "/etc/hosts";
/// Stands where the host had a database server of its own when the neighbour moved in.
pub const DATABASES: &str = "/var/lib/app/databases";
/// Come while dpkg is at work and are written over and over from then on, in places where programs of all kinds keep
/// things; with their modes.
pub const REWRITTEN: [(&str, u32); 10] = [
    ("/etc/app2.conf", 0o640),
    ("/etc/cron.d/joe", 0o644),
    ("/etc/default/app", 0o644),
    ("/opt/app/VERSION", 0o644),
    ("/srv/app/index.html", 0o644),
    ("/usr/local/bin/mytool", 0o755),
    ("/usr/share/app/data", 0o644),
    ("/var/lib/app/state", 0o600),
    ("/var/lib/misc/app.db", 0o644),
    ("/var/mail/old", 0o660),
];

/// Files that several programs write. What the neighbour put there is left out where trees are compared; what
/// shadow's tools keep of the state before the last one follows whoever wrote last.
pub const SHARED: [&str; 5] = ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", HOSTS];
pub const OF_THE_LAST_STATE: [&str; 4] = ["/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-"];

/// Whether a path is the neighbour's: a file of its own, or a directory that it makes for one.
pub fn is_its(path: &Path) -> bool {
    let own = ["/var/lib/app", "/opt/app", "/srv/app", "/usr/share/app", REPOSITORY];
    let made = ["/etc/cron.d", "/etc/default", MARK, EDITED, UNIT, WANTED];
    own.iter().any(|own| path.starts_with(own))
        || REWRITTEN.iter().map(|(file, _)| file).chain(&made).any(|its| path == Path::new(its))
        || OF_THE_LAST_STATE.iter().any(|its| path == Path::new(its))
}

/// What a file holds without the neighbour's lines and without its accounts among the members of groups.
pub fn without(path: &Path, bytes: Vec<u8>) -> Vec<u8> {
    if !SHARED.iter().any(|shared| path == Path::new(shared)) {
        return bytes;
    }
    without_lines(&String::from_utf8_lossy(&bytes)).into_bytes()
}

/// The same of a text: lines of passwd(5), group(5), hosts(5) or a list of units.
pub fn without_lines(text: &str) -> String {
    let its =
        |line: &&str| line.split_whitespace().next().is_some_and(|word| word.starts_with(NAME)) || line.ends_with(TAG);
    let line = |line: &str| match line.rsplit_once(':') {
        Some((start, members)) if members.contains(NAME) => {
            let others: Vec<&str> = members.split(',').filter(|member| !member.starts_with(NAME)).collect();
            format!("{start}:{}\n", others.join(","))
        }
        _ => format!("{line}\n"),
    };
    text.lines().filter(|text| !its(text)).map(line).collect()
}

/// Ends its lines in /etc/hosts.
pub const TAG: &str = "# the application's";
