//! A firewall that is at work: ports let in at once and for good, in its own way, and closed again. No rule of others is
//! altered, and nothing is loaded anew: a session that runs goes on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::change::OpenPorts;
use crate::engine::journal::{After, Before, PathState};
use crate::engine::kinds::files::differs;
use crate::engine::machine::Machine;
use crate::engine::paths::{self, access_of};
use crate::engine::state::hash;
use crate::error::{Context, Error, Result};
use crate::facts::{Chain, Firewall};
use crate::plan::{Standing, TextChange};
use crate::probe::firewall::firewalld::{self, Kept};
use crate::probe::firewall::{nft, nft_file, ufw};
use crate::shell::Program;

/// Ports by the place of the rule that lets them in.
type Open = BTreeMap<String, Vec<u16>>;

/// How the firewall stands.
///
/// # Errors
/// When it does not tell.
pub fn standing(machine: &Machine, open: &OpenPorts) -> Result<Standing> {
    let now = ours(machine, open)?;
    let closed = now.iter().filter(|(_, ports)| **ports != open.ports);
    let mut what: Vec<String> = closed.map(|(place, _)| format!("let {} in at {place}", listed(&open.ports))).collect();
    let Firewall::Nftables { chains } = &open.wall else { return Ok(differs(what)) };
    let (before, after) = file(machine, chains, &open.ports)?;
    if before == after {
        return Ok(differs(what));
    }
    what.push(format!("content of {}", nft_file::PATH));
    let text = Some(TextChange { before: Some(before), after });
    Ok(Standing::Differs { what, text, edited_by_hand: false })
}

/// What our rules let in, and the files as they are, for the journal.
///
/// # Errors
/// When it does not tell, or a file cannot be read.
pub fn before(machine: &Machine, open: &OpenPorts) -> Result<Before> {
    let capture = |path: PathBuf| {
        let state = paths::capture(&machine.state, &machine.path(&path))?;
        Ok((path, state))
    };
    let files = open.paths().into_iter().map(capture).collect::<Result<_>>()?;
    Ok(Before::Firewall { wall: open.wall.clone(), ports: open.ports.clone(), was: ours(machine, open)?, files })
}

/// Lets the ports in.
///
/// # Errors
/// When the firewall refuses; what it lets in then is what it did before.
pub fn act(machine: &Machine, open: &OpenPorts) -> Result<After> {
    let now = ours(machine, open)?;
    if let Firewall::Nftables { chains } = &open.wall {
        write(machine, &file(machine, chains, &open.ports)?.1)?;
    }
    let wanted = now.keys().map(|place| (place.clone(), open.ports.clone())).collect();
    make(machine, open, &wanted)?;
    Ok(After { files: hashes(machine, &open.paths()), ..After::default() })
}

/// Closes what was not open before, and puts the files back. One that is no longer what it was after the change is the
/// admin's: it stays as the firewall leaves it, and is named.
///
/// # Errors
/// When a file cannot be put back.
pub fn undo(
    machine: &Machine,
    open: &OpenPorts,
    was: &Open,
    files: &BTreeMap<PathBuf, PathState>,
    wrote: &After,
) -> Result<Vec<String>> {
    let mut kept = Vec::new();
    let found = hashes(machine, &open.paths());
    // A firewall that is gone has nothing to close.
    if let Err(error) = make(machine, open, was) {
        tracing::warn!(error = error.render(), "the firewall was not told");
        kept.push(format!("the rules of {} as they are now (it could not be told: {error})", open.wall.name()));
    }
    for (path, state) in files {
        if found.get(path) == wrote.files.get(path) {
            paths::restore(&machine.state, &machine.path(path), state)?;
        } else if found.contains_key(path) {
            kept.push(format!("{} (changed since mailwright wrote it)", path.display()));
            if let Firewall::Nftables { chains } = &open.wall
                && let Some(ports) = was.values().next()
            {
                write(machine, &file(machine, chains, ports)?.1)?;
            }
        }
    }
    Ok(kept)
}

/// What our rules let in now, by place.
fn ours(machine: &Machine, open: &OpenPorts) -> Result<Open> {
    match &open.wall {
        Firewall::Nftables { chains } => {
            let ruleset = nft::ruleset()?;
            let of = |chain: &Chain| ruleset.iter().find(|input| input.id == *chain).map(|input| input.ours().1);
            Ok(chains.iter().filter_map(|chain| Some((chain.to_string(), of(chain)?))).collect())
        }
        Firewall::Ufw => {
            let text = match std::fs::read_to_string(machine.path(Path::new(ufw::FILES[0]))) {
                // Only root may read them; whoever is not makes no more than a plan.
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => String::new(),
                text => text.context(|| "the rules of ufw could not be read".to_owned())?,
            };
            Ok([("ufw".to_owned(), ufw::ours(&text))].into())
        }
        Firewall::Firewalld { zones } => {
            let both = zones.iter().flat_map(|zone| Kept::ALL.map(|kept| (zone, kept)));
            both.map(|(zone, kept)| Ok((place(zone, kept), firewalld::ports(zone, kept, &open.ports)?))).collect()
        }
        Firewall::Other { .. } => Ok(Open::new()),
    }
}

/// The place of a rule of firewalld.
fn place(zone: &str, kept: Kept) -> String {
    let when = if kept == Kept::Permanent { "permanent" } else { "now" };
    format!("zone {zone} ({when})")
}

/// Makes our rules let in just this.
fn make(machine: &Machine, open: &OpenPorts, wanted: &Open) -> Result<()> {
    let now = ours(machine, open)?;
    let none = Vec::new();
    match &open.wall {
        Firewall::Nftables { chains } => {
            let ruleset = nft::ruleset()?;
            let script: String = chains
                .iter()
                .filter_map(|chain| Some((chain, ruleset.iter().find(|input| input.id == *chain)?.ours().0)))
                .map(|(chain, old)| replacing(chain, wanted.get(&chain.to_string()).unwrap_or(&none), &old))
                .collect();
            Program::new("nft").args(["-f", "-"]).stdin(script).success().map(drop)
        }
        Firewall::Ufw => {
            let (old, new) = (now.get("ufw").unwrap_or(&none), wanted.get("ufw").unwrap_or(&none));
            if old == new {
                return Ok(());
            }
            if !new.is_empty() {
                told_ufw(&["allow"], new)?;
            }
            if old.is_empty() { Ok(()) } else { told_ufw(&["--force", "delete", "allow"], old) }
        }
        Firewall::Firewalld { zones } => {
            for (zone, kept) in zones.iter().flat_map(|zone| Kept::ALL.map(|kept| (zone, kept))) {
                let place = place(zone, kept);
                let (old, new) = (now.get(&place).unwrap_or(&none), wanted.get(&place).unwrap_or(&none));
                let opened = new.iter().filter(|port| !old.contains(port)).map(|port| format!("--add-port={port}/tcp"));
                let closed =
                    old.iter().filter(|port| !new.contains(port)).map(|port| format!("--remove-port={port}/tcp"));
                let words: Vec<String> = opened.chain(closed).collect();
                if !words.is_empty() {
                    Program::new("firewall-cmd").args(kept.words(zone)).args(words).success()?;
                }
            }
            Ok(())
        }
        Firewall::Other { .. } => Ok(()),
    }
}

/// Commands of nft(8) that put one rule in the place of others; they hold together or not at all.
fn replacing(chain: &Chain, ports: &[u16], old: &[u64]) -> String {
    let insert =
        if ports.is_empty() { String::new() } else { format!("insert rule {chain} {}\n", nft_file::rule(ports)) };
    let delete = |handle: &u64| format!("delete rule {chain} handle {handle}\n");
    insert + &old.iter().map(delete).collect::<String>()
}

fn told_ufw(words: &[&str], ports: &[u16]) -> Result<()> {
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let rule = ["proto", "tcp", "from", "any", "to", "any", "port"];
    let ufw = Program::new("ufw").args(words).args(rule).arg(ports.join(","));
    ufw.args(["comment", nft::MARK]).success().map(drop)
}

/// /etc/nftables.conf as it is, and with these ports let in.
fn file(machine: &Machine, chains: &[Chain], ports: &[u16]) -> Result<(String, String)> {
    let text = std::fs::read_to_string(machine.path(Path::new(nft_file::PATH)));
    let text = text.context(|| format!("{} could not be read", nft_file::PATH))?;
    let lost = || Error::failed(format!("the chains of the firewall do not stand in {}", nft_file::PATH));
    let after = if ports.is_empty() {
        nft_file::closed(&text)
    } else {
        nft_file::opened(&text, chains, ports).ok_or_else(lost)?
    };
    Ok((text, after))
}

/// Writes /etc/nftables.conf once nft(8) has nothing to say against it.
fn write(machine: &Machine, text: &str) -> Result<()> {
    let path = machine.path(Path::new(nft_file::PATH));
    let access = access_of(&path)?;
    paths::write_checked(&path, text.as_bytes(), access, |draft| {
        let checked = Program::new("nft").args(["-c", "-f"]).arg(draft).success();
        checked.map(drop).map_err(|error| error.within(format!("nft would refuse {} with the ports", nft_file::PATH)))
    })
}

fn hashes(machine: &Machine, paths: &[PathBuf]) -> BTreeMap<PathBuf, String> {
    let of = |path: &PathBuf| Some((path.clone(), hash(&crate::files::read(&machine.path(path)).ok()?)));
    paths.iter().filter_map(of).collect()
}

fn listed(ports: &[u16]) -> String {
    ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_rule_comes_before_the_old_one_goes() {
        let chain = Chain { family: "inet".into(), table: "filter".into(), name: "input".into() };
        let expected = "insert rule inet filter input tcp dport { 25, 143 } accept comment \"mailwright\"\n\
                        delete rule inet filter input handle 7\n";
        assert_eq!(replacing(&chain, &[25, 143], &[7]), expected);
        assert_eq!(replacing(&chain, &[], &[7]), "delete rule inet filter input handle 7\n");
    }
}
