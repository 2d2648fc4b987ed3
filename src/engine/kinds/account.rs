//! System accounts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::change::ACCOUNT_FILES;
use crate::engine::journal::{After, Before, PathState};
use crate::engine::machine::Machine;
use crate::engine::paths;
use crate::error::{Error, Result};
use crate::plan::Standing;
use crate::shell::Program;

/// How the account stands.
///
/// # Errors
/// When its name or its id is taken by another.
pub fn standing(machine: &Machine, name: &str, id: u32) -> Result<Standing> {
    for (file, what) in [("/etc/passwd", "user"), ("/etc/group", "group")] {
        let text = std::fs::read_to_string(machine.path(Path::new(file))).unwrap_or_default();
        for line in text.lines() {
            let mut fields = line.split(':');
            let (owner, number) = (fields.next().unwrap_or_default(), fields.nth(1).unwrap_or_default());
            let (same_name, same_id) = (owner == name, number == id.to_string());
            if same_name != same_id {
                return Err(Error::failed(format!(
                    "the {what} {owner} has the id {number}, but {name} must have {id}"
                ))
                .hint(format!("rename or renumber that {what}, then try again")));
            }
        }
    }
    if exists(machine, name) {
        return Ok(Standing::Holds);
    }
    Ok(Standing::Differs { what: vec![format!("new, id {id}")], text: None, edited_by_hand: false })
}

/// The account files, for the journal.
///
/// # Errors
/// When one cannot be read.
pub fn before(machine: &Machine, name: &str) -> Result<Before> {
    let capture = |path: &str| {
        let path = PathBuf::from(path);
        Ok((path.clone(), paths::capture(&machine.state, &machine.path(&path))?))
    };
    let files = ACCOUNT_FILES.into_iter().map(capture).collect::<Result<_>>()?;
    Ok(Before::Account { name: name.into(), existed: exists(machine, name), files })
}

/// Makes the account.
///
/// # Errors
/// When groupadd(8) or useradd(8) refuses.
pub fn act(name: &str, id: u32, home: &Path) -> Result<After> {
    let id = id.to_string();
    let group = Program::new("groupadd").args(["--system", "--gid", &id, name]);
    let made = group.run()?;
    // 9: the group is there already, from a run that was interrupted between the two.
    if !matches!(made.code, Some(0 | 9)) {
        return Err(group.failure(&made));
    }
    let user = Program::new("useradd").args(["--system", "--uid", &id, "--gid", name, "--no-create-home"]);
    let user = user.arg("--home-dir").arg(home).args(["--shell", "/usr/sbin/nologin", name]);
    user.success()?;
    Ok(After::default())
}

/// Removes the account. The account files are put back byte for byte when nothing else has changed in them.
///
/// # Errors
/// When userdel(8) refuses.
pub fn undo(machine: &Machine, name: &str, existed: bool, files: &BTreeMap<PathBuf, PathState>) -> Result<Vec<String>> {
    if existed {
        return Ok(Vec::new());
    }
    remove(name)?;
    for (path, was) in files {
        let real = machine.path(path);
        let now = paths::capture(&machine.state, &real)?;
        let backup = path.to_string_lossy().ends_with('-');
        let same_accounts = text(machine, &now) == text(machine, was);
        if now != *was && (backup || same_accounts) {
            paths::restore(&machine.state, &real, was)?;
        }
    }
    Ok(Vec::new())
}

/// Removes a user and the group of the same name; already gone is success.
///
/// # Errors
/// When userdel(8) or groupdel(8) refuses.
pub fn remove(name: &str) -> Result<()> {
    // 6: no such account.
    for program in ["userdel", "groupdel"] {
        let program = Program::new(program).arg(name);
        let output = program.run()?;
        if !matches!(output.code, Some(0 | 6)) {
            return Err(program.failure(&output));
        }
    }
    Ok(())
}

fn exists(machine: &Machine, name: &str) -> bool {
    ["etc/passwd", "etc/group"].iter().all(|file| {
        let text = std::fs::read_to_string(machine.root.join(file)).unwrap_or_default();
        text.lines().any(|line| line.split(':').next() == Some(name))
    })
}

fn text(machine: &Machine, state: &PathState) -> Option<Vec<u8>> {
    match state {
        PathState::File { hash, .. } => machine.state.kept(hash).ok(),
        _ => None,
    }
}
