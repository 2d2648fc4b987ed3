//! DKIM: every message our users send is signed, and the signatures of incoming mail are checked.

use crate::answers::{Answers, DomainName, Selector};
use crate::change::{Change, Daemon, Owner};
use crate::check::{Check, Finding, Outcome};
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::{Step, rendered};
use crate::template;

/// The step.
pub const STEP: Step = Step { id: "dkim", questions, changes, checks };

/// Where Debian's OpenDKIM keeps its keys: `<selector>.private`.
pub const KEY_DIR: &str = "/etc/dkimkeys";
/// How the name of a key's file ends.
pub const KEY_ENDING: &str = ".private";
/// Which key signs for which domain.
pub const KEY_TABLE: &str = "/etc/opendkim/key.table";

const CONFIG: &str = "/etc/opendkim.conf";
const TABLES: &str = "/etc/opendkim";
/// Its socket stands there, inside Postfix's chroot.
const SOCKET_DIR: &str = "/var/spool/postfix/opendkim";
const USER: &str = "opendkim";
/// Units of the admin's, and so of ours (systemd.unit(5)).
const UNITS: &str = "/etc/systemd/system";
/// OpenDKIM's unit is told there where the resolvers come from.
const UNIT_DIR: &str = "/etc/systemd/system/opendkim.service.d";
/// A new key waits until its record is seen: keys the finding's words.
pub const KEY_WAITS: &str = "key-waits";

fn questions() -> Vec<Question> {
    ["dkim.selector", "dkim.bits", "further_domains"].map(for_key).to_vec()
}

/// Where the key of this name stands.
#[must_use]
pub fn key_file(selector: &str) -> String {
    format!("{KEY_DIR}/{selector}{KEY_ENDING}")
}

/// The selector that signs: the one of the answers, or, while the world does not see its record yet, the one that
/// signed before. Mail signed with a key that nobody can look up would fail everywhere.
#[must_use]
pub fn signing<'a>(answers: &'a Answers, facts: &'a Facts) -> &'a str {
    let wanted = answers.dkim.selector.as_str();
    match facts.dkim.signing.as_deref() {
        Some(now) if is_waiting(&answers.dkim.selector, facts) => now,
        _ => wanted,
    }
}

/// Whether a key that signed before goes on until this one is seen.
#[must_use]
pub fn is_waiting(wanted: &Selector, facts: &Facts) -> bool {
    let keys = &facts.dkim;
    let other = keys.signing.as_deref().is_some_and(|now| now != wanted.as_str() && keys.public.contains_key(now));
    other && !keys.seen.contains(wanted.as_str())
}

/// The domain that signs for the server's own name: one of ours that the name lies in. Its signature is aligned with
/// the name (RFC 9989, relaxed alignment).
#[must_use]
pub fn host_domain(answers: &Answers) -> Option<&DomainName> {
    let lies_in = |domain: &&DomainName| {
        answers.hostname.as_str().strip_suffix(domain.as_str()).is_some_and(|before| before.ends_with('.'))
    };
    answers.domains.iter().filter(lies_in).max_by_key(|domain| domain.as_str().len())
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let owner = || Owner::new(USER, USER);
    let key = |selector: &str| Change::SigningKey {
        path: key_file(selector).into(),
        owner: owner(),
        bits: answers.dkim.bits.count(),
    };
    let file = |path: String, template: &str| rendered(path, 0o644, template, answers, facts);
    let mut changes = vec![
        // Root's, so that OpenDKIM's user can put nothing there for root to find; Debian makes it that user's own.
        Change::Directory { path: KEY_DIR.into(), owner: Owner::new("root", USER), mode: 0o750 },
        key(answers.dkim.selector.as_str()),
        Change::Directory { path: TABLES.into(), owner: Owner::root(), mode: 0o755 },
        file(format!("{TABLES}/trusted.hosts"), "opendkim/trusted.hosts"),
        file(KEY_TABLE.into(), "opendkim/key.table"),
        file(format!("{TABLES}/signing.table"), "opendkim/signing.table"),
    ];
    changes.extend([
        rendered(format!("{TABLES}/resolvers"), 0o755, "opendkim/resolvers", answers, facts),
        file(format!("{UNITS}/mailwright-resolvers.path"), "systemd/mailwright-resolvers.path"),
        file(format!("{UNITS}/mailwright-resolvers.service"), "systemd/mailwright-resolvers.service"),
        file(format!("{UNITS}/mailwright-resolvers.timer"), "systemd/mailwright-resolvers.timer"),
        Change::Directory { path: UNIT_DIR.into(), owner: Owner::root(), mode: 0o755 },
        file(format!("{UNIT_DIR}/resolvers.conf"), "systemd/opendkim-resolvers.conf"),
        file(CONFIG.into(), "opendkim/opendkim.conf"),
        // With the group's bit set, the socket is of the group postfix as well.
        Change::Directory { path: SOCKET_DIR.into(), owner: Owner::new(USER, "postfix"), mode: 0o2750 },
    ]);
    let mut files: Vec<_> = changes.iter().filter(|change| matches!(change, Change::File { .. })).collect();
    let uses = files.drain(..).flat_map(Change::paths).chain([key_file(signing(answers, facts)).into()]);
    // Handed on to it at each start.
    let uses = uses.chain(["/etc/resolv.conf".into()]).collect();
    changes.push(Change::Service { daemon: Daemon::Opendkim, uses });
    changes.extend(authors(answers, facts));
    changes
}

/// The milter that looks at the field From. It runs as OpenDKIM's user, who has a directory in Postfix's chroot.
fn authors(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let mut changes = vec![
        Change::File {
            path: format!("{TABLES}/sender-logins.cf").into(),
            owner: Owner::new("root", USER),
            mode: 0o640,
            content: template::render("postfix/sql/sender-logins.cf", answers, facts),
        },
        rendered(format!("{TABLES}/authors"), 0o755, "opendkim/authors", answers, facts),
        rendered(
            format!("{UNITS}/mailwright-authors.service"),
            0o644,
            "systemd/mailwright-authors.service",
            answers,
            facts,
        ),
    ];
    let uses = changes.iter().flat_map(Change::paths).collect();
    changes.push(Change::Service { daemon: Daemon::Authors, uses });
    changes
}

fn checks(answers: &Answers, facts: &Facts) -> Vec<Check> {
    let (wanted, signing) = (&answers.dkim.selector, signing(answers, facts));
    let mut checks = vec![
        Check::SigningKeyFits { path: key_file(signing).into(), owner: USER.into(), bits: answers.dkim.bits.count() },
        Check::ConfigurationClean { daemon: Daemon::Opendkim },
        Check::Running { daemon: Daemon::Opendkim },
        Check::ConfigurationClean { daemon: Daemon::Authors },
        Check::Running { daemon: Daemon::Authors },
    ];
    if is_waiting(wanted, facts) {
        let evidence = format!("{signing} signs until the world sees {wanted}._domainkey of every domain");
        checks.push(Check::Found(Finding { id: KEY_WAITS, outcome: Outcome::Warn, evidence, ports: Vec::new() }));
    }
    let published = |domain: &DomainName| Check::SigningKeyPublished {
        domain: domain.to_string(),
        selector: signing.to_owned(),
        path: key_file(signing).into(),
    };
    checks.extend(answers.domains.iter().map(published));
    checks
}
