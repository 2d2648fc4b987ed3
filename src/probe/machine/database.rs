//! The MariaDB that is here before us: whether root gets in, and whether tables named like ours could be ours.

use std::collections::BTreeMap;
use std::time::Duration;

use mysql::Conn;
use mysql::prelude::Queryable;

use super::root::Root;
use crate::facts::{Database, Unfit};
use crate::mariadb;
use crate::steps::database::DATABASE;

const PATIENCE: Duration = Duration::from_secs(5);

/// Where its socket is while it runs.
const SOCKET: &str = "/run/mysqld/mysqld.sock";

/// A column of ours: its name, and whether it holds text or a number.
type Column = (&'static str, Holds);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Number,
}

use Holds::{Number, Text};

/// Our tables with their columns and the columns of their primary keys (schema.sql).
const TABLES: [(&str, &[Column], &[&str]); 3] = [
    ("domains", &[("name", Text), ("active", Number)], &["name"]),
    (
        "mailboxes",
        &[("address", Text), ("domain", Text), ("password", Text), ("quota_bytes", Number), ("active", Number)],
        &["address"],
    ),
    (
        "aliases",
        &[("address", Text), ("destination", Text), ("domain", Text), ("active", Number)],
        &["address", "destination"],
    ),
];

/// A column as `information_schema` has it.
#[derive(Debug)]
struct Found {
    data_type: String,
    key: bool,
    /// A row can be made without naming it.
    fills_itself: bool,
}

/// Looks at the server; `None` where none runs, or where only root could see.
pub(super) fn look(root: &Root<'_>) -> Option<Database> {
    if !root.live() || !rustix::process::geteuid().is_root() || !root.exists(SOCKET) {
        return None;
    }
    let mut connection = match mariadb::connect("root", None, PATIENCE) {
        Ok(connection) => connection,
        Err(error) => {
            let said = error.render();
            // 1045, 1698: access denied. Whoever does not answer at all is a matter of the daemon's.
            let denied = said.contains("1045") || said.contains("1698") || said.contains("Access denied");
            return Some(Database { refuses_root: denied.then_some("access denied for root".into()), unfit: vec![] });
        }
    };
    Some(Database { refuses_root: None, unfit: unfit(&mut connection) })
}

fn unfit(connection: &mut Conn) -> Vec<Unfit> {
    let kinds: Vec<(String, String)> = connection
        .exec("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = ?", (DATABASE,))
        .unwrap_or_default();
    let mut found = Vec::new();
    for (table, columns, key) in TABLES {
        let Some((_, kind)) = kinds.iter().find(|(name, _)| name == table) else { continue };
        let there: Vec<(String, String, String, String, Option<String>, String)> = connection
            .exec(
                "SELECT column_name, data_type, column_key, is_nullable, column_default, extra \
                 FROM information_schema.columns WHERE table_schema = ? AND table_name = ?",
                (DATABASE, table),
            )
            .unwrap_or_default();
        let there = there.into_iter().map(|(name, data_type, column_key, nullable, default, extra)| {
            let fills_itself = nullable == "YES" || default.is_some() || !extra.is_empty();
            (name, Found { data_type: data_type.to_lowercase(), key: column_key == "PRI", fills_itself })
        });
        if let Some(why) = differs(kind, &there.collect(), columns, key) {
            found.push(Unfit { table: table.into(), why });
        }
    }
    found
}

/// What keeps a table from being one of ours; further columns are fine as long as a row can be made without them.
fn differs(kind: &str, there: &BTreeMap<String, Found>, columns: &[Column], key: &[&str]) -> Option<String> {
    if kind != "BASE TABLE" {
        return Some(format!("it is a {}", kind.to_lowercase()));
    }
    let missing: Vec<&str> = columns.iter().map(|(name, _)| *name).filter(|name| !there.contains_key(*name)).collect();
    if !missing.is_empty() {
        return Some(format!("it lacks the columns {}", missing.join(", ")));
    }
    let other =
        columns.iter().find(|(name, holds)| there.get(*name).is_some_and(|found| !holds.fits(&found.data_type)));
    if let Some((name, _)) = other {
        return Some(format!("its column {name} is of another type"));
    }
    let keys: Vec<&str> = there.iter().filter(|(_, found)| found.key).map(|(name, _)| name.as_str()).collect();
    if keys != key {
        let shown = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
        return Some(format!("its primary key is {shown}, not {}", key.join(", ")));
    }
    let asks = there.iter().find(|(name, found)| !found.fills_itself && columns.iter().all(|(ours, _)| ours != name));
    asks.map(|(name, _)| format!("no row can be added without its column {name}"))
}

impl Holds {
    fn fits(self, data_type: &str) -> bool {
        match self {
            Self::Text => ["varchar", "char", "text", "mediumtext", "longtext"].contains(&data_type),
            Self::Number => ["tinyint", "smallint", "mediumint", "int", "bigint"].contains(&data_type),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[(&str, &str, bool, bool)]) -> BTreeMap<String, Found> {
        let one = |(name, data_type, key, fills_itself): &(&str, &str, bool, bool)| {
            let found = Found { data_type: (*data_type).to_owned(), key: *key, fills_itself: *fills_itself };
            ((*name).to_owned(), found)
        };
        columns.iter().map(one).collect()
    }

    fn domains(columns: &[(&str, &str, bool, bool)]) -> Option<String> {
        differs("BASE TABLE", &table(columns), TABLES[0].1, TABLES[0].2)
    }

    #[test]
    fn a_table_of_another_shape_is_told_by_what_differs() {
        let ours = [("name", "varchar", true, false), ("active", "tinyint", false, true)];
        assert_eq!(domains(&ours), None);
        let noted = [ours[0], ours[1], ("note", "text", false, true)];
        assert_eq!(domains(&noted), None, "a column more is no harm");
        // The tables of widespread guides: an id, and the name beside it.
        let guide = [("id", "int", true, true), ("name", "varchar", false, false)];
        assert_eq!(domains(&guide).unwrap(), "it lacks the columns active");
        let keyed = [("id", "int", true, true), ("name", "varchar", false, false), ours[1]];
        assert_eq!(domains(&keyed).unwrap(), "its primary key is id, not name");
        assert_eq!(domains(&[("name", "int", true, false), ours[1]]).unwrap(), "its column name is of another type");
        let asks = [ours[0], ours[1], ("owner", "int", false, false)];
        assert_eq!(domains(&asks).unwrap(), "no row can be added without its column owner");
        assert_eq!(differs("VIEW", &table(&ours), TABLES[0].1, TABLES[0].2).unwrap(), "it is a view");
    }

    #[test]
    fn the_columns_are_those_of_the_schema() {
        let schema = include_str!("../../../assets/mariadb/schema.sql");
        for (name, columns, key) in TABLES {
            let table = schema.split(&format!("CREATE TABLE IF NOT EXISTS {name} (")).nth(1).unwrap();
            let table = table.split(") ENGINE").next().unwrap();
            assert!(table.contains(&format!("PRIMARY KEY ({})", key.join(", "))), "{name}");
            let named: Vec<&str> = table.lines().filter_map(|line| line.trim().split(' ').next()).collect();
            let is_column = |word: &&&str| word.chars().next().is_some_and(char::is_lowercase);
            let named: Vec<&str> = named.iter().filter(is_column).copied().collect();
            assert_eq!(named, columns.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        }
    }
}
