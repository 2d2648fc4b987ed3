//! What the answers about fail2ban and a firewall make of the plan, on recorded machines.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use mailwright::answers::{self, Answers};
use mailwright::change::{Change, Daemon, OpenPorts};
use mailwright::check::Check;
use mailwright::facts::{Chain, Facts, Firewall, Listener, Release};
use mailwright::plan::Plan;
use mailwright::steps;

#[path = "support/planned.rs"]
mod planned;

use planned::{machine, text};

const JAILS: &str = "/etc/fail2ban/jail.d/mailwright.local";
const SSHD: &str = "/etc/fail2ban/jail.d/mailwright-sshd.conf";
const POSTFIX_FILTER: &str = "/etc/fail2ban/filter.d/mailwright-postfix.conf";
const FILTER: &str = "/etc/fail2ban/filter.d/mailwright-dovecot.conf";
const NFTABLES: &str = "/etc/nftables.conf";
const PORTS: [u16; 7] = [25, 110, 143, 465, 587, 993, 995];

/// The example with lines of it in force, said otherwise.
fn example(lines: &[(&str, &str)]) -> Answers {
    let mut text = answers::EXAMPLE.to_owned();
    for (line, said) in lines {
        let old = text.clone();
        text = text.replacen(&format!("\n# {line}\n"), &format!("\n{said}\n"), 1);
        assert!(text != old, "the example has no line {line}");
    }
    answers::parse(&text, Path::new("answers.toml")).unwrap()
}

fn packages(answers: &Answers, facts: &Facts) -> (Vec<String>, Vec<Daemon>) {
    let plan = Plan::new(answers, facts).unwrap();
    let set = plan.changes().find_map(|(_, change)| match change {
        Change::Packages(set) => Some((set.names.clone(), set.hold.clone())),
        _ => None,
    });
    set.unwrap()
}

fn of_step(id: &str, answers: &Answers, facts: &Facts) -> (Vec<Change>, Vec<Check>) {
    let step = steps::named(id).unwrap();
    ((step.changes)(answers, facts), (step.checks)(answers, facts))
}

/// One jail's settings.
fn jail(text: &str, name: &str) -> Vec<(String, String)> {
    let body = text.split(&format!("\n[{name}]\n")).nth(1).unwrap().split("\n[").next().unwrap();
    let pair = |line: &str| line.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    body.lines().filter(|line| !line.starts_with('#')).filter_map(pair).collect()
}

#[test]
fn each_jail_reads_the_journal_of_its_daemon_and_bans_from_the_mail_ports_alone() {
    let acme = [("source = \"self-signed\"", "source = \"acme\"")];
    for (release, postfix, said) in
        [(Release::Bookworm, "postfix@-.service", &[][..]), (Release::Trixie, "postfix.service", &acme)]
    {
        let (answers, facts) = (example(said), machine(release.codename()));
        // An authority's proof comes in by 80, which is no port of mail.
        assert_eq!(steps::firewall::ports(&answers).contains(&80), !said.is_empty());
        let text = text(&answers, &facts, JAILS);
        for (name, unit) in [("postfix", postfix), ("postfix-sasl", postfix), ("dovecot", "dovecot.service")] {
            let jail = jail(&text, name);
            let get = |key: &str| jail.iter().find(|(it, _)| it == key).map(|(_, value)| value.as_str()).unwrap();
            assert_eq!(get("journalmatch"), format!("_SYSTEMD_UNIT={unit}"));
            assert_eq!(
                (get("enabled"), get("backend"), get("banaction")),
                ("true", "systemd", "nftables[type=multiport]")
            );
            assert_eq!((get("maxretry"), get("findtime"), get("bantime")), ("5", "10m", "1h"));
            assert_eq!(get("port"), PORTS.map(|port| port.to_string()).join(","));
            for never in ["127.0.0.0/8", "::1", "203.0.113.10", "2001:db8::10"] {
                assert!(get("ignoreip").split(' ').any(|one| one == never), "{never}: {}", get("ignoreip"));
            }
        }
        // What is not ours is not spoken of: other jails keep their own defaults.
        assert!(!text.contains("[DEFAULT]") && !text.contains("[sshd]"), "{text}");
    }
}

#[test]
fn dovecot_2_4_gets_a_filter_that_knows_it_and_an_unread_log_of_ssh_the_journal() {
    let trixie = machine("trixie");
    assert!(text(&example(&[]), &trixie, FILTER).contains("Login aborted"));
    assert!(text(&example(&[]), &trixie, JAILS).contains("= mailwright-dovecot\n"));
    let mut bookworm = machine("bookworm");
    assert_eq!(text(&example(&[]), &bookworm, FILTER), "");
    bookworm.sshd_unread = true;
    assert!(!text(&example(&[]), &bookworm, JAILS).contains("[sshd]"), "ours is switched off");
    bookworm.dpkg.installed.insert("fail2ban".into(), "1.0.2-2".into());
    let sshd = jail(&text(&example(&[]), &bookworm, JAILS), "sshd");
    assert!(sshd.contains(&("backend".into(), "systemd".into())) && sshd.len() == 2, "{sshd:?}");
}

#[test]
fn a_fail2ban_of_ours_leaves_ssh_alone_and_one_that_was_there_guards_it_as_it_did() {
    for release in Release::ALL {
        let mut facts = machine(release.codename());
        let off = text(&example(&[]), &facts, SSHD);
        assert_eq!(jail(&off, "sshd"), [("enabled".to_owned(), "false".to_owned())]);
        facts.dpkg.installed.insert("fail2ban".into(), "1.1.0-8".into());
        assert_eq!(text(&example(&[]), &facts, SSHD), "");
        // The next run finds it installed, by ourselves.
        facts.fail2ban_came = true;
        assert_eq!(text(&example(&[]), &facts, SSHD), off);
    }
}

#[test]
fn the_jail_of_port_25_has_a_filter_of_its_own() {
    for release in Release::ALL {
        let (answers, facts) = (example(&[]), machine(release.codename()));
        let jails = text(&answers, &facts, JAILS);
        assert!(jail(&jails, "postfix").contains(&("filter".into(), "mailwright-postfix".into())));
        let filter = text(&answers, &facts, POSTFIX_FILTER);
        let rules: Vec<&str> = filter.lines().filter(|line| !line.starts_with('#')).collect();
        let rules = rules.join("\n");
        assert!(rules.contains("Relay access denied") && rules.contains("postfix/smtpd\n"), "{filter}");
        assert!(!["ser unknown", "ndeliverable", "not found"].iter().any(|word| rules.contains(word)), "{filter}");
    }
}

#[test]
fn the_answers_set_the_ban() {
    let lines = [
        ("ban_time = \"1h\"", "ban_time = \"48h\""),
        ("find_time = \"10m\"", "find_time = \"90m\""),
        ("tries = 5", "tries = 3"),
        ("ignore = [\"198.51.100.0/24\", \"2001:db8:1::/48\"]", "ignore = [\"198.51.100.0/24\"]"),
    ];
    let text = text(&example(&lines), &machine("trixie"), JAILS);
    for line in ["bantime      = 2d", "findtime     = 90m", "maxretry     = 3"] {
        assert_eq!(text.matches(line).count(), 3, "{line}\n{text}");
    }
    assert_eq!(text.matches(" 198.51.100.0/24\n").count(), 3);
}

#[test]
fn without_fail2ban_nothing_of_it_is_there_and_one_that_is_there_is_not_held() {
    let no = example(&[("fail2ban = \"yes\"", "fail2ban = \"no\"")]);
    let mut facts = machine("trixie");
    let (names, held) = packages(&no, &facts);
    assert!(
        !names.iter().any(|name| ["fail2ban", "nftables", "python3-systemd"].contains(&name.as_str())),
        "{names:?}"
    );
    assert!(!held.contains(&Daemon::Fail2ban));
    let (changes, checks) = of_step("fail2ban", &no, &facts);
    assert!(changes.is_empty() && checks.is_empty());
    assert!(packages(&example(&[]), &facts).1.contains(&Daemon::Fail2ban));
    facts.dpkg.installed.insert("fail2ban".into(), "1.1.0-8".into());
    assert!(!packages(&example(&[]), &facts).1.contains(&Daemon::Fail2ban));
}

#[test]
fn a_firewall_that_is_there_lets_the_mail_ports_in() {
    let chain = Chain { family: "inet".into(), table: "filter".into(), name: "input".into() };
    let walls = [
        (Firewall::Nftables { chains: vec![chain] }, vec![NFTABLES]),
        (Firewall::Ufw, vec!["/etc/ufw/user.rules", "/etc/ufw/user6.rules"]),
        (
            Firewall::Firewalld { zones: vec!["public".into()] },
            vec!["/etc/firewalld/zones/public.xml", "/etc/firewalld/zones/public.xml.old"],
        ),
    ];
    let off = example(&[("firewall = \"open\"", "firewall = \"off\"")]);
    let install = example(&[("firewall = \"open\"", "firewall = \"install\"")]);
    for (wall, paths) in walls {
        let facts = Facts { firewall: Some(wall.clone()), ..machine("trixie") };
        // Beside one that is there no other is made.
        for answers in [example(&[]), install.clone()] {
            let (changes, checks) = of_step("firewall", &answers, &facts);
            assert_eq!(changes, [Change::Firewall(OpenPorts { wall: wall.clone(), ports: PORTS.to_vec() })]);
            assert_eq!(changes[0].paths(), paths.iter().map(Into::into).collect::<Vec<std::path::PathBuf>>());
            assert_eq!(checks, [Check::LetIn { ports: PORTS.to_vec() }]);
        }
        let (changes, checks) = of_step("firewall", &off, &facts);
        assert!(changes.is_empty() && checks.is_empty());
    }
}

#[test]
fn without_a_firewall_one_is_made_only_when_it_is_asked_for() {
    let mut facts = machine("trixie");
    let (changes, checks) = of_step("firewall", &example(&[]), &facts);
    assert!(changes.is_empty() && checks.is_empty());
    let listener = |port, address: &str, program: &str| Listener {
        address: address.parse().unwrap(),
        port,
        program: Some(program.to_owned()),
    };
    facts.listeners = vec![
        listener(2222, "0.0.0.0", "sshd"),
        listener(2222, "::", "sshd"),
        listener(6010, "127.0.0.1", "sshd"),
        listener(80, "0.0.0.0", "nginx"),
    ];
    let install = [("firewall = \"open\"", "firewall = \"install\""), ("fail2ban = \"yes\"", "fail2ban = \"no\"")];
    let install = example(&install);
    let rules = text(&install, &facts, NFTABLES);
    assert!(rules.contains("\ttcp dport { 2222 } accept\n") && !rules.contains("53 accept"), "{rules}");
    assert!(rules.contains("tcp dport { 25, 110, 143, 465, 587, 993, 995 } accept comment \"mailwright\"\n"));
    assert!(!rules.contains("\nflush ruleset"), "the tables of others stay");
    assert!(packages(&install, &facts).0.contains(&"nftables".to_owned()));
    assert!(text(&install, &machine("trixie"), NFTABLES).contains("\ttcp dport { 22 } accept\n"));
    let more = [listener(22, "::", "systemd"), listener(2200, "0.0.0.0", "dropbear"), listener(443, "::", "nginx")];
    facts.listeners.extend(more);
    facts.ssh_session = Some(2022);
    let rules = text(&install, &facts, NFTABLES);
    assert!(rules.contains("\ttcp dport { 22, 2022, 2200, 2222 } accept\n"), "{rules}");
}

#[test]
fn rules_that_ours_would_replace_are_named_and_stay() {
    let install = example(&[("firewall = \"open\"", "firewall = \"install\"")]);
    let mut facts = machine("bookworm");
    facts.nftables_rules = vec!["type nat hook postrouting priority srcnat".into(), "masquerade".into()];
    let (changes, checks) = of_step("firewall", &install, &facts);
    assert!(changes.is_empty(), "{changes:?}");
    let [check @ Check::Found(finding)] = checks.as_slice() else { panic!("{checks:?}") };
    assert_eq!(finding.evidence, "type nat hook postrouting priority srcnat\nmasquerade");
    assert!(check.fix().contains("25, 110, 143, 465, 587, 993, 995"), "{}", check.fix());
    let (changes, checks) = of_step("firewall", &example(&[]), &facts);
    assert!(changes.is_empty() && checks.is_empty());
}

#[test]
fn rules_that_nobody_else_should_edit_are_named() {
    let seen = vec!["nftables chain ip filter INPUT".to_owned()];
    let facts = Facts { firewall: Some(Firewall::Other { seen: seen.clone() }), ..machine("trixie") };
    let (changes, checks) = of_step("firewall", &example(&[]), &facts);
    assert!(changes.is_empty());
    assert!(matches!(checks.as_slice(), [Check::Found(finding)] if finding.evidence == seen[0]), "{checks:?}");
    assert!(checks[0].fix().contains("25, 110, 143, 465, 587, 993, 995"), "{}", checks[0].fix());
}
