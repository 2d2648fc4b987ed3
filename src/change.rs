//! Changes: plain data, each one thing that becomes different on the machine. A closed enum of few kinds.
//!
//! A change names what must be so, never a command to run; `engine/` compares it with the machine and carries it out.

mod daemon;
mod words;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use serde::Serialize;

use crate::dns::Published;
use crate::facts::Firewall;
use crate::probe::firewall::{firewalld, nft_file, ufw};
use crate::secret::Secret;
use crate::text::{SecretName, Text};

pub use daemon::{Daemon, RATE_LIMIT_SOCKET};

/// The files that hold accounts (passwd(5), shadow(5), group(5), gshadow(5)), and the copies the tools leave of them.
pub const ACCOUNT_FILES: [&str; 8] = [
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/gshadow",
    "/etc/passwd-",
    "/etc/shadow-",
    "/etc/group-",
    "/etc/gshadow-",
];

/// Where certbot keeps everything: certificates and accounts, work, logs.
pub const CERTBOT: [&str; 3] = ["/etc/letsencrypt", "/var/lib/letsencrypt", "/var/log/letsencrypt"];

/// One thing that must be so on the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// Packages are installed, with the daemons they bring held back.
    Packages(Packages),
    /// The static hostname (hostnamectl(1)) is this name.
    Hostname {
        /// The full name.
        fqdn: String,
    },
    /// A directory exists with this owner and mode.
    Directory {
        /// Its path.
        path: PathBuf,
        /// Its owner and group.
        owner: Owner,
        /// Its permission bits.
        mode: u32,
    },
    /// A file holds exactly this text, with this owner and mode.
    File {
        /// Its path.
        path: PathBuf,
        /// Its owner and group.
        owner: Owner,
        /// Its permission bits.
        mode: u32,
        /// The whole text.
        content: Text,
    },
    /// A system account without login exists, with a group of its own.
    SystemUser {
        /// Name of the account and its group.
        name: String,
        /// Its user and group id.
        id: u32,
        /// Its home directory, which is not made.
        home: PathBuf,
    },
    /// A self-signed certificate for this name stands beside its private key (ECDSA P-256, key 0600 root).
    Certificate {
        /// Where the certificate stands (PEM).
        certificate: PathBuf,
        /// Where the key stands (PKCS #8 PEM).
        key: PathBuf,
        /// The subject alternative name (RFC 6125).
        name: String,
        /// How long it is valid, in days.
        days: u32,
    },
    /// A private RSA key stands at the path, for DKIM to sign with. One that stands there already is kept.
    SigningKey {
        /// Where it stands (PEM, 0600).
        path: PathBuf,
        /// Whose it is: a key that others can read is not used.
        owner: Owner,
        /// The size of a key that is made.
        bits: usize,
    },
    /// A database exists with these tables.
    Database {
        /// Its name.
        name: String,
        /// The statements that make what is missing; running them again changes nothing.
        schema: String,
        /// The tables the statements make.
        tables: Vec<String>,
    },
    /// A database account exists that can read this database and do nothing else.
    DatabaseReader {
        /// The account, at localhost.
        user: String,
        /// The database it reads.
        database: String,
        /// Its password.
        password: SecretName,
    },
    /// A row stands in a table of the mail database.
    Row(Row),
    /// The records of the mail server stand in the file of a zone that BIND holds here, and are served.
    Zone(ZoneRecords),
    /// A certificate of an authority stands where the daemons read it, and is renewed.
    Acme(AcmeCertificate),
    /// A firewall that is at work lets these ports in.
    Firewall(OpenPorts),
    /// A daemon is enabled and runs with its configuration as it stands now.
    Service {
        /// Which one.
        daemon: Daemon,
        /// The files it reads at start: newer than its start, they make a restart due.
        uses: Vec<PathBuf>,
    },
}

/// A package set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Packages {
    /// The packages by name; what they depend on comes with them, what they recommend does not.
    pub names: Vec<String>,
    /// The daemons that must not start until their configuration stands.
    pub hold: Vec<Daemon>,
    /// Answers to the packages' own questions, as debconf-set-selections(1) reads them.
    pub debconf: Vec<String>,
}

/// Ports that a firewall lets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenPorts {
    /// The firewall.
    pub wall: Firewall,
    /// The TCP ports.
    pub ports: Vec<u16>,
}

/// A row, found by its key columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The table.
    pub table: String,
    /// The key columns and their values.
    pub key: BTreeMap<String, Value>,
    /// The other columns and their values.
    pub values: BTreeMap<String, Value>,
}

/// Records in the file of a zone. All else in it stays as it is; its serial is raised when something changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZoneRecords {
    /// The zone.
    pub zone: String,
    /// Its master file.
    pub file: PathBuf,
    /// The records; where one stands that does as well, it stays.
    pub records: Vec<Published>,
    /// Whether records that nobody reads any more are taken out.
    pub remove_obsolete: bool,
    /// The server the records are for.
    pub server: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// The day as a number, such as 20261124, for serials of that form.
    pub today: u32,
}

/// A certificate by ACME (RFC 8555), asked for and renewed by certbot. Where none can be had, the one that stands there
/// stays: that is no failure of a run, and the next one asks again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcmeCertificate {
    /// The name it is for.
    pub name: String,
    /// The addresses of the server, the public ones first: where the name has to lead, and nowhere else.
    pub addresses: Vec<IpAddr>,
    /// Whom the authority writes to.
    pub contact: String,
    /// The authority's directory (RFC 8555, section 7.1.1).
    pub directory: String,
    /// What a web server on port 80 serves, where one runs.
    pub webroot: PathBuf,
    /// Where the daemons read the certificate with its chain.
    pub certificate: PathBuf,
    /// Where they read its key.
    pub key: PathBuf,
    /// The program that takes a new certificate there.
    pub hook: PathBuf,
}

/// The name under which certbot keeps our certificate for a server: never one that an admin's own has.
#[must_use]
pub fn lineage(name: &str) -> String {
    format!("mailwright-{name}")
}

impl AcmeCertificate {
    /// The name under which certbot keeps it.
    #[must_use]
    pub fn lineage(&self) -> String {
        lineage(&self.name)
    }
}

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Number(u64),
    /// Text that is never shown.
    Secret(Secret),
}

/// Owner and group of a file, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// The user.
    pub user: String,
    /// The group.
    pub group: String,
}

impl Owner {
    /// `user:group`.
    #[must_use]
    pub fn new(user: &str, group: &str) -> Self {
        Self { user: user.into(), group: group.into() }
    }

    /// root:root.
    #[must_use]
    pub fn root() -> Self {
        Self::new("root", "root")
    }
}

impl Value {
    /// The text that reaches the database.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Secret(secret) => secret.reveal().to_owned(),
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Secret(secret) => secret.fmt(f),
            Self::Text(_) | Self::Number(_) => f.write_str(&self.text()),
        }
    }
}

impl Change {
    /// What the change is about, in few words and the same at every run: how plans, journals and tests name it.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::Packages(_) => "packages".into(),
            Self::Hostname { .. } => "hostname".into(),
            Self::Directory { path, .. } | Self::File { path, .. } | Self::SigningKey { path, .. } => {
                path.display().to_string()
            }
            Self::SystemUser { name, .. } => format!("user {name}"),
            Self::Certificate { certificate, .. } => certificate.display().to_string(),
            Self::Database { name, .. } => format!("database {name}"),
            Self::DatabaseReader { user, .. } => format!("database account {user}"),
            Self::Row(row) => row.subject(),
            Self::Zone(zone) => zone.file.display().to_string(),
            Self::Acme(acme) => format!("certificate by ACME for {}", acme.name),
            Self::Firewall(open) => format!("firewall {}", open.wall.name()),
            Self::Service { daemon, .. } => format!("service {}", daemon.name()),
        }
    }

    /// The files and directories the change may create or alter, outside what packages bring.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        match self {
            Self::Directory { path, .. } | Self::File { path, .. } | Self::SigningKey { path, .. } => {
                vec![path.clone()]
            }
            Self::Certificate { certificate, key, .. } => vec![certificate.clone(), key.clone()],
            Self::Acme(acme) => {
                let pair = [acme.certificate.clone(), acme.key.clone()];
                pair.into_iter().chain(CERTBOT.map(PathBuf::from)).collect()
            }
            Self::Hostname { .. } => vec!["/etc/hostname".into()],
            Self::Zone(zone) => vec![zone.file.clone()],
            Self::Firewall(open) => open.paths(),
            Self::SystemUser { .. } => ACCOUNT_FILES.map(PathBuf::from).to_vec(),
            Self::Service { daemon, .. } => daemon.enabling().map(PathBuf::from).into_iter().collect(),
            Self::Packages(_) | Self::Database { .. } | Self::DatabaseReader { .. } | Self::Row(_) => Vec::new(),
        }
    }
}

impl OpenPorts {
    /// The files that the firewall keeps its rules in.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        match &self.wall {
            Firewall::Nftables { .. } => vec![nft_file::PATH.into()],
            Firewall::Ufw => ufw::FILES.map(PathBuf::from).to_vec(),
            Firewall::Firewalld { zones } => zones.iter().flat_map(|zone| firewalld::files(zone)).collect(),
            Firewall::Other { .. } => Vec::new(),
        }
    }
}

impl Row {
    /// `mailboxes anna@example.org`: the table and the key's values.
    #[must_use]
    pub fn subject(&self) -> String {
        let keys: Vec<String> = self.key.values().map(ToString::to_string).collect();
        format!("{} {}", self.table, keys.join(" -> "))
    }
}
