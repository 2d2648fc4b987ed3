//! DMARC: what receivers do with mail in our name that nobody vouches for, and the same done here for other domains.

use crate::answers::Answers;
use crate::change::{Change, Daemon, Owner};
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::{Step, rendered};

/// The step. The records themselves are in the list of [`crate::dns::records`].
pub const STEP: Step = Step { id: "dmarc", questions, changes, checks };

const CONFIG: &str = "/etc/opendmarc.conf";
const HOSTS_DIR: &str = "/etc/opendmarc";
/// Its socket stands there, inside Postfix's chroot.
const SOCKET_DIR: &str = "/var/spool/postfix/opendmarc";
const USER: &str = "opendmarc";

fn questions() -> Vec<Question> {
    ["dmarc.policy", "dmarc.testing", "dmarc.subdomains", "dmarc.nonexistent", "dmarc.reports", "dmarc.incoming"]
        .map(for_key)
        .to_vec()
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    if !answers.dmarc.incoming.is_on() {
        return Vec::new();
    }
    let file = |path: String, template: &str| rendered(path, 0o644, template, answers, facts);
    let files = vec![
        file(format!("{HOSTS_DIR}/ignore.hosts"), "opendmarc/ignore.hosts"),
        file(CONFIG.into(), "opendmarc/opendmarc.conf"),
    ];
    let uses = files.iter().flat_map(Change::paths).collect();
    let directories = vec![
        Change::Directory { path: HOSTS_DIR.into(), owner: Owner::root(), mode: 0o755 },
        Change::Directory { path: SOCKET_DIR.into(), owner: Owner::new(USER, "postfix"), mode: 0o2750 },
    ];
    [directories, files, vec![Change::Service { daemon: Daemon::Opendmarc, uses }]].concat()
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    if !answers.dmarc.incoming.is_on() {
        return Vec::new();
    }
    let daemon = Daemon::Opendmarc;
    vec![Check::ConfigurationClean { daemon }, Check::Running { daemon }]
}
