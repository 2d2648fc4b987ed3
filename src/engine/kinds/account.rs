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

/// How the account stands. One that is there is taken as it is: its number is whatever it is, and the plan has it.
///
/// # Errors
/// When the account has another number than the plan, or another account or group has taken it since.
pub fn standing(machine: &Machine, name: &str, id: u32) -> Result<Standing> {
    let users = numbers(machine, "/etc/passwd");
    let groups = numbers(machine, "/etc/group");
    let number = |list: &[(String, String)]| list.iter().find(|(owner, _)| owner == name).map(|(_, id)| id.clone());
    let other = |list: &[(String, String)]| {
        list.iter().find(|(owner, number)| owner != name && *number == id.to_string()).map(|(owner, _)| owner.clone())
    };
    let again = "run setup again: it looks for a number that is free";
    if let Some(number) = number(&users) {
        if number == id.to_string() {
            return Ok(Standing::Holds);
        }
        return Err(Error::failed(format!("the user {name} has the id {number}, not {id}")).hint(again));
    }
    // The group's number may be another one where the group is there already.
    let group = if number(&groups).is_none() { other(&groups).map(|owner| ("group", owner)) } else { None };
    if let Some((what, owner)) = other(&users).map(|owner| ("user", owner)).or(group) {
        return Err(Error::failed(format!("the {what} {owner} has the id {id}, which {name} was to get")).hint(again));
    }
    Ok(Standing::Differs { what: vec![format!("new, id {id}")], text: None, edited_by_hand: false })
}

/// The names in passwd(5) or group(5) with their numbers, as they are written.
fn numbers(machine: &Machine, file: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(machine.path(Path::new(file))).unwrap_or_default();
    let entry = |line: &str| {
        let mut fields = line.split(':');
        Some((fields.next()?.to_owned(), fields.nth(1)?.to_owned()))
    };
    text.lines().filter_map(entry).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::State;
    use crate::facts::Release;

    fn told(passwd: &str, group: &str, id: u32) -> Result<Standing> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("etc")).unwrap();
        std::fs::write(dir.path().join("etc/passwd"), passwd).unwrap();
        std::fs::write(dir.path().join("etc/group"), group).unwrap();
        let state = State::new(dir.path().join("state"));
        standing(&Machine { root: dir.path().into(), state, release: Release::Trixie }, "vmail", id)
    }

    #[test]
    fn an_account_that_is_there_is_taken_whatever_its_number() {
        let passwd = "app:x:5000:5000::/:/bin/sh\nvmail:x:999:990::/var/vmail:/bin/false\n";
        assert_eq!(told(passwd, "app:x:5000:\nvmail:x:990:\n", 999).unwrap(), Standing::Holds);
        assert!(told(passwd, "vmail:x:990:\n", 5000).unwrap_err().to_string().contains("999"));
    }

    #[test]
    fn a_number_that_somebody_has_is_not_given_twice() {
        let app = "app:x:5000:100::/:/bin/sh\n";
        assert!(told(app, "", 5000).unwrap_err().to_string().contains("the user app has the id 5000"));
        assert!(told("", "team:x:5000:\n", 5000).unwrap_err().to_string().contains("the group team"));
        assert!(!told(app, "team:x:5001:\n", 5002).unwrap().holds());
        assert!(!told(app, "vmail:x:5003:\n", 5003).unwrap().holds(), "a group that was made before the user");
    }
}
