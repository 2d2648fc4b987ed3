//! Dovecot: hands mail to its readers by IMAP and POP3, takes it from Postfix by LMTP, and says who may log in.

use std::path::PathBuf;

use crate::answers::{Answers, MailAddress};
use crate::change::{Change, Daemon, Owner};
use crate::check::Check;
use crate::facts::{Facts, Release};
use crate::steps::postfix::VMAIL;
use crate::steps::{Step, database, no_questions, packages, tls};
use crate::template;

/// The step.
pub const STEP: Step = Step { id: "dovecot", questions: no_questions, changes, checks };

/// Where all mail lies.
pub const MAIL_DIR: &str = "/var/vmail";
const SIEVE_DIR: &str = "/etc/dovecot/sieve";

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
    let (certificate, key) = tls::files(answers);
    uses.extend([certificate, key]);
    let mut changes = vec![
        Change::Directory { path: MAIL_DIR.into(), owner: Owner::new(VMAIL, VMAIL), mode: 0o750 },
        directory(SIEVE_DIR.into()),
        directory(format!("{SIEVE_DIR}/before.d")),
    ];
    changes.extend(files);
    changes.push(Change::Service { daemon: Daemon::Dovecot, uses });
    changes
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    let (certificate, _) = tls::files(answers);
    let ports = vec![25, 465, 587, 143, 993, 110, 995];
    let mut checks = vec![
        Check::ConfigurationClean { daemon: Daemon::Dovecot },
        Check::Running { daemon: Daemon::Dovecot },
        Check::Listens { ports: Daemon::Dovecot.ports().to_vec() },
        Check::NothingHeldBack { daemons: packages::HELD.to_vec() },
        Check::TlsServed { name: answers.hostname.to_string(), certificate, ports },
        Check::AuthOnlyInTls,
    ];
    checks.extend(answers.mailboxes.iter().map(|mailbox| Check::Quota {
        mailbox: mailbox.address.to_string(),
        kib: mailbox.quota.map_or(0, |quota| quota.0 / 1024),
    }));
    if let Some(mailbox) = answers.mailboxes.first() {
        checks.push(Check::WrongPasswordRefused { mailbox: mailbox.address.to_string() });
    }
    let postmasters = answers.domains.iter().map(|domain| MailAddress::at("postmaster", domain));
    checks.extend(postmasters.map(|address| Check::Delivers {
        mailbox: reached(answers, &address).map(|mailbox| mailbox.to_string()),
        address: address.to_string(),
    }));
    checks
}

/// The mailbox here that mail to this address ends in, through the aliases; `None` when it leaves this server.
fn reached(answers: &Answers, address: &MailAddress) -> Option<MailAddress> {
    let aliases = database::aliases(answers);
    let mut at = address.clone();
    // A loop of aliases ends here; Postfix stops it later (virtual_alias_recursion_limit).
    for _ in 0..=aliases.len() {
        if answers.mailboxes.iter().any(|mailbox| mailbox.address == at) {
            return Some(at);
        }
        at = aliases.iter().find(|(from, _)| *from == at)?.1.clone();
    }
    None
}
