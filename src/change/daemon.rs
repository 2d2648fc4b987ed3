//! The daemons that mailwright runs: their names, units, sockets and checks, as data.

use serde::Serialize;

use crate::facts::Release;

/// Where policyd-rate-limit listens for Postfix, inside its chroot. It takes every connection: who gets there is decided by
/// the directory.
pub const RATE_LIMIT_SOCKET: &str = "/var/spool/postfix/ratelimit/socket/policy";

/// The daemons mailwright runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Daemon {
    /// The database.
    Mariadb,
    /// The SMTP server.
    Postfix,
    /// The IMAP and POP3 server, which delivers and authenticates.
    Dovecot,
    /// The milter that signs and checks signatures.
    Opendkim,
    /// The milter that looks whose address stands in the field From. Its program and unit are files of the plan.
    Authors,
    /// The milter that asks domains what becomes of mail in their name.
    Opendmarc,
    /// Counts what each login sends.
    RateLimit,
    /// Bans addresses that guess passwords.
    Fail2ban,
    /// The packet filter, of which this loads the rules at boot.
    Nftables,
}

impl Daemon {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Mariadb,
        Self::Postfix,
        Self::Dovecot,
        Self::Opendkim,
        Self::Authors,
        Self::Opendmarc,
        Self::RateLimit,
        Self::Fail2ban,
        Self::Nftables,
    ];

    /// The name people know it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mariadb => "MariaDB",
            Self::Postfix => "Postfix",
            Self::Dovecot => "Dovecot",
            Self::Opendkim => "OpenDKIM",
            Self::Authors => "mailwright-authors",
            Self::Opendmarc => "OpenDMARC",
            Self::RateLimit => "policyd-rate-limit",
            Self::Fail2ban => "fail2ban",
            Self::Nftables => "nftables",
        }
    }

    /// The unit one enables and starts.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Mariadb => "mariadb.service",
            Self::Postfix => "postfix.service",
            Self::Dovecot => "dovecot.service",
            Self::Opendkim => "opendkim.service",
            Self::Authors => "mailwright-authors.service",
            Self::Opendmarc => "opendmarc.service",
            Self::RateLimit => "policyd-rate-limit.service",
            Self::Fail2ban => "fail2ban.service",
            Self::Nftables => "nftables.service",
        }
    }

    /// All units of the daemon that could start it, for holding it back.
    #[must_use]
    pub const fn units(self) -> &'static [&'static str] {
        match self {
            Self::Mariadb => &["mariadb.service", "mariadb.socket"],
            Self::Postfix => &["postfix.service", "postfix@-.service"],
            Self::Dovecot => &["dovecot.service", "dovecot.socket"],
            Self::Opendkim => &["opendkim.service"],
            Self::Authors => &["mailwright-authors.service"],
            Self::Opendmarc => &["opendmarc.service"],
            Self::RateLimit => &["policyd-rate-limit.service"],
            Self::Fail2ban => &["fail2ban.service"],
            Self::Nftables => &["nftables.service"],
        }
    }

    /// The link that enables its unit, where the unit is a file of the plan; elsewhere the package makes it.
    #[must_use]
    pub const fn enabling(self) -> Option<&'static str> {
        match self {
            Self::Authors => Some("/etc/systemd/system/multi-user.target.wants/mailwright-authors.service"),
            _ => None,
        }
    }

    /// The generator (systemd.generator(7)) that makes units of the daemon at every reload of systemd, where it has one.
    #[must_use]
    pub const fn generator(self) -> Option<&'static str> {
        match self {
            // Bookworm's alone; on trixie Postfix has none of this name.
            Self::Postfix => Some("postfix-instance-generator"),
            _ => None,
        }
    }

    /// The files that its programs wait with while they may still be being written, by their age; none where they do not.
    #[must_use]
    pub const fn waits_for(self) -> &'static [&'static str] {
        match self {
            // Up to two seconds for each.
            Self::Postfix => &[
                "/etc/postfix/main.cf",
                "/etc/postfix/sql/domains.cf",
                "/etc/postfix/sql/mailboxes.cf",
                "/etc/postfix/sql/aliases.cf",
                "/etc/postfix/sql/sender-logins.cf",
                "/etc/postfix/sql/spoofed-senders.cf",
            ],
            Self::Authors => &["/etc/opendkim/sender-logins.cf"],
            _ => &[],
        }
    }

    /// The unit whose process is the daemon itself. On bookworm `postfix.service` is a shell around an instance and
    /// always looks active.
    #[must_use]
    pub fn process_unit(self, release: Release) -> &'static str {
        match (self, release) {
            (Self::Postfix, Release::Bookworm) => "postfix@-.service",
            _ => self.unit(),
        }
    }

    /// A unit by which it ran in the release before and may still run after an upgrade in place. On trixie
    /// `postfix.service` has the `Conflicts=` of its instance of bookworm, so neither starts while the other is told to.
    #[must_use]
    pub const fn former_unit(self, release: Release) -> Option<&'static str> {
        match (self, release) {
            (Self::Postfix, Release::Trixie) => Some("postfix@-.service"),
            _ => None,
        }
    }

    /// Its own check of its configuration, as a program and its arguments.
    #[must_use]
    pub const fn syntax_check(self) -> &'static [&'static str] {
        match self {
            Self::Mariadb => &["mariadbd", "--help", "--verbose"],
            Self::Postfix => &["postfix", "check"],
            Self::Dovecot => &["doveconf", "-n"],
            Self::Opendkim => &["opendkim", "-n"],
            Self::Authors => &["/etc/opendkim/authors", "--check"],
            Self::Opendmarc => &["opendmarc", "-n", "-c", "/etc/opendmarc.conf"],
            // It has no check of its own: it reads its configuration, and says what it made of it.
            Self::RateLimit => &["policyd-rate-limit", "--get-config", "limits"],
            Self::Fail2ban => &["fail2ban-client", "-t"],
            Self::Nftables => &["nft", "-c", "-f", "/etc/nftables.conf"],
        }
    }

    /// What is run before its start: its own check, or for Postfix the reading of both files alone, for `postfix start`
    /// runs the whole `postfix check` itself, which takes seconds.
    #[must_use]
    pub const fn check_before_start(self) -> &'static [&'static str] {
        match self {
            Self::Postfix => &["postconf", "-M"],
            _ => self.syntax_check(),
        }
    }

    /// The UNIX sockets that answer once it is ready.
    #[must_use]
    pub const fn sockets(self) -> &'static [&'static str] {
        match self {
            Self::Mariadb => &["/run/mysqld/mysqld.sock"],
            Self::Postfix | Self::Nftables => &[],
            Self::Dovecot => &["/var/spool/postfix/private/auth", "/var/spool/postfix/private/dovecot-lmtp"],
            Self::Opendkim => &["/var/spool/postfix/opendkim/opendkim.sock"],
            Self::Authors => &["/var/spool/postfix/opendkim/authors.sock"],
            Self::Opendmarc => &["/var/spool/postfix/opendmarc/opendmarc.sock"],
            Self::RateLimit => &[RATE_LIMIT_SOCKET],
            Self::Fail2ban => &["/run/fail2ban/fail2ban.sock"],
        }
    }

    /// The TCP ports that answer once it is ready.
    #[must_use]
    pub const fn ports(self) -> &'static [u16] {
        match self {
            Self::Mariadb
            | Self::Opendkim
            | Self::Authors
            | Self::Opendmarc
            | Self::RateLimit
            | Self::Fail2ban
            | Self::Nftables => &[],
            Self::Postfix => &[25, 465, 587],
            Self::Dovecot => &[110, 143, 993, 995],
        }
    }
}
