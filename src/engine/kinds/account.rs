//! System accounts.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::change::{ACCOUNT_FILES, Owner};
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
    remove(machine, name)?;
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
pub fn remove(machine: &Machine, name: &str) -> Result<()> {
    remove_user(machine, name)?;
    remove_group(name)
}

/// How often, and how long apart, userdel(8) is asked while a process of the user is ended.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// Removes a user; already gone is success. Its processes are ended first: userdel(8) refuses while there is one, and a
/// daemon that starts its workers anew may have one at any moment.
///
/// # Errors
/// When userdel(8) refuses.
pub fn remove_user(machine: &Machine, name: &str) -> Result<()> {
    let program = Program::new("userdel").arg(name);
    for _ in 0..TRIES {
        let output = program.run()?;
        match output.code {
            // 6: no such account.
            Some(0 | 6) => return Ok(()),
            // 8: a process of the user runs.
            Some(8) => end_processes(machine, name),
            _ => return Err(program.failure(&output)),
        }
        std::thread::sleep(PAUSE);
    }
    let error = Error::failed(format!("processes of the user {name} start again and again, so it cannot be removed"));
    Err(error.hint(format!("see `ps -u {name}` for what starts them, stop that, then go on")))
}

/// Removes a group; already gone is success, and so is one that went with its user.
///
/// # Errors
/// When groupdel(8) refuses.
pub fn remove_group(name: &str) -> Result<()> {
    let program = Program::new("groupdel").arg(name);
    let output = program.run()?;
    if matches!(output.code, Some(0 | 6)) { Ok(()) } else { Err(program.failure(&output)) }
}

/// Ends the processes of a user that is about to go.
fn end_processes(machine: &Machine, name: &str) {
    let owner = Owner::new(name, "root");
    let Some((uid, _)) = paths::ids(&machine.root, &owner).filter(|(uid, _)| *uid != 0) else { return };
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        let theirs = entry.metadata().is_ok_and(|meta| meta.uid() == uid);
        if let Some(pid) = pid.filter(|_| theirs) {
            tracing::info!(user = name, pid = pid.as_raw_nonzero().get(), "ends a process of a user that goes");
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// Makes an account again that went with a package though it was there before: `user NAME` or `group NAME`, with its line
/// in passwd(5) or group(5).
///
/// # Errors
/// When useradd(8) or groupadd(8) refuses.
pub fn make_again(account: &str, line: &str) -> Result<()> {
    let fields: Vec<&str> = line.split(':').collect();
    let program = match (account.split_once(' '), &fields[..]) {
        (Some(("group", _)), [name, _, id, ..]) => Program::new("groupadd").args(["--system", "--gid", id, name]),
        (Some(("user", _)), [name, _, uid, gid, comment, home, shell]) => {
            let ids = ["--system", "--no-create-home", "--uid", uid, "--gid", gid];
            Program::new("useradd").args(ids).args(["--comment", comment, "--home-dir", home, "--shell", shell, name])
        }
        _ => return Ok(()),
    };
    program.success().map(drop)
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
