//! What firewalls say of themselves: which is at work, and what it lets in. Nothing is altered here.

pub mod firewalld;
pub mod nft;
pub mod nft_file;
pub mod ufw;

use std::path::Path;

use crate::facts::Firewall;

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
        return None;
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

/// Whether a port gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// From everywhere.
    Open,
    /// From nowhere, or not from everywhere.
    Closed,
}
