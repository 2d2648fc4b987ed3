//! How records are written.

use super::*;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

#[test]
fn records_print_as_lines_of_a_zone_file() {
    let host = name("mail.example.org");
    let mx = Data::Mx { preference: 10, exchange: host.clone() };
    assert_eq!(Record::new(name("Example.ORG."), mx).to_string(), "example.org. 3600 IN MX 10 mail.example.org.");
    let lines = ["203.0.113.10", "2001:db8::10"].map(|address| {
        let address = address.parse().unwrap();
        (Record::address(host.clone(), address).to_string(), Record::reverse(address, host.clone()).name.to_string())
    });
    assert_eq!(lines[0].0, "mail.example.org. 3600 IN A 203.0.113.10");
    assert_eq!(lines[0].1, "10.113.0.203.in-addr.arpa");
    assert_eq!(lines[1].0, "mail.example.org. 3600 IN AAAA 2001:db8::10");
    assert_eq!(lines[1].1, "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

#[test]
fn a_long_text_is_cut_and_a_strange_one_is_quoted() {
    let key = Record::new(name("s._domainkey.example.org"), Data::Txt("k".repeat(300)));
    assert!(key.to_string().ends_with(&format!("TXT \"{}\" \"{}\"", "k".repeat(255), "k".repeat(45))));
    assert_eq!(Data::Txt("a\"b\\é".to_owned()).to_string(), r#""a\"b\\\195\169""#);
    let json = serde_json::to_value(Record::new(name("example.org"), Data::Txt("v=spf1 mx -all".into()))).unwrap();
    assert_eq!(json["type"], "TXT");
    assert_eq!(json["value"], "v=spf1 mx -all");
}

#[test]
fn services_and_certificate_authorities_print_as_bind_writes_them() {
    let target = name("mail.example.org");
    let srv = Record::new(name("_imaps._tcp.example.org"), Data::Srv { priority: 0, weight: 1, port: 993, target });
    assert_eq!(srv.to_string(), "_imaps._tcp.example.org. 3600 IN SRV 0 1 993 mail.example.org.");
    let caa = |critical, value: &str| Data::Caa { critical, tag: "issue".to_owned(), value: value.to_owned() };
    assert_eq!(caa(false, "ca.example.net").to_string(), r#"0 issue "ca.example.net""#);
    assert_eq!(caa(true, "ca.example.net; a=\"b\"").to_string(), r#"128 issue "ca.example.net; a=\"b\"""#);
    assert_eq!((caa(false, ";").kind(), srv.data.kind()), ("CAA", "SRV"));
}

#[test]
fn aliases_and_certificates_print_as_bind_writes_them() {
    let alias = Record::new(name("_dmarc.example.net"), Data::Cname(name("_dmarc.example.org")));
    assert_eq!(alias.to_string(), "_dmarc.example.net. 3600 IN CNAME _dmarc.example.org.");
    let data = Data::Tlsa { usage: 3, selector: 1, matching: 1, data: vec![0x0b, 0x9f, 0xa5] };
    assert_eq!((data.kind(), data.whole().as_str()), ("TLSA", "3 1 1 0b9fa5"));
}

#[test]
fn a_text_stands_whole_in_the_single_line_form() {
    assert_eq!(Data::Txt("k".repeat(300)).whole(), "k".repeat(300));
    assert_eq!(Data::Txt("say \"hi\"".to_owned()).whole(), "say \"hi\"");
    assert_eq!(Data::Mx { preference: 10, exchange: name("mail.example.org") }.whole(), "10 mail.example.org.");
}

#[test]
fn names_take_underscores_and_refuse_the_rest() {
    assert_eq!(name("example.org").below("_dmarc").unwrap().as_str(), "_dmarc.example.org");
    for wrong in ["", ".", "a..b", "a b.org", "ü.org", &"a".repeat(64)] {
        assert!(wrong.parse::<Name>().is_err(), "{wrong}");
    }
}
