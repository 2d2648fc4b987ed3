//! What packages leave behind beside the files that dpkg lists: read in their maintainer scripts and seen on real hosts.
//!
//! An entry is needed for every package that any answer can bring and that leaves something; the test that counts no path
//! after a rollback proves the table complete. In a pattern `*` stands for anything within one name, and `**` at the end
//! for all that lies below.

/// What one package leaves.
#[derive(Debug, Clone, Copy)]
pub struct Leavings {
    /// The package.
    pub package: &'static str,
    /// What its scripts and its programs make. What they made goes with the package.
    pub own: &'static [&'static str],
    /// What goes with all that lies in it when the package is purged: by its own script, or by us. What is somebody
    /// else's there is saved before.
    pub goes: &'static [&'static str],
    /// The accounts it makes: `user NAME` and `group NAME`.
    pub accounts: &'static [&'static str],
}

impl Leavings {
    const fn of(package: &'static str) -> Self {
        Self { package, own: &[], goes: &[], accounts: &[] }
    }
}

/// What the packages leave, on both releases.
pub const ALL: &[Leavings] = &[
    Leavings { goes: &["/etc/letsencrypt"], ..Leavings::of("certbot") },
    Leavings {
        own: &["/etc/dbconfig-common/config", "/etc/dbconfig-common/config.ucf-*"],
        ..Leavings::of("dbconfig-common")
    },
    Leavings {
        // The links to the certificate of ssl-cert, and what Dovecot notes of its instances.
        own: &[
            "/etc/dovecot/private/dovecot.*",
            "/var/lib/dovecot/instances",
            "/var/lib/dovecot/ssl-parameters.dat",
            "/var/lib/dovecot/*.lock",
        ],
        goes: &["/etc/dovecot", "/var/lib/dovecot"],
        accounts: &["user dovecot", "group dovecot", "user dovenull", "group dovenull"],
        ..Leavings::of("dovecot-core")
    },
    Leavings {
        own: &["/var/lib/fail2ban/fail2ban.sqlite3*"],
        goes: &["/etc/fail2ban", "/var/lib/fail2ban"],
        ..Leavings::of("fail2ban")
    },
    Leavings {
        // The server's own databases, tables and logs (https://mariadb.com/kb/en/aria-storage-engine/ and
        // innodb-system-variables/). Databases that are somebody's are dumped before.
        own: &[
            "/etc/mysql/debian.cnf",
            "/var/lib/mysql",
            "/var/lib/mysql/aria_log*",
            "/var/lib/mysql/ddl_recovery*.log",
            "/var/lib/mysql/debian-*.flag",
            "/var/lib/mysql/ib*",
            "/var/lib/mysql/mariadb_upgrade_info",
            "/var/lib/mysql/multi-master.info",
            "/var/lib/mysql/mysql/**",
            "/var/lib/mysql/mysql_upgrade_info",
            "/var/lib/mysql/performance_schema/**",
            "/var/lib/mysql/sys/**",
            "/var/lib/mysql/tc.log",
            "/var/lib/mysql/undo*",
            "/var/lib/mysql/*.pid",
            "/var/lib/mysql/*.err",
            "/var/lib/mysql/*/*.CSM",
            "/var/lib/mysql/*/*.CSV",
            "/var/lib/mysql/*/*.frm",
            "/var/lib/mysql/*/*.ibd",
            "/var/lib/mysql/*/*.MAD",
            "/var/lib/mysql/*/*.MAI",
            "/var/lib/mysql/*/*.MYD",
            "/var/lib/mysql/*/*.MYI",
            "/var/lib/mysql/*/*.TRG",
            "/var/lib/mysql/*/*.TRN",
            "/var/lib/mysql/*/db.opt",
        ],
        goes: &["/etc/mysql", "/var/lib/mysql", "/var/log/mysql"],
        accounts: &["user mysql", "group mysql"],
        ..Leavings::of("mariadb-server")
    },
    Leavings {
        goes: &["/etc/opendkim", "/etc/dkimkeys", "/var/lib/opendkim"],
        accounts: &["user opendkim", "group opendkim"],
        ..Leavings::of("opendkim")
    },
    Leavings {
        goes: &["/etc/opendmarc", "/var/lib/opendmarc"],
        accounts: &["user opendmarc", "group opendmarc"],
        ..Leavings::of("opendmarc")
    },
    Leavings {
        own: &["/var/lib/policyd-rate-limit/db.sqlite3*"],
        goes: &["/var/lib/policyd-rate-limit"],
        accounts: &["user policyd-rate-limit", "group policyd-rate-limit"],
        ..Leavings::of("policyd-rate-limit")
    },
    Leavings {
        // The queue directories of postconf(5), what configure-instance.sh copies for daemons that run chrooted, and the
        // files of postfix(1).
        own: &[
            "/etc/aliases",
            // A draft of deb-systemd-helper(1p)'s, for which there was no room.
            "/var/lib/systemd/deb-systemd-helper-enabled/.state*.tmp",
            "/etc/aliases.db",
            "/etc/postfix/dynamicmaps.cf",
            "/etc/postfix/main.cf.proto",
            "/etc/postfix/makedefs.out",
            "/etc/postfix/master.cf",
            "/etc/postfix/master.cf.proto",
            "/etc/postfix/post-install",
            "/etc/postfix/postfix-files",
            "/etc/postfix/postfix-script",
            "/etc/postfix/*.db",
            "/etc/postfix/sasl",
            "/var/lib/postfix/master.lock",
            "/var/lib/postfix/prng_exch",
            "/var/lib/postfix/*_scache.*",
            "/var/lib/postfix/*.db",
            "/var/spool/postfix/active/**",
            "/var/spool/postfix/bounce/**",
            "/var/spool/postfix/corrupt/**",
            "/var/spool/postfix/defer/**",
            "/var/spool/postfix/deferred/**",
            "/var/spool/postfix/dev/**",
            "/var/spool/postfix/etc/**",
            "/var/spool/postfix/flush/**",
            "/var/spool/postfix/hold/**",
            "/var/spool/postfix/incoming/**",
            "/var/spool/postfix/lib/**",
            "/var/spool/postfix/maildrop/**",
            "/var/spool/postfix/pid/**",
            "/var/spool/postfix/private/**",
            "/var/spool/postfix/public/**",
            "/var/spool/postfix/saved/**",
            "/var/spool/postfix/trace/**",
            "/var/spool/postfix/usr/**",
        ],
        goes: &["/etc/postfix", "/etc/systemd/system/postfix.service.d", "/var/lib/postfix", "/var/spool/postfix"],
        accounts: &["user postfix", "group postfix", "group postdrop"],
        ..Leavings::of("postfix")
    },
    Leavings { accounts: &["user policyd-spf", "group policyd-spf"], ..Leavings::of("postfix-policyd-spf-python") },
    Leavings { accounts: &["user policyd-spf", "group policyd-spf"], ..Leavings::of("python3-spf-engine") },
    // Its purge removes this file, whosever it is.
    Leavings { own: &["/etc/inputrc"], goes: &["/etc/inputrc"], ..Leavings::of("readline-common") },
    Leavings {
        own: &["/etc/ssl/certs/ssl-cert-snakeoil.pem", "/etc/ssl/private/ssl-cert-snakeoil.key", "/etc/ssl/private"],
        accounts: &["group ssl-cert"],
        ..Leavings::of("ssl-cert")
    },
    Leavings {
        own: &["/etc/ca-certificates.conf*", "/etc/ssl/certs/ca-certificates.crt", "/usr/local/share/ca-certificates"],
        ..Leavings::of("ca-certificates")
    },
];

/// What these packages leave.
#[must_use]
pub fn of(is_one: &dyn Fn(&str) -> bool) -> Vec<&'static Leavings> {
    ALL.iter().filter(|one| is_one(one.package)).collect()
}
