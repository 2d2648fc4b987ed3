//! Sessions against scripted servers.

use super::super::script::{self, Act};
use super::*;

#[test]
fn a_message_is_found_read_and_deleted_through_starttls() {
    let server = script::serve(vec![
        Act::Say("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready"),
        Act::Hear("a1 STARTTLS"),
        Act::Say("a1 OK Begin TLS"),
        Act::Tls,
        Act::Hear("a2 CAPABILITY"),
        Act::Say("* CAPABILITY IMAP4rev1 auth=PLAIN"),
        Act::Say("a2 OK done"),
        Act::Hear(r#"a3 LOGIN "anna@example.org" "qu\"ote\\s""#),
        Act::Say("a3 OK [CAPABILITY IMAP4rev1] Logged in"),
        Act::Hear("a4 SELECT \"INBOX\""),
        Act::Say("* 2 EXISTS"),
        Act::Say("a4 OK [READ-WRITE] done"),
        Act::Hear("a5 SEARCH SUBJECT \"token\""),
        Act::Say("* SEARCH 1 2"),
        Act::Say("a5 OK done"),
        Act::Hear("a6 FETCH 2 BODY.PEEK[]"),
        Act::Say("* 1 FETCH (FLAGS (\\Seen))"),
        Act::Say("* 2 FETCH (UID 7 BODY[] {27}"),
        Act::Bytes(b"Subject: token\r\n\r\na6 OK\r\n"),
        Act::Bytes(b"\r\n FLAGS ())\r\n"),
        Act::Say("a6 OK done"),
        Act::Hear("a7 STORE 2 +FLAGS.SILENT (\\Deleted)"),
        Act::Say("a7 OK done"),
        Act::Hear("a8 EXPUNGE"),
        Act::Say("* 2 EXPUNGE"),
        Act::Say("a8 OK done"),
        Act::Hear("a9 LOGOUT"),
        Act::Say("* BYE"),
        Act::Say("a9 OK bye"),
    ]);
    let dial = Dial::new(server.address);
    let mut session = Session::open(&dial, Security::StartTls, "mail.example.org").unwrap();
    assert!(session.greeting.contains("LOGINDISABLED") && session.served.is_some());
    assert_eq!(session.capabilities().unwrap(), ["IMAP4REV1", "AUTH=PLAIN"]);
    assert!(session.login("anna@example.org", &Secret::new("qu\"ote\\s")).unwrap().ok());
    assert_eq!(session.select("INBOX").unwrap().untagged[0].text, "2 EXISTS");
    assert_eq!(session.search("SUBJECT \"token\"").unwrap(), [1, 2]);
    assert_eq!(session.fetch(2).unwrap().unwrap(), b"Subject: token\r\n\r\na6 OK\r\n\r\n");
    assert!(session.delete(2).unwrap().ok());
    assert!(session.logout().unwrap().ok());
    server.heard();
    let said = dial.transcript.to_string();
    assert!(said.contains("LOGIN \"anna@example.org\" ***") && !said.contains("ote"), "{said}");
}

#[test]
fn a_password_that_cannot_be_quoted_goes_as_a_literal() {
    let server = script::serve(vec![
        Act::Say("* OK hi"),
        Act::Hear("a1 LOGIN {4}"),
        Act::Say("+ go"),
        Act::Hear("anna {7}"),
        Act::Say("+ go"),
        Act::Hear("grüße"),
        Act::Say("a1 NO [AUTHENTICATIONFAILED] Authentication failed."),
        Act::Hear("a2 LOGIN {4}"),
        Act::Say("a2 NO [PRIVACYREQUIRED] not without TLS"),
    ]);
    let dial = Dial::new(server.address);
    let mut session = Session::open(&dial, Security::Plain, "mail.example.org").unwrap();
    for code in ["[AUTHENTICATIONFAILED]", "[PRIVACYREQUIRED]"] {
        let answer = session.login("anna", &Secret::new("grüße")).unwrap();
        assert!(answer.status == Status::No && answer.text.starts_with(code), "{answer:?}");
    }
    server.heard();
    assert!(!dial.transcript.to_string().contains("grüße"));
}

#[test]
fn bodies_come_as_literal_as_quoted_string_or_not_at_all() {
    type Row = (&'static str, &'static [&'static [u8]], Option<&'static [u8]>);
    let table: [Row; 5] = [
        ("1 FETCH (BODY[] {2})", &[b"ab"], Some(b"ab")),
        (r#"1 FETCH (BODY[] "a\"b\\" UID 3)"#, &[], Some(br#"a"b\"#)),
        ("1 FETCH (body[] \"\")", &[], Some(b"")),
        ("1 FETCH (BODY[] NIL)", &[], None),
        ("1 FETCH (FLAGS ())", &[], None),
    ];
    for (text, literals, expected) in table {
        let literals = literals.iter().map(|bytes| bytes.to_vec()).collect();
        assert_eq!(body(Response { text: text.into(), literals }).as_deref(), expected, "{text}");
    }
}

#[test]
fn literals_are_announced_at_the_end_of_a_line() {
    let table =
        [("* 1 FETCH (BODY[] {310}", Some(310)), ("~{3}", Some(3)), ("{x}", None), ("a {3} b", None), ("", None)];
    for (line, size) in table {
        assert_eq!(announced(line), size, "{line}");
    }
}

#[test]
fn a_server_that_is_not_imap_or_leaves_is_a_sentence() {
    let server = script::serve(vec![Act::Say("+OK POP3")]);
    let error = Session::open(&Dial::new(server.address), Security::Plain, "h.test").err().unwrap();
    assert!(error.to_string().ends_with("which is no IMAP greeting"), "{error}");
    let server = script::serve(vec![Act::Say("* OK hi"), Act::Hear("a1 NOOP"), Act::Say("* BYE overloaded")]);
    let mut session = Session::open(&Dial::new(server.address), Security::Plain, "h.test").unwrap();
    assert!(session.command("NOOP").unwrap_err().to_string().ends_with("closed the connection"));
}
