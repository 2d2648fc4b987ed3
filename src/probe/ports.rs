//! Which ports of a host answer, and what their first line is.

use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::dial::Dial;
use super::wire::Wire;
use crate::error::{Error, Result};

/// How many connections a scan opens at once.
const AT_ONCE: usize = 16;

/// Whether a port takes connections within this time. A firewall that drops and a closed port are the same: no.
#[must_use]
pub fn answers(address: SocketAddr, within: Duration) -> bool {
    Dial::new(address).within(within, within).socket().is_ok()
}

/// Those of the ports that take connections, in order; `each` is the time for one port, `all` for the whole scan.
///
/// # Errors
/// When the time for the scan was over before every port was asked: silence about the rest would look like closed.
pub fn open_ports(
    host: IpAddr,
    ports: impl IntoIterator<Item = u16>,
    each: Duration,
    all: Duration,
) -> Result<Vec<u16>> {
    let until = Instant::now() + all;
    let left = Mutex::new(ports.into_iter().collect::<Vec<_>>());
    let open = Mutex::new(Vec::new());
    let next = || left.lock().ok()?.pop();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while Instant::now() < until
                    && let Some(port) = next()
                {
                    if answers(SocketAddr::new(host, port), each)
                        && let Ok(mut open) = open.lock()
                    {
                        open.push(port);
                    }
                }
            });
        }
    });
    let rest = left.into_inner().unwrap_or_default().len();
    if rest > 0 {
        return Err(Error::failed(format!("{rest} ports of {host} were not asked within {} s", all.as_secs())));
    }
    let mut open = open.into_inner().unwrap_or_default();
    open.sort_unstable();
    Ok(open)
}

/// The first line a server says by itself, as SMTP, IMAP and POP3 servers do.
///
/// # Errors
/// When it cannot be reached, closes, or says nothing before the deadline.
pub fn first_line(dial: &Dial) -> Result<String> {
    Wire::connect(dial)?.line()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::super::script::{self, Act};
    use super::*;

    #[test]
    fn open_ports_are_told_from_closed_ones() {
        let one = TcpListener::bind("127.0.0.1:0").unwrap();
        let host: IpAddr = "127.0.0.1".parse().unwrap();
        let port = one.local_addr().unwrap().port();
        let second = Duration::from_secs(1);
        assert_eq!(open_ports(host, [1, port, 2], second, second).unwrap(), [port]);
        assert!(answers(SocketAddr::new(host, port), second) && !answers(SocketAddr::new(host, 1), second));
        let error = open_ports(host, [1, 2], second, Duration::ZERO).unwrap_err();
        assert_eq!(error.to_string(), "2 ports of 127.0.0.1 were not asked within 0 s");
    }

    #[test]
    fn the_first_line_is_read() {
        let server = script::serve(vec![Act::Say("220 mail.example.org ESMTP")]);
        assert_eq!(first_line(&Dial::new(server.address)).unwrap(), "220 mail.example.org ESMTP");
    }
}
