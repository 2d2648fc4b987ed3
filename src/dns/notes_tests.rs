//! The notes by what leads to them, in English.

use std::path::Path;

use super::*;
use crate::answers;

const TEXT: &str = answers::EXAMPLE;

/// The notes of these answers with a key of so many characters, after these findings.
fn notes(answers: &str, key: usize, found: &Findings) -> Vec<String> {
    let answers = answers::parse(answers, Path::new("answers.toml")).unwrap();
    let mut facts = Facts::default();
    facts.dkim.public.insert("s1".to_owned(), "k".repeat(key));
    let records = super::super::records(&answers, &facts).unwrap();
    let list: Vec<Listed<'_>> = records.iter().map(|one| (one, None)).collect();
    all(&answers, &facts, &list, found).iter().map(|note| format!("{}: {}", note.level.id(), note.english())).collect()
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

const UP: &str = "advice: DMARC asks receivers for none. When the reports of some weeks show that all your mail passes, go on \
                  to quarantine.";

#[test]
fn dmarc_is_moved_up_a_step_at_a_time() {
    let with = |commented: &str, line: &str| TEXT.replacen(&format!("# {commented}"), line, 1);
    let of = |text: &str| notes(text, 8, &Findings::default());
    assert_eq!(of(TEXT), [UP]);
    assert!(of(&with("policy = \"none\"", "policy = \"quarantine\""))[0].ends_with("go on to reject."));
    assert_eq!(of(&with("policy = \"none\"", "policy = \"reject\"")), [""; 0]);
    assert!(of(&with("testing = false", "testing = true"))[0].contains("set testing to false"));
}

#[test]
fn a_key_that_is_not_made_has_no_record_to_give() {
    let answers = answers::parse(TEXT, Path::new("answers.toml")).unwrap();
    let told = |root| unmade(&answers, &Facts { root, ..Facts::default() }).unwrap();
    assert_eq!((told(true).level, told(true).id()), (Level::Warning, "unmade"));
    assert!(told(true).english().starts_with("The DKIM key s1 is not made yet: `mailwright setup` makes it"));
    assert!(told(false).english().contains("only root can read the key"), "nobody else can tell");
}

#[test]
fn a_long_key_is_told_how_to_publish_and_who_cuts_it() {
    // A key of 4096 bits has 736 characters, one of 2048 has 392.
    let servers = vec![(name("example.org"), vec![name("ns1.loopia.se"), name("ns2.loopia.se")])];
    let found = Findings { servers, ..Findings::default() };
    let of = notes(TEXT, 736, &found);
    assert_eq!(of.len(), 3, "{of:?}");
    assert!(
        of[0].starts_with("warning: s1._domainkey.example.org has 764 characters, and the provider behind"),
        "{of:?}"
    );
    assert!(of[0].contains("ns1.loopia.se is known to take 450 at the most"), "{of:?}");
    assert!(of[1].starts_with("advice: s1._domainkey.example.org has 764 characters. A web form"), "{of:?}");
    let of = notes(TEXT, 392, &found);
    assert!(of.len() == 2 && of[0].starts_with("advice: s1._domainkey.example.org has 420 characters."), "{of:?}");
}

#[test]
fn what_spf_costs_is_told_and_too_much_is_an_error() {
    let of = |cost: Cost| {
        let found = Findings { spf: vec![(name("example.org"), cost)], ..Findings::default() };
        let mut all = notes(TEXT, 8, &found);
        all.retain(|note| note != UP);
        all
    };
    let cost = |lookups, void| Cost { lookups, void, ..Cost::default() };
    let fine = "advice: Checking the SPF record of example.org takes 10 of 10 look-ups.";
    assert_eq!(of(cost(10, 2)), [fine]);
    let many = of(cost(11, 0));
    assert!(many.len() == 1 && many[0].starts_with("error: Too many look-ups: checking the SPF record of"), "{many:?}");
    assert!(many[0].contains("takes 11 where 10 are allowed, so none of it holds"), "{many:?}");
    let void = of(cost(10, 3));
    assert!(void[0].starts_with("error: Too many empty look-ups: 3 names") && void[1] == fine, "{void:?}");
    let broken = of(Cost { broken: vec!["gone.test".to_owned()], ..cost(1, 0) });
    assert!(
        broken[0].starts_with("error: The SPF record of example.org includes gone.test, which has no"),
        "{broken:?}"
    );
    let unknown = of(Cost { unknown: vec!["slow.test".to_owned()], ..cost(1, 0) });
    assert!(unknown[0].starts_with("warning: slow.test in the SPF record of example.org could not be"), "{unknown:?}");
}

#[test]
fn what_nobody_reads_is_named_with_the_reason() {
    let of = |why: Obsolete| {
        let found = Findings { obsolete: vec![(name("example.org"), why)], ..Findings::default() };
        notes(TEXT, 8, &found).remove(0)
    };
    for (why, reason) in [
        (Obsolete::SpfType, "type 99"),
        (Obsolete::SenderId, "Sender-ID record (spf2.0/...)"),
        (Obsolete::Adsp, "ADSP record"),
        (Obsolete::DomainKeys, "policy of DomainKeys"),
    ] {
        let note = of(why);
        assert!(note.starts_with("warning: example.org has ") && note.contains(reason), "{note}");
        assert!(note.contains("nobody reads any more"), "{note}");
    }
}

#[test]
fn a_server_that_moves_lowers_its_ttl_first() {
    let answers = answers::parse(TEXT, Path::new("answers.toml")).unwrap();
    let facts = Facts::default();
    let records = super::super::records(&answers, &facts).unwrap();
    let note = |why: &str, found: &[Data]| {
        let state = State {
            outcome: Outcome::Different,
            seen: 0,
            answered: 1,
            found: found.to_vec(),
            ttl: 86400,
            remarks: Vec::new(),
            silent: Vec::new(),
        };
        let list: Vec<Listed<'_>> = records.iter().map(|one| (one, Some(&state).filter(|_| one.why == why))).collect();
        changes(&list).unwrap().english()
    };
    let moved = note("address", &[Data::A([192, 0, 2, 1].into())]);
    let expected = "The world still knows another address of mail.example.org and may keep it for 86400 seconds. Before \
                    you change it, lower its TTL to 300 and wait for as long.";
    assert_eq!(moved, expected);
    assert!(note("mx", &[]).starts_with("Before you change a record that is in use, lower its TTL to 300"));
    let unseen: Vec<Listed<'_>> = records.iter().map(|one| (one, None)).collect();
    assert_eq!(changes(&unseen), None);
}
