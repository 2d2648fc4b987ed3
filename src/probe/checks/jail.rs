//! Whether a jail of fail2ban does its work: alive, reading the right journal, knowing a failure when it sees one, and
//! shutting out whom it bans.

use std::time::{Duration, Instant};

use super::seen::{Seen, Verdict, fail, few};
use super::tool;
use crate::check::Jail;
use crate::error::Result;
use crate::facts::Release;

/// fail2ban answers before it has started its jails: so long they are waited for.
const STARTING: Duration = Duration::from_secs(5);

/// How long a ban may take to reach the packet filter.
const ACTING: Duration = Duration::from_secs(3);

/// A failure as the daemon of this release tells of it, and the filter that the jail reads it with.
const fn known(jail: Jail, release: Release) -> (&'static str, &'static str) {
    match (jail, release) {
        (Jail::Postfix, _) => (
            "Nov 26 12:00:00 mail postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <a@example.com>: \
             Relay access denied; from=<b@example.com> to=<a@example.com> proto=ESMTP helo=<c.example.com>",
            "mailwright-postfix.conf",
        ),
        (Jail::PostfixSasl, _) => (
            "Nov 26 12:00:00 mail postfix/smtps/smtpd[7]: warning: unknown[192.0.2.1]: SASL PLAIN authentication failed: \
             (reason unavailable), sasl_username=a@example.org",
            "postfix.conf[mode=auth]",
        ),
        (Jail::Dovecot, Release::Bookworm) => (
            "Nov 26 12:00:00 mail dovecot[7]: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): \
             user=<a@example.org>, method=PLAIN, rip=192.0.2.1, lip=203.0.113.10, TLS, session=<abc>",
            "dovecot.conf",
        ),
        (Jail::Dovecot, Release::Trixie) => (
            "Nov 26 12:00:00 mail dovecot[7]: imap-login: Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) \
             (auth_failed): user=<a@example.org>, method=PLAIN, rip=192.0.2.1, lip=203.0.113.10, TLS, session=<abc>",
            "mailwright-dovecot.conf",
        ),
    }
}

/// What the filter of a jail must leave alone, though Debian's own counts it: mail to nobody here, and what is refused to a
/// user on submission.
const fn spared(jail: Jail) -> &'static [&'static str] {
    match jail {
        Jail::Postfix => &[
            "Nov 26 12:00:00 mail postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <a@example.org>: \
             Recipient address rejected: User unknown in virtual mailbox table; from=<b@example.com> to=<a@example.org> \
             proto=ESMTP helo=<c.example.com>",
            "Nov 26 12:00:00 mail postfix/submission/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 \
             <a@example.com>: Relay access denied; from=<b@example.org> to=<a@example.com> proto=ESMTP helo=<c.example.com>",
        ],
        Jail::PostfixSasl | Jail::Dovecot => &[],
    }
}

/// The jail is alive, reads the journal of the unit whose process the daemon is, its filter knows a failure, and a ban of it
/// reaches the packet filter.
pub fn watches(jail: Jail, release: Release) -> Result<Verdict> {
    let ask = tool("fail2ban-client").args(["status", jail.name()]);
    let until = Instant::now() + STARTING;
    let mut status = ask.run()?;
    while !status.ok() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(100));
        status = ask.run()?;
    }
    if !status.ok() {
        return Ok(fail(format!("fail2ban has no jail {}: {}", jail.name(), status.tail())));
    }
    let mut seen = Seen::default();
    state(&mut seen, &status.stdout, jail.daemon().process_unit(release));
    let (line, filter) = known(jail, release);
    if knows(line, filter)? {
        seen.good("its filter knows a failure");
    } else {
        seen.fail(format!("its filter {filter} does not know this failure: {line}"));
    }
    for line in spared(jail) {
        if knows(line, filter)? {
            seen.fail(format!("its filter {filter} counts what it should leave alone: {line}"));
        }
    }
    shuts_out(&mut seen, jail)?;
    Ok(seen.verdict())
}

/// An address that is nobody's (RFC 5737), for a ban that shuts nobody out; each jail has its own.
const fn nobody(jail: Jail) -> &'static str {
    match jail {
        Jail::Postfix => "203.0.113.237",
        Jail::PostfixSasl => "203.0.113.238",
        Jail::Dovecot => "203.0.113.239",
    }
}

/// A ban reaches the packet filter, and is gone from there when it is taken back. fail2ban itself counts a ban as done
/// whatever became of it.
fn shuts_out(seen: &mut Seen, jail: Jail) -> Result<()> {
    let address = nobody(jail);
    let client = |args: &[&str]| tool("fail2ban-client").args(args).run();
    let actions = client(&["get", jail.name(), "actions"])?.stdout;
    // Such as one that writes a letter about each ban, or tells a list of the world.
    if let Some(other) = other_action(&actions) {
        seen.unknown(format!("no ban was tried, for the jail's action {other} does more than shut out"));
        return Ok(());
    }
    let banned = client(&["set", jail.name(), "banip", address])?;
    let is_there = banned.ok() && comes_to(address, true)?;
    let freed = client(&["set", jail.name(), "unbanip", address])?;
    let is_gone = freed.ok() && comes_to(address, false)?;
    match (is_there, is_gone) {
        (true, true) => seen.good("a ban on trial shut out and was taken back"),
        (false, _) if !banned.ok() => seen.fail(format!("it takes no ban: {}", banned.tail())),
        (false, _) => {
            let why = tool("nft").args(["list", "ruleset"]).run()?;
            let why = if why.ok() { String::new() } else { format!(" (nft says: {})", why.tail()) };
            seen.fail(format!("a ban on trial, of {address}, did not reach the packet filter{why}"));
        }
        (true, false) => seen.fail(format!("a ban on trial, of {address}, cannot be taken back: {}", freed.tail())),
    }
    Ok(())
}

/// The first action of a jail that is no mere ban by nftables or iptables, in the list that `get JAIL actions` prints below
/// a heading.
fn other_action(listed: &str) -> Option<String> {
    let names = listed.lines().skip(1).flat_map(|line| line.split([',', ' '])).filter(|name| !name.is_empty());
    names.map(str::to_owned).find(|name| !name.starts_with("nftables") && !name.starts_with("iptables"))
}

/// Whether the rules of the kernel come to name this address, or to name it no more.
fn comes_to(address: &str, there: bool) -> Result<bool> {
    let until = Instant::now() + ACTING;
    loop {
        let rules = tool("nft").args(["list", "ruleset"]).run()?;
        let named = rules.stdout.split(|c: char| !c.is_ascii_digit() && c != '.').any(|word| word == address);
        if named == there {
            return Ok(true);
        }
        if Instant::now() >= until {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Where the filters stand. By its whole path it is the filter that is asked: a bare `postfix` is the jail of this name on
/// Debian 13.
const FILTERS: &str = "/etc/fail2ban/filter.d";

/// Whether a filter takes this line for a failure.
fn knows(line: &str, filter: &str) -> Result<bool> {
    let tried = tool("fail2ban-regex").arg(line).arg(format!("{FILTERS}/{filter}")).run()?;
    Ok(tried.stdout.contains(", 1 matched"))
}

/// What `fail2ban-client status JAIL` prints, as a tree with `|-` before each line.
fn state(seen: &mut Seen, text: &str, unit: &str) {
    let value = |name: &str| {
        text.lines().find_map(|line| line.trim_start_matches(['|', '`', '-', ' ']).strip_prefix(name)).map(str::trim)
    };
    let wanted = format!("_SYSTEMD_UNIT={unit}");
    match value("Journal matches:") {
        Some(read) if read.split_whitespace().any(|word| word == wanted) => seen.good(format!("reads {unit}")),
        Some(read) => seen.fail(format!("reads {read} of the journal, not {wanted}")),
        None => seen.fail("does not read the journal"),
    }
    let banned: Vec<String> =
        value("Banned IP list:").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let total = value("Total banned:").unwrap_or("0");
    let names = if banned.is_empty() { String::new() } else { format!(" ({})", few(&banned)) };
    seen.good(format!("{} banned now{names}, {total} since its start", banned.len()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    const STATUS: &str = "Status for the jail: postfix-sasl\n|- Filter\n|  |- Currently failed:\t0\n|  |- Total failed:\t3\n\
        |  `- Journal matches:\t_SYSTEMD_UNIT=postfix@-.service\n`- Actions\n   |- Currently banned:\t1\n\
        |- Total banned:\t2\n   `- Banned IP list:\t198.51.100.7\n";

    fn judged(text: &str, unit: &str) -> Verdict {
        let mut seen = Seen::default();
        state(&mut seen, text, unit);
        seen.verdict()
    }

    #[test]
    fn a_jail_reads_the_unit_that_runs() {
        let (outcome, evidence) = judged(STATUS, "postfix@-.service");
        assert_eq!(outcome, Outcome::Pass);
        assert_eq!(evidence, "reads postfix@-.service; 1 banned now (198.51.100.7), 2 since its start");
        assert_eq!(judged(STATUS, "postfix.service").0, Outcome::Fail);
        assert_eq!(judged(&STATUS.replace("Journal matches", "File list"), "postfix@-.service").0, Outcome::Fail);
    }

    #[test]
    fn an_action_that_does_more_is_named() {
        let listed = |names: &str| other_action(&format!("The jail postfix has the following actions:\n{names}\n"));
        assert_eq!(listed("nftables-multiport"), None);
        assert_eq!(listed("nftables, sendmail-whois"), Some("sendmail-whois".to_owned()));
    }
}
