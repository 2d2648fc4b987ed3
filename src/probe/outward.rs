//! Whether mail servers elsewhere can be reached: many providers shut port 25 on the way out.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use super::dns;
use crate::facts::MailOut;

/// Domains whose mail servers are tried: large ones, and one that has IPv6.
pub const TRIED: [&str; 3] = ["gmail.com", "outlook.com", "debian.org"];
/// How long the DNS may take in all for one of them.
const ASKED: Duration = Duration::from_secs(3);
/// How long a connection may take.
const CALLED: Duration = Duration::from_secs(4);

/// What came of calling port 25 of the mail servers of [`TRIED`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// Those that took the connection.
    pub reached: Vec<IpAddr>,
    /// Those that did not.
    pub silent: Vec<IpAddr>,
}

impl Calls {
    /// By IPv4 or IPv6: whether one was reached; `None` where there was nobody to call.
    #[must_use]
    pub fn open(&self, ipv4: bool) -> Option<bool> {
        let is_family = |address: &&IpAddr| address.is_ipv4() == ipv4;
        let reached = self.reached.iter().any(|address| is_family(&address));
        let silent = self.silent.iter().any(|address| is_family(&address));
        (reached || silent).then_some(reached)
    }

    /// Both families.
    #[must_use]
    pub fn both(&self) -> MailOut {
        MailOut { ipv4: self.open(true), ipv6: self.open(false) }
    }
}

/// What the first calls of this process came to: a plan that is made anew calls nobody again.
#[must_use]
pub fn once() -> MailOut {
    static SEEN: OnceLock<MailOut> = OnceLock::new();
    *SEEN.get_or_init(|| call().both())
}

/// Calls one mail server of each domain, by each family it has. No word is said to it.
#[must_use]
pub fn call() -> Calls {
    let servers: Vec<IpAddr> = std::thread::scope(|scope| {
        let asked: Vec<_> = TRIED.map(|domain| scope.spawn(move || servers(domain))).into_iter().collect();
        asked.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    called(&servers.into_iter().map(|address| SocketAddr::new(address, 25)).collect::<Vec<_>>())
}

/// An address of each family of a domain's first mail server.
fn servers(domain: &str) -> Vec<IpAddr> {
    let Some(server) = dns::mail_server(domain, ASKED) else { return Vec::new() };
    let dns::Resolution::Addresses(found) = dns::addresses(&server, ASKED) else { return Vec::new() };
    let first = |ipv4: bool| found.iter().find(|address| address.is_ipv4() == ipv4).copied();
    [first(true), first(false)].into_iter().flatten().collect()
}

fn called(servers: &[SocketAddr]) -> Calls {
    let answers: Vec<(IpAddr, bool)> = std::thread::scope(|scope| {
        let call = |server: SocketAddr| (server.ip(), TcpStream::connect_timeout(&server, CALLED).is_ok());
        let threads: Vec<_> = servers.iter().map(|server| scope.spawn(move || call(*server))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let (reached, silent): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, reached)| *reached);
    let addresses = |calls: Vec<(IpAddr, bool)>| calls.into_iter().map(|(address, _)| address).collect();
    Calls { reached: addresses(reached), silent: addresses(silent) }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn who_answers_is_told_from_who_does_not() {
        let open = TcpListener::bind("127.0.0.1:0").unwrap();
        let shut = TcpListener::bind("127.0.0.2:0").unwrap();
        let (here, there) = (open.local_addr().unwrap(), shut.local_addr().unwrap());
        drop(shut);
        let calls = called(&[here, there]);
        assert_eq!((&calls.reached, &calls.silent), (&vec![here.ip()], &vec![there.ip()]));
        assert_eq!(calls.both(), MailOut { ipv4: Some(true), ipv6: None });
        assert_eq!(called(&[there]).both(), MailOut { ipv4: Some(false), ipv6: None });
        assert_eq!(called(&[]).both(), MailOut::default());
    }
}
