//! A small file over HTTP, asked for as an authority asks for the answer to its challenge (RFC 8555, section 8.3).

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use super::dial::Dial;
use super::tls;
use super::wire::Wire;
use crate::error::{Error, Result};

const PLAIN: u16 = 80;
const SECURE: u16 = 443;
/// How long connecting, and each answer, may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many redirections are followed; an authority follows ten.
const REDIRECTIONS: usize = 3;

/// Whether anything answers on port 80 of an address.
#[must_use]
pub fn answers(address: IpAddr) -> bool {
    TcpStream::connect_timeout(&SocketAddr::new(address, PLAIN), PATIENCE).is_ok()
}

/// The first line of the file at this path, from the web server at an address under this name. Redirections are followed
/// as long as they stay with the name; over HTTPS any certificate will do, as it does for an authority.
///
/// # Errors
/// When there is no such server or no such file.
pub fn first_line(address: IpAddr, name: &str, path: &str) -> Result<String> {
    let mut target = Target { secure: false, path: path.to_owned() };
    for _ in 0..=REDIRECTIONS {
        match ask(address, name, &target)? {
            Answer::Line(line) => return Ok(line),
            Answer::Elsewhere(location) => {
                let leads = || Error::failed(format!("the web server leads on to {location}"));
                target = target.redirected(name, &location).ok_or_else(leads)?;
            }
        }
    }
    Err(Error::failed("the web server leads in a circle"))
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    secure: bool,
    path: String,
}

enum Answer {
    Line(String),
    Elsewhere(String),
}

impl Target {
    /// Where a redirection leads, when it stays with the name and its usual ports.
    fn redirected(&self, name: &str, location: &str) -> Option<Self> {
        if location.starts_with('/') && !location.starts_with("//") {
            return Some(Self { path: location.to_owned(), ..self.clone() });
        }
        let (scheme, rest) = location.split_once("://")?;
        let (host, path) = rest.split_once('/')?;
        let (secure, port) = match scheme {
            "http" => (false, ":80"),
            "https" => (true, ":443"),
            _ => return None,
        };
        let same = host.strip_suffix(port).unwrap_or(host).eq_ignore_ascii_case(name);
        same.then(|| Self { secure, path: format!("/{path}") })
    }
}

fn ask(address: IpAddr, name: &str, target: &Target) -> Result<Answer> {
    let port = if target.secure { SECURE } else { PLAIN };
    let mut wire = Wire::connect(&Dial::new(SocketAddr::new(address, port)).within(PATIENCE, PATIENCE))?;
    if target.secure {
        tls::shake_hands(&mut wire, name)?;
    }
    // HTTP/1.0: the answer comes whole, and the connection ends with it.
    wire.send(&format!("GET {} HTTP/1.0\r\nHost: {name}\r\nUser-Agent: mailwright\r\n", target.path))?;
    let status = wire.line()?;
    let code = status.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut location = None;
    loop {
        let line = wire.line()?;
        if line.is_empty() {
            break;
        }
        if let Some((field, value)) = line.split_once(':')
            && field.eq_ignore_ascii_case("location")
        {
            location = Some(value.trim().to_owned());
        }
    }
    match (code.as_str(), location) {
        ("200", _) => Ok(Answer::Line(wire.line()?)),
        ("301" | "302" | "303" | "307" | "308", Some(location)) => Ok(Answer::Elsewhere(location)),
        _ => Err(Error::failed(format!("the web server answers {:?}", status.trim()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirection_may_change_to_https_and_the_path_but_not_the_name() {
        let target = Target { secure: false, path: "/a".into() };
        let to = |location: &str| target.redirected("mail.example.org", location).map(|to| (to.secure, to.path));
        assert_eq!(to("https://Mail.example.org/a"), Some((true, "/a".into())));
        assert_eq!(to("http://mail.example.org:80/b/c"), Some((false, "/b/c".into())));
        assert_eq!(to("/d"), Some((false, "/d".into())));
        for elsewhere in [
            "https://www.example.org/a",
            "//other.test/a",
            "ftp://mail.example.org/a",
            "https://mail.example.org:8443/a",
            "",
        ] {
            assert_eq!(to(elsewhere), None, "{elsewhere}");
        }
    }
}
