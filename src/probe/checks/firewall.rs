//! Whether the firewall lets the mail ports in.

use std::path::Path;

use super::seen::{Seen, Verdict};
use super::tool;
use crate::error::Result;
use crate::facts::Firewall;
use crate::probe::firewall::firewalld::{self, Kept};
use crate::probe::firewall::{Passage, at_work, nft, nft_file, ufw};

/// The firewall that is at work now lets these ports in from everywhere, and will after the next boot.
pub fn lets_in(ports: &[u16]) -> Result<Verdict> {
    let mut seen = Seen::default();
    match at_work() {
        Some(Firewall::Ufw) => of_ufw(&mut seen, ports),
        Some(Firewall::Firewalld { zones }) => of_firewalld(&mut seen, &zones, ports)?,
        Some(Firewall::Other { seen: others }) => {
            // Nobody reads their rules but themselves.
            for one in others {
                seen.unknown(one);
            }
            of_nftables(&mut seen, ports)?;
        }
        Some(Firewall::Nftables { .. }) | None => of_nftables(&mut seen, ports)?,
    }
    Ok(seen.verdict())
}

/// Every chain that keeps others out.
fn of_nftables(seen: &mut Seen, ports: &[u16]) -> Result<()> {
    let ruleset = nft::ruleset()?;
    for chain in ruleset.iter().filter(|chain| chain.blocks()) {
        told(seen, &format!("the chain {}", chain.id), ports, |port| chain.passage(port));
        let text = std::fs::read_to_string(nft_file::PATH).unwrap_or_default();
        if !text.contains(&nft_file::rule(ports)) {
            seen.warn(format!("{} does not have the rule: at the next boot the ports are closed", nft_file::PATH));
        }
        if !nft_file::is_loaded_at_boot(Path::new("/")) {
            seen.warn("nftables.service is not enabled: the rules are gone after the next boot");
        }
    }
    if !ruleset.iter().any(nft::Input::blocks) {
        seen.good("nothing keeps anybody out");
    }
    Ok(())
}

fn of_ufw(seen: &mut Seen, ports: &[u16]) {
    for path in ufw::FILES {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        // Without IPv6 it has no rules for it.
        if path == ufw::FILES[0] || text.contains("### tuple ###") {
            told(seen, path, ports, |port| ufw::passage(&text, port));
        }
    }
    match tool("ufw").arg("status").run() {
        Ok(said) if said.stdout.starts_with("Status: active") => seen.good("ufw is active"),
        _ => seen.fail("ufw is enabled but not active: `ufw status`"),
    }
}

fn of_firewalld(seen: &mut Seen, zones: &[String], ports: &[u16]) -> Result<()> {
    for zone in zones {
        for (kept, when) in [(Kept::Runtime, "now"), (Kept::Permanent, "after a reload")] {
            let passages = firewalld::passages(zone, kept, ports)?;
            let of =
                |port| passages.iter().find(|(one, _)| *one == port).map_or(Passage::Closed, |(_, passage)| *passage);
            told(seen, &format!("the zone {zone} {when}"), ports, of);
        }
    }
    Ok(())
}

fn told(seen: &mut Seen, place: &str, ports: &[u16], passage: impl Fn(u16) -> Passage) {
    let listed = |ports: &[u16]| ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let closed: Vec<u16> = ports.iter().copied().filter(|port| passage(*port) == Passage::Closed).collect();
    if closed.is_empty() {
        seen.good(format!("{place} lets in {}", listed(ports)));
    } else {
        seen.fail(format!("{place} does not let in {} from everywhere", listed(&closed)));
    }
}
