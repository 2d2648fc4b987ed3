//! /etc/nftables.conf as text: where its chains begin, and the same text with a rule of ours in each.

use std::path::Path;

use super::nft::MARK;
use crate::facts::Chain;

/// What nftables.service loads at boot.
pub const PATH: &str = "/etc/nftables.conf";
/// How a file begins that mailwright wrote whole.
const OURS: &str = "# Written by mailwright.";
const REMARK: &str = "# The ports of the mail server, let in by mailwright.";

/// Whether nftables.service is enabled.
#[must_use]
pub fn is_loaded_at_boot(root: &Path) -> bool {
    let link = root.join("etc/systemd/system/sysinit.target.wants/nftables.service");
    link.symlink_metadata().is_ok()
}

/// The statements that do more than Debian's own file, which has three chains with nothing in them. None where the file is
/// ours.
#[must_use]
pub fn rules(text: &str) -> Vec<String> {
    if text.lines().any(|line| line.starts_with(OURS)) {
        return Vec::new();
    }
    let code: Vec<&str> = text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect();
    let idle = |said: &str| {
        let words: Vec<&str> = said.split_whitespace().collect();
        let hooks = ["input", "forward", "output"];
        match words.as_slice() {
            [] | ["flush", "ruleset"] | ["policy", "accept"] | ["table", "inet", _] | ["chain", _] => true,
            ["type", "filter", "hook", hook, "priority", _] => hooks.contains(hook),
            _ => false,
        }
    };
    let statements = code.iter().flat_map(|line| line.split([';', '{', '}'])).map(words);
    statements.filter(|said| !idle(said)).collect()
}

/// The rule that lets these ports in.
#[must_use]
pub fn rule(ports: &[u16]) -> String {
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    format!("tcp dport {{ {} }} accept comment \"{MARK}\"", ports.join(", "))
}

/// The text with the rule at the head of each of these chains, and nowhere else; `None` when one of them is not there.
#[must_use]
pub fn opened(text: &str, chains: &[Chain], ports: &[u16]) -> Option<String> {
    let mut text = closed(text);
    for chain in chains {
        let at = head(&text, chain)?;
        let (before, after) = text.split_at(at);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
        // A chain in one line goes on in the next.
        let rest = after.split('\n').next().unwrap_or_default().trim();
        let on = if rest.is_empty() || rest.starts_with('#') { String::new() } else { format!("\n{indent}") };
        // What else stands in the line of the hook stays there.
        let (tail, after) =
            if on.is_empty() { after.split_at(after.find('\n').unwrap_or(after.len())) } else { ("", after) };
        text = format!("{before}{tail}\n{indent}{REMARK}\n{indent}{}{on}{after}", rule(ports));
    }
    Some(text)
}

/// The text without our lines.
#[must_use]
pub fn closed(text: &str) -> String {
    let ours = |line: &&str| {
        let line = line.trim();
        line == REMARK || (line.starts_with("tcp dport {") && line.ends_with(&format!("accept comment \"{MARK}\"")))
    };
    text.split_inclusive('\n').filter(|line| !ours(line)).collect()
}

/// Behind the statement of a chain's hook, and its policy where that follows in the same line.
fn head(text: &str, wanted: &Chain) -> Option<usize> {
    let mut open: Vec<String> = Vec::new();
    let (mut statement, mut found) = (String::new(), None);
    let mut quoted = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '#' && !quoted {
            // Up to the line's end, which stays.
            while chars.next_if(|(_, c)| *c != '\n').is_some() {}
            continue;
        }
        quoted ^= c == '"';
        match c {
            '{' if !quoted => open.push(words(&std::mem::take(&mut statement))),
            '}' if !quoted => {
                open.pop();
                statement.clear();
            }
            ';' | '\n' if !quoted => {
                let said = words(&std::mem::take(&mut statement));
                let inside = open.as_slice() == [table(wanted), format!("chain {}", wanted.name)].as_slice()
                    || (wanted.family == "ip"
                        && open.as_slice()
                            == [format!("table {}", wanted.table), format!("chain {}", wanted.name)].as_slice());
                if inside && said.contains(" hook input ") {
                    found = Some(if c == ';' { at + 1 } else { at });
                } else if let Some(hook) = found {
                    let same_line = !text.get(hook..at).unwrap_or_default().contains('\n');
                    let policy = c == ';' && same_line && said.starts_with("policy ");
                    return Some(if policy { at + 1 } else { hook });
                }
            }
            _ => statement.push(c),
        }
        if found.is_some() && matches!(c, '}') {
            return found;
        }
    }
    found
}

fn table(chain: &Chain) -> String {
    format!("table {} {}", chain.family, chain.table)
}

/// The words of a statement, one blank between two.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Debian ships it, and with a policy.
    const DEBIAN: &str = "#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {\n\tchain input {\n\
        \t\ttype filter hook input priority filter; policy drop;\n\t\tiif lo accept\n\t\ttcp dport 22 accept\n\t}\n\
        \tchain forward {\n\t\ttype filter hook forward priority filter;\n\t}\n}\n";

    fn chain(family: &str) -> Chain {
        Chain { family: family.into(), table: "filter".into(), name: "input".into() }
    }

    #[test]
    fn what_does_more_than_debians_own_file_is_told() {
        let debian = "#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {\n\tchain input {\n\
            \t\ttype filter hook input priority filter;\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n\
            \t}\n\tchain output {\n\t\ttype filter hook output priority filter;\n\t}\n}\n";
        assert_eq!(rules(debian), [""; 0]);
        assert_eq!(rules(""), [""; 0]);
        assert_eq!(rules(&DEBIAN.replace(" policy drop;", "")), ["iif lo accept", "tcp dport 22 accept"]);
        assert_eq!(rules(&debian.replace("filter;\n", "filter; policy drop;\n")), ["policy drop"; 3]);
        let nat = "table ip nat {\n\tchain out {\n\t\ttype nat hook postrouting priority srcnat;\n\t\tmasquerade # all\n\t}\n}\n";
        let told = ["table ip nat", "type nat hook postrouting priority srcnat", "masquerade"];
        assert_eq!(rules(&format!("{debian}{nat}")), told);
        assert_eq!(rules("include \"/etc/nftables.d/*.nft\"\n"), ["include \"/etc/nftables.d/*.nft\""]);
        assert_eq!(rules(include_str!("../../../assets/nftables/nftables.conf")), [""; 0]);
    }

    fn open(text: &str, family: &str) -> Option<String> {
        opened(text, &[chain(family)], &[25, 143])
    }

    #[test]
    fn the_rule_stands_behind_the_hook_and_its_policy() {
        let text = open(DEBIAN, "inet").unwrap();
        let expected = "policy drop;\n\t\t# The ports of the mail server, let in by mailwright.\n\
            \t\ttcp dport { 25, 143 } accept comment \"mailwright\"\n\t\tiif lo accept\n";
        assert!(text.contains(expected), "{text}");
        assert_eq!(closed(&text), DEBIAN);
        assert_eq!(open(&text, "inet").unwrap(), text, "once more changes nothing");
        let other = opened(&text, &[chain("inet")], &[25]).unwrap();
        assert!(other.contains("{ 25 } accept") && !other.contains("143"), "{other}");
        assert_eq!(open(DEBIAN, "ip6"), None);
    }

    #[test]
    fn chains_are_found_however_they_are_written() {
        let bare =
            "table ip filter{ chain input { type filter hook input priority 0; policy drop; tcp dport 22 accept; } }\n";
        let text = open(bare, "ip").unwrap();
        assert!(text.contains("policy drop;\n# The ports"), "{text}");
        assert!(text.contains("\"mailwright\"\n tcp dport 22 accept; } }"), "{text}");
        let lines = "# chain input { type filter hook input priority 0; }\ntable filter {\n  chain input {\n\
            \x20   type filter hook input priority 0\n    policy drop\n    ct state established accept # \"replies\n  }\n}\n";
        let text = open(lines, "ip").unwrap();
        assert!(text.contains("priority 0\n    # The ports"), "{text}");
        let remark = DEBIAN.replace("policy drop;", "policy drop; # nobody");
        let text = open(&remark, "inet").unwrap();
        assert!(text.contains("policy drop; # nobody\n\t\t# The ports"), "{text}");
        assert_eq!(closed(&text), remark);
    }
}
