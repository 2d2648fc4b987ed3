//! Domains, mailboxes and aliases in MariaDB, reached over its local socket alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::answers::{Answers, DomainName, MailAddress, Mailbox, Password, ROLES};
use crate::change::{Change, Daemon, Owner, Row, Value};
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::Step;
use crate::template;
use crate::text::SecretName;

/// The step.
pub const STEP: Step = Step { id: "database", questions, changes, checks };

/// The mail database.
pub const DATABASE: &str = "mailserver";
/// The account Postfix and Dovecot read it with.
pub const READER: &str = "mailreader";

/// What keeps a MariaDB that came with mailwright off the network.
pub const CONFIG: &str = "/etc/mysql/mariadb.conf.d/60-mailwright.cnf";
const SCHEMA: &str = include_str!("../assets/mariadb/schema.sql");

fn questions() -> Vec<Question> {
    // The contact last: by then it is known whether somebody reads its mail.
    ["domain", "mailbox", "alias", "contact"].map(for_key).to_vec()
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    // A server that was here has users of its own, who may reach it over the network.
    let ours = facts.mariadb_came || !facts.dpkg.installed.contains_key("mariadb-server");
    let config = ours.then(|| Change::File {
        path: CONFIG.into(),
        owner: Owner::root(),
        mode: 0o644,
        content: template::render("mariadb/60-mailwright.cnf", answers, facts),
    });
    let mut changes: Vec<Change> = config.into_iter().collect();
    changes.extend([
        Change::Service { daemon: Daemon::Mariadb, uses: vec![CONFIG.into()] },
        Change::Database {
            name: DATABASE.into(),
            schema: SCHEMA.into(),
            tables: ["domains", "mailboxes", "aliases"].map(str::to_owned).to_vec(),
        },
        Change::DatabaseReader { user: READER.into(), database: DATABASE.into(), password: SecretName::Reader },
    ]);
    changes.extend(rows(answers).into_iter().map(Change::Row));
    changes
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    vec![
        Check::Running { daemon: Daemon::Mariadb },
        Check::DatabaseRows { database: DATABASE.into(), rows: rows(answers) },
        Check::ReaderOnlyReads { user: READER.into(), database: DATABASE.into() },
    ]
}

/// Every row the answers ask for, parents first.
#[must_use]
pub fn rows(answers: &Answers) -> Vec<Row> {
    let domains = answers.domains.iter().map(domain_row);
    let mailboxes = answers.mailboxes.iter().map(mailbox_row);
    let aliases = aliases(answers).into_iter().map(|(from, to)| alias_row(&from, &to));
    domains.chain(mailboxes).chain(aliases).collect()
}

/// The answers' aliases, and postmaster@ and abuse@ of every domain to the contact unless the answers use them.
#[must_use]
pub fn aliases(answers: &Answers) -> BTreeSet<(MailAddress, MailAddress)> {
    let mailboxes = answers.mailboxes.iter().map(|mailbox| &mailbox.address);
    let taken: BTreeSet<&MailAddress> = mailboxes.chain(answers.aliases.iter().map(|alias| &alias.address)).collect();
    let given = answers.aliases.iter().flat_map(|alias| alias.to.iter().map(|to| (alias.address.clone(), to.clone())));
    let roles = answers
        .domains
        .iter()
        .flat_map(|domain| ROLES.map(|role| MailAddress::at(role, domain)))
        .filter(|role| !taken.contains(role) && *role != answers.contact)
        .map(|role| (role, answers.contact.clone()));
    given.chain(roles).collect()
}

fn domain_row(domain: &DomainName) -> Row {
    row("domains", [("name", domain.to_string())], [("active", Value::Number(1))])
}

fn mailbox_row(mailbox: &Mailbox) -> Row {
    let (Password::Plain(secret) | Password::Hash(secret)) = &mailbox.password;
    let values = [
        ("domain", Value::Text(mailbox.address.domain().to_string())),
        ("password", Value::Secret(secret.clone())),
        ("quota_bytes", Value::Number(mailbox.quota.map_or(0, |quota| quota.0))),
        ("active", Value::Number(1)),
    ];
    row("mailboxes", [("address", mailbox.address.to_string())], values)
}

fn alias_row(from: &MailAddress, to: &MailAddress) -> Row {
    let key = [("address", from.to_string()), ("destination", to.to_string())];
    row("aliases", key, [("domain", Value::Text(from.domain().to_string())), ("active", Value::Number(1))])
}

fn row<const K: usize, const V: usize>(table: &str, key: [(&str, String); K], values: [(&str, Value); V]) -> Row {
    Row {
        table: table.into(),
        key: key.map(|(column, text)| (column.to_owned(), Value::Text(text))).into(),
        values: BTreeMap::from(values.map(|(column, value)| (column.to_owned(), value))),
    }
}
