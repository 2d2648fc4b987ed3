//! All that must stay hidden on a server, and the places where it is looked for.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use mailwright::engine::state::COPY_DIR;
use mailwright::shell::Program;

use super::whole::Server;

/// The passwords given, and what the setup made of them and beside them: hashes, the database account, the key.
pub fn all(server: &Server, passwords: &[&str]) -> Vec<String> {
    let host = server.host();
    let mut secrets: Vec<String> = passwords.iter().map(|&password| password.to_owned()).collect();
    let answers: toml::Table = host.read_text("/var/lib/mailwright/answers.toml").unwrap().parse().unwrap();
    for mailbox in answers["mailbox"].as_array().unwrap() {
        let hash = mailbox["password_hash"].as_str().unwrap();
        // Without its scheme, as another program would hold it.
        secrets.push(hash.split_once('}').unwrap().1.to_owned());
    }
    let own: toml::Table = host.read_text("/var/lib/mailwright/secrets.toml").unwrap().parse().unwrap();
    secrets.extend(own.values().filter_map(toml::Value::as_str).map(str::to_owned));
    let signing = format!("/etc/dkimkeys/{}.private", server.answers.dkim.selector);
    let keys = ["/etc/mailwright/tls/privkey.pem", &signing].map(|path| host.read_text(path).unwrap());
    secrets.extend(
        keys.iter()
            .flat_map(|key| key.lines().filter(|line| line.len() > 40 && !line.starts_with('-')))
            .map(str::to_owned),
    );
    secrets
}

/// Every file of the host's tree that holds one of the secrets.
pub fn holders(server: &Server, secrets: &[String]) -> Vec<PathBuf> {
    let (root, host) = (server.host().root(), server.host());
    let grep = Program::new("grep").env("LC_ALL", "C").args(["-rlaF", "-D", "skip", "-f", "-"]).arg(host.upper());
    // As it stands, and as JSON and Rust's own way of writing would escape it.
    let escaped = secrets.iter().flat_map(|secret| {
        let json = serde_json::to_string(secret).unwrap();
        [secret.clone(), json.trim_matches('"').to_owned(), format!("{secret:?}").trim_matches('"').to_owned()]
    });
    let found = grep.stdin(escaped.collect::<Vec<_>>().join("\n") + "\n").run().unwrap();
    assert!(found.code < Some(2), "{}", found.stderr);
    let paths = found.stdout.lines().map(|line| Path::new(line).strip_prefix(host.upper()).unwrap().to_owned());
    paths.filter(|path| root.join(path).is_file()).map(|path| Path::new("/").join(path)).collect()
}

/// The files that may hold a secret, which root alone can read; every other file that holds one is a leak.
const KEEPERS: [&str; 11] = [
    "/root/answers.toml",
    "/root/ben.password",
    "/var/lib/mailwright/answers.toml",
    "/var/lib/mailwright/secrets.toml",
    "/etc/mailwright/tls/privkey.pem",
    "/etc/dkimkeys",
    // The account that reads the mail database, for who may sign as whom.
    "/etc/opendkim/sender-logins.cf",
    // The copy of /var/lib/mailwright, as closed as that.
    COPY_DIR,
    "/etc/postfix/sql",
    "/etc/dovecot",
    "/var/lib/mysql",
];

/// Whether the file is one nobody should find a secret in: any but its keepers, and those too when any user may read
/// them. What stood before is kept under its hash: rows with their passwords' hashes among it.
pub fn is_open(server: &Server, path: &Path) -> bool {
    let meta = server.host().root().join(path.strip_prefix("/").unwrap()).metadata().unwrap();
    let keeper =
        KEEPERS.iter().any(|keeper| path.starts_with(keeper)) || path.starts_with("/var/lib/mailwright/before");
    !keeper || meta.permissions().mode() & 0o004 != 0
}
