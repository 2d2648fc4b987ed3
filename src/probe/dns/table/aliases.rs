//! Further domains that point to the first one.

use super::*;

const DKIM: Wanted = ("s1._domainkey.example.net", "CNAME");
const DMARC: Wanted = ("_dmarc.example.net", "CNAME");
const CONSENT: Wanted = ("example.net._report._dmarc.example.org", "TXT");

fn net() -> Zone {
    Zone::of("example.net")
}

#[test]
fn aliases_are_judged_and_told_rightly() {
    use Outcome::{AsWanted, Different, Missing, Serves};
    let (head, tail) = halves();
    let stricter = "v=DMARC1; p=reject; rua=mailto:postmaster@example.org";
    let cases = vec![
        case("right", DMARC, AsWanted)
            .by(net().cname(DMARC.0, "_dmarc.example.org"))
            .says("    as wanted  _dmarc.example.net  CNAME  _dmarc.example.org.\n"),
        case("right in upper case (RFC 4343)", DKIM, AsWanted)
            .by(net().cname(DKIM.0, "S1._DomainKey.Example.ORG"))
            .says("    as wanted  s1._domainkey.example.net  CNAME  s1._domainkey.example.org.\n"),
        case("leads elsewhere", DKIM, Different)
            .by(net().cname(DKIM.0, "s1._domainkey.other.test"))
            .through(Zone::resolver().cname(DKIM.0, "s1._domainkey.other.test"))
            .says("        found: s1._domainkey.other.test.\n"),
        case("leads elsewhere, to the same text", DKIM, Serves)
            .by(net().cname(DKIM.0, "keys.example.net").txt("keys.example.net", &[&head, &tail]))
            .says("    does as well  s1._domainkey.example.net  CNAME  s1._domainkey.example.org.\n")
            .says("        found: keys.example.net.\n"),
        case("the text itself", DKIM, Serves)
            .by(net().txt(DKIM.0, &[&head, &tail]))
            .says("    does as well  s1._domainkey.example.net  CNAME  s1._domainkey.example.org.\n"),
        case("the text itself, cut off", DKIM, Different)
            .by(net().txt(DKIM.0, &[&head]))
            .says("        the key is cut off: the text ends after 255 characters\n"),
        case("a stricter policy of its own", DMARC, Serves)
            .by(net().txt(DMARC.0, &[stricter]))
            .says("    does as well  _dmarc.example.net  CNAME"),
        case("nothing", DMARC, Missing).by(net()).says("    missing  _dmarc.example.net  CNAME  _dmarc.example.org.\n"),
        case("consent", CONSENT, AsWanted)
            .by(org().txt(CONSENT.0, &["v=DMARC1"]))
            .says("    as wanted  example.net._report._dmarc.example.org  TXT  \"v=DMARC1\"\n"),
        case("consent to all by a wildcard (RFC 9990)", CONSENT, AsWanted)
            .by(org().txt("*._report._dmarc.example.org", &["v=DMARC1;"]))
            .says("    as wanted  example.net._report._dmarc.example.org"),
        case("no consent", CONSENT, Missing).by(org()).says("    missing  example.net._report._dmarc.example.org"),
    ];
    hold(cases, "cname");
}
