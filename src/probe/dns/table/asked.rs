//! Servers that agree, lag, fail or are silent.

use super::*;
use hickory_proto::op::ResponseCode;

#[test]
fn servers_are_counted_and_named_rightly() {
    use Outcome::{AsWanted, Missing, NotEverywhere, Unknown};
    let right = || org().a(HOST, HERE);
    let resolver = || Zone::resolver().a(HOST, HERE);
    let cases = vec![
        case("two that agree", A, AsWanted).by(right()).by(right()).says("    as wanted  mail.example.org"),
        case("seen by one of two servers", A, NotEverywhere)
            .by(right())
            .by(org())
            .says("    not everywhere  mail.example.org  A  203.0.113.10\n        1 of 2 see it\n"),
        case("one of two has the old address", A, NotEverywhere)
            .by(right())
            .by(org().a(HOST, "192.0.2.1"))
            .says("        1 of 2 see it\n        found: 192.0.2.1\n"),
        case("not yet seen by two of four resolvers", A, NotEverywhere)
            .by(right())
            .through(resolver())
            .through(resolver())
            .through(Zone::resolver())
            .through(Zone::resolver().a(HOST, "192.0.2.1"))
            .says("        3 of 5 see it\n        found: 192.0.2.1\n"),
        case("one responsible server does not answer", A, AsWanted)
            .by(right())
            .silence()
            .says("    as wanted  mail.example.org  A  203.0.113.10\n")
            .says("\nNo answer from 127.0.0.1:"),
        case("one does not answer, the other has nothing", A, Missing)
            .by(org())
            .silence()
            .says("    missing  mail.example.org")
            .says("\nNo answer from 127.0.0.1:"),
        case("nobody answers: that is not missing", A, Unknown)
            .silence()
            .silence()
            .says("    unknown  mail.example.org  A  203.0.113.10\n")
            .says("\nNo answer from 127.0.0.1:"),
        case("a lame delegation: it refuses (RFC 1912, 2.8)", A, Unknown)
            .by(Zone::of("other.test"))
            .says("    unknown  mail.example.org")
            .says(": Query Refused\n"),
        case("a lame delegation: it is not responsible (RFC 1912, 2.8)", A, AsWanted)
            .by(right().lame())
            .by(right())
            .says("    as wanted  mail.example.org")
            .says(": lame delegation\n"),
        case("a failure (RFC 1035, 4.1.1: SERVFAIL)", A, Unknown)
            .by(right().says(ResponseCode::ServFail))
            .says("    unknown  mail.example.org")
            .says(": Server Failure\n"),
        case("a failure beside an answer", A, AsWanted)
            .by(right().says(ResponseCode::ServFail))
            .by(right())
            .says("    as wanted  mail.example.org")
            .says(": Server Failure\n"),
    ];
    hold(cases, "own");
}
