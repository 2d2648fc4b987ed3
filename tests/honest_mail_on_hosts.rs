//! Honest mail gets in and out: a fault of somebody's DNS refuses nothing for good, an office logs in as often as it likes,
//! a thousand mail programs find room, a message leaves as it was signed, and nobody writes in the name of another.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::probe::dial::Security;
use mailwright::probe::imap;
use mailwright::probe::smtp::{Reply, Session};
use mailwright::rehearsal::{FAR_DOMAIN, FAR_NAME};
use mailwright::secret::Secret;
use serde_json::{Value, json};
use support::whole::Server;

#[path = "support/ready.rs"]
mod ready;
#[path = "support/senders/mod.rs"]
mod senders;
#[path = "support/server.rs"]
mod server;
mod support;

const SERVER: &str = "mail.example.org";
const ANNA: (&str, &str) = ("anna@example.org", "please change this one");
const BEN: (&str, &str) = ("ben@example.net", "please change this one too");
/// An alias of Anna's in the other domain, one of the two together, and one of Ben's alone.
const TEXT: &str = r#"
hostname = "mail.example.org"
ipv4 = "203.0.113.10"
ipv6 = "2001:db8::10"
contact = "anna@example.org"
resolvers = ["{far}"]
further_domains = "own"
domain = [{ name = "example.org" }, { name = "example.net" }]
mailbox = [
    { address = "anna@example.org", password = "please change this one" },
    { address = "ben@example.net", password = "please change this one too" },
]
alias = [
    { address = "sales@example.net", to = ["anna@example.org"] },
    { address = "team@example.net", to = ["anna@example.org", "ben@example.net"] },
    { address = "press@example.net", to = ["ben@example.net"] },
]
dkim = { selector = "s1", bits = 2048 }
limits = { outgoing = "normal", login_minute = 200, login_hour = 300, incoming_connections = 40 }
"#;

/// Authors' domains. The keys of some stand in a zone that nobody serves, and so does a part of an SPF record; of the
/// keyless one there is no key.
const OTHERS: &str = "\
lame.far.test. A 127.0.0.1\n\
strict.example.com. MX 10 mail.far.test.\n_dmarc.strict.example.com. TXT \"v=DMARC1; p=reject\"\n\
_domainkey.strict.example.com. NS lame.far.test.\n\
keyless.example.com. MX 10 mail.far.test.\n_dmarc.keyless.example.com. TXT \"v=DMARC1; p=reject\"\n\
lenient.example.com. MX 10 mail.far.test.\n_dmarc.lenient.example.com. TXT \"v=DMARC1; p=none\"\n\
_domainkey.lenient.example.com. NS lame.far.test.\n\
vouched.example.com. MX 10 mail.far.test.\n_dmarc.vouched.example.com. TXT \"v=DMARC1; p=reject\"\n\
vouched.example.com. TXT \"v=spf1 a:mail.far.test -all\"\n_domainkey.vouched.example.com. NS lame.far.test.\n\
half.example.com. MX 10 mail.far.test.\n_dmarc.half.example.com. TXT \"v=DMARC1; p=reject\"\n\
half.example.com. TXT \"v=spf1 include:_spf.late.example.com -all\"\n\
late.example.com. MX 10 mail.far.test.\n_dmarc.late.example.com. TXT \"v=DMARC1; p=reject\"\n\
late.example.com. TXT \"v=spf1 include:_spf.late.example.com -all\"\n_spf.late.example.com. NS lame.far.test.\n";

#[test]
fn honest_mail_on_debian_12() {
    honest_mail(Release::Bookworm);
}

#[test]
fn honest_mail_on_debian_13() {
    honest_mail(Release::Trixie);
}

fn honest_mail(release: Release) {
    let Some(_turn) = support::turn("honest mail") else { return };
    let started = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", started.elapsed().as_secs_f64());
    let server = senders::other(release, TEXT, OTHERS);
    let public = senders::key(&server);
    let strings: Vec<String> =
        public.as_bytes().chunks(200).map(|part| format!("\"{}\"", std::str::from_utf8(part).unwrap())).collect();
    let key = format!("\"v=DKIM1; k=rsa; p=\" {}", strings.join(" "));
    let others = format!("{OTHERS}k._domainkey.half.example.com. TXT {key}\n");
    let output = server.setup();
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    senders::publish(&server, &others, &senders::printed(&server));
    told("set up");
    a_fault_of_the_dns_refuses_nothing_for_good(&server);
    told("a fault of the DNS refuses nothing for good");
    an_office_logs_in(&server);
    told("an office logs in");
    a_thousand_programs_find_room(&server);
    told("a thousand programs find room");
    nothing_is_altered(&server);
    told("nothing is altered");
    nobody_writes_as_another(&server);
    told("nobody writes as another");
}

/// One call from the far host to port 25: the answer that decided.
fn call(server: &Server, from: &str, message: &str) -> Reply {
    let sent = server.far().host().in_network(|| {
        let mut session = Session::open(&server.dial(25), Security::Plain, SERVER, FAR_NAME).unwrap();
        session.send(from, &[ANNA.0], message).unwrap()
    });
    sent.unwrap()
}

/// RFC 6376, section 6.3: what may be well a minute later is put off. What is wrong stays refused.
fn a_fault_of_the_dns_refuses_nothing_for_good(server: &Server) {
    let signed = |domain: &str| {
        let letter = format!(
            "From: <boss@{domain}>\r\nTo: <{}>\r\nSubject: of {domain}\r\nMessage-ID: <1@{domain}>\r\n\
             Date: Sat, 28 Nov 2026 12:00:00 +0000\r\n\r\nhello\r\n",
            ANNA.0
        );
        let sign = format!(
            "import dkim, sys; m = sys.stdin.buffer.read(); k = open('/root/k.pem', 'rb').read(); \
             sys.stdout.buffer.write(dkim.sign(m, b'k', b'{domain}', k) + m)"
        );
        server.far().host().program("python3").args(["-c", &sign]).stdin(letter).success().unwrap().stdout
    };
    let friend = format!("friend@{FAR_DOMAIN}");
    let faulty = call(server, &friend, &signed("strict.example.com"));
    assert!((400..500).contains(&faulty.code), "the key cannot be looked up: {faulty}");
    let keyless = call(server, &friend, &signed("keyless.example.com"));
    assert_eq!(keyless.code, 550, "there is no such key: {keyless}");
    let lenient = call(server, &friend, &signed("lenient.example.com"));
    assert_eq!(lenient.code, 250, "its author's domain has nothing refused: {lenient}");
    let vouched = call(server, "boss@vouched.example.com", &signed("vouched.example.com"));
    assert_eq!(vouched.code, 250, "SPF vouches for it: {vouched}");
    let half = call(server, "boss@half.example.com", &signed("half.example.com"));
    assert_eq!(half.code, 250, "a signature vouches for it: {half}");
    let late = call(server, "boss@late.example.com", &signed("late.example.com"));
    assert!((400..500).contains(&late.code), "a part of the SPF record cannot be looked up: {late}");
}

/// As many logins as an office has people, all within a minute and from one address.
fn an_office_logs_in(server: &Server) {
    let replies = server.far().host().in_network(|| {
        let login = |_| {
            let mut session = Session::open(&server.dial(587), Security::StartTls, SERVER, "laptop.home.test").unwrap();
            session.auth_plain(ANNA.0, &Secret::new(ANNA.1)).unwrap()
        };
        (0..90).map(login).collect::<Vec<_>>()
    });
    let replies = replies.unwrap();
    assert!(replies.iter().all(|reply| reply.code == 235), "{replies:?}");
}

/// Fifty mail programs of one user at one address, a hundred and more of all, and a thousand connections.
fn a_thousand_programs_find_room(server: &Server) {
    let login = |user: (&str, &str)| {
        let mut session = imap::Session::open(&server.dial(993), Security::Tls, SERVER).unwrap();
        let answer = session.login(user.0, &Secret::new(user.1)).unwrap();
        (session, answer)
    };
    let greeted = |stream: &TcpStream| {
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut greeting = [0; 4];
        std::io::Read::read_exact(&mut &*stream, &mut greeting).is_ok() && &greeting == b"* OK"
    };
    let address: SocketAddr = (server.host().addresses().ipv4, 143).into();
    server
        .far()
        .host()
        .in_network(|| {
            let mut sessions = Vec::new();
            for user in [ANNA, BEN] {
                for n in 1..=50 {
                    let (session, answer) = login(user);
                    assert!(answer.ok(), "{n} of {}: {}", user.0, answer.text);
                    sessions.push(session);
                }
            }
            let (_, beyond) = login(ANNA);
            assert!(!beyond.ok(), "the fifty-first of one user and address");
            let waiting: Vec<TcpStream> = (0..900).map(|_| TcpStream::connect(address).unwrap()).collect();
            let without = waiting.iter().filter(|stream| !greeted(stream)).count();
            assert_eq!(without, 0, "of {} connections", waiting.len());
            assert!(sessions[0].command("NOOP").unwrap().ok());
        })
        .unwrap();
    let warnings = server.sh("journalctl --boot --unit dovecot --grep 'limit|lower than' --no-pager -q || true");
    assert_eq!(warnings.lines().filter(|line| line.contains("Warning")).count(), 0, "{warnings}");
}

/// Submits over 587 as this login, with this envelope: the answer that decided.
fn submit(server: &Server, login: (&str, &str), envelope: &str, to: &str, message: &str) -> Reply {
    let sent = server.far().host().in_network(|| {
        let mut session = Session::open(&server.dial(587), Security::StartTls, SERVER, "laptop.home.test").unwrap();
        let reply = session.auth_plain(login.0, &Secret::new(login.1)).unwrap();
        assert_eq!(reply.code, 235, "{reply}");
        session.send(envelope, &[to], message).unwrap()
    });
    sent.unwrap()
}

/// The far host's judges on the message of this subject there.
fn judged(server: &Server, subject: &str) -> (Value, String) {
    let message = server.far().wait_for_mail("friend", subject, Duration::from_secs(40)).unwrap();
    (senders::judged(server, &message), message)
}

/// The far side gets, and a mailbox keeps, the very lines that were signed: too long by RFC 5322, and of 8 bits towards a
/// server that does not offer to take them.
fn nothing_is_altered(server: &Server) {
    let far = server.far().host();
    let no_8bit = "postconf -e 'smtpd_discard_ehlo_keywords = 8bitmime' && systemctl reload postfix";
    far.program("sh").args(["-c", no_8bit]).success().unwrap();
    let friend = format!("friend@{FAR_DOMAIN}");
    let cases = [
        ("a long line", "", "x".repeat(2500)),
        ("a line of one too many", "", "y".repeat(999)),
        (
            "eight bits",
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n",
            "Grüße, déjà vu".to_owned(),
        ),
        (
            "a long field",
            &*format!("References: {}\r\n", "<0123456789@example.org> ".repeat(60).trim_end()),
            "hello".to_owned(),
        ),
        (
            "fields that get lost",
            "Bcc: ben@example.net\r\nContent-Length: 7\r\nReturn-Path: <x@example.org>\r\n",
            "hello".to_owned(),
        ),
        ("a bare name", "Cc: ben\r\n", "hello".to_owned()),
        ("dots", "", ".x\r\n..y".to_owned()),
    ];
    for (subject, fields, body) in cases {
        let message = format!("From: <{}>\r\nTo: <{friend}>\r\nSubject: {subject}\r\n{fields}\r\n{body}\r\n", ANNA.0);
        let reply = submit(server, ANNA, ANNA.0, &friend, &message);
        assert_eq!(reply.code, 250, "{subject}: {reply}");
        let (judged, message) = judged(server, subject);
        assert_eq!(
            (&judged["dkim"], &judged["domains"]),
            (&json!(true), &json!(["example.org"])),
            "{subject}: {judged:#}"
        );
        assert!(
            message.replace("\r\n", "\n").ends_with(&format!("\n\n{}\n", body.replace("\r\n", "\n"))),
            "{subject}: {message}"
        );
    }
    let long = "z".repeat(3000);
    let message = format!("From: <{0}>\r\nTo: <{0}>\r\nSubject: kept as it is\r\n\r\n{long}\r\n", ANNA.0);
    assert_eq!(submit(server, ANNA, ANNA.0, ANNA.0, &message).code, 250);
    assert!(server.read(ANNA.0, ANNA.1, "kept as it is").contains(&long));
}

/// In the field From stands an address of the login's own, in whatever way it is written.
fn nobody_writes_as_another(server: &Server) {
    let friend = format!("friend@{FAR_DOMAIN}");
    let foreign = [
        "From: <ben@example.net>",
        "From: ben@example.net",
        "From: Ben <BEN@Example.NET>",
        "From: \"anna@example.org\" <ben@example.net>",
        "From: (anna@example.org) ben@example.net",
        "From: Anna <anna@example.org>, Ben <ben@example.net>",
        "From: Ben <ben@example.net>, Anna <anna@example.org>",
        "From: us: ben@example.net;",
        "From: ben\r\n @example.net",
        "From: <ben+anna@example.net>",
        "From: press@example.net",
        "From: nobody@example.net",
        "From: postmaster@mail.example.org",
        "From: <\"ben\"@example.net>",
        "From: anna@example.org\r\nFrom: ben@example.net",
        "From: ben@example.net\r\nFrom: anna@example.org",
        "From: Ben <ben@example.net>: <anna@example.org>",
        "From: <ben@example.net>:;,anna@example.org",
        "From: ben@example.net: anna@example.org;",
        "From: Ben <ben@(x)example.net> <>",
        "From: ben@(x)example.net, \"a b\"@home.test",
        "From: anna@example.org ( <ben@example.net>",
    ];
    for (n, from) in foreign.iter().enumerate() {
        let message = format!("{from}\r\nTo: <{friend}>\r\nSubject: foreign {n}\r\n\r\nhello\r\n");
        let reply = submit(server, ANNA, ANNA.0, &friend, &message);
        assert!(reply.is(553, "5.7.1"), "{from}: {reply}");
    }
    // A read receipt has no sender in its envelope.
    let receipt = format!("From: <{}>\r\nTo: <{friend}>\r\nSubject: read\r\n\r\nhello\r\n", BEN.0);
    assert!(submit(server, ANNA, "", &friend, &receipt).is(553, "5.7.1"));
    let own = [
        (ANNA.0, "From: Anna <anna@example.org>", "example.org"),
        ("sales@example.net", "From: sales@example.net", "example.net"),
        (ANNA.0, "From: \"Sales, all\" <Sales@example.net>", "example.net"),
        (ANNA.0, "From: team@example.net", "example.net"),
        (ANNA.0, "From: anna+list@example.org", "example.org"),
        ("", "From: anna@example.org", "example.org"),
    ];
    for (n, (envelope, from, domain)) in own.iter().enumerate() {
        let subject = format!("own address {n}");
        let message = format!("{from}\r\nTo: <{friend}>\r\nSubject: {subject}\r\n\r\nhello\r\n");
        let reply = submit(server, ANNA, envelope, &friend, &message);
        assert_eq!(reply.code, 250, "{from}: {reply}");
        let (judged, _) = judged(server, &subject);
        assert_eq!((&judged["dkim"], &judged["domains"]), (&json!(true), &json!([domain])), "{from}: {judged:#}");
    }
    // Elsewhere an address is not ours to judge, nor to sign for.
    let message = format!("From: <anna@home.test>\r\nTo: <{friend}>\r\nSubject: from home\r\n\r\nhello\r\n");
    assert_eq!(submit(server, ANNA, ANNA.0, &friend, &message).code, 250);
    assert_eq!(judged(server, "from home").0["signatures"], 0);
    // While nobody can be asked, nobody is refused for good.
    server.sh("mv /etc/opendkim/sender-logins.cf /root/");
    let message = format!("From: sales@example.net\r\nTo: <{friend}>\r\nSubject: later\r\n\r\nhello\r\n");
    let reply = submit(server, ANNA, ANNA.0, &friend, &message);
    assert!(reply.is(451, "4.3.0"), "{reply}");
    server.sh("mv /root/sender-logins.cf /etc/opendkim/");
}
