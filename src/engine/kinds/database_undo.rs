//! Undo of what was made in the database. Rows that are not what was written are the admin's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use mysql::Conn;
use mysql::prelude::Queryable;

use crate::change::Daemon;
use crate::engine::archive::Archive;
use crate::engine::kinds::database::upsert;
use crate::engine::machine::Machine;
use crate::error::{Context, Result};
use crate::log;
use crate::mariadb;
use crate::shell::Program;
use crate::steps::database::DATABASE;

/// Where MariaDB keeps its databases.
const DATA: &str = "/var/lib/mysql";
/// The databases that are the server's own, and mailwright's.
const OWN: [&str; 6] = ["information_schema", "mysql", "performance_schema", "sys", "#rocksdb", DATABASE];
/// How long its start may take: after a crash it mends its tables first.
const START: Duration = Duration::from_secs(300);

/// Puts a row back as it was: removed where there was none, unless somebody has changed it since.
///
/// # Errors
/// When the database does not answer.
pub fn row(
    machine: &Machine,
    table: &str,
    key: &BTreeMap<String, String>,
    old: Option<&str>,
    new: &str,
) -> Result<Vec<String>> {
    let Some(mut connection) = reach(machine, |name| name == DATABASE)? else { return Ok(Vec::new()) };
    let written = values(machine, new)?;
    let Ok(now) = mariadb::row(&mut connection, (DATABASE, table), key, written.keys()) else { return Ok(Vec::new()) };
    let Some(now) = now else { return Ok(Vec::new()) };
    let name = || format!("the row {} of {table}", key.values().cloned().collect::<Vec<_>>().join(" -> "));
    match old.map(|hash| values(machine, hash)).transpose()? {
        Some(old) if now == old => Ok(Vec::new()),
        _ if now != written => Ok(vec![format!("{} (changed since mailwright wrote it)", name())]),
        Some(old) => {
            let cells = key.iter().chain(&old).map(|(column, value)| (column.clone(), value.clone())).collect();
            upsert(&mut connection, table, &cells, old.keys())?;
            Ok(Vec::new())
        }
        None => {
            let (conditions, params) = mariadb::condition(key)?;
            let statement = format!("DELETE FROM `{DATABASE}`.`{table}` WHERE {conditions}");
            // A foreign key forbids it while rows made since hang on this one.
            match connection.exec_drop(statement, params) {
                Ok(()) => Ok(Vec::new()),
                Err(_) => Ok(vec![format!("{} (others made since depend on it)", name())]),
            }
        }
    }
}

/// Drops the database, after saving it when rows are left in it.
///
/// # Errors
/// When it cannot be saved or dropped.
pub fn tables(machine: &Machine, archive: &Archive, name: &str, existed: bool) -> Result<Vec<String>> {
    if existed {
        return Ok(Vec::new());
    }
    let Some(mut connection) = reach(machine, |there| there == name)? else { return Ok(Vec::new()) };
    let tables: Vec<String> = connection
        .exec("SELECT table_name FROM information_schema.tables WHERE table_schema = ?", (name,))
        .context(|| "the database could not be asked for its tables".into())?;
    let mut saved = Vec::new();
    for table in &tables {
        let count: Option<u64> = connection
            .query_first(format!("SELECT COUNT(*) FROM `{name}`.`{table}`"))
            .context(|| format!("the rows of {table} could not be counted"))?;
        if let Some(count @ 1..) = count {
            saved.push(format!("{count} rows of {table}"));
        }
    }
    let mut kept = Vec::new();
    if !saved.is_empty() {
        let file = archive.dump(&[name.to_owned()])?;
        kept.push(format!("{}, saved in {}", saved.join(", "), file.display()));
    }
    connection.query_drop(format!("DROP DATABASE `{name}`")).context(|| format!("{name} could not be dropped"))?;
    Ok(kept)
}

/// Drops the reader account.
///
/// # Errors
/// When the database refuses.
pub fn reader(machine: &Machine, user: &str, existed: bool) -> Result<Vec<String>> {
    let Ok(mut connection) = machine.database() else { return Ok(Vec::new()) };
    if !existed {
        let statement = format!("DROP USER IF EXISTS `{user}`@`localhost`");
        connection.query_drop(statement).context(|| format!("the account {user} could not be dropped"))?;
    }
    Ok(Vec::new())
}

/// Saves the databases that are neither the server's own nor mailwright's, before the server goes.
///
/// # Errors
/// When one cannot be saved.
pub fn save_others(machine: &Machine, archive: &Archive) -> Result<Vec<String>> {
    let Some(mut connection) = reach(machine, |name| !OWN.contains(&name))? else { return Ok(Vec::new()) };
    let all: Vec<String> = connection.query("SHOW DATABASES").context(|| "the databases could not be listed".into())?;
    let others: Vec<String> = all.into_iter().filter(|name| !OWN.contains(&name.as_str())).collect();
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let file = archive.dump(&others)?;
    Ok(vec![format!("the databases {}, saved in {}", others.join(", "), file.display())])
}

/// The server. `None` when it does not answer and holds no database of these names: then there is nothing to lose. One
/// that was stopped is started once more.
fn reach(machine: &Machine, wanted: impl Fn(&str) -> bool) -> Result<Option<Conn>> {
    if let Ok(connection) = machine.database() {
        return Ok(Some(connection));
    }
    // A database is a directory of its name (https://mariadb.com/kb/en/identifier-to-file-name-mapping/).
    let entries = fs::read_dir(machine.path(Path::new(DATA))).into_iter().flatten().flatten();
    let databases = entries.filter(|entry| entry.path().is_dir());
    let names: Vec<String> = databases.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let dear: Vec<&str> = names.iter().map(String::as_str).filter(|name| wanted(name)).collect();
    if dear.is_empty() {
        return Ok(None);
    }
    log::tell("rollback-starts-database", &[]);
    Program::new("systemctl").args(["start", Daemon::Mariadb.unit()]).deadline(START).run()?;
    machine.database().map(Some).map_err(|error| {
        error
            .within(format!("MariaDB does not answer, and what {DATA} holds of {} is not saved", dear.join(", ")))
            .hint(format!(
                "start it (`journalctl -u mariadb` says why it does not), or move {DATA} away; then roll back again"
            ))
    })
}

fn values(machine: &Machine, hash: &str) -> Result<BTreeMap<String, String>> {
    serde_json::from_slice(&machine.state.kept(hash)?).context(|| "a kept row could not be read".into())
}
