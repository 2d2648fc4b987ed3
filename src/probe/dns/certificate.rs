//! The public key of a certificate, as TLSA records give it.

use std::path::Path;

use sha2::{Digest, Sha256};
use x509_parser::pem::parse_x509_pem;

use crate::error::{Context, Error, Result};

/// The SHA-256 of the `SubjectPublicKeyInfo` of the first certificate in a PEM file (RFC 6698, section 2.1.3).
///
/// # Errors
/// When it cannot be read.
pub fn key_hash(path: &Path) -> Result<Vec<u8>> {
    let bytes = std::fs::read(path).context(|| format!("{} cannot be read", path.display()))?;
    let unread = || Error::failed(format!("{} is no certificate", path.display()));
    let (_, pem) = parse_x509_pem(&bytes).map_err(|_| unread())?;
    let certificate = pem.parse_x509().map_err(|_| unread())?;
    Ok(Sha256::digest(certificate.public_key().raw).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_of_the_public_key_as_the_certificate_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fullchain.pem");
        let key = rcgen::KeyPair::generate().unwrap();
        let made =
            rcgen::CertificateParams::new(vec!["mail.example.org".to_owned()]).unwrap().self_signed(&key).unwrap();
        std::fs::write(&path, made.pem()).unwrap();
        // A key pair's own DER of its public half is the same `SubjectPublicKeyInfo`, by another program's hand.
        assert_eq!(
            key_hash(&path).unwrap(),
            Sha256::digest(rcgen::PublicKeyData::subject_public_key_info(&key)).to_vec()
        );
        std::fs::write(&path, "no certificate").unwrap();
        assert!(key_hash(&path).is_err() && key_hash(&dir.path().join("none")).is_err());
    }
}
