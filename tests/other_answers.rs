//! Other answers on a finished server, on real hosts: a package comes, and nobody's session ends because of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use mailwright::facts::Release;
use mailwright::steps::packages;

#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

use server::{ANSWERS, SETUP, wanted, with_answers};
use support::neighbour::Life;

/// Since when each daemon runs, and whether it comes at boot.
const DAEMONS: &str = "systemctl show -p Id,MainPID,ActiveEnterTimestampMonotonic,UnitFileState \
                       mariadb dovecot postfix postfix@- opendkim opendmarc policyd-rate-limit fail2ban";

fn a_package_more_ends_no_session(release: Release) {
    let Some(_turn) = support::turn("other answers") else { return };
    let names = packages::names().into_iter().chain(["certbot".to_owned()]);
    let lab = with_answers(&wanted(release).packages(names).saved(ready::saved(release)));
    let host = lab.host();
    let daemons = || host.program("sh").args(["-c", DAEMONS]).success().unwrap().stdout;
    let before = daemons();
    assert!(before.contains("Id=policyd-rate-limit.service\n") && !before.contains("masked"), "{before}");
    let text = ANSWERS.replace("# source = \"self-signed\"", "source = \"acme\"");
    assert_ne!(text, ANSWERS);
    host.write("/root/answers.toml", text, 0o600).unwrap();
    let life = Life::but_for_hosts(host);
    let said = host.program("mailwright").args(SETUP).deadline(Duration::from_secs(900)).run().unwrap();
    life.end();
    assert_eq!(said.code, Some(0), "{}\n{}", said.stdout, said.stderr);
    assert!(said.stderr.contains("certbot"), "{}", said.stderr);
    // The lab's DNS does not know the server: nobody is asked for a certificate.
    assert!(said.stdout.contains("mail.example.org has no address in the DNS"), "{}", said.stdout);
    assert_eq!(daemons(), before, "{}", said.stderr);
}

#[test]
fn a_package_more_ends_no_session_on_debian_12() {
    a_package_more_ends_no_session(Release::Bookworm);
}

#[test]
fn a_package_more_ends_no_session_on_debian_13() {
    a_package_more_ends_no_session(Release::Trixie);
}
