//! /etc/hosts: the public addresses stand before the full name, so that `hostname -f` and Postfix agree on who they
//! are. Edited line by line: comments and everything else stay as they were.

use std::net::IpAddr;

use crate::answers::Answers;
use crate::change::{Change, Owner};
use crate::check::Check;
use crate::facts::Facts;
use crate::question::{Question, for_key};
use crate::steps::Step;
use crate::text::Text;

/// The step.
pub const STEP: Step = Step { id: "hosts", questions, changes, checks };

fn questions() -> Vec<Question> {
    vec![for_key("ipv4"), for_key("ipv6")]
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    let addresses = answers.addresses(facts);
    // A run that was cut off may have changed the name and not come to this file.
    let before = facts.hostname_before.as_deref().unwrap_or_default();
    let stale = [facts.hostname.as_str(), facts.fqdn.as_deref().unwrap_or_default(), before];
    let text = edited(&facts.hosts, &addresses, answers.hostname.as_str(), answers.hostname.short(), &stale);
    vec![Change::File {
        path: "/etc/hosts".into(),
        owner: Owner::root(),
        mode: 0o644,
        content: Text::edit_of(&facts.hosts, text),
    }]
}

fn checks(answers: &Answers, facts: &Facts) -> Vec<Check> {
    vec![Check::ResolvesHere { fqdn: answers.hostname.to_string(), addresses: answers.addresses(facts) }]
}

/// The file with the public addresses naming this host, and no other line naming it.
///
/// `stale` are the names the host bore before: they leave every line.
pub(crate) fn edited(old: &str, addresses: &[IpAddr], fqdn: &str, short: &str, stale: &[&str]) -> String {
    let ours = |name: &str| {
        let is = |other: &str| !other.is_empty() && other != "localhost" && name.eq_ignore_ascii_case(other);
        is(fqdn) || is(short) || stale.iter().any(|other| is(other))
    };
    let mut missing = addresses.to_vec();
    let mut lines = Vec::new();
    // By the line feed alone: whatever else stands before it stays.
    for line in old.strip_suffix('\n').unwrap_or(old).split('\n').filter(|_| !old.is_empty()) {
        let Some((address, names)) = entry(line) else {
            lines.push(line.to_owned());
            continue;
        };
        let foreign: Vec<&str> = names.iter().copied().filter(|name| !ours(name)).collect();
        if missing.contains(&address) {
            missing.retain(|wanted| *wanted != address);
            let wanted: Vec<&str> = [fqdn, short].into_iter().chain(foreign).collect();
            lines.push(if names == wanted { line.to_owned() } else { rewritten(line, address, &wanted) });
        } else if foreign.len() == names.len() {
            lines.push(line.to_owned());
        } else if !foreign.is_empty() {
            lines.push(rewritten(line, address, &foreign));
        }
    }
    let loopback = |line: &String| entry(line).is_some_and(|(address, _)| address.is_loopback() && address.is_ipv4());
    let at = lines.iter().rposition(loopback).map_or(0, |position| position + 1);
    lines.splice(at..at, missing.iter().map(|address| format!("{address}\t{fqdn} {short}")));
    lines.join("\n") + "\n"
}

/// Address and names of a line of hosts(5); `None` for comments, blank lines and what is not an entry.
fn entry(line: &str) -> Option<(IpAddr, Vec<&str>)> {
    let mut words = line.split('#').next()?.split_whitespace();
    let address = words.next()?.parse().ok()?;
    Some((address, words.collect()))
}

/// The line with these names; its comment stays.
fn rewritten(line: &str, address: IpAddr, names: &[&str]) -> String {
    let entry = format!("{address}\t{}", names.join(" "));
    match line.split_once('#') {
        Some((_, comment)) => format!("{entry} #{comment}"),
        None => entry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(old: &str) -> String {
        let addresses = ["198.51.100.7", "2001:db8::7"].map(|text| text.parse().unwrap());
        edited(old, &addresses, "mail.example.org", "mail", &["debian", "debian.localdomain"])
    }

    #[test]
    fn debians_own_file_loses_its_127_0_1_1_line_and_nothing_else() {
        let old =
            "127.0.0.1\tlocalhost\n127.0.1.1\tdebian.localdomain debian\n\n# IPv6\n::1\tlocalhost ip6-localhost\n";
        assert_eq!(
            edit(old),
            "127.0.0.1\tlocalhost\n198.51.100.7\tmail.example.org mail\n2001:db8::7\tmail.example.org mail\n\n\
             # IPv6\n::1\tlocalhost ip6-localhost\n"
        );
    }

    #[test]
    fn editing_again_changes_nothing() {
        let once = edit("127.0.0.1 localhost\n127.0.1.1 debian\n");
        assert_eq!(edit(&once), once);
    }

    #[test]
    fn foreign_names_and_comments_stay() {
        let old = "127.0.0.1 localhost debian # loop\n198.51.100.7 old.example.org git # keep\n10.0.0.5 backup\n";
        assert_eq!(
            edit(old),
            "127.0.0.1\tlocalhost # loop\n2001:db8::7\tmail.example.org mail\n\
             198.51.100.7\tmail.example.org mail old.example.org git # keep\n10.0.0.5 backup\n"
        );
    }

    #[test]
    fn line_ends_of_another_system_stay() {
        let old = "127.0.0.1 localhost\r\n\r\n# a comment\r\n10.0.0.5 backup\r\n";
        let new = edit(old);
        assert!(old.split_inclusive('\n').all(|line| new.contains(line)), "{new:?}");
    }

    #[test]
    fn an_empty_file_gets_the_two_lines() {
        assert_eq!(edit(""), "198.51.100.7\tmail.example.org mail\n2001:db8::7\tmail.example.org mail\n");
    }
}
