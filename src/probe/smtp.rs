//! SMTP from the client's side (RFC 5321): one session, its replies, and the sending of one message.

use std::fmt;

use base64ct::{Base64, Encoding};

use super::dial::{Dial, Security};
use super::tls::{self, Served};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A server's reply (RFC 5321 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three digits.
    pub code: u16,
    /// The enhanced status code at the start of the text (RFC 2034, RFC 3463), such as `5.7.1`.
    pub enhanced: Option<String>,
    /// The text of all its lines, parted by newlines, without the codes.
    pub text: String,
}

impl Reply {
    /// Whether the server agreed: 2yz, or 3yz when it waits for more.
    #[must_use]
    pub const fn agreed(&self) -> bool {
        matches!(self.code, 200..=399)
    }

    /// Whether the server refused for good: 5yz.
    #[must_use]
    pub const fn refused(&self) -> bool {
        matches!(self.code, 500..=599)
    }

    /// Whether the reply has this code and, when the server gives enhanced codes at all, this enhanced one.
    #[must_use]
    pub fn is(&self, code: u16, enhanced: &str) -> bool {
        self.code == code && self.enhanced.as_deref().is_none_or(|found| found == enhanced)
    }

    /// Takes the lines of one reply, without their line ends.
    fn read(lines: &[String]) -> Option<Self> {
        let code = lines.first()?.get(..3)?.parse().ok().filter(|code| (200..600).contains(code))?;
        let texts: Vec<&str> = lines.iter().map(|line| line.get(4..).unwrap_or_default()).collect();
        let enhanced = texts.first().and_then(|text| enhanced(text, code)).map(str::to_owned);
        let bare = |text: &&str| match &enhanced {
            Some(found) => text.strip_prefix(found.as_str()).unwrap_or(text).trim_start().to_owned(),
            None => (*text).to_owned(),
        };
        let text = texts.iter().map(bare).collect::<Vec<_>>().join("\n");
        Some(Self { code, enhanced, text })
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let enhanced = self.enhanced.as_ref().map(|code| format!("{code} ")).unwrap_or_default();
        write!(f, "{} {enhanced}{}", self.code, self.text.replace('\n', " / "))
    }
}

/// The enhanced status code a reply's text starts with: its class is the code's first digit (RFC 2034 4).
fn enhanced(text: &str, code: u16) -> Option<&str> {
    let word = text.split(' ').next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let digits = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let fits = parts.len() == 3 && parts.iter().all(digits) && parts[0] == (code / 100).to_string();
    fits.then_some(word)
}

/// A session with an SMTP server.
pub struct Session {
    wire: Wire,
    /// The server's greeting.
    pub banner: Reply,
    extensions: Vec<String>,
    helo: String,
    /// What was served in the TLS handshake, when there was one.
    pub served: Option<Served>,
}

impl Session {
    /// Connects, reads the banner, says EHLO as `helo`, and protects the session as asked; `host` is the server's name.
    ///
    /// # Errors
    /// When the server cannot be reached, does not greet with 220, refuses EHLO or STARTTLS, or a deadline passes.
    pub fn open(dial: &Dial, security: Security, host: &str, helo: &str) -> Result<Self> {
        let mut wire = Wire::connect(dial)?;
        let served = if security == Security::Tls { Some(tls::shake_hands(&mut wire, host)?) } else { None };
        let banner = read_reply(&mut wire)?;
        let mut session = Self { wire, banner, extensions: Vec::new(), helo: helo.to_owned(), served };
        session.needs(&session.banner.clone(), "its banner")?;
        let reply = session.ehlo()?;
        session.needs(&reply, "EHLO")?;
        if security == Security::StartTls {
            let reply = session.starttls(host)?;
            session.needs(&reply, "STARTTLS")?;
        }
        Ok(session)
    }

    /// Says EHLO again, as after STARTTLS, and remembers the extensions.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn ehlo(&mut self) -> Result<Reply> {
        let reply = self.command(&format!("EHLO {}", self.helo))?;
        self.extensions = if reply.agreed() { reply.text.lines().skip(1).map(str::to_owned).collect() } else { vec![] };
        Ok(reply)
    }

    /// What follows an extension's keyword in the EHLO reply, empty when nothing does; `None` when it is not offered.
    #[must_use]
    pub fn offers(&self, keyword: &str) -> Option<&str> {
        self.extensions.iter().find_map(|line| {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            word.eq_ignore_ascii_case(keyword).then_some(rest)
        })
    }

    /// Asks for TLS (RFC 3207), shakes hands when the server agrees, and says EHLO again.
    ///
    /// # Errors
    /// When the handshake fails, the connection breaks or the deadline passes. A refusal is the reply, no error.
    pub fn starttls(&mut self, host: &str) -> Result<Reply> {
        let reply = self.command("STARTTLS")?;
        if reply.agreed() {
            self.served = Some(tls::shake_hands(&mut self.wire, host)?);
            self.extensions.clear();
            let again = self.ehlo()?;
            self.needs(&again, "EHLO inside TLS")?;
        }
        Ok(reply)
    }

    /// Logs in with AUTH PLAIN (RFC 4616).
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal is the reply, no error.
    pub fn auth_plain(&mut self, user: &str, password: &Secret) -> Result<Reply> {
        let token = Base64::encode_string(format!("\0{user}\0{}", password.reveal()).as_bytes());
        self.wire.transcript().hide(&token);
        self.command(&format!("AUTH PLAIN {token}"))
    }

    /// Logs in with AUTH LOGIN, which older mail programs speak.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal is the reply, no error.
    pub fn auth_login(&mut self, user: &str, password: &Secret) -> Result<Reply> {
        let token = Base64::encode_string(password.reveal().as_bytes());
        self.wire.transcript().hide(&token);
        for line in ["AUTH LOGIN", &Base64::encode_string(user.as_bytes())] {
            let reply = self.command(line)?;
            if reply.code != 334 {
                return Ok(reply);
            }
        }
        self.command(&token)
    }

    /// MAIL FROM; the path is written as given between `<` and `>`, then the parameters (`" SIZE=1000"` or empty).
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal is the reply, no error.
    pub fn mail_from(&mut self, path: &str, parameters: &str) -> Result<Reply> {
        self.command(&format!("MAIL FROM:<{path}>{parameters}"))
    }

    /// RCPT TO; the path is written as given between `<` and `>`.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal is the reply, no error.
    pub fn rcpt_to(&mut self, path: &str) -> Result<Reply> {
        self.command(&format!("RCPT TO:<{path}>"))
    }

    /// DATA and the message: line ends become CR LF and leading dots are doubled (RFC 5321 4.5.2).
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal, of DATA or of the message, is the reply.
    pub fn data(&mut self, message: &str) -> Result<Reply> {
        self.data_raw(&stuffed(message))
    }

    /// DATA and these very bytes, which have to hold the final `CR LF . CR LF` themselves: for tests of smuggling.
    ///
    /// # Errors
    /// As [`Session::data`].
    pub fn data_raw(&mut self, bytes: &[u8]) -> Result<Reply> {
        let reply = self.command("DATA")?;
        if reply.code != 354 {
            return Ok(reply);
        }
        // A server may refuse an oversized message and close before it has read it all: its reply then still waits.
        match self.wire.send_bytes(bytes) {
            Ok(()) => self.reply(),
            Err(error) => self.reply().map_err(|_| error),
        }
    }

    /// One message from MAIL FROM to the final dot: the first refusal, or the reply to the message.
    ///
    /// # Errors
    /// As [`Session::data`].
    pub fn send(&mut self, from: &str, to: &[&str], message: &str) -> Result<Reply> {
        let mut reply = self.mail_from(from, "")?;
        for recipient in to {
            if !reply.agreed() {
                return Ok(reply);
            }
            reply = self.rcpt_to(recipient)?;
        }
        if reply.agreed() { self.data(message) } else { Ok(reply) }
    }

    /// Any command, and its reply.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn command(&mut self, line: &str) -> Result<Reply> {
        self.wire.send(line)?;
        self.reply()
    }

    /// The next reply of the server.
    ///
    /// # Errors
    /// When what comes is no reply, the connection breaks or the deadline passes.
    pub fn reply(&mut self) -> Result<Reply> {
        read_reply(&mut self.wire)
    }

    /// QUIT; the reply is 221 from a server that is still in step.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn quit(mut self) -> Result<Reply> {
        self.command("QUIT")
    }

    fn needs(&self, reply: &Reply, to: &str) -> Result<()> {
        if reply.agreed() {
            return Ok(());
        }
        Err(Error::failed(format!("{} answered {to} with \"{reply}\"", self.wire.address())))
    }
}

/// The message as it goes over the wire, final dot included.
fn stuffed(message: &str) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len() + message.len() / 32 + 3);
    for line in message.lines() {
        if line.starts_with('.') {
            wire.push(b'.');
        }
        wire.extend_from_slice(line.as_bytes());
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

fn read_reply(wire: &mut Wire) -> Result<Reply> {
    let mut lines = Vec::new();
    while lines.len() < 200 {
        let line = wire.line()?;
        let more = line.as_bytes().get(3) == Some(&b'-');
        lines.push(line);
        if !more {
            break;
        }
    }
    Reply::read(&lines).ok_or_else(|| {
        let said = lines.first().map(String::as_str).unwrap_or_default();
        Error::failed(format!("{} said {said:?}, which is no SMTP reply", wire.address()))
    })
}

#[cfg(test)]
#[path = "smtp_tests.rs"]
mod tests;
