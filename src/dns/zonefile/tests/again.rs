//! What the admin had, what mailwright put there, and what becomes of each when something else is wanted.

use super::*;

const HEAD: &str = "$TTL 1h\n@ SOA ns admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53\n";

/// What stands behind the head after an edit; the serial's aside.
fn after(original: &str, now: &str, wanted: &Published) -> String {
    let [original, now] = [original, now].map(|rest| format!("{HEAD}{rest}"));
    let one = std::slice::from_ref(wanted);
    let edited = edit_again(&now, Some(&original), one, false);
    let new = text(&edited);
    let again = edit_again(&new, Some(&original), one, false);
    assert_eq!(again.what, [""; 0], "edited twice: {new}");
    new.split_once("ns A 192.0.2.53\n").unwrap().1.to_owned()
}

/// The SPF record that comes of the admin's.
fn spf(theirs: &str, wanted: &str) -> String {
    let zone = format!("@ TXT \"{theirs}\"\n");
    let new = after(&zone, &zone, &txt("example.org", wanted));
    new.strip_prefix("@ TXT \"").unwrap().strip_suffix("\"\n").unwrap().to_owned()
}

#[test]
fn what_mailwright_put_there_gives_way_and_what_the_admin_had_stays() {
    for (name, first, then) in [
        ("_dmarc", "v=DMARC1; p=reject; rua=mailto:a@example.org", "v=DMARC1; p=none; rua=mailto:a@example.org"),
        ("_dmarc", "v=DMARC1; p=reject", "v=DMARC1; p=reject; t=y"),
        ("_dmarc", "v=DMARC1; p=none; rua=mailto:a@example.org", "v=DMARC1; p=none; rua=mailto:b@example.org"),
        ("@", "v=spf1 mx -all", "v=spf1 mx ~all"),
        ("@", "v=spf1 mx include:a.test -all", "v=spf1 mx -all"),
        ("_smtp._tls", "v=TLSRPTv1; rua=mailto:a@example.org", "v=TLSRPTv1; rua=mailto:b@example.org"),
    ] {
        let line = |text: &str| format!("{name} TXT \"{text}\"\n");
        let owner = if name == "@" { "example.org".to_owned() } else { format!("{name}.example.org") };
        let wanted = txt(&owner, then);
        assert_eq!(after("", &line(first), &wanted), line(then), "ours: {first}");
        assert_eq!(after(&line(first), &line(first), &wanted), line(first), "the admin's: {first}");
    }
}

#[test]
fn an_spf_record_of_the_admins_is_completed() {
    for (theirs, wanted, expected) in [
        ("v=spf1 include:_spf.google.com -all", "v=spf1 mx -all", "v=spf1 mx include:_spf.google.com -all"),
        ("v=spf1 a ip4:198.51.100.0/24 ?all", "v=spf1 mx -all", "v=spf1 mx a ip4:198.51.100.0/24 -all"),
        ("v=spf1 include:A.test ~all", "v=spf1 mx include:a.test -all", "v=spf1 mx include:A.test ~all"),
        ("v=spf1 include:a.test", "v=spf1 mx ~all", "v=spf1 mx include:a.test ~all"),
        ("v=spf1 a exp=why.test", "v=spf1 mx ~all", "v=spf1 mx a ~all exp=why.test"),
        ("v=spf1 redirect=_spf.other.test", "v=spf1 mx -all", "v=spf1 mx redirect=_spf.other.test"),
        ("v=spf1 -all mx", "v=spf1 mx ~all", "v=spf1 mx -all mx"),
        ("v=spf1 -all", "v=spf1 mx ~all", "v=spf1 mx -all"),
        ("v=spf1 +mx -all", "v=spf1 mx ~all", "v=spf1 +mx -all"),
        (
            "v=spf1 a:%{d}/24//64 -exists:%{ir}.x.test ~all",
            "v=spf1 mx -all",
            "v=spf1 mx a:%{d}/24//64 -exists:%{ir}.x.test ~all",
        ),
        // What has a term that is none is left to its owner.
        ("v=spf1 include: -all", "v=spf1 mx -all", "v=spf1 include: -all"),
        ("v=spf1 ipv4:198.51.100.1 -all", "v=spf1 mx -all", "v=spf1 ipv4:198.51.100.1 -all"),
        ("v=spf1 ip4:198.51.100.0/33 -all", "v=spf1 mx -all", "v=spf1 ip4:198.51.100.0/33 -all"),
        ("v=spf1 a/33 -all", "v=spf1 mx -all", "v=spf1 a/33 -all"),
        ("v=spf1 redirect=a.test redirect=b.test", "v=spf1 mx -all", "v=spf1 redirect=a.test redirect=b.test"),
    ] {
        assert_eq!(spf(theirs, wanted), expected, "{theirs}");
    }
}

#[test]
fn what_cannot_be_joined_without_loss_is_left_alone_and_named() {
    let key = "v=DKIM1; k=rsa; p=MIIB";
    for (name, one, other, wanted, why) in [
        ("@", "v=spf1 include:a.test -all", "v=spf1 mx ~all", "v=spf1 mx -all", "several SPF"),
        ("@", "v=spf1 mx -all", "v=spf1 mx -all", "v=spf1 mx ~all", "several SPF"),
        ("_dmarc", "v=DMARC1; p=none; rua=mailto:a@x.test", "v=DMARC1; p=none", "v=DMARC1; p=reject", "several DMARC"),
        ("s1._domainkey", "v=DKIM1; k=rsa; p=MIIC", "v=DKIM1; k=rsa; p=MIID", key, "several keys"),
    ] {
        let zone = format!("{HEAD}{name} TXT \"{one}\"\n{name} TXT ( ; why\n \"{other}\" )\n");
        for zone in [zone.clone(), zone.replace('\n', "\r\n")] {
            let owner = if name == "@" { "example.org".to_owned() } else { format!("{name}.example.org") };
            let edited = edit(&zone, &[txt(&owner, wanted)], false);
            assert_eq!((text(&edited), edited.what.as_slice()), (zone, &[][..]), "{why}");
            assert!(edited.left.len() == 1 && edited.left[0].contains(why), "{:?}", edited.left);
        }
    }
}

#[test]
fn what_the_admin_made_of_our_record_is_the_admins() {
    let line = |text: &str| format!("{HEAD}@ TXT \"{text}\"\n");
    let parse = |text: &str| ZoneFile::parse("example.org", text).unwrap();
    let (first, ours) = (parse(HEAD), parse(&line("v=spf1 mx -all")));
    let told = |now: &str, wanted: &str| {
        let records = [txt("example.org", wanted)];
        let addresses = ["192.0.2.10".parse().unwrap()];
        let want = Want {
            records: &records,
            server: "mail.example.org",
            addresses: &addresses,
            remove_obsolete: false,
            original: Some(&first),
            written: Some(&ours),
        };
        text(&edited(&parse(&line(now)), &want, None, TODAY).unwrap())
    };
    // Ours as we left it follows the answers; with an include of the admin's it does not lose that.
    assert!(told("v=spf1 mx -all", "v=spf1 mx ~all").contains("\"v=spf1 mx ~all\""));
    let theirs = "v=spf1 mx include:news.test -all";
    assert_eq!(told(theirs, "v=spf1 mx -all"), line(theirs));
    assert!(
        told(theirs, "v=spf1 mx include:b.test -all").contains("\"v=spf1 include:b.test mx include:news.test -all\"")
    );
}

#[test]
fn a_completed_record_follows_the_answers_and_keeps_what_the_admin_had() {
    let line = |text: &str| format!("@ TXT \"{text}\"\n");
    let admins = line("v=spf1 include:a.test -all");
    let more = txt("example.org", "v=spf1 mx include:b.test ~all");
    let both = line("v=spf1 mx include:b.test include:a.test -all");
    assert_eq!(after(&admins, &line("v=spf1 mx include:a.test -all"), &more), both);
    assert_eq!(after(&admins, &both, &txt("example.org", "v=spf1 mx ~all")), line("v=spf1 mx include:a.test -all"));
    // He took it away himself since.
    let one = std::slice::from_ref(&more);
    let original = format!("{HEAD}{admins}");
    let new = text(&edit_again(HEAD, Some(&original), one, false));
    assert!(new.contains("\n@\tIN\tTXT\t\"v=spf1 mx include:b.test ~all\"\n"), "{new}");
    assert_eq!(edit_again(&new, Some(&original), one, false).what, [""; 0]);
}

#[test]
fn keys_and_policies_become_aliases_and_texts_again() {
    let alias = |name: &str, target: &str| published(name, Data::Cname(target.parse().unwrap()));
    let (dmarc, key) = ("_dmarc.two.example.org", "s1._domainkey.two.example.org");
    for (now, wanted, expected) in [
        (
            "_dmarc.two TXT \"v=DMARC1; p=none\" ; c\n",
            alias(dmarc, "_dmarc.example.org"),
            "_dmarc.two CNAME _dmarc.example.org. ; c\n",
        ),
        (
            "s1._domainkey.two TXT ( \"v=DKIM1; \" \"p=abc\" )\n",
            alias(key, "s1._domainkey.example.org"),
            "s1._domainkey.two CNAME ( s1._domainkey.example.org. )\n",
        ),
        (
            "_dmarc.two 60 IN CNAME _dmarc\n",
            txt(dmarc, "v=DMARC1; p=none"),
            "_dmarc.two 60 IN TXT \"v=DMARC1; p=none\"\n",
        ),
        (
            "s1._domainkey.two CNAME s1._domainkey\n",
            txt(key, "v=DKIM1; p=abc"),
            "s1._domainkey.two TXT \"v=DKIM1; p=abc\"\n",
        ),
    ] {
        assert_eq!(after(now, now, &wanted), expected);
        assert_eq!(after("", now, &wanted), expected);
        if let Some((gone, came)) = seen_by_bind(&format!("{HEAD}{now}"), &format!("{HEAD}{expected}")) {
            assert_eq!((gone.len(), came.len()), (1, 1));
        }
    }
    // Who knows what these are for.
    for (now, wanted) in [
        ("_dmarc.two TXT \"site=1\"\n_dmarc.two TXT \"v=DMARC1; p=none\"\n", alias(dmarc, "_dmarc.example.org")),
        ("s1._domainkey.two TXT \"site=1\"\n", alias(key, "s1._domainkey.example.org")),
        ("_dmarc.two A 192.0.2.1\n", alias(dmarc, "_dmarc.example.org")),
        ("_dmarc.two CNAME two.reports.test.\n", txt(dmarc, "v=DMARC1; p=none")),
        ("s1._domainkey.two CNAME s2._domainkey\n", txt(key, "v=DKIM1; p=abc")),
        ("two TXT \"v=spf1 -all\"\n", alias("two.example.org", "example.org")),
    ] {
        assert_eq!(after(now, now, &wanted), now);
    }
}
