//! certbot: how it is asked, and which line of what it says tells why it failed.

use std::time::Duration;

use super::in_a_line;
use super::way::Way;
use crate::change::AcmeCertificate;
use crate::error::Error;
use crate::shell::Program;

/// How long it may take: the authority calls from several places, and certbot asks it for a while what it found.
const PATIENCE: Duration = Duration::from_secs(300);

/// Asks for the certificate; `again` where there is one that is renewed in another way.
///
/// # Errors
/// Why there is none, and all that certbot said.
pub fn run(change: &AcmeCertificate, way: &Way, again: bool) -> Result<(), (Error, String)> {
    let certbot = Program::new("certbot").args(arguments(change, way, again)).env("LC_ALL", "C.UTF-8");
    let output = certbot.deadline(PATIENCE).run().map_err(|error| (in_a_line(&error), String::new()))?;
    if output.ok() {
        return Ok(());
    }
    let said = format!("{}{}", output.stdout, output.stderr);
    Err((Error::failed(reason(&said)), said))
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

    #[test]
    fn it_is_asked_so_that_it_asks_nothing_back() {
        let crate::change::Change::Acme(change) =
            crate::samples::changes().into_iter().find(|one| one.kind() == "acme").unwrap()
        else {
            panic!()
        };
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
