//! DKIM keys, by RFC 6376, section 3.6.1.

use super::*;

const DKIM: Wanted = ("s1._domainkey.example.org", "TXT");

/// One text in these strings.
fn key(strings: &[&str]) -> Zone {
    org().txt(DKIM.0, strings)
}

#[test]
fn keys_are_judged_and_told_rightly() {
    use Outcome::{AsWanted, Different, Missing, Serves, Several};
    assert_eq!(public().len(), 392);
    let (head, tail) = halves();
    let (head, tail, lower) = (head.as_str(), tail.as_str(), [head.to_lowercase(), tail.to_lowercase()]);
    let cut = "        the key is cut off: the text ends after 255 characters\n";
    let cases = vec![
        case("split at 255 bytes", DKIM, AsWanted)
            .by(key(&[head, tail]))
            .says("    as wanted  s1._domainkey.example.org  TXT\n")
            .says("        \"v=DKIM1; h=sha256; k=rsa; p=MIIB...x/x/IQAB\" (420 characters)\n"),
        case("split elsewhere, with blanks in the key", DKIM, AsWanted)
            .by(key(&[&head[..100], " ", &head[100..], "\t", tail, " ;"]))
            .says("    as wanted  s1._domainkey.example.org  TXT\n"),
        case("missing", DKIM, Missing).by(org()).says("    missing  s1._domainkey.example.org  TXT\n"),
        case("cut off after the first string", DKIM, Different)
            .by(key(&[head]))
            .says("    different  s1._domainkey.example.org  TXT\n")
            .says(cut),
        case("the halves in two records", DKIM, Different).by(key(&[head]).txt(DKIM.0, &[tail])).says(cut),
        case("another key", DKIM, Different)
            .by(key(&["v=DKIM1; k=rsa; p=AAAA"]))
            .says("        found: \"v=DKIM1; k=rsa; p=AAAA\"\n"),
        case("in lower case it is no key record, and shown", DKIM, Different)
            .by(key(&[&lower[0], &lower[1]]))
            .says("        found: \"v=dkim1; h=sha256; k=rsa; p=miib..."),
        case("a wildcard of another purpose (RFC 4592)", DKIM, Different)
            .by(org().txt("*.example.org", &["v=spf1 -all"]).txt("*._domainkey.example.org", &["v=spf1 -all"]))
            .says("        found: \"v=spf1 -all\"\n"),
        case("withdrawn", DKIM, Different)
            .by(key(&["v=DKIM1; p="]))
            .says("        found: \"v=DKIM1; p=\"\n")
            .says("        the key is withdrawn (p= is empty): every signature of it fails\n"),
        case("being tried out", DKIM, Serves)
            .by(key(&["v=DKIM1; t=y", &head[7..], tail]))
            .says("    does as well  s1._domainkey.example.org  TXT\n")
            .says("        t=y says that the key is only being tried out: take it away\n"),
        case("the key alone", DKIM, Serves).by(key(&["p=", &head[28..], tail])).says("    does as well  s1._domainkey"),
        case("not for what we sign with (RFC 8301, 3.1)", DKIM, Different)
            .by(key(&["v=DKIM1; h=sha1; p=", &head[28..], tail]))
            .says("    different  s1._domainkey"),
        case("two keys (3.6.2.2)", DKIM, Several)
            .by(key(&[head, tail]).txt(DKIM.0, &["v=DKIM1; p=AAAA"]))
            .says("        only one may stand there: with several, none holds\n"),
        case("behind a CNAME", DKIM, AsWanted)
            .by(org().cname(DKIM.0, "keys.example.org").txt("keys.example.org", &[head, tail]))
            .says("    as wanted  s1._domainkey.example.org  TXT\n"),
    ];
    hold(cases, "own");
}
