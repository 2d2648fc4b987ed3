//! The mail database, looked at as its root over the local socket.

use std::collections::BTreeMap;
use std::time::Duration;

use mysql::Conn;
use mysql::prelude::Queryable;

use super::grants;
use super::seen::{Seen, Verdict, fail, few};
use crate::answers::hash::verify;
use crate::change::{Row, Value};
use crate::error::{Context, Result};
use crate::mariadb::{self, identifier};
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
    mariadb::connect("root", None, PATIENCE)
}

/// The row's columns as the database holds them, as text; `None` where there is no such row.
fn stored(connection: &mut Conn, database: &str, row: &Row) -> Result<Option<BTreeMap<String, String>>> {
    let key = row.key.iter().map(|(column, value)| (column.clone(), value.text())).collect();
    mariadb::row(connection, (database, &row.table), &key, row.values.keys())
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
}
