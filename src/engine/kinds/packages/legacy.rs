//! The packages as the first version of the journal kept them: with a list of the whole tree before and after. What the
//! rollback of today needs is read from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::leavings;
use crate::engine::journal::{After, AptBefore};
use crate::engine::machine::Machine;
use crate::error::{Context, Result};
use crate::probe::machine::dpkg;
use crate::steps::packages::leavings as declared;

/// Every path that was looked at.
#[derive(Debug, Default, Deserialize)]
struct Snapshot {
    nodes: BTreeMap<PathBuf, Node>,
}

/// One path; of what it held, only bytes that were kept matter.
#[derive(Debug, Deserialize)]
struct Node {
    #[serde(rename = "c")]
    content: Content,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    /// Bytes kept under this hash.
    Hash(String),
    /// Anything else.
    Other(serde::de::IgnoredAny),
}

/// The same in the form of today.
///
/// # Errors
/// When the list is gone or damaged.
pub fn read(
    machine: &Machine,
    installed: &BTreeMap<String, String>,
    snapshot: &str,
    masked: &BTreeSet<String>,
    after: Option<&After>,
) -> Result<AptBefore> {
    let kept = machine.state.kept(snapshot)?;
    let tree: Snapshot = serde_json::from_slice(&kept)
        .context(|| "the list of the tree before the packages could not be read".into())?;
    let text = |path: &str| match tree.nodes.get(Path::new(path)) {
        Some(Node { content: Content::Hash(hash) }) => {
            String::from_utf8_lossy(&machine.state.kept(hash).unwrap_or_default()).into_owned()
        }
        _ => String::new(),
    };
    let lines = |what: &'static str, file: &str| {
        let text = text(file);
        let named =
            text.lines().filter_map(|line| Some((format!("{what} {}", line.split(':').next()?), line.to_owned())));
        named.collect::<Vec<_>>()
    };
    let now = || dpkg::known(&machine.root).into_keys().filter(|name| !installed.contains_key(name)).collect();
    let is_one = |path: &&PathBuf| {
        let goes = declared::ALL.iter().flat_map(|one| one.goes).any(|place| path.as_path() == Path::new(place));
        goes || leavings::own(&declared::ALL.iter().collect::<Vec<_>>(), path)
    };
    let unit = |unit: &&String| !tree.nodes.contains_key(&Path::new("/etc/systemd/system").join(unit));
    let file = |line: &str| Some(PathBuf::from(line.split_once(char::is_whitespace)?.1.trim()));
    Ok(AptBefore {
        planned: after.and_then(|after| after.came.clone()).unwrap_or_else(now),
        known: installed.keys().map(|name| (name.clone(), "installed".to_owned())).collect(),
        masked: masked.iter().filter(unit).cloned().collect(),
        there: tree.nodes.keys().filter(is_one).cloned().collect(),
        accounts: lines("user", "/etc/passwd").into_iter().chain(lines("group", "/etc/group")).collect(),
        overrides: text("/var/lib/dpkg/statoverride").lines().map(str::to_owned).collect(),
        ucf: text("/var/lib/ucf/registry")
            .lines()
            .filter_map(file)
            .chain(tree.nodes.keys().filter(|path| path.starts_with("/var/lib/ucf")).cloned())
            .collect(),
        ..AptBefore::default()
    })
}
