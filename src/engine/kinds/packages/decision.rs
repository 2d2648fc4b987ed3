//! What is noted before the first package is removed. A removal that is cut off leaves a machine on which it can no longer be
//! told: apt forgets which packages were there only because others needed them, dpkg forgets what it has purged, and the
//! packages' scripts have begun to take their lines out of their settings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::machine::Machine;
use crate::engine::state::{Sync, write_private};
use crate::error::{Context, Result};
use crate::files;

/// Where it is noted, in the state directory.
const NOTED: &str = "removal";

/// What a removal stands on, of the moment before it began.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Decision {
    /// The packages that somebody asked for (apt-mark(8), `showmanual`).
    pub manual: BTreeSet<String>,
    /// The packages that go with their settings.
    #[serde(default)]
    pub purged: BTreeSet<String>,
    /// The directories that they list and no other package does.
    #[serde(default)]
    pub directories: BTreeSet<PathBuf>,
    /// All packages that dpkg knew.
    #[serde(default)]
    pub known: BTreeSet<String>,
    /// What was saved of others' files before their place goes.
    #[serde(default)]
    pub saved: Vec<Saved>,
    /// What is to be told at the end.
    #[serde(default)]
    pub kept: Vec<String>,
    /// The text of each setting that the packages' scripts keep; what of it was edited is saved by then.
    pub settings: BTreeMap<PathBuf, String>,
}

/// Others' files in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Saved {
    /// The archive.
    pub archive: PathBuf,
    /// The files and links in it, without the directories above them.
    pub paths: BTreeSet<PathBuf>,
}

impl Decision {
    /// What a removal that was cut off has noted.
    pub fn noted(machine: &Machine) -> Option<Self> {
        let text = files::read_text(&machine.state.dir().join(NOTED)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Notes it. Where a removal that was cut off has done so before, only what has been saved since is added. Gives what
    /// is noted.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(self, machine: &Machine) -> Result<Self> {
        let mut noted = self;
        if let Some(mut first) = Self::noted(machine) {
            first.saved.append(&mut noted.saved);
            let kept = std::mem::take(&mut noted.kept);
            first.kept.extend(kept);
            noted = first;
        }
        let mut told = BTreeSet::new();
        noted.kept.retain(|line| told.insert(line.clone()));
        let text = serde_json::to_vec(&noted).context(|| "what goes could not be noted".to_owned())?;
        write_private(&machine.state.dir().join(NOTED), &text, Sync::Now)?;
        Ok(noted)
    }

    /// Forgets it, once the removal is done.
    pub fn forget(machine: &Machine) {
        let _ = files::remove_file(&machine.state.dir().join(NOTED));
    }

    /// Whether a setting differs from what was noted by nothing but lines that went, as the packages' scripts take them out:
    /// then it holds nothing that has not been saved.
    pub fn has_only_lost_lines(&self, path: &Path, now: &str) -> bool {
        let Some(then) = self.settings.get(path) else { return false };
        let mut then = then.lines();
        now.lines().all(|line| then.any(|other| other == line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_only_lost_lines_holds_nothing_new() {
        let path = Path::new("/etc/postfix/dynamicmaps.cf");
        let settings = [(path.to_owned(), "# maps\nmysql a\npcre b\n".to_owned())].into();
        let decision = Decision { settings, ..Decision::default() };
        for (now, only) in [
            ("# maps\nmysql a\npcre b\n", true),
            ("# maps\npcre b\n", true),
            ("", true),
            ("# maps\npcre c\n", false),
            ("# maps\nmysql a\nmysql a\npcre b\n", false),
            ("pcre b\n# maps\n", false),
        ] {
            assert_eq!(decision.has_only_lost_lines(path, now), only, "{now:?}");
        }
        assert!(!decision.has_only_lost_lines(Path::new("/etc/aliases"), ""), "of this nothing is known");
    }
}
