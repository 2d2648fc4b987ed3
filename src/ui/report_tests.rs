//! How a report reads.

use super::*;

fn checked(step: &'static str, id: &'static str, outcome: Outcome, evidence: &str) -> Checked {
    let told = |words: &str| if outcome == Outcome::Pass { String::new() } else { words.to_owned() };
    Checked {
        step,
        id,
        title: format!("The {id} is as it should be"),
        outcome,
        evidence: evidence.into(),
        means: told("Mail is put off."),
        fix: told("Look at it, and mend it:\n    systemctl status postfix\n    postfix check"),
    }
}

fn report() -> Report {
    Report {
        checks: vec![
            checked("hostname", "hostname", Outcome::Pass, "hostname -f says mail.example.org"),
            checked("postfix", "running", Outcome::Fail, "postfix.service is failed\nand disabled"),
            checked("postfix", "listens", Outcome::Pass, "25 answers"),
            checked("dovecot", "quota", Outcome::Unknown, "only root can see this"),
            checked("dovecot", "certificate", Outcome::Warn, "9 days left"),
        ],
    }
}

#[test]
fn the_text_is_grouped_by_step_and_explains_what_is_not_well() {
    let expected = "\
The server's name
  ok       The hostname is as it should be

Sending and receiving: Postfix
  FAIL     The running is as it should be
           Seen: postfix.service is failed
           and disabled
           Means: Mail is put off.
           To do: Look at it, and mend it:
               systemctl status postfix
               postfix check
  ok       The listens is as it should be

Mailboxes: Dovecot
  unknown  The quota is as it should be
           Seen: only root can see this
           Means: Mail is put off.
           To do: Look at it, and mend it:
               systemctl status postfix
               postfix check
  warn     The certificate is as it should be
           Seen: 9 days left
           Means: Mail is put off.
           To do: Look at it, and mend it:
               systemctl status postfix
               postfix check

5 checks: 2 ok, 1 unknown, 1 warning, 1 failed
";
    assert_eq!(text(&report(), false), expected);
}

#[test]
fn colour_adds_nothing_but_colour() {
    let coloured = text(&report(), true);
    assert!(coloured.contains("\u{1b}[1;31mFAIL   \u{1b}[0m") && coloured.contains("\u{1b}[32mok"));
    let mut plain = coloured;
    for code in ["1;31", "1", "36", "33", "32", "0"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, text(&report(), false));
}

#[test]
fn the_summary_counts_in_words() {
    let only = |outcomes: &[Outcome]| Report {
        checks: outcomes.iter().map(|outcome| checked("postfix", "running", *outcome, "")).collect(),
    };
    assert_eq!(summary(&only(&[Outcome::Pass])), "1 check: 1 ok");
    assert_eq!(summary(&only(&[Outcome::Pass, Outcome::Warn, Outcome::Warn])), "3 checks: 1 ok, 2 warnings");
    assert_eq!(summary(&Report::default()), "Nothing was checked.");
}

#[test]
fn long_words_are_wrapped_and_commands_are_not() {
    let mut one = checked("postfix", "running", Outcome::Fail, "\u{1b}[2J evil");
    one.means = "word ".repeat(40);
    one.fix = format!("Do this:\n    {}", "x".repeat(150));
    let text = text(&Report { checks: vec![one] }, false);
    assert!(!text.contains('\u{1b}') && text.contains(".[2J evil"));
    let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > WIDTH).collect();
    assert_eq!(long.len(), 1, "{text}");
    assert!(long[0].contains("xxx"));
}

#[test]
fn the_json_is_one_versioned_object() {
    let json: serde_json::Value = serde_json::from_str(&json(&report()).unwrap()).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["checks"][1]["outcome"], "fail");
    assert_eq!(json["checks"][1]["id"], "running");
    let summary = serde_json::json!({
        "checks": 5, "pass": 2, "unknown": 1, "warn": 1, "fail": 1, "worst": "fail"
    });
    assert_eq!(json["summary"], summary);
}
