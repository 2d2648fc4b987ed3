//! The world as servers on loopback show it.

use std::time::Instant;

use super::super::stage::{Zone, beside, silent};
use super::*;
use crate::answers;
use crate::dns::judge::Outcome;
use crate::records::Data;
use hickory_proto::op::ResponseCode;

const HOST: &str = "mail.example.org";
const ADDRESS: &str = "203.0.113.10";

/// The records of the example, of which the tests pick theirs.
fn listed(why: &str) -> Published {
    let answers = answers::parse(answers::EXAMPLE, std::path::Path::new("answers.toml")).unwrap();
    let records = crate::dns::records(&answers, &crate::facts::Facts::default()).unwrap();
    records.into_iter().find(|one| one.why == why && one.record.data.kind() != "AAAA").unwrap()
}

fn world(resolvers: &[SocketAddr], authorities: &[SocketAddr]) -> World {
    let resolvers = resolvers.iter().map(|one| vec![*one]).collect();
    let world = World { resolvers, helpers: Vec::new(), authorities: None, port: 53, deadline: DEADLINE };
    world.with_authorities(authorities.to_vec()).with_deadline(Duration::from_secs(2))
}

fn state_in(world: &World, record: &Published) -> State {
    world.states(std::slice::from_ref(record), HOST, &[ADDRESS.parse().unwrap()]).unwrap().remove(0)
}

/// What these authoritative servers make of the example's record of that kind.
fn state(why: &str, servers: &[SocketAddr]) -> State {
    state_in(&world(&[], servers), &listed(why))
}

fn example() -> Zone {
    Zone::of("example.org")
}

fn found(state: &State) -> Vec<String> {
    state.found.iter().map(Data::whole).collect()
}

#[test]
fn what_is_published_is_seen() {
    let zone = example().a(HOST, ADDRESS).mx("example.org", HOST).txt("example.org", &["v=spf1 mx -all"]);
    let at = [zone.start()];
    for why in ["address", "mx", "spf"] {
        let state = state(why, &at);
        assert_eq!((state.outcome, state.seen, state.answered), (Outcome::AsWanted, 1, 1), "{why}: {state:?}");
    }
}

#[test]
fn what_is_not_there_is_missing_by_name_and_by_type() {
    let at = [example().mx("example.org", HOST).start()];
    assert_eq!(state("spf", &at).outcome, Outcome::Missing, "the name without the type");
    assert_eq!(state("address", &at).outcome, Outcome::Missing, "no such name");
}

#[test]
fn what_stands_there_instead_is_shown() {
    let at = [example().a(HOST, "192.0.2.1").mx("example.org", "other.test").start()];
    for (why, other) in [("address", "192.0.2.1"), ("mx", "10 other.test.")] {
        let state = state(why, &at);
        assert_eq!((state.outcome, found(&state)), (Outcome::Different, vec![other.to_owned()]));
    }
}

#[test]
fn a_second_spf_record_voids_both() {
    let zone = example().txt("example.org", &["v=spf1 mx -all"]).txt("example.org", &["v=spf1 a -all"]);
    let state = state("spf", &[zone.txt("example.org", &["other=1"]).start()]);
    assert_eq!(state.outcome, Outcome::Several);
    assert_eq!(found(&state), ["v=spf1 a -all", "v=spf1 mx -all"]);
}

#[test]
fn a_secondary_that_lags_is_counted() {
    let (new, old) = (example().a(HOST, ADDRESS).start(), example().start());
    let state = state("address", &[new, old]);
    assert_eq!((state.outcome, state.seen, state.answered), (Outcome::NotEverywhere, 1, 2));
}

#[test]
fn a_resolver_with_an_old_answer_is_counted_beside_the_authority() {
    let (new, old) = (example().a(HOST, ADDRESS).start(), Zone::resolver().a(HOST, "192.0.2.1").start());
    let state = state_in(&world(&[old], &[new]), &listed("address"));
    assert_eq!((state.outcome, state.seen, state.answered), (Outcome::NotEverywhere, 1, 2));
    assert_eq!(found(&state), ["192.0.2.1"]);
}

#[test]
fn silence_ends_at_the_deadline_and_is_unknown() {
    let (_held, at) = silent();
    let world = world(&[], &[at]).with_deadline(Duration::from_millis(300));
    let started = Instant::now();
    let state = state_in(&world, &listed("address"));
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!((state.outcome, state.answered, state.silent.len()), (Outcome::Unknown, 0, 1));
    assert_eq!(state.silent[0].0, at.to_string());
}

#[test]
fn silence_beside_an_answer_is_told_and_not_counted() {
    let (_held, at) = silent();
    let world = world(&[], &[example().a(HOST, ADDRESS).start(), at]).with_deadline(Duration::from_millis(300));
    let state = state_in(&world, &listed("address"));
    assert_eq!((state.outcome, state.answered, state.silent.len()), (Outcome::AsWanted, 1, 1));
}

#[test]
fn a_refusal_a_failure_and_a_lame_server_are_no_answers() {
    let refusing = Zone::of("other.test").start();
    let failing = example().says(ResponseCode::ServFail).start();
    let lame = example().a(HOST, ADDRESS).lame().start();
    for at in [refusing, failing, lame] {
        let state = state("address", &[at]);
        assert_eq!((state.outcome, state.silent.len()), (Outcome::Unknown, 1), "{state:?}");
    }
}

#[test]
fn cnames_are_followed_inside_the_zone() {
    let zone = example().cname("_dmarc.example.org", "a.example.org").cname("a.example.org", "b.example.org");
    let good = zone.txt("b.example.org", &["v=DMARC1; p=none; rua=mailto:postmaster@example.org"]);
    assert_eq!(state("dmarc", &[good.start()]).outcome, Outcome::AsWanted);
    let nowhere = example().cname("_dmarc.example.org", "gone.example.org").start();
    assert_eq!(state("dmarc", &[nowhere]).outcome, Outcome::Missing);
}

#[test]
fn a_cname_out_of_the_zone_is_followed_by_the_resolvers() {
    let out = example().cname("_dmarc.example.org", "shared.other.test").start();
    let text = "v=DMARC1; p=none; rua=mailto:postmaster@example.org";
    let resolver = Zone::resolver().cname("_dmarc.example.org", "shared.other.test").txt("shared.other.test", &[text]);
    let state = state_in(&world(&[resolver.start()], &[out]), &listed("dmarc"));
    assert_eq!((state.outcome, state.seen, state.answered), (Outcome::AsWanted, 2, 2), "{state:?}");
}

#[test]
fn a_circle_of_cnames_is_not_walked_for_ever() {
    let circle = example().cname("_dmarc.example.org", "a.example.org").cname("a.example.org", "_dmarc.example.org");
    let state = state("dmarc", &[circle.start()]);
    assert_ne!(state.outcome, Outcome::AsWanted);
    assert_eq!(state.seen, 0);
}

#[test]
fn a_text_in_several_strings_is_one_text() {
    let at = [example().txt("example.org", &["v=spf1 m", "x -a", "ll"]).start()];
    assert_eq!(state("spf", &at).outcome, Outcome::AsWanted);
}

#[test]
fn an_answer_too_long_for_udp_comes_over_tcp() {
    let long = "x".repeat(250);
    let zone = (0..20).fold(example(), |zone, n| zone.txt("example.org", &[&format!("{n}={long}")]));
    let at = [zone.txt("example.org", &["v=spf1 mx -all"]).start()];
    assert_eq!(state("spf", &at).outcome, Outcome::AsWanted);
}

#[test]
fn the_parents_delegation_says_who_is_asked() {
    // The zone itself names one server, its parent two: the second one, forgotten, still has the old address.
    let parent = Zone::of("org").ns("example.org", "ns1.example.org").ns("example.org", "ns2.example.org").start();
    let (first, second) = (beside(parent, 2), beside(parent, 3));
    let child = || example().ns("example.org", "ns1.example.org");
    child().a(HOST, ADDRESS).start_at(first);
    child().a(HOST, "192.0.2.1").start_at(second);
    let resolver = Zone::resolver().ns("example.org", "ns1.example.org").ns("org", "ns.org").a("ns.org", "127.0.0.1");
    let resolver =
        resolver.a("ns1.example.org", "127.0.0.2").a("ns2.example.org", "127.0.0.3").a(HOST, ADDRESS).start();
    let mut world = world(&[resolver], &[]).with_port(parent.port());
    world.authorities = None;
    let state = state_in(&world, &listed("address"));
    assert_eq!((state.outcome, state.seen, state.answered), (Outcome::NotEverywhere, 2, 3), "{state:?}");
    assert_eq!(found(&state), ["192.0.2.1"]);
}

#[test]
fn a_server_without_an_address_is_called_so_each_time() {
    let resolver = Zone::resolver().ns("example.org", "ns1.example.org").start();
    let mut world = world(&[resolver], &[]);
    world.authorities = None;
    let records = [listed("mx"), listed("spf")];
    for state in world.states(&records, HOST, &[]).unwrap() {
        assert_eq!(state.silent, [("ns1.example.org".to_owned(), "no address".to_owned())]);
    }
}

#[test]
fn many_questions_to_a_silent_server_wait_once() {
    let (_held, at) = silent();
    let answers = answers::parse(answers::EXAMPLE, std::path::Path::new("answers.toml")).unwrap();
    let records = crate::dns::records(&answers, &crate::facts::Facts::default()).unwrap();
    let mut world = world(&[at], &[]).with_deadline(Duration::from_millis(300));
    world.authorities = None;
    let started = Instant::now();
    let states = world.states(&records, HOST, &[]).unwrap();
    assert!(states.iter().all(|state| state.outcome == Outcome::Unknown));
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[test]
fn the_resolvers_of_the_answers_are_the_only_ones_asked() {
    let text = answers::EXAMPLE.replace("# resolvers = ", "resolvers = ");
    let given = answers::parse(&text, std::path::Path::new("answers.toml")).unwrap();
    let world = World::of(&given);
    let named: Vec<String> = world.resolvers.iter().flatten().map(ToString::to_string).collect();
    assert_eq!((named, world.helpers.len()), (vec!["192.0.2.53:53".to_owned(), "[2001:db8::53]:53".to_owned()], 0));
    let left_out = answers::parse(answers::EXAMPLE, std::path::Path::new("answers.toml")).unwrap();
    let world = World::of(&left_out);
    assert!(world.resolvers.len() >= PUBLIC.len());
    assert!(world.resolvers.iter().flatten().all(|address| !address.ip().is_loopback()));
}
