//! That every port shows the certificate on disk, by TLS 1.2 or newer.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::reach::dial;
use super::seen::{Seen, Verdict, unknown};
use crate::error::{Error, Result};
use crate::probe::dial::Security;
use crate::probe::old_tls::{OldTls, Protocol, chosen};
use crate::probe::tls::{Leaf, Served};
use crate::probe::{imap, pop3, smtp};

const HELO: &str = "mailwright-check.invalid";

/// What one port showed: its certificate, and the old version it would still take.
type Shown = Result<(Served, Option<OldTls>)>;

/// The certificate served on these ports is the one on disk, by TLS 1.2 at least.
pub fn everywhere(name: &str, certificate: &Path, ports: &[u16]) -> Verdict {
    let on_disk = match CertificateDer::from_pem_file(certificate) {
        Ok(der) => der.to_vec(),
        Err(cause) => return unknown(format!("{} cannot be read: {cause}", certificate.display())),
    };
    let shown: Vec<(u16, Shown)> = std::thread::scope(|scope| {
        let threads: Vec<_> = ports.iter().map(|port| (*port, scope.spawn(|| ask(*port, name)))).collect();
        let lost = |_| Err(Error::failed("the port could not be asked"));
        threads.into_iter().map(|(port, thread)| (port, thread.join().unwrap_or_else(lost))).collect()
    });
    let mut seen = Seen::default();
    for (port, shown) in &shown {
        judge(&mut seen, *port, shown, &on_disk);
    }
    seen.verdict()
}

fn judge(seen: &mut Seen, port: u16, shown: &Shown, on_disk: &[u8]) {
    let (served, old) = match shown {
        Ok(shown) => shown,
        Err(error) => return seen.fail(format!("{port}: {}", error.render().replace('\n', "; "))),
    };
    if let Some(old) = old {
        seen.fail(format!("{port} still takes {old}"));
    }
    if served.chain.first().is_some_and(|der| der == on_disk) {
        return seen.good(format!("{port} by {}", served.version));
    }
    let other = served.leaf().map_or_else(|error| error.to_string(), |leaf| told(&leaf));
    seen.fail(format!("{port} shows another certificate than the one on disk ({other})"));
}

fn told(leaf: &Leaf) -> String {
    format!("for {}, issued by {}", leaf.names.join(", "), leaf.issuer)
}

fn ask(port: u16, name: &str) -> Shown {
    let Some((protocol, security)) = spoken(port) else {
        return Err(Error::failed("it is not known how to ask for TLS here"));
    };
    let dial = dial(port);
    let served = match protocol {
        Protocol::Smtp => {
            let session = smtp::Session::open(&dial, security, name, HELO)?;
            let served = session.served.clone();
            let _ = session.quit();
            served
        }
        Protocol::Imap => {
            let session = imap::Session::open(&dial, security, name)?;
            let served = session.served.clone();
            let _ = session.logout();
            served
        }
        Protocol::Pop3 => {
            let session = pop3::Session::open(&dial, security, name)?;
            let served = session.served.clone();
            let _ = session.quit();
            served
        }
    };
    let served = served.ok_or_else(|| Error::failed("no certificate was shown"))?;
    // A server that takes 1.0 but not 1.1 answers an offer of 1.1 with 1.0.
    let old = chosen(&dial, protocol, security, name, OldTls::V1_1)?;
    Ok((served, old))
}

/// What is spoken on a port, and how TLS begins there.
const fn spoken(port: u16) -> Option<(Protocol, Security)> {
    Some(match port {
        25 | 587 => (Protocol::Smtp, Security::StartTls),
        465 => (Protocol::Smtp, Security::Tls),
        143 => (Protocol::Imap, Security::StartTls),
        993 => (Protocol::Imap, Security::Tls),
        110 => (Protocol::Pop3, Security::StartTls),
        995 => (Protocol::Pop3, Security::Tls),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    #[test]
    fn the_certificate_on_disk_is_wanted_and_no_old_tls() {
        let made = rcgen::generate_simple_self_signed(["mail.example.org".to_owned()]).unwrap();
        let der = made.cert.der().to_vec();
        let served = || Served { version: "TLSv1.3".into(), suite: String::new(), chain: vec![der.clone()] };
        let judge = |shown: Shown, on_disk: &[u8]| {
            let mut seen = Seen::default();
            judge(&mut seen, 993, &shown, on_disk);
            seen.verdict()
        };
        assert_eq!(judge(Ok((served(), None)), &der).0, Outcome::Pass);
        let (outcome, evidence) = judge(Ok((served(), None)), b"another");
        assert!(outcome == Outcome::Fail && evidence.contains("for mail.example.org"), "{evidence}");
        assert_eq!(judge(Ok((served(), Some(OldTls::V1_1))), &der).0, Outcome::Fail);
        assert_eq!(judge(Err(Error::failed("closed")), &der).0, Outcome::Fail);
    }
}
