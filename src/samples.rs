//! One of each kind of change and check, for tests that walk them all. A new kind does not compile until it is here.

use crate::change::{AcmeCertificate, Change, Daemon, OpenPorts, Owner, Packages, Row, ZoneRecords};
use crate::check::{Check, Finding, Outcome};
use crate::facts::Firewall;
use crate::text::{SecretName, Text};

/// One change of each kind.
pub fn changes() -> Vec<Change> {
    std::iter::successors(Some(first_change()), next_change).collect()
}

/// One check of each kind.
pub fn checks() -> Vec<Check> {
    std::iter::successors(Some(first_check()), next_check).collect()
}

fn row() -> Row {
    let key = [("name".to_owned(), crate::change::Value::Text("example.org".into()))];
    Row { table: "domains".into(), key: key.into(), values: [].into() }
}

fn first_change() -> Change {
    Change::Packages(Packages { names: vec!["postfix".into()], hold: vec![Daemon::Postfix], debconf: vec![] })
}

fn next_change(change: &Change) -> Option<Change> {
    let (owner, path) = (Owner::root, "/etc/postfix/main.cf");
    Some(match change {
        Change::Packages(_) => Change::Hostname { fqdn: "mail.example.org".into() },
        Change::Hostname { .. } => Change::Directory { path: "/etc/postfix/sql".into(), owner: owner(), mode: 0o750 },
        Change::Directory { .. } => {
            Change::File { path: path.into(), owner: owner(), mode: 0o644, content: Text::new("") }
        }
        Change::File { .. } => Change::SystemUser { name: "vmail".into(), id: 5000, home: "/var/vmail".into() },
        Change::SystemUser { .. } => Change::Certificate {
            certificate: "/etc/mailwright/tls/fullchain.pem".into(),
            key: "/etc/mailwright/tls/privkey.pem".into(),
            name: "mail.example.org".into(),
            days: 3650,
        },
        Change::Certificate { .. } => {
            Change::SigningKey { path: "/etc/dkimkeys/s1.private".into(), owner: owner(), bits: 2048 }
        }
        Change::SigningKey { .. } => {
            Change::Database { name: "mailserver".into(), schema: String::new(), tables: vec!["domains".into()] }
        }
        Change::Database { .. } => Change::DatabaseReader {
            user: "mailreader".into(),
            database: "mailserver".into(),
            password: SecretName::Reader,
        },
        Change::DatabaseReader { .. } => Change::Row(row()),
        Change::Row(_) => Change::Zone(ZoneRecords {
            zone: "example.org".into(),
            file: "/etc/bind/db.example.org".into(),
            records: vec![],
            remove_obsolete: false,
            server: "mail.example.org".into(),
            addresses: vec![],
            today: 20_261_124,
        }),
        Change::Zone(_) => Change::Acme(AcmeCertificate {
            name: "mail.example.org".into(),
            addresses: vec![],
            contact: "postmaster@example.org".into(),
            directory: crate::answers::Directory::DEFAULT.into(),
            webroot: "/var/www/html".into(),
            certificate: "/etc/mailwright/tls/fullchain.pem".into(),
            key: "/etc/mailwright/tls/privkey.pem".into(),
            hook: "/etc/mailwright/acme-deploy".into(),
        }),
        Change::Acme(_) => Change::Firewall(OpenPorts { wall: Firewall::Ufw, ports: vec![25] }),
        Change::Firewall(_) => Change::Service { daemon: Daemon::Postfix, uses: vec![path.into()] },
        Change::Service { .. } => return None,
    })
}

fn first_check() -> Check {
    Check::Hostname { fqdn: "mail.example.org".into() }
}

fn next_check(check: &Check) -> Option<Check> {
    let (mailbox, name) = ("anna@example.org", "mail.example.org");
    Some(match check {
        Check::Hostname { .. } => Check::ResolvesHere { fqdn: name.into(), addresses: vec![] },
        Check::ResolvesHere { .. } => Check::PackagesInstalled { names: vec!["postfix".into()] },
        Check::PackagesInstalled { .. } => Check::NothingHeldBack { daemons: vec![Daemon::Dovecot] },
        Check::NothingHeldBack { .. } => Check::DatabaseRows { database: "mailserver".into(), rows: vec![row()] },
        Check::DatabaseRows { .. } => {
            Check::ReaderOnlyReads { user: "mailreader".into(), database: "mailserver".into() }
        }
        Check::ReaderOnlyReads { .. } => Check::CertificateFits {
            certificate: "/etc/mailwright/tls/fullchain.pem".into(),
            key: "/etc/mailwright/tls/privkey.pem".into(),
            name: name.into(),
            self_signed: true,
        },
        Check::CertificateFits { .. } => Check::Running { daemon: Daemon::Mariadb },
        Check::Running { .. } => Check::ConfigurationClean { daemon: Daemon::Postfix },
        Check::ConfigurationClean { .. } => Check::Listens { ports: vec![25, 587] },
        Check::Listens { .. } => {
            Check::MapAnswers { map: "proxy:mysql:/etc/postfix/sql/domains.cf".into(), key: "example.org".into() }
        }
        Check::MapAnswers { .. } => Check::NoOpenRelay { addresses: vec![], domain: "example.org".into() },
        Check::NoOpenRelay { .. } => Check::AuthOnlyInTls,
        Check::AuthOnlyInTls => Check::TlsServed {
            name: name.into(),
            certificate: "/etc/mailwright/tls/fullchain.pem".into(),
            ports: vec![25, 993],
        },
        Check::TlsServed { .. } => Check::WrongPasswordRefused { mailbox: mailbox.into() },
        Check::WrongPasswordRefused { .. } => {
            Check::Delivers { address: "postmaster@example.org".into(), mailbox: Some(mailbox.into()) }
        }
        Check::Delivers { .. } => Check::Quota { mailbox: mailbox.into(), kib: 2 << 20 },
        Check::Quota { .. } => Check::SpfAnswers,
        Check::SpfAnswers => Check::LoginsCounted { least: 60, limits: "[[60, 60]]".into() },
        Check::LoginsCounted { .. } => {
            Check::PostfixValues { values: vec![("smtpd_client_auth_rate_limit".into(), "10".into())] }
        }
        Check::PostfixValues { .. } => Check::LeavesBy { addresses: vec![] },
        Check::LeavesBy { .. } => Check::MailGetsOut { ipv4: true, ipv6: true },
        Check::MailGetsOut { .. } => Check::ResolversFollowed,
        Check::ResolversFollowed => {
            Check::SigningKeyFits { path: "/etc/dkimkeys/s1.private".into(), owner: "opendkim".into(), bits: 2048 }
        }
        Check::SigningKeyFits { path, .. } => {
            Check::SigningKeyPublished { domain: "example.org".into(), selector: "s1".into(), path: path.clone() }
        }
        Check::SigningKeyPublished { domain, selector, .. } => Check::Signs {
            domain: domain.clone(),
            selector: selector.clone(),
            address: "postmaster@example.org".into(),
            mailbox: mailbox.into(),
        },
        Check::Signs { .. } => Check::JailWatches { jail: crate::check::Jail::Dovecot },
        Check::JailWatches { .. } => Check::LetIn { ports: vec![25] },
        Check::LetIn { .. } => Check::ZoneServed {
            zone: "example.org".into(),
            file: "/etc/bind/db.example.org".into(),
            records: vec![],
            server: name.into(),
            addresses: vec![],
        },
        Check::ZoneServed { .. } => {
            Check::AcmeIssued { name: name.into(), certificate: "/etc/mailwright/tls/fullchain.pem".into() }
        }
        Check::AcmeIssued { .. } => Check::AcmeRenews {
            name: name.into(),
            hook: "/etc/mailwright/acme-deploy".into(),
            webroot: "/var/www/html".into(),
        },
        // What a finding may be is told by the step that finds; its words are looked up with that list.
        Check::AcmeRenews { .. } => {
            Check::Found(Finding { id: "", outcome: Outcome::Pass, evidence: String::new(), ports: vec![] })
        }
        Check::Found(_) => return None,
    })
}
