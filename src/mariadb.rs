//! MariaDB over its local socket: one connection and one way to read a row, for what alters and for what looks.

use std::collections::BTreeMap;
use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, Params, Value as SqlValue};

use crate::change::Daemon;
use crate::error::{Context, Error, Result};
use crate::secret::Secret;

/// A connection as this account: root gets in without a password (`unix_socket` authentication). An answer may take as
/// long as `patience`.
///
/// # Errors
/// When the database does not answer or refuses the account.
pub fn connect(user: &str, password: Option<&Secret>, patience: Duration) -> Result<Conn> {
    let socket = Daemon::Mariadb.sockets().first().copied().unwrap_or_default();
    let options = OptsBuilder::new()
        .socket(Some(socket))
        .user(Some(user))
        .pass(password.map(Secret::reveal))
        .read_timeout(Some(patience))
        .write_timeout(Some(patience));
    let mut connection = Conn::new(options).context(|| format!("the database did not let {user} in over {socket}"))?;
    // Strict: a value that does not fit is an error, never cut.
    let strict = "SET sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'";
    connection.query_drop(strict).context(|| "the database refused its session settings".into())?;
    Ok(connection)
}

/// These columns of the row of this key, as text (NULL as an empty one); `None` where there is no such row.
///
/// # Errors
/// When the database refuses the question.
pub fn row<'a>(
    connection: &mut Conn,
    (database, table): (&str, &str),
    key: &BTreeMap<String, String>,
    columns: impl Iterator<Item = &'a String>,
) -> Result<Option<BTreeMap<String, String>>> {
    let columns: Vec<&String> = columns.collect();
    let cast = |column: &&String| Ok(format!("CAST({} AS CHAR)", identifier(column)?));
    let list = columns.iter().map(cast).collect::<Result<Vec<_>>>()?.join(", ");
    let list = if list.is_empty() { "'1'" } else { &list };
    let (conditions, params) = condition(key)?;
    let statement = format!("SELECT {list} FROM {}.{} WHERE {conditions}", identifier(database)?, identifier(table)?);
    let found: Option<mysql::Row> = connection
        .exec_first(statement, params)
        .context(|| format!("the database could not be asked for a row of {table}"))?;
    let cell = |found: &mysql::Row, at: usize| found.get::<Option<String>, _>(at).flatten().unwrap_or_default();
    Ok(found
        .map(|found| columns.iter().enumerate().map(|(at, column)| ((*column).clone(), cell(&found, at))).collect()))
}

/// The WHERE clause for a key, and its parameters.
///
/// # Errors
/// When a column has no name for one.
pub fn condition(key: &BTreeMap<String, String>) -> Result<(String, Params)> {
    let term = |column: &String| Ok(format!("{} = ?", identifier(column)?));
    let terms = key.keys().map(term).collect::<Result<Vec<_>>>()?;
    Ok((terms.join(" AND "), Params::Positional(key.values().map(SqlValue::from).collect())))
}

/// A name of ours between backticks; anything that would need escaping is refused.
///
/// # Errors
/// When it is no such name.
pub fn identifier(name: &str) -> Result<String> {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain { Ok(format!("`{name}`")) } else { Err(Error::failed(format!("{name:?} is no name in the database"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_need_escaping_are_refused() {
        assert_eq!(identifier("quota_bytes").unwrap(), "`quota_bytes`");
        for name in ["", "a`b", "a b", "ä", "a;b"] {
            assert!(identifier(name).is_err(), "{name}");
        }
    }
}
