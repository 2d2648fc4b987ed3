//! The mail database, looked at as its root over the local socket.

use std::collections::BTreeMap;
use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, Params, Value as SqlValue};

use super::grants;
use super::seen::{Seen, Verdict, fail, few};
use crate::answers::hash::verify;
use crate::change::{Daemon, Row, Value};
use crate::error::{Context, Error, Result};
use crate::secret::Secret;

/// How long the database may take for one answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The database answers and holds these rows.
pub fn rows(database: &str, rows: &[Row]) -> Result<Verdict> {
    let mut connection = match connect() {
        Ok(connection) => connection,
        Err(error) => return Ok(fail(error.render())),
    };
    let (mut missing, mut other) = (Vec::new(), Vec::new());
    for row in rows {
        match stored(&mut connection, database, row)? {
            None => missing.push(row.subject()),
            Some(found) => {
                let columns = differing(&row.values, &found);
                if !columns.is_empty() {
                    other.push(format!("{} ({})", row.subject(), columns.join(", ")));
                }
            }
        }
    }
    let mut seen = Seen::default();
    if !missing.is_empty() {
        seen.fail(format!("missing: {}", few(&missing)));
    }
    if !other.is_empty() {
        seen.fail(format!("not as in the answers: {}", few(&other)));
    }
    seen.good(format!("{} rows are there and as in the answers", rows.len()));
    Ok(seen.verdict())
}

/// The reader account can SELECT from the database and nothing else.
pub fn reader(user: &str, database: &str) -> Result<Verdict> {
    let mut connection = match connect() {
        Ok(connection) => connection,
        Err(error) => return Ok(fail(error.render())),
    };
    let hosts: Vec<String> = connection
        .exec("SELECT host FROM mysql.user WHERE user = ?", (user,))
        .context(|| "the database could not be asked for its accounts".into())?;
    if !hosts.iter().any(|host| host == "localhost") {
        return Ok(fail(format!("there is no account {user}@localhost")));
    }
    // An account in SHOW GRANTS cannot be a parameter.
    let statement = format!("SHOW GRANTS FOR {}@`localhost`", identifier(user)?);
    let lines: Vec<String> =
        connection.query(statement).context(|| format!("the database could not be asked what {user} may do"))?;
    Ok(grants::only_reads(user, database, &hosts, &lines))
}

fn connect() -> Result<Conn> {
    let socket = Daemon::Mariadb.sockets().first().copied().unwrap_or_default();
    let options = OptsBuilder::new()
        .socket(Some(socket))
        .user(Some("root"))
        .tcp_connect_timeout(Some(PATIENCE))
        .read_timeout(Some(PATIENCE))
        .write_timeout(Some(PATIENCE));
    Conn::new(options).context(|| format!("the database does not let root in over {socket}"))
}

/// The row's columns as the database holds them, as text; `None` where there is no such row.
fn stored(connection: &mut Conn, database: &str, row: &Row) -> Result<Option<BTreeMap<String, String>>> {
    let columns: Vec<&String> = row.values.keys().collect();
    let list: Vec<String> =
        columns.iter().map(|column| Ok(format!("CAST({} AS CHAR)", identifier(column)?))).collect::<Result<_>>()?;
    let terms: Vec<String> =
        row.key.keys().map(|column| Ok(format!("{} = ?", identifier(column)?))).collect::<Result<_>>()?;
    let (database, table) = (identifier(database)?, identifier(&row.table)?);
    let list = if list.is_empty() { "'1'".to_owned() } else { list.join(", ") };
    let statement = format!("SELECT {list} FROM {database}.{table} WHERE {}", terms.join(" AND "));
    let params = Params::Positional(row.key.values().map(|value| SqlValue::from(value.text())).collect());
    let found: Option<mysql::Row> = connection
        .exec_first(statement, params)
        .context(|| format!("the database could not be asked for {}", row.subject()))?;
    let cell = |found: &mysql::Row, at: usize| found.get::<Option<String>, _>(at).flatten().unwrap_or_default();
    Ok(found
        .map(|found| columns.iter().enumerate().map(|(at, column)| ((*column).clone(), cell(&found, at))).collect()))
}

/// The columns whose values differ; never the values, which may be hashes.
fn differing(wanted: &BTreeMap<String, Value>, found: &BTreeMap<String, String>) -> Vec<String> {
    let same = |column: &String, value: &Value| match (value, found.get(column)) {
        (_, None) => false,
        (Value::Secret(secret), Some(found)) => same_secret(secret, found),
        (value, Some(found)) => value.text() == *found,
    };
    wanted.iter().filter(|(column, value)| !same(column, value)).map(|(column, _)| column.clone()).collect()
}

/// A hash is compared, a password tried against the stored hash.
fn same_secret(wanted: &Secret, found: &str) -> bool {
    wanted.reveal() == found || verify(wanted, &Secret::new(found)) == Some(true)
}

/// A name of ours between backticks; anything that would need escaping is refused.
fn identifier(name: &str) -> Result<String> {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain { Ok(format!("`{name}`")) } else { Err(Error::failed(format!("{name:?} is no name in the database"))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::hash::hash;

    #[test]
    fn differing_columns_are_named_without_their_values() {
        let hashed = hash(&Secret::new("right horse")).unwrap();
        let found = |password: &str, quota: &str| {
            BTreeMap::from([("password".to_owned(), password.to_owned()), ("quota".to_owned(), quota.to_owned())])
        };
        let wanted = |password: &str| {
            let password = Value::Secret(Secret::new(password));
            BTreeMap::from([("password".to_owned(), password), ("quota".to_owned(), Value::Number(5))])
        };
        let stored = hashed.reveal();
        assert!(differing(&wanted(stored), &found(stored, "5")).is_empty());
        assert!(differing(&wanted("right horse"), &found(stored, "5")).is_empty());
        assert_eq!(differing(&wanted("wrong horse"), &found(stored, "5")), ["password"]);
        assert_eq!(differing(&wanted("{ARGON2ID}$x"), &found(stored, "6")), ["password", "quota"]);
        assert_eq!(differing(&wanted(stored), &BTreeMap::new()), ["password", "quota"]);
    }

    #[test]
    fn names_that_would_need_escaping_are_refused() {
        assert_eq!(identifier("quota_bytes").unwrap(), "`quota_bytes`");
        for name in ["", "a`b", "a b", "ä", "a;b"] {
            assert!(identifier(name).is_err(), "{name}");
        }
    }
}
