//! Dovecot: hands mail to its readers by IMAP and POP3, takes it from Postfix by LMTP, and says who may log in.

use std::path::PathBuf;

use crate::answers::Answers;
use crate::change::{Change, Daemon, Owner};
use crate::check::Check;
use crate::facts::{Facts, Release};
use crate::steps::{Step, no_questions, tls};
use crate::template;

/// The step.
pub const STEP: Step = Step { id: "dovecot", questions: no_questions, changes, checks };

/// Owner of all mail.
pub const VMAIL: &str = "vmail";
/// Where all mail lies.
pub const MAIL_DIR: &str = "/var/vmail";
const SIEVE_DIR: &str = "/etc/dovecot/sieve";
/// Where Dovecot listens for Postfix. On Debian 13 the package leaves its making to Postfix's first start.
const POSTFIX_SOCKETS: &str = "/var/spool/postfix/private";

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let file = |path: &str, owner: Owner, mode: u32, template: &str| -> Change {
        Change::File { path: path.into(), owner, mode, content: template::render(template, answers, facts) }
    };
    let directory = |path: String| Change::Directory { path: path.into(), owner: Owner::root(), mode: 0o755 };
    let junk = "sieve/before.d/10-junk.sieve";
    let mut files = vec![file(&format!("/etc/dovecot/{junk}"), Owner::root(), 0o644, &format!("dovecot/{junk}"))];
    let main = "/etc/dovecot/dovecot.conf";
    if facts.release == Some(Release::Bookworm) {
        let sql = "dovecot-sql.conf.ext";
        files.push(file(
            &format!("/etc/dovecot/{sql}"),
            Owner::new("root", "dovecot"),
            0o640,
            &format!("dovecot/2.3/{sql}"),
        ));
        files.push(file(main, Owner::root(), 0o644, "dovecot/2.3/dovecot.conf"));
    } else {
        // From 2.4 on the database password stands in the main file.
        files.push(file(main, Owner::new("root", "dovecot"), 0o640, "dovecot/2.4/dovecot.conf"));
    }
    let mut uses: Vec<PathBuf> = files.iter().flat_map(Change::paths).collect();
    uses.extend(tls::restarting(answers));
    let mut changes = vec![
        Change::SystemUser { name: VMAIL.into(), id: facts.mail_account.uid, home: MAIL_DIR.into() },
        Change::Directory { path: POSTFIX_SOCKETS.into(), owner: Owner::new("postfix", "root"), mode: 0o700 },
        Change::Directory { path: MAIL_DIR.into(), owner: Owner::new(VMAIL, VMAIL), mode: 0o750 },
        directory(SIEVE_DIR.into()),
        directory(format!("{SIEVE_DIR}/before.d")),
    ];
    changes.extend(files);
    changes.push(Change::Service { daemon: Daemon::Dovecot, uses });
    changes
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    let mut checks = vec![
        Check::ConfigurationClean { daemon: Daemon::Dovecot },
        Check::Running { daemon: Daemon::Dovecot },
        Check::Listens { ports: Daemon::Dovecot.ports().to_vec() },
    ];
    checks.extend(answers.mailboxes.iter().map(|mailbox| Check::Quota {
        mailbox: mailbox.address.to_string(),
        kib: mailbox.quota.map_or(0, |quota| quota.0 / 1024),
    }));
    checks
}
