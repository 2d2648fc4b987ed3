//! What the answers and the facts put into the list.

use std::path::Path;

use super::*;
use crate::answers;
use crate::change::Daemon;

fn listed(answers: &str) -> Vec<Published> {
    listed_with(answers, &Facts::default())
}

fn listed_with(answers: &str, facts: &Facts) -> Vec<Published> {
    let answers = answers::parse(answers, Path::new("answers.toml")).unwrap();
    records(&answers, facts).unwrap()
}

/// The example with one of its commented lines in force.
fn with(commented: &str, line: &str) -> String {
    let before = format!("# {commented}");
    assert!(answers::EXAMPLE.contains(&before), "{before}");
    answers::EXAMPLE.replacen(&before, line, 1)
}

/// What is there for these reasons: name, type and value.
fn of(list: &[Published], why: &[&str]) -> Vec<String> {
    let line = |one: &Published| format!("{} {} {}", one.record.name, one.record.data.kind(), one.record.data.whole());
    list.iter().filter(|one| why.contains(&one.why)).map(line).collect()
}

/// A machine with one key, `s1`.
fn with_key() -> Facts {
    let mut facts = Facts::default();
    facts.dkim.public.insert("s1".to_owned(), "KEY".to_owned());
    facts
}

/// One line a record: its weight, its zone line, its domain.
fn lines(list: &[Published]) -> Vec<String> {
    list.iter().map(|one| format!("{} {} ({})", one.weight.id(), one.record, one.of)).collect()
}

#[test]
fn the_example_needs_these_records() {
    let own = [
        "required mail.example.org. 3600 IN A 203.0.113.10 (mail.example.org)",
        "required mail.example.org. 3600 IN AAAA 2001:db8::10 (mail.example.org)",
        "required 10.113.0.203.in-addr.arpa. 3600 IN PTR mail.example.org. (mail.example.org)",
        "required 0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 3600 IN PTR \
         mail.example.org. (mail.example.org)",
        r#"advised mail.example.org. 3600 IN TXT "v=spf1 a -all" (mail.example.org)"#,
    ];
    let of = |domain: &str| {
        [
            ("required", "", "MX", "10 mail.example.org."),
            ("required", "", "TXT", "\"v=spf1 mx -all\""),
            ("advised", "_dmarc.", "TXT", &format!("\"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\"")),
            ("advised", "_smtp._tls.", "TXT", &format!("\"v=TLSRPTv1; rua=mailto:postmaster@{domain}\"")),
            ("advised", "_submissions._tcp.", "SRV", "0 1 465 mail.example.org."),
            ("advised", "_submission._tcp.", "SRV", "10 1 587 mail.example.org."),
            ("advised", "_imaps._tcp.", "SRV", "0 1 993 mail.example.org."),
            ("advised", "_imap._tcp.", "SRV", "10 1 143 mail.example.org."),
            ("advised", "_pop3s._tcp.", "SRV", "20 1 995 mail.example.org."),
        ]
        .map(|(weight, labels, kind, data)| format!("{weight} {labels}{domain}. 3600 IN {kind} {data} ({domain})"))
    };
    let expected = [of("example.org").to_vec(), of("example.net").to_vec(), own.map(str::to_owned).to_vec()].concat();
    assert_eq!(lines(&listed(answers::EXAMPLE)), expected);
}

#[test]
fn reports_go_to_the_contact_in_its_own_domain_and_to_postmaster_in_others() {
    let list = listed(&answers::EXAMPLE.replace("contact = \"postmaster@", "contact = \"anna@"));
    let reports = list.iter().filter(|one| one.why == "dmarc").map(|one| one.record.data.whole());
    let text = |to: &str| format!("v=DMARC1; p=none; rua=mailto:{to}");
    assert_eq!(reports.collect::<Vec<_>>(), [text("anna@example.org"), text("postmaster@example.net")]);
}

#[test]
fn an_unused_family_has_no_records() {
    let list = listed(&answers::EXAMPLE.replace("ipv6 = \"2001:db8::10\"", "ipv6 = \"none\""));
    assert!(list.iter().all(|one| one.record.data.kind() != "AAAA" && !one.record.name.as_str().contains("ip6")));
}

#[test]
fn every_service_announced_is_one_that_listens() {
    let ports = [Daemon::Postfix.ports(), Daemon::Dovecot.ports()].concat();
    assert!(SERVICES.iter().all(|(_, _, port)| ports.contains(port)), "{ports:?}");
}

#[test]
fn spf_says_what_the_answers_choose() {
    let text = with("all = \"fail\"", "all = \"softfail\"");
    let text =
        text.replacen("# include = [\"_spf.example.com\"]", "include = [\"b.example.com\", \"a.example.com\"]", 1);
    let terms = "mx include:b.example.com include:a.example.com ~all";
    let expected = ["example.org", "example.net"].map(|domain| format!("{domain} TXT v=spf1 {terms}"));
    assert_eq!(of(&listed(&text), &["spf", "sender-id"]), expected);
    assert_eq!(of(&listed(&text), &["spf-helo"]), ["mail.example.org TXT v=spf1 a -all"]);
    let both = ["example.org TXT v=spf1 mx -all", "example.org TXT spf2.0/pra mx -all"];
    let list = listed(&with("sender_id = false", "sender_id = true"));
    assert_eq!(of(&list, &["spf", "sender-id"])[..2], both);
}

#[test]
fn every_domain_has_the_key_that_signs_its_mail() {
    let expected = ["example.org", "example.net"];
    let expected = expected.map(|domain| format!("s1._domainkey.{domain} TXT v=DKIM1; h=sha256; k=rsa; p=KEY"));
    assert_eq!(of(&listed_with(answers::EXAMPLE, &with_key()), &["dkim"]), expected);
    assert_eq!(of(&listed(answers::EXAMPLE), &["dkim"]), [""; 0]);
}

#[test]
fn further_domains_may_point_to_the_first_one() {
    let list = listed_with(&with("further_domains = \"own\"", "further_domains = \"cname\""), &with_key());
    assert_eq!(
        of(&list, &["dkim", "dmarc", "dmarc-consent"]),
        [
            "s1._domainkey.example.org TXT v=DKIM1; h=sha256; k=rsa; p=KEY",
            "_dmarc.example.org TXT v=DMARC1; p=none; rua=mailto:postmaster@example.org",
            "s1._domainkey.example.net CNAME s1._domainkey.example.org.",
            "_dmarc.example.net CNAME _dmarc.example.org.",
            "example.net._report._dmarc.example.org TXT v=DMARC1",
        ]
    );
}

#[test]
fn reports_to_another_domain_need_its_consent() {
    let reports = "reports = \"dmarc@example.org\"";
    let list = listed(&with(reports, reports));
    assert_eq!(
        of(&list, &["dmarc", "dmarc-consent"]),
        [
            "_dmarc.example.org TXT v=DMARC1; p=none; rua=mailto:dmarc@example.org",
            "_dmarc.example.net TXT v=DMARC1; p=none; rua=mailto:dmarc@example.org",
            "example.net._report._dmarc.example.org TXT v=DMARC1",
        ]
    );
    let list = listed(&with(reports, "reports = \"us@reports.example.com\""));
    assert_eq!(
        of(&list, &["dmarc-consent", "dmarc-consent-other"]),
        [
            "example.org._report._dmarc.reports.example.com TXT v=DMARC1",
            "example.net._report._dmarc.reports.example.com TXT v=DMARC1",
        ]
    );
}

#[test]
fn the_authority_that_was_chosen_may_issue_for_the_server_alone() {
    assert_eq!(of(&listed(answers::EXAMPLE), &["caa"]), [""; 0]);
    let list = listed(&with("source = \"self-signed\"", "source = \"acme\""));
    assert_eq!(of(&list, &["caa"]), ["mail.example.org CAA 0 issue \"letsencrypt.org\""]);
    let other = "source = \"acme\"\nacme_directory = \"https://ca.example.com/dir\"";
    assert_eq!(of(&listed(&with("source = \"self-signed\"", other)), &["caa"]), [""; 0]);
}

#[test]
fn the_certificate_is_known_by_its_key_at_port_25() {
    let answers = answers::parse(answers::EXAMPLE, Path::new("answers.toml")).unwrap();
    let record = tlsa(&answers, vec![0xab; 32]).unwrap().record.to_string();
    assert_eq!(record, format!("_25._tcp.mail.example.org. 3600 IN TLSA 3 1 1 {}", "ab".repeat(32)));
}
