//! Checks: plain data, each one thing that must be true, and the report of a run of them.

mod words;

use std::net::IpAddr;
use std::path::PathBuf;

use serde::Serialize;

use crate::change::{Daemon, Row};
use crate::dns::Published;

/// One thing that must be true. `probe/` finds out whether it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "check", rename_all = "kebab-case")]
pub enum Check {
    /// Already judged from the facts alone (preflight).
    Found(Finding),
    /// The static hostname and the kernel's are this name.
    Hostname {
        /// The full name.
        fqdn: String,
    },
    /// The name resolves on this machine to these addresses and to no loopback one, and is what `hostname -f` says.
    ResolvesHere {
        /// The full name.
        fqdn: String,
        /// The server's public addresses.
        addresses: Vec<IpAddr>,
    },
    /// All these packages are installed and configured, and dpkg's audit is clean.
    PackagesInstalled {
        /// The packages by name.
        names: Vec<String>,
    },
    /// Nothing holds daemons back any more (no policy-rc.d of ours, no unit masked).
    NothingHeldBack {
        /// The daemons that were held.
        daemons: Vec<Daemon>,
    },
    /// The database answers and each table holds at least the answers' rows.
    DatabaseRows {
        /// The database.
        database: String,
        /// Rows that must be there.
        rows: Vec<Row>,
    },
    /// The reader account can SELECT from the database and nothing else.
    ReaderOnlyReads {
        /// The account.
        user: String,
        /// The database.
        database: String,
    },
    /// Certificate and key fit each other, the name, and today; the key is readable by root alone.
    CertificateFits {
        /// The certificate file.
        certificate: PathBuf,
        /// The key file.
        key: PathBuf,
        /// The name it must hold.
        name: String,
        /// Whether a self-signed one is as wished.
        self_signed: bool,
    },
    /// The daemon is enabled, its process runs, and it has not restarted by itself.
    Running {
        /// Which one.
        daemon: Daemon,
    },
    /// The daemon's own check of its configuration has nothing to say.
    ConfigurationClean {
        /// Which one.
        daemon: Daemon,
    },
    /// These ports answer, and the database answers on none.
    Listens {
        /// The TCP ports.
        ports: Vec<u16>,
    },
    /// A Postfix table knows this key (postmap(1) `-q`).
    MapAnswers {
        /// The table as main.cf names it (`proxy:mysql:/etc/postfix/sql/domains.cf`).
        map: String,
        /// What is looked up.
        key: String,
    },
    /// Mail for others is refused to a stranger.
    NoOpenRelay {
        /// The server's own addresses, asked from themselves: not in mynetworks, so treated as a stranger's.
        addresses: Vec<IpAddr>,
        /// One of the server's domains.
        domain: String,
    },
    /// No AUTH before TLS on 587, none at all on 25.
    AuthOnlyInTls,
    /// The certificate served on these ports is the one on disk, by TLS 1.2 at least.
    TlsServed {
        /// The server's name.
        name: String,
        /// The certificate file.
        certificate: PathBuf,
        /// The TCP ports.
        ports: Vec<u16>,
    },
    /// A wrong password is refused by IMAP and by submission.
    WrongPasswordRefused {
        /// A mailbox that exists.
        mailbox: String,
    },
    /// A message handed in on port 25 reaches the mailbox; it is removed again.
    Delivers {
        /// The address written to (a mailbox or an alias).
        address: String,
        /// The mailbox it must reach; `None` when it leaves this server.
        mailbox: Option<String>,
    },
    /// The program that Postfix asks about SPF answers, with its configuration as it stands.
    SpfAnswers,
    /// The program that counts what each login sends answers, and refuses what is beyond these limits.
    LoginsCounted {
        /// The least of the limits, in recipients.
        least: u32,
        /// All of them, as the program itself writes them.
        limits: String,
    },
    /// Postfix runs with these values (postconf(1)).
    PostfixValues {
        /// Parameters and their values.
        values: Vec<(String, String)>,
    },
    /// OpenDKIM and Postfix in its chroot ask the resolvers that /etc/resolv.conf names now.
    ResolversFollowed,
    /// Mail leaves by these of the machine's addresses, which the records name.
    LeavesBy {
        /// One of a family.
        addresses: Vec<IpAddr>,
    },
    /// Port 25 of mail servers elsewhere can be reached.
    MailGetsOut {
        /// Whether by IPv4.
        ipv4: bool,
        /// Whether by IPv6.
        ipv6: bool,
    },
    /// The key that signs is an RSA key that nobody but its owner can read.
    SigningKeyFits {
        /// Where it stands.
        path: PathBuf,
        /// Whose it must be.
        owner: String,
        /// How many bits it has at least.
        bits: usize,
    },
    /// The DNS has the public half of the key that signs, where receivers look for it.
    SigningKeyPublished {
        /// The domain.
        domain: String,
        /// The key's name.
        selector: String,
        /// Where the private half stands.
        path: PathBuf,
    },
    /// A message from the domain is signed once, for the domain and by this key; it is removed again.
    Signs {
        /// The domain.
        domain: String,
        /// The key's name.
        selector: String,
        /// The address of the domain that it comes from.
        address: String,
        /// A mailbox here that it goes to.
        mailbox: String,
    },
    /// The mailbox's quota is known to Dovecot as the answers say.
    Quota {
        /// The mailbox.
        mailbox: String,
        /// The limit in KiB; 0 for none.
        kib: u64,
    },
    /// The certificate that the daemons read is one that an authority vouches for.
    AcmeIssued {
        /// The name it is for.
        name: String,
        /// Where the daemons read it.
        certificate: PathBuf,
    },
    /// The certificate is renewed before it expires, and the daemons then get the new one.
    AcmeRenews {
        /// The name it is for.
        name: String,
        /// The program that takes a new one to the daemons.
        hook: PathBuf,
        /// What a web server on port 80 serves, where one runs.
        webroot: PathBuf,
    },
    /// The firewall of this machine lets these ports in, now and after the next boot.
    LetIn {
        /// The TCP ports.
        ports: Vec<u16>,
    },
    /// A jail of fail2ban is alive, reads the journal of the daemon that runs, and knows a failure when it sees one.
    JailWatches {
        /// Which one.
        jail: Jail,
    },
    /// BIND here serves the zone as its file has it, and each of these records in it or one that does as well.
    ZoneServed {
        /// The zone.
        zone: String,
        /// Its master file.
        file: PathBuf,
        /// The records.
        records: Vec<Published>,
        /// The server the records are for.
        server: String,
        /// Its addresses.
        addresses: Vec<IpAddr>,
    },
}

/// A jail of fail2ban.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Jail {
    /// Mail that is refused.
    Postfix,
    /// Wrong passwords at submission.
    PostfixSasl,
    /// Wrong passwords at IMAP and POP3.
    Dovecot,
}

impl Jail {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Postfix, Self::PostfixSasl, Self::Dovecot];

    /// Its name in fail2ban.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postfix => "postfix",
            Self::PostfixSasl => "postfix-sasl",
            Self::Dovecot => "dovecot",
        }
    }

    /// Whose journal it reads.
    #[must_use]
    pub const fn daemon(self) -> Daemon {
        match self {
            Self::Postfix | Self::PostfixSasl => Daemon::Postfix,
            Self::Dovecot => Daemon::Dovecot,
        }
    }
}

/// A judgement from facts alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Keys its words: `check-<id>` and `check-<id>-fix`.
    pub id: &'static str,
    /// What it came to.
    pub outcome: Outcome,
    /// What was seen.
    pub evidence: String,
    /// The ports that its words name, where they name any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<u16>,
}

/// What a check came to. Unknown is an outcome: what cannot be seen from here is never a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It could not be seen from here.
    Unknown,
    /// It holds well enough to go on, but should be mended.
    Warn,
    /// It does not hold.
    Fail,
}

/// One checked thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The step it belongs to.
    pub step: &'static str,
    /// The check's id.
    pub id: &'static str,
    /// What must be true, in words.
    pub title: String,
    /// What it came to.
    pub outcome: Outcome,
    /// What was seen.
    pub evidence: String,
    /// What it means; empty after a pass.
    pub means: String,
    /// What to do about it, an indented line being a command; empty after a pass.
    pub fix: String,
}

/// The outcomes of a run of checks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In the order of the steps.
    pub checks: Vec<Checked>,
}

impl Check {
    /// Whether a daemon lets this wait for seconds on purpose: Dovecot after a wrong password (`auth_failure_delay`).
    #[must_use]
    pub const fn is_kept_waiting(&self) -> bool {
        matches!(self, Self::WrongPasswordRefused { .. })
    }

    /// Keys the check's words and names it in JSON.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Found(finding) => finding.id,
            Self::Hostname { .. } => "hostname",
            Self::ResolvesHere { .. } => "resolves-here",
            Self::PackagesInstalled { .. } => "packages-installed",
            Self::NothingHeldBack { .. } => "nothing-held-back",
            Self::DatabaseRows { .. } => "database-rows",
            Self::ReaderOnlyReads { .. } => "reader-only-reads",
            Self::CertificateFits { .. } => "certificate-fits",
            Self::Running { .. } => "running",
            Self::ConfigurationClean { .. } => "configuration-clean",
            Self::Listens { .. } => "listens",
            Self::MapAnswers { .. } => "map-answers",
            Self::NoOpenRelay { .. } => "no-open-relay",
            Self::AuthOnlyInTls => "auth-only-in-tls",
            Self::TlsServed { .. } => "tls-served",
            Self::WrongPasswordRefused { .. } => "wrong-password-refused",
            Self::Delivers { .. } => "delivers",
            Self::SpfAnswers => "spf-answers",
            Self::LoginsCounted { .. } => "logins-counted",
            Self::PostfixValues { .. } => "postfix-values",
            Self::LeavesBy { .. } => "leaves-by",
            Self::MailGetsOut { .. } => "mail-gets-out",
            Self::ResolversFollowed => "resolvers-followed",
            Self::SigningKeyFits { .. } => "signing-key-fits",
            Self::SigningKeyPublished { .. } => "signing-key-published",
            Self::Signs { .. } => "signs",
            Self::Quota { .. } => "quota",
            Self::AcmeIssued { .. } => "acme-issued",
            Self::AcmeRenews { .. } => "acme-renews",
            Self::LetIn { .. } => "let-in",
            Self::JailWatches { .. } => "jail-watches",
            Self::ZoneServed { .. } => "zone-served",
        }
    }

    /// What the check is about, for its title (`{ $about }` in the words).
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::Hostname { fqdn } | Self::ResolvesHere { fqdn, .. } => fqdn.clone(),
            Self::PackagesInstalled { names } => names.len().to_string(),
            Self::DatabaseRows { rows, .. } => rows.len().to_string(),
            Self::ReaderOnlyReads { user, .. } => user.clone(),
            Self::CertificateFits { name, .. }
            | Self::TlsServed { name, .. }
            | Self::AcmeIssued { name, .. }
            | Self::AcmeRenews { name, .. } => name.clone(),
            Self::Running { daemon } | Self::ConfigurationClean { daemon } => daemon.name().into(),
            Self::Listens { ports } | Self::LetIn { ports } => {
                ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
            Self::MapAnswers { key, .. } => key.clone(),
            Self::WrongPasswordRefused { mailbox } | Self::Quota { mailbox, .. } => mailbox.clone(),
            Self::Delivers { address, .. } => address.clone(),
            Self::JailWatches { jail } => jail.name().into(),
            Self::ZoneServed { zone, .. } => zone.clone(),
            Self::SigningKeyFits { path, .. } => path.display().to_string(),
            Self::SigningKeyPublished { domain, .. } | Self::Signs { domain, .. } => domain.clone(),
            Self::LoginsCounted { least, .. } => least.to_string(),
            Self::PostfixValues { values } => values.len().to_string(),
            Self::LeavesBy { addresses } => addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            Self::Found(_)
            | Self::NothingHeldBack { .. }
            | Self::NoOpenRelay { .. }
            | Self::AuthOnlyInTls
            | Self::MailGetsOut { .. }
            | Self::ResolversFollowed
            | Self::SpfAnswers => String::new(),
        }
    }
}

impl Outcome {
    /// The word for it in JSON and in the words' selectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Report {
    /// The worst outcome; a pass when there is none at all.
    #[must_use]
    pub fn worst(&self) -> Outcome {
        self.checks.iter().map(|checked| checked.outcome).max().unwrap_or(Outcome::Pass)
    }

    /// How many checks came to this outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.checks.iter().filter(|checked| checked.outcome == outcome).count()
    }
}
