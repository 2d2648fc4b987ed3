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

use super::schemes;
use crate::error::{Context, Error, Result};
use crate::secret::Secret;
use crate::shell::Program;
use crate::words::say;

/// The scheme of the hashes made here.
const ARGON2ID: &str = "{ARGON2ID}";
/// The column that holds it is a VARCHAR(255).
const LONGEST: usize = 255;
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

/// Whether this is a whole hash, with its scheme in front, that Dovecot of one release at least can try a password
/// against; [`is_weak`] tells the rest.
///
/// # Errors
/// A sentence that says what is allowed; it never repeats the hash.
pub fn well_formed(text: &str) -> std::result::Result<(), String> {
    let Some((name, rest)) = schemes::braced(text) else {
        return Err(match schemes::of_bare(text) {
            Some(scheme) => say("answer-hash-needs-scheme", &[("scheme", &format!("{{{scheme}}}"))]),
            None => say("answer-hash-start", &[]),
        });
    };
    if text.len() > LONGEST {
        return Err(say("answer-hash-long", &[("count", &text.len().to_string()), ("most", &LONGEST.to_string())]));
    }
    let Some((scheme, code)) = schemes::named(name) else { return Err(say("answer-hash-scheme", &[])) };
    scheme.fits(rest, code)
}

/// The scheme of a hash that Dovecot 2.4, that of Debian 13, refuses for its weakness; 2.3 takes it.
#[must_use]
pub fn weak_scheme(hash: &Secret) -> Option<String> {
    let (name, rest) = schemes::braced(hash.reveal())?;
    let (scheme, _) = schemes::named(name)?;
    // crypt(3) of MD5 and DES is refused under its umbrella name as well.
    let weak = scheme.weak || (scheme.name == "CRYPT" && (rest.starts_with("$1$") || !rest.starts_with('$')));
    weak.then(|| format!("{{{name}}}"))
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
        for hash in [
            cut,
            &quoted,
            &long,
            "{MD5}abc",
            "{OTP}abc",
            "{SHA256}abc",
            "{CLEARTEXT}hunter2hunter2",
            "hunter2hunter2",
            "",
        ] {
            let why = well_formed(hash).unwrap_err();
            assert!(hash.is_empty() || !why.contains(hash) && !why.contains("hunter2"), "{why}");
        }
    }

    /// What `doveadm pw -s SCHEME -p "correct horse"` of Debian 12 printed, and whether the Dovecot 2.4.1 of Debian 13 let
    /// somebody in with it (`doveadm auth test`, passwd-file).
    const PRINTED: [(&str, bool); 27] = [
        (
            "{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$EHBnKBKxAxKbs0H8Sj0X8g$jTWV6Edn0/IwTSQPnMdmhIORgxJc4kNrQRrHAg6pYP4",
            true,
        ),
        (
            "{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$5DE5OJubKy0puSwP2QRNew$Mk5OqZLLH2IwbucwNzg8f8u0ieOMpC0urFoxMX0FYJE",
            true,
        ),
        ("{BLF-CRYPT}$2y$05$0DJYoxd5yZK6g3oiEkAJ2eJ5Qp/Ky26pNVy3yw7NtQjx7yTn6Dnj6", true),
        (
            "{SHA512-CRYPT}$6$x.C4Fj1z4WF33gdj$SAO71UIe1clNd2ikWKTQZfBG/6k2xx9ukpyJVRVZLaSsE2yf1v6yllaFDvZg9KDSwLwydah3xc/Dzs.BWyjIz0",
            true,
        ),
        ("{SHA256-CRYPT}$5$DDx6K3GppV6uYgmV$0oqTyI8GJtSmtSDY71Sui1qjI3ULtQ6fhhrg6TmgH35", true),
        ("{CRYPT}$2y$05$GTpAuIZP22J1ZDyXkIukVuBaDU.YPU8tEwB9TH9ziTBMPELtdTqFm", true),
        ("{PBKDF2}$1$orIy8qjpGwnVIfEK$5000$20e6513245eaa0d3b4254a6f1ac57d736ee0f820", true),
        ("{SCRAM-SHA-1}4096,OavS/rsEsOBmUWw1niNwYQ==,VXYKUeAZ4i1etKU73cRV3rvpVpg=,s03cwPLmaJOLReG/ccZAwriwew8=", true),
        (
            "{SCRAM-SHA-256}4096,9RghDsoGUkiGPPglZZLQnw==,CCOFV36c0vsiBKI0EfCgSy8w3uqnvaOQvqjS0pk82j0=,My4fN1CTEVi512CX/CGQCoOdCHe18daKbaG5MFlFCYE=",
            true,
        ),
        ("{SSHA512}1aBKHI+waQCjMvwe8tgygrUVMnxS6ZLdU4EpF5hLqp/T4mMPQgL8Npk85i9ldE1t/SQxHo/cuNFFijG28AcNdTz1MfU=", true),
        ("{SSHA256}Y9+03GQnZtHHYkdlcOvYOZDHoEqk2PSLdz3sxOIHDHspuBiQ", true),
        ("{SSHA}F0joSyA2TAbg75/hvK4m0p+aSndMauWt", true),
        ("{SHA512}VraY3v7bWkNbY0r+MyC7rz/c2SC2xQOkRvx7endrKY1HnRumqLYXgI6wv1ec6aldZoNHvKtxSQhayTyyeZUZew==", true),
        ("{SHA256}QQTTb42iwlQ0n4WDZ5Pr4CngyVcGOjTJHC6SAxh7VjE=", true),
        ("{SHA1}L55TUjtiq8FBorTWAZ0jy6g129A=", true),
        ("{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=", true),
        ("{CRAM-MD5}38b57fd1a0c4b46c814aa05f20318edd71c455380655f2c0ac35c5b359528d29", true),
        ("{HMAC-MD5}38b57fd1a0c4b46c814aa05f20318edd71c455380655f2c0ac35c5b359528d29", false),
        ("{SMD5}RINaRy3I/aGW27Floia6hxGp5uo=", false),
        ("{LDAP-MD5}PLTnMmMfR+brlh80VUt83g==", false),
        ("{PLAIN-MD5}3cb4e732631f47e6eb961f34554b7cde", false),
        ("{PLAIN-MD4}b4fe5d2ad49f136f957a7a6b1c029cd2", false),
        ("{MD5-CRYPT}$1$sJpmlbSO$iOUhlU0rNKQsvTbm3037D1", false),
        ("{MD5}$1$SS7YgsbR$H6ibYoLmlJCoGJTl1CLYj1", false),
        ("{DES-CRYPT}5X8wGOpt1O1P.", false),
        ("{CRYPT}$1$sJpmlbSO$iOUhlU0rNKQsvTbm3037D1", false),
        ("{CRYPT}5X8wGOpt1O1P.", false),
    ];

    #[test]
    fn every_hash_that_doveadm_prints_is_known_and_so_is_what_debian_13_refuses() {
        for (hash, fine) in PRINTED {
            assert_eq!(well_formed(hash), Ok(()), "{hash}");
            assert_eq!(weak_scheme(&Secret::new(hash)).is_none(), fine, "{hash}");
            let cut = &hash[..hash.len() - 1];
            assert!(well_formed(cut).is_err() || hash.contains("SCRAM") || hash.contains("SSHA"), "{cut}");
        }
    }
}
