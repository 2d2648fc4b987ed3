//! Each way in which a certificate can be wrong is seen.

use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use time::{Duration, OffsetDateTime};

use super::*;
use crate::check::Outcome;

const NAME: &str = "mail.example.org";
const NOW: i64 = 1_800_000_000;

fn params(name: &str, days: i64) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let now = OffsetDateTime::from_unix_timestamp(NOW).unwrap();
    params.not_before = now - Duration::days(30);
    params.not_after = now + Duration::days(days);
    params
}

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn own(name: &str, days: i64, key: &KeyPair) -> String {
    params(name, days).self_signed(key).unwrap().pem()
}

/// An authority whose name differs from every other one's.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = params(name, 3650);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, key()).unwrap()
}

fn judge_with(chain: &str, key: &str, self_signed: bool, trusted: &str) -> Verdict {
    let mut seen = Seen::default();
    let wanted = Wanted { name: NAME, self_signed, now: NOW };
    pair(&mut seen, chain.as_bytes(), key.as_bytes(), &wanted, || trusted.to_owned());
    seen.verdict()
}

fn judge(chain: &str, key: &str) -> Verdict {
    judge_with(chain, key, true, "")
}

fn assert_says(verdict: &Verdict, outcome: Outcome, words: &str) {
    assert!(verdict.0 == outcome && verdict.1.contains(words), "wanted {outcome:?} with {words:?}: {verdict:?}");
}

#[test]
fn a_self_signed_one_fits_by_name_dates_and_key() {
    let (right, other) = (key(), key());
    let pem = right.serialize_pem();
    assert_says(&judge(&own(NAME, 3650, &right), &pem), Outcome::Pass, "3650 days left");
    assert_says(&judge(&own("other.example.org", 3650, &right), &pem), Outcome::Fail, "not for mail.example.org");
    assert_says(&judge(&own(NAME, -1, &right), &pem), Outcome::Fail, "expired on");
    assert_says(&judge(&own(NAME, 5, &right), &pem), Outcome::Warn, "5 days from now");
    assert_says(&judge(&own(NAME, 90, &right), &other.serialize_pem()), Outcome::Fail, "does not belong");
    let given = judge_with(&own(NAME, 90, &right), &pem, false, "");
    assert_says(&given, Outcome::Warn, "signed by itself");
    let mut later = params(NAME, 90);
    later.not_before = OffsetDateTime::from_unix_timestamp(NOW + DAY).unwrap();
    assert_says(&judge(&later.self_signed(&right).unwrap().pem(), &pem), Outcome::Fail, "not valid before");
}

#[test]
fn what_is_no_pem_is_told() {
    let right = key();
    let (certificate, pem) = (own(NAME, 90, &right), right.serialize_pem());
    assert_says(&judge("", &pem), Outcome::Fail, "holds no certificate");
    assert_says(&judge(&certificate, "nothing"), Outcome::Fail, "no private key");
    assert_says(&judge(&certificate, &certificate), Outcome::Fail, "no private key");
    let locked = pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_says(&judge(&certificate, &locked), Outcome::Fail, "passphrase");
    let garbage = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    assert_says(&judge(garbage, &pem), Outcome::Fail, "cannot be read");
}

#[test]
fn a_given_chain_is_in_order_and_whole() {
    let (root, stranger, leaf_key) = (authority("Root"), authority("Stranger"), key());
    let mut middle = params("Middle", 365);
    middle.distinguished_name.push(rcgen::DnType::CommonName, "Middle");
    middle.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let middle = CertifiedIssuer::signed_by(middle, key(), &root).unwrap();
    let leaf = params(NAME, 90).signed_by(&leaf_key, &middle).unwrap().pem();
    let key = leaf_key.serialize_pem();
    let judge = |chain: &[&str], trusted: &str| judge_with(&chain.concat(), &key, false, trusted);
    let (middle, root, stranger) = (middle.pem(), root.pem(), stranger.pem());
    assert_says(&judge(&[&leaf, &middle], ""), Outcome::Pass, "signed by");
    assert_says(&judge(&[&leaf, &middle, &root], ""), Outcome::Pass, "signed by");
    assert_says(&judge(&[&leaf], &root), Outcome::Warn, "alone in its file");
    assert_says(&judge(&[&leaf, &root], ""), Outcome::Fail, "wrong order");
    assert_says(&judge(&[&leaf, &stranger], ""), Outcome::Fail, "wrong order");
    assert_says(&judge(&[&middle, &leaf], ""), Outcome::Fail, "does not belong");
    // Signed by a trusted authority itself: nothing stands between.
    assert_says(&judge(&[&leaf], &middle), Outcome::Pass, "signed by");
}

#[test]
fn rsa_keys_fit_in_both_forms_they_are_written_in() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    let openssl = |line: String| {
        let done = Command::new("openssl").args(line.split(' ')).output();
        done.is_ok_and(|output| output.status.success())
    };
    let (pkcs8, pkcs1, certificate) = (path("8"), path("1"), path("c"));
    let made = openssl(format!(
        "req -x509 -newkey rsa:2048 -nodes -keyout {pkcs8} -out {certificate} -days 3650 -subj /CN=x \
         -addext subjectAltName=DNS:{NAME}"
    )) && openssl(format!("rsa -in {pkcs8} -traditional -out {pkcs1}"));
    if !made {
        eprintln!("left out: there is no openssl here");
        return;
    }
    let text = |path: &str| std::fs::read_to_string(path).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for key in [&pkcs8, &pkcs1] {
        let mut seen = Seen::default();
        let wanted = Wanted { name: NAME, self_signed: true, now: i64::try_from(now).unwrap() };
        pair(&mut seen, text(&certificate).as_bytes(), text(key).as_bytes(), &wanted, String::new);
        assert_says(&seen.verdict(), Outcome::Pass, "the key belongs to it");
    }
}

#[test]
fn the_key_file_is_roots_alone() {
    let judge = |owner: u32, mode: u32| {
        let mut seen = Seen::default();
        guarded(&mut seen, "key.pem", owner, mode);
        seen.verdict().0
    };
    let table = [
        (0, 0o100_600, Outcome::Pass),
        (0, 0o100_400, Outcome::Pass),
        (0, 0o100_640, Outcome::Warn),
        (0, 0o100_644, Outcome::Fail),
        (0, 0o100_660, Outcome::Fail),
        (1000, 0o100_600, Outcome::Fail),
    ];
    for (owner, mode, outcome) in table {
        assert_eq!(judge(owner, mode), outcome, "{owner} {mode:o}");
    }
}
