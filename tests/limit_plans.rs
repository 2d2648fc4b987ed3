//! What the answers about limits make of the plan, on recorded machines.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use mailwright::answers::{self, Answers};
use mailwright::change::{Change, Daemon};
use mailwright::plan::Plan;
use mailwright::steps::limits;

#[path = "support/planned.rs"]
mod planned;

use planned::{machine, text};

const MAIN_CF: &str = "/etc/postfix/main.cf";
const MASTER_CF: &str = "/etc/postfix/master.cf";
const CONFIG: &str = "/etc/policyd-rate-limit.yaml";

/// The example with these lines below `[limits]`.
fn example(lines: &str) -> Answers {
    let text = answers::EXAMPLE.replacen("\n[limits]\n", &format!("\n[limits]\n{lines}\n"), 1);
    answers::parse(&text, Path::new("answers.toml")).unwrap()
}

#[test]
fn main_cf_has_the_values_of_the_answers_and_none_for_every_transport() {
    let lines = "outgoing = \"normal\"\noutgoing_connections = 3\nincoming_logins = 7\nincoming_messages = 99";
    for release in ["bookworm", "trixie"] {
        for answers in [example(""), example(lines)] {
            let main = text(&answers, &machine(release), MAIN_CF);
            for (name, value) in limits::values(&answers.limits) {
                assert!(main.contains(&format!("\n{name} = {value}\n")), "{name} = {value}\n{main}");
            }
            // They would slow down the delivery to our own mailboxes.
            let of_all = |line: &str| line.starts_with("default_") || line.starts_with("initial_destination");
            assert!(!main.lines().any(of_all), "{main}");
        }
    }
    let gentle: Vec<String> = limits::values(&example("").limits).into_iter().take(4).map(|(_, value)| value).collect();
    assert_eq!(gentle, ["2", "2", "5s", "3"]);
}

/// The entries of a list in main.cf.
fn list(main: &str, name: &str) -> String {
    let start = main.find(&format!("\n{name} =")).unwrap() + 1;
    let lines = main[start..].lines().skip(1).take_while(|line| line.starts_with([' ', '#']));
    lines.filter(|line| !line.trim_start().starts_with('#')).map(str::trim).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_login_is_counted_where_its_version_counts_recipients() {
    let asked = "check_policy_service { unix:ratelimit/socket/policy, timeout=20s, { default_action = 451 4.3.0 ";
    let main = text(&example(""), &machine("bookworm"), MAIN_CF);
    let recipients = list(&main, "mua_recipient_restrictions");
    // Behind everything that refuses, and before what lets our users through.
    let last = recipients.split(asked).nth(1).unwrap().split("} },").nth(1).unwrap().trim();
    assert_eq!(last, "permit_sasl_authenticated, reject", "{recipients}");
    assert!(!main.contains("mua_data_restrictions"), "{main}");
    assert!(!text(&example(""), &machine("bookworm"), MASTER_CF).contains("mua_data_restrictions"));

    let main = text(&example(""), &machine("trixie"), MAIN_CF);
    let data = list(&main, "mua_data_restrictions");
    assert!(data.starts_with("reject_unauth_pipelining, ") && data.contains(asked), "{data}");
    assert!(!list(&main, "mua_recipient_restrictions").contains("ratelimit"), "{main}");
    let master = text(&example(""), &machine("trixie"), MASTER_CF);
    assert_eq!(master.matches("\n  -o smtpd_data_restrictions=$mua_data_restrictions\n").count(), 2, "{master}");

    for release in ["bookworm", "trixie"] {
        let config = text(&example("login_minute = 7\nlogin_hour = 8\nlogin_day = 9"), &machine(release), CONFIG);
        assert!(config.contains("\n    - [7, 60]\n    - [8, 3600]\n    - [9, 86400]\n"), "{config}");
        assert!(config.contains("7 recipients a minute, 8 an hour and 9 a day"), "{config}");
        assert!(
            config.contains("\ndb_error_action: \"451 4.3.0 ") && config.contains("\nreport_to: null\n"),
            "{config}"
        );
        assert_eq!(config.contains("\ncount_mode: 1\n"), release == "trixie", "{config}");
    }
}

#[test]
fn switched_off_nothing_of_it_is_there() {
    let off = example("per_login = \"off\"");
    for release in ["bookworm", "trixie"] {
        let facts = machine(release);
        let plan = Plan::new(&off, &facts).unwrap();
        let of_step = plan.changes().filter(|(step, _)| *step == "limits").count();
        assert_eq!(of_step, 0);
        let set = plan.changes().find_map(|(_, change)| match change {
            Change::Packages(set) => Some(set.clone()),
            _ => None,
        });
        let set = set.unwrap();
        assert!(!set.names.iter().any(|name| name.contains("rate-limit")) && !set.hold.contains(&Daemon::RateLimit));
        for path in [MAIN_CF, MASTER_CF] {
            let text = text(&off, &facts, path);
            assert!(!text.contains("ratelimit") && !text.contains("policyd-rate-limit"), "{text}");
        }
        assert!((limits::STEP.checks)(&off, &facts).is_empty());
    }
}

#[test]
fn postfix_waits_for_it_at_boot_and_it_starts_before_postfix() {
    let plan = Plan::new(&example(""), &machine("trixie")).unwrap();
    let started = |wanted: Daemon| {
        plan.changes()
            .position(|(_, change)| matches!(change, Change::Service { daemon, .. } if *daemon == wanted))
            .unwrap()
    };
    assert!(started(Daemon::RateLimit) < started(Daemon::Postfix));
    let order = text(&example(""), &machine("trixie"), "/etc/systemd/system/postfix.service.d/after.conf");
    assert!(order.contains(" policyd-rate-limit.service"), "{order}");
}
