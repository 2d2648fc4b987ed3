//! What stands beside the records, as servers on loopback show it.

use super::super::stage::{Zone, silent};
use super::*;
use crate::answers;
use crate::dns::findings::{Findings, Obsolete};
use crate::dns::spf::Cost;
use crate::facts::Facts;
use hickory_proto::rr::RecordType;

fn found(resolver: Zone) -> Findings {
    found_in(&through(resolver.start()), answers::EXAMPLE)
}

fn found_in(world: &World, text: &str) -> Findings {
    let answers = answers::parse(text, std::path::Path::new("answers.toml")).unwrap();
    world.findings(&crate::dns::records(&answers, &Facts::default()).unwrap()).unwrap()
}

fn through(at: SocketAddr) -> World {
    let world =
        World { resolvers: vec![vec![at]], helpers: Vec::new(), authorities: None, port: 53, deadline: DEADLINE };
    world.with_deadline(Duration::from_secs(2))
}

/// What the record of example.org costs.
fn cost(resolver: Zone) -> Cost {
    let found = found(resolver);
    found.spf.into_iter().find(|(domain, _)| domain.as_str() == "example.org").unwrap().1
}

fn spf(zone: Zone, at: &str, text: &str) -> Zone {
    zone.txt(at, &[text])
}

#[test]
fn every_include_is_followed_and_counted() {
    let zone = Zone::resolver().mx("example.org", "mail.example.org").a("a.test", "192.0.2.1");
    let zone = spf(zone, "example.org", "v=spf1 mx include:one.test ip4:192.0.2.0/24 -all");
    let zone =
        spf(spf(zone, "one.test", "v=spf1 a:a.test include:two.test -all"), "two.test", "v=spf1 redirect=three.test");
    let zone = spf(zone, "three.test", "v=spf1 exists:%{i}.list.test -all");
    // mx, include, a, include, redirect, exists.
    assert_eq!(cost(zone), Cost { lookups: 6, ..Cost::default() });
}

#[test]
fn what_finds_nothing_is_void_and_an_include_of_nothing_is_broken() {
    let zone = spf(Zone::resolver(), "example.org", "v=spf1 mx a:six.test include:gone.test include:plain.test -all");
    let zone = zone.txt("plain.test", &["hello"]).raw("six.test", RecordType::AAAA, &[0; 16]);
    let broken = vec!["gone.test".to_owned(), "plain.test".to_owned()];
    assert_eq!(cost(zone), Cost { lookups: 4, void: 2, broken, ..Cost::default() });
}

#[test]
fn a_record_that_includes_itself_ends() {
    let cost = cost(spf(Zone::resolver(), "example.org", "v=spf1 include:example.org -all"));
    assert!(cost.lookups > 10 && cost.lookups < 40, "{cost:?}");
}

#[test]
fn before_a_record_is_published_ours_is_counted() {
    let cost = cost(Zone::resolver().mx("example.org", "mail.example.org"));
    assert_eq!(cost, Cost { lookups: 1, ..Cost::default() });
}

#[test]
fn of_several_records_none_is_counted() {
    let zone = spf(spf(Zone::resolver(), "example.org", "v=spf1 -all"), "example.org", "v=spf1 mx -all");
    assert!(found(zone).spf.iter().all(|(domain, _)| domain.as_str() != "example.org"));
}

#[test]
fn silence_is_no_count() {
    let (_held, at) = silent();
    let found = found_in(&through(at).with_deadline(Duration::from_millis(300)), answers::EXAMPLE);
    let expected = Cost { lookups: 1, unknown: vec!["example.net".to_owned()], ..Cost::default() };
    assert_eq!(found.spf[0], ("example.net".parse().unwrap(), expected));
    assert_eq!((found.obsolete, found.servers.iter().all(|(_, servers)| servers.is_empty())), (Vec::new(), true));
}

#[test]
fn obsolete_records_are_found_and_a_wildcard_is_none() {
    let zone = Zone::resolver()
        .raw("example.org", RecordType::from(99), b"\x06v=spf1")
        .txt("example.org", &["spf2.0/pra mx -all"]);
    let zone = zone.txt("_adsp._domainkey.example.org", &["dkim=all"]).txt("_domainkey.example.org", &["t=y; o=~;"]);
    let zone =
        zone.txt("_adsp._domainkey.example.net", &["v=spf1 -all"]).txt("_domainkey.example.net", &["v=spf1 -all"]);
    let of = |text: &str| {
        let found = found_in(&through(zone.clone().start()), text).obsolete;
        found.into_iter().map(|(name, why)| (name.to_string(), why)).collect::<Vec<_>>()
    };
    let expected = [
        ("_adsp._domainkey.example.org", Obsolete::Adsp),
        ("_domainkey.example.org", Obsolete::DomainKeys),
        ("example.org", Obsolete::SpfType),
        ("example.org", Obsolete::SenderId),
    ]
    .map(|(name, why)| (name.to_owned(), why));
    assert_eq!(of(answers::EXAMPLE), expected);
    let asked_for = answers::EXAMPLE.replacen("# sender_id = false", "sender_id = true", 1);
    assert_eq!(of(&asked_for), expected[..3]);
}

#[test]
fn the_name_servers_of_a_domain_are_known() {
    let found = found(Zone::resolver().ns("example.org", "ns2.loopia.se").ns("example.org", "ns1.loopia.se"));
    let of = |domain: &str| found.servers.iter().find(|(name, _)| name.as_str() == domain).unwrap().1.clone();
    assert_eq!(
        of("example.org").iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["ns1.loopia.se", "ns2.loopia.se"]
    );
}

#[test]
fn a_zone_is_signed_when_its_parent_says_so() {
    let host = "mail.example.org".parse().unwrap();
    let plain = Zone::resolver().ns("example.org", "ns.example.org");
    // Key tag, algorithm 13, digest 2 (SHA-256), the digest (RFC 4034, section 5.1).
    let data = [&[0x12, 0x34, 13, 2][..], &[0; 32]].concat();
    let signed = plain.clone().raw("example.org", RecordType::DS, &data);
    assert!(through(signed.start()).is_signed(&host).unwrap());
    assert!(!through(plain.start()).is_signed(&host).unwrap());
    let (_held, at) = silent();
    assert!(!through(at).with_deadline(Duration::from_millis(300)).is_signed(&host).unwrap());
}
