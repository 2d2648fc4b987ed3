//! How a server is called: its address, ours, the deadlines, the record, and the protection asked for.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use super::transcript::Transcript;

/// Whom to call, from where, how patiently, and where it is recorded.
#[derive(Debug, Clone)]
pub struct Dial {
    /// The server.
    pub address: SocketAddr,
    /// Our own address, when it matters which of ours is used; same family as the server's.
    pub source: Option<IpAddr>,
    /// How long connecting may take.
    pub connect: Duration,
    /// How long the server may take for one line, one literal, or the whole TLS handshake; and for taking in what we send.
    pub read: Duration,
    /// The record.
    pub transcript: Transcript,
}

impl Dial {
    /// A call with 10 s to connect and 30 s for each answer, recorded in a transcript of its own.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        let (connect, read) = (Duration::from_secs(10), Duration::from_secs(30));
        Self { address, source: None, connect, read, transcript: Transcript::new() }
    }

    /// Calls from this address of ours.
    #[must_use]
    pub const fn from(mut self, source: IpAddr) -> Self {
        self.source = Some(source);
        self
    }

    /// Other deadlines: to connect, and for each answer.
    #[must_use]
    pub const fn within(mut self, connect: Duration, read: Duration) -> Self {
        (self.connect, self.read) = (connect, read);
        self
    }

    /// Records in this transcript, which the caller keeps.
    #[must_use]
    pub fn recorded(mut self, transcript: &Transcript) -> Self {
        self.transcript = transcript.clone();
        self
    }

    /// Opens the socket.
    pub(super) fn socket(&self) -> std::io::Result<TcpStream> {
        let socket = Socket::new(Domain::for_address(self.address), Type::STREAM, Some(Protocol::TCP))?;
        if let Some(source) = self.source {
            socket.bind(&SocketAddr::new(source, 0).into())?;
        }
        socket.connect_timeout(&self.address.into(), self.connect)?;
        socket.set_tcp_nodelay(true)?;
        Ok(socket.into())
    }
}

/// How a mail session is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    Plain,
    /// By STARTTLS (SMTP RFC 3207, IMAP RFC 9051) or STLS (POP3 RFC 2595), before anything else is said.
    StartTls,
    /// By TLS from the first byte (RFC 8314).
    Tls,
}
