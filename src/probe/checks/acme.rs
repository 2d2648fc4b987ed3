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
    let now = clock()?;
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
        let (issuer, left) = (&leaf.issuer, left(leaf, now));
        match left {
            0.. => seen.good(format!("issued by {issuer}, {left} days left")),
            _ => seen.fail(format!("issued by {issuer}, expired {} days ago", -left)),
        }
    } else {
        seen.warn(
            "the certificate that is shown is not the one that certbot keeps: a renewal did not reach the daemons",
        );
    }
    seen.verdict()
}

/// The days left; fewer than none when it has expired.
const fn left(leaf: &Leaf, now: i64) -> i64 {
    (leaf.not_after - now).div_euclid(DAY)
}

/// Whether certbot should have renewed it by now: it does 30 days before a certificate expires, twice a day. One that
/// holds for less than two months in all is renewed later by newer ones, and has a quarter of its time.
fn in_time(seen: &mut Seen, leaf: &Leaf, now: i64) {
    const OVERDUE: i64 = 14 * DAY;
    let least = OVERDUE.min((leaf.not_after - leaf.not_before) / 4);
    match (leaf.not_after - now, left(leaf, now)) {
        (..0, left) => seen.fail(format!("it expired {} days ago, and was not renewed", -left)),
        (seconds, left) if seconds < least => seen.warn(format!("a renewal is overdue: {left} days left")),
        (_, left) => seen.good(format!("{left} days left")),
    }
}

/// The time, in seconds since the epoch.
fn clock() -> Result<i64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context(|| "the clock stands before 1970".into())?;
    Ok(i64::try_from(now.as_secs()).unwrap_or(i64::MAX))
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
        match kept.leaf() {
            Some(leaf) => in_time(&mut seen, &leaf, clock()?),
            None => seen.fail("what certbot keeps is no certificate"),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    fn leaf(days: i64) -> Leaf {
        Leaf {
            subject: "CN=mail.example.org".into(),
            issuer: "CN=R3".into(),
            names: vec!["mail.example.org".into()],
            not_before: 0,
            not_after: days * DAY,
            self_signed: false,
        }
    }

    #[test]
    fn a_renewal_that_did_not_come_is_told_before_the_certificate_expires() {
        let at = |days: i64, now: i64| {
            let mut seen = Seen::default();
            in_time(&mut seen, &leaf(days), now * DAY);
            seen.verdict()
        };
        assert_eq!(at(90, 60), (Outcome::Pass, "30 days left".to_owned()));
        assert_eq!(at(90, 76), (Outcome::Pass, "14 days left".to_owned()));
        assert_eq!(at(90, 77), (Outcome::Warn, "a renewal is overdue: 13 days left".to_owned()));
        assert_eq!(at(90, 92), (Outcome::Fail, "it expired 2 days ago, and was not renewed".to_owned()));
        // One of a week is not overdue from its first day.
        assert_eq!(at(8, 1).0, Outcome::Pass);
        assert_eq!(at(8, 7).0, Outcome::Warn);
    }

    #[test]
    fn an_expired_certificate_is_not_called_issued() {
        let judged = |now: i64| judged(&leaf(90), true, now * DAY, None);
        assert_eq!(judged(89), (Outcome::Pass, "issued by CN=R3, 1 days left".to_owned()));
        assert_eq!(judged(93), (Outcome::Fail, "issued by CN=R3, expired 3 days ago".to_owned()));
    }
}
