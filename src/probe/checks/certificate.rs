//! Whether certificate and key fit each other, the name, and today.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::read;
use super::seen::{Seen, Verdict};
use crate::error::{Context, Result};
use crate::probe::tls::Leaf;

/// With less than this many days left, renewal has failed already: public authorities' programs renew at 30.
const DAYS_LEFT: i64 = 14;
const DAY: i64 = 24 * 60 * 60;
/// The authorities that Debian's programs trust.
const TRUSTED: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Certificate and key fit each other, the name and today; the key is readable by root alone.
pub fn fits(certificate: &Path, key: &Path, name: &str, self_signed: bool) -> Result<Verdict> {
    let mut seen = Seen::default();
    let mut text = |path: &Path| {
        std::fs::read(path).map_err(|cause| seen.fail(format!("{} cannot be read: {cause}", path.display()))).ok()
    };
    let (chain, private) = (text(certificate), text(key));
    if let (Some(chain), Some(private)) = (chain, private) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).context(|| "the clock stands before 1970".into())?;
        let wanted = Wanted { name, self_signed, now: i64::try_from(now.as_secs()).unwrap_or(i64::MAX) };
        let trusted = || read(TRUSTED).unwrap_or_default();
        pair(&mut seen, &chain, &private, &wanted, trusted);
        let about = std::fs::metadata(key).context(|| format!("{} cannot be looked at", key.display()))?;
        guarded(&mut seen, &key.display().to_string(), about.uid(), about.mode());
    }
    Ok(seen.verdict())
}

/// What is asked of a certificate.
struct Wanted<'a> {
    name: &'a str,
    self_signed: bool,
    /// Seconds since the epoch.
    now: i64,
}

/// The key file is root's, and nobody else reads it.
fn guarded(seen: &mut Seen, path: &str, owner: u32, mode: u32) {
    let mode = mode & 0o7777;
    if owner != 0 {
        seen.fail(format!("{path} belongs to user id {owner}, not to root"));
    }
    match (mode & 0o700, mode & 0o077) {
        (_, 0) => seen.good(format!("the key is root's alone ({mode:04o})")),
        // Debian's group ssl-cert has its keys so.
        (0o600, 0o040) => seen.warn(format!("{path} can be read by its group ({mode:04o})")),
        _ => seen.fail(format!("{path} is open to others ({mode:04o})")),
    }
}

/// The chain and the key, as texts in PEM.
fn pair(seen: &mut Seen, chain: &[u8], key: &[u8], wanted: &Wanted, trusted: impl Fn() -> String) {
    let chain: Vec<CertificateDer> = match CertificateDer::pem_slice_iter(chain).collect() {
        Ok(chain) => chain,
        Err(cause) => return seen.fail(format!("the certificate file is no PEM: {cause}")),
    };
    let Some(first) = chain.first() else { return seen.fail("the certificate file holds no certificate") };
    let (leaf, parsed) = match (Leaf::read(first), X509Certificate::from_der(first)) {
        (Ok(leaf), Ok((_, parsed))) => (leaf, parsed),
        (Err(error), _) => return seen.fail(error.render()),
        (_, Err(cause)) => return seen.fail(format!("the certificate cannot be read: {cause}")),
    };
    named(seen, &leaf, wanted);
    in_time(seen, &leaf, wanted.now);
    match public_half(key) {
        Ok(public) if public == parsed.public_key().raw => seen.good("the key belongs to it"),
        Ok(_) => seen.fail("the key does not belong to the certificate"),
        Err(why) => seen.fail(why),
    }
    if leaf.self_signed {
        if wanted.self_signed {
            seen.good("signed by itself");
        } else {
            seen.warn("the given certificate is signed by itself: mail programs will ask whether to trust it");
        }
        return;
    }
    linked(seen, &chain, &leaf, trusted);
}

fn named(seen: &mut Seen, leaf: &Leaf, wanted: &Wanted) {
    if leaf.is_for(wanted.name) {
        seen.good(format!("it is for {}", wanted.name));
    } else if leaf.names.is_empty() {
        seen.fail(format!("it names no host (subject {}), so not {}", leaf.subject, wanted.name));
    } else {
        seen.fail(format!("it is for {}, not for {}", leaf.names.join(", "), wanted.name));
    }
}

fn in_time(seen: &mut Seen, leaf: &Leaf, now: i64) {
    let days = (leaf.not_after - now).div_euclid(DAY);
    if now < leaf.not_before {
        seen.fail(format!("it is not valid before {}", date(leaf.not_before)));
    } else if leaf.not_after < now {
        seen.fail(format!("it expired on {}", date(leaf.not_after)));
    } else if days < DAYS_LEFT {
        seen.warn(format!("it expires on {}, {days} days from now", date(leaf.not_after)));
    } else {
        seen.good(format!("{days} days left"));
    }
}

/// Each certificate is signed by the next one, and the last is signed by itself or by an authority known here.
fn linked(seen: &mut Seen, chain: &[CertificateDer], leaf: &Leaf, trusted: impl Fn() -> String) {
    let parsed: Vec<X509Certificate> =
        chain.iter().filter_map(|der| X509Certificate::from_der(der).ok().map(|(_, parsed)| parsed)).collect();
    if parsed.len() < chain.len() {
        return seen.fail("a further certificate in the file cannot be read");
    }
    for (at, two) in parsed.windows(2).enumerate() {
        let fits = two[0].issuer() == two[1].subject() && two[0].verify_signature(Some(two[1].public_key())).is_ok();
        if !fits {
            let (this, next) = (at + 1, at + 2);
            return seen
                .fail(format!("certificate {this} of the file is not signed by the {next}. of it: wrong order?"));
        }
    }
    if parsed.len() == 1 && !knows(&trusted(), &leaf.issuer) {
        return seen.warn(format!(
            "it stands alone in its file, without the certificates that link it to its authority ({})",
            leaf.issuer
        ));
    }
    seen.good(format!("signed by {}", leaf.issuer));
}

/// Whether an authority of this name is in a bundle of trusted ones.
fn knows(bundle: &str, name: &str) -> bool {
    CertificateDer::pem_slice_iter(bundle.as_bytes())
        .flatten()
        .any(|der| X509Certificate::from_der(&der).is_ok_and(|(_, authority)| authority.subject().to_string() == name))
}

/// The public half of a private key, as the certificate of it would hold it (RFC 5280 `SubjectPublicKeyInfo`).
fn public_half(key: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let marks = String::from_utf8_lossy(key);
    if marks.contains("BEGIN ENCRYPTED PRIVATE KEY") || marks.contains("Proc-Type: 4,ENCRYPTED") {
        return Err("the key is locked by a passphrase, which no daemon can type".into());
    }
    // The library's own messages say nothing of the key's content.
    let der = PrivateKeyDer::from_pem_slice(key).map_err(|_| "the key file holds no private key in PEM".to_owned())?;
    let key = any_supported_type(&der).map_err(|_| "the key is of no kind that can be read (RSA, ECDSA, Ed25519)")?;
    key.public_key().map(|public| public.to_vec()).ok_or_else(|| "the key does not tell its public half".to_owned())
}

/// The day of a time, in UTC.
fn date(seconds: i64) -> String {
    time::OffsetDateTime::from_unix_timestamp(seconds).map_or_else(|_| "?".into(), |at| at.date().to_string())
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
