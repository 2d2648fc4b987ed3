//! How systemd-nspawn is called: told to register nothing, and to leave the tree as it is.

use std::path::Path;

use super::cgroup::Group;
use crate::shell::Program;

/// Puts itself into a control group before it becomes the program after it: a move after the start would come too
/// late for the children. The words are fixed; everything else is an argument.
const INTO_GROUP: &str = r#"echo $$ >"$1" && shift && exec "$@""#;

/// systemd-nspawn over a tree, in a control group of its own.
pub(super) fn nspawn(group: &Group, machine: &str, root: &Path) -> Program {
    Program::new("sh")
        .args(["-c", INTO_GROUP, "sh"])
        .arg(group.procs())
        .args(["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--settings=no"])
        .args(["--timezone=off", "--link-journal=no", "--console=pipe"])
        .arg(format!("--machine={machine}"))
        .arg("--directory")
        .arg(root)
        .env("UNIFIED_CGROUP_HIERARCHY", "1")
}
