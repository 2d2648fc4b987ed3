//! What the daemons say of their own configuration, and what Postfix's tables answer.

use std::collections::BTreeSet;

use super::seen::{Seen, Verdict, fail, pass};
use super::tool;
use crate::change::Daemon;
use crate::error::Result;
use crate::shell::Output;

/// The daemon's own check of its configuration has nothing to say.
pub fn clean(daemon: Daemon) -> Result<Verdict> {
    let [program, args @ ..] = daemon.syntax_check() else { return Ok(Seen::default().verdict()) };
    let since = format!("@{}", time::OffsetDateTime::now_utc().unix_timestamp());
    let mut seen = Seen::default();
    // Quiet: the output is the whole configuration, which may hold a password.
    let output = tool(program).args(args).quiet().run()?;
    judge(&mut seen, &daemon.syntax_check().join(" "), &output, complaints(daemon, &output.stderr));
    if daemon == Daemon::Postfix {
        for args in [["postconf", "-n"], ["postconf", "-M"]] {
            let output = tool(args[0]).arg(args[1]).quiet().run()?;
            judge(&mut seen, &args.join(" "), &output, complaints(daemon, &output.stderr));
        }
        // Away from a terminal, `postfix check` warns in the log alone.
        let asked =
            ["--quiet", "--no-pager", "--output=cat", "--identifier=postfix/postfix-script", "--priority=warning"];
        let logged = tool("journalctl").args(asked).arg("--since").arg(since).quiet().run();
        match logged {
            Ok(log) if log.ok() => judge(&mut seen, "postfix check", &log, complaints(daemon, &log.stdout)),
            _ => seen.unknown("the journal could not be asked for the warnings of postfix check"),
        }
    }
    Ok(seen.verdict())
}

fn judge(seen: &mut Seen, line: &str, output: &Output, complaints: Vec<String>) {
    if !output.ok() {
        let code = output.code.map_or("by a signal".to_owned(), |code| format!("with exit code {code}"));
        seen.fail(format!("{line} ended {code}"));
    }
    if complaints.is_empty() && output.ok() {
        seen.good(format!("{line} is silent"));
    }
    for complaint in complaints {
        seen.fail(format!("{line} says: {complaint}"));
    }
}

/// How the warning ends about a copy in the chroot that Debian's postfix-resolvconf.service makes with its owner, which is
/// systemd-resolved's user where that writes the file; Postfix reads it all the same.
const COPIED: &str = "not owned by root: /var/spool/postfix/etc/resolv.conf";

/// The lines that complain. MariaDB's start-up notes (such as of the open files limit) are no complaints, nor is that the
/// fail2ban of Debian 12 goes by its default about IPv6, which its own files do not name.
fn complaints(daemon: Daemon, said: &str) -> Vec<String> {
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let bad = |line: &&str| {
        let small = line.to_lowercase();
        match daemon {
            Daemon::Mariadb => {
                ["[error]", "unknown option", "unknown variable"].iter().any(|word| small.contains(word))
            }
            Daemon::Fail2ban => !small.contains("'allowipv6' not defined"),
            Daemon::Postfix => !small.ends_with(COPIED),
            _ => true,
        }
    };
    let mut complaints: Vec<String> = lines.filter(bad).map(str::to_owned).collect();
    // The scripts of `postfix check` ask for settings one by one, and each time all warnings come again.
    let mut known = BTreeSet::new();
    complaints.retain(|line| known.insert(line.clone()));
    complaints.truncate(6);
    complaints
}

/// A Postfix table knows this key.
pub fn map_answers(map: &str, key: &str) -> Result<Verdict> {
    let output = tool("postmap").args(["-q", key, map]).run()?;
    Ok(looked_up(map, key, &output))
}

fn looked_up(map: &str, key: &str, output: &Output) -> Verdict {
    let (found, said) = (output.stdout.trim(), output.stderr.trim());
    if !said.is_empty() {
        return fail(format!("postmap -q {key} {map} says: {said}"));
    }
    if output.ok() && !found.is_empty() {
        pass(format!("{key} is found: {found}"))
    } else {
        fail(format!("{map} does not know {key}"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::check::Outcome;

    fn output(code: i32, stdout: &str, stderr: &str) -> Output {
        Output { code: Some(code), stdout: stdout.into(), stderr: stderr.into(), took: Duration::ZERO }
    }

    fn judged(daemon: Daemon, output: &Output) -> Outcome {
        let mut seen = Seen::default();
        judge(&mut seen, "check", output, complaints(daemon, &output.stderr));
        seen.verdict().0
    }

    #[test]
    fn an_exit_code_or_a_warning_is_a_complaint() {
        assert_eq!(judged(Daemon::Dovecot, &output(0, "mail_driver = maildir\n", "")), Outcome::Pass);
        assert_eq!(judged(Daemon::Dovecot, &output(89, "", "doveconf: Fatal: line 3\n")), Outcome::Fail);
        let unused = "postconf: warning: /etc/postfix/main.cf: unused parameter: x=y\n";
        assert_eq!(judged(Daemon::Postfix, &output(0, "", unused)), Outcome::Fail);
        assert_eq!(complaints(Daemon::Postfix, &unused.repeat(3)).len(), 1);
        assert_eq!(judged(Daemon::Postfix, &output(1, "", "")), Outcome::Fail);
    }

    #[test]
    fn nor_is_the_owner_of_a_copy_that_debians_own_unit_makes() {
        let copied = "postfix/postlog: warning: not owned by root: /var/spool/postfix/etc/resolv.conf\n";
        assert_eq!(judged(Daemon::Postfix, &output(0, "", copied)), Outcome::Pass);
        let other = "postfix/postlog: warning: not owned by root: /var/spool/postfix/etc/hosts\n";
        assert_eq!(judged(Daemon::Postfix, &output(0, "", other)), Outcome::Fail);
    }

    #[test]
    fn mariadbs_notes_are_none() {
        let note = "2026-11-22 10:00:00 0 [Warning] Could not increase number of max_open_files to more than 1024\n";
        assert_eq!(judged(Daemon::Mariadb, &output(0, "help", note)), Outcome::Pass);
        let wrong = "2026-11-22 10:00:00 0 [ERROR] mariadbd: unknown variable 'x=1'\n";
        assert_eq!(judged(Daemon::Mariadb, &output(0, "help", wrong)), Outcome::Fail);
    }

    #[test]
    fn nor_is_fail2bans_default_about_ipv6() {
        let default = "2026-11-26 14:18:30,856 fail2ban.configreader [7]: WARNING 'allowipv6' not defined in 'Definition'. \
                       Using default one: 'auto'\n";
        assert_eq!(judged(Daemon::Fail2ban, &output(0, "OK", default)), Outcome::Pass);
        let wrong = "2026-11-26 14:18:30,856 fail2ban [7]: ERROR Failed during configuration: No section: 'x'\n";
        assert_eq!(judged(Daemon::Fail2ban, &output(255, "", wrong)), Outcome::Fail);
    }

    #[test]
    fn a_table_answers_or_does_not() {
        let judge = |code, out, err| looked_up("proxy:mysql:x.cf", "example.org", &output(code, out, err)).0;
        assert_eq!(judge(0, "example.org\n", ""), Outcome::Pass);
        assert_eq!(judge(1, "", ""), Outcome::Fail);
        assert_eq!(judge(0, "", ""), Outcome::Fail);
        assert_eq!(judge(1, "", "postmap: fatal: table proxy:mysql:x.cf: query error"), Outcome::Fail);
    }
}
