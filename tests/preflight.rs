//! Preflight on recorded machines: each names what stands out there; everything else must pass.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking, helpers included.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::Path;

use mailwright::answers::{Abuse, Address, Answers, Tls, Wall};
use mailwright::check::{Check, Finding, Outcome};
use mailwright::facts::{Facts, MailOut, Release};
use mailwright::steps::preflight;

use Outcome::{Fail, Pass, Unknown, Warn};

/// The recorded machine, and every finding that is no pass there.
const MACHINES: &[(&str, &[(&str, Outcome)])] = &[
    ("fresh-bookworm", &[]),
    ("fresh-trixie", &[]),
    ("finished-bookworm", &[]),
    ("finished-trixie", &[]),
    // What root alone sees stays unknown; nothing that is ours is taken for a stranger's.
    ("finished-not-root", &[("is-root", Fail), ("dpkg-lock", Unknown), ("mail-configuration", Unknown)]),
    ("container-with-cache", &[]),
    ("vps-512mb", &[("memory", Warn), ("free-disk", Warn), ("name-before", Warn)]),
    ("vps-vendor-data", &[("memory", Warn), ("free-disk", Warn), ("name-before", Warn), ("cloud-init", Warn)]),
    ("nat", &[("address-ipv4", Warn)]),
    ("exim4-local", &[("other-mail-server", Warn), ("ports-free", Warn)]),
    ("exim4-for-the-world", &[("other-mail-server", Fail), ("ports-free", Fail)]),
    ("foreign-postfix", &[("mail-configuration", Warn)]),
    ("ubuntu", &[("debian-release", Fail)]),
    ("dpkg-broken", &[("dpkg-healthy", Fail)]),
    ("cut-off-by-a-power-cut", &[("dpkg-healthy", Warn)]),
    ("first-automatic-update", &[("dpkg-healthy", Warn), ("dpkg-lock", Warn)]),
    ("no-mirror", &[("packages-at-hand", Fail)]),
    (
        "tiny-board",
        &[("architecture", Fail), ("memory", Fail), ("free-disk", Fail), ("clock", Fail), ("address-ipv4", Fail)],
    ),
    ("web-server", &[("database-server", Warn), ("ports-free", Fail)]),
    ("database-and-courier", &[("database-server", Warn), ("other-mail-server", Fail), ("clock", Warn)]),
    (
        "chroot-not-root",
        &[("is-root", Fail), ("init-systemd", Fail), ("dpkg-lock", Unknown), ("packages-at-hand", Unknown)],
    ),
];

fn machine(name: &str) -> Facts {
    let text = std::fs::read_to_string(Path::new("tests/machines").join(name).with_extension("json")).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn answers() -> Answers {
    Answers {
        hostname: "mail.example.org".parse().unwrap(),
        ipv4: Address::Detect,
        ipv6: Address::Detect,
        contact: "anna@example.org".parse().unwrap(),
        domains: vec!["example.org".parse().unwrap()],
        mailboxes: Vec::new(),
        aliases: Vec::new(),
        tls: Tls::SelfSigned,
        zone: mailwright::answers::Zone::default(),
        message_size_limit: Answers::DEFAULT_MESSAGE_SIZE_LIMIT,
        resolvers: vec![],
        spf: mailwright::answers::Spf::default(),
        dkim: mailwright::answers::Dkim::default(),
        dmarc: mailwright::answers::Dmarc::default(),
        limits: mailwright::answers::Limits::default(),
        spoofed_senders: mailwright::answers::Spoofed::default(),
        further_domains: mailwright::answers::Further::default(),
        sender_id: false,
        firewall: Wall::Open,
        abuse: Abuse::default(),
    }
}

fn findings(answers: &Answers, facts: &Facts) -> Vec<Finding> {
    let found = |check| match check {
        Check::Found(finding) => finding,
        other => panic!("preflight asks for {}", other.id()),
    };
    (preflight::STEP.checks)(answers, facts).into_iter().map(found).collect()
}

fn finding(answers: &Answers, facts: &Facts, id: &str) -> (Outcome, String) {
    let found = findings(answers, facts).into_iter().find(|finding| finding.id == id).unwrap();
    (found.outcome, found.evidence)
}

#[test]
fn each_machine_has_what_stands_out_and_nothing_else() {
    for (name, expected) in MACHINES {
        let found = findings(&answers(), &machine(name));
        let odd = found.iter().filter(|finding| finding.outcome != Pass);
        let odd: BTreeMap<&str, (Outcome, &str)> =
            odd.map(|finding| (finding.id, (finding.outcome, finding.evidence.as_str()))).collect();
        let seen: BTreeMap<&str, Outcome> = odd.iter().map(|(id, (outcome, _))| (*id, *outcome)).collect();
        assert_eq!(seen, expected.iter().copied().collect(), "{name}: {odd:?}");
    }
}

#[test]
fn what_would_stop_a_setup_half_way_is_named_before_it() {
    use mailwright::facts::{AptSays, Database, MailAccount, Unfit};
    let told = |id: &str, change: &dyn Fn(&mut Facts)| {
        let mut facts = machine("fresh-trixie");
        change(&mut facts);
        finding(&answers(), &facts, id)
    };
    let fails = |id: &str, change: &dyn Fn(&mut Facts), name: &str| {
        let (outcome, evidence) = told(id, change);
        assert!(outcome == Fail && evidence.contains(name), "{id}: {outcome:?} {evidence}");
    };
    fails("apt-willing", &|facts| facts.dpkg.held = vec!["postfix".into()], "postfix is on hold");
    // A hold of what is none of ours, or is installed already, is nobody's obstacle.
    assert_eq!(told("apt-willing", &|facts| facts.dpkg.held = vec!["linux-image-amd64".into()]).0, Pass);
    let broken = "E: Malformed entry 2 in list file /etc/apt/sources.list (Component)";
    fails("apt-willing", &|facts| facts.apt = AptSays { refuses: vec![broken.into()], ..AptSays::default() }, broken);
    let removes = |facts: &mut Facts| facts.apt.removes = vec!["bsd-mailx".into(), "exim4-base".into()];
    assert_eq!(told("apt-removes", &removes), (Warn, "bsd-mailx, exim4-base".into()));
    fails("places-writable", &|facts| facts.unwritable = vec!["/etc: mounted read-only".into()], "/etc: mounted");
    let refuses = |facts: &mut Facts| {
        facts.database = Some(Database { refuses_root: Some("access denied for root".into()), unfit: vec![] });
    };
    fails("database-access", &refuses, "access denied");
    let unfit = |facts: &mut Facts| {
        let table = Unfit { table: "domains".into(), why: "it lacks the columns active".into() };
        facts.database = Some(Database { refuses_root: None, unfit: vec![table] });
    };
    fails("database-tables", &unfit, "mailserver.domains: it lacks the columns active");
    let taken = |facts: &mut Facts| facts.mail_account = MailAccount { uid: 5001, gid: 5001, unfit: None };
    assert_eq!(told("mail-account", &taken), (Pass, "vmail gets the id 5001, since 5000 is taken".into()));
    let other = |facts: &mut Facts| facts.mail_account.unfit = Some("the home of vmail is /srv/mail".into());
    fails("mail-account", &other, "/srv/mail");
}

#[test]
fn a_hash_that_this_release_refuses_is_named() {
    let mut answers = answers();
    let hash = "$1$sJpmlbSO$iOUhlU0rNKQsvTbm3037D1";
    let text = format!(
        "hostname = \"mail.example.org\"\ncontact = \"anna@example.org\"\ndomain = [{{ name = \"example.org\" }}]\n\
         [[mailbox]]\naddress = \"anna@example.org\"\npassword = \"{hash}\"\n"
    );
    answers.mailboxes = mailwright::answers::parse(&text, Path::new("answers.toml")).unwrap().mailboxes;
    for (name, outcome) in [("fresh-trixie", Fail), ("fresh-bookworm", Warn)] {
        let expected = (outcome, "anna@example.org {MD5-CRYPT}".to_owned());
        assert_eq!(finding(&answers, &machine(name), "password-schemes"), expected);
    }
}

#[test]
fn every_recorded_machine_is_used() {
    let name = |entry: std::fs::DirEntry| entry.path().file_stem().unwrap().to_str().unwrap().to_owned();
    let there: BTreeSet<String> =
        std::fs::read_dir("tests/machines").unwrap().map(|entry| name(entry.unwrap())).collect();
    assert_eq!(there, MACHINES.iter().map(|(name, _)| (*name).to_owned()).collect());
}

#[test]
fn every_finding_has_evidence_and_words_for_what_it_came_to() {
    let mut seen = BTreeSet::new();
    for (name, _) in MACHINES {
        let fresh = name.starts_with("fresh-bookworm");
        let mail_out = MailOut { ipv4: fresh.then_some(false), ipv6: None };
        let facts = Facts { ahead: fresh.then_some(Release::Trixie), mail_out, ..machine(name) };
        for finding in findings(&answers(), &facts) {
            assert!(!finding.evidence.is_empty(), "{name}: {}", finding.id);
            seen.insert(finding.id);
            let check = Check::Found(finding);
            for words in [check.title(), check.means(), check.fix()] {
                assert!(!words.starts_with("check-") && !words.contains('{'), "{name}: {words}");
            }
        }
    }
    assert_eq!(seen, preflight::ids().collect());
}

#[test]
fn what_is_told_names_the_thing() {
    let told = |name: &str, id: &str| finding(&answers(), &machine(name), id).1;
    assert_eq!(told("first-automatic-update", "dpkg-lock"), "unattended-upgr (pid 712) holds it");
    assert_eq!(told("web-server", "ports-free"), "0.0.0.0:143 (docker-proxy)");
    assert_eq!(told("ubuntu", "debian-release"), "Ubuntu 24.04.2 LTS");
    assert_eq!(told("vps-512mb", "name-before"), "vps-1234.hoster.example becomes mail.example.org");
    assert_eq!(told("fresh-trixie", "name-before"), "debian becomes mail.example.org");
}

#[test]
fn an_ipv4_address_of_the_answers_is_held_against_the_machine() {
    let told = |machine_name: &str, address: Address<Ipv4Addr>| {
        finding(&Answers { ipv4: address, ..answers() }, &machine(machine_name), "address-ipv4").0
    };
    let public = |text: &str| Address::Is(text.parse().unwrap());
    assert_eq!(told("fresh-trixie", public("198.51.100.7")), Pass);
    // A slip of the pen: the machine has a public address, and it is another one.
    assert_eq!(told("fresh-trixie", public("198.51.100.8")), Fail);
    // Behind NAT the public address is never on the machine.
    assert_eq!(told("nat", public("203.0.113.9")), Warn);
    assert_eq!(told("nat", public("10.0.0.4")), Warn);
    assert_eq!(told("nat", public("10.0.0.5")), Fail);
    assert_eq!(told("tiny-board", public("198.51.100.7")), Fail);
    assert_eq!(told("fresh-trixie", Address::Unused), Pass);
    // Carriers' own range (RFC 6598) is as private as RFC 1918's.
    let behind_carrier = Facts { ipv4: vec![Ipv4Addr::new(100, 64, 3, 4)], ..machine("fresh-trixie") };
    assert_eq!(finding(&answers(), &behind_carrier, "address-ipv4").0, Warn);
    // IPv6 alone is a server that much of the world cannot write to.
    let ipv6_only = Facts { ipv4: Vec::new(), ..machine("fresh-trixie") };
    assert_eq!(finding(&answers(), &ipv6_only, "address-ipv4").0, Warn);
}

#[test]
fn an_ipv6_address_of_the_answers_is_held_against_the_machine() {
    let told = |facts: &Facts, address| finding(&Answers { ipv6: address, ..answers() }, facts, "address-ipv6").0;
    let fresh = machine("fresh-trixie");
    assert_eq!(told(&fresh, Address::Is("2001:db8::7".parse().unwrap())), Pass);
    assert_eq!(told(&fresh, Address::Is("2001:db8::8".parse().unwrap())), Fail);
    assert_eq!(told(&machine("nat"), Address::Is("2001:db8::7".parse().unwrap())), Fail);
    assert_eq!(told(&machine("nat"), Address::Detect), Pass);
    assert_eq!(told(&fresh, Address::Unused), Pass);
    let local = Facts { ipv6: vec!["fd00::2".parse().unwrap()], ..fresh };
    assert_eq!(told(&local, Address::Detect), Warn);
}

#[test]
fn a_port_that_is_shut_on_the_way_out_is_told_before_the_start() {
    let told = |ipv4, ipv6| {
        let facts = Facts { mail_out: MailOut { ipv4, ipv6 }, ..machine("fresh-trixie") };
        findings(&answers(), &facts).into_iter().find(|finding| finding.id == "mail-out")
    };
    let shut = told(Some(false), Some(true)).unwrap();
    assert_eq!((shut.outcome, &*shut.evidence), (Warn, "no mail server elsewhere answers on port 25 by IPv4"));
    assert!(told(Some(true), Some(false)).unwrap().evidence.ends_with("by IPv6"));
    // Where nobody could be called nothing is known, and nothing is said.
    assert!(told(Some(true), Some(true)).is_none() && told(None, None).is_none());
}

#[test]
fn the_limits_are_where_they_are_said_to_be() {
    let memory = |mib| finding(&answers(), &Facts { memory_mib: mib, ..machine("fresh-trixie") }, "memory").0;
    assert_eq!([0, 399, 400, 899, 900].map(memory), [Unknown, Fail, Warn, Warn, Pass]);
    let disk = |name: &str, mib| finding(&answers(), &Facts { free_disk_mib: mib, ..machine(name) }, "free-disk").0;
    let fresh = [None, Some(1535), Some(1536), Some(4095), Some(4096)].map(|mib| disk("fresh-trixie", mib));
    assert_eq!(fresh, [Unknown, Fail, Warn, Warn, Pass]);
    // The packages are there already: only the mail needs room.
    let finished = [Some(10), Some(1023), Some(1024)].map(|mib| disk("finished-trixie", mib));
    assert_eq!(finished, [Warn, Warn, Pass]);
}
