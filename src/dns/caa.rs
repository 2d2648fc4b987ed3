//! CAA (RFC 8659): which authority alone may issue a certificate for a name.
//!
//! There is a record only where the certificate comes by ACME from an authority that is known: none issues a self-signed
//! one, and the one behind given files is not known by its domain. A record that guessed wrong would stop the next
//! renewal. It stands at the server's own name: who issues for the rest of a domain, its web site above all, is not ours
//! to say.

use crate::answers::Tls;
use crate::records::Data;

/// The way in which the authority is shown that the name is ours (RFC 8657, section 4).
const METHOD: &str = "http-01";

/// The record's value.
#[must_use]
pub fn data(tls: &Tls) -> Option<Data> {
    let Tls::Acme(acme) = tls else { return None };
    let value = acme.directory.issuer()?.to_owned();
    Some(Data::Caa { critical: false, tag: "issue".to_owned(), value })
}

/// Whether another record allows the same authority, in our way and for any account of it.
#[must_use]
pub fn allows_as_well(wanted: &Data, other: &Data) -> bool {
    let (Data::Caa { tag, value, .. }, Data::Caa { tag: their_tag, value: theirs, .. }) = (wanted, other) else {
        return false;
    };
    let mut parts = theirs.split(';').map(str::trim);
    let same = parts.next().is_some_and(|issuer| issuer.eq_ignore_ascii_case(value));
    let fits = |parameter: &str| match parameter.split_once('=') {
        Some((name, methods)) => {
            name.trim().eq_ignore_ascii_case("validationmethods") && methods.split(',').any(|one| one.trim() == METHOD)
        }
        None => parameter.is_empty(),
    };
    same && tag.eq_ignore_ascii_case(their_tag) && parts.all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_authority_may_be_allowed_in_other_words() {
        let caa = |tag: &str, value: &str| Data::Caa { critical: false, tag: tag.into(), value: value.into() };
        let wanted = caa("issue", "letsencrypt.org");
        let table = [
            ("LetsEncrypt.org ;", true),
            ("letsencrypt.org; validationmethods=dns-01,http-01", true),
            ("letsencrypt.org; validationmethods=dns-01", false),
            ("letsencrypt.org; accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/1", false),
            ("ca.test", false),
            (";", false),
        ];
        for (value, serves) in table {
            assert_eq!(allows_as_well(&wanted, &caa("issue", value)), serves, "{value}");
        }
        assert!(!allows_as_well(&wanted, &caa("issuewild", "letsencrypt.org")));
    }
}
