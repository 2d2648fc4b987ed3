//! DMARC records by the letter of RFC 9989.

use super::*;

fn reports() -> MailAddress {
    "dmarc@example.org".parse().unwrap()
}

#[test]
fn a_record_says_only_what_is_not_so_anyway() {
    let (none, quarantine, reject) = (Policy::None, Policy::Quarantine, Policy::Reject);
    for (policy, subdomains, nonexistent, testing, expected) in [
        (none, Below::Same, Below::Same, false, "p=none"),
        (none, Below::None, Below::None, false, "p=none"),
        (none, Below::Same, Below::Reject, false, "p=none; np=reject"),
        (quarantine, Below::Reject, Below::Reject, false, "p=quarantine; sp=reject"),
        // Without np the nonexistent ones would have what sp says.
        (reject, Below::None, Below::Same, false, "p=reject; sp=none; np=reject"),
        (reject, Below::Same, Below::Same, true, "p=reject; t=y"),
    ] {
        let dmarc = Dmarc { policy, subdomains, nonexistent, testing, ..Dmarc::default() };
        assert_eq!(text(&dmarc, &reports()), format!("v=DMARC1; {expected}; rua=mailto:dmarc@example.org"));
    }
}

#[test]
fn more_is_enough_and_less_is_not() {
    let tags = |text: &str| -> Vec<(String, String)> {
        let pair = |part: &str| part.trim().split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        text.split(';').filter_map(pair).collect()
    };
    for (wanted, found, enough) in [
        ("p=none", "p=reject", true),
        ("p=none", "p=none; t=y", true),
        ("p=quarantine", "p=none", false),
        ("p=quarantine", "p=reject; t=y", true),
        ("p=reject", "p=reject; t=y", false),
        ("p=reject", "p=reject; sp=none", false),
        ("p=reject; sp=none; np=reject", "p=reject", true),
        ("p=none; np=reject", "p=none; sp=reject", true),
        ("p=none; np=reject", "p=none", false),
        ("p=none", "p=maybe", false),
        ("p=none", "sp=reject", false),
    ] {
        assert_eq!(asks_enough(&tags(wanted), &tags(found)), enough, "{wanted} by {found}");
    }
}

#[test]
fn another_domain_must_agree_and_an_own_subdomain_need_not() {
    let answers = crate::answers::parse(crate::answers::EXAMPLE, std::path::Path::new("answers.toml")).unwrap();
    let consent = |domain: &str, reports: &str| {
        consent(&answers, &domain.parse().unwrap(), &reports.parse().unwrap()).map(|(why, _)| why)
    };
    assert_eq!(consent("example.org", "example.org"), None);
    assert_eq!(consent("example.org", "reports.example.org"), None);
    assert_eq!(consent("example.net", "example.org"), Some("dmarc-consent"));
    assert_eq!(consent("example.net", "reports.example.org"), Some("dmarc-consent"));
    assert_eq!(consent("example.org", "notexample.org"), Some("dmarc-consent-other"));
    assert_eq!(consent("example.org", "reports.test"), Some("dmarc-consent-other"));
}
