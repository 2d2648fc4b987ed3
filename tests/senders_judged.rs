//! Who sent it? Mail from the server is judged by other people's software on another host, with the records published
//! as `mailwright dns` prints them; and the server judges what comes in.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::probe::dial::Security;
use mailwright::probe::smtp::{Reply, Session};
use mailwright::rehearsal::{FAR_DOMAIN, FAR_NAME};
use serde_json::json;
use support::whole::Server;

#[path = "support/ready.rs"]
mod ready;
#[path = "support/senders/mod.rs"]
mod senders;
#[path = "support/server.rs"]
mod server;
mod support;

const ANNA: (&str, &str) = ("anna@example.org", "please change this one");
const BEN: (&str, &str) = ("ben@example.net", "please change this one too");

/// Two domains, and the far host's BIND for a resolver.
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
dkim = { selector = "s1", bits = 2048 }
dmarc = { policy = "reject" }
limits = { outgoing = "normal" }
"#;

/// Domains of others: one that never sends, one that signs, one whose policy is strict and a wary one. The one that signs is not below
/// .test: OpenDKIM's resolver, libunbound, knows that nothing is there (RFC 6761) and asks nobody.
const OTHERS: &str = "\
never.test. TXT \"v=spf1 -all\"\nnever.test. MX 10 mail.far.test.\n\
signer.example.com. MX 10 mail.far.test.\nsigner.example.com. TXT \"v=spf1 mx -all\"\n\
strict.test. MX 10 mail.far.test.\n_dmarc.strict.test. TXT \"v=DMARC1; p=reject\"\n\
wary.test. MX 10 mail.far.test.\n_dmarc.wary.test. TXT \"v=DMARC1; p=quarantine\"\n\
_dmarc.signer.example.com. TXT \"v=DMARC1; p=reject\"\n";

#[test]
fn senders_are_judged_on_debian_12() {
    senders_are_judged(Release::Bookworm);
}

#[test]
fn senders_are_judged_on_debian_13() {
    senders_are_judged(Release::Trixie);
}

fn senders_are_judged(release: Release) {
    let Some(_turn) = support::turn("senders judged") else { return };
    let started = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", started.elapsed().as_secs_f64());
    let server = senders::other(release, TEXT, OTHERS);
    let public = senders::key(&server);
    let others = format!("{OTHERS}k._domainkey.signer.example.com. TXT \"v=DKIM1; k=rsa; \" {}\n", quoted(&public));
    told("a judge stands ready");
    set_up(&server);
    told("set up");
    senders::publish(&server, &others, &senders::printed(&server));
    ours_pass(&server, "s1", "own records");
    told("both domains pass");
    server.checks_pass(&[]);
    told("every check passes");
    theirs_are_judged(&server);
    told("others are judged");
    ours_to_ours_is_signed(&server);

    let cname = TEXT.replace("further_domains = \"own\"", "further_domains = \"cname\"");
    again(&server, &cname);
    let printed = senders::printed(&server);
    assert!(printed.contains("s1._domainkey.example.net. 3600 IN CNAME s1._domainkey.example.org."), "{printed}");
    assert!(printed.contains("_dmarc.example.net. 3600 IN CNAME _dmarc.example.org."), "{printed}");
    senders::publish(&server, &others, &printed);
    ours_pass(&server, "s1", "through a CNAME");
    told("both pass through a CNAME");

    let rotated = cname.replace("selector = \"s1\"", "selector = \"s2\"");
    again(&server, &rotated);
    ours_pass(&server, "s1", "a new key waits");
    senders::publish(&server, &others, &senders::printed(&server));
    again(&server, &rotated);
    ours_pass(&server, "s2", "the new key signs");
    let listed = senders::printed(&server);
    assert!(listed.contains("s1._domainkey.example.org.") && listed.contains("s2._domainkey.example.org."), "{listed}");
    told("the key was changed");
}

/// A text in strings of at most 255 bytes, as zone files have them.
fn quoted(public: &str) -> String {
    let text = format!("p={public}");
    let parts: Vec<&str> = text.as_bytes().chunks(200).map(|part| std::str::from_utf8(part).unwrap()).collect();
    format!("\"{}\"", parts.join("\" \""))
}

/// The setup, without publishing anything in the lab's own DNS, which nobody asks here.
fn set_up(server: &Server) {
    let output = server.setup();
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
}

fn again(server: &Server, text: &str) {
    server.write_answers(&text.replace("{far}", &server.far().host().addresses().ipv4.to_string()));
    set_up(server);
}

/// A message of each domain reaches the far host, and everybody there says that it is ours.
fn ours_pass(server: &Server, selector: &str, what: &str) {
    for ((user, password), domain) in [(ANNA, "example.org"), (BEN, "example.net")] {
        let subject = format!("{what}, from {domain}");
        let message = format!("From: <{user}>\r\nTo: <friend@{FAR_DOMAIN}>\r\nSubject: {subject}\r\n\r\nhello\r\n");
        server.submit(user, password, &format!("friend@{FAR_DOMAIN}"), &message);
        let message = server.far().wait_for_mail("friend", &subject, Duration::from_secs(40)).unwrap();
        let judged = senders::judged(server, &message);
        assert_eq!(
            (&judged["mail_from"], &judged["helo"], &judged["dkim"], &judged["signatures"], &judged["bits"]),
            (&json!("pass"), &json!("pass"), &json!(true), &json!(1), &json!(2048)),
            "{judged:#}\n{message}"
        );
        assert_eq!(judged["from_server"], true, "{judged:#}");
        // Aligned: signed for the very domain of the author (RFC 9989).
        assert_eq!((&judged["domains"], &judged["selectors"]), (&json!([domain]), &json!([selector])), "{judged:#}");
        let results = judged["results"].to_string();
        for word in ["dkim=pass", "2048-bit key", "dmarc=pass", "spf=pass"] {
            assert!(results.contains(word), "{word}: {judged:#}");
        }
    }
}

/// One call from the far host to port 25: the answer that decided.
fn call(server: &Server, from: &str, to: &str, message: &str) -> Reply {
    let sent = server.far().host().in_network(|| {
        let mut session = Session::open(&server.dial(25), Security::Plain, "mail.example.org", FAR_NAME).unwrap();
        session.send(from, &[to], message).unwrap()
    });
    sent.unwrap()
}

fn theirs_are_judged(server: &Server) {
    let letter = |from: &str, subject: &str| {
        format!(
            "From: <{from}>\r\nTo: <{}>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@test>\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nhello\r\n",
            ANNA.0
        )
    };
    let refused = |reply: &Reply, what: &str| {
        assert!(reply.code == 550 && reply.to_string().contains("5.7"), "{what}: {reply}");
    };
    refused(&call(server, "x@never.test", ANNA.0, &letter("x@never.test", "disowned")), "SPF -all");
    let friend = format!("friend@{FAR_DOMAIN}");
    refused(&call(server, &friend, ANNA.0, &letter("boss@strict.test", "strict")), "DMARC p=reject");
    let two = letter("boss@strict.test>, <x@far.test", "two authors");
    refused(&call(server, &friend, ANNA.0, &two), "a From of two addresses");
    let suspicious = call(server, &friend, ANNA.0, &letter("someone@wary.test", "suspicious"));
    assert_eq!(suspicious.code, 250, "{suspicious}");
    // Of our own domain, from outside: in the envelope, and in the From field alone (our policy here is reject).
    let spoofed = call(server, ANNA.0, BEN.0, &letter(ANNA.0, "spoofed"));
    assert!(spoofed.is(554, "5.7.1") && spoofed.to_string().contains("Log in"), "{spoofed}");
    refused(&call(server, &friend, BEN.0, &letter(ANNA.0, "in the header")), "our own DMARC policy");

    let sign = "import dkim, sys; m = sys.stdin.buffer.read(); k = open('/root/k.pem', 'rb').read(); \
                sys.stdout.buffer.write(dkim.sign(m, b'k', b'signer.example.com', k) + m)";
    let signed = |subject: &str| {
        let python = server.far().host().program("python3").args(["-c", sign]);
        python.stdin(letter("s@signer.example.com", subject)).success().unwrap().stdout
    };
    let came = |subject: &str, message: &str| {
        // For SPF it is the far host's own mail: the signature alone speaks for the author.
        let reply = call(server, &friend, ANNA.0, message);
        assert_eq!(reply.code, 250, "{reply}");
        senders::headers(&server.read(ANNA.0, ANNA.1, subject))
    };
    let good = came("untouched", &signed("untouched"));
    let results = good["authentication-results"].join("\n");
    assert!(
        results.contains("mail.example.org; dkim=pass") && results.contains("header.d=signer.example.com"),
        "{good:#?}"
    );
    assert!(results.contains("dmarc=pass (p=reject"), "{good:#?}");
    assert!(good["received-spf"][0].to_lowercase().starts_with("pass"), "{good:#?}");
    let broken = signed("altered").replace("\r\n\r\nhello", "\r\n\r\nhello, you");
    refused(&call(server, &friend, ANNA.0, &broken), "altered, and nobody else speaks for it");
    // SPF speaks for it: it is taken, and its header says what is wrong.
    assert_eq!(call(server, "s@signer.example.com", ANNA.0, &broken).code, 250);
    let altered = senders::headers(&server.read(ANNA.0, ANNA.1, "altered"));
    let results = altered["authentication-results"].join("\n");
    assert!(results.contains("mail.example.org; dkim=fail") && results.contains("dmarc=pass"), "{altered:#?}");
    // Whatever the world says of itself is not our word.
    let said = ["dkim=pass header.d", "dmarc=pass header.from", "spf=pass smtp.mailfrom"];
    let said = said.map(|said| format!("Authentication-Results: mail.example.org; {said}=bank.test\r\n")).concat();
    let liar = came("liar", &format!("{said}{}", signed("liar")));
    assert!(!liar["authentication-results"].join("\n").contains("bank.test"), "{liar:#?}");
    let junk = server.sh("doveadm search -u anna@example.org mailbox Junk subject suspicious");
    assert!(!junk.trim().is_empty(), "mail that its domain asks to have quarantined is not in Junk");
    // And what comes from outside is never signed.
    for seen in [&good, &altered] {
        let ours = seen.get("dkim-signature").into_iter().flatten().filter(|one| !one.contains("d=signer.example.com"));
        assert_eq!(ours.count(), 0, "{seen:#?}");
    }
}

/// From one of our users to another: signed, once, and delivered.
fn ours_to_ours_is_signed(server: &Server) {
    let message = format!("From: <{}>\r\nTo: <{}>\r\nSubject: next door\r\n\r\nhello\r\n", ANNA.0, BEN.0);
    server.submit(ANNA.0, ANNA.1, BEN.0, &message);
    let fields = senders::headers(&server.read(BEN.0, BEN.1, "next door"));
    let signatures = &fields["dkim-signature"];
    assert!(signatures.len() == 1 && signatures[0].contains("d=example.org"), "{fields:#?}");
}
