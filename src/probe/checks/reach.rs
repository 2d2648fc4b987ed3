//! Which ports answer, and that no port answers which should not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::seen::{Seen, Verdict};
use crate::error::Result;
use crate::facts::Listener;
use crate::probe::dial::Dial;
use crate::probe::{ports, sockets};

/// How long one answer of a daemon on this machine may take.
const PATIENCE: Duration = Duration::from_secs(4);
/// Ports that must not be reachable from elsewhere: the database, and Sieve's port of Debian's stock configuration.
const NEVER: [(u16, &str); 2] = [(3306, "the database"), (2000, "Dovecot's old Sieve port")];
/// Ports where the server speaks first; on the others TLS comes before any word.
const TALKATIVE: [u16; 5] = [25, 587, 110, 143, 4190];

/// These ports answer, and the database answers on none.
pub fn listens(wanted: &[u16]) -> Result<Verdict> {
    let listeners = sockets::listeners()?;
    let mut seen = Seen::default();
    exposed(&mut seen, &listeners);
    let answers: Vec<(u16, std::result::Result<(), String>)> = std::thread::scope(|scope| {
        let ask = |port: u16| scope.spawn(move || (port, answers(port)));
        let asked: Vec<_> = wanted.iter().map(|port| ask(*port)).collect();
        asked.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let mut well = Vec::new();
    for (port, answer) in answers {
        match answer {
            Ok(()) => well.push(port.to_string()),
            Err(why) => seen.fail(format!("{port}: {why}")),
        }
    }
    seen.good(format!("{} answer", well.join(", ")));
    Ok(seen.verdict())
}

fn answers(port: u16) -> std::result::Result<(), String> {
    let dial = dial(port);
    if TALKATIVE.contains(&port) {
        return ports::first_line(&dial).map(|_| ()).map_err(|error| error.render().replace('\n', "; "));
    }
    if ports::answers(dial.address, PATIENCE) { Ok(()) } else { Err("nothing answers".into()) }
}

fn exposed(seen: &mut Seen, listeners: &[Listener]) {
    for (port, what) in NEVER {
        for listener in listeners.iter().filter(|one| one.port == port && !one.address.is_loopback()) {
            let program = listener.program.as_deref().unwrap_or("a program");
            seen.fail(format!("{program} listens on {}:{port} ({what}) for the world", listener.address));
        }
    }
}

/// A call to a port of this machine, over IPv4 unless only IPv6 listens there.
pub fn dial(port: u16) -> Dial {
    let listeners = sockets::listeners().unwrap_or_default();
    Dial::new(SocketAddr::new(loopback(port, &listeners), port)).within(PATIENCE, PATIENCE)
}

fn loopback(port: u16, listeners: &[Listener]) -> IpAddr {
    let mut there = listeners.iter().filter(|listener| listener.port == port).peekable();
    let only_six = there.peek().is_some() && there.all(|listener| listener.address.is_ipv6());
    if only_six { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    fn listener(address: &str, port: u16) -> Listener {
        Listener { address: address.parse().unwrap(), port, program: None }
    }

    #[test]
    fn a_database_that_the_world_can_reach_is_a_failure() {
        let judge = |listeners: &[Listener]| {
            let mut seen = Seen::default();
            seen.good("25 answers");
            exposed(&mut seen, listeners);
            seen.verdict().0
        };
        assert_eq!(judge(&[listener("0.0.0.0", 25), listener("127.0.0.1", 3306)]), Outcome::Pass);
        assert_eq!(judge(&[listener("0.0.0.0", 3306)]), Outcome::Fail);
        assert_eq!(judge(&[listener("::", 2000)]), Outcome::Fail);
    }

    #[test]
    fn a_port_that_nobody_serves_is_a_failure() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (outcome, evidence) = listens(&[free]).unwrap();
        assert!(outcome == Outcome::Fail && evidence.contains(&free.to_string()), "{evidence}");
    }

    #[test]
    fn ipv6_is_called_where_it_alone_listens() {
        let both = [listener("0.0.0.0", 25), listener("::", 25), listener("::", 143)];
        assert_eq!(loopback(25, &both).to_string(), "127.0.0.1");
        assert_eq!(loopback(143, &both).to_string(), "::1");
        assert_eq!(loopback(993, &both).to_string(), "127.0.0.1");
    }
}
