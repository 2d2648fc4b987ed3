//! What the steps ask of recorded machines, held as it was read by eye; and what each configuration must say.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::path::Path;

use mailwright::answers::{self, Answers};
use mailwright::change::{Change, Daemon};
use mailwright::facts::{Facts, Release};
use mailwright::plan::Plan;

fn machine(name: &str) -> Facts {
    serde_json::from_str(&std::fs::read_to_string(format!("tests/machines/{name}.json")).unwrap()).unwrap()
}

fn example(alter: impl Fn(&str) -> String) -> Answers {
    answers::parse(&alter(answers::EXAMPLE), Path::new("answers.toml")).unwrap()
}

fn plan(answers: &Answers, machine: &Facts) -> Plan {
    Plan::new(answers, machine).unwrap()
}

fn text(plan: &Plan, path: &str) -> String {
    let text = plan.changes().find_map(|(_, change)| match change {
        Change::File { path: at, content, .. } if at == Path::new(path) => Some(content.shown()),
        _ => None,
    });
    text.unwrap_or_default()
}

fn lines(plan: &Plan) -> String {
    let line = |(step, change): (&str, &Change)| format!("{step:10} {}\n", change.describe());
    plan.changes().map(line).collect::<Vec<_>>().concat()
}

#[test]
fn the_plan_for_a_fresh_debian_12() {
    insta::assert_snapshot!(lines(&plan(&example(str::to_owned), &machine("fresh-bookworm"))));
}

#[test]
fn the_plan_for_a_fresh_debian_13() {
    insta::assert_snapshot!(lines(&plan(&example(str::to_owned), &machine("fresh-trixie"))));
}

#[test]
fn cloud_init_is_told_to_leave_the_names_alone() {
    let mut facts = machine("fresh-trixie");
    assert!(text(&plan(&example(str::to_owned), &facts), "/etc/cloud/cloud.cfg.d/99-mailwright.cfg").is_empty());
    facts.cloud_init = Some(mailwright::facts::CloudInit::default());
    let told = text(&plan(&example(str::to_owned), &facts), "/etc/cloud/cloud.cfg.d/99-mailwright.cfg");
    assert!(told.contains("\npreserve_hostname: true\nmanage_etc_hosts: false\n"), "{told}");
}

/// What postconf(5) and the Dovecot manual name for one address family alone.
#[test]
fn without_ipv6_nothing_listens_on_it() {
    for release in Release::ALL {
        let mut facts = machine("fresh-trixie");
        facts.release = Some(release);
        let answers = example(|text| text.replace("ipv6 = \"2001:db8::10\"", "ipv6 = \"none\""));
        let plan = plan(&answers, &facts);
        assert!(text(&plan, "/etc/postfix/main.cf").contains("\ninet_protocols = ipv4\n"));
        assert!(text(&plan, "/etc/dovecot/dovecot.conf").contains("\nlisten = *\n"));
        assert!(!text(&plan, "/etc/hosts").contains("2001:db8::10"));
    }
}

/// No template leaves a hole, shows a secret, or forgets an answer it was given.
#[test]
fn every_file_is_filled_and_shows_no_secret() {
    for release in Release::ALL {
        let mut facts = machine("fresh-trixie");
        facts.release = Some(release);
        let answers = example(|text| text.replace("# message_size_limit = \"50M\"", "message_size_limit = \"7M\""));
        let plan = plan(&answers, &facts);
        let mut secrets = 0;
        for (_, change) in plan.changes() {
            let Change::File { path, content, .. } = change else { continue };
            let shown = content.shown();
            assert!(
                !shown.contains(['\0', '\r']) && !shown.contains("{{") && !shown.contains("{%"),
                "{}",
                path.display()
            );
            assert!(shown.ends_with('\n'), "{}", path.display());
            secrets += shown.matches("***").count();
        }
        assert_eq!(secrets, 7, "five tables of Postfix, one of OpenDKIM, and one file of Dovecot hold the password");
        assert!(text(&plan, "/etc/postfix/main.cf").contains("\nmessage_size_limit = 7340032\n"));
        assert!(text(&plan, "/etc/postfix/main.cf").contains("\nmyhostname = mail.example.org\n"));
        assert!(text(&plan, "/etc/hosts").contains("203.0.113.10\tmail.example.org mail\n"));
    }
}

/// Postmaster and abuse of every domain are read by somebody (RFC 2142), unless the answers say by whom.
#[test]
fn the_role_addresses_lead_to_the_contact() {
    let rows = lines(&plan(&example(str::to_owned), &machine("fresh-bookworm")));
    for role in ["abuse@example.org", "abuse@example.net", "postmaster@example.net"] {
        assert!(rows.contains(&format!("Add alias {role} to postmaster@example.org\n")), "{rows}");
    }
    assert!(rows.contains("Add alias postmaster@example.org to anna@example.org\n"), "{rows}");
}

/// What Postfix waits with while it is fresh is each table of the plan, and nothing that the plan does not write.
#[test]
fn every_table_is_among_what_postfix_waits_with() {
    let plan = plan(&example(str::to_owned), &machine("fresh-trixie"));
    let paths = plan.stages.iter().flat_map(|stage| &stage.changes).flat_map(Change::paths);
    let written: BTreeSet<String> = paths.map(|path| path.display().to_string()).collect();
    for file in Daemon::ALL.into_iter().flat_map(Daemon::waits_for) {
        assert!(written.contains(*file), "{file} is no file of the plan");
    }
    for table in written.iter().filter(|path| path.starts_with("/etc/postfix/sql/")) {
        assert!(Daemon::Postfix.waits_for().contains(&table.as_str()), "{table}");
    }
}
