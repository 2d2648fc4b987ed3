//! Against bytes, against rustls (which takes none of it), and against openssl where it is installed.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::super::ports::answers;
use super::super::script::{self, Act};
use super::*;

const HOST: &str = "mail.example.org";

fn dial(address: std::net::SocketAddr) -> Dial {
    Dial::new(address).within(Duration::from_secs(2), Duration::from_secs(2))
}

#[test]
fn the_hello_is_well_formed() {
    for (version, minor) in [(OldTls::V1_0, 1), (OldTls::V1_1, 2)] {
        let hello = client_hello(HOST, version);
        let u16_at = |at: usize| usize::from(u16::from_be_bytes([hello[at], hello[at + 1]]));
        assert_eq!((&hello[..3], u16_at(3) + 5), (&[22, 3, 1][..], hello.len()), "record");
        assert_eq!((hello[5], hello[6], u16_at(7) + 9), (1, 0, hello.len()), "handshake");
        assert_eq!(&hello[9..11], [3, minor]);
        assert_eq!((hello[43], u16_at(44)), (0, 22), "no session, eleven suites");
        assert_eq!(u16_at(44 + 2 + 22 + 2) + 72, hello.len(), "extensions");
        assert!(hello.windows(HOST.len()).any(|window| window == HOST.as_bytes()), "SNI");
    }
    assert!(client_hello("192.0.2.1", OldTls::V1_0).len() < client_hello(HOST, OldTls::V1_0).len());
}

#[test]
fn answers_are_told_apart() {
    type Row = (&'static [u8], std::result::Result<Option<OldTls>, ()>);
    let table: [Row; 8] = [
        (b"\x16\x03\x02\x00\x06\x02\x00\x00\x30\x03\x02", Ok(Some(OldTls::V1_1))),
        (b"\x16\x03\x01\x00\x06\x02\x00\x00\x30\x03\x01", Ok(Some(OldTls::V1_0))),
        (b"\x16\x03\x03\x00\x06\x02\x00\x00\x30\x03\x03", Ok(None)),
        (b"\x15\x03\x02\x00\x02\x02\x46", Ok(None)),
        (b"\x15\x03\x01\x00\x02\x02\x28", Ok(None)),
        (b"", Ok(None)),
        (b"\x15\x03\x01", Ok(None)),
        (b"220 not TLS\r\n", Err(())),
    ];
    for (bytes, expected) in table {
        let server = script::serve(vec![Act::Bytes(bytes), Act::Sleep(Duration::from_millis(30))]);
        let found = chosen(&dial(server.address), Protocol::Smtp, Security::Tls, HOST, OldTls::V1_1);
        assert_eq!(found.clone().map_err(|_| ()), expected, "{bytes:?}: {found:?}");
    }
}

#[test]
fn silence_is_no_refusal() {
    let server = script::serve(vec![Act::Sleep(Duration::from_millis(400))]);
    let dial = Dial::new(server.address).within(Duration::from_secs(1), Duration::from_millis(100));
    let error = chosen(&dial, Protocol::Imap, Security::Tls, HOST, OldTls::V1_1).unwrap_err();
    assert!(error.to_string().ends_with("did not answer a TLS hello"), "{error}");
}

#[test]
fn each_protocol_is_asked_for_tls_in_its_own_words() {
    let smtp =
        || vec![Act::Say("220-a"), Act::Say("220 b"), Act::Hear("EHLO"), Act::Say("250-x"), Act::Say("250 STARTTLS")];
    let imap = || vec![Act::Say("* OK hi"), Act::Hear("a1 STARTTLS")];
    let pop3 = || vec![Act::Say("+OK hi"), Act::Hear("STLS")];
    let with = |mut script: Vec<Act>, more: Vec<Act>| {
        script.extend(more);
        script::serve(script).address
    };
    let alert = || Act::Bytes(b"\x15\x03\x02\x00\x02\x02\x46");
    let one = with(smtp(), vec![Act::Hear("STARTTLS"), Act::Say("220 go"), alert()]);
    let two = with(imap(), vec![Act::Say("* OK still here"), Act::Say("a1 OK go"), alert()]);
    let three = with(pop3(), vec![Act::Say("+OK go"), alert()]);
    for (address, protocol) in [(one, Protocol::Smtp), (two, Protocol::Imap), (three, Protocol::Pop3)] {
        assert_eq!(
            chosen(&dial(address), protocol, Security::StartTls, HOST, OldTls::V1_1).unwrap(),
            None,
            "{protocol:?}"
        );
    }
    let refusing = with(pop3(), vec![Act::Say("-ERR no TLS here")]);
    let error = chosen(&dial(refusing), Protocol::Pop3, Security::StartTls, HOST, OldTls::V1_0).unwrap_err();
    assert!(error.to_string().ends_with("refused TLS: -ERR no TLS here"), "{error}");
}

#[test]
fn a_modern_server_refuses_both() {
    for version in [OldTls::V1_1, OldTls::V1_0] {
        let server = script::serve(vec![Act::Tls, Act::Say("hello")]);
        assert_eq!(
            chosen(&dial(server.address), Protocol::Imap, Security::Tls, HOST, version).unwrap(),
            None,
            "{version}"
        );
    }
}

/// `openssl s_server`, ended when dropped.
struct Openssl(Child);

impl Drop for Openssl {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn openssl_with_an_old_version_is_found_out_and_a_new_one_is_not() {
    if Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_err() {
        println!("left out: openssl is not installed");
        return;
    }
    let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let table = [("-tls1_1", Some(OldTls::V1_1)), ("-tls1", Some(OldTls::V1_0)), ("-tls1_2", None), ("-tls1_3", None)];
    for (flag, expected) in table {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", flag, "-cipher", "ALL:@SECLEVEL=0", "-accept", &free.to_string()]);
        command.arg("-cert").arg(&cert).arg("-key").arg(&key);
        let server = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let _server = Openssl(server);
        let up = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            answers(free, Duration::from_secs(1))
        });
        assert!(up, "openssl s_server {flag} did not start");
        let found = offers_tls_below_1_2(&dial(free), Protocol::Imap, Security::Tls, HOST).unwrap();
        assert_eq!(found, expected, "{flag}");
    }
}
