//! Who is here already: other mail servers, their configuration, the ports they hold, another database server.

use crate::answers::Answers;
use crate::change::Daemon;
use crate::check::Outcome::{self, Fail, Pass, Unknown, Warn};
use crate::facts::{Facts, Listener};
use crate::steps::database::DATABASE;

/// Packages that hand out the machine's mail. Debian lets one of them be installed: apt takes it away for Postfix.
const SENDERS: [&str; 13] = [
    "citadel-server",
    "courier-mta",
    "dma",
    "esmtp-run",
    "exim4-daemon-heavy",
    "exim4-daemon-light",
    "masqmail",
    "msmtp-mta",
    "nullmailer",
    "opensmtpd",
    "qmail",
    "sendmail-bin",
    "ssmtp",
];
/// Packages that keep people's mailboxes: they cannot stand beside Dovecot, and somebody's mail is in them.
const KEEPERS: [&str; 10] = [
    "citadel-server",
    "courier-imap",
    "courier-pop",
    "cyrus-imapd",
    "cyrus-pop3d",
    "mailutils-imap4d",
    "mailutils-pop3d",
    "popa3d",
    "qpopper",
    "uw-imapd",
];
/// Programs of [`SENDERS`] that listen.
const SENDER_PROGRAMS: [&str; 5] = ["courieresmtpd", "couriertcpd", "exim4", "sendmail-mta", "smtpd"];
/// Database servers that apt would take away for MariaDB, and whose data MariaDB cannot read.
const OTHER_DATABASES: [&str; 3] = ["mysql-community-server", "mysql-server", "percona-"];

/// What is written whole.
const CONFIGURATION: [&str; 5] = [
    "/etc/postfix/main.cf",
    "/etc/postfix/master.cf",
    "/etc/dovecot/dovecot.conf",
    "/etc/opendkim.conf",
    "/etc/opendmarc.conf",
];
const MARIADB_CNF: &str = "/etc/mysql/mariadb.conf.d/60-mailwright.cnf";
const MYSQL_PORT: u16 = 3306;

pub(super) fn mail_server(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let installed = |names: &[&str]| -> Vec<String> {
        names.iter().filter(|name| facts.dpkg.installed.contains_key(**name)).map(|name| (*name).to_owned()).collect()
    };
    let (senders, keepers) = (installed(&SENDERS), installed(&KEEPERS));
    if !keepers.is_empty() {
        return (Fail, format!("installed: {}", keepers.join(", ")));
    }
    if senders.is_empty() {
        return (Pass, "none is installed".into());
    }
    let serves = mail_listeners(facts).find(|listener| is_sender(listener) && !listener.address.is_loopback());
    let names = senders.join(", ");
    match serves {
        Some(listener) => (Fail, format!("installed: {names}; it takes mail from the world on {}", told(listener))),
        None => (Warn, format!("installed: {names}; it takes no mail from the world")),
    }
}

pub(super) fn configuration(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let files = || CONFIGURATION.into_iter();
    let there = |path: &str| facts.mail_config.contains_key(path);
    let unreadable = |path: &str| !facts.root && facts.mail_config.get(path).is_some_and(String::is_empty);
    let foreign: Vec<&str> = files().filter(|path| there(path) && !is_ours(facts, path) && !unreadable(path)).collect();
    let unread: Vec<&str> = files().filter(|path| unreadable(path)).collect();
    match (foreign.as_slice(), unread.as_slice()) {
        ([], []) if files().any(there) => (Pass, "what stands here was written by mailwright".into()),
        ([], []) => (Pass, "none stands here".into()),
        ([], unread) => (Unknown, format!("only root can read {}", unread.join(", "))),
        (foreign, _) => (Warn, format!("not written by mailwright: {}", foreign.join(", "))),
    }
}

pub(super) fn ports(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let names = |listeners: &[&Listener]| listeners.iter().map(|one| told(one)).collect::<Vec<_>>().join(", ");
    // Postfix and Dovecot themselves hold them rightly; whose configuration they run by is told beside it.
    let others: Vec<&Listener> = mail_listeners(facts).filter(|listener| !is_in_place(facts, listener)).collect();
    let leaves = |listener: &Listener| is_sender(listener) && listener.address.is_loopback();
    let (leaving, staying): (Vec<&Listener>, Vec<&Listener>) = others.into_iter().partition(|one| leaves(one));
    if !staying.is_empty() {
        let unseen = !facts.root && staying.iter().all(|listener| listener.program.is_none());
        return (if unseen { Unknown } else { Fail }, names(&staying));
    }
    if !leaving.is_empty() {
        return (Warn, format!("{}: free once its package is gone", names(&leaving)));
    }
    (Pass, "nothing else holds one of them".into())
}

pub(super) fn database(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let other = facts.dpkg.installed.keys().find(|name| OTHER_DATABASES.iter().any(|other| name.starts_with(other)));
    if let Some(other) = other {
        return (Fail, format!("installed: {other}"));
    }
    if !facts.dpkg.installed.contains_key("mariadb-server") {
        return (Pass, "none is installed".into());
    }
    if facts.begun || is_ours(facts, MARIADB_CNF) {
        return (Pass, "MariaDB is set up by mailwright".into());
    }
    let mut listeners = facts.listeners.iter().filter(|listener| listener.port == MYSQL_PORT);
    match listeners.find(|listener| !listener.address.is_loopback()) {
        Some(listener) => (Warn, format!("MariaDB was here before; it serves other machines on {}", told(listener))),
        None => (Warn, "MariaDB was here before".into()),
    }
}

pub(super) fn database_access(_: &Answers, facts: &Facts) -> (Outcome, String) {
    match facts.database.as_ref().map(|database| &database.refuses_root) {
        Some(Some(why)) => (Fail, why.clone()),
        Some(None) => (Pass, "root gets in over the socket, without a password".into()),
        // One of ours has been let in already.
        None if facts.begun || is_ours(facts, MARIADB_CNF) => (Pass, "MariaDB is set up by mailwright".into()),
        None if facts.dpkg.installed.contains_key("mariadb-server") => {
            (Unknown, if facts.root { "MariaDB does not run" } else { "only root can see" }.into())
        }
        None => (Pass, "none is here".into()),
    }
}

pub(super) fn database_tables(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let unfit = facts.database.iter().flat_map(|database| &database.unfit);
    let unfit: Vec<String> = unfit.map(|one| format!("{DATABASE}.{}: {}", one.table, one.why)).collect();
    if unfit.is_empty() { (Pass, "none of another shape".into()) } else { (Fail, unfit.join("\n")) }
}

/// Whether a file's first comment says that we wrote it.
fn is_ours(facts: &Facts, path: &str) -> bool {
    facts.mail_config.get(path).is_some_and(|comment| comment.contains("mailwright"))
}

/// What listens on the ports a mail server needs.
fn mail_listeners(facts: &Facts) -> impl Iterator<Item = &Listener> {
    let needed = |port: u16| [Daemon::Postfix, Daemon::Dovecot].iter().any(|daemon| daemon.ports().contains(&port));
    facts.listeners.iter().filter(move |listener| needed(listener.port))
}

/// Whether Postfix or Dovecot holds the port that is its own.
fn is_in_place(facts: &Facts, listener: &Listener) -> bool {
    let (daemon, package) = if Daemon::Postfix.ports().contains(&listener.port) {
        (Daemon::Postfix, "postfix")
    } else {
        (Daemon::Dovecot, "dovecot-core")
    };
    let runs = facts.units.get(daemon.unit()).is_some_and(|unit| unit.active);
    let fits = match (&listener.program, daemon) {
        // Without root the program stays unknown; that its daemon runs must do.
        (None, _) => !facts.root && runs,
        (Some(program), Daemon::Postfix) => ["master", "smtpd", "postscreen"].contains(&program.as_str()),
        // imap-login, pop3-login and managesieve-login, cut off after 15 letters.
        (Some(program), _) => program == "dovecot" || program.ends_with("-login") || program.starts_with("managesieve"),
    };
    fits && facts.dpkg.installed.contains_key(package)
}

fn is_sender(listener: &Listener) -> bool {
    listener.program.as_deref().is_some_and(|program| SENDER_PROGRAMS.contains(&program))
}

/// `0.0.0.0:25 (exim4)`.
fn told(listener: &Listener) -> String {
    let address = std::net::SocketAddr::new(listener.address, listener.port);
    format!("{address} ({})", listener.program.as_deref().unwrap_or("program unknown"))
}
