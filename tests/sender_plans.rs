//! What the answers about senders make of the plan: SPF, DKIM, DMARC and spoofed senders, on recorded machines.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use mailwright::answers::{self, Answers};
use mailwright::change::{Change, Daemon};
use mailwright::facts::{DkimKeys, Facts};
use mailwright::plan::Plan;

#[path = "support/planned.rs"]
mod planned;

use planned::text;

fn machine() -> Facts {
    planned::machine("trixie")
}

/// The example with one line of it in force, said otherwise.
fn example(line: &str, said: &str) -> Answers {
    let text = answers::EXAMPLE.replacen(&format!("\n# {line}\n"), &format!("\n{said}\n"), 1);
    assert!(line.is_empty() || text != answers::EXAMPLE, "the example has no line {line}");
    answers::parse(&text, Path::new("answers.toml")).unwrap()
}

/// In its section: `incoming` stands in two.
fn incoming(section: &str, word: &str) -> Answers {
    let (before, after) = answers::EXAMPLE.split_once(&format!("\n[{section}]\n")).unwrap();
    let after = after.replacen("# incoming = \"reject\"", &format!("incoming = \"{word}\""), 1);
    answers::parse(&format!("{before}\n[{section}]\n{after}"), Path::new("answers.toml")).unwrap()
}

fn packages(answers: &Answers) -> (Vec<String>, Vec<Daemon>) {
    let plan = Plan::new(answers, &machine()).unwrap();
    let set = plan.changes().find_map(|(_, change)| match change {
        Change::Packages(set) => Some((set.names.clone(), set.hold.clone())),
        _ => None,
    });
    set.unwrap()
}

const MAIN_CF: &str = "/etc/postfix/main.cf";
const MASTER_CF: &str = "/etc/postfix/master.cf";

#[test]
fn what_fails_spf_is_refused_marked_or_not_asked() {
    const CONFIG: &str = "/etc/postfix-policyd-spf-python/policyd-spf.conf";
    // policyd-spf.conf(5): Fail rejects, False never does; TestOnly = 1 is no test.
    for (word, says) in [("reject", "Fail"), ("mark", "False")] {
        let config = text(&incoming("spf", word), &machine(), CONFIG);
        for key in ["HELO_reject", "Mail_From_reject"] {
            assert!(config.contains(&format!("\n{key} = {says}\n")), "{config}");
        }
        assert!(config.contains("\nTestOnly = 1\n"), "{config}");
    }
    let off = incoming("spf", "off");
    assert_eq!(text(&off, &machine(), CONFIG), "");
    for path in [MAIN_CF, MASTER_CF] {
        assert!(text(&incoming("spf", "mark"), &machine(), path).contains("policyd-spf"));
        assert!(!text(&off, &machine(), path).contains("policyd-spf"), "{path}");
    }
    assert!(!packages(&off).0.contains(&"postfix-policyd-spf-python".to_owned()));
}

#[test]
fn what_fails_dmarc_is_refused_marked_or_not_asked() {
    const CONFIG: &str = "/etc/opendmarc.conf";
    for (word, says) in [("reject", "true"), ("mark", "false")] {
        let config = text(&incoming("dmarc", word), &machine(), CONFIG);
        assert!(config.lines().any(|line| line.split_whitespace().eq(["RejectFailures", says])), "{config}");
    }
    let off = incoming("dmarc", "off");
    assert_eq!(text(&off, &machine(), CONFIG), "");
    assert!(!text(&off, &machine(), MAIN_CF).contains("opendmarc"));
    let (names, held) = packages(&off);
    assert!(!names.iter().any(|name| name == "opendmarc") && !held.contains(&Daemon::Opendmarc), "{names:?}");
    assert!(text(&off, &machine(), MAIN_CF).contains("\nsmtpd_milters = unix:opendkim/opendkim.sock\n"));
    // What our milter looks SPF up with is there where mail is refused for DMARC, and nowhere else.
    for (word, is_there) in [("reject", true), ("mark", false), ("off", false)] {
        let names = packages(&incoming("dmarc", word)).0;
        assert_eq!(names.contains(&"python3-spf".to_owned()), is_there, "{word}");
    }
}

#[test]
fn the_milter_is_python_whatever_the_answers_are() {
    for word in ["reject", "mark", "off"] {
        let program = text(&incoming("dmarc", word), &machine(), "/etc/opendkim/authors");
        let parse = "import ast, sys; names = {node.id for node in ast.walk(ast.parse(sys.stdin.read())) \
                     if isinstance(node, ast.Name)}; print('DNS' in names, 'spf' in names)";
        let mut python = std::process::Command::new("python3");
        python.args(["-c", parse]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut python = python.spawn().unwrap();
        std::io::Write::write_all(python.stdin.as_mut().unwrap(), program.as_bytes()).unwrap();
        let said = python.wait_with_output().unwrap();
        assert!(said.status.success(), "{word}");
        // The DNS is asked, and its modules are there, where mail is refused alone.
        let asks = if word == "reject" { "True True\n" } else { "False False\n" };
        assert_eq!(String::from_utf8_lossy(&said.stdout), asks, "{word}");
    }
}

#[test]
fn a_spoofed_sender_is_refused_thrown_away_or_taken() {
    const MAP: &str = "/etc/postfix/sql/spoofed-senders.cf";
    let line = "spoofed_senders = \"reject\"";
    let map = |word: &str| text(&example(line, &format!("spoofed_senders = \"{word}\"")), &machine(), MAP);
    assert!(map("reject").contains("SELECT 'REJECT 5.7.1 ") && map("discard").contains("SELECT 'DISCARD "));
    // mysql_table(5): %d is the domain of an address, and a look-up of anything else is none.
    assert!(map("reject").contains("name = CONVERT('%d' USING ascii)"));
    assert_eq!(map("off"), "");
    let off = example(line, "spoofed_senders = \"off\"");
    assert!(!text(&off, &machine(), MAIN_CF).contains("spoofed"));
    // Before anything that could let the sender in, and behind what lets this machine's own mail through.
    let main = text(&example("", ""), &machine(), MAIN_CF);
    let at = |word: &str| main.find(word).unwrap();
    assert!(at("\nsmtpd_sender_restrictions") < at("check_sender_access"), "{main}");
    assert!(at("check_sender_access") < at("\nsmtpd_relay_restrictions"), "{main}");
}

#[test]
fn a_new_key_signs_once_the_world_sees_it() {
    const TABLE: &str = "/etc/opendkim/key.table";
    let wanted = example("selector = \"s1\"", "selector = \"s2\"");
    let signs = |facts: &Facts| {
        let table = text(&wanted, facts, TABLE);
        let line = table.lines().find(|line| line.starts_with("example.org ")).unwrap().to_owned();
        line.split(':').nth(1).unwrap().to_owned()
    };
    let keys = |names: &[&str], signing: Option<&str>, seen: &[&str]| {
        let public = names.iter().map(|name| ((*name).to_owned(), "MIIB".to_owned())).collect();
        let seen = seen.iter().map(|name| (*name).to_owned()).collect();
        Facts { dkim: DkimKeys { public, signing: signing.map(str::to_owned), since: None, seen }, ..machine() }
    };
    assert_eq!(signs(&keys(&[], None, &[])), "s2", "there was none before");
    assert_eq!(signs(&keys(&["s1"], Some("s1"), &[])), "s1", "not made yet");
    assert_eq!(signs(&keys(&["s1", "s2"], Some("s1"), &[])), "s1", "not seen yet");
    assert_eq!(signs(&keys(&["s1", "s2"], Some("s1"), &["s2"])), "s2", "seen");
    assert_eq!(signs(&keys(&["s2"], Some("s1"), &[])), "s2", "the old key is lost");
    assert_eq!(signs(&keys(&["s1", "s2"], Some("s2"), &[])), "s2", "it signs already");
}

#[test]
fn the_machines_own_mail_is_signed_for_the_domain_that_its_name_lies_in() {
    let table = text(&example("", ""), &machine(), "/etc/opendkim/signing.table");
    assert!(
        table.contains("\n*@example.org example.org\n") && table.contains("\n*@example.net example.net\n"),
        "{table}"
    );
    assert!(table.contains("\n*@mail.example.org example.org\n"), "{table}");
    let elsewhere = answers::EXAMPLE.replace("\"mail.example.org\"", "\"mx.example.com\"");
    let elsewhere = answers::parse(&elsewhere, Path::new("answers.toml")).unwrap();
    assert!(!text(&elsewhere, &machine(), "/etc/opendkim/signing.table").contains("mx.example.com"));
}
