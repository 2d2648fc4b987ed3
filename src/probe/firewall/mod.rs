//! What firewalls say of themselves: which is at work, and what it lets in. Nothing is altered here.

pub mod firewalld;
pub mod nft;
pub mod nft_file;
pub mod ufw;

use std::path::Path;

use crate::facts::Firewall;
use crate::shell::Program;

/// The firewall that is at work on this machine; none where nothing is kept out, or where it cannot be seen.
#[must_use]
pub fn at_work() -> Option<Firewall> {
    if firewalld::is_active() {
        return Some(Firewall::Firewalld { zones: firewalld::zones().ok()? });
    }
    if ufw::is_active(Path::new("/")) {
        return Some(Firewall::Ufw);
    }
    let ruleset = nft::ruleset().unwrap_or_default();
    let blocking: Vec<_> = ruleset.iter().filter(|chain| chain.blocks() && !chain.is_minded()).collect();
    if blocking.is_empty() {
        let legacy = "iptables-legacy chain INPUT".to_owned();
        return legacy_blocks().then(|| Firewall::Other { seen: vec![legacy] });
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

/// Whether iptables in its older form, which nft(8) does not show, keeps others out.
fn legacy_blocks() -> bool {
    let names = std::fs::read_to_string("/proc/net/ip_tables_names").unwrap_or_default();
    if !names.lines().any(|name| name == "filter") {
        return false;
    }
    let listed = Program::new("iptables-legacy").args(["-S", "INPUT"]).run();
    listed.is_ok_and(|output| output.stdout.lines().any(refuses))
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
