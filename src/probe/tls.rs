//! TLS as it is served: the handshake takes any certificate, and what was served is judged afterwards, aloud.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::wire::Wire;
use crate::error::{Context, Error, Result};

/// What a server showed in its handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The protocol version, as `TLSv1.3`.
    pub version: String,
    /// The cipher suite, by its IANA name.
    pub suite: String,
    /// The certificates in DER, the server's own (leaf) first.
    pub chain: Vec<Vec<u8>>,
}

/// What the leaf certificate says of itself (RFC 5280).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The subject's distinguished name, as text.
    pub subject: String,
    /// The issuer's distinguished name, as text.
    pub issuer: String,
    /// The DNS names and addresses it is for (subject alternative names; the common name counts no more, RFC 9525).
    pub names: Vec<String>,
    /// Valid from, in seconds since the epoch.
    pub not_before: i64,
    /// Valid until, in seconds since the epoch.
    pub not_after: i64,
    /// Whether it is signed with its own key.
    pub self_signed: bool,
}

impl Served {
    /// Reads the leaf certificate.
    ///
    /// # Errors
    /// When none was served or it is no X.509 certificate.
    pub fn leaf(&self) -> Result<Leaf> {
        let der = self.chain.first().ok_or_else(|| Error::failed("the server showed no certificate"))?;
        Leaf::read(der)
    }
}

impl Leaf {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// When it is no X.509 certificate.
    pub fn read(der: &[u8]) -> Result<Self> {
        let (_, certificate) = X509Certificate::from_der(der).context(|| "the certificate cannot be read".into())?;
        let alternative = certificate.subject_alternative_name().ok().flatten();
        let names = alternative.map(|names| names.value.general_names.iter().filter_map(name_text).collect());
        let own = certificate.subject() == certificate.issuer() && certificate.verify_signature(None).is_ok();
        Ok(Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            names: names.unwrap_or_default(),
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
            self_signed: own,
        })
    }

    /// Whether the certificate is for this host name or address; `*` stands for one whole first label (RFC 9525).
    #[must_use]
    pub fn is_for(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(rest) => host.split_once('.').is_some_and(|(_, parent)| parent.eq_ignore_ascii_case(rest)),
            None => name.eq_ignore_ascii_case(host),
        })
    }

    /// Whether it is valid at this time (seconds since the epoch).
    #[must_use]
    pub const fn is_valid_at(&self, now: i64) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

fn name_text(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from)).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

/// Shakes hands on a connection, asking for `host` (SNI, RFC 6066), and reports what was served.
///
/// Any certificate will do; that the server holds its key is proved by the handshake itself.
///
/// # Errors
/// When `host` is neither a name nor an address, when the handshake fails, or when the deadline passes.
pub fn shake_hands(wire: &mut Wire, host: &str) -> Result<Served> {
    let name = ServerName::try_from(host.to_owned()).context(|| format!("{host:?} is no server name"))?;
    let session = ClientConnection::new(Arc::new(config()?), name).context(|| "TLS cannot be set up".into())?;
    let session = wire.shake_hands(session)?;
    let chain = session.peer_certificates().unwrap_or_default().iter().map(|der| der.to_vec()).collect();
    let version = session.protocol_version().and_then(|version| version.as_str()).unwrap_or("TLS").replace('_', ".");
    let suite = session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or("unknown");
    let served = Served { version, suite: suite.to_owned(), chain };
    let whose = served.leaf().map_or_else(|error| error.to_string(), |leaf| leaf.names.join(", "));
    wire.transcript().note(&format!("{}, {}, certificate for {whose}", served.version, served.suite));
    Ok(served)
}

fn config() -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().context(|| "TLS cannot be set up".into())?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyCertificate(provider))).with_no_client_auth())
}

/// Takes any certificate: what was served is the very thing to be judged. Signatures are still checked.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::super::dial::Dial;
    use super::super::script::{self, Act};
    use super::*;

    #[test]
    fn what_was_served_is_reported_and_judged() {
        let scripted = script::serve(vec![Act::Tls, Act::Say("hello")]);
        let dial = Dial::new(scripted.address);
        let mut wire = Wire::connect(&dial).unwrap();
        let served = shake_hands(&mut wire, "mail.example.org").unwrap();
        assert_eq!((served.version.as_str(), wire.is_tls(), served.chain.len()), ("TLSv1.3", true, 1));
        let leaf = served.leaf().unwrap();
        assert_eq!(leaf.names, ["mail.example.org", "127.0.0.1"]);
        assert!(leaf.self_signed && leaf.is_for("Mail.Example.org") && leaf.is_for("127.0.0.1"));
        assert!(!leaf.is_for("example.org") && leaf.is_valid_at(1_800_000_000) && !leaf.is_valid_at(0));
        assert_eq!(wire.line().unwrap(), "hello");
        assert!(dial.transcript.to_string().contains("certificate for mail.example.org"));
    }

    #[test]
    fn a_wildcard_stands_for_one_whole_label() {
        let leaf = Leaf {
            subject: String::new(),
            issuer: String::new(),
            names: vec!["*.example.org".into()],
            not_before: 0,
            not_after: 1,
            self_signed: false,
        };
        let table = [("mail.example.org", true), ("example.org", false), ("a.mail.example.org", false)];
        for (host, fits) in table {
            assert_eq!(leaf.is_for(host), fits, "{host}");
        }
    }

    #[test]
    fn a_plain_text_server_gives_a_sentence() {
        let server = script::serve(vec![Act::Say("220 not TLS"), Act::Say("220 at all")]);
        let mut wire = Wire::connect(&Dial::new(server.address)).unwrap();
        let error = shake_hands(&mut wire, "mail.example.org").unwrap_err();
        assert!(error.to_string().starts_with("no TLS with 127.0.0.1:"), "{}", error.render());
    }

    #[test]
    fn garbage_is_no_certificate() {
        assert_eq!(Leaf::read(b"no").unwrap_err().to_string(), "the certificate cannot be read");
    }
}
