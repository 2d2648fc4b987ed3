//! Limits on real hosts: what one login sends, how often a password can be tried, how fast mail goes out, and that mail
//! between our own users is not slowed down by it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::probe::dial::Security;
use mailwright::probe::smtp::{Reply, Session};
use mailwright::rehearsal::{ANSWERS, FAR_DOMAIN};
use mailwright::secret::Secret;
use mailwright::steps::limits;
use ready::saved;
use serde_json::Value;
use support::whole::Server;

#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

const ANNA: (&str, &str) = ("anna@example.org", "please change this one");
const BEN: (&str, &str) = ("ben@example.org", "please change this one too");
const SERVER: &str = "mail.example.org";
/// What Anna may send in a minute.
const ALLOWED: usize = 4;
/// How often one address may log in within a minute.
const LOGINS: usize = 8;
/// Seconds between two deliveries to one domain.
const PAUSE: f64 = 2.0;

/// Slow enough to be seen, fast enough to be waited for.
const TEXT: &str = r#"
hostname = "mail.example.org"
ipv4 = "203.0.113.10"
ipv6 = "2001:db8::10"
contact = "anna@example.org"
domain = [{ name = "example.org" }]
mailbox = [
    { address = "anna@example.org", password = "please change this one" },
    { address = "ben@example.org", password = "please change this one too" },
]
limits = { outgoing = "gentle", outgoing_delay = 2, login_minute = 4, incoming_messages = 90, incoming_logins = 8 }
"#;

#[test]
fn limits_hold_on_debian_12() {
    limits_hold(Release::Bookworm);
}

#[test]
fn limits_hold_on_debian_13() {
    limits_hold(Release::Trixie);
}

fn limits_hold(release: Release) {
    let Some(_turn) = support::turn("limits on hosts") else { return };
    let started = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", started.elapsed().as_secs_f64());
    let server = Server::saved(release, TEXT, saved(release));
    let dry = server.mailwright(&["setup", "--answers", ANSWERS, "--dry-run"]).stdout;
    let table = limits::table(&server.answers.limits).join("\n    ");
    assert!(table.contains("  2 s apart, 3 recipients each") && dry.contains(&table), "{table}\n{dry}");
    server.set_up();
    told("set up");
    values_are_the_answers(&server);
    told("the values are the answers'");
    one_login_is_counted(&server);
    told("a login is counted, another sends");
    let alone = local(&server);
    told(&format!("{LETTERS} letters to our own users took {alone:.1} s"));
    mail_goes_out_slowly(&server, alone);
    told("mail went out at its pace, and none of our own was slowed down");
    nobody_sends_uncounted(&server);
    told("nobody sends while nobody counts");
    the_answers_bound_the_logins(&server);
    told("logins end where the answers say");
}

fn values_are_the_answers(server: &Server) {
    for (name, value) in limits::values(&server.answers.limits) {
        assert_eq!(server.sh(&format!("postconf -h {name}")).trim(), value, "{name}");
    }
    assert_eq!(server.sh("postconf -h default_destination_rate_delay").trim(), "0s");
    let read = server.sh("policyd-rate-limit --get-config limits");
    assert_eq!(read, format!("[[{ALLOWED}, 60], [200, 3600], [500, 86400]]"));
    // Nobody but Postfix gets to the socket, and so to the allowance of somebody else.
    let socket = mailwright::change::RATE_LIMIT_SOCKET;
    server.sh(&format!("! runuser -u nobody -- test -e {socket} && runuser -u postfix -- test -w {socket}"));
    // What cron does each day must be silent, or root gets mail about it.
    assert_eq!(server.sh("sh /etc/cron.daily/policyd-rate-limit 2>&1"), "");
    // A check sees what was changed by hand, and says how to mend it.
    server.sh("cp -p /etc/postfix/main.cf /root/ && postconf -e smtpd_client_auth_rate_limit=1000");
    let output = server.mailwright(&["check", "postfix", "--json"]);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let changed = checks.iter().find(|check| check["id"] == "postfix-values").unwrap();
    assert_eq!(changed["outcome"], "fail", "{changed:#}");
    assert_eq!(changed["evidence"], "smtpd_client_auth_rate_limit = 1000, not 8", "{changed:#}");
    server.sh("cp -p /root/main.cf /etc/postfix/");
}

/// Submits to these from the far host: what was said of the first that was refused, or of the message.
fn submit(server: &Server, (user, password): (&str, &str), to: &[&str], subject: &str) -> Reply {
    let letter = format!("From: <{user}>\r\nTo: <{}>\r\nSubject: {subject}\r\n\r\nhello\r\n", to[0]);
    let sent = server.far().host().in_network(|| {
        let mut session = Session::open(&server.dial(587), Security::StartTls, SERVER, "laptop.home.test").unwrap();
        let login = session.auth_plain(user, &Secret::new(password)).unwrap();
        assert_eq!(login.code, 235, "{login}");
        session.send(user, to, &letter).unwrap()
    });
    sent.unwrap()
}

/// Recipients count, not messages: two and two are four, and the fifth is put off in words that its reader understands.
fn one_login_is_counted(server: &Server) {
    let twice = [BEN.0, ANNA.0];
    for n in 0..ALLOWED / twice.len() {
        let reply = submit(server, ANNA, &twice, &format!("allowed {n}"));
        assert_eq!(reply.code, 250, "{reply}");
    }
    let reply = submit(server, ANNA, &[BEN.0], "too much");
    let said = reply.to_string();
    assert!(reply.is(450, "4.7.1") && said.contains("This login has sent too much"), "{said}");
    assert!(said.contains("4 recipients a minute, 200 an hour and 500 a day. Try again later"), "{said}");
    let other = submit(server, BEN, &[ANNA.0], "of another login");
    assert_eq!(other.code, 250, "{other}");
}

/// How many letters go to our own users.
const LETTERS: usize = 200;

/// Hands in that many letters to Ben at once, on the server itself, and says how many seconds it took until all were there.
fn local(server: &Server) -> f64 {
    let count = "find /var/vmail/example.org/ben -path '*/new/*' -type f | wc -l";
    let count = || server.sh(count).trim().parse::<usize>().unwrap();
    let before = count();
    let started = Instant::now();
    server.sh(&format!("smtp-source -s 4 -m {LETTERS} -f root@{SERVER} -t {} -l 600 -M {SERVER} 127.0.0.1:25", BEN.0));
    while count() < before + LETTERS {
        if started.elapsed() > Duration::from_secs(30) {
            let why = server.sh("postqueue -p; journalctl --no-pager -b | grep -E 'deferred|bounced' | tail -20");
            assert!(count() >= before + LETTERS, "{} of {LETTERS} are there\n{why}", count() - before);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    started.elapsed().as_secs_f64()
}

/// Messages to one domain leave with a pause between them; meanwhile our own users get theirs as fast as ever.
fn mail_goes_out_slowly(server: &Server, alone: f64) {
    const MESSAGES: usize = 4;
    server.sh(&format!(
        "for n in 1 2 3 4; do printf 'From: <{0}>\\nSubject: paced\\n\\nhello\\n' | sendmail -f {0} friend$n@{FAR_DOMAIN}; done",
        ANNA.0
    ));
    let beside = local(server);
    let waiting = server.sh("postqueue -p | tail -1");
    println!("beside the outbound queue: {beside:.1} s; then {}", waiting.trim());
    // With the pause for every transport (default_destination_rate_delay) this would take 400 s.
    assert!(beside < 30.0 && beside < alone * 3.0 + 3.0, "{beside:.1} s, {alone:.1} s without");
    let until = Instant::now() + Duration::from_secs(30);
    let arrivals = || -> Vec<f64> {
        let log = server.far().host().program("journalctl");
        let log = log.args(["--no-pager", "--output=short-unix", "--grep=client="]).success().unwrap();
        let at = |line: &str| line.split_whitespace().next()?.parse().ok();
        log.stdout.lines().filter(|line| line.contains("client=mail.example.org")).filter_map(at).collect()
    };
    while arrivals().len() < MESSAGES {
        assert!(Instant::now() < until, "{:?}", arrivals());
        std::thread::sleep(Duration::from_millis(200));
    }
    let arrivals = arrivals();
    let gaps: Vec<f64> = arrivals.windows(2).map(|pair| pair[1] - pair[0]).collect();
    println!("gaps between the arrivals: {gaps:.1?} s");
    // The queue manager's clock ticks in seconds.
    let least = |pauses: f64| pauses.mul_add(PAUSE, -1.0);
    let whole: f64 = gaps.iter().sum();
    assert!(gaps.len() == MESSAGES - 1 && gaps.iter().all(|gap| *gap >= least(1.0)), "{gaps:?}");
    assert!((least(3.0)..15.0).contains(&whole), "{gaps:?}");
}

fn nobody_sends_uncounted(server: &Server) {
    server.sh("systemctl stop policyd-rate-limit");
    let reply = submit(server, BEN, &[ANNA.0], "uncounted");
    assert!(reply.is(451, "4.3.0") && reply.to_string().contains("cannot be counted just now"), "{reply}");
    let output = server.mailwright(&["check", "limits", "--json"]);
    assert!(output.code == Some(1) && output.stdout.contains("gives no answer"), "{}", output.stdout);
    server.sh("systemctl start policyd-rate-limit");
    // A crash does not keep our users waiting: it is started again.
    server.sh(
        "sleep 0.5; kill -9 $(systemctl show -P MainPID policyd-rate-limit); \
         for n in $(seq 40); do sleep 0.1; [ -S /var/spool/postfix/ratelimit/socket/policy ] && \
         systemctl is-active --quiet policyd-rate-limit && [ $(systemctl show -P NRestarts policyd-rate-limit) = 1 ] && \
         exit 0; done; exit 1",
    );
}

/// With right passwords or wrong ones, where the answers set a bound (without one there is none, see `honest_mail_on_hosts.rs`);
/// here from an address that did not call before.
fn the_answers_bound_the_logins(server: &Server) {
    let replies = server.far().host().in_network(|| {
        let dial = mailwright::probe::dial::Dial::new("[2001:db8::10]:465".parse().unwrap());
        let mut replies = Vec::new();
        // An smtpd ends a call after a few mistakes, so each try has its own.
        for _ in 0..=LOGINS {
            let mut session = Session::open(&dial, Security::Tls, SERVER, "guesser.test").unwrap();
            replies.push(session.auth_plain(ANNA.0, &Secret::new(ANNA.1)).unwrap());
        }
        replies
    });
    let replies = replies.unwrap();
    assert!(replies[..LOGINS].iter().all(|reply| reply.code == 235), "{replies:?}");
    let last = &replies[LOGINS];
    assert!(last.is(450, "4.7.1") && last.to_string().contains("too many"), "{last}");
}
