use std::collections::BTreeSet;

use proptest::prelude::*;

use super::want::{Edited, Want, edited};
use super::*;

mod again;
mod tricky;

use crate::dns::{Published, Weight};
use crate::records::{Name, Record};
use crate::shell::Program;

const TODAY: u32 = 20_261_124;

/// As guides have it: comments, a multi-line SOA, inherited owners, obsolete records, a wrong SPF.
const GUIDE: &str = include_str!("../../../tests/zones/guide.zone");

fn published(name: &str, data: Data) -> Published {
    let record = Record::new(name.parse().unwrap(), data);
    Published { of: record.name.clone(), record, why: "mx", weight: Weight::Required }
}

fn txt(name: &str, text: &str) -> Published {
    published(name, Data::Txt(text.to_owned()))
}

fn mx(preference: u16, host: &str) -> Data {
    Data::Mx { preference, exchange: host.parse().unwrap() }
}

fn host(address: &str) -> Published {
    published("mail.example.org", Data::A(address.parse().unwrap()))
}

/// What a mail server at 192.0.2.10 wants.
fn wanted() -> Vec<Published> {
    let target: Name = "mail.example.org".parse().unwrap();
    vec![
        published("example.org", mx(10, "mail.example.org")),
        txt("example.org", "v=spf1 mx -all"),
        txt("_dmarc.example.org", "v=DMARC1; p=none; rua=mailto:postmaster@example.org"),
        published("_imaps._tcp.example.org", Data::Srv { priority: 0, weight: 1, port: 993, target }),
        host("192.0.2.10"),
        txt("mail.example.org", "v=spf1 a -all"),
    ]
}

fn edit(text: &str, wanted: &[Published], remove_obsolete: bool) -> Edited {
    edit_again(text, None, wanted, remove_obsolete)
}

/// The file edited once more, with what stood there before the first time.
fn edit_again(text: &str, original: Option<&str>, records: &[Published], remove_obsolete: bool) -> Edited {
    let (addresses, server) = (["192.0.2.10".parse().unwrap()], "mail.example.org");
    let parse = |text: &str| ZoneFile::parse("Example.ORG.", text).unwrap();
    let (old, original) = (parse(text), original.map(parse));
    let want =
        Want { records, server, addresses: &addresses, remove_obsolete, original: original.as_ref(), written: None };
    edited(&old, &want, None, TODAY).unwrap()
}

fn text(edited: &Edited) -> String {
    String::from_utf8(edited.file.text().to_vec()).unwrap()
}

/// The lines that went, with a minus, and those that came, with a plus.
fn difference(old: &str, new: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(old, new);
    let line = |change: similar::Change<&str>| match change.tag() {
        similar::ChangeTag::Equal => None,
        similar::ChangeTag::Delete => Some(format!("-{}", change.value().trim_end_matches('\n'))),
        similar::ChangeTag::Insert => Some(format!("+{}", change.value().trim_end_matches('\n'))),
    };
    diff.iter_all_changes().filter_map(line).collect()
}

/// The records as BIND itself reads them, one a line; `None` where it is not there.
fn compiled(text: &str) -> Option<BTreeSet<String>> {
    let compile = Program::new("named-compilezone").args(["-q", "-i", "none", "-o", "-", "example.org", "-"]);
    let Ok(output) = compile.stdin(text).run() else {
        println!("left out: BIND's own word (needs bind9-utils)");
        return None;
    };
    assert!(output.ok(), "{}\n{text}", output.tail());
    let lines = output.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(lines.collect())
}

/// What BIND sees go and come, TTLs aside.
fn seen_by_bind(old: &str, new: &str) -> Option<(Vec<String>, Vec<String>)> {
    let (old, new) = (compiled(old)?, compiled(new)?);
    let bare = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        let line = |line: &String| {
            let mut words = line.splitn(3, ' ');
            let (name, _, rest) = (words.next().unwrap(), words.next(), words.next().unwrap());
            format!("{name} {rest}")
        };
        one.difference(other).map(line).filter(|line| !line.contains("IN SOA")).collect::<Vec<_>>()
    };
    Some((bare(&old, &new), bare(&new, &old)))
}

#[test]
fn a_zone_from_a_guide_changes_by_the_planned_lines_and_its_serial() {
    let edited = edit(GUIDE, &wanted(), true);
    assert_eq!(
        difference(GUIDE, &text(&edited)),
        [
            "-        2024010107 ; serial, YYYYMMDDnn",
            "+        2026112401 ; serial, YYYYMMDDnn",
            "-        IN  MX    10 mx.old-provider.test.   ; moved in 2019",
            "-        IN  SPF   \"v=spf1 include:old-provider.test ~all\"",
            "-        IN  TXT   \"v=spf1 include:old-provider.test ~all\" ; who may send",
            "-        IN  TXT   \"spf2.0/pra include:old-provider.test ~all\"",
            "+        IN  MX    10 mail.example.org.   ; moved in 2019",
            "+        IN  TXT   \"v=spf1 mx include:old-provider.test ~all\" ; who may send",
            "-_adsp._domainkey  IN TXT \"dkim=unknown\"",
            "-_domainkey        IN TXT \"o=~; r=postmaster@example.org\"",
            "-mail    IN  A     192.0.2.1",
            "+mail    IN  A     192.0.2.10",
            "+mail\tIN\tTXT\t\"v=spf1 a -all\"",
            "+_dmarc\tIN\tTXT\t\"v=DMARC1; p=none; rua=mailto:postmaster@example.org\"",
            "+_imaps._tcp\tIN\tSRV\t0 1 993 mail.example.org.",
        ]
    );
    if let Some((gone, came)) = seen_by_bind(GUIDE, &text(&edited)) {
        assert_eq!((gone.len(), came.len()), (7, 6), "{gone:#?} {came:#?}");
    }
    let again = edit(&text(&edited), &wanted(), true);
    assert_eq!((again.what.len(), text(&again)), (0, text(&edited)), "nothing is left to do");
    let kept = edit(GUIDE, &wanted(), false);
    assert!(text(&kept).contains("spf2.0/pra") && text(&kept).contains("IN  SPF "));
}

#[test]
fn what_does_as_well_stays_as_it_is() {
    let zone = "$TTL 1h\n@ IN SOA ns.example.org. admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53\n\
        @ MX 5 mail\n@ MX 20 backup.example.net.\n@ TXT ( \"v=spf1 ip4:192.0.2.10\"\n  \" include:news.example.net -all\" )\n\
        _dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@example.org\"\n_imaps._tcp SRV 5 5 993 mail\n\
        mail A 192.0.2.10\nmail TXT \"v=spf1 a ~all\"\n";
    let edited = edit(zone, &wanted(), true);
    assert_eq!((edited.what, edited.file.text()), (vec![], zone.as_bytes()));
}

#[test]
fn ttls_are_left_to_the_zone_where_it_has_the_same_and_written_where_not() {
    let zone = |ttl: &str| format!("$TTL {ttl}\n@ SOA ns admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53\n");
    let one = [txt("_dmarc.example.org", "v=DMARC1; p=none")];
    assert!(text(&edit(&zone("3600"), &one, false)).ends_with("\n_dmarc\tIN\tTXT\t\"v=DMARC1; p=none\"\n"));
    assert!(text(&edit(&zone("1h"), &one, false)).ends_with("\n_dmarc\tIN\tTXT\t\"v=DMARC1; p=none\"\n"));
    assert!(text(&edit(&zone("1d"), &one, false)).ends_with("\n_dmarc\t3600\tIN\tTXT\t\"v=DMARC1; p=none\"\n"));
    let crlf = text(&edit(&zone("1d").replace('\n', "\r\n"), &one, false));
    assert!(
        crlf.ends_with("\r\n_dmarc\t3600\tIN\tTXT\t\"v=DMARC1; p=none\"\r\n") && !crlf.contains("\r\r"),
        "{crlf:?}"
    );
}

#[test]
fn an_escaped_blank_before_a_part_belongs_to_the_part_before() {
    let zone =
        "$TTL 1h\n@ SOA ns admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53\n@ TXT ( \"v=spf1 \"\n\\ \"-all\" ) ; d\n";
    let new = text(&edit(zone, &[txt("example.org", "v=spf1 mx -all")], false));
    assert!(new.contains("v=spf1 mx -all\"") && new.ends_with(" ; d\n"), "{new}");
}

#[test]
fn a_value_that_cannot_be_read_gives_way() {
    let zone = "$TTL 1h\n@ SOA ns admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53\nmail A 192.0.2.010 ; typed\n";
    let new = text(&edit(zone, &[host("192.0.2.10")], false));
    assert!(new.ends_with("\nmail A 192.0.2.10 ; typed\n"), "{new}");
}

#[test]
fn a_wanted_sender_id_record_is_not_obsolete() {
    let zone = "$TTL 1h\n@ SOA ns admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53\n@ TXT \"spf2.0/pra -all\"\n";
    let want = [txt("example.org", "spf2.0/pra -all")];
    assert_eq!(text(&edit(zone, &want, true)), zone);
    assert!(!text(&edit(zone, &[], true)).contains("spf2.0"));
}

#[test]
fn what_stands_elsewhere_is_noticed_and_what_is_no_zone_is_refused_by_its_line() {
    let parse = |text: &str| ZoneFile::parse("example.org", text);
    assert_eq!(parse("$include db.more\n").unwrap().elsewhere(), Some(Elsewhere::Include));
    assert_eq!(parse("$GENERATE 1-9 h$ A 192.0.2.$\n").unwrap().elsewhere(), Some(Elsewhere::Generate));
    for (text, why) in [
        ("@ A 192.0.2.1\n@ TXT ( \"a\"\n", "line 2: a parenthesis is not closed"),
        ("@ A 192.0.2.1 )\n", "line 1: a parenthesis is closed that was not opened"),
        ("; c\n@ TXT \"a\n", "line 2: a quoted text is not closed"),
        ("\n  A 192.0.2.1\n", "line 2: the first record names no owner"),
        ("@ 300 IN\n", "line 1: a record lacks its type"),
        ("$TTL x\n", "line 1: $TTL lacks its time"),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), why, "{text}");
    }
}

fn pieces() -> impl Strategy<Value = Vec<&'static str>> {
    let piece = prop::sample::select(vec![
        "; a comment\n",
        "\n",
        "   \n",
        "@ TXT \"v=spf1 a -all\" ; c\n",
        " TXT ( \"x\"\n\t; inside\n  \"y\" )\n",
        "www 300 IN A 192.0.2.80\n",
        "\tIN 5m AAAA 2001:db8::80\n",
        "mail A 192.0.2.1\n",
        "mail IN MX 5 other\n",
        "@ MX 5 other\n",
        " MX 10 mail\n",
        "$ORIGIN sub\n",
        "$ORIGIN example.org.\n",
        "$TTL 300\n",
        "a.b SPF \"v=spf1 -all\"\n",
        "_dmarc TXT v=DMARC1\\;p=reject\n",
        "_domainkey.example.org. 60 TXT \"o=-\"\n",
        "\\@x TXT \\\"quoted\\\" ( )\n",
    ]);
    prop::collection::vec(piece, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_zone_prints_as_it_was_read_and_an_edit_is_edited_once(pieces in pieces(), obsolete: bool, ttl: bool) {
        let head = if ttl { "$TTL 1h\n" } else { "" };
        let zone = format!("{head}@ 1d IN SOA ns admin ( 7 1d 2h 4w 1h )\n NS ns\nns A 192.0.2.53\n{}", pieces.concat());
        let old = ZoneFile::parse("example.org", zone.clone()).unwrap();
        prop_assert_eq!(old.text(), zone.as_bytes());
        let new = edit(&zone, &wanted(), obsolete);
        let again = edit(&text(&new), &wanted(), obsolete);
        prop_assert_eq!(again.what, Vec::<String>::new());
        // Whoever is not meant keeps value and name, in the same order.
        let others = |file: &ZoneFile| {
            let other = |record: &&Placed| !matches!(record.kind.as_str(), "SOA" | "SPF" | "TXT" | "MX" | "SRV")
                && record.owner != "mail.example.org";
            let shown = |record: &Placed| (record.owner.clone(), record.kind.clone(), record.shown.clone());
            file.records().iter().filter(other).map(shown).collect::<Vec<_>>()
        };
        prop_assert_eq!(others(&new.file), others(&old));
        let comments = |text: &str| text.matches("; a comment").count();
        prop_assert_eq!(comments(&text(&new)), comments(&zone));
    }
}
