//! Addresses, exchangers and the way back.

use super::*;

const BACK: &str = "10.113.0.203.in-addr.arpa";
const PTR: Wanted = (BACK, "PTR");

fn back() -> Zone {
    Zone::of("in-addr.arpa")
}

#[test]
fn hosts_are_judged_and_told_rightly() {
    use Outcome::{AsWanted, Different, Missing};
    let cases = vec![
        case("right", A, AsWanted).by(org().a(HOST, HERE)).says("    as wanted  mail.example.org  A  203.0.113.10\n"),
        case("no such name (RFC 2308, 2.1: NXDOMAIN)", A, Missing)
            .by(org().mx("example.org", HOST))
            .says("    missing  mail.example.org  A  203.0.113.10\n"),
        case("the name without the type (RFC 2308, 2.2: NODATA)", MX, Missing)
            .by(org().a("example.org", HERE))
            .says("    missing  example.org  MX  10 mail.example.org.\n"),
        case("different", A, Different)
            .by(org().a(HOST, "192.0.2.1"))
            .says("    different  mail.example.org  A  203.0.113.10\n        found: 192.0.2.1\n"),
        case("different, and kept for a day", A, Different)
            .by(org().ttl(86400).a(HOST, "192.0.2.1"))
            .says("        found: 192.0.2.1\n        caches keep it for up to 86400 seconds\n"),
        case("right, and kept for a day", A, AsWanted)
            .by(org().ttl(86400).a(HOST, HERE))
            .says("    as wanted  mail.example.org  A  203.0.113.10\n"),
        case("a second address, which is asked as often", A, Different)
            .by(org().a(HOST, HERE).a(HOST, "192.0.2.1"))
            .says("        found: 192.0.2.1\n        found: 203.0.113.10\n"),
        case("a wildcard in its place (RFC 4592)", A, Different)
            .by(org().a("*.example.org", "192.0.2.7"))
            .says("        found: 192.0.2.7\n"),
        case("a wildcard beside it, which does not count (RFC 4592, 2.2.1)", A, AsWanted)
            .by(org().a("*.example.org", "192.0.2.7").a(HOST, HERE))
            .says("    as wanted  mail.example.org"),
        case("upper case is the same name (RFC 4343)", MX, AsWanted)
            .by(org().mx("Example.ORG", "MAIL.Example.org"))
            .says("    as wanted  example.org  MX  10 mail.example.org.\n"),
        case("another exchanger instead", MX, Different)
            .by(org().mx("example.org", "other.test"))
            .says("        found: 10 other.test.\n"),
        case("another one of the same rank (RFC 5321, 5.1)", MX, Different)
            .by(org().mx("example.org", HOST).mx("example.org", "other.test"))
            .says("        found: 10 mail.example.org.\n        found: 10 other.test.\n"),
        case("the address leads back", PTR, AsWanted)
            .by(back().ptr(BACK, HOST))
            .says("    as wanted  10.113.0.203.in-addr.arpa  PTR  mail.example.org.\n"),
        case("the address leads to another name", PTR, Different)
            .by(back().ptr(BACK, "host-10.hoster.test"))
            .says("        found: host-10.hoster.test.\n"),
        case("the address leads to two names", PTR, Different)
            .by(back().ptr(BACK, HOST).ptr(BACK, "host-10.hoster.test"))
            .says("        found: host-10.hoster.test.\n        found: mail.example.org.\n"),
        case("the way back is delegated by a CNAME (RFC 2317)", PTR, AsWanted)
            .by(back().cname(BACK, "10.0-15.113.0.203.in-addr.arpa").ptr("10.0-15.113.0.203.in-addr.arpa", HOST))
            .says("    as wanted  10.113.0.203.in-addr.arpa  PTR  mail.example.org.\n"),
    ];
    hold(cases, "own");
}
