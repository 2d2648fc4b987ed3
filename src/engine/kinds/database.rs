//! The mail database: its tables, the account that reads it, its rows.

use std::collections::BTreeMap;

use mysql::prelude::Queryable;
use mysql::{Conn, Params, Value as SqlValue};

use crate::change::{Row, Value};
use crate::engine::journal::{After, Before};
use crate::engine::machine::Machine;
use crate::error::{Context, Error, Result};
use crate::mariadb;
use crate::plan::Standing;
use crate::steps::database::DATABASE;
use crate::text::SecretName;

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

/// Whether the database is there, for the journal.
///
/// # Errors
/// When the database does not answer.
pub fn tables_before(machine: &Machine, name: &str) -> Result<Before> {
    let existed: Option<String> = machine
        .database()?
        .exec_first("SELECT schema_name FROM information_schema.schemata WHERE schema_name = ?", (name,))
        .context(|| "the database could not be asked for its databases".into())?;
    Ok(Before::Database { name: name.into(), existed: existed.is_some() })
}

/// How the reader account stands: it gets in with its password and can read.
///
/// # Errors
/// When the database answers with an error.
pub fn reader_standing(machine: &Machine, user: &str, database: &str, password: SecretName) -> Result<Standing> {
    let absent = || Ok(new(&format!("can only read {database}")));
    let Some(secret) = machine.state.secret(password) else { return absent() };
    let Ok(mut connection) = machine.connect(user, Some(&secret)) else { return absent() };
    let tables = tables_of(&mut connection, database)?;
    if tables.is_empty() { absent() } else { Ok(Standing::Holds) }
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

/// Whether the account is there, for the journal.
///
/// # Errors
/// When the database does not answer.
pub fn reader_before(machine: &Machine, user: &str, database: &str) -> Result<Before> {
    let existed: Option<String> = machine
        .database()?
        .exec_first("SELECT user FROM mysql.user WHERE user = ? AND host = 'localhost'", (user,))
        .context(|| "the database could not be asked for its accounts".into())?;
    Ok(Before::Reader { user: user.into(), database: database.into(), existed: existed.is_some() })
}

/// How a row stands.
///
/// # Errors
/// When the database answers with an error.
pub fn row_standing(connection: Option<&mut Conn>, row: &Row) -> Result<Standing> {
    let Some(connection) = connection else { return Ok(new("new row")) };
    if !tables_of(connection, DATABASE)?.contains(&row.table) {
        return Ok(new("new row"));
    }
    let Some(old) = row_values(connection, row)? else { return Ok(new("new row")) };
    let changed = row.values.iter().filter(|(column, value)| old.get(*column) != Some(&value.text()));
    let line = |(column, value): (&String, &Value)| match value {
        Value::Secret(_) => format!("{column}: new"),
        _ => format!("{column}: {} -> {value}", old.get(column).map_or("", String::as_str)),
    };
    let what: Vec<String> = changed.map(line).collect();
    if what.is_empty() {
        return Ok(Standing::Holds);
    }
    Ok(Standing::Differs { what, text: None, edited_by_hand: false })
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
    let new = row.values.iter().map(|(column, value)| (column.clone(), value.text())).collect();
    Ok(Before::Row {
        table: row.table.clone(),
        key: row.key.iter().map(|(column, value)| (column.clone(), value.text())).collect(),
        old: old.as_ref().map(keep).transpose()?,
        new: keep(&new)?,
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
    let keys = row.key.iter().map(|(column, value)| (column.clone(), value.text())).collect();
    mariadb::row(connection, (DATABASE, &row.table), &keys, row.values.keys())
}

fn tables_of(connection: &mut Conn, database: &str) -> Result<Vec<String>> {
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

    #[test]
    fn a_schema_falls_into_its_statements() {
        let schema = "-- a comment; with a semicolon\nCREATE TABLE a (\n  x INT\n);\n\nCREATE TABLE b (y INT);\n";
        assert_eq!(statements(schema), ["CREATE TABLE a (\n  x INT\n)", "CREATE TABLE b (y INT)"]);
    }
}
