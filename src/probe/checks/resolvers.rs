//! Whether those that do not read /etc/resolv.conf themselves ask the resolvers it names.

use super::seen::{Seen, Verdict};
use super::{read, tool};
use crate::error::Result;

const OWN: &str = "/etc/resolv.conf";
/// What OpenDKIM has read at its start.
const UNBOUND: &str = "/run/mailwright-dns/unbound.conf";
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
        &servers(&read(UNBOUND).unwrap_or_default(), "forward-addr:"),
    );
    // Postfix makes it at its first start.
    if let Ok(copy) = read(COPY) {
        judge(&mut seen, "Postfix", &servers(&own, "nameserver"), &servers(&copy, "nameserver"));
    }
    let watching = tool("systemctl").args(["is-active", "--quiet", "mailwright-resolvers.path"]).run()?;
    if watching.ok() {
        seen.good("a change will be seen");
    } else {
        seen.fail("nobody looks whether the file changes: mailwright-resolvers.path does not run");
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

/// What stands behind this keyword, line by line; an address of one link alone (`fe80::1%eth0`) is left out.
fn servers(text: &str, keyword: &str) -> Vec<String> {
    let server = |line: &str| {
        let mut words = line.split_whitespace();
        let server = (words.next() == Some(keyword)).then(|| words.next()).flatten()?;
        (!server.contains('%')).then(|| server.to_owned())
    };
    text.lines().filter_map(server).collect()
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
        let judged = |unbound: &str| {
            let mut seen = Seen::default();
            judge(&mut seen, "OpenDKIM", &own, &servers(unbound, "forward-addr:"));
            seen.verdict().0
        };
        assert_eq!(
            judged("forward-zone:\n\tname: \".\"\n\tforward-addr: 10.0.0.1\n\tforward-addr: ::1\n"),
            Outcome::Pass
        );
        assert_eq!(judged("forward-zone:\n\tforward-addr: 10.0.0.1\n"), Outcome::Fail);
        assert_eq!(judged(""), Outcome::Fail);
    }
}
