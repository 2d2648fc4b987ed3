//! The schemes of password hashes that Dovecot knows (`doveadm pw -l`), and what a whole hash of each looks like.

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;
use base64ct::{Base64, Encoding};

use crate::words::say;

/// A login that needs more memory than this (in KiB) would take a small server down.
const MOST_MEMORY: u32 = 1 << 20;
/// A login that takes more passes than this takes longer than a mail program waits.
const MOST_PASSES: u32 = 64;

/// A scheme.
#[derive(Debug)]
pub(super) struct Scheme {
    pub name: &'static str,
    /// Dovecot 2.4 refuses it unless `auth_allow_weak_schemes` is set; 2.3 takes it.
    pub weak: bool,
    shape: Shape,
}

/// What follows the scheme.
#[derive(Debug)]
enum Shape {
    /// A PHC string of this algorithm.
    Argon(&'static str),
    /// crypt(5): one of these prefixes, checked by the method's own rule.
    Crypt(&'static [Method]),
    /// This many bytes.
    Bytes(usize),
    /// This many bytes, and a salt.
    Salted(usize),
    /// `iterations,salt,stored key,server key`.
    Scram,
    /// `$1$salt$rounds$hash`.
    Pbkdf2,
}

#[derive(Debug, Clone, Copy)]
enum Method {
    Blowfish,
    Sha512,
    Sha256,
    Md5,
    Des,
    Yescrypt,
}

const fn scheme(name: &'static str, shape: Shape) -> Scheme {
    Scheme { name, weak: false, shape }
}

const fn weak(name: &'static str, shape: Shape) -> Scheme {
    Scheme { name, weak: true, shape }
}

/// What Dovecot 2.3 and 2.4 can try a password against, whatever the user's name is. `DIGEST-MD5` and `OTP` are left out:
/// the first holds for one spelling of the name alone, the second for one login.
pub(super) const ALL: &[Scheme] = &[
    scheme("ARGON2ID", Shape::Argon("argon2id")),
    scheme("ARGON2I", Shape::Argon("argon2i")),
    scheme("BLF-CRYPT", Shape::Crypt(&[Method::Blowfish])),
    scheme("SHA512-CRYPT", Shape::Crypt(&[Method::Sha512])),
    scheme("SHA256-CRYPT", Shape::Crypt(&[Method::Sha256])),
    scheme(
        "CRYPT",
        Shape::Crypt(&[Method::Blowfish, Method::Sha512, Method::Sha256, Method::Yescrypt, Method::Md5, Method::Des]),
    ),
    scheme("PBKDF2", Shape::Pbkdf2),
    scheme("SCRAM-SHA-1", Shape::Scram),
    scheme("SCRAM-SHA-256", Shape::Scram),
    scheme("SSHA512", Shape::Salted(64)),
    scheme("SSHA256", Shape::Salted(32)),
    scheme("SSHA", Shape::Salted(20)),
    scheme("SHA512", Shape::Bytes(64)),
    scheme("SHA256", Shape::Bytes(32)),
    scheme("SHA1", Shape::Bytes(20)),
    scheme("SHA", Shape::Bytes(20)),
    scheme("CRAM-MD5", Shape::Bytes(32)),
    weak("HMAC-MD5", Shape::Bytes(32)),
    weak("SMD5", Shape::Salted(16)),
    weak("LDAP-MD5", Shape::Bytes(16)),
    weak("PLAIN-MD5", Shape::Bytes(16)),
    weak("PLAIN-MD4", Shape::Bytes(16)),
    weak("MD5-CRYPT", Shape::Crypt(&[Method::Md5])),
    weak("MD5", Shape::Crypt(&[Method::Md5])),
    weak("DES-CRYPT", Shape::Crypt(&[Method::Des])),
];

/// Further names that stand in braces before a hash: Dovecot's that are not in [`ALL`], and other programs'.
const OTHERS: &[&str] = &[
    "ARGON2",
    "BCRYPT",
    "DIGEST-MD5",
    "LANMAN",
    "MD5RAW",
    "NTLM",
    "OTP",
    "PBKDF2-SHA1",
    "PBKDF2-SHA256",
    "PBKDF2-SHA512",
    "PKCS5S2",
    "PLAIN-TRUNC",
    "RPA",
    "SASL",
    "SHA256.HEX",
    "SHA384",
    "SKEY",
    "SSHA384",
    "X-ISSHA",
    "X-ISSHA256",
    "X-ISSHA384",
    "X-ISSHA512",
    "X-SHA512",
    "X-XSHA",
];

/// Names that stand before a password in clear: what follows is the password.
const CLEAR: [&str; 3] = ["CLEAR", "CLEARTEXT", "PLAIN"];

/// How the hashes of crypt(5) and kin begin when they stand bare, with the scheme that takes them.
const BARE: &[(&str, Option<&str>)] = &[
    ("$argon2id$", Some("ARGON2ID")),
    ("$argon2i$", Some("ARGON2I")),
    ("$2y$", Some("BLF-CRYPT")),
    ("$2b$", Some("BLF-CRYPT")),
    ("$2a$", Some("BLF-CRYPT")),
    ("$6$", Some("SHA512-CRYPT")),
    ("$5$", Some("SHA256-CRYPT")),
    ("$y$", Some("CRYPT")),
    ("$1$", Some("MD5-CRYPT")),
    // Apache, phpass, Drupal, scrypt, GOST, SunMD5, NT, Django's and passlib's: no Dovecot of ours takes them.
    ("$apr1$", None),
    ("$argon2d$", None),
    ("$P$", None),
    ("$H$", None),
    ("$S$", None),
    ("$2x$", None),
    ("$7$", None),
    ("$gy$", None),
    ("$sm3y$", None),
    ("$md5$", None),
    ("$md5,", None),
    ("$sha1$", None),
    ("$3$", None),
    ("$scrypt$", None),
    ("$bcrypt-sha256$", None),
    ("$pbkdf2$", None),
    ("$pbkdf2-sha1$", None),
    ("$pbkdf2-sha256$", None),
    ("$pbkdf2-sha512$", None),
    ("pbkdf2_sha256$", None),
    ("pbkdf2_sha1$", None),
];

/// What a text that was given as a password is.
pub(super) enum Given<'t> {
    /// A password.
    Password(&'t str),
    /// A hash, with its scheme in front.
    Hash(String),
}

/// Tells a hash from a password. What merely begins like a hash is refused: hashed once more it would let nobody in.
pub(super) fn told(text: &str) -> Result<Given<'_>, String> {
    if let Some((name, rest)) = braced(text) {
        let upper = name.to_ascii_uppercase();
        let base = upper.split('.').next().unwrap_or_default();
        if CLEAR.contains(&upper.as_str()) {
            return Ok(Given::Password(rest));
        }
        if ALL.iter().any(|scheme| scheme.name == base) {
            return Ok(Given::Hash(format!("{{{upper}}}{rest}")));
        }
        let known = OTHERS.contains(&upper.as_str()) || OTHERS.contains(&base) || CLEAR.contains(&base);
        return if known { Err(unknown(&format!("{{{name}}}"))) } else { Ok(Given::Password(text)) };
    }
    match BARE.iter().find(|(start, _)| text.starts_with(start)) {
        Some((_, Some(scheme))) => Ok(Given::Hash(format!("{{{scheme}}}{text}"))),
        Some((start, None)) => Err(unknown(start)),
        None => Ok(Given::Password(text)),
    }
}

/// The scheme that takes this bare hash.
pub(super) fn of_bare(text: &str) -> Option<&'static str> {
    BARE.iter().find(|(start, _)| text.starts_with(start))?.1
}

/// The scheme in braces and what follows it.
pub(super) fn braced(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix('{')?.split_once('}')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_name.then_some((name, rest))
}

fn unknown(scheme: &str) -> String {
    say("answer-hash-unknown", &[("scheme", scheme)])
}

/// The scheme of this name, and the encoding that a suffix asks for.
pub(super) fn named(name: &str) -> Option<(&'static Scheme, Option<Code>)> {
    let (name, code) = match name.split_once('.') {
        None => (name, None),
        Some((name, code)) if code.eq_ignore_ascii_case("HEX") => (name, Some(Code::Hex)),
        Some((name, code)) if ["B64", "BASE64"].iter().any(|known| code.eq_ignore_ascii_case(known)) => {
            (name, Some(Code::Base64))
        }
        Some(_) => return None,
    };
    Some((ALL.iter().find(|scheme| scheme.name.eq_ignore_ascii_case(name))?, code))
}

/// How bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Hex,
    Base64,
}

impl Scheme {
    /// Whether this is a whole hash of the scheme.
    pub(super) fn fits(&self, text: &str, code: Option<Code>) -> Result<(), String> {
        let fine = match (&self.shape, code) {
            (Shape::Argon(algorithm), None) => return argon(text, algorithm),
            (Shape::Crypt(methods), None) => methods.iter().any(|method| method.fits(text)),
            (Shape::Scram, None) => scram(text),
            (Shape::Pbkdf2, None) => pbkdf2(text),
            // Dovecot tells the two encodings apart by the length.
            (Shape::Bytes(length), code) => {
                (code != Some(Code::Base64) && hex(text) == Some(*length))
                    || (code != Some(Code::Hex) && base64(text) == Some(*length))
            }
            (Shape::Salted(length), Some(Code::Hex)) => hex(text).is_some_and(|found| found > *length),
            (Shape::Salted(length), _) => base64(text).is_some_and(|found| found > *length),
            _ => false,
        };
        if fine { Ok(()) } else { Err(say("answer-hash-broken", &[("scheme", &format!("{{{}}}", self.name))])) }
    }
}

impl Method {
    fn fits(self, text: &str) -> bool {
        match self {
            Self::Blowfish => bcrypt(text),
            Self::Sha512 => sha_crypt(text, "$6$", 86),
            Self::Sha256 => sha_crypt(text, "$5$", 43),
            Self::Md5 => text.strip_prefix("$1$").and_then(|rest| rest.split_once('$')).is_some_and(|(salt, hash)| {
                salt.len() <= 8 && is_crypt64(salt) && hash.len() == 22 && is_crypt64(hash)
            }),
            Self::Des => text.len() == 13 && is_crypt64(text),
            // `$y$parameters$salt$hash`, the hash of 256 bits.
            Self::Yescrypt => {
                let parts: Vec<&str> = text.split('$').collect();
                matches!(parts.as_slice(), ["", "y", parameters, salt, hash]
                    if !parameters.is_empty() && [parameters, salt, hash].iter().all(|part| is_crypt64(part))
                        && hash.len() == 43)
            }
        }
    }
}

/// How many bytes a text in hexadecimal stands for.
fn hex(text: &str) -> Option<usize> {
    (text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(text.len() / 2)
}

/// How many bytes a text in Base64 stands for, padded as Dovecot wants it.
fn base64(text: &str) -> Option<usize> {
    Base64::decode_vec(text).ok().map(|bytes| bytes.len())
}

fn scram(text: &str) -> bool {
    let parts: Vec<&str> = text.split(',').collect();
    matches!(parts.as_slice(), [rounds, rest @ ..] if rest.len() == 3
        && rounds.parse::<u32>().is_ok_and(|rounds| rounds > 0)
        && rest.iter().all(|part| base64(part).is_some_and(|length| length > 0)))
}

fn pbkdf2(text: &str) -> bool {
    let parts: Vec<&str> = text.split('$').collect();
    matches!(parts.as_slice(), ["", "1", salt, rounds, hash]
        if !salt.is_empty() && rounds.parse::<u32>().is_ok_and(|rounds| rounds > 0) && hex(hash) == Some(20))
}

/// A PHC string of the given algorithm, whole, with parameters a login can bear.
fn argon(text: &str, algorithm: &str) -> Result<(), String> {
    let broken = || say("answer-hash-argon", &[("start", &format!("${algorithm}$"))]);
    let parsed = PasswordHash::new(text).map_err(|_| broken())?;
    let params = Params::try_from(&parsed).map_err(|_| broken())?;
    if parsed.algorithm.as_str() != algorithm || parsed.salt.is_none() || parsed.hash.is_none() {
        return Err(broken());
    }
    if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES {
        return Err(say("answer-hash-dear", &[]));
    }
    Ok(())
}

/// The alphabet of crypt(3).
fn is_crypt64(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'/')
}

/// `$2y$12$` and 53 characters: 22 of salt, 31 of hash (crypt(5)).
fn bcrypt(text: &str) -> bool {
    let Some(rest) = ["$2y$", "$2b$", "$2a$"].iter().find_map(|start| text.strip_prefix(start)) else {
        return false;
    };
    let cost = rest.get(..2).and_then(|digits| digits.parse::<u8>().ok());
    let tail = rest.get(2..).and_then(|tail| tail.strip_prefix('$'));
    cost.is_some_and(|cost| (4..=31).contains(&cost)) && tail.is_some_and(|tail| tail.len() == 53 && is_crypt64(tail))
}

/// `$6$`, perhaps `rounds=N$`, a salt of up to 16 characters and the hash (crypt(5)).
fn sha_crypt(text: &str, start: &str, length: usize) -> bool {
    let Some(mut rest) = text.strip_prefix(start) else { return false };
    if let Some((rounds, tail)) = rest.strip_prefix("rounds=").and_then(|rest| rest.split_once('$')) {
        if !rounds.parse::<u32>().is_ok_and(|rounds| (1_000..=999_999_999).contains(&rounds)) {
            return false;
        }
        rest = tail;
    }
    let Some((salt, hash)) = rest.split_once('$') else { return false };
    (1..=16).contains(&salt.len()) && is_crypt64(salt) && hash.len() == length && is_crypt64(hash)
}
