use super::*;
use crate::answers::Address;
use crate::facts::{HeldZone, Hindrance};
use crate::secret::Secret;

fn machine(fqdn: &str) -> Facts {
    Facts {
        fqdn: Some(fqdn.to_owned()),
        hostname: "mail".to_owned(),
        ipv4: vec!["198.51.100.7".parse().unwrap()],
        ipv6: vec!["2001:db8::7".parse().unwrap()],
        ..Facts::default()
    }
}

fn all() -> impl Iterator<Item = Question> {
    steps::ALL.iter().flat_map(|step| (step.questions)())
}

fn default(key: &'static str, draft: &Draft, facts: &Facts) -> Option<String> {
    for_key(key).default(draft, facts)
}

#[test]
fn accepting_every_default_and_one_mailbox_make_valid_answers() {
    let (facts, mut draft) = (machine("mail.example.org"), Draft::default());
    for question in all() {
        if !(question.asked)(&draft) {
            continue;
        }
        if question.key == "mailbox" {
            let row = [("address".to_owned(), "anna@example.org".to_owned())].into();
            let index = draft.add_row("mailbox", &row).unwrap();
            draft.set_password(index, &Secret::new("correct horse")).unwrap();
        }
        let text = question.value(&draft, &facts);
        assert_eq!(question.wrong(&draft, &text), None, "{}", question.key);
        question.accept(&mut draft, &facts, &text);
    }
    let answers = draft.answers().unwrap();
    assert_eq!(answers.hostname.as_str(), "mail.example.org");
    assert_eq!((answers.ipv4, answers.ipv6), (Address::Detect, Address::Detect));
    assert_eq!(answers.domains[0].as_str(), "example.org");
    assert_eq!(answers.contact.to_string(), "postmaster@example.org");
    assert_eq!(answers.aliases[0].to[0].to_string(), "anna@example.org", "the first mailbox reads it");
    assert_eq!(answers.message_size_limit.to_string(), "50M");
    assert_eq!(answers.mailboxes[0].quota.unwrap().to_string(), "1G");
}

#[test]
fn the_host_name_is_the_machines_when_somebody_chose_one() {
    let none = Draft::default();
    for (fqdn, expected) in [
        ("mail.example.org", Some("mail.example.org")),
        ("Mail.Example.org", Some("mail.example.org")),
        ("localhost", None),
        ("localhost.localdomain", None),
        ("debian.localdomain", None),
        ("vps_17.example.org", None),
    ] {
        assert_eq!(default("hostname", &none, &machine(fqdn)).as_deref(), expected, "{fqdn}");
    }
    let static_name = Facts { hostname: "mx.example.net".to_owned(), ..Facts::default() };
    assert_eq!(default("hostname", &none, &static_name).as_deref(), Some("mx.example.net"));
}

#[test]
fn domain_and_contact_follow_the_answers_given_before() {
    let (facts, mut draft) = (machine("mail.example.org"), Draft::default());
    assert_eq!(default("contact", &draft, &facts).as_deref(), Some("postmaster@example.org"));
    draft.set("hostname", "MX.example.net");
    assert_eq!(default("domain", &draft, &facts).as_deref(), Some("example.net"));
    draft.set("hostname", "example.net");
    assert_eq!(default("domain", &draft, &facts), None, "net is no mail domain, nor is the server's own name");
    assert_eq!(default("contact", &draft, &facts), None);
    draft.set("domain", "example.test, example.org");
    assert_eq!(default("contact", &draft, &facts).as_deref(), Some("postmaster@example.test"));
}

#[test]
fn the_machines_own_address_is_shown_and_stays_out_of_the_answers() {
    let (facts, mut draft) = (machine("localhost"), Draft::default());
    let (ipv4, ipv6) = (for_key("ipv4"), for_key("ipv6"));
    assert_eq!((ipv4.value(&draft, &facts), ipv6.value(&draft, &facts)), ("198.51.100.7".into(), "2001:db8::7".into()));
    ipv4.accept(&mut draft, &facts, " 198.51.100.7 ");
    ipv6.accept(&mut draft, &facts, "2001:DB8:0::7");
    assert_eq!((draft.get("ipv4"), draft.get("ipv6")), (None, None));
    ipv4.accept(&mut draft, &facts, "203.0.113.10");
    ipv6.accept(&mut draft, &facts, "none");
    assert_eq!((draft.get("ipv4").as_deref(), draft.get("ipv6").as_deref()), (Some("203.0.113.10"), Some("none")));
    ipv4.accept(&mut draft, &facts, "198.51.100.7");
    assert_eq!(draft.get("ipv4"), None);

    let (offline, mut draft) = (Facts::default(), Draft::default());
    assert_eq!(ipv6.value(&draft, &offline), "none");
    ipv6.accept(&mut draft, &offline, "none");
    assert_eq!(draft.get("ipv6"), None);
    // Behind NAT it is what would be used, as preflight says.
    let nat = Facts { ipv4: vec!["10.0.0.5".parse().unwrap()], ..Facts::default() };
    assert_eq!(ipv4.value(&draft, &nat), "10.0.0.5");
}

#[test]
fn certificate_and_key_are_asked_for_files_alone_and_go_with_them() {
    let mut draft = Draft::default();
    let (source, key) = (for_key("tls.source"), for_key("tls.key"));
    assert_eq!(source.value(&draft, &Facts::default()), "self-signed");
    assert!(!(key.asked)(&draft) && (source.asked)(&draft));
    source.answer(&mut draft, "files");
    assert!((key.asked)(&draft) && for_key("tls.certificate").required);
    key.answer(&mut draft, "/etc/ssl/private/key.pem");
    assert_eq!(draft.mistake_at("tls.key"), None);
    assert!(draft.mistake_at("tls.certificate").is_some());
    let webroot = for_key("tls.webroot");
    assert!(!(webroot.asked)(&draft));
    source.answer(&mut draft, "acme");
    assert!((webroot.asked)(&draft) && !webroot.required);
    assert_eq!((draft.get("tls.key"), draft.mistake_at("tls")), (None, None));
    webroot.answer(&mut draft, "/srv/www");
    source.answer(&mut draft, "self-signed");
    assert_eq!(draft.get("tls.webroot"), None);
    assert_eq!((draft.get("tls.key"), draft.mistake_at("tls")), (None, None));
}

#[test]
fn zones_are_asked_about_where_bind_holds_one_of_a_domain() {
    let dead = crate::dns::findings::Obsolete::Adsp;
    let dead = crate::dns::zonefile::obsolete::Obsolete { name: "a".to_owned(), record: "TXT a".to_owned(), why: dead };
    let zone = |name: &str, obsolete| HeldZone { name: name.into(), file: "/db".into(), hindrance: None, obsolete };
    let (edit, obsolete) = (for_key("zone.edit"), for_key("zone.obsolete"));
    let asked = |draft: &Draft, facts: &Facts| (edit.is_asked(draft, facts), obsolete.is_asked(draft, facts));
    let mut draft = Draft::default();
    draft.set("domain", "Lists.example.org");
    let mut facts = Facts::default();
    assert_eq!(asked(&draft, &facts), (false, false));
    facts.bind = vec![zone("ample.org", vec![dead.clone()])];
    assert_eq!(asked(&draft, &facts), (false, false));
    facts.bind = vec![zone("example.org", vec![])];
    assert_eq!(asked(&draft, &facts), (true, false));
    facts.bind = vec![zone("example.org", vec![dead])];
    assert_eq!(asked(&draft, &facts), (true, true));
    obsolete.answer(&mut draft, "remove");
    edit.answer(&mut draft, "no");
    assert_eq!(
        (asked(&draft, &facts), draft.get("zone.obsolete"), draft.mistake_at("zone")),
        ((true, false), None, None)
    );
    // Answers for several servers: what one of them has no use for is kept.
    assert_eq!((edit.is_asked(&draft, &Facts::default()), draft.get("zone.edit").as_deref()), (false, Some("no")));
    facts.bind[0].hindrance = Some(Hindrance::Dynamic);
    assert_eq!(asked(&draft, &facts), (false, false));
}

#[test]
fn a_question_judges_its_own_text_and_leaves_the_draft_alone() {
    let mut draft = Draft::default();
    draft.set("domain", "example.org");
    let host = for_key("hostname");
    assert!(host.wrong(&draft, "example.org").unwrap().contains("cannot be a mail domain as well"));
    assert_eq!(host.wrong(&draft, "mail.example.org"), None);
    assert!(host.wrong(&draft, " ").is_some());
    let (domain, mailbox) = (for_key("domain"), for_key("mailbox"));
    let hyphens = domain.wrong(&draft, "example.org, -.org").unwrap();
    assert!(hyphens.starts_with("\"-.org\": each part of a domain name"), "{hyphens}");
    assert_eq!(domain.wrong(&draft, "").unwrap(), "at least one domain is needed");
    assert!(mailbox.wrong(&draft, "anna@example.org").is_some(), "without a password");
    assert_eq!((mailbox.wrong(&draft, ""), draft.get("hostname")), (None, None));
}

#[test]
fn what_is_required_is_what_the_parser_misses() {
    let mut draft = Draft::default();
    for question in all() {
        if question.key == "tls.certificate" {
            draft.set("tls.source", "files");
        }
        let missed = question.wrong(&draft, "").is_some();
        assert_eq!(missed, question.required, "{}", question.key);
    }
}

#[test]
fn every_question_and_column_is_a_key_of_the_answers_file() {
    for question in all() {
        match question.kind {
            Kind::Table(columns) => {
                assert_eq!(columns, super::columns(question.key));
                for column in columns {
                    assert!(KEYS.iter().any(|key| key.path() == format!("{}.{}", question.key, column.name)));
                }
            }
            Kind::Text | Kind::Choice(_) => assert!(KEYS.iter().any(|key| key.path() == question.key)),
        }
    }
}
