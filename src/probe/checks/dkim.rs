//! The key that signs: kept from others, and published where receivers look for it.

use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use super::resolvers::TOLD;
use super::seen::{Seen, Verdict, pass, unknown};
use super::tool;
use crate::change::Owner;
use crate::check::Outcome;
use crate::dkim;
use crate::engine::paths;
use crate::error::Result;
use crate::files;

/// What opendkim-testkey(8) may take: its resolver tries for long.
const ASKED: Duration = Duration::from_secs(12);

/// The key is an RSA key of so many bits that nobody but its owner can read.
pub fn key_fits(path: &Path, owner: &str, bits: usize) -> Result<Verdict> {
    let mut seen = Seen::default();
    let shown = path.display();
    let text = files::read_text(path).map_err(|error| paths::failed(format!("{shown} could not be read"), &error))?;
    match dkim::public(&Zeroizing::new(text)) {
        Ok(key) if key.bits < bits => {
            let advice = "another selector in the answers makes a new key";
            seen.warn(format!("{shown} has {} bits, fewer than {bits}: {advice}", key.bits));
        }
        Ok(key) => seen.good(format!("an RSA key of {} bits", key.bits)),
        Err(error) => seen.fail(error.render()),
    }
    let Ok(Some(look)) = files::look(path) else { return Ok(unknown(format!("{shown} could not be looked at"))) };
    match look.access.mode {
        0o600 | 0o400 => seen.good("only its owner can read it"),
        mode => seen.fail(format!("{shown} has mode {mode:04o}, not 0600")),
    }
    match paths::ids(Path::new("/"), &Owner::new(owner, owner)) {
        Some((uid, _)) if uid == look.access.uid => seen.good(format!("it is {owner}'s")),
        _ => seen.fail(format!("{shown} belongs to user {}, not to {owner}", look.access.uid)),
    }
    Ok(seen.verdict())
}

/// opendkim-testkey(8) finds the public half in the DNS and finds that it fits.
pub fn published(domain: &str, selector: &str, path: &Path) -> Result<Verdict> {
    // As the daemon itself is started: with the resolvers of this machine.
    let config = if files::exists(Path::new(TOLD)) { TOLD } else { "/etc/opendkim.conf" };
    let asked = ["-x", config, "-d", domain, "-s", selector, "-vv", "-k"];
    let output = tool("opendkim-testkey").args(asked).arg(path).deadline(ASKED).run()?;
    Ok(judged(domain, selector, output.ok(), &output.stderr))
}

/// What its words come to: a record that is not there yet, or is that of an earlier server, is no failure of this one.
fn judged(domain: &str, selector: &str, ok: bool, said: &str) -> Verdict {
    let name = format!("{selector}._domainkey.{domain}");
    let has = |words: &str| said.contains(words);
    if ok && !has("not found") {
        return pass(format!("{name} holds the public half of the key"));
    }
    if has("record not found") || has("NXDOMAIN") || has("no record") {
        return (Outcome::Warn, format!("{name} is not in the DNS yet: `mailwright dns` shows the record"));
    }
    if has("do not match") || has("mismatch") {
        return (
            Outcome::Warn,
            format!(
                "{name} holds another key than the one that signs: put the record that `mailwright dns` shows in its place, or choose another selector where another server signs by this one"
            ),
        );
    }
    let last = said.lines().last().unwrap_or("it says nothing");
    unknown(format!("opendkim-testkey could not tell: {last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opendkim_testkey_says_is_understood() {
        let outcome = |ok, said: &str| judged("example.org", "s1", ok, said).0;
        let loaded = "opendkim-testkey: key loaded from /etc/dkimkeys/s1.private\n\
                      opendkim-testkey: checking key 's1._domainkey.example.org'\n";
        assert_eq!(
            outcome(true, &format!("{loaded}opendkim-testkey: key not secure\nopendkim-testkey: key OK\n")),
            Outcome::Pass
        );
        let missing = "opendkim-testkey: 's1._domainkey.example.org' record not found\n";
        assert_eq!(outcome(false, &format!("{loaded}{missing}")), Outcome::Warn);
        assert_eq!(outcome(false, &format!("{loaded}opendkim-testkey: keys do not match\n")), Outcome::Warn);
        assert_eq!(
            outcome(false, &format!("{loaded}opendkim-testkey: 's1._domainkey.example.org' query timed out\n")),
            Outcome::Unknown
        );
    }
}
