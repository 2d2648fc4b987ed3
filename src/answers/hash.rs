//! Password hashes as Dovecot reads them: `{SCHEME}` followed by the hash.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::error::{Context, Error, Result};
use crate::secret::Secret;

/// The scheme of the hashes made here.
const ARGON2ID: &str = "{ARGON2ID}";
/// The column that holds it is a VARCHAR(255).
const LONGEST: usize = 255;
/// A login that needs more memory than this (in KiB) would take a small server down.
const MOST_MEMORY: u32 = 1 << 20;
/// A login that takes more passes than this takes longer than a mail program waits.
const MOST_PASSES: u32 = 64;

/// Dovecot's own parameters for ARGON2ID: 64 MiB, three passes, one lane; about 0.1 s a login.
fn argon2id() -> Result<Argon2<'static>> {
    let params = Params::new(65_536, 3, 1, None).context(|| "argon2's parameters were refused".to_owned())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password with a fresh salt: `{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$...`.
///
/// # Errors
/// When the machine has no 64 MiB of memory left, or no random numbers.
pub fn hash(password: &Secret) -> Result<Secret> {
    let hash = argon2id()?
        .hash_password(password.reveal().as_bytes())
        .map_err(|error| Error::failed("a password could not be hashed").caused_by(error))?;
    Ok(Secret::new(format!("{ARGON2ID}{hash}")))
}

/// Whether the hash is that of the password; `None` when its scheme is not ARGON2ID, so that nobody can tell here.
#[must_use]
pub fn verify(password: &Secret, hash: &Secret) -> Option<bool> {
    let text = hash.reveal().strip_prefix(ARGON2ID)?;
    let parsed = PasswordHash::new(text).ok()?;
    match Argon2::default().verify_password(password.reveal().as_bytes(), &parsed) {
        Ok(()) => Some(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Some(false),
        Err(_) => None,
    }
}

/// Whether Dovecot on both releases can read this hash.
///
/// # Errors
/// A sentence that says what is allowed; it never repeats the hash.
pub fn well_formed(text: &str) -> std::result::Result<(), String> {
    let Some((scheme, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) else {
        return Err(match scheme_of(text) {
            Some(scheme) => format!("the hash needs its scheme in front: {{{scheme}}}"),
            None => "a hash starts with its scheme, {ARGON2ID}$argon2id$..., as doveadm pw prints it".to_owned(),
        });
    };
    if text.len() > LONGEST {
        return Err(format!("the hash has {} characters; at most {LONGEST} are allowed", text.len()));
    }
    let fine = match scheme {
        "ARGON2ID" => return argon(rest, "argon2id"),
        "ARGON2I" => return argon(rest, "argon2i"),
        "BLF-CRYPT" => bcrypt(rest),
        "SHA512-CRYPT" => sha_crypt(rest, "$6$", 86),
        "SHA256-CRYPT" => sha_crypt(rest, "$5$", 43),
        _ => {
            return Err("this scheme is not taken; use {ARGON2ID}, {ARGON2I}, {BLF-CRYPT}, {SHA512-CRYPT} or \
                        {SHA256-CRYPT}"
                .to_owned());
        }
    };
    if fine { Ok(()) } else { Err(format!("what follows {{{scheme}}} is no such hash; take it whole from doveadm pw")) }
}

/// The scheme of a bare hash, for one who forgot to write it.
fn scheme_of(text: &str) -> Option<&'static str> {
    [
        ("$argon2id$", "ARGON2ID"),
        ("$argon2i$", "ARGON2I"),
        ("$2y$", "BLF-CRYPT"),
        ("$2b$", "BLF-CRYPT"),
        ("$2a$", "BLF-CRYPT"),
        ("$6$", "SHA512-CRYPT"),
        ("$5$", "SHA256-CRYPT"),
    ]
    .into_iter()
    .find_map(|(start, scheme)| text.starts_with(start).then_some(scheme))
}

/// A PHC string of the given algorithm, whole, with parameters a login can bear.
fn argon(text: &str, algorithm: &str) -> std::result::Result<(), String> {
    let broken = || format!("what follows the scheme is no whole ${algorithm}$ hash; take it from doveadm pw");
    let parsed = PasswordHash::new(text).map_err(|_| broken())?;
    let params = Params::try_from(&parsed).map_err(|_| broken())?;
    if parsed.algorithm.as_str() != algorithm || parsed.salt.is_none() || parsed.hash.is_none() {
        return Err(broken());
    }
    if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES {
        return Err("the hash asks for more than 1 GiB of memory or 64 passes, too much for every login".to_owned());
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
