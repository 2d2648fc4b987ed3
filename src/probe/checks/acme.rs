//! Whether an authority's certificate is there, and whether it is renewed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::seen::{Seen, Verdict, fail};
use super::tool;
use crate::change::lineage;
use crate::error::{Context, Result};
use crate::log::ACME;
use crate::probe::lineage::{Lineage, TIMER, conf};
use crate::probe::sockets;
use crate::probe::tls::Leaf;

const DAY: i64 = 24 * 60 * 60;
/// Where an authority calls (RFC 8555, section 8.3).
const PORT: u16 = 80;

/// The certificate that the daemons read comes from an authority.
pub fn issued(name: &str, certificate: &Path) -> Result<Verdict> {
    let unread = || format!("{} cannot be read", certificate.display());
    let leaf = Leaf::read(&CertificateDer::from_pem_file(certificate).context(unread)?)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context(|| "the clock stands before 1970".into())?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    // Why the last attempt failed is its first line.
    let why = std::fs::read_to_string(ACME).ok().and_then(|text| text.lines().next().map(str::to_owned));
    let kept = Lineage::read(Path::new("/"), &lineage(name));
    let is_kept = kept.is_some_and(|kept| std::fs::read(certificate).is_ok_and(|bytes| bytes == kept.certificate));
    Ok(judged(&leaf, is_kept, now, why.as_deref()))
}

fn judged(leaf: &Leaf, is_kept: bool, now: i64, why: Option<&str>) -> Verdict {
    let mut seen = Seen::default();
    if leaf.self_signed {
        let why = why.unwrap_or("no authority was asked yet");
        seen.warn(format!("the self-signed certificate is shown: {why}"));
    } else if is_kept {
        seen.good(format!("issued by {}, {} days left", leaf.issuer, (leaf.not_after - now).div_euclid(DAY)));
    } else {
        seen.warn(
            "the certificate that is shown is not the one that certbot keeps: a renewal did not reach the daemons",
        );
    }
    seen.verdict()
}

/// certbot's timer is armed, the certificate is one it renews, and the daemons get what comes.
pub fn renews(name: &str, hook: &Path, webroot: &Path) -> Result<Verdict> {
    let mut seen = Seen::default();
    let asked = tool("systemctl").args(["show", "--property", "ActiveState,UnitFileState", TIMER]).success()?;
    for (property, wanted) in [("ActiveState", "active"), ("UnitFileState", "enabled")] {
        let value = asked.stdout.lines().find_map(|line| line.strip_prefix(property)?.strip_prefix('='));
        match value.unwrap_or_default() {
            value if value == wanted => seen.good(format!("{TIMER} is {wanted}")),
            value => seen.fail(format!("{TIMER} is not {wanted} ({property} {value:?})")),
        }
    }
    match std::fs::metadata(hook) {
        Ok(meta) if meta.permissions().mode() & 0o100 != 0 => seen.good(format!("{} is in place", hook.display())),
        Ok(_) => seen.fail(format!("{} cannot be executed", hook.display())),
        Err(cause) => seen.fail(format!("{} cannot be looked at: {cause}", hook.display())),
    }
    let lineage = lineage(name);
    let conf = conf(&lineage);
    if let Some(kept) = Lineage::read(Path::new("/"), &lineage) {
        let held = sockets::listeners()?.into_iter().find(|one| one.port == PORT);
        let held = held.map(|one| one.program.unwrap_or_else(|| "another program".to_owned()));
        way(&mut seen, &kept, hook, webroot, held.as_deref());
    } else if conf.exists() {
        return Ok(fail(format!("{} is there, but the certificate or its key is not", conf.display())));
    } else {
        // That there is none is told by the check before.
        seen.good("there is nothing to renew yet");
    }
    Ok(seen.verdict())
}

/// How the next renewal will prove whose the name is.
fn way(seen: &mut Seen, kept: &Lineage, hook: &Path, webroot: &Path, held: Option<&str>) {
    match kept.hook() {
        Some(path) if path == hook => seen.good("a new one reaches the daemons"),
        _ => seen.fail(format!("a new one does not reach the daemons: certbot does not know {}", hook.display())),
    }
    match (kept.authenticator(), held) {
        (Some("standalone"), None) => seen.good(format!("port {PORT} is free for it")),
        (Some("standalone"), Some(holder)) => seen.warn(format!("{holder} holds port {PORT}, which the renewal needs")),
        (Some("webroot"), None) => seen.warn(format!("no web server answers on port {PORT}, which the renewal needs")),
        (Some("webroot"), Some(holder)) if kept.webroot() == Some(webroot) => {
            seen.good(format!("{holder} serves {} on port {PORT}", webroot.display()));
        }
        (Some("webroot"), Some(_)) => {
            seen.warn(format!("the renewal does not use the directory of the answers, {}", webroot.display()));
        }
        (way, _) => seen.good(format!("the admin chose another way ({})", way.unwrap_or("none"))),
    }
}
