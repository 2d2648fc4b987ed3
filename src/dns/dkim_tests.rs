//! DKIM key records by the letter of RFC 6376.

use std::path::Path;

use super::*;
use crate::answers;
use crate::facts::{Clock, DkimKeys};

const NOW: i64 = 1_800_000_000;

/// The wanted selector is `s1`.
fn facts(keys: &[&str], signing: Option<&str>, days: Option<i64>) -> Facts {
    let public = keys.iter().map(|selector| ((*selector).to_owned(), format!("KEY{selector}"))).collect();
    let since = days.map(|days| NOW - days * 24 * 3600);
    let dkim = DkimKeys { public, signing: signing.map(str::to_owned), since, ..DkimKeys::default() };
    Facts { dkim, clock: Clock { now: NOW, ..Clock::default() }, ..Facts::default() }
}

#[test]
fn keys_are_published_while_they_are_of_use() {
    let answers = answers::parse(answers::EXAMPLE, Path::new("answers.toml")).unwrap();
    for (facts, unmade, expected) in [
        (facts(&[], None, None), true, vec![]),
        (facts(&["s1"], None, None), false, vec!["s1 dkim required"]),
        (facts(&["s1"], Some("s1"), Some(400)), false, vec!["s1 dkim required"]),
        (facts(&["a", "s1"], Some("a"), Some(400)), false, vec!["s1 dkim required", "a dkim-still required"]),
        (facts(&["a"], Some("a"), Some(400)), true, vec!["a dkim-still required"]),
        (facts(&["a", "s1"], Some("s1"), Some(6)), false, vec!["s1 dkim required", "a dkim-old advised"]),
        (facts(&["a", "s1"], Some("s1"), Some(7)), false, vec!["s1 dkim required"]),
        (facts(&["a", "s1"], Some("s1"), None), false, vec!["s1 dkim required"]),
    ] {
        let line = |key: &Key<'_>| format!("{} {} {}", key.selector, key.why, key.weight.id());
        assert_eq!(keys(&answers, &facts).iter().map(line).collect::<Vec<_>>(), expected, "{:?}", facts.dkim);
        assert_eq!(is_unmade(&answers, &facts), unmade, "{:?}", facts.dkim);
    }
}

#[test]
fn a_key_record_is_one_by_its_version_or_its_key() {
    for (text, is) in [
        ("v=DKIM1; p=AAAA", true),
        (" v = DKIM1 ; p=AAAA", true),
        ("k=rsa; p=AAAA", true),
        ("v=DKIM1; h=sha256; k=rsa", true),
        ("v=dkim1; p=AAAA", false),
        ("k=rsa; v=DKIM1; p=AAAA", false),
        ("v=DMARC1; p=none", false),
        ("v=spf1 -all", false),
        ("o=~", false),
    ] {
        assert_eq!(is_record(text), is, "{text}");
    }
}

#[test]
fn a_record_is_judged_by_what_it_makes_of_our_signatures() {
    let ours = text("ABCDEFGH");
    assert_eq!(ours, "v=DKIM1; h=sha256; k=rsa; p=ABCDEFGH");
    for (found, worth) in [
        ("v=DKIM1; h=sha256; k=rsa; p=ABCDEFGH", Worth::Same),
        ("v=DKIM1;k=rsa;h=sha256;p=ABCD EF\tGH;", Worth::Same),
        ("p=ABCDEFGH", Worth::Works),
        ("v=DKIM1; h=sha1:sha256; s=email; n=note; p=ABCDEFGH", Worth::Works),
        ("v=DKIM1; t=s; p=ABCDEFGH", Worth::Works),
        ("v=DKIM1; t=s:y; p=ABCDEFGH", Worth::Testing),
        ("v=DKIM1; p=", Worth::Revoked),
        ("v=DKIM1; h=sha256; k=rsa; p= ;", Worth::Revoked),
        ("v=DKIM1; h=sha256; k=rsa; p=ABCDE", Worth::CutOff(33)),
        ("v=DKIM1; h=sha256; k=r", Worth::CutOff(22)),
        ("v=DKIM1; h=sha256; k=rsa; p=abcdefgh", Worth::Other),
        ("v=DKIM1; h=sha256; k=rsa; p=ABCDEFGHI", Worth::Other),
        ("v=DKIM1; h=sha1; p=ABCDEFGH", Worth::Other),
        ("v=DKIM1; k=ed25519; p=ABCDEFGH", Worth::Other),
        ("v=DKIM1; s=tlsrpt; p=ABCDEFGH", Worth::Other),
        ("v=DKIM1; k=rsa; n=nothing", Worth::Other),
    ] {
        assert_eq!(compare(&ours, found), worth, "{found}");
    }
}
