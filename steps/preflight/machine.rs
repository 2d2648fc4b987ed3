//! The machine itself: Debian, root, systemd, memory, disk, clock, cloud-init.

use crate::answers::Answers;
use crate::check::Outcome::{self, Fail, Pass, Unknown, Warn};
use crate::facts::{Facts, MailAccount};
use crate::steps::dovecot::VMAIL;
use crate::steps::packages;

/// MariaDB, Postfix and Dovecot together do not run in less than this many MiB; with less than the second, logins at
/// the same time (64 MiB each, for Argon2) can exhaust it.
const MEMORY: (u64, u64) = (400, 900);
/// Packages and database take a good GiB; with less than the second there is little left for mail. In MiB.
const DISK: (u64, u64) = (1536, 4096);
/// The least that a run goes on with which was cut off amid the packages, in MiB.
const DISK_BEGUN: u64 = 256;
/// What a finished server keeps free for mail to come in, in MiB.
const DISK_FINISHED: u64 = 1024;
/// 2026-01-01: mailwright did not exist before, so a clock that says so is wrong. In seconds since the epoch.
const NOT_BEFORE: i64 = 1_767_225_600;

pub(super) fn release(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let os = if facts.os.is_empty() { "no system that names itself in /etc/os-release" } else { &facts.os };
    (if facts.release.is_some() { Pass } else { Fail }, os.to_owned())
}

pub(super) fn ahead(_: &Answers, facts: &Facts) -> (Outcome, String) {
    match facts.ahead {
        Some(later) => (Warn, format!("apt's sources name {later}; this is {}", facts.os)),
        None => (Pass, "apt's sources name this release".into()),
    }
}

pub(super) fn root(_: &Answers, facts: &Facts) -> (Outcome, String) {
    if facts.root { (Pass, "running as root".into()) } else { (Fail, "not running as root".into()) }
}

pub(super) fn systemd(_: &Answers, facts: &Facts) -> (Outcome, String) {
    if facts.systemd {
        (Pass, "systemd started this machine".into())
    } else {
        (Fail, "there is no /run/systemd/system".into())
    }
}

pub(super) fn architecture(_: &Answers, facts: &Facts) -> (Outcome, String) {
    match facts.architecture.as_str() {
        "amd64" | "arm64" => (Pass, facts.architecture.clone()),
        "" => (Unknown, "dpkg does not say what it was built for".into()),
        other => (Fail, other.to_owned()),
    }
}

pub(super) fn memory(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let (least, enough) = MEMORY;
    let outcome = match facts.memory_mib {
        0 => return (Unknown, "/proc/meminfo does not say".into()),
        mib if mib < least => Fail,
        mib if mib < enough => Warn,
        _ => Pass,
    };
    (outcome, format!("{} MiB and {} MiB of swap", facts.memory_mib, facts.swap_mib))
}

pub(super) fn disk(answers: &Answers, facts: &Facts) -> (Outcome, String) {
    let Some(free) = facts.free_disk_mib else { return (Unknown, "the file systems do not say".into()) };
    let installed = packages::needed(answers).iter().all(|name| facts.dpkg.installed.contains_key(name));
    // A run that was cut off has taken a part of the room already, and nobody knows how much of it.
    let begun = if facts.begun { (DISK_BEGUN, DISK.1) } else { DISK };
    let (least, enough) = if installed { (0, DISK_FINISHED) } else { begun };
    let outcome = match free {
        mib if mib < least => Fail,
        mib if mib < enough => Warn,
        _ => Pass,
    };
    (outcome, format!("{free} MiB free for / and /var"))
}

pub(super) fn writable(_: &Answers, facts: &Facts) -> (Outcome, String) {
    match facts.unwritable.as_slice() {
        // That root is missing is a finding of its own.
        [] => (Pass, "root may write wherever setup has to".into()),
        places => (Fail, places.join(", ")),
    }
}

pub(super) fn mail_account(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let account = &facts.mail_account;
    match &account.unfit {
        Some(why) => (Fail, why.clone()),
        None if facts.users.contains(VMAIL) && account.uid != account.gid => {
            (Pass, format!("{VMAIL} is here, with the id {} and the group {}", account.uid, account.gid))
        }
        None if facts.users.contains(VMAIL) => (Pass, format!("{VMAIL} is here, with the id {}", account.uid)),
        None if account.is_usual() => (Pass, format!("{VMAIL} gets the id {}", account.uid)),
        None => (Pass, format!("{VMAIL} gets the id {}, since {} is taken", account.uid, MailAccount::USUAL)),
    }
}

pub(super) fn clock(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let clock = &facts.clock;
    if clock.now < NOT_BEFORE {
        return (Fail, format!("it says {} seconds since 1970, which is before 2026", clock.now));
    }
    match (clock.synchronised, clock.container) {
        (true, _) => (Pass, "it is synchronised".into()),
        (false, true) => (Pass, "this is a container: its host keeps the clock".into()),
        (false, false) => (Warn, "it is not synchronised with any time server".into()),
    }
}

pub(super) fn cloud_init(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let Some(cloud) = &facts.cloud_init else { return (Pass, "it is not on this machine".into()) };
    if cloud.data_manages_hosts {
        return (Warn, "the configuration that the hoster gave this machine sets manage_etc_hosts".into());
    }
    let told = if cloud.preserve_hostname && !cloud.manage_etc_hosts {
        "it leaves hostname and /etc/hosts alone"
    } else {
        "it will be told to leave hostname and /etc/hosts alone"
    };
    (Pass, told.into())
}
