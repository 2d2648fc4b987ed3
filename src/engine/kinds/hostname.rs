//! The static hostname, through systemd-hostnamed, or the file where the daemon is not there.

use std::path::Path;

use crate::change::Owner;
use crate::engine::journal::{After, Before, PathState};
use crate::engine::machine::Machine;
use crate::engine::paths::{self, Access};
use crate::engine::state::hash;
use crate::error::Result;
use crate::files;
use crate::plan::Standing;
use crate::shell::Program;

const FILE: &str = "/etc/hostname";

/// How the hostname stands: the file and the kernel must both say it.
#[must_use]
pub fn standing(machine: &Machine, fqdn: &str) -> Standing {
    let (file, kernel) = (in_file(machine), in_kernel());
    if file == fqdn && kernel == fqdn {
        return Standing::Holds;
    }
    let old = if file == fqdn { kernel } else { file };
    Standing::Differs { what: vec![format!("{old} -> {fqdn}")], text: None, edited_by_hand: false }
}

/// The name and its file, for the journal.
///
/// # Errors
/// When the file cannot be read.
pub fn before(machine: &Machine) -> Result<Before> {
    let file = paths::capture(&machine.state, &machine.path(Path::new(FILE)))?;
    Ok(Before::Hostname { name: in_kernel(), file })
}

/// Sets the name.
///
/// # Errors
/// When the file cannot be written.
pub fn act(machine: &Machine, fqdn: &str) -> Result<After> {
    set(machine, fqdn);
    // hostnamed writes nothing when the file is a mount point of its own (containers).
    if in_file(machine) != fqdn {
        let (uid, gid) = paths::ids(&machine.root, &Owner::root()).unwrap_or((0, 0));
        let text = format!("{fqdn}\n");
        paths::write(&machine.path(Path::new(FILE)), text.as_bytes(), Access { mode: 0o644, uid, gid })?;
    }
    let file = crate::files::read(&machine.path(Path::new(FILE))).ok().map(|bytes| (FILE.into(), hash(&bytes)));
    Ok(After { files: file.into_iter().collect(), ..After::default() })
}

/// Puts the name and its file back. A name that somebody has given it since stays.
///
/// # Errors
/// When they cannot be put back.
pub fn undo(machine: &Machine, name: &str, file: &PathState, wrote: &After) -> Result<Vec<String>> {
    let now = paths::capture(&machine.state, &machine.path(Path::new(FILE)))?;
    let edited = |ours: &String| matches!(&now, PathState::File { hash, .. } if hash != ours) && now != *file;
    if wrote.files.get(Path::new(FILE)).is_some_and(edited) {
        return Ok(vec![format!("{FILE} (changed since mailwright wrote it)")]);
    }
    set(machine, name);
    paths::restore(&machine.state, &machine.path(Path::new(FILE)), file)?;
    Ok(Vec::new())
}

fn set(machine: &Machine, name: &str) {
    if in_kernel() == name && in_file(machine) == name {
        return;
    }
    let hostnamed = Program::new("hostnamectl").args(["hostname", "--static", "--transient", name]).run();
    if !hostnamed.is_ok_and(|output| output.ok()) {
        tracing::info!("hostnamed did not set the name, the kernel is told directly");
        let _ = files::overwrite(Path::new("/proc/sys/kernel/hostname"), name.as_bytes(), None);
    }
}

fn in_file(machine: &Machine) -> String {
    std::fs::read_to_string(machine.path(Path::new(FILE))).unwrap_or_default().trim().to_owned()
}

fn in_kernel() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
