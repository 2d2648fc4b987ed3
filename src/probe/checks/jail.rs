//! Whether a jail of fail2ban does its work: alive, reading the right journal, knowing a failure when it sees one.

use std::time::{Duration, Instant};

use super::seen::{Seen, Verdict, fail, few};
use super::tool;
use crate::check::Jail;
use crate::error::Result;
use crate::facts::Release;

/// fail2ban answers before it has started its jails: so long they are waited for.
const STARTING: Duration = Duration::from_secs(5);

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

/// The jail is alive, reads the journal of the unit whose process the daemon is, and its filter knows a failure.
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
    Ok(seen.verdict())
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
}
