//! Whether those that do not read /etc/resolv.conf themselves ask the resolvers it names.

use super::seen::{Seen, Verdict};
use super::{read, tool};
use crate::error::Result;

const OWN: &str = "/etc/resolv.conf";
/// What OpenDKIM has read at its start.
pub(super) const TOLD: &str = "/run/mailwright-dns/opendkim.conf";
/// The units that hand a change on.
const WATCHING: [&str; 2] = ["mailwright-resolvers.path", "mailwright-resolvers.timer"];
/// What Postfix reads in its chroot.
const COPY: &str = "/var/spool/postfix/etc/resolv.conf";

/// OpenDKIM has been told the resolvers of /etc/resolv.conf, Postfix has the same file, and a change will be seen.
pub fn followed() -> Result<Verdict> {
    let own = read(OWN)?;
    let mut seen = Seen::default();
    judge(
        &mut seen,
        "OpenDKIM",
        &servers(&own, "nameserver"),
        &servers(&read(TOLD).unwrap_or_default(), "Nameservers"),
    );
    // Postfix makes it at its first start.
    if let Ok(copy) = read(COPY) {
        judge(&mut seen, "Postfix", &servers(&own, "nameserver"), &servers(&copy, "nameserver"));
    }
    let mut is_watched = true;
    for unit in WATCHING {
        if !tool("systemctl").args(["is-active", "--quiet", unit]).run()?.ok() {
            is_watched = false;
            seen.fail(format!("nobody looks whether the file changes: {unit} does not run"));
        }
    }
    if is_watched {
        seen.good("a change will be seen");
    }
    Ok(seen.verdict())
}

fn judge(seen: &mut Seen, who: &str, named: &[String], asked: &[String]) {
    let shown = |servers: &[String]| if servers.is_empty() { "nobody".to_owned() } else { servers.join(", ") };
    if named == asked {
        seen.good(format!("{who} asks {}", shown(asked)));
    } else {
        seen.fail(format!("{who} asks {}, and {OWN} names {}", shown(asked), shown(named)));
    }
}

/// What stands behind this keyword, line by line and between commas; an address of one link alone (`fe80::1%eth0`) is left
/// out.
fn servers(text: &str, keyword: &str) -> Vec<String> {
    let named = |line: &str| {
        let mut words = line.split_whitespace();
        let named = (words.next() == Some(keyword)).then(|| words.next()).flatten()?;
        Some(named.split(',').filter(|server| !server.contains('%')).map(str::to_owned).collect::<Vec<_>>())
    };
    text.lines().filter_map(named).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    #[test]
    fn the_same_servers_in_the_same_order() {
        let own = servers(
            "# nameserver 10.0.0.9\nnameserver 10.0.0.1\nnameserver fe80::1%eth0\nsearch x\nnameserver ::1\n",
            "nameserver",
        );
        assert_eq!(own, ["10.0.0.1", "::1"]);
        let judged = |told: &str| {
            let mut seen = Seen::default();
            judge(&mut seen, "OpenDKIM", &own, &servers(told, "Nameservers"));
            seen.verdict().0
        };
        assert_eq!(judged("Mode sv\n\nNameservers             10.0.0.1,::1\n"), Outcome::Pass);
        assert_eq!(judged("Nameservers 10.0.0.1\n"), Outcome::Fail);
        assert_eq!(judged(""), Outcome::Fail);
    }
}
