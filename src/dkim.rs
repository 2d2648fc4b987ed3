//! The RSA keys that DKIM signs with (RFC 6376): made here, and read for what goes into the DNS.

use base64ct::{Base64, Encoding};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::traits::PublicKeyParts;
use rsa::{PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};

/// Smaller keys are not used: RFC 8301 lets receivers take them for no signature at all.
const LEAST_BITS: usize = 1024;

/// The half of a key that the world may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// The size of the modulus.
    pub bits: usize,
    /// Its `SubjectPublicKeyInfo` in base64, as `p=` of the record has it (RFC 6376, section 3.6.1).
    pub base64: String,
}

/// A new private key of so many bits, as PEM (PKCS #8). 2048 bits take about 100 ms, 4096 one to several seconds.
///
/// # Errors
/// When the key cannot be made or written.
pub fn generate(bits: usize) -> Result<Zeroizing<String>> {
    let failed = || format!("no RSA key of {bits} bits could be made");
    let key = PrivateKey::new(&mut rand::rng(), bits).context(failed)?;
    key.to_pkcs8_pem(LineEnding::LF).context(failed)
}

/// The public half of a private key in PEM, as mailwright (PKCS #8) and `opendkim-genkey` (either form) write it.
///
/// # Errors
/// When it is no RSA key in PEM, or one too small to be used.
pub fn public(pem: &str) -> Result<Public> {
    let key = PrivateKey::from_pkcs8_pem(pem).or_else(|_| PrivateKey::from_pkcs1_pem(pem));
    let key = key.context(|| "this is no RSA private key in PEM".to_owned())?;
    let key = PublicKey::from(&key);
    let bits = usize::try_from(key.n().bit_width()).unwrap_or_default();
    if bits < LEAST_BITS {
        return Err(Error::failed(format!("this key has {bits} bits; at least {LEAST_BITS} are needed (RFC 8301)")));
    }
    let der = key.to_public_key_der().context(|| "the public key could not be written".to_owned())?;
    Ok(Public { bits, base64: Base64::encode_string(der.as_bytes()) })
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    /// What openssl makes of the text, with these arguments.
    fn openssl(args: &[&str], input: &str) -> String {
        let mut child = Command::new("openssl")
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "openssl {args:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn body(pem: &str) -> String {
        pem.lines().filter(|line| !line.starts_with("-----")).collect()
    }

    #[test]
    fn openssl_reads_a_key_and_agrees_on_its_public_half() {
        let pem = generate(2048).unwrap();
        let public = public(&pem).unwrap();
        assert_eq!(public.bits, 2048);
        assert_eq!(public.base64, body(&openssl(&["pkey", "-pubout"], &pem)));
        assert!(openssl(&["pkey", "-check", "-noout"], &pem).contains("valid"));
    }

    #[test]
    fn both_forms_are_read_and_what_is_weak_or_no_key_is_refused() {
        let old = openssl(&["genrsa", "-traditional", "1024"], "");
        assert!(old.starts_with("-----BEGIN RSA PRIVATE KEY-----"), "PKCS #1");
        let read = public(&old).unwrap();
        assert_eq!((read.bits, read.base64), (1024, body(&openssl(&["rsa", "-pubout"], &old))));
        let weak = openssl(&["genrsa", "768"], "");
        assert!(public(&weak).unwrap_err().render().contains("768 bits; at least 1024"));
        assert!(public("no key").unwrap_err().render().contains("no RSA private key"));
    }
}
