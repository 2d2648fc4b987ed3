//! SPF and DMARC, and CNAMEs on the way to them.

use super::*;

const SPF: Wanted = ("example.org", "TXT");
const DMARC: Wanted = ("_dmarc.example.org", "TXT");
const REPORTS: &str = "rua=mailto:postmaster@example.org";

/// An SPF record, or several.
fn spf(texts: &[&str]) -> Zone {
    texts.iter().fold(org(), |zone, text| zone.txt(SPF.0, &[text]))
}

fn dmarc(text: &str) -> Zone {
    org().txt(DMARC.0, &[text])
}

/// So many CNAMEs, from the DMARC record's name to the last, which is given too.
fn chain(length: usize) -> (Zone, String) {
    let name = |n: usize| if n == 0 { DMARC.0.to_owned() } else { format!("c{n}.example.org") };
    ((0..length).fold(org(), |zone, n| zone.cname(&name(n), &name(n + 1))), name(length))
}

/// So many that they do not fit into UDP.
fn crowded(zone: Zone) -> Zone {
    (0..20).fold(zone, |zone, n| zone.txt(SPF.0, &[&format!("{n}={}", "x".repeat(250))]))
}

#[test]
fn spf_is_judged_and_told_rightly() {
    use Outcome::{AsWanted, Different, Missing, Serves, Several};
    let cases = vec![
        case("right", SPF, AsWanted).by(spf(&["v=spf1 mx -all"])).says("  example.org  TXT  \"v=spf1 mx -all\"\n"),
        case("doubled (RFC 7208, 4.5)", SPF, Several)
            .by(spf(&["v=spf1 mx -all", "v=spf1 a ~all"]))
            .says("    several  example.org  TXT  \"v=spf1 mx -all\"\n        found: \"v=spf1 a ~all\"\n")
            .says("        only one may stand there: with several, none holds\n"),
        case("in several strings (RFC 7208, 3.3)", SPF, AsWanted)
            .by(org().txt(SPF.0, &["v=spf1 m", "x -all"]))
            .says("    as wanted  example.org  TXT"),
        case("softer, and still ours", SPF, Serves)
            .by(spf(&["v=spf1 mx ~all"]))
            .says("    does as well  example.org  TXT  \"v=spf1 mx -all\"\n        found: \"v=spf1 mx ~all\"\n"),
        case("another server's", SPF, Different)
            .by(spf(&["v=spf1 ip4:192.0.2.1 -all"]))
            .says("        found: \"v=spf1 ip4:192.0.2.1 -all\"\n"),
        case("other texts alone", SPF, Missing).by(spf(&["v=spf10 mx -all", "key=1"])).says("    missing  example.org"),
        case("too long for UDP, over TCP (RFC 7766)", SPF, AsWanted)
            .by(crowded(spf(&["v=spf1 mx -all"])))
            .says("    as wanted  example.org  TXT"),
    ];
    hold(cases, "own");
}

#[test]
fn dmarc_is_judged_and_told_rightly() {
    use Outcome::{AsWanted, Different, Missing, Serves, Several, Unknown};
    let ours = format!("v=DMARC1; p=none; {REPORTS}");
    let at_the_end = |(zone, end): (Zone, String)| zone.txt(&end, &[&ours]);
    let cases = vec![
        case("stricter than ours (RFC 9989, 4.7)", DMARC, Serves)
            .by(dmarc(&format!("v=DMARC1; p=reject; {REPORTS}")))
            .says("    does as well  _dmarc.example.org  TXT\n")
            .says("        found: \"v=DMARC1; p=reject; "),
        case("no policy of the three (RFC 9989, 4.7)", DMARC, Different)
            .by(dmarc("v=DMARC1; p=strict"))
            .says("        found: \"v=DMARC1; p=strict\"\n"),
        case("a version in lower case is none (RFC 9989, 4.7)", DMARC, Missing)
            .by(dmarc("v=dmarc1; p=none"))
            .says("    missing  _dmarc.example.org  TXT\n"),
        case("doubled (RFC 9989, 4.10.1)", DMARC, Several)
            .by(dmarc(&ours).txt(DMARC.0, &["v=DMARC1; p=reject"]))
            .says("        only one may stand there: with several, none holds\n"),
        case("a wildcard of another purpose (RFC 4592)", DMARC, Missing)
            .by(org().txt("*.example.org", &["v=spf1 -all"]))
            .says("    missing  _dmarc.example.org  TXT\n"),
        case("behind CNAMEs (RFC 1034, 3.6.2)", DMARC, AsWanted)
            .by(at_the_end(chain(4)))
            .says("    as wanted  _dmarc.example.org  TXT\n"),
        case("behind more CNAMEs than anybody follows", DMARC, Unknown)
            .by(at_the_end(chain(90)))
            .says("    unknown  _dmarc.example.org  TXT\n")
            .says(": a circle of CNAMEs\n"),
        case("CNAMEs in a circle of two", DMARC, Unknown)
            .by(org().cname(DMARC.0, "a.example.org").cname("a.example.org", DMARC.0))
            .says(": a circle of CNAMEs\n"),
        case("CNAMEs in a circle of three", DMARC, Unknown)
            .by(org()
                .cname(DMARC.0, "a.example.org")
                .cname("a.example.org", "b.example.org")
                .cname("b.example.org", DMARC.0))
            .says(": a circle of CNAMEs\n"),
        case("a CNAME that leads nowhere", DMARC, Missing)
            .by(org().cname(DMARC.0, "gone.example.org"))
            .says("    missing  _dmarc.example.org  TXT\n"),
    ];
    hold(cases, "own");
}
