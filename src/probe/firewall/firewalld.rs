//! firewalld as `firewall-cmd(1)` tells of it.

use std::path::{Path, PathBuf};

use super::Passage;
use crate::error::Result;
use crate::shell::Program;

/// The mail services as firewalld names them.
const SERVICES: [(&str, u16); 8] = [
    ("http", 80),
    ("smtp", 25),
    ("smtps", 465),
    ("smtp-submission", 587),
    ("imap", 143),
    ("imaps", 993),
    ("pop3", 110),
    ("pop3s", 995),
];
/// Zones of its own that packets from outside are not in.
const INNER: [&str; 3] = ["docker", "libvirt", "trusted"];

/// Whether it runs.
#[must_use]
pub fn is_active() -> bool {
    let installed = Path::new("/usr/bin/firewall-cmd").exists();
    installed && super::is_active("firewalld.service")
}

/// The default zone, and those that interfaces are in.
///
/// # Errors
/// When it does not answer.
pub fn zones() -> Result<Vec<String>> {
    let default = ask(&["--get-default-zone"])?.trim().to_owned();
    let mut zones = vec![default];
    for zone in active(&ask(&["--get-active-zones"])?) {
        if !zones.contains(&zone) && !INNER.contains(&zone.as_str()) {
            zones.push(zone);
        }
    }
    Ok(zones)
}

/// A zone's name stands at the beginning of a line, ` (default)` behind it on Debian 13; what is in it below.
pub(crate) fn active(text: &str) -> Vec<String> {
    let mut zone = None;
    let mut found = Vec::new();
    for line in text.lines() {
        if !line.starts_with(char::is_whitespace) {
            zone = line.split_whitespace().next().map(str::to_owned);
        } else if line.trim_start().starts_with("interfaces:") {
            found.extend(zone.take());
        }
    }
    found
}

/// Whether what is asked about is what holds now, or what will hold after a reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Now.
    Runtime,
    /// After a reload.
    Permanent,
}

impl Kept {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Permanent, Self::Runtime];

    /// The words of firewall-cmd(1) that ask about it.
    #[must_use]
    pub fn words(self, zone: &str) -> Vec<String> {
        let zone = format!("--zone={zone}");
        match self {
            Self::Runtime => vec![zone],
            Self::Permanent => vec!["--permanent".to_owned(), zone],
        }
    }
}

/// Those of the ports that a zone lets in by themselves.
///
/// # Errors
/// When it does not answer.
pub fn ports(zone: &str, kept: Kept, wanted: &[u16]) -> Result<Vec<u16>> {
    let mut words = kept.words(zone);
    words.push("--list-ports".to_owned());
    let listed = ask(&words.iter().map(String::as_str).collect::<Vec<_>>())?;
    Ok(wanted.iter().copied().filter(|port| listed.split_whitespace().any(|one| covers(one, *port))).collect())
}

/// `25/tcp`, `1000-2000/tcp`.
pub(crate) fn covers(listed: &str, port: u16) -> bool {
    let Some(ports) = listed.strip_suffix("/tcp") else { return false };
    let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
    low.parse().is_ok_and(|low: u16| low <= port) && high.parse().is_ok_and(|high: u16| port <= high)
}

/// Whether a zone lets a port in: by its number or by its service.
///
/// # Errors
/// When it does not answer.
pub fn passages(zone: &str, kept: Kept, wanted: &[u16]) -> Result<Vec<(u16, Passage)>> {
    let numbers = ports(zone, kept, wanted)?;
    let mut words = kept.words(zone);
    words.push("--list-services".to_owned());
    let services = ask(&words.iter().map(String::as_str).collect::<Vec<_>>())?;
    let served = |port: u16| services.split_whitespace().any(|name| SERVICES.contains(&(name, port)));
    let passage = |port: u16| if numbers.contains(&port) || served(port) { Passage::Open } else { Passage::Closed };
    Ok(wanted.iter().map(|port| (*port, passage(*port))).collect())
}

/// The file of a zone, and the copy that firewalld leaves of it.
#[must_use]
pub fn files(zone: &str) -> [PathBuf; 2] {
    ["xml", "xml.old"].map(|end| Path::new("/etc/firewalld/zones").join(format!("{zone}.{end}")))
}

fn ask(words: &[&str]) -> Result<String> {
    Ok(Program::new("firewall-cmd").args(words).success()?.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_with_interfaces_are_active() {
        let text = "public (default)\n  interfaces: eth0\ninternal\n  sources: 10.0.0.0/8\ndmz\n  interfaces: eth1\n";
        assert_eq!(active(text), ["public", "dmz"]);
    }

    #[test]
    fn ports_and_ranges_are_known() {
        assert!(covers("25/tcp", 25) && covers("20-30/tcp", 25));
        assert!(!covers("25/udp", 25) && !covers("26-30/tcp", 25) && !covers("x/tcp", 25));
    }
}
