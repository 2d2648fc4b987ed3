//! Password hashes as Dovecot reads them: `{SCHEME}` followed by the hash.
//!
//! Each takes 64 MiB while it is made or tried. [`apart`] leaves that to a process of its own, which gives the memory
//! back with its end: the one that holds the walk stays small.

use std::path::PathBuf;
use std::sync::OnceLock;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::try_generate_salt;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};
use crate::secret::Secret;
use crate::shell::Program;
use crate::words::say;

/// The scheme of the hashes made here.
const ARGON2ID: &str = "{ARGON2ID}";
/// The column that holds it is a VARCHAR(255).
const LONGEST: usize = 255;
/// A login that needs more memory than this (in KiB) would take a small server down.
const MOST_MEMORY: u32 = 1 << 20;
/// A login that takes more passes than this takes longer than a mail program waits.
const MOST_PASSES: u32 = 64;

/// The program that is started for each hash, once one was named.
static APART: OnceLock<PathBuf> = OnceLock::new();

/// The verb by which this program is asked to hash.
pub const VERB: &str = "hash-password";

/// From now on hashes are made and tried by this program, which must know [`VERB`] and [`serve`] it.
pub fn apart(program: impl Into<PathBuf>) {
    let _ = APART.set(program.into());
}

/// The other side of [`apart`]: a password in a line, and perhaps the hash to try it against in a second one. Gives
/// the hash, or whether it was the right password.
///
/// # Errors
/// When there is no memory for a hash, or the hash is none that can be tried here.
pub fn serve(asked: &str) -> Result<Secret> {
    let memory = &mut Memory::default();
    match asked.split_once('\n') {
        None => make(memory, &Secret::new(asked)),
        Some((password, hash)) => attempt(memory, &Secret::new(password), &Secret::new(hash))
            .map(|right| Secret::new(right.to_string()))
            .ok_or_else(|| Error::failed("a password could not be tried against its hash")),
    }
}

/// Asks the program apart. A password goes to its standard input, where nobody else sees it.
fn ask(program: &PathBuf, password: &Secret, hash: Option<&Secret>) -> Result<Secret> {
    let mut asked = Zeroizing::new(password.reveal().to_owned());
    if let Some(hash) = hash {
        asked.push('\n');
        asked.push_str(hash.reveal());
    }
    let output = Program::new(program).arg(VERB).stdin(asked.as_bytes()).quiet().success()?;
    Ok(Secret::new(output.stdout.trim_end()))
}

/// The memory argon2 fills, kept from one hash to the next: a third of the time goes into fresh pages otherwise.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

/// The hash of a password with a fresh salt: `{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$...`.
///
/// # Errors
/// When the machine has no 64 MiB of memory left, or no random numbers.
pub fn hash(password: &Secret) -> Result<Secret> {
    hash_in(&mut Memory::default(), password)
}

/// Whether the hash is that of the password; `None` when its scheme is not ARGON2ID, so that nobody can tell here.
#[must_use]
pub fn verify(password: &Secret, hash: &Secret) -> Option<bool> {
    verify_in(&mut Memory::default(), password, hash)
}

/// [`hash`] in memory that is kept.
pub(super) fn hash_in(memory: &mut Memory, password: &Secret) -> Result<Secret> {
    match APART.get() {
        Some(program) => ask(program, password, None),
        None => make(memory, password),
    }
}

fn make(memory: &mut Memory, password: &Secret) -> Result<Secret> {
    let what = || "a password could not be hashed".to_owned();
    // Dovecot's own parameters for ARGON2ID: 64 MiB, three passes, one lane; about 0.1 s a login.
    let params = Params::new(65_536, 3, 1, None).context(what)?;
    let salt = try_generate_salt().context(what)?;
    let phc = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).context(what)?,
        salt: Some(Salt::new(&salt).context(what)?),
        hash: Some(memory.fill(Version::V0x13, params, password, &salt).context(what)?),
    };
    Ok(Secret::new(format!("{ARGON2ID}{phc}")))
}

/// [`verify`] in memory that is kept.
pub(super) fn verify_in(memory: &mut Memory, password: &Secret, hash: &Secret) -> Option<bool> {
    match APART.get() {
        Some(program) if hash.reveal().starts_with(ARGON2ID) => {
            ask(program, password, Some(hash)).ok().map(|answer| answer.reveal() == "true")
        }
        _ => attempt(memory, password, hash),
    }
}

fn attempt(memory: &mut Memory, password: &Secret, hash: &Secret) -> Option<bool> {
    let phc = PasswordHash::new(hash.reveal().strip_prefix(ARGON2ID)?).ok()?;
    if phc.algorithm != Algorithm::Argon2id.ident() {
        return None;
    }
    let version = phc.version.map_or(Ok(Version::V0x13), Version::try_from).ok()?;
    let made = memory.fill(version, Params::try_from(&phc).ok()?, password, &phc.salt?).ok()?;
    // `Output` compares in constant time.
    Some(made == phc.hash?)
}

impl Memory {
    fn fill(
        &mut self,
        version: Version,
        params: Params,
        password: &Secret,
        salt: &[u8],
    ) -> std::result::Result<Output, String> {
        let (blocks, length) = (params.block_count(), params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN));
        self.0.try_reserve_exact(blocks.saturating_sub(self.0.len())).map_err(|error| error.to_string())?;
        self.0.resize(blocks.max(self.0.len()), Block::default());
        let mut output = vec![0; length];
        Argon2::new(Algorithm::Argon2id, version, params)
            .hash_password_into_with_memory(password.reveal().as_bytes(), salt, &mut output, &mut self.0)
            .map_err(|error| error.to_string())?;
        Output::new(&output).map_err(|error| error.to_string())
    }
}

/// Whether Dovecot on both releases can read this hash.
///
/// # Errors
/// A sentence that says what is allowed; it never repeats the hash.
pub fn well_formed(text: &str) -> std::result::Result<(), String> {
    let Some((scheme, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) else {
        return Err(match scheme_of(text) {
            Some(scheme) => say("answer-hash-needs-scheme", &[("scheme", &format!("{{{scheme}}}"))]),
            None => say("answer-hash-start", &[]),
        });
    };
    if text.len() > LONGEST {
        return Err(say("answer-hash-long", &[("count", &text.len().to_string()), ("most", &LONGEST.to_string())]));
    }
    let fine = match scheme {
        "ARGON2ID" => return argon(rest, "argon2id"),
        "ARGON2I" => return argon(rest, "argon2i"),
        "BLF-CRYPT" => bcrypt(rest),
        "SHA512-CRYPT" => sha_crypt(rest, "$6$", 86),
        "SHA256-CRYPT" => sha_crypt(rest, "$5$", 43),
        _ => {
            return Err(say("answer-hash-scheme", &[]));
        }
    };
    if fine { Ok(()) } else { Err(say("answer-hash-broken", &[("scheme", &format!("{{{scheme}}}"))])) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_dovecots_parameters_and_verifies() {
        let password = Secret::new("correct horse \u{1f40e} \"$;%");
        let made = hash(&password).unwrap();
        assert!(made.reveal().starts_with("{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$"));
        assert_eq!(well_formed(made.reveal()), Ok(()));
        assert_eq!(verify(&password, &made), Some(true));
        assert_eq!(verify(&Secret::new("wrong horse"), &made), Some(false));
        assert_ne!(hash(&password).unwrap(), made, "each hash has a salt of its own");
    }

    #[test]
    fn the_process_apart_makes_hashes_and_tries_them() {
        let made = serve("correct horse").unwrap();
        let tried = |password: &str, hash: &str| serve(&format!("{password}\n{hash}")).ok();
        assert_eq!(tried("correct horse", made.reveal()), Some(Secret::new("true")));
        assert_eq!(tried("wrong horse", made.reveal()), Some(Secret::new("false")));
        assert_eq!(tried("correct horse", "{SHA512-CRYPT}$6$"), None);
    }

    #[test]
    fn of_another_scheme_nobody_can_tell() {
        let old = Secret::new(format!("{{SHA512-CRYPT}}$6$rounds=5000$salt${}", "a".repeat(86)));
        assert_eq!(well_formed(old.reveal()), Ok(()));
        assert_eq!(verify(&Secret::new("password"), &old), None);
    }

    #[test]
    fn hashes_of_other_programs_are_taken() {
        let bcrypt = format!("{{BLF-CRYPT}}$2y$12${}", "a".repeat(53));
        assert_eq!(well_formed(&bcrypt), Ok(()));
        assert_eq!(well_formed(&format!("{{SHA256-CRYPT}}$5$salt${}", "a".repeat(43))), Ok(()));
        // argon2id's test vector as doveadm prints one: salt "somesalt".
        let argon = "{ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert_eq!(well_formed(argon), Ok(()));
        assert_eq!(verify(&Secret::new("password"), &Secret::new(argon)), Some(true));
    }

    #[test]
    fn broken_hashes_are_refused_without_repeating_them() {
        let cut = "{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ";
        let quoted = format!("{{BLF-CRYPT}}$2y$12${}'", "a".repeat(52));
        let long = format!("{{SHA512-CRYPT}}$6${}", "a".repeat(300));
        for hash in [cut, &quoted, &long, "{MD5}abc", "{CLEARTEXT}hunter2hunter2", "hunter2hunter2", ""] {
            let why = well_formed(hash).unwrap_err();
            assert!(hash.is_empty() || !why.contains(hash) && !why.contains("hunter2"), "{why}");
        }
    }
}
