//! fail2ban: who guesses passwords is banned from the mail ports for a while.

use crate::answers::{Answers, Banning};
use crate::change::{Change, Daemon};
use crate::check::{Check, Jail};
use crate::facts::{Facts, Release};
use crate::question::{Question, for_key};
use crate::steps::{Step, rendered};

/// The step.
pub const STEP: Step = Step { id: "fail2ban", questions, changes, checks };

/// Beside those of others; read after all of them (jail.conf(5)).
const JAILS: &str = "/etc/fail2ban/jail.d/mailwright.local";
/// Read after defaults-debian.conf, which switches SSH's jail on, and before any jail.local.
pub const SSHD: &str = "/etc/fail2ban/jail.d/mailwright-sshd.conf";
/// Of names of their own: a jail of the admin's that uses Debian's goes on doing so.
const POSTFIX_FILTER: &str = "/etc/fail2ban/filter.d/mailwright-postfix.conf";
const DOVECOT_FILTER: &str = "/etc/fail2ban/filter.d/mailwright-dovecot.conf";

/// What it needs: it reads the journal by python3-systemd and bans by nft(8). The service of nftables stays off.
pub const PACKAGES: [&str; 3] = ["fail2ban", "nftables", "python3-systemd"];

/// Whether the answers want it.
#[must_use]
pub fn is_on(answers: &Answers) -> bool {
    answers.abuse.fail2ban == Banning::Yes
}

/// Whether fail2ban is here, or will be, only because mailwright brings it: SSH's jail, which Debian switches on with it,
/// is then not the admin's wish.
#[must_use]
pub fn came_along(facts: &Facts) -> bool {
    facts.fail2ban_came || !facts.dpkg.installed.contains_key("fail2ban")
}

/// Who is never banned: this machine, and what the answers name.
#[must_use]
pub fn never_banned(answers: &Answers, facts: &Facts) -> String {
    let own = answers.addresses_and_own(facts).into_iter().map(|address| address.to_string());
    let named = answers.abuse.ignore.iter().map(ToString::to_string);
    ["127.0.0.0/8", "::1"].map(str::to_owned).into_iter().chain(own).chain(named).collect::<Vec<_>>().join(" ")
}

fn questions() -> Vec<Question> {
    ["abuse.fail2ban", "abuse.ban_time", "abuse.find_time", "abuse.tries", "abuse.ignore"].map(for_key).to_vec()
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    if !is_on(answers) {
        return Vec::new();
    }
    let file = |path: &str, template: &str| rendered(path, 0o644, template, answers, facts);
    let mut files = vec![file(POSTFIX_FILTER, "fail2ban/mailwright-postfix.conf")];
    if came_along(facts) {
        files.push(file(SSHD, "fail2ban/mailwright-sshd.conf"));
    }
    if facts.release != Some(Release::Bookworm) {
        files.push(file(DOVECOT_FILTER, "fail2ban/mailwright-dovecot.conf"));
    }
    files.push(file(JAILS, "fail2ban/mailwright.local"));
    let uses = files.iter().flat_map(Change::paths).collect();
    files.push(Change::Service { daemon: Daemon::Fail2ban, uses });
    files
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    if !is_on(answers) {
        return Vec::new();
    }
    let daemon = Daemon::Fail2ban;
    let own = [
        Check::NothingHeldBack { daemons: vec![daemon] },
        Check::ConfigurationClean { daemon },
        Check::Running { daemon },
    ];
    own.into_iter().chain(Jail::ALL.map(|jail| Check::JailWatches { jail })).collect()
}
