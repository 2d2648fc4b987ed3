//! What the machine is now: probed once before planning, serialisable, so that a test can replay a recorded machine.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

mod account;
mod bind;
mod firewall;
mod obstacle;

pub use account::MailAccount;
pub use bind::{HeldZone, Hindrance};
pub use firewall::{Chain, Firewall};
pub use obstacle::{AptSays, Database, Unfit};

/// A Debian release mailwright knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Release {
    /// Debian 12: Postfix 3.7, Dovecot 2.3, MariaDB 10.11.
    Bookworm,
    /// Debian 13: Postfix 3.10, Dovecot 2.4, MariaDB 11.8.
    Trixie,
}

impl Release {
    /// Both, oldest first.
    pub const ALL: [Self; 2] = [Self::Bookworm, Self::Trixie];

    /// The code name as Debian writes it.
    #[must_use]
    pub const fn codename(self) -> &'static str {
        match self {
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
        }
    }

    /// The release of this code name.
    #[must_use]
    pub fn named(codename: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|release| release.codename() == codename)
    }
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.codename())
    }
}

/// The machine as it is.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself, none is a state of another")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// `PRETTY_NAME` of /etc/os-release.
    pub os: String,
    /// The Debian release, when it is one we know.
    pub release: Option<Release>,
    /// The later release that apt's sources name already: the next upgrade brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<Release>,
    /// Whether we run as root.
    pub root: bool,
    /// Whether systemd is the init (/run/systemd/system exists).
    pub systemd: bool,
    /// The machine architecture as dpkg names it (`amd64`).
    pub architecture: String,
    /// Memory in MiB, swap not counted; 0 when it could not be read.
    pub memory_mib: u64,
    /// Swap space in MiB.
    #[serde(default)]
    pub swap_mib: u64,
    /// Free disk space in MiB that programs may use, of the fuller one of the file systems that take the mail and the
    /// packages (/ and /var); `None` when it could not be read.
    pub free_disk_mib: Option<u64>,
    /// The clock.
    pub clock: Clock,
    /// dpkg's state.
    pub dpkg: Dpkg,
    /// The static hostname (/etc/hostname), trimmed.
    pub hostname: String,
    /// What the resolver says the full name is (`hostname -f`), when it can.
    pub fqdn: Option<String>,
    /// /etc/hosts as it stands.
    pub hosts: String,
    /// The files that are mount points of their own (containers bind /etc/hosts, /etc/hostname, /etc/resolv.conf).
    pub bind_mounts: BTreeSet<String>,
    /// The global IPv4 addresses of the interfaces, the one of the default route first.
    pub ipv4: Vec<Ipv4Addr>,
    /// The global IPv6 addresses of the interfaces, the one of the default route first.
    pub ipv6: Vec<Ipv6Addr>,
    /// Sockets that listen.
    pub listeners: Vec<Listener>,
    /// cloud-init, when it is installed.
    pub cloud_init: Option<CloudInit>,
    /// Mail and database configuration that stands here already: path to the first comment line, to tell ours from a
    /// foreign one; empty for a directory and for a file without comments.
    pub mail_config: BTreeMap<String, String>,
    /// Whether every package archive needed is in apt's cache already.
    pub packages_cached: bool,
    /// Whether the package mirror answered; `None` when it was not asked.
    pub mirror: Option<Mirror>,
    /// The state of the units the steps care about.
    pub units: BTreeMap<String, Unit>,
    /// Users and groups that exist and that the steps care about.
    pub users: BTreeSet<String>,
    /// The servers that /etc/resolv.conf names, in its order.
    #[serde(default)]
    pub nameservers: Vec<IpAddr>,
    /// The DKIM keys that stand here.
    #[serde(default)]
    pub dkim: DkimKeys,
    /// The zones of which BIND, where it is here, is the primary server, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bind: Vec<HeldZone>,
    /// The firewall that keeps others out; none where nothing does, or where only root could see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firewall: Option<Firewall>,
    /// The statements of /etc/nftables.conf that do more than Debian's own file, which lets everything pass; none where
    /// the file is ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nftables_rules: Vec<String>,
    /// The port of this server that the SSH session came in by in which we run, where we run in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh_session: Option<u16>,
    /// The name that the machine had before mailwright gave it another, as long as no run has come to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hostname_before: Option<String>,
    /// Whether the MariaDB that is installed came with mailwright: one that was here has its own users, and its network.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mariadb_came: bool,
    /// Whether the fail2ban that is installed came with mailwright.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fail2ban_came: bool,
    /// Whether the fail2ban of Debian 12 would look for a log of SSH that is not there, and nobody has told it another
    /// place: it does not start then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sshd_unread: bool,
    /// What apt says of the packages before it installs them.
    #[serde(default, skip_serializing_if = "AptSays::is_silent")]
    pub apt: AptSays,
    /// Places that have to be written and cannot be, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unwritable: Vec<String>,
    /// Whether port 25 of mail servers elsewhere can be reached. Asked before a first setup; the check asks itself.
    #[serde(default, skip_serializing_if = "MailOut::is_unseen")]
    pub mail_out: MailOut,
    /// The MariaDB that is here; none where there is none, and where only root could see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<Database>,
    /// The account that owns all mail: as it stands, or as it will.
    #[serde(default, skip_serializing_if = "MailAccount::is_usual")]
    pub mail_account: MailAccount,
    /// Whether a run of mailwright began its work here and was not taken back: what looks half-done may be ours. Set
    /// by whoever reads the journal; the probe leaves it false.
    #[serde(default)]
    pub begun: bool,
}

/// Whether port 25 of mail servers elsewhere can be reached, by family; `None` where nobody could be called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailOut {
    /// By IPv4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv4: Option<bool>,
    /// By IPv6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6: Option<bool>,
}

impl MailOut {
    /// Whether nothing is known.
    #[must_use]
    pub const fn is_unseen(&self) -> bool {
        self.ipv4.is_none() && self.ipv6.is_none()
    }
}

/// The DKIM keys on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DkimKeys {
    /// Each key's selector and its public half: a `SubjectPublicKeyInfo` in base64, as `p=` of its record has it
    /// (RFC 6376, section 3.6.1).
    pub public: BTreeMap<String, String>,
    /// The selector that OpenDKIM signs with now.
    pub signing: Option<String>,
    /// Since when, in seconds since the epoch.
    pub since: Option<i64>,
    /// The selectors whose records the world sees in every domain. Asked only while the key is being changed, by whoever
    /// knows the answers; the probe leaves it empty.
    pub seen: BTreeSet<String>,
}

/// The clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Seconds since the epoch.
    pub now: i64,
    /// Whether the kernel says it is synchronised (timedatectl `NTPSynchronized`).
    pub synchronised: bool,
    /// Whether the machine is a container, whose clock is its host's.
    pub container: bool,
}

/// dpkg's state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dpkg {
    /// Installed packages and their versions.
    pub installed: BTreeMap<String, String>,
    /// Packages left half-way (`dpkg --audit`), by name.
    pub broken: Vec<String>,
    /// Whether dpkg was stopped amid its work (/var/lib/dpkg/updates holds something) or is at it now.
    #[serde(default)]
    pub interrupted: bool,
    /// Packages on hold (apt-mark(8)), installed or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<String>,
    /// Who holds dpkg's lock: `apt-get (pid 123)`.
    pub lock_holder: Option<String>,
    /// Age of apt's package lists in seconds; `None` when there are none.
    pub lists_age: Option<u64>,
}

/// One listening socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// The local address.
    pub address: IpAddr,
    /// The TCP port.
    pub port: u16,
    /// The program, when we may know it.
    pub program: Option<String>,
}

/// What cloud-init is set to do to our work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudInit {
    /// `preserve_hostname: true` stands in its configuration.
    pub preserve_hostname: bool,
    /// `manage_etc_hosts` is set to something but false.
    pub manage_etc_hosts: bool,
    /// The cloud-config that came with the machine (user data, vendor data) sets `manage_etc_hosts` to something but
    /// false; it wins over every file in /etc/cloud.
    #[serde(default)]
    pub data_manages_hosts: bool,
}

/// Whether the package mirror answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirror {
    /// Its host name.
    pub host: String,
    /// Why it could not be reached; `None` when it could.
    pub error: Option<String>,
}

/// A unit's state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// `ActiveState` is active.
    pub active: bool,
    /// `UnitFileState` (enabled, disabled, masked, static, empty when there is none).
    pub file_state: String,
}
