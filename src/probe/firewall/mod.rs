//! What firewalls say of themselves: which is at work, and what it lets in. Nothing is altered here.

pub mod firewalld;
pub mod nft;
pub mod nft_file;
pub mod ufw;

use std::path::Path;

use crate::error::Error;
use crate::facts::Firewall;
use crate::shell::Program;

/// The firewall that is at work on this machine; none where nothing is kept out. One that runs and does not answer is
/// another's, with what was seen of it: it may well keep others out.
#[must_use]
pub fn at_work() -> Option<Firewall> {
    if firewalld::is_active() {
        return Some(
            firewalld::zones().map_or_else(|error| silent("firewalld", &error), |zones| Firewall::Firewalld { zones }),
        );
    }
    if ufw::is_active(Path::new("/")) {
        return Some(Firewall::Ufw);
    }
    let ruleset = match nft::ruleset() {
        Err(error) if is_active("nftables.service") => return Some(silent("nftables", &error)),
        ruleset => ruleset.unwrap_or_default(),
    };
    let blocking: Vec<_> = ruleset.iter().filter(|chain| chain.blocks() && !chain.is_minded()).collect();
    if blocking.is_empty() {
        return legacy();
    }
    let chains: Vec<_> = blocking.iter().map(|chain| chain.id.clone()).collect();
    let text = std::fs::read_to_string(nft_file::PATH).unwrap_or_default();
    let ours_to_edit = blocking.iter().all(|chain| chain.is_plain())
        && nft_file::is_loaded_at_boot(Path::new("/"))
        && nft_file::opened(&text, &chains, &[25]).is_some();
    if ours_to_edit {
        return Some(Firewall::Nftables { chains });
    }
    Some(Firewall::Other { seen: chains.iter().map(|chain| format!("nftables chain {chain}")).collect() })
}

/// What is said of a firewall that runs and does not answer.
fn silent(name: &str, error: &Error) -> Firewall {
    Firewall::Other { seen: vec![format!("{name} runs and does not tell its rules: {error}")] }
}

/// Whether systemd says that the unit runs.
fn is_active(unit: &str) -> bool {
    Program::new("systemctl").args(["is-active", "--quiet", unit]).run().is_ok_and(|output| output.ok())
}

/// iptables in its older form, which nft(8) does not show, where it keeps others out.
fn legacy() -> Option<Firewall> {
    let names = std::fs::read_to_string("/proc/net/ip_tables_names").unwrap_or_default();
    if !names.lines().any(|name| name == "filter") {
        return None;
    }
    if !Path::new("/usr/sbin/iptables-legacy").exists() {
        return None;
    }
    match Program::new("iptables-legacy").args(["-S", "INPUT"]).success() {
        Ok(output) => {
            let seen = vec!["iptables-legacy chain INPUT".to_owned()];
            output.stdout.lines().any(refuses).then_some(Firewall::Other { seen })
        }
        Err(error) => Some(silent("iptables-legacy", &error)),
    }
}

/// A policy, or a rule about everything.
fn refuses(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words.as_slice(), ["-P", "INPUT", "DROP"] | ["-A", "INPUT", "-j", "DROP" | "REJECT", ..])
}

/// Whether a port gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// From everywhere.
    Open,
    /// From nowhere, or not from everywhere.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_or_a_rule_about_everything_refuses() {
        assert!(refuses("-P INPUT DROP") && refuses("-A INPUT -j REJECT --reject-with icmp-port-unreachable"));
        assert!(!refuses("-P INPUT ACCEPT") && !refuses("-A INPUT -s 192.0.2.1/32 -j DROP"));
    }
}
