//! A connection of lines, plain or TLS, with a deadline on every wait and a record of what was said.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustls::{ClientConnection, Stream};

use super::dial::Dial;
use super::transcript::Transcript;
use crate::error::{Context, Error, Result};

/// No line of a mail protocol is longer (SMTP allows 512 octets, IMAP servers send some KiB).
const LONGEST_LINE: usize = 256 * 1024;
/// No literal we ask for is longer: twice the largest message a default Postfix of ours takes.
const LONGEST_BLOCK: usize = 128 * 1024 * 1024;

/// The socket: each read and write ends by `until`, however slowly the other side drips.
struct Timed {
    tcp: TcpStream,
    until: Instant,
}

impl Timed {
    fn left(&self) -> std::io::Result<Option<Duration>> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.tcp.set_read_timeout(self.left()?)?;
        self.tcp.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.tcp.set_write_timeout(self.left()?)?;
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.tcp.flush()
    }
}

/// A connection: lines and blocks out and in.
pub struct Wire {
    socket: Timed,
    tls: Option<Box<ClientConnection>>,
    pending: Vec<u8>,
    dial: Dial,
}

impl Wire {
    /// Connects.
    ///
    /// # Errors
    /// When the server refuses, cannot be reached, or the deadline passes.
    pub fn connect(dial: &Dial) -> Result<Self> {
        let address = dial.address;
        let tcp = dial.socket().context(|| format!("no connection to {address}")).inspect_err(|error| {
            dial.transcript.note(&error.render().replace('\n', "; "));
        })?;
        dial.transcript.note(&format!("connected to {address}"));
        let socket = Timed { tcp, until: Instant::now() + dial.read };
        Ok(Self { socket, tls: None, pending: Vec::new(), dial: dial.clone() })
    }

    /// The record of this dialogue.
    #[must_use]
    pub const fn transcript(&self) -> &Transcript {
        &self.dial.transcript
    }

    /// The server's address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.dial.address
    }

    /// Whether TLS protects the connection.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Sends a line; CR LF is added.
    ///
    /// # Errors
    /// When the connection broke or the deadline passed.
    pub fn send(&mut self, line: &str) -> Result<()> {
        self.dial.transcript.ours(line);
        self.put(format!("{line}\r\n").as_bytes())
    }

    /// Sends bytes as they are; the record only says how many.
    ///
    /// # Errors
    /// When the connection broke or the deadline passed.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.dial.transcript.ours(&format!("({} bytes)", bytes.len()));
        self.put(bytes)
    }

    /// The server's next line, without its line end; bytes that are no UTF-8 are replaced.
    ///
    /// # Errors
    /// When the server closed, the connection broke, the line has no end, or the deadline passed.
    pub fn line(&mut self) -> Result<String> {
        let bytes = self.line_bytes()?;
        let line = String::from_utf8_lossy(&bytes).into_owned();
        self.dial.transcript.theirs(&line);
        Ok(line)
    }

    /// The server's next line as bytes, without its line end and not recorded: for messages.
    ///
    /// # Errors
    /// As [`Wire::line`].
    pub fn line_bytes(&mut self) -> Result<Vec<u8>> {
        self.socket.until = Instant::now() + self.dial.read;
        let mut searched = 0;
        loop {
            if let Some(at) = self.pending[searched..].iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.pending.drain(..=searched + at).collect();
                line.pop();
                line.pop_if(|byte| *byte == b'\r');
                return Ok(line);
            }
            searched = self.pending.len();
            if searched > LONGEST_LINE {
                return Err(self.broken("sent a line without end"));
            }
            self.fill()?;
        }
    }

    /// Exactly so many bytes of the server's, not recorded but counted.
    ///
    /// # Errors
    /// As [`Wire::line`], and when more than 128 MiB are asked for.
    pub fn exact(&mut self, count: usize) -> Result<Vec<u8>> {
        if count > LONGEST_BLOCK {
            return Err(self.broken(&format!("announced {count} bytes, which is more than any message here")));
        }
        self.socket.until = Instant::now() + self.dial.read;
        while self.pending.len() < count {
            self.fill()?;
        }
        self.dial.transcript.theirs(&format!("({count} bytes)"));
        Ok(self.pending.drain(..count).collect())
    }

    /// Lets a TLS session of ours shake hands on this connection; all that follows is inside it.
    ///
    /// # Errors
    /// When the server said more in plain text after agreeing to TLS (an injection, CVE-2011-0411), when the handshake
    /// fails, or when the deadline passes.
    pub(super) fn shake_hands(&mut self, mut session: ClientConnection) -> Result<&ClientConnection> {
        if !self.pending.is_empty() {
            return Err(self.broken("said more in plain text after it agreed to TLS"));
        }
        self.socket.until = Instant::now() + self.dial.read;
        while session.is_handshaking() {
            if let Err(cause) = session.complete_io(&mut self.socket) {
                return Err(self.lost(&cause).within(format!("no TLS with {}", self.dial.address)));
            }
        }
        Ok(self.tls.insert(Box::new(session)))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.socket.until = Instant::now() + self.dial.read;
        let sent = match &mut self.tls {
            None => self.socket.write_all(bytes),
            Some(session) => {
                let mut stream = Stream::new(session.as_mut(), &mut self.socket);
                stream.write_all(bytes).and_then(|()| stream.flush())
            }
        };
        sent.map_err(|cause| self.lost(&cause))
    }

    fn fill(&mut self) -> Result<()> {
        let mut buffer = [0; 16 * 1024];
        let count = loop {
            let read = match &mut self.tls {
                None => self.socket.read(&mut buffer),
                Some(session) => Stream::new(session.as_mut(), &mut self.socket).read(&mut buffer),
            };
            match read {
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                other => break other.map_err(|cause| self.lost(&cause))?,
            }
        };
        if count == 0 {
            return Err(self.broken("closed the connection"));
        }
        self.pending.extend_from_slice(&buffer[..count]);
        Ok(())
    }

    fn lost(&self, cause: &std::io::Error) -> Error {
        match cause.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                self.broken(&format!("did not answer within {:.1} s", self.dial.read.as_secs_f32()))
            }
            // TLS closed without its farewell, or reset: to a reader it is the same as closed.
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                self.broken("closed the connection")
            }
            _ => self.broken("broke off the dialogue").caused_by(cause),
        }
    }

    fn broken(&self, what: &str) -> Error {
        self.dial.transcript.note(&format!("the server {what}"));
        Error::failed(format!("{} {what}", self.dial.address))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = self.socket.tcp.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
