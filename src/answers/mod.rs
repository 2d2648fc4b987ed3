//! What the admin decided: one typed struct. What can be parsed is valid.
//!
//! The types that make wrong values impossible live in [`types`], the keys of the file in [`keys`]; [`load()`] reads a
//! file and names all its mistakes at once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use serde::Serialize;

use crate::facts::Facts;
use crate::secret::Secret;

pub mod abuse;
pub mod addresses;
mod asked;
mod certificate;
pub mod choice;
pub mod hash;
pub mod keys;
pub mod limits;
mod load;
mod mistake;
mod notes;
mod parse;
mod passwords;
mod rules;
mod save;
mod schemes;
pub mod senders;
mod settle;
mod shown;
pub mod types;
mod zone;

pub use abuse::{Abuse, Banning, Wall};
pub use addresses::Resolver;
pub use certificate::{Acme, Directory};
pub use limits::Limits;
pub use load::{Parsed, load};
pub use mistake::{Mistake, Mistakes};
pub use parse::{parse, parse_asked};
pub use passwords::given as given_password;
pub use rules::ROLES;
pub use save::to_toml;
pub use senders::{Below, Bits, Dkim, Dmarc, Further, Incoming, Policy, Selector, Spf, SpfAll, Spoofed};
pub(crate) use settle::hash_all;
pub use settle::settle;
pub use types::{ByteSize, DomainName, Fqdn, MailAddress};

/// The annotated example: every key with its default, what it means and what is allowed. It parses.
pub const EXAMPLE: &str = include_str!("../../assets/answers.example.toml");

/// All decisions of one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// The server's name in the DNS: MX target, HELO name, certificate name.
    pub hostname: Fqdn,
    /// The public IPv4 address.
    pub ipv4: Address<Ipv4Addr>,
    /// The public IPv6 address.
    pub ipv6: Address<Ipv6Addr>,
    /// Gets postmaster@, abuse@ and the machine's own mail (RFC 2142).
    pub contact: MailAddress,
    /// The domains whose mail is delivered here; at least one.
    pub domains: Vec<DomainName>,
    /// The mailboxes; each lies in one of the domains.
    pub mailboxes: Vec<Mailbox>,
    /// The aliases; each lies in one of the domains.
    pub aliases: Vec<Alias>,
    /// Where the certificate comes from.
    pub tls: Tls,
    /// The largest message accepted, in bytes (postconf(5) `message_size_limit`).
    pub message_size_limit: ByteSize,
    /// What is done to zones that a BIND on this server holds.
    pub zone: Zone,
    /// The resolvers the DNS is looked at through; when there are none, the machine's own and a few public ones.
    pub resolvers: Vec<Resolver>,
    /// Who sends for the domains (SPF), and what becomes of incoming mail that fails.
    pub spf: Spf,
    /// The key that signs (DKIM).
    pub dkim: Dkim,
    /// The policy of the domains (DMARC), and what becomes of incoming mail that fails.
    pub dmarc: Dmarc,
    /// How much mail goes out and comes in, and how much of it one login sends.
    pub limits: Limits,
    /// What becomes of mail from outside whose sender claims an address of ours.
    pub spoofed_senders: Spoofed,
    /// Where the DKIM and DMARC records of the further domains stand.
    pub further_domains: Further,
    /// Whether Sender-ID records (RFC 4406, Historic) are published too.
    pub sender_id: bool,
    /// What is done about a firewall.
    pub firewall: Wall,
    /// What is done against guessers.
    pub abuse: Abuse,
}

/// An address of the server: looked up on the machine, given, or not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Address<T> {
    /// Left out of the answers: the machine's own public address, if it has one.
    Detect,
    /// Given in the answers.
    Is(T),
    /// `"none"` in the answers: this family is not used at all.
    Unused,
}

/// One mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mailbox {
    /// The address, which is the login name too.
    pub address: MailAddress,
    /// How the password was given.
    pub password: Password,
    /// The most the mailbox may hold; `None` for no limit.
    pub quota: Option<ByteSize>,
}

/// A mailbox's password as the answers give it. Files are read while parsing, so a plain one holds the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Password {
    /// The text itself (`password`, or the first line of `password_file`).
    Plain(Secret),
    /// A hash with its Dovecot scheme, `{ARGON2ID}$argon2id$...` (`password_hash`).
    Hash(Secret),
}

/// One alias: mail to `address` goes to all of `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alias {
    /// The address that takes the mail.
    pub address: MailAddress,
    /// Where it goes, on this server or elsewhere; at least one.
    pub to: Vec<MailAddress>,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "source")]
pub enum Tls {
    /// Made here, signed by itself.
    SelfSigned,
    /// Asked for at an authority by ACME (RFC 8555), and renewed.
    Acme(Acme),
    /// Given: PEM files, the certificate with its chain.
    Files {
        /// The certificate followed by its intermediates.
        certificate: PathBuf,
        /// The private key, unencrypted.
        key: PathBuf,
    },
}

/// What is done to zones that a BIND on this server holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Zone {
    /// The records of the server are put into their files.
    pub edit: bool,
    /// Records that nobody reads any more are taken out.
    pub remove_obsolete: bool,
}

impl Default for Zone {
    fn default() -> Self {
        Self { edit: true, remove_obsolete: false }
    }
}

impl Answers {
    /// The quota of a mailbox that names none.
    pub const DEFAULT_QUOTA: ByteSize = ByteSize(1 << 30);
    /// The message size limit when none is given: 50 MiB.
    pub const DEFAULT_MESSAGE_SIZE_LIMIT: ByteSize = ByteSize(50 << 20);
}

impl Answers {
    /// The public IPv4 address: the one given, or the machine's own.
    #[must_use]
    pub fn public_ipv4(&self, facts: &Facts) -> Option<Ipv4Addr> {
        match self.ipv4 {
            Address::Detect => facts.ipv4.first().copied(),
            Address::Is(address) => Some(address),
            Address::Unused => None,
        }
    }

    /// The public IPv6 address: the one given, or the machine's own.
    #[must_use]
    pub fn public_ipv6(&self, facts: &Facts) -> Option<Ipv6Addr> {
        match self.ipv6 {
            Address::Detect => facts.ipv6.first().copied(),
            Address::Is(address) => Some(address),
            Address::Unused => None,
        }
    }

    /// All public addresses, IPv4 first.
    #[must_use]
    pub fn addresses(&self, facts: &Facts) -> Vec<IpAddr> {
        let ipv4 = self.public_ipv4(facts).map(IpAddr::from);
        ipv4.into_iter().chain(self.public_ipv6(facts).map(IpAddr::from)).collect()
    }

    /// The public addresses, and behind them all others that the machine has itself.
    #[must_use]
    pub fn addresses_and_own(&self, facts: &Facts) -> Vec<IpAddr> {
        let mut all = self.addresses(facts);
        let own = facts.ipv4.iter().copied().map(IpAddr::from).chain(facts.ipv6.iter().copied().map(IpAddr::from));
        for address in own {
            if !all.contains(&address) {
                all.push(address);
            }
        }
        all
    }
}
