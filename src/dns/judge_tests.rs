//! Each outcome by answers that lead to it.

use super::*;
use crate::dns::Weight;
use crate::records::Record;

const SERVER: &str = "mail.example.org";

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn wanted(at: &str, data: Data) -> Published {
    let record = Record::new(name(at), data);
    Published { record, why: "mx", weight: Weight::Required, of: name("example.org") }
}

fn text(text: &str) -> Data {
    Data::Txt(text.to_owned())
}

fn mx(preference: u16, exchange: &str) -> Data {
    Data::Mx { preference, exchange: name(exchange) }
}

fn a(address: &str) -> Data {
    Data::A(address.parse().unwrap())
}

/// The state after these answers; `None` is a server that gave none.
fn state(data: Data, views: &[Option<&[Data]>]) -> State {
    let view = |(n, values): (usize, Option<&[Data]>)| {
        let view = match values {
            None => View::Silent("no answer".to_owned()),
            Some([]) => View::Nothing,
            Some(values) => View::Found { values: values.to_vec(), ttl: 60 },
        };
        (format!("ns{n}.test"), view)
    };
    let views: Vec<_> = views.iter().copied().enumerate().map(view).collect();
    let addresses = ["203.0.113.10".parse().unwrap()];
    let place = Place { server: SERVER, addresses: &addresses, list: &[] };
    judge(&wanted("example.org", data), place, &views)
}

fn outcome(data: &Data, values: &[Data]) -> Outcome {
    state(data.clone(), &[Some(values)]).outcome
}

#[test]
fn answers_are_counted_and_silence_is_never_a_yes() {
    let good = [a("203.0.113.10")];
    let (good, bad, gone) = (Some(&good[..]), [a("192.0.2.1")], Some(&[][..]));
    let of = |views: &[Option<&[Data]>]| {
        let state = state(a("203.0.113.10"), views);
        (state.outcome, state.seen, state.answered, state.silent.len())
    };
    assert_eq!(of(&[good, good]), (Outcome::AsWanted, 2, 2, 0));
    assert_eq!(of(&[good, None]), (Outcome::AsWanted, 1, 1, 1));
    assert_eq!(of(&[good, gone]), (Outcome::NotEverywhere, 1, 2, 0));
    assert_eq!(of(&[good, Some(&bad), None]), (Outcome::NotEverywhere, 1, 2, 1));
    assert_eq!(of(&[gone, gone]), (Outcome::Missing, 0, 2, 0));
    assert_eq!(of(&[gone, Some(&bad)]), (Outcome::Different, 0, 2, 0));
    assert_eq!(of(&[None, None]), (Outcome::Unknown, 0, 0, 2));
    assert_eq!(of(&[]), (Outcome::Unknown, 0, 0, 0));
}

#[test]
fn both_values_of_a_difference_are_kept_once() {
    let (one, other) = ([a("192.0.2.1")], [a("192.0.2.1"), a("203.0.113.10")]);
    let state = state(a("203.0.113.10"), &[Some(&one), Some(&other)]);
    assert_eq!((state.outcome, state.found), (Outcome::Different, vec![a("192.0.2.1"), a("203.0.113.10")]));
}

#[test]
fn a_second_exchanger_may_stand_behind_ours_only() {
    let ours = mx(10, SERVER);
    for (values, expected) in [
        (vec![mx(10, SERVER)], Outcome::AsWanted),
        (vec![mx(0, SERVER)], Outcome::AsWanted),
        (vec![mx(10, SERVER), mx(20, "backup.test")], Outcome::AsWanted),
        (vec![mx(10, SERVER), mx(10, "other.test")], Outcome::Different),
        (vec![mx(10, SERVER), mx(5, "other.test")], Outcome::Different),
        (vec![mx(10, "other.test")], Outcome::Different),
        (vec![Data::Mx { preference: 0, exchange: Name::seen(".") }], Outcome::Different),
    ] {
        assert_eq!(outcome(&ours, &values), expected, "{values:?}");
    }
}

#[test]
fn one_spf_record_holds_and_two_do_not() {
    let ours = text("v=spf1 mx -all");
    let other = text("site-verification=abc");
    for (values, expected) in [
        (vec![text("v=spf1 mx -all"), other.clone()], Outcome::AsWanted),
        (vec![text("v=spf1  MX -all")], Outcome::AsWanted),
        (vec![text("v=spf1 include:lists.test ip4:203.0.113.10 ~all")], Outcome::Serves),
        (vec![text("v=spf1 include:lists.test -all")], Outcome::Different),
        (vec![text("v=spf1 mx -all"), text("v=spf1 a -all")], Outcome::Several),
        (vec![text("v=spf1 mx -all"), text("v=spf1 mx -all")], Outcome::Several),
        (vec![text("v=spf10 mx -all"), text("spf2.0/pra mx -all")], Outcome::Missing),
        (vec![other], Outcome::Missing),
    ] {
        assert_eq!(outcome(&ours, &values), expected, "{values:?}");
    }
}

#[test]
fn a_stricter_policy_of_the_admin_does_as_well() {
    let ours = text("v=DMARC1; p=none; rua=mailto:postmaster@example.org");
    for (values, expected) in [
        (vec![text("v=DMARC1;p=none;rua=mailto:Postmaster@example.org;")], Outcome::AsWanted),
        (vec![text("v = DMARC1 ; rua=mailto:postmaster@example.org; p=none")], Outcome::AsWanted),
        (vec![text("v=DMARC1; p=reject; np=reject")], Outcome::Serves),
        (vec![text("v=DMARC1; p=maybe")], Outcome::Different),
        (vec![text("v=DMARC1; rua=mailto:postmaster@example.org")], Outcome::Different),
        (vec![text("v=DMARC1; p=none"), text("v=DMARC1; p=reject")], Outcome::Several),
        (vec![text("p=none; v=DMARC1")], Outcome::Missing),
        (vec![text("v=spf1 -all")], Outcome::Missing),
    ] {
        assert_eq!(outcome(&ours, &values), expected, "{values:?}");
    }
    let ours = text("v=TLSRPTv1; rua=mailto:postmaster@example.org");
    assert_eq!(outcome(&ours, &[text("v=TLSRPTv1; rua=https://reports.test/")]), Outcome::Serves);
    assert_eq!(outcome(&ours, &[text("v=TLSRPTv1;")]), Outcome::Different);
}

#[test]
fn services_and_authorities_are_compared_by_what_they_do() {
    let srv = |priority, port, host: &str| Data::Srv { priority, weight: 1, port, target: name(host) };
    let ours = srv(0, 993, SERVER);
    assert_eq!(outcome(&ours, &[srv(5, 993, SERVER)]), Outcome::AsWanted);
    assert_eq!(outcome(&ours, &[srv(0, 143, SERVER)]), Outcome::Different);
    assert_eq!(outcome(&ours, &[srv(0, 993, SERVER), srv(0, 993, "other.test")]), Outcome::Different);
    let caa = |value: &str| Data::Caa { critical: false, tag: "issue".to_owned(), value: value.to_owned() };
    assert_eq!(outcome(&caa("ca.test"), &[caa("other.test"), caa("ca.test")]), Outcome::AsWanted);
    assert_eq!(outcome(&caa("ca.test"), &[caa("other.test")]), Outcome::Different);
    assert_eq!(outcome(&caa("ca.test"), &[caa("ca.test; validationmethods=http-01")]), Outcome::Serves);
    let ptr = |host: &str| Data::Ptr(name(host));
    assert_eq!(outcome(&ptr(SERVER), &[ptr(SERVER)]), Outcome::AsWanted);
    assert_eq!(outcome(&ptr(SERVER), &[ptr("host-10.hoster.test")]), Outcome::Different);
}
