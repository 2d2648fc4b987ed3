//! The certificate the daemons show: made here and signed by itself, or given as files and read where they stand. One by
//! ACME takes the place of a self-signed one (the step acme), so that the daemons always have one to start with.

use std::path::PathBuf;

use crate::answers::{Answers, Tls};
use crate::change::{Change, Owner};
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::{Step, rendered};

/// The step.
pub const STEP: Step = Step { id: "tls", questions, changes, checks };

/// Where what mailwright makes for all daemons stands.
const OWN_DIR: &str = "/etc/mailwright";
/// Where the certificate and its key stand there.
pub const TLS_DIR: &str = "/etc/mailwright/tls";
/// Ten years: mail programs pin a self-signed certificate, and each new one is a warning for every user.
const SELF_SIGNED_DAYS: u32 = 3650;

fn questions() -> Vec<Question> {
    ["tls.source", "tls.acme_directory", "tls.webroot", "tls.certificate", "tls.key"].map(for_key).to_vec()
}

/// Where certificate and key stand for these answers.
#[must_use]
pub fn files(answers: &Answers) -> (PathBuf, PathBuf) {
    match &answers.tls {
        Tls::SelfSigned | Tls::Acme(_) => {
            (format!("{TLS_DIR}/fullchain.pem").into(), format!("{TLS_DIR}/privkey.pem").into())
        }
        Tls::Files { certificate, key } => (certificate.clone(), key.clone()),
    }
}

/// The files whose change makes a restart of the daemons due. A certificate that is renewed is not among them: whoever
/// renews it lets the daemons reload, which ends no session.
#[must_use]
pub fn restarting(answers: &Answers) -> Vec<PathBuf> {
    let (certificate, key) = files(answers);
    if matches!(answers.tls, Tls::Acme(_)) { Vec::new() } else { vec![certificate, key] }
}

/// The check that the certificate is right, before the daemons get it and ever after.
#[must_use]
pub fn fits(answers: &Answers) -> Check {
    let (certificate, key) = files(answers);
    // By ACME, the step acme tells whether it has come.
    let self_signed = !matches!(answers.tls, Tls::Files { .. });
    Check::CertificateFits { certificate, key, name: answers.hostname.to_string(), self_signed }
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    if matches!(answers.tls, Tls::Files { .. }) {
        // Who renews it knows nothing of the daemons; Postfix, which comes later, starts the first of these.
        let unit = |name: &str| {
            rendered(format!("/etc/systemd/system/{name}"), 0o644, &format!("systemd/{name}"), answers, facts)
        };
        return vec![unit("mailwright-certificate.service"), unit("mailwright-certificate.path")];
    }
    let (certificate, key) = files(answers);
    let directory = |path: &str| Change::Directory { path: path.into(), owner: Owner::root(), mode: 0o700 };
    vec![
        directory(OWN_DIR),
        directory(TLS_DIR),
        Change::Certificate { certificate, key, name: answers.hostname.to_string(), days: SELF_SIGNED_DAYS },
    ]
}

fn checks(answers: &Answers, _: &Facts) -> Vec<Check> {
    vec![fits(answers)]
}
