//! The certificate of an authority, by ACME (RFC 8555): certbot asks for it and renews it. The last step, as the name has
//! to lead here and port 80 to be open; until it comes, and whenever it does not, the self-signed one stands.

use std::path::PathBuf;

use crate::answers::{Answers, Tls};
use crate::change::{AcmeCertificate, Change, Daemon};
use crate::check::Check;
use crate::facts::Facts;
use crate::steps::{Step, no_questions, rendered, tls};

/// The step. Its questions stand with those of the certificate.
pub const STEP: Step = Step { id: "acme", questions: no_questions, changes, checks };

/// Takes a new certificate to where the daemons read it.
const HOOK: &str = "/etc/mailwright/acme-deploy";
/// What Debian's web servers serve unless told otherwise.
const WEBROOT: &str = "/var/www/html";

fn certificate(answers: &Answers, facts: &Facts) -> Option<AcmeCertificate> {
    let Tls::Acme(acme) = &answers.tls else { return None };
    let (certificate, key) = tls::files(answers);
    Some(AcmeCertificate {
        name: answers.hostname.to_string(),
        // The name may lead to any of them.
        addresses: answers.addresses_and_own(facts),
        contact: answers.contact.to_string(),
        directory: acme.directory.to_string(),
        webroot: acme.webroot.clone().unwrap_or_else(|| WEBROOT.into()),
        certificate,
        key,
        hook: HOOK.into(),
    })
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let Some(certificate) = certificate(answers, facts) else { return Vec::new() };
    vec![rendered(HOOK, 0o755, "acme/deploy", answers, facts), Change::Acme(certificate)]
}

fn checks(answers: &Answers, facts: &Facts) -> Vec<Check> {
    let Some(AcmeCertificate { name, certificate, webroot, .. }) = self::certificate(answers, facts) else {
        return Vec::new();
    };
    let ports = [Daemon::Postfix.ports(), Daemon::Dovecot.ports()].concat();
    vec![
        Check::AcmeIssued { name: name.clone(), certificate: certificate.clone() },
        Check::AcmeRenews { name: name.clone(), hook: PathBuf::from(HOOK), webroot },
        // Once more: it was looked at before the new one came.
        Check::TlsServed { name, certificate, ports },
    ]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::answers;
    use crate::steps::packages;

    fn example(source: &str) -> Answers {
        let text = answers::EXAMPLE.replace("# source = \"self-signed\"", source);
        answers::parse(&text, Path::new("answers.toml")).unwrap()
    }

    #[test]
    fn an_authority_is_asked_only_on_request() {
        let (plain, facts) = (example(""), Facts::default());
        assert!(changes(&plain, &facts).is_empty() && checks(&plain, &facts).is_empty());
        assert!(!packages::needed(&plain).contains(&"certbot".to_owned()));
        let asked = example("source = \"acme\"\nwebroot = \"/srv/www\"");
        assert!(packages::needed(&asked).contains(&"certbot".to_owned()));
        let [Change::File { content, mode: 0o755, .. }, Change::Acme(acme)] = &changes(&asked, &facts)[..] else {
            panic!()
        };
        assert!(content.shown().contains("= \"mailwright-mail.example.org\" ]"), "{}", content.shown());
        assert_eq!(content.defect(), None);
        assert_eq!(
            (acme.lineage().as_str(), acme.webroot.as_path()),
            ("mailwright-mail.example.org", Path::new("/srv/www"))
        );
        assert_eq!(acme.contact, asked.contact.to_string());
        assert!(acme.directory.contains("letsencrypt") && !acme.addresses.is_empty());
    }

    #[test]
    fn the_self_signed_certificate_is_made_all_the_same_and_a_renewal_restarts_nothing() {
        let asked = example("source = \"acme\"");
        let made = (tls::STEP.changes)(&asked, &Facts::default());
        assert!(matches!(&made[..], [.., Change::Certificate { .. }]), "{made:?}");
        for step in [crate::steps::postfix::STEP, crate::steps::dovecot::STEP] {
            let uses = (step.changes)(&asked, &Facts::default()).into_iter().find_map(|change| match change {
                Change::Service { uses, .. } => Some(uses),
                _ => None,
            });
            assert!(uses.unwrap().iter().all(|path| !path.starts_with("/etc/mailwright/tls")));
        }
    }
}
