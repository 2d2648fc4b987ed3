//! Sessions against scripted servers, and replies from the RFCs.

use std::time::Duration;

use super::super::script::{self, Act};
use super::*;

fn reply(lines: &[&str]) -> Option<Reply> {
    Reply::read(&lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>())
}

#[test]
fn replies_of_the_rfcs_are_read() {
    // RFC 5321 4.2.1 and 4.3.1, RFC 2034 4 and 5, RFC 3463 2.
    let table: [(&[&str], u16, Option<&str>, &str); 8] = [
        (
            &["250-First line", "250-Second line", "250-234 Text", "250 The last line"],
            250,
            None,
            "First line\nSecond line\n234 Text\nThe last line",
        ),
        (&["250"], 250, None, ""),
        (&["250 "], 250, None, ""),
        (&["571 5.7.1 relaying denied"], 571, Some("5.7.1"), "relaying denied"),
        (
            &["550-5.1.1 Mailbox \"nobody\"", "550 5.1.1 does not exist"],
            550,
            Some("5.1.1"),
            "Mailbox \"nobody\"\ndoes not exist",
        ),
        (&["250 5.1.1 class of another code"], 250, None, "5.1.1 class of another code"),
        (&["220 10.0.0.1 ready"], 220, None, "10.0.0.1 ready"),
        (&["452 4.2.2"], 452, Some("4.2.2"), ""),
    ];
    for (lines, code, enhanced, text) in table {
        let expected = Reply { code, enhanced: enhanced.map(str::to_owned), text: text.to_owned() };
        assert_eq!(reply(lines), Some(expected), "{lines:?}");
    }
    for line in ["", "+OK ready", "99 short", "600 high", "2x0 ok", "é50 ok"] {
        assert_eq!(reply(&[line]), None, "{line:?}");
    }
}

#[test]
fn a_reply_shows_on_one_line_and_says_what_it_is() {
    let one = reply(&["550-5.1.1 no", "550 5.1.1 such"]).unwrap();
    assert_eq!(one.to_string(), "550 5.1.1 no / such");
    assert!(one.refused() && !one.agreed() && one.is(550, "5.1.1") && !one.is(550, "5.7.1"));
    assert!(reply(&["535 denied"]).unwrap().is(535, "5.7.8"), "servers without enhanced codes");
}

#[test]
fn dots_are_doubled_and_line_ends_are_crlf() {
    let table = [("a\n.b\r\n..\n.", &b"a\r\n..b\r\n...\r\n..\r\n.\r\n"[..]), ("", b".\r\n"), ("x\r\n", b"x\r\n.\r\n")];
    for (message, wire) in table {
        assert_eq!(stuffed(message), wire, "{message:?}");
    }
}

#[test]
fn a_submission_goes_through_tls_and_hides_the_password() {
    let server = script::serve(vec![
        Act::Say("220-mail.example.org ESMTP"),
        Act::Say("220 ready"),
        Act::Hear("EHLO far.test"),
        Act::Say("250-mail.example.org"),
        Act::Say("250-SIZE 52428800"),
        Act::Say("250 STARTTLS"),
        Act::Hear("STARTTLS"),
        Act::Say("220 2.0.0 Ready to start TLS"),
        Act::Tls,
        Act::Hear("EHLO far.test"),
        Act::Say("250-mail.example.org"),
        Act::Say("250-AUTH PLAIN LOGIN"),
        Act::Say("250 ENHANCEDSTATUSCODES"),
        Act::Hear("AUTH PLAIN AGFubmFAZXhhbXBsZS5vcmcAaHVudGVyMg=="),
        Act::Say("235 2.7.0 Authentication successful"),
        Act::Hear("MAIL FROM:<anna@example.org>"),
        Act::Say("250 2.1.0 Ok"),
        Act::Hear("RCPT TO:<a@far.test>"),
        Act::Say("250 2.1.5 Ok"),
        Act::Hear("RCPT TO:<b@far.test>"),
        Act::Say("250 2.1.5 Ok"),
        Act::Hear("DATA"),
        Act::Say("354 End data with <CR><LF>.<CR><LF>"),
        Act::HearUntil("."),
        Act::Say("250 2.0.0 Ok: queued as 123"),
        Act::Hear("QUIT"),
        Act::Say("221 2.0.0 Bye"),
    ]);
    let dial = Dial::new(server.address);
    let mut session = Session::open(&dial, Security::StartTls, "mail.example.org", "far.test").unwrap();
    assert_eq!((session.offers("auth"), session.offers("SIZE")), (Some("PLAIN LOGIN"), None));
    assert!(session.served.is_some());
    assert_eq!(session.auth_plain("anna@example.org", &Secret::new("hunter2")).unwrap().code, 235);
    let reply = session.send("anna@example.org", &["a@far.test", "b@far.test"], "Subject: x\n\n.\nend\n").unwrap();
    assert!(reply.is(250, "2.0.0"), "{reply}");
    assert_eq!(session.quit().unwrap().code, 221);
    assert!(server.heard().ends_with(&["..", "end", ".", "QUIT"].map(str::to_owned)));
    let said = dial.transcript.to_string();
    assert!(said.contains("> AUTH PLAIN ***") && !said.contains("AGFubmF"), "{said}");
}

#[test]
fn auth_login_stops_at_the_first_refusal_and_hides_the_password() {
    for (step, code) in [(0, 535), (1, 503)] {
        let mut script = vec![Act::Say("220 hi"), Act::Hear("EHLO"), Act::Say("250 hi"), Act::Hear("AUTH LOGIN")];
        script.extend(match step {
            1 => vec![Act::Say("503 5.5.1 authentication not enabled")],
            _ => vec![
                Act::Say("334 VXNlcm5hbWU6"),
                Act::Hear("YW5uYQ=="),
                Act::Say("334 UGFzc3dvcmQ6"),
                Act::Hear("aHVudGVyMg=="),
                Act::Say("535 5.7.8 wrong"),
            ],
        });
        let server = script::serve(script);
        let dial = Dial::new(server.address);
        let mut session = Session::open(&dial, Security::Plain, "mail.example.org", "far.test").unwrap();
        assert_eq!(session.auth_login("anna", &Secret::new("hunter2")).unwrap().code, code);
        assert!(!dial.transcript.to_string().contains("aHVudGVyMg"));
        server.heard();
    }
}

#[test]
fn the_first_refusal_ends_a_sending() {
    let server = script::serve(vec![
        Act::Say("220 hi"),
        Act::Hear("EHLO"),
        Act::Say("250 hi"),
        Act::Hear("MAIL"),
        Act::Say("250 ok"),
        Act::Hear("RCPT TO:<x@far.test>"),
        Act::Say("554 5.7.1 <x@far.test>: Relay access denied"),
    ]);
    let mut session = Session::open(&Dial::new(server.address), Security::Plain, "h.test", "far.test").unwrap();
    let reply = session.send("", &["x@far.test", "never@far.test"], "").unwrap();
    assert!(reply.is(554, "5.7.1"));
    server.heard();
}

#[test]
fn a_bad_banner_a_refused_starttls_and_nonsense_are_sentences() {
    let open = |script: Vec<Act>, security| {
        let dial = Dial::new(script::serve(script).address).within(Duration::from_secs(1), Duration::from_millis(300));
        Session::open(&dial, security, "h.test", "far.test").err().map(|error| error.to_string()).unwrap()
    };
    let refused = open(vec![Act::Say("554 5.7.1 go away")], Security::Plain);
    assert!(refused.ends_with("answered its banner with \"554 5.7.1 go away\""), "{refused}");
    let hi = || vec![Act::Say("220 hi"), Act::Hear("EHLO"), Act::Say("250 hi"), Act::Hear("STARTTLS")];
    let mut script = hi();
    script.push(Act::Say("502 5.5.1 not here"));
    assert!(open(script, Security::StartTls).contains("answered STARTTLS with \"502"));
    assert!(open(vec![Act::Say("* OK IMAP here")], Security::Plain).ends_with("which is no SMTP reply"));
    assert!(open(vec![Act::Bytes(b"220-hi\r\n")], Security::Plain).ends_with("closed the connection"));
    assert!(open(vec![Act::Sleep(Duration::from_millis(600))], Security::Plain).contains("did not answer within"));
}
