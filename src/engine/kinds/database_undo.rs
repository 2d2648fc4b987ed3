//! Undo of what was made in the database. Rows that are not what was written are the admin's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use mysql::Conn;
use mysql::prelude::Queryable;

use crate::change::Daemon;
use crate::engine::archive::Archive;
use crate::engine::kinds::database::{Account, account, tables_of, upsert};
use crate::engine::machine::Machine;
use crate::error::{Context, Error, Result};
use crate::log;
use crate::mariadb;
use crate::shell::Program;
use crate::steps::database::{DATABASE, READER};
use crate::text::SecretName;

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

/// Drops the database, after saving it when rows are left in it. From one that was there before, only those of our tables go
/// that it did not have (`had`; an older journal does not know, and leaves them all).
///
/// # Errors
/// When it cannot be saved or dropped.
pub fn tables(
    machine: &Machine,
    archive: &Archive,
    name: &str,
    existed: bool,
    had: Option<&[String]>,
) -> Result<Vec<String>> {
    if existed && had.is_none() {
        return Ok(Vec::new());
    }
    let Some(mut connection) = reach(machine, |there| there == name)? else { return Ok(Vec::new()) };
    let there = tables_of(&mut connection, name)?;
    let had = had.unwrap_or_default();
    let going: Vec<&String> = if existed {
        // What depends on another table goes first.
        let ours = TABLES.iter().filter_map(|ours| there.iter().find(|table| table == ours));
        ours.filter(|table| !had.contains(table)).collect()
    } else {
        there.iter().collect()
    };
    let mut saved = Vec::new();
    for table in &going {
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
    if !existed {
        kept.extend(save_rights(&mut connection, archive, name)?);
        // The server may still be at what a rollback asked of it that was cut off.
        connection
            .query_drop(format!("DROP DATABASE IF EXISTS `{name}`"))
            .context(|| format!("{name} could not be dropped"))?;
        return Ok(kept);
    }
    for table in going {
        // A foreign key of somebody's own table forbids it.
        if connection.query_drop(format!("DROP TABLE IF EXISTS `{name}`.`{table}`")).is_err() {
            kept.push(format!("the table {name}.{table} (others made since depend on it)"));
        }
    }
    Ok(kept)
}

/// Our tables, those that refer to others first.
const TABLES: [&str; 3] = ["aliases", "mailboxes", "domains"];

/// Drops the account, or makes it again what it was. One that no longer gets in with our password is its owner's.
///
/// # Errors
/// When the database refuses.
pub fn reader(machine: &Machine, user: &str, existed: bool, was: Option<&str>) -> Result<Vec<String>> {
    let Some(mut connection) = reach(machine, |name| existed && !OWN.contains(&name))? else { return Ok(Vec::new()) };
    if !existed {
        let statement = format!("DROP USER IF EXISTS `{user}`@`localhost`");
        connection.query_drop(statement).context(|| format!("the account {user} could not be dropped"))?;
        return Ok(Vec::new());
    }
    let Some(was) = was else { return Ok(Vec::new()) };
    let old: Account = serde_json::from_slice(&machine.state.kept(was)?)
        .context(|| format!("what is kept of the database account {user} could not be read"))?;
    let name = || format!("the database account {user}");
    match account(&mut connection, user)? {
        None => return Ok(vec![format!("{} (removed since mailwright changed it)", name())]),
        Some(now) if now.create == old.create && now.grants == old.grants => return Ok(Vec::new()),
        Some(_) => {}
    }
    let ours = machine.state.secret(SecretName::Reader);
    if ours.is_none_or(|secret| machine.connect(user, Some(&secret)).is_err()) {
        return Ok(vec![format!("{} (changed since mailwright wrote it)", name())]);
    }
    let mut kept = Vec::new();
    for statement in as_it_was(user, &old) {
        // The database's own message would quote the statement, and with it the hash.
        if connection.query_drop(&statement).is_err() {
            let what = statement.split(" TO ").next().filter(|what| what.starts_with("GRANT "));
            match what {
                Some(right) => kept.push(format!("{} (it could not be given back: {right})", name())),
                None => return Err(Error::failed(format!("the database account {user} could not be changed back"))),
            }
        }
    }
    Ok(kept)
}

/// The statements that make an account what it was.
fn as_it_was(user: &str, old: &Account) -> Vec<String> {
    let account = format!("`{user}`@`localhost`");
    let mut alter = old.create.replacen("CREATE USER", "ALTER USER", 1);
    if !alter.contains(" IDENTIFIED ") {
        // Such an account has an empty password: what is not named would stay.
        let end = alter.find(&account).map_or(alter.len(), |at| at + account.len());
        alter.insert_str(end, " IDENTIFIED VIA mysql_native_password USING ''");
    }
    let revoke = format!("REVOKE ALL PRIVILEGES, GRANT OPTION FROM {account}");
    [alter, revoke].into_iter().chain(old.grants.iter().cloned()).collect()
}

/// Saves and names what other accounts may do with a database that goes: nobody could grant it again by heart.
fn save_rights(connection: &mut Conn, archive: &Archive, name: &str) -> Result<Vec<String>> {
    let unasked = || "the database could not be asked for its accounts".to_owned();
    let asked = "SELECT DISTINCT user, host FROM (\
                 SELECT user, host, db FROM mysql.db UNION ALL SELECT user, host, db FROM mysql.tables_priv \
                 UNION ALL SELECT user, host, db FROM mysql.columns_priv \
                 UNION ALL SELECT user, host, db FROM mysql.procs_priv) AS rights \
                 WHERE REPLACE(db, '\\\\_', '_') = ? AND user NOT IN (?, '')";
    let accounts: Vec<(String, String)> = connection.exec(asked, (name, READER)).context(unasked)?;
    save_accounts(connection, archive, &format!("rights-on-{name}"), &accounts)
}

/// Writes the statements that make these accounts what they are into a file of the archive, and names them.
fn save_accounts(
    connection: &mut Conn,
    archive: &Archive,
    file: &str,
    accounts: &[(String, String)],
) -> Result<Vec<String>> {
    let mut text = String::new();
    let mut names = Vec::new();
    for (user, host) in accounts {
        let quoted = |part: &str| format!("`{}`", part.replace('`', "``"));
        let account = format!("{}@{}", quoted(user), quoted(host));
        let mut all: Vec<String> = connection.query(format!("SHOW CREATE USER {account}")).unwrap_or_default();
        all.extend(connection.query::<String, _>(format!("SHOW GRANTS FOR {account}")).unwrap_or_default());
        for line in all {
            text.push_str(&line);
            text.push_str(";\n");
        }
        names.push(format!("{user}@{host}"));
    }
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let saved = archive.text(&format!("{file}.sql"), &text)?;
    Ok(vec![format!("the database accounts {}, saved in {}", names.join(", "), saved.display())])
}

/// Saves the databases that are neither the server's own nor mailwright's, before the server goes.
///
/// # Errors
/// When one cannot be saved.
pub fn save_others(machine: &Machine, archive: &Archive) -> Result<Vec<String>> {
    let Some(mut connection) = reach(machine, |name| !OWN.contains(&name))? else { return Ok(Vec::new()) };
    let all: Vec<String> = connection.query("SHOW DATABASES").context(|| "the databases could not be listed".into())?;
    let others: Vec<String> = all.into_iter().filter(|name| !OWN.contains(&name.as_str())).collect();
    let mut kept = Vec::new();
    if !others.is_empty() {
        let file = archive.dump(&others)?;
        kept.push(format!("the databases {}, saved in {}", others.join(", "), file.display()));
    }
    let asked = "SELECT user, host FROM mysql.user WHERE user NOT IN ('root', 'mysql', 'mariadb.sys', '', ?)";
    let accounts: Vec<(String, String)> =
        connection.exec(asked, (READER,)).context(|| "the database could not be asked for its accounts".into())?;
    kept.extend(save_accounts(&mut connection, archive, "database-accounts", &accounts)?);
    Ok(kept)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_altered_back_with_its_own_statements() {
        let old = |create: &str| Account {
            create: create.into(),
            grants: vec!["GRANT SELECT ON `a`.* TO `r`@`localhost`".into()],
        };
        let hashed = "CREATE USER `r`@`localhost` IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'";
        let statements = as_it_was("r", &old(hashed));
        assert_eq!(statements[0], hashed.replace("CREATE", "ALTER"));
        assert_eq!(statements[1], "REVOKE ALL PRIVILEGES, GRANT OPTION FROM `r`@`localhost`");
        assert!(statements[2].starts_with("GRANT SELECT"));
        let open = as_it_was("r", &old("CREATE USER `r`@`localhost` REQUIRE SSL"));
        assert_eq!(open[0], "ALTER USER `r`@`localhost` IDENTIFIED VIA mysql_native_password USING '' REQUIRE SSL");
    }
}
