//! certbot: how it is asked, and which line of what it says tells why it failed.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, SystemTime};

use super::way::Way;
use crate::change::AcmeCertificate;
use crate::engine::machine::Machine;
use crate::error::Error;
use crate::probe::lineage;
use crate::shell::Program;

/// How long it may take: the authority calls from several places, and certbot asks it for a while what it found.
const PATIENCE: Duration = Duration::from_secs(300);

/// Asks for the certificate; `again` where there is one that is renewed in another way.
///
/// # Errors
/// Why there is none, and all that certbot said.
pub fn run(machine: &Machine, change: &AcmeCertificate, way: &Way, again: bool) -> Result<(), (Error, String)> {
    let account = account(machine, change).into_iter().flat_map(|account| ["--account".to_owned(), account]);
    let certbot = Program::new("certbot").args(arguments(change, way, again)).args(account).env("LC_ALL", "C.UTF-8");
    let output = certbot.deadline(PATIENCE).run().map_err(|error| (error, String::new()))?;
    if output.ok() {
        return Ok(());
    }
    let said = format!("{}{}", output.stdout, output.stderr);
    Err((Error::failed(reason(&said)), said))
}

/// The account to use, where certbot would ask: there are several with this authority, and the certificate is new or has
/// one of them. Else certbot takes the one that there is, or makes one.
fn account(machine: &Machine, change: &AcmeCertificate) -> Option<String> {
    let entries = fs::read_dir(machine.path(&lineage::accounts(&change.directory))).ok()?.flatten();
    let registered = |entry: &fs::DirEntry| fs::metadata(entry.path().join("private_key.json"))?.modified();
    let all = entries.filter_map(|entry| Some((registered(&entry).ok()?, entry.file_name().into_string().ok()?)));
    let all: BTreeSet<(SystemTime, String)> = all.collect();
    let conf = fs::read_to_string(machine.path(&lineage::conf(&change.lineage()))).unwrap_or_default();
    let own = lineage::setting(&conf, "account").filter(|own| all.iter().any(|(_, name)| name == own));
    let newest = all.last().filter(|_| all.len() > 1).map(|(_, name)| name.as_str());
    own.or(newest).map(str::to_owned)
}

fn arguments(change: &AcmeCertificate, way: &Way, again: bool) -> Vec<String> {
    let lineage = change.lineage();
    let hook = change.hook.display().to_string();
    let fixed = [
        ["certonly", "--non-interactive"],
        ["--agree-tos", "--no-eff-email"],
        ["--email", &change.contact],
        ["--server", &change.directory],
        ["--cert-name", &lineage],
        ["--domain", &change.name],
        ["--key-type", "ecdsa"],
        // A TLSA record holds the key: it goes on to fit after each renewal (RFC 7671, section 5.1).
        ["--reuse-key", "--preferred-challenges=http"],
        ["--deploy-hook", &hook],
    ];
    let mut all: Vec<String> = fixed.concat().into_iter().map(str::to_owned).collect();
    all.push(if again { "--force-renewal" } else { "--keep-until-expiring" }.to_owned());
    all.extend(way.arguments());
    all
}

/// Lines that certbot says whatever happens.
const ALWAYS: [&str; 7] = [
    "Saving debug log",
    "Account registered",
    "Requesting a certificate",
    "Renewing an existing",
    "Certbot failed to authenticate",
    "Some challenges have failed",
    "Ask for help",
];

/// The line that tells why: what the authority saw, else what came after "unexpected error", else the first line that is
/// not always there.
fn reason(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let detail = lines.iter().find_map(|line| line.strip_prefix("Detail:"));
    let after = |start: &str| lines.iter().position(|line| line.starts_with(start)).and_then(|at| lines.get(at + 1));
    let told = |line: &&&str| !ALWAYS.iter().any(|start| line.starts_with(start));
    let line = detail.or_else(|| after("An unexpected error occurred").copied());
    let line = line.or_else(|| lines.iter().find(told).copied()).unwrap_or("certbot did not say why");
    format!("certbot: {}", line.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::kinds::acme::tests::{machine, put};

    #[test]
    fn the_line_that_tells_why_is_found() {
        let refused = "Saving debug log to /var/log/letsencrypt/letsencrypt.log\nRequesting a certificate for mail.example.org\n\n\
            Certbot failed to authenticate some domains (authenticator: standalone). The Certificate Authority reported these problems:\n\
            \x20 Domain: mail.example.org\n  Type:   connection\n  Detail: 203.0.113.10: Fetching http://mail.example.org/: Connection refused\n\n\
            Hint: The Certificate Authority failed to download.\n\nSome challenges have failed.\n";
        assert_eq!(reason(refused), "certbot: 203.0.113.10: Fetching http://mail.example.org/: Connection refused");
        let gone = "Saving debug log to x\nAn unexpected error occurred:\nrequests.exceptions.ConnectionError: no route\nAsk for help\n";
        assert_eq!(reason(gone), "certbot: requests.exceptions.ConnectionError: no route");
        assert_eq!(reason("Saving debug log to x\nPlease choose an account\n"), "certbot: Please choose an account");
        assert_eq!(reason("\n"), "certbot: certbot did not say why");
    }

    fn change() -> AcmeCertificate {
        let acme = |one| if let crate::change::Change::Acme(acme) = one { Some(acme) } else { None };
        crate::samples::changes().into_iter().find_map(acme).unwrap()
    }

    #[test]
    fn one_account_is_named_where_there_are_several() {
        let dir = tempfile::tempdir().unwrap();
        let (machine, change) = (machine(dir.path()), change());
        let register = |name: &str, age: u64| {
            let key = lineage::accounts(&change.directory).join(name).join("private_key.json");
            put(&machine, &key, "");
            let file = fs::File::options().write(true).open(machine.path(&key)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        };
        assert_eq!(account(&machine, &change), None);
        register("b", 50);
        assert_eq!(account(&machine, &change), None);
        register("a", 10);
        assert_eq!(account(&machine, &change).as_deref(), Some("a"));
        put(&machine, lineage::conf(&change.lineage()), "account = b\n");
        assert_eq!(account(&machine, &change).as_deref(), Some("b"));
        put(&machine, lineage::conf(&change.lineage()), "account = of another authority\n");
        assert_eq!(account(&machine, &change).as_deref(), Some("a"));
    }

    #[test]
    fn it_is_asked_so_that_it_asks_nothing_back() {
        let change = change();
        let standalone = arguments(&change, &Way::Standalone, false).join(" ");
        assert_eq!(
            standalone,
            "certonly --non-interactive --agree-tos --no-eff-email --email postmaster@example.org --server \
             https://acme-v02.api.letsencrypt.org/directory --cert-name mailwright-mail.example.org --domain \
             mail.example.org --key-type ecdsa --reuse-key --preferred-challenges=http --deploy-hook \
             /etc/mailwright/acme-deploy --keep-until-expiring --standalone"
        );
        let way = Way::Webroot { path: "/srv/www".into(), holder: "nginx".into() };
        let webroot = arguments(&change, &way, true).join(" ");
        assert!(webroot.ends_with("--force-renewal --webroot --webroot-path /srv/www"), "{webroot}");
    }
}
