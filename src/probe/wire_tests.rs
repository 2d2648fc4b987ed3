//! Against scripted servers: pieces, deadlines, early ends.

use super::super::script::{self, Act};
use super::*;

fn soon(address: SocketAddr) -> Dial {
    Dial::new(address).within(Duration::from_secs(1), Duration::from_millis(200))
}

#[test]
fn lines_and_blocks_come_in_whatever_their_pieces() {
    let server = script::serve(vec![
        Act::Bytes(b"one\r\ntw"),
        Act::Sleep(Duration::from_millis(20)),
        Act::Bytes(b"o\n12345rest\r\n"),
        Act::Hear("bye"),
    ]);
    let dial = Dial::new(server.address).from("127.0.0.9".parse().unwrap());
    let mut wire = Wire::connect(&dial).unwrap();
    assert_eq!((wire.line().unwrap(), wire.line().unwrap()), ("one".into(), "two".into()));
    assert_eq!((wire.exact(5).unwrap(), wire.line_bytes().unwrap()), (b"12345".to_vec(), b"rest".to_vec()));
    wire.send("bye").unwrap();
    assert_eq!(server.heard(), ["bye"]);
    let lines = dial.transcript.lines();
    assert_eq!(lines[1..], ["< one", "< two", "< (5 bytes)", "> bye"]);
}

#[test]
fn a_silent_or_dripping_server_ends_at_the_deadline() {
    let drip = || Act::Bytes(b"x");
    let wait = || Act::Sleep(Duration::from_millis(90));
    for script in
        [vec![Act::Sleep(Duration::from_secs(2))], vec![drip(), wait(), drip(), wait(), drip(), wait(), wait()]]
    {
        let server = script::serve(script);
        let mut wire = Wire::connect(&soon(server.address)).unwrap();
        let started = Instant::now();
        let error = wire.line().unwrap_err();
        assert!(error.to_string().ends_with("did not answer within 0.2 s"), "{error}");
        assert!(started.elapsed() < Duration::from_millis(800));
    }
}

#[test]
fn an_early_close_and_a_refusal_are_sentences_in_error_and_transcript() {
    let server = script::serve(vec![Act::Bytes(b"220 half")]);
    let dial = soon(server.address);
    let error = Wire::connect(&dial).unwrap().line().unwrap_err();
    assert_eq!(error.to_string(), format!("{} closed the connection", server.address));
    assert!(dial.transcript.to_string().ends_with("* the server closed the connection"));
    let nobody = Wire::connect(&soon("127.0.0.1:1".parse().unwrap())).err().unwrap();
    assert!(nobody.render().starts_with("error: no connection to 127.0.0.1:1\ncaused by: "), "{}", nobody.render());
}

#[test]
fn a_handshake_has_a_deadline_and_takes_no_injected_plain_text() {
    let server = script::serve(vec![Act::Bytes(b"ready\r\n"), Act::Sleep(Duration::from_secs(1))]);
    let mut wire = Wire::connect(&soon(server.address)).unwrap();
    wire.line().unwrap();
    let error = super::super::tls::shake_hands(&mut wire, "mail.example.org").unwrap_err();
    assert!(error.render().contains("did not answer within"), "{}", error.render());
    let server = script::serve(vec![Act::Bytes(b"ready\r\ninjected\r\n"), Act::Tls]);
    let mut wire = Wire::connect(&soon(server.address)).unwrap();
    wire.line().unwrap();
    let error = super::super::tls::shake_hands(&mut wire, "mail.example.org").unwrap_err();
    assert!(error.to_string().contains("in plain text after it agreed to TLS"), "{error}");
}

#[test]
fn an_endless_line_and_an_absurd_literal_are_refused() {
    const FLOOD: &[u8] = &[b'x'; 300 * 1024];
    let server = script::serve(vec![Act::Bytes(FLOOD), Act::Sleep(Duration::from_millis(300))]);
    let mut wire = Wire::connect(&Dial::new(server.address)).unwrap();
    assert!(wire.line().unwrap_err().to_string().ends_with("sent a line without end"));
    assert!(wire.exact(usize::MAX).is_err());
}
