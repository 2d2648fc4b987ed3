//! The mail database: its tables, the account that reads it, its rows.

use std::collections::BTreeMap;

use mysql::prelude::Queryable;
use mysql::{Conn, Params, Value as SqlValue};
use serde::{Deserialize, Serialize};

use crate::change::{Row, Value};
use crate::engine::journal::{After, Before, Journal};
use crate::engine::machine::Machine;
use crate::error::{Context, Error, Result};
use crate::mariadb;
use crate::plan::Standing;
use crate::steps::database::DATABASE;
use crate::text::SecretName;
use crate::words::say;

/// How the tables stand. A database that does not answer holds nothing yet.
///
/// # Errors
/// When it answers with an error.
pub fn tables_standing(machine: &Machine, name: &str, tables: &[String]) -> Result<Standing> {
    let Ok(mut connection) = machine.database() else { return Ok(new("new database")) };
    let there = tables_of(&mut connection, name)?;
    let missing: Vec<&str> = tables.iter().filter(|table| !there.contains(table)).map(String::as_str).collect();
    if missing.is_empty() {
        return Ok(Standing::Holds);
    }
    Ok(new(&format!("new tables {}", missing.join(", "))))
}

/// Makes what is missing.
///
/// # Errors
/// When the database does not answer or refuses.
pub fn make_tables(machine: &Machine, schema: &str) -> Result<After> {
    let mut connection = machine.database()?;
    for statement in statements(schema) {
        connection.query_drop(statement).context(|| "the database refused a statement of the schema".into())?;
    }
    Ok(After::default())
}

/// Whether the database is there, and which of our tables, for the journal.
///
/// # Errors
/// When the database does not answer.
pub fn tables_before(machine: &Machine, name: &str, ours: &[String]) -> Result<Before> {
    let mut connection = machine.database()?;
    let existed: Option<String> = connection
        .exec_first("SELECT schema_name FROM information_schema.schemata WHERE schema_name = ?", (name,))
        .context(|| "the database could not be asked for its databases".into())?;
    let mut had = tables_of(&mut connection, name)?;
    had.retain(|table| ours.contains(table));
    had.sort();
    Ok(Before::Database { name: name.into(), existed: existed.is_some(), had: existed.map(|_| had) })
}

/// How the reader account stands: it gets in with its password and can read.
///
/// # Errors
/// When the database answers with an error.
pub fn reader_standing(machine: &Machine, user: &str, database: &str, password: SecretName) -> Result<Standing> {
    let secret = machine.state.secret(password);
    if let Some(secret) = secret
        && let Ok(mut connection) = machine.connect(user, Some(&secret))
        && !tables_of(&mut connection, database)?.is_empty()
    {
        return Ok(Standing::Holds);
    }
    let there = machine.database().ok().and_then(|mut connection| account(&mut connection, user).ok().flatten());
    let values = [("database", database)];
    Ok(new(&if there.is_some() { say("preview-account-there", &values) } else { say("preview-account", &values) }))
}

/// Makes the account, or gives it its password and its one right anew.
///
/// # Errors
/// When the database refuses.
pub fn make_reader(machine: &Machine, user: &str, database: &str, password: SecretName) -> Result<After> {
    let secret = machine.state.secret_or_new(password)?;
    let mut connection = machine.database()?;
    // Account statements take no parameters: names are our own constants, and a generated password is [A-Za-z0-9].
    if !secret.reveal().bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Error::failed("the kept database password is not one mailwright made"));
    }
    let account = format!("`{user}`@`localhost`");
    let statements = [
        format!("CREATE USER IF NOT EXISTS {account}"),
        format!("ALTER USER {account} IDENTIFIED BY '{}'", secret.reveal()),
        format!("REVOKE ALL PRIVILEGES, GRANT OPTION FROM {account}"),
        format!("GRANT SELECT ON `{database}`.* TO {account}"),
    ];
    for statement in statements {
        connection.query_drop(statement).map_err(|_| {
            // The database's own message would quote the statement.
            Error::failed(format!("the database did not make the account {user}"))
        })?;
    }
    Ok(After::default())
}

/// The account as it is, for the journal: how it is let in and what it may do is kept as a secret.
///
/// # Errors
/// When the database does not answer.
pub fn reader_before(machine: &Machine, user: &str, database: &str) -> Result<Before> {
    let account = account(&mut machine.database()?, user)?;
    let keep = |account: &Account| {
        let json = serde_json::to_vec(account).context(|| "a database account could not be kept".into())?;
        machine.state.keep(&json)
    };
    Ok(Before::Reader {
        user: user.into(),
        database: database.into(),
        existed: account.is_some(),
        was: account.as_ref().map(keep).transpose()?,
    })
}

/// An account of the database as its own statements tell it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Account {
    /// `SHOW CREATE USER`.
    pub create: String,
    /// `SHOW GRANTS`.
    pub grants: Vec<String>,
}

/// The account of this name at localhost.
pub(super) fn account(connection: &mut Conn, user: &str) -> Result<Option<Account>> {
    let unasked = || "the database could not be asked for its accounts".to_owned();
    let there: Option<String> = connection
        .exec_first("SELECT user FROM mysql.user WHERE user = ? AND host = 'localhost'", (user,))
        .context(unasked)?;
    if there.is_none() {
        return Ok(None);
    }
    // An account in these statements cannot be a parameter.
    let name = format!("{}@`localhost`", mariadb::identifier(user)?);
    let create: Option<String> = connection.query_first(format!("SHOW CREATE USER {name}")).context(unasked)?;
    let grants = connection.query(format!("SHOW GRANTS FOR {name}")).context(unasked)?;
    Ok(create.map(|create| Account { create, grants }))
}

/// What mailwright last made of a row.
#[derive(Debug)]
pub struct RowPast {
    /// The values it wrote.
    written: BTreeMap<String, String>,
    /// What stood there before.
    old: Option<BTreeMap<String, String>>,
    /// Whether the write is known to have come to its end.
    ended: bool,
}

impl RowPast {
    /// What the journal knows of the row; `None` where mailwright never wrote it, or took it back.
    #[must_use]
    pub fn of(machine: &Machine, journal: &Journal, row: &Row) -> Option<Self> {
        let record = journal.row(&row.table, &texts(&row.key))?;
        let values = |hash: &str| serde_json::from_slice(&machine.state.kept(hash).ok()?).ok();
        Some(Self {
            written: values(record.new)?,
            old: record.old.and_then(values),
            ended: record.after.is_some_and(|after| !after.settled),
        })
    }

    /// Whether these values are what mailwright left.
    fn left(&self, now: &BTreeMap<String, String>) -> bool {
        let same = |then: &BTreeMap<String, String>| now.iter().all(|(column, value)| then.get(column) == Some(value));
        same(&self.written) || (!self.ended && self.old.as_ref().is_some_and(same))
    }
}

/// How a row stands. One that is not as mailwright left it is its owner's, one that somebody removed as well, and one that
/// mailwright never wrote.
///
/// # Errors
/// When the database answers with an error.
pub fn row_standing(
    connection: Option<&mut Conn>,
    row: &Row,
    past: impl FnOnce() -> Option<RowPast>,
) -> Result<Standing> {
    let Some(connection) = connection else { return Ok(new(NEW_ROW)) };
    if !tables_of(connection, DATABASE)?.contains(&row.table) {
        return Ok(new(NEW_ROW));
    }
    // A table of another shape has no such row: preflight names it before anything is made.
    let Ok(now) = row_values(connection, row) else { return Ok(new(NEW_ROW)) };
    Ok(compared(row, now.as_ref(), past))
}

const NEW_ROW: &str = "new row";

/// A row that people made otherwise, with what stands there; `None` where it was removed.
pub type KeptRow = (Row, Option<BTreeMap<String, String>>);

/// The rows that people made otherwise.
///
/// # Errors
/// When the database answers with an error.
pub fn rows_kept(machine: &Machine, journal: &Journal, rows: &[Row]) -> Result<Vec<KeptRow>> {
    let Ok(mut connection) = machine.database() else { return Ok(Vec::new()) };
    let tables = tables_of(&mut connection, DATABASE)?;
    let mut kept = Vec::new();
    for row in rows.iter().filter(|row| tables.contains(&row.table)) {
        let Ok(now) = row_values(&mut connection, row) else { continue };
        if let Standing::Kept { .. } = compared(row, now.as_ref(), || RowPast::of(machine, journal, row)) {
            kept.push((row.clone(), now));
        }
    }
    Ok(kept)
}

fn compared(row: &Row, now: Option<&BTreeMap<String, String>>, past: impl FnOnce() -> Option<RowPast>) -> Standing {
    let Some(old) = now else {
        return match past() {
            Some(past) if past.ended => Standing::Kept { what: vec![say("preview-row-removed", &[])] },
            _ => new(NEW_ROW),
        };
    };
    let changed = row.values.iter().filter(|(column, value)| old.get(*column) != Some(&value.text()));
    let line = |(column, value): (&String, &Value)| match value {
        Value::Secret(_) => format!("{column}: new"),
        _ => format!("{column}: {} -> {value}", old.get(column).map_or("", String::as_str)),
    };
    let mut what: Vec<String> = changed.map(line).collect();
    if what.is_empty() {
        return Standing::Holds;
    }
    match past() {
        Some(past) if past.left(old) => Standing::Differs { what, text: None, edited_by_hand: false },
        past => {
            let who = if past.is_some() { say("preview-row-changed", &[]) } else { say("preview-row-foreign", &[]) };
            what.insert(0, who);
            Standing::Kept { what }
        }
    }
}

/// The columns and their values as text.
fn texts(values: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    values.iter().map(|(column, value)| (column.clone(), value.text())).collect()
}

/// The row as it was, kept for the journal.
///
/// # Errors
/// When the database does not answer.
pub fn row_before(machine: &Machine, row: &Row) -> Result<Before> {
    let old = row_values(&mut machine.database()?, row)?;
    let keep = |values: &BTreeMap<String, String>| {
        let json = serde_json::to_vec(values).context(|| "a row could not be kept".into())?;
        machine.state.keep(&json)
    };
    Ok(Before::Row {
        table: row.table.clone(),
        key: texts(&row.key),
        old: old.as_ref().map(keep).transpose()?,
        new: keep(&texts(&row.values))?,
    })
}

/// Writes the row.
///
/// # Errors
/// When the database refuses it.
pub fn write_row(machine: &Machine, row: &Row) -> Result<After> {
    let cells: BTreeMap<String, String> =
        row.key.iter().chain(&row.values).map(|(column, value)| (column.clone(), value.text())).collect();
    upsert(&mut machine.database()?, &row.table, &cells, row.values.keys())?;
    Ok(After::default())
}

/// Inserts the cells, or updates the non-key columns where the row is there.
pub(super) fn upsert<'a>(
    connection: &mut Conn,
    table: &str,
    cells: &BTreeMap<String, String>,
    values: impl Iterator<Item = &'a String>,
) -> Result<()> {
    let columns: Vec<String> = cells.keys().map(|column| format!("`{column}`")).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let updates: Vec<String> = values.map(|column| format!("`{column}` = VALUES(`{column}`)")).collect();
    let statement = format!(
        "INSERT INTO `{DATABASE}`.`{table}` ({}) VALUES ({marks}) ON DUPLICATE KEY UPDATE {}",
        columns.join(", "),
        updates.join(", ")
    );
    let params: Vec<SqlValue> = cells.values().map(SqlValue::from).collect();
    connection
        .exec_drop(statement, Params::Positional(params))
        .context(|| format!("the database did not take a row of {table}"))
}

/// The non-key columns of a row; `None` where there is none.
fn row_values(connection: &mut Conn, row: &Row) -> Result<Option<BTreeMap<String, String>>> {
    mariadb::row(connection, (DATABASE, &row.table), &texts(&row.key), row.values.keys())
}

pub(super) fn tables_of(connection: &mut Conn, database: &str) -> Result<Vec<String>> {
    connection
        .exec("SELECT table_name FROM information_schema.tables WHERE table_schema = ?", (database,))
        .context(|| "the database could not be asked for its tables".into())
}

/// The statements of a schema file: comments left out, each up to its semicolon at the end of a line.
fn statements(schema: &str) -> Vec<String> {
    let lines: Vec<&str> = schema.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let text = lines.join("\n");
    text.split(";\n").map(|part| part.trim().trim_end_matches(';').to_owned()).filter(|part| !part.is_empty()).collect()
}

fn new(what: &str) -> Standing {
    Standing::Differs { what: vec![what.to_owned()], text: None, edited_by_hand: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_schema_falls_into_its_statements() {
        let schema = "-- a comment; with a semicolon\nCREATE TABLE a (\n  x INT\n);\n\nCREATE TABLE b (y INT);\n";
        assert_eq!(statements(schema), ["CREATE TABLE a (\n  x INT\n)", "CREATE TABLE b (y INT)"]);
    }

    fn mailbox(password: &str, quota: u64) -> Row {
        let text = |text: &str| Value::Text(text.to_owned());
        Row {
            table: "mailboxes".into(),
            key: [("address".to_owned(), text("anna@example.org"))].into(),
            values: [
                ("password".to_owned(), Value::Secret(Secret::new(password))),
                ("quota_bytes".to_owned(), Value::Number(quota)),
            ]
            .into(),
        }
    }

    fn past(password: &str, quota: u64, ended: bool) -> RowPast {
        RowPast { written: texts(&mailbox(password, quota).values), old: None, ended }
    }

    #[test]
    fn a_row_that_is_not_as_it_was_left_is_its_owners() {
        let wanted = mailbox("one", 1);
        let now = |password: &str, quota: u64| Some(texts(&mailbox(password, quota).values));
        let told =
            |now: Option<BTreeMap<String, String>>, past: Option<RowPast>| compared(&wanted, now.as_ref(), || past);
        let kept = |standing: &Standing| matches!(standing, Standing::Kept { .. });
        assert_eq!(told(now("one", 1), None), Standing::Holds);
        assert!(!told(None, None).holds(), "a new row");
        // As it was left, and the answers changed.
        assert!(!told(now("zero", 1), Some(past("zero", 1, true))).holds());
        // People changed it: whether the answers changed as well or not.
        assert!(kept(&told(now("theirs", 1), Some(past("one", 1, true)))));
        assert!(kept(&told(now("theirs", 1), Some(past("zero", 1, true)))));
        assert!(kept(&told(now("one", 5), Some(past("one", 1, true)))));
        assert!(kept(&told(None, Some(past("one", 1, true)))), "removed by somebody");
        assert!(kept(&told(now("theirs", 1), None)), "mailwright never wrote it");
        // Whether a write that was cut off came to its end is unknown: what is missing is written.
        assert!(!told(None, Some(past("one", 1, false))).holds());
        assert!(kept(&told(now("theirs", 1), Some(past("one", 1, false)))));
        let Standing::Kept { what } = told(now("theirs", 5), Some(past("one", 1, true))) else { panic!() };
        assert!(what.iter().all(|line| !line.contains("theirs") && !line.contains("one")), "{what:?}");
    }
}
