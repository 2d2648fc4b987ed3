//! SPF records by the letter of RFC 7208.

use super::*;

#[test]
fn a_record_begins_with_its_version_and_a_blank() {
    for (text, is) in [
        ("v=spf1", true),
        ("V=SPF1 -all", true),
        ("v=spf10 -all", false),
        ("spf2.0/pra mx -all", false),
        (" v=spf1 -all", false),
    ] {
        assert_eq!(is_record(text), is, "{text}");
    }
}

#[test]
fn signs_that_hold_anyway_blanks_and_case_make_no_difference() {
    assert!(same("v=spf1 mx -all", "V=spf1  +MX   -all "));
    assert!(!same("v=spf1 mx -all", "v=spf1 mx ~all"));
    assert!(!same("v=spf1 mx a -all", "v=spf1 a mx -all"));
}

#[test]
fn a_record_covers_the_server_when_its_addresses_certainly_pass() {
    let both = ["203.0.113.10".parse().unwrap(), "2001:db8::10".parse().unwrap()];
    for (text, covered) in [
        ("v=spf1 mx ~all", true),
        ("v=spf1 include:other.test mx -all", true),
        ("v=spf1 ip4:203.0.113.10 ip6:2001:db8::10 -all", true),
        ("v=spf1 ip4:203.0.113.0/28 ip6:2001:db8::/32 ?all", false),
        ("v=spf1 ip4:203.0.113.0/28 ip6:2001:db8::/32", true),
        ("v=spf1 a:MAIL.example.org -all", true),
        ("v=spf1 ip4:203.0.113.10 -all", false),
        ("v=spf1 ip4:203.0.113.10/33 ip6:2001:db8::10 -all", false),
        ("v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all", true),
        ("v=spf1 a -all", false),
        ("v=spf1 mx:other.test -all", false),
        ("v=spf1 -exists:%{i}.list.test mx -all", false),
        ("v=spf1 mx -exists:%{i}.list.test -all", true),
        ("v=spf1 -all mx", false),
        ("v=spf1 +all", false),
        ("v=spf1 mx +all", false),
        ("v=spf1", false),
    ] {
        assert_eq!(covers(text, "mx", "mail.example.org", &both), covered, "{text}");
    }
    assert!(covers("v=spf1 a mx ~all", "a", "mail.example.org", &both));
    assert!(!covers("v=spf1 mx -all", "mx", "mail.example.org", &[]));
}

#[test]
fn the_answers_choose_what_stands_in_the_record() {
    let spf = |all, include: &[&str]| Spf {
        all,
        include: include.iter().map(|name| name.parse().unwrap()).collect(),
        ..Spf::default()
    };
    assert_eq!(text("v=spf1", &spf(SpfAll::Fail, &[])), "v=spf1 mx -all");
    assert_eq!(
        text("v=spf1", &spf(SpfAll::Softfail, &["b.test", "a.test"])),
        "v=spf1 mx include:b.test include:a.test ~all"
    );
    assert_eq!(text("spf2.0/pra", &spf(SpfAll::Fail, &[])), "spf2.0/pra mx -all");
    assert!(includes_all("v=spf1 INCLUDE:a.test mx -all", "v=spf1 mx include:a.test -all"));
    assert!(!includes_all("v=spf1 mx -all", "v=spf1 mx include:a.test -all"));
}

#[test]
fn what_a_record_asks_for_is_what_rfc_7208_counts() {
    let record = |name: &str| Ask::Record(name.to_owned());
    for (text, expected) in [
        ("v=spf1 mx -all", vec![Ask::Exchangers(None)]),
        ("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", vec![]),
        (
            "v=spf1 a:mail.test/28 ?mx:other.test//64 ~all",
            vec![Ask::Addresses(Some("mail.test".to_owned())), Ask::Exchangers(Some("other.test".to_owned()))],
        ),
        ("v=spf1 A/24 include:One.test. -all", vec![Ask::Addresses(None), record("one.test")]),
        ("v=spf1 ptr exists:%{i}.list.test include:%{d}.test -all", vec![Ask::Other, Ask::Other, Ask::Other]),
        ("v=spf1 redirect=all.test exp=why.test", vec![record("all.test")]),
        ("v=spf1 redirect=all.test -all", vec![]),
        ("v=spf1 -all mx include:late.test", vec![]),
    ] {
        assert_eq!(asks(text), expected, "{text}");
    }
}
