//! ufw(8): whether it is on, and the rules of its user as it keeps them.

use std::path::Path;

use super::Passage;

/// Where it keeps them, for IPv4 and for IPv6.
pub const FILES: [&str; 2] = ["/etc/ufw/user.rules", "/etc/ufw/user6.rules"];
/// Our mark, `mailwright`, as ufw writes comments: in hexadecimal.
const MARK: &str = "comment=6d61696c777269676874";

/// Whether it is installed and on.
#[must_use]
pub fn is_active(root: &Path) -> bool {
    let text = std::fs::read_to_string(root.join("etc/ufw/ufw.conf")).unwrap_or_default();
    let on = text.lines().any(|line| line.trim().eq_ignore_ascii_case("ENABLED=yes"));
    on && root.join("usr/sbin/ufw").exists()
}

/// The ports of our rule.
#[must_use]
pub fn ours(text: &str) -> Vec<u16> {
    let line = text.lines().find(|line| line.starts_with("### tuple ###") && line.ends_with(MARK));
    line.and_then(|line| line.split_whitespace().nth(5)).map(|ports| single(ports).collect()).unwrap_or_default()
}

fn single(ports: &str) -> impl Iterator<Item = u16> {
    ports.split(',').filter_map(|port| port.parse().ok())
}

/// Whether a connection from anywhere to this port gets through: the first rule that is about it says so. Without one it
/// is refused, as is ufw's default.
#[must_use]
pub fn passage(text: &str, port: u16) -> Passage {
    let said = text.lines().find_map(|line| about(line, port)).unwrap_or_default();
    if matches!(said, "allow" | "limit") { Passage::Open } else { Passage::Closed }
}

/// What a line `### tuple ### allow tcp 25,143 0.0.0.0/0 any 0.0.0.0/0 in` does to connections from anywhere to the port.
fn about(line: &str, port: u16) -> Option<&str> {
    let words: Vec<&str> = line.strip_prefix("### tuple ###")?.split_whitespace().collect();
    let [action, protocol, ports, to, from_ports, from, rest @ ..] = words.as_slice() else { return None };
    let anywhere = |address: &str| matches!(address, "0.0.0.0/0" | "::/0" | "any");
    let covers = |part: &str| match part.split_once(':') {
        Some((low, high)) => {
            low.parse().is_ok_and(|low: u16| low <= port) && high.parse().is_ok_and(|high: u16| port <= high)
        }
        None => part.parse() == Ok(port),
    };
    let everywhere = anywhere(to) && anywhere(from) && *from_ports == "any" && rest.contains(&"in");
    let named = *ports == "any" || ports.split(',').any(covers);
    (everywhere && named && ["tcp", "any"].contains(protocol)).then_some(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "*filter\n### RULES ###\n\n### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n\
        -A ufw-user-input -p tcp --dport 22 -j ACCEPT\n\n\
        ### tuple ### deny tcp 110 0.0.0.0/0 any 0.0.0.0/0 in\n### tuple ### allow any 995 0.0.0.0/0 any 10.0.0.1 in\n\
        ### tuple ### allow tcp 25,110,143 0.0.0.0/0 any 0.0.0.0/0 in comment=6d61696c777269676874\n";

    #[test]
    fn the_first_rule_about_a_port_decides() {
        let open = |port| passage(RULES, port) == Passage::Open;
        assert!(open(22) && open(25) && open(143));
        assert!(!open(110) && !open(995) && !open(2525));
        assert_eq!(ours(RULES), [25, 110, 143]);
        assert_eq!(ours(&RULES.replace(MARK, "comment=6d6b")), [0_u16; 0]);
    }

    #[test]
    fn it_is_on_when_its_own_file_says_so() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("etc/ufw")).unwrap();
        std::fs::create_dir_all(dir.path().join("usr/sbin")).unwrap();
        std::fs::write(dir.path().join("usr/sbin/ufw"), "").unwrap();
        for (word, on) in [("yes", true), ("no", false)] {
            std::fs::write(dir.path().join("etc/ufw/ufw.conf"), format!("# on\nENABLED={word}\n")).unwrap();
            assert_eq!(is_active(dir.path()), on);
        }
    }
}
