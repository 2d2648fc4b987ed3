//! Postfix: takes mail for our domains on 25, and from our own users on 587 and 465.

use std::path::PathBuf;

use crate::answers::Answers;
use crate::change::{Change, Daemon, Owner};
use crate::check::Check;
use crate::facts::{Facts, Release};
use crate::question::{Question, for_key};
use crate::steps::dovecot::MAIL_DIR;
use crate::steps::{Step, tls};
use crate::template;

/// The step.
pub const STEP: Step = Step { id: "postfix", questions, changes, checks };

/// Owner of all mail, made here because Postfix asks for a mailbox's room in its name.
pub const VMAIL: &str = "vmail";
/// One id on every server, so that a restored backup fits.
const VMAIL_ID: u32 = 5000;
const SQL_DIR: &str = "/etc/postfix/sql";
const SQL_MAPS: [&str; 4] = ["domains", "mailboxes", "aliases", "sender-logins"];

fn questions() -> Vec<Question> {
    vec![for_key("message_size_limit")]
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let file = |path: String, owner: Owner, mode: u32, template: &str| -> Change {
        Change::File { path: path.into(), owner, mode, content: template::render(template, answers, facts) }
    };
    let readers = || Owner::new("root", "postfix");
    let mut files = Vec::new();
    for map in SQL_MAPS {
        files.push(file(format!("{SQL_DIR}/{map}.cf"), readers(), 0o640, &format!("postfix/sql/{map}.cf")));
    }
    let mut names = vec!["system_aliases", "master.cf", "main.cf"];
    if facts.release == Some(Release::Bookworm) {
        names.insert(0, "submission_header_checks");
    }
    for name in names {
        files.push(file(format!("/etc/postfix/{name}"), Owner::root(), 0o644, &format!("postfix/{name}")));
    }
    let mut uses: Vec<PathBuf> = files.iter().flat_map(Change::paths).collect();
    let (certificate, key) = tls::files(answers);
    // The chroot gets its copies of hosts and resolv.conf when Postfix starts.
    uses.extend([certificate, key, "/etc/hosts".into(), "/etc/resolv.conf".into()]);
    let account = Change::SystemUser { name: VMAIL.into(), id: VMAIL_ID, home: MAIL_DIR.into() };
    let directory = Change::Directory { path: SQL_DIR.into(), owner: readers(), mode: 0o750 };
    let service = Change::Service { daemon: Daemon::Postfix, uses };
    [vec![account, directory], files, vec![service]].concat()
}

fn checks(answers: &Answers, facts: &Facts) -> Vec<Check> {
    let map = |map: &str, key: String| Check::MapAnswers { map: format!("proxy:mysql:{SQL_DIR}/{map}.cf"), key };
    let mut checks = vec![
        Check::ConfigurationClean { daemon: Daemon::Postfix },
        Check::Running { daemon: Daemon::Postfix },
        Check::Listens { ports: Daemon::Postfix.ports().to_vec() },
    ];
    checks.extend(answers.domains.iter().map(|domain| map("domains", domain.to_string())));
    checks.extend(answers.mailboxes.iter().map(|mailbox| map("mailboxes", mailbox.address.to_string())));
    if let Some(domain) = answers.domains.first() {
        checks.push(Check::NoOpenRelay { addresses: answers.addresses(facts), domain: domain.to_string() });
    }
    checks
}
