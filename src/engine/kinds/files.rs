//! Files, directories and the self-signed certificate: everything that is paths and bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use time::{Duration, OffsetDateTime};

use crate::change::Owner;
use crate::engine::journal::{After, Before, PathState};
use crate::engine::kinds::{maintainer, shared};
use crate::engine::machine::Machine;
use crate::engine::paths::{self, Access};
use crate::engine::state::hash;
use crate::error::{Context, Error, Result};
use crate::files::{self, Kind};
use crate::plan::{Standing, TextChange};
use crate::text::Text;

/// What the journal knows of a file.
pub struct Past<'a> {
    /// The hash of what mailwright last wrote.
    pub written: Option<&'a str>,
    /// The hash of what a rollback that was cut off may have put back.
    pub put_back: Option<&'a str>,
}

/// How a file stands against what is wanted.
///
/// # Errors
/// When it cannot be read.
pub fn file_standing(
    machine: &Machine,
    past: &Past<'_>,
    path: &Path,
    owner: &Owner,
    mode: u32,
    content: &Text,
) -> Result<Standing> {
    let real = machine.path(path);
    paths::refuse_links(&real)?;
    let old = paths::read(&real)?;
    // With a secret that has not been made yet nobody knows how it will land.
    let new = landing_at(machine, path, content).ok();
    let mut what = Vec::new();
    let same = matches!((&old, &new), (Some(old), Some(new)) if *old == new.as_bytes());
    if !same {
        what.push(if old.is_some() { "content".to_owned() } else { "new file".to_owned() });
    }
    if old.is_some() {
        what.extend(access_differs(machine, &real, owner, mode));
    }
    if what.is_empty() {
        return Ok(Standing::Holds);
    }
    let now = old.as_deref().map(hash);
    let known = past.written.is_none() || [past.written, past.put_back].contains(&now.as_deref());
    let mut edited_by_hand = now.is_some() && !known && !same;
    if let (true, Some(old), Some(written)) = (edited_by_hand, &old, past.written)
        && let Some(change) = maintainer::change(machine, path, old, written)
    {
        edited_by_hand = false;
        what.push(change);
    }
    let before = old.map(|bytes| shown(machine, content, &bytes));
    Ok(Standing::Differs { what, text: Some(TextChange { before, after: content.shown() }), edited_by_hand })
}

/// How a directory stands against what is wanted.
///
/// # Errors
/// When something else stands in its place.
pub fn directory_standing(machine: &Machine, path: &Path, owner: &Owner, mode: u32) -> Result<Standing> {
    let real = machine.path(path);
    paths::refuse_links(&real)?;
    let what = match files::look(&real).context(|| format!("{} could not be looked at", path.display()))? {
        None => vec!["new directory".into()],
        Some(look) if look.kind == Kind::Directory => access_differs(machine, &real, owner, mode),
        Some(_) => return Err(Error::failed(format!("{} should be a directory and is none", path.display()))),
    };
    Ok(differs(what))
}

/// How the certificate stands: both files there, fitting each other and the name, and the key kept from others.
#[must_use]
pub fn certificate_standing(machine: &Machine, certificate: &Path, key: &Path, name: &str) -> Standing {
    let fits = fits(&machine.path(certificate), &machine.path(key), name);
    let mut what = Vec::new();
    if !fits {
        what.push(format!("new key and self-signed certificate for {name}"));
    }
    what.extend(access_differs(machine, &machine.path(key), &Owner::root(), 0o600).into_iter().filter(|_| fits));
    differs(what)
}

/// Writes the file.
///
/// # Errors
/// When its owner does not exist, a secret is missing, or it cannot be written.
pub fn write_file(machine: &Machine, path: &Path, owner: &Owner, mode: u32, content: &Text) -> Result<After> {
    let bytes = landing_at(machine, path, content)?;
    if shared::is_shared(path) {
        // To tell its lines from others that come to stand beside them.
        machine.state.keep(bytes.as_bytes())?;
    }
    paths::write(&machine.path(path), bytes.as_bytes(), access(machine, owner, mode)?)?;
    Ok(After { files: BTreeMap::from([(path.to_owned(), hash(bytes.as_bytes()))]), ..After::default() })
}

/// Makes the directory.
///
/// # Errors
/// When its owner does not exist or it cannot be made.
pub fn make_directory(machine: &Machine, path: &Path, owner: &Owner, mode: u32) -> Result<After> {
    paths::make_directory(&machine.path(path), access(machine, owner, mode)?)?;
    Ok(After::default())
}

/// Makes key and certificate: ECDSA P-256, signed by itself, the name as its subject alternative name (RFC 6125).
///
/// # Errors
/// When they cannot be made or written.
pub fn make_certificate(machine: &Machine, certificate: &Path, key: &Path, name: &str, days: u32) -> Result<After> {
    let failed = || format!("no certificate for {name} could be made");
    let pair = KeyPair::generate().context(failed)?;
    let mut params = CertificateParams::new(vec![name.to_owned()]).context(failed)?;
    let now = OffsetDateTime::now_utc();
    // A clock a little behind must still accept it.
    params.not_before = now - Duration::HOUR;
    params.not_after = now + Duration::days(i64::from(days));
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let signed = params.self_signed(&pair).context(failed)?;
    let key_text = zeroize::Zeroizing::new(pair.serialize_pem());
    let root = |mode| access(machine, &Owner::root(), mode);
    paths::write(&machine.path(key), key_text.as_bytes(), root(0o600)?)?;
    paths::write(&machine.path(certificate), signed.pem().as_bytes(), root(0o644)?)?;
    let files = [(certificate, hash(signed.pem().as_bytes())), (key, hash(key_text.as_bytes()))];
    Ok(After { files: files.map(|(path, hash)| (path.to_owned(), hash)).into(), ..After::default() })
}

/// What stands at these paths, for the journal.
///
/// # Errors
/// When one cannot be read.
pub fn before(machine: &Machine, paths: &[PathBuf], wanted: Option<String>) -> Result<Before> {
    Ok(Before::Paths { paths: captured(machine, paths)?, wanted })
}

pub(super) fn captured(machine: &Machine, paths: &[PathBuf]) -> Result<BTreeMap<PathBuf, PathState>> {
    let capture = |path: &PathBuf| Ok((path.clone(), paths::capture(&machine.state, &machine.path(path))?));
    paths.iter().map(capture).collect()
}

/// The hash of what a text will land as, when all its secrets are known.
#[must_use]
pub fn landing_hash(machine: &Machine, path: &Path, content: &Text) -> Option<String> {
    landing_at(machine, path, content).ok().map(|text| hash(text.as_bytes()))
}

/// Puts the paths back as they were. A file that is no longer what was written is the admin's: it stays, and is named.
///
/// # Errors
/// When one cannot be put back.
pub fn undo(machine: &Machine, paths: &BTreeMap<PathBuf, PathState>, wrote: &After) -> Result<Vec<String>> {
    let mut kept = Vec::new();
    for (path, was) in paths.iter().rev() {
        let real = machine.path(path);
        paths::sweep(&real);
        let now = paths::capture(&machine.state, &real)?;
        if now == *was {
            continue;
        }
        // A file that is neither what was there nor what was written came from somebody else, whether our own write was
        // done or was killed before it landed.
        let edited = match &now {
            PathState::File { hash, .. } => wrote.files.get(path) != Some(hash),
            PathState::Link { .. } => true,
            PathState::Absent | PathState::Directory { .. } => false,
        };
        if edited && shared::is_shared(path) && take_back(machine, path, was, &now, wrote.files.get(path))? {
            continue;
        }
        if edited {
            kept.push(format!("{} (changed since mailwright wrote it)", path.display()));
            continue;
        }
        // A key that was there before us was never copied: once somebody removes it, it cannot come back.
        let lost = matches!(was, PathState::File { hash, .. } if !files::exists(&machine.state.kept_path(hash)));
        if lost && now == PathState::Absent {
            kept.push(format!("{} (removed since)", path.display()));
            continue;
        }
        paths::restore(&machine.state, &real, was)?;
    }
    Ok(kept)
}

/// Takes what was written in a file that others write as well back line by line. Whether that could be done: the bytes
/// before and those written have to be known.
fn take_back(machine: &Machine, path: &Path, was: &PathState, now: &PathState, wrote: Option<&String>) -> Result<bool> {
    let (PathState::File { hash: old, .. }, PathState::File { hash: new, mode, uid, gid }) = (was, now) else {
        return Ok(false);
    };
    let kept = |hash: &String| machine.state.kept(hash).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let (Some(old), Some(written), Some(now)) = (kept(old), wrote.and_then(kept), kept(new)) else { return Ok(false) };
    let text = shared::taken_back(&old, &written, &now);
    paths::write(&machine.path(path), text.as_bytes(), Access { mode: *mode, uid: *uid, gid: *gid })?;
    Ok(true)
}

/// The text as it lands at its path. What others wrote in a file since the edit of it was planned stays.
fn landing_at(machine: &Machine, path: &Path, content: &Text) -> Result<zeroize::Zeroizing<String>> {
    let planned = landing(machine, content)?;
    let Some(base) = content.base().filter(|_| shared::is_shared(path)) else { return Ok(planned) };
    let now = paths::read(&machine.path(path))?.and_then(|bytes| String::from_utf8(bytes).ok());
    match now.filter(|now| now != base && *now != *planned) {
        Some(now) if shared::has(planned.as_str(), base, &now) => Ok(now.into()),
        Some(now) => Ok(shared::taken_back(planned.as_str(), base, &now).into()),
        None => Ok(planned),
    }
}

/// The text with its secrets, as it lands.
fn landing(machine: &Machine, content: &Text) -> Result<zeroize::Zeroizing<String>> {
    content
        .filled(|name| Some(machine.state.secret(name)?.reveal().to_owned()))
        .ok_or_else(|| Error::failed("a secret this file needs has not been made yet"))
}

/// The old text as it may be shown: known secrets hidden in it, too.
fn shown(machine: &Machine, content: &Text, bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for secret in content.secrets().into_iter().filter_map(|name| machine.state.secret(name)) {
        text = text.replace(secret.reveal(), crate::secret::HIDDEN);
    }
    text
}

pub(super) fn access(machine: &Machine, owner: &Owner, mode: u32) -> Result<Access> {
    let (uid, gid) = paths::ids(&machine.root, owner)
        .ok_or_else(|| Error::failed(format!("there is no {}:{} on this machine", owner.user, owner.group)))?;
    Ok(Access { mode, uid, gid })
}

pub(super) fn access_differs(machine: &Machine, real: &Path, owner: &Owner, mode: u32) -> Vec<String> {
    let Ok(Some(look)) = files::look(real) else { return Vec::new() };
    let (Access { mode: now, uid, gid }, mut what) = (look.access, Vec::new());
    if now != mode {
        what.push(format!("mode {now:04o} -> {mode:04o}"));
    }
    if paths::ids(&machine.root, owner) != Some((uid, gid)) {
        what.push(format!("owner {uid}:{gid} -> {}:{}", owner.user, owner.group));
    }
    what
}

pub(super) fn differs(what: Vec<String>) -> Standing {
    if what.is_empty() {
        return Standing::Holds;
    }
    Standing::Differs { what, text: None, edited_by_hand: false }
}

/// Whether the pair on disk is one that we would have made: right name, still valid, key and certificate together.
fn fits(certificate: &Path, key: &Path, name: &str) -> bool {
    let (Ok(certificate), Ok(key)) = (files::read(certificate), files::read_text(key)) else { return false };
    let Ok(pair) = KeyPair::from_pem(&key) else { return false };
    let Ok((_, pem)) = x509_parser::pem::parse_x509_pem(&certificate) else { return false };
    let Ok(parsed) = pem.parse_x509() else { return false };
    let named = parsed.subject_alternative_name().ok().flatten().is_some_and(|names| {
        let is = |other: &x509_parser::extensions::GeneralName<'_>| {
            matches!(other, x509_parser::extensions::GeneralName::DNSName(dns) if dns.eq_ignore_ascii_case(name))
        };
        names.value.general_names.iter().any(is)
    });
    let public = parsed.public_key().subject_public_key.data.as_ref() == rcgen::PublicKeyData::der_bytes(&pair);
    named && public && parsed.validity().is_valid()
}
