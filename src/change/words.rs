//! A change in words: one line that an admin understands.

use super::{Change, Daemon, Packages, Row, Value};
use crate::answers::ByteSize;
use crate::words::{self, say};

impl Change {
    /// Keys the change's words: `change-<kind>`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Packages(_) => "packages",
            Self::Hostname { .. } => "hostname",
            Self::Directory { .. } => "directory",
            Self::File { .. } => "file",
            Self::SystemUser { .. } => "system-user",
            Self::Certificate { .. } => "certificate",
            Self::SigningKey { .. } => "signing-key",
            Self::Database { .. } => "database",
            Self::DatabaseReader { .. } => "database-reader",
            Self::Row(_) => "row",
            Self::Zone(_) => "zone",
            Self::Acme(_) => "acme",
            Self::Firewall(_) => "firewall",
            Self::Service { .. } => "service",
        }
    }

    /// What the change makes so, in one line; secrets never stand in it.
    #[must_use]
    pub fn describe(&self) -> String {
        let say = |values: &[(&str, &str)]| say(&format!("change-{}", self.kind()), values);
        match self {
            Self::Packages(packages) => packages.describe(),
            Self::Hostname { fqdn } => say(&[("name", fqdn)]),
            Self::Directory { path, owner, mode } | Self::File { path, owner, mode, .. } => say(&[
                ("path", &path.display().to_string()),
                ("mode", &format!("{mode:04o}")),
                ("owner", &format!("{}:{}", owner.user, owner.group)),
            ]),
            Self::SystemUser { name, id, home } => {
                say(&[("name", name), ("id", &id.to_string()), ("home", &home.display().to_string())])
            }
            Self::Certificate { certificate, key, name, days } => say(&[
                ("certificate", &certificate.display().to_string()),
                ("key", &key.display().to_string()),
                ("name", name),
                ("days", &days.to_string()),
            ]),
            Self::SigningKey { path, bits, .. } => {
                say(&[("path", &path.display().to_string()), ("bits", &bits.to_string())])
            }
            Self::Database { name, tables, .. } => say(&[("name", name), ("tables", &tables.join(", "))]),
            Self::DatabaseReader { user, database, .. } => say(&[("user", user), ("database", database)]),
            Self::Row(row) => row.describe(),
            Self::Zone(zone) => {
                let key = if zone.remove_obsolete { "change-zone-removing" } else { "change-zone" };
                let (count, file) = (zone.records.len().to_string(), zone.file.display().to_string());
                words::say(key, &[("count", &count), ("zone", &zone.zone), ("path", &file)])
            }
            Self::Acme(acme) => say(&[("name", &acme.name), ("directory", &acme.directory)]),
            Self::Firewall(open) => {
                let ports: Vec<String> = open.ports.iter().map(ToString::to_string).collect();
                say(&[("name", open.wall.name()), ("ports", &ports.join(", "))])
            }
            Self::Service { daemon, .. } => say(&[("name", daemon.name())]),
        }
    }
}

impl Packages {
    fn describe(&self) -> String {
        let held: Vec<&str> = self.hold.iter().map(|daemon| Daemon::name(*daemon)).collect();
        let (count, names) = (self.names.len().to_string(), self.names.join(", "));
        let key = if held.is_empty() { "change-packages" } else { "change-packages-held" };
        say(key, &[("count", &count), ("names", &names), ("held", &held.join(", "))])
    }
}

impl Row {
    /// A line of its own for each table we know; any other table's row by its columns.
    fn describe(&self) -> String {
        let key = |column: &str| self.key.get(column).map(ToString::to_string).unwrap_or_default();
        match self.table.as_str() {
            "domains" => say("change-row-domain", &[("name", &key("name"))]),
            "mailboxes" => {
                let address = key("address");
                match self.values.get("quota_bytes") {
                    Some(Value::Number(bytes)) if *bytes > 0 => {
                        let quota = ByteSize(*bytes).to_string();
                        say("change-row-mailbox", &[("address", &address), ("quota", &quota)])
                    }
                    _ => say("change-row-mailbox-unlimited", &[("address", &address)]),
                }
            }
            "aliases" => say("change-row-alias", &[("address", &key("address")), ("to", &key("destination"))]),
            table => {
                let columns = self.key.iter().map(|(column, value)| format!("{column} = {value}"));
                let columns: Vec<String> = columns.collect();
                say("change-row", &[("table", table), ("key", &columns.join(", "))])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::change::Owner;
    use crate::secret::Secret;
    use crate::text::Text;

    fn row(table: &str, key: &[(&str, &str)], values: &[(&str, Value)]) -> Change {
        let key = key.iter().map(|(column, text)| ((*column).to_owned(), Value::Text((*text).to_owned()))).collect();
        let values: BTreeMap<_, _> =
            values.iter().map(|(column, value)| ((*column).to_owned(), value.clone())).collect();
        Change::Row(Row { table: table.into(), key, values })
    }

    #[test]
    fn an_admin_understands_each_line() {
        let file = Change::File {
            path: "/etc/postfix/main.cf".into(),
            owner: Owner::root(),
            mode: 0o644,
            content: Text::new("x"),
        };
        assert_eq!(file.describe(), "Write /etc/postfix/main.cf (0644 root:root)");
        let packages = |names: &[&str], hold: Vec<Daemon>| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Change::Packages(Packages { names, hold, debconf: vec![] }).describe()
        };
        assert_eq!(packages(&["dovecot-core"], vec![]), "Install 1 package: dovecot-core");
        assert_eq!(
            packages(&["dovecot-core", "postfix"], vec![Daemon::Postfix, Daemon::Dovecot]),
            "Install 2 packages: dovecot-core, postfix (Postfix, Dovecot held back until configured)"
        );
        let service = Change::Service { daemon: Daemon::Mariadb, uses: vec![] };
        assert_eq!(service.describe(), "Start MariaDB with its configuration and enable it at boot");
    }

    #[test]
    fn rows_are_told_as_what_they_mean_and_without_secrets() {
        let password = ("password", Value::Secret(Secret::new("hunter2")));
        let quota = ("quota_bytes", Value::Number(2 << 30));
        let mailbox = row("mailboxes", &[("address", "anna@example.org")], &[password.clone(), quota]);
        assert_eq!(mailbox.describe(), "Add mailbox anna@example.org (quota 2G)");
        let unlimited = [password, ("quota_bytes", Value::Number(0))];
        let mailbox = row("mailboxes", &[("address", "anna@example.org")], &unlimited);
        assert_eq!(mailbox.describe(), "Add mailbox anna@example.org (no quota)");
        let alias = row("aliases", &[("address", "info@example.org"), ("destination", "anna@example.org")], &[]);
        assert_eq!(alias.describe(), "Add alias info@example.org to anna@example.org");
        assert_eq!(row("domains", &[("name", "example.org")], &[]).describe(), "Add domain example.org");
        assert_eq!(row("other", &[("id", "7")], &[]).describe(), "Add a row to other (id = 7)");
    }
}
