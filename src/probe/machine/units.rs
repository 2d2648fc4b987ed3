//! The states of the daemons' units, all in one question.

use std::collections::{BTreeMap, BTreeSet};

use super::root::Root;
use crate::change::Daemon;
use crate::facts::{Release, Unit};
use crate::shell::Program;

/// The states of the daemons' units; none where systemd is not at work.
pub(super) fn states(root: &Root<'_>) -> BTreeMap<String, Unit> {
    if !root.live() || !root.exists("/run/systemd/system") {
        return BTreeMap::new();
    }
    let held = Daemon::ALL.iter().flat_map(|daemon| daemon.units()).copied();
    let processes = Release::ALL.iter().flat_map(|release| Daemon::ALL.map(|daemon| daemon.process_unit(*release)));
    let units: BTreeSet<&str> = held.chain(processes).collect();
    let ask = Program::new("systemctl").args(["show", "--property=Id,ActiveState,UnitFileState"]).args(units);
    ask.success().map(|output| parsed(&output.stdout)).unwrap_or_default()
}

/// The blocks that `systemctl show` prints, parted by blank lines.
fn parsed(text: &str) -> BTreeMap<String, Unit> {
    let block = |block: &str| {
        let value = |key: &str| block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        let unit =
            Unit { active: value("ActiveState") == Some("active"), file_state: value("UnitFileState")?.to_owned() };
        Some((value("Id")?.to_owned(), unit))
    };
    text.split("\n\n").filter_map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_one_unit_each() {
        let text = "Id=mariadb.service\nActiveState=active\nUnitFileState=enabled\n\n\
                    Id=postfix@-.service\nActiveState=inactive\nUnitFileState=\n\n\
                    Id=dovecot.socket\nActiveState=inactive\nUnitFileState=masked-runtime\n";
        let unit = |active, state: &str| Unit { active, file_state: state.to_owned() };
        let units = parsed(text);
        assert_eq!(units["mariadb.service"], unit(true, "enabled"));
        assert_eq!(units["postfix@-.service"], unit(false, ""));
        assert_eq!(units["dovecot.socket"], unit(false, "masked-runtime"));
        assert_eq!(units.len(), 3);
    }
}
