//! Files that are easily misread. Each is edited, and BIND's own compiler sees just the planned records go and come.

use super::{difference, edit, seen_by_bind, text, wanted};

/// What is tricky, the file behind its SOA and NS records, and the lines that go and come; the serial's aside, and of
/// those that come at the end of the file only some.
type Case = (&'static str, &'static str, &'static [&'static str]);

/// Files with a `$TTL`.
const CASES: &[Case] = &[
    (
        "two SPF records stay, and an owner goes on to the next line",
        "@ TXT \"v=spf1 a -all\"\n\tTXT \"v=spf1 include:x.test -all\"\n\tMX 5 a.test.\n",
        &["-\tMX 5 a.test.", "+\tMX 10 mail.example.org."],
    ),
    (
        "texts in several strings over several lines, comments between them",
        "@ TXT ( \"v=spf1 \" ; one\n\t\"a:x.test\"  ; two\n\t) ; three\n",
        &[
            "-@ TXT ( \"v=spf1 \" ; one",
            "-\t\"a:x.test\"  ; two",
            "+@ TXT ( \"v=spf1 mx a:x.test -all\" ; one",
            "+\t  ; two",
        ],
    ),
    (
        "class and TTL in either order, an owner written out, a type in small letters",
        "example.org. 300 in txt v=spf1\n@ IN 1h30m mx 10 old.test.\n",
        &[
            "-example.org. 300 in txt v=spf1",
            "-@ IN 1h30m mx 10 old.test.",
            "+example.org. 300 in txt \"v=spf1 mx -all\"",
            "+@ IN 1h30m mx 10 mail.example.org.",
        ],
    ),
    (
        "other origins: a name is put behind its like, and written as it must be there",
        "mail A 192.0.2.10\n$ORIGIN org.\nexample TXT \"site=1\"\n$ORIGIN www.example\n@ A 192.0.2.80\n",
        &[
            "+mail\tIN\tTXT\t\"v=spf1 a -all\"",
            "+example\tIN\tMX\t10 mail.example.org.",
            "+example\tIN\tTXT\t\"v=spf1 mx -all\"",
            "+_imaps._tcp.example.org.\tIN\tSRV\t0 1 993 mail.example.org.",
        ],
    ),
    (
        "a semicolon and an escaped quote in a text are no comment and no end",
        "@ TXT \"a \\\" ; b\" ; c\n@ TXT v=spf1\\032-all\n",
        &["-@ TXT v=spf1\\032-all", "+@ TXT \"v=spf1 mx -all\""],
    ),
    ("no line end at the end", "mail A 192.0.2.10", &["-mail A 192.0.2.10", "+mail A 192.0.2.10"]),
    (
        "an alias cannot have records beside it, and a name given away is another zone's",
        "_dmarc CNAME d.example.net.\n_tcp NS ns.example.net.\n",
        &["+mail\tIN\tA\t192.0.2.10"],
    ),
    (
        "two mail servers before ours, and one behind it",
        "@ MX 5 a.test.\n@ MX 10 b.test.\n@ MX 20 c.test.\n",
        &["-@ MX 5 a.test.", "-@ MX 10 b.test.", "+@ MX 10 mail.example.org."],
    ),
];

/// Files without: there the last TTL that was written goes on holding.
const WITHOUT_TTL: &[Case] = &[
    (
        "what is put in takes the TTL that holds there, and gives none to others",
        "@ 60 SPF \"v=spf1 -all\"\nwww A 192.0.2.80\n",
        &["-@ 60 SPF \"v=spf1 -all\"", "+@\t60\tIN\tMX\t10 mail.example.org.", "+@\tIN\tTXT\t\"v=spf1 mx -all\""],
    ),
    (
        "a removed record leaves its owner and its TTL to the next",
        "old 60 SPF \"v=spf1 -all\"\n\tA 192.0.2.80\n",
        &["-old 60 SPF \"v=spf1 -all\"", "-\tA 192.0.2.80", "+old\t60\tA 192.0.2.80"],
    ),
    (
        "a removed record leaves its TTL to another owner's",
        "old 60 SPF \"v=spf1 -all\"\nwww A 192.0.2.80\n",
        &["-old 60 SPF \"v=spf1 -all\"", "-www A 192.0.2.80", "+www\t60 A 192.0.2.80"],
    ),
];

#[test]
fn tricky_files_are_edited_as_bind_reads_them() {
    for (ttl, cases) in [("$TTL 1h\n", CASES), ("", WITHOUT_TTL)] {
        for (what, rest, expected) in cases {
            let head = format!("{ttl}@ 600 IN SOA ns.example.org. admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53\n");
            changes_so(what, &format!("{head}{rest}"), expected);
        }
    }
}

fn changes_so(what: &str, zone: &str, expected: &[&str]) {
    let edited = edit(zone, &wanted(), true);
    let lines = difference(zone, &text(&edited));
    for line in expected {
        assert!(lines.iter().any(|one| one == line), "{what}: {line}\n{lines:#?}");
    }
    let gone = |lines: &[&str]| lines.iter().filter(|line| line.starts_with('-')).count();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(gone(&lines), gone(expected) + 1, "{what}: {lines:#?}");
    let Some((gone, came)) = seen_by_bind(zone, &text(&edited)) else { return };
    let told = |end: &str| edited.what.iter().filter(|line| line.contains(end)).count();
    assert_eq!(gone.len(), told("(removed: ") + told("(in place of"), "{what}: {gone:#?}");
    assert_eq!(came.len(), told("(new)") + told("(in place of"), "{what}: {came:#?}");
}
