//! Answers as TOML, the inverse of parsing: what is kept under /var/lib/mailwright for the next run.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

use serde::Serialize;

use super::{Abuse, Address, Alias, Answers, Dmarc, Limits, Mailbox, Password, Spf, Tls, Zone};
use crate::error::{Context, Error, Result};
use crate::records::Name;
use crate::secret::Secret;

const HEAD: &str = "# The answers of the last run of mailwright setup; passwords are hashes.\n\n";

#[derive(Serialize)]
struct File<'a> {
    hostname: &'a str,
    ipv4: Option<String>,
    ipv6: Option<String>,
    contact: String,
    message_size_limit: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resolvers: Vec<String>,
    spoofed_senders: &'static str,
    further_domains: &'static str,
    sender_id: bool,
    firewall: &'static str,
    spf: SpfTable<'a>,
    dkim: DkimTable<'a>,
    dmarc: DmarcTable,
    limits: LimitsTable,
    tls: TlsTable<'a>,
    abuse: AbuseTable,
    zone: Option<ZoneTable>,
    domain: Vec<DomainTable<'a>>,
    mailbox: Vec<MailboxTable<'a>>,
    alias: Vec<AliasTable>,
}

#[derive(Serialize)]
struct SpfTable<'a> {
    all: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include: Vec<&'a str>,
    incoming: &'static str,
}

#[derive(Serialize)]
struct DkimTable<'a> {
    selector: &'a str,
    bits: &'static str,
}

#[derive(Serialize)]
struct DmarcTable {
    policy: &'static str,
    subdomains: &'static str,
    nonexistent: &'static str,
    testing: bool,
    reports: Option<String>,
    incoming: &'static str,
}

#[derive(Serialize)]
struct LimitsTable {
    outgoing: &'static str,
    outgoing_connections: Option<u32>,
    outgoing_delay: Option<u32>,
    outgoing_recipients: Option<u32>,
    incoming_connections: u32,
    incoming_connection_rate: u32,
    incoming_messages: u32,
    incoming_recipients: u32,
    incoming_logins: u32,
    incoming_tls_sessions: u32,
    per_login: &'static str,
    login_minute: u32,
    login_hour: u32,
    login_day: u32,
}

#[derive(Serialize)]
struct TlsTable<'a> {
    source: &'static str,
    acme_directory: Option<&'a str>,
    webroot: Option<&'a Path>,
    certificate: Option<&'a Path>,
    key: Option<&'a Path>,
}

#[derive(Serialize)]
struct ZoneTable {
    edit: &'static str,
    obsolete: Option<&'static str>,
}

#[derive(Serialize)]
struct AbuseTable {
    fail2ban: &'static str,
    ban_time: String,
    find_time: String,
    tries: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignore: Vec<String>,
}

#[derive(Serialize)]
struct DomainTable<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct MailboxTable<'a> {
    address: String,
    password_hash: &'a str,
    quota: String,
}

#[derive(Serialize)]
struct AliasTable {
    address: String,
    to: Vec<String>,
}

/// The answers as TOML text that parses back to equal answers; it holds hashes, so it is a secret.
///
/// # Errors
/// When a password is still plain: [`settle`](super::settle()) comes first.
pub fn to_toml(answers: &Answers) -> Result<Secret> {
    let file = File {
        hostname: answers.hostname.as_str(),
        ipv4: address(answers.ipv4, |ip: Ipv4Addr| ip.to_string()),
        ipv6: address(answers.ipv6, |ip: Ipv6Addr| ip.to_string()),
        contact: answers.contact.to_string(),
        message_size_limit: answers.message_size_limit.to_string(),
        resolvers: answers.resolvers.iter().map(ToString::to_string).collect(),
        spoofed_senders: answers.spoofed_senders.word(),
        further_domains: answers.further_domains.word(),
        sender_id: answers.sender_id,
        firewall: answers.firewall.word(),
        spf: spf(&answers.spf),
        dkim: DkimTable { selector: answers.dkim.selector.as_str(), bits: answers.dkim.bits.word() },
        dmarc: dmarc(&answers.dmarc),
        limits: limits(&answers.limits),
        tls: tls(&answers.tls),
        zone: (answers.zone != Zone::default()).then(|| zone(answers.zone)),
        abuse: abuse(&answers.abuse),
        domain: answers.domains.iter().map(|name| DomainTable { name: name.as_str() }).collect(),
        mailbox: answers.mailboxes.iter().map(mailbox).collect::<Result<_>>()?,
        alias: answers.aliases.iter().map(alias).collect(),
    };
    let text = toml::to_string(&file).context(|| "the answers cannot be written as TOML".to_owned())?;
    Ok(Secret::new(format!("{HEAD}{text}")))
}

fn address<T>(address: Address<T>, show: fn(T) -> String) -> Option<String> {
    match address {
        Address::Detect => None,
        Address::Is(ip) => Some(show(ip)),
        Address::Unused => Some("none".to_owned()),
    }
}

fn mailbox(mailbox: &Mailbox) -> Result<MailboxTable<'_>> {
    let Password::Hash(hash) = &mailbox.password else {
        return Err(Error::failed(format!("the password of {} is not hashed yet", mailbox.address)));
    };
    let quota = mailbox.quota.map_or_else(|| "none".to_owned(), |quota| quota.to_string());
    Ok(MailboxTable { address: mailbox.address.to_string(), password_hash: hash.reveal(), quota })
}

fn alias(alias: &Alias) -> AliasTable {
    AliasTable { address: alias.address.to_string(), to: alias.to.iter().map(ToString::to_string).collect() }
}

fn spf(spf: &Spf) -> SpfTable<'_> {
    let include = spf.include.iter().map(Name::as_str).collect();
    SpfTable { all: spf.all.word(), include, incoming: spf.incoming.word() }
}

fn dmarc(dmarc: &Dmarc) -> DmarcTable {
    DmarcTable {
        policy: dmarc.policy.word(),
        subdomains: dmarc.subdomains.word(),
        nonexistent: dmarc.nonexistent.word(),
        testing: dmarc.testing,
        reports: dmarc.reports.as_ref().map(ToString::to_string),
        incoming: dmarc.incoming.word(),
    }
}

const fn limits(limits: &Limits) -> LimitsTable {
    let (incoming, login) = (&limits.incoming, &limits.login);
    LimitsTable {
        outgoing: limits.outgoing.word(),
        outgoing_connections: limits.outgoing_connections,
        outgoing_delay: limits.outgoing_delay,
        outgoing_recipients: limits.outgoing_recipients,
        incoming_connections: incoming.connections,
        incoming_connection_rate: incoming.connection_rate,
        incoming_messages: incoming.messages,
        incoming_recipients: incoming.recipients,
        incoming_logins: incoming.logins,
        incoming_tls_sessions: incoming.tls_sessions,
        per_login: limits.per_login.word(),
        login_minute: login.minute,
        login_hour: login.hour,
        login_day: login.day,
    }
}

fn tls(tls: &Tls) -> TlsTable<'_> {
    let none = TlsTable { source: "self-signed", acme_directory: None, webroot: None, certificate: None, key: None };
    match tls {
        Tls::SelfSigned => none,
        Tls::Acme(acme) => TlsTable {
            source: "acme",
            acme_directory: Some(acme.directory.as_str()),
            webroot: acme.webroot.as_deref(),
            ..none
        },
        Tls::Files { certificate, key } => {
            TlsTable { source: "files", certificate: Some(certificate), key: Some(key), ..none }
        }
    }
}

const fn zone(zone: Zone) -> ZoneTable {
    let edit = if zone.edit { "yes" } else { "no" };
    ZoneTable { edit, obsolete: if zone.remove_obsolete { Some("remove") } else { None } }
}

fn abuse(abuse: &Abuse) -> AbuseTable {
    AbuseTable {
        fail2ban: abuse.fail2ban.word(),
        ban_time: abuse.ban_time.0.to_string(),
        find_time: abuse.find_time.0.to_string(),
        tries: abuse.tries.0,
        ignore: abuse.ignore.iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::parse;

    const HASH: &str = "{ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    fn there_and_back(extra: &str) -> String {
        let text = format!(
            "{extra}\nhostname = \"mail.example.org\"\ncontact = \"me@example.com\"\n[[domain]]\nname = \"example.org\"\n\
             [[mailbox]]\naddress = \"anna@example.org\"\npassword_hash = \"{HASH}\"\nquota = \"none\"\n\
             [[mailbox]]\naddress = \"ben@example.org\"\npassword_hash = \"{HASH}\"\n\
             [[alias]]\naddress = \"info@example.org\"\nto = [\"anna@example.org\", \"me@example.com\"]\n"
        );
        let answers = parse(&text, Path::new("answers.toml")).unwrap();
        let saved = to_toml(&answers).unwrap();
        assert_eq!(parse(saved.reveal(), Path::new("saved.toml")).unwrap(), answers);
        saved.reveal().replace(HASH, "(hash)")
    }

    #[test]
    fn saved_answers_parse_back_to_the_same() {
        insta::assert_snapshot!(there_and_back(""));
        there_and_back("ipv4 = \"203.0.113.10\"\nipv6 = \"none\"\nmessage_size_limit = \"1536K\"");
        there_and_back(
            "sender_id = true\nspoofed_senders = \"off\"\nfurther_domains = \"cname\"\n\
             spf = { all = \"softfail\", include = [\"_spf.example.net\"], incoming = \"mark\" }\n\
             dkim = { selector = \"S2026\", bits = 4096 }\n\
             dmarc = { policy = \"quarantine\", subdomains = \"none\", nonexistent = \"reject\", testing = true, \
             reports = \"dmarc@example.com\", incoming = \"off\" }",
        );
        there_and_back("limits = { outgoing = \"normal\", outgoing_delay = 1, per_login = \"off\", login_day = 9 }");
        there_and_back("zone = { edit = \"no\" }");
        there_and_back("zone = { obsolete = \"remove\" }");
        there_and_back(
            "firewall = \"install\"\nabuse = { fail2ban = \"no\", ban_time = \"2d\", find_time = \"1h\", tries = 3, \
             ignore = [\"198.51.100.0/24\", \"2001:db8::1\"] }",
        );
        there_and_back("resolvers = [\"192.0.2.53\", \"[::1]:5353\"]");
        there_and_back("tls = { source = \"acme\" }");
        there_and_back(
            "tls = { source = \"acme\", acme_directory = \"https://ca.test:14000/dir\", webroot = \"/srv/www\" }",
        );
        there_and_back(
            "ipv6 = \"2001:db8::10\"\ntls = { source = \"files\", certificate = \"/a/c.pem\", key = \"/a/k.pem\" }",
        );
    }

    #[test]
    fn a_plain_password_is_never_saved() {
        let text = "hostname = \"mail.example.org\"\ncontact = \"me@example.com\"\ndomain = [{ name = \"example.org\" }]\n\
                    mailbox = [{ address = \"anna@example.org\", password = \"correct horse\" }]";
        let error = to_toml(&parse(text, Path::new("answers.toml")).unwrap()).unwrap_err();
        assert_eq!(error.render(), "error: the password of anna@example.org is not hashed yet");
    }
}
