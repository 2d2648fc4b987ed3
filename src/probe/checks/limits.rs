//! Whether what each login sends is counted, and whether Postfix runs with the values of the answers.

use super::policy::ask;
use super::seen::{Seen, Verdict};
use super::tool;
use crate::change::RATE_LIMIT_SOCKET;
use crate::error::Result;
use crate::facts::Release;

/// A login that nobody has, for a question that must be refused, or of which it does not matter that it is counted.
const NOBODY: &str = "check@mailwright.invalid";

/// policyd-rate-limit has read these limits, answers as Postfix asks, and refuses what is beyond them. Nobody's allowance is
/// spent.
pub fn counted(least: u32, limits: &str, release: Release) -> Result<Verdict> {
    let mut seen = Seen::default();
    let read = tool("policyd-rate-limit").args(["--get-config", "limits"]).run()?;
    match read.stdout.trim() {
        said if !read.ok() => seen.fail(format!("policyd-rate-limit cannot read its configuration: {said}")),
        said if said == limits => seen.good(format!("its limits are {said}")),
        said => seen.fail(format!("its limits are {said}, not {limits}")),
    }
    match ask(RATE_LIMIT_SOCKET, &question(release, "", 1)) {
        Err(error) => seen.fail(format!("it does not answer: {}", error.render())),
        Ok(action) if action == "dunno" => seen.good("it answers a question of Postfix's form"),
        Ok(action) => seen.fail(format!("it says \"{action}\" of mail that nobody logged in for")),
    }
    match ask(RATE_LIMIT_SOCKET, &question(release, NOBODY, least.saturating_add(1))) {
        Err(_) => {}
        // Here each recipient is a question of its own, so this one alone may pass, or may have been asked too often.
        Ok(action) if release == Release::Bookworm => match action.as_str() {
            "dunno" => seen.good("it counted a recipient of a login"),
            action if action.starts_with("450 ") => seen.good("it counted too many recipients of a login"),
            action => seen.fail(format!("it cannot count: {action}")),
        },
        Ok(action) if action.starts_with("450 ") => {
            seen.good(format!("a message to {} recipients is refused", least.saturating_add(1)));
        }
        Ok(action) => {
            seen.fail(format!("of a message to {} recipients it says \"{action}\"", least.saturating_add(1)));
        }
    }
    Ok(seen.verdict())
}

/// A question as Postfix puts it (`SMTPD_POLICY_README`): about each recipient on bookworm, about the message on trixie.
fn question(release: Release, login: &str, recipients: u32) -> String {
    let (state, count) = if release == Release::Bookworm { ("RCPT", 0) } else { ("DATA", recipients) };
    format!(
        "request=smtpd_access_policy\nprotocol_state={state}\nprotocol_name=ESMTP\nclient_address=127.0.0.1\n\
         client_name=localhost\nhelo_name=localhost\nsender=\nrecipient=\nrecipient_count={count}\n\
         instance=mailwright\nsasl_method=PLAIN\nsasl_username={login}\n\n"
    )
}

/// Postfix runs with these values: what main.cf and its defaults come to.
pub fn values(wanted: &[(String, String)]) -> Result<Verdict> {
    let names: Vec<&str> = wanted.iter().map(|(name, _)| name.as_str()).collect();
    let shown = tool("postconf").args(names).success()?;
    Ok(compared(wanted, &shown.stdout))
}

fn compared(wanted: &[(String, String)], shown: &str) -> Verdict {
    let mut seen = Seen::default();
    let of = |name: &str| {
        let value = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(" =")?.trim().to_owned());
        shown.lines().find_map(value)
    };
    for (name, value) in wanted {
        match of(name) {
            Some(now) if now == *value => seen.good(format!("{name} = {now}")),
            Some(now) => seen.fail(format!("{name} = {now}, not {value}")),
            None => seen.fail(format!("{name} is not known to Postfix")),
        }
    }
    seen.verdict()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    #[test]
    fn every_value_is_compared() {
        let wanted = [("a_limit".to_owned(), "10".to_owned()), ("a_limit_more".to_owned(), "5s".to_owned())];
        let (outcome, evidence) = compared(&wanted, "a_limit_more = 5s\na_limit = 10\n");
        assert_eq!((outcome, evidence.as_str()), (Outcome::Pass, "a_limit = 10; a_limit_more = 5s"));
        let (outcome, evidence) = compared(&wanted, "a_limit = 100\na_limit_more = 5s\n");
        assert!(outcome == Outcome::Fail && evidence.contains("a_limit = 100, not 10"), "{evidence}");
        assert_eq!(compared(&wanted, "a_limit = 10\n").0, Outcome::Fail);
        assert_eq!(compared(&wanted, "").0, Outcome::Fail);
    }

    #[test]
    fn the_question_is_the_releases_own() {
        let bookworm = question(Release::Bookworm, NOBODY, 61);
        assert!(bookworm.contains("\nprotocol_state=RCPT\n") && bookworm.ends_with("\n\n"), "{bookworm}");
        let trixie = question(Release::Trixie, "", 61);
        assert!(trixie.contains("\nprotocol_state=DATA\n") && trixie.contains("\nrecipient_count=61\n"), "{trixie}");
        assert!(trixie.contains("\nsasl_username=\n"), "{trixie}");
    }
}
