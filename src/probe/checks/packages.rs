//! What dpkg says of the packages.

use std::path::Path;

use super::seen::{Seen, Verdict, few};
use super::tool;
use crate::error::Result;
use crate::probe::machine::dpkg;

/// All these packages are installed and configured, and dpkg's audit is clean.
pub fn installed(names: &[String]) -> Result<Verdict> {
    let installed = dpkg::installed(Path::new("/"));
    let audit = tool("dpkg").arg("--audit").run()?;
    let audit = if audit.ok() { audit.stdout } else { audit.tail() };
    Ok(judged(names, |name| installed.contains_key(name), &audit))
}

fn judged(names: &[String], installed: impl Fn(&str) -> bool, audit: &str) -> Verdict {
    let mut seen = Seen::default();
    let missing: Vec<String> = names.iter().filter(|name| !installed(name)).cloned().collect();
    if !missing.is_empty() {
        seen.fail(format!("not installed and configured: {}", few(&missing)));
    }
    let audit: Vec<&str> = audit.lines().filter(|line| !line.trim().is_empty()).take(6).collect();
    if !audit.is_empty() {
        seen.fail(format!("dpkg --audit says: {}", audit.join("\n")));
    }
    seen.good(format!("{} packages installed, dpkg --audit is silent", names.len()));
    seen.verdict()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    #[test]
    fn every_package_and_a_silent_audit_are_wanted() {
        let names = ["postfix", "dovecot-core"].map(str::to_owned);
        assert_eq!(judged(&names, |_| true, "\n").0, Outcome::Pass);
        let (outcome, evidence) = judged(&names, |name| name == "postfix", "");
        assert!(outcome == Outcome::Fail && evidence.contains("dovecot-core"), "{evidence}");
        assert_eq!(
            judged(&names, |_| true, "The following packages are half configured:\n postfix\n").0,
            Outcome::Fail
        );
    }
}
