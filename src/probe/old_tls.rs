//! Whether a server still takes TLS 1.0 or 1.1 (deprecated by RFC 8996).
//!
//! rustls speaks neither, so a `ClientHello` is written by hand (RFC 5246 7.4.1.2, RFC 4346) and only the server's first
//! record is read: a `ServerHello` says yes, an alert says no.

use super::dial::{Dial, Security};
use super::wire::Wire;
use crate::error::{Error, Result};

/// A version of TLS that nobody should take any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OldTls {
    /// TLS 1.0 (RFC 2246).
    V1_0,
    /// TLS 1.1 (RFC 4346).
    V1_1,
}

impl OldTls {
    /// The minor number on the wire, after the major number 3.
    const fn minor(self) -> u8 {
        match self {
            Self::V1_0 => 1,
            Self::V1_1 => 2,
        }
    }
}

impl std::fmt::Display for OldTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *self == Self::V1_0 { "TLS 1.0" } else { "TLS 1.1" })
    }
}

/// The mail protocol of a port: how it is asked for TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// SMTP: EHLO, then STARTTLS.
    Smtp,
    /// IMAP: STARTTLS.
    Imap,
    /// POP3: STLS.
    Pop3,
}

/// The newest of TLS 1.1 and 1.0 that the server takes; `None` when it refuses both.
///
/// # Errors
/// When the server cannot be reached or does not agree to TLS at all: it cannot be said then.
pub fn offers_tls_below_1_2(dial: &Dial, protocol: Protocol, security: Security, host: &str) -> Result<Option<OldTls>> {
    for version in [OldTls::V1_1, OldTls::V1_0] {
        let chosen = chosen(dial, protocol, security, host, version)?;
        if chosen.is_some() {
            return Ok(chosen);
        }
    }
    Ok(None)
}

/// The old version the server chooses when it is offered this one at most; `None` when it refuses.
///
/// # Errors
/// As [`offers_tls_below_1_2`].
pub fn chosen(
    dial: &Dial,
    protocol: Protocol,
    security: Security,
    host: &str,
    version: OldTls,
) -> Result<Option<OldTls>> {
    let mut wire = Wire::connect(dial)?;
    if security == Security::StartTls {
        ask_for_tls(&mut wire, protocol)?;
    }
    wire.transcript().note(&format!("asking for {version}"));
    wire.send_bytes(&client_hello(host, version))?;
    // A server that hangs up instead of sending an alert refuses as well; one that stays silent says nothing.
    let Ok(head) = wire.exact(5) else { return closed_or_silent(&wire) };
    if ![ALERT, HANDSHAKE].contains(&head[0]) {
        return Err(Error::failed(format!("{} answered a TLS hello with something else", wire.address())));
    }
    let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
    let Ok(body) = wire.exact(length) else { return closed_or_silent(&wire) };
    let chosen = match read_record(head[0], &body) {
        Record::Hello(chosen) => Some(chosen),
        Record::Refusal => None,
        Record::Other => return Err(Error::failed(format!("{} answered a TLS hello oddly", wire.address()))),
    };
    let seen = chosen.map_or_else(|| format!("{version} refused"), |chosen| format!("{chosen} accepted"));
    wire.transcript().note(&seen);
    Ok(chosen)
}

fn closed_or_silent(wire: &Wire) -> Result<Option<OldTls>> {
    let last = wire.transcript().lines().pop().unwrap_or_default();
    if last.ends_with("closed the connection") {
        return Ok(None);
    }
    Err(Error::failed(format!("{} did not answer a TLS hello", wire.address())))
}

/// The plain-text words before TLS.
fn ask_for_tls(wire: &mut Wire, protocol: Protocol) -> Result<()> {
    let refused = |wire: &Wire, line: &str| Error::failed(format!("{} refused TLS: {line}", wire.address()));
    let (command, agreed) = match protocol {
        Protocol::Smtp => ("STARTTLS", "220"),
        Protocol::Imap => ("a1 STARTTLS", "a1 OK"),
        Protocol::Pop3 => ("STLS", "+OK"),
    };
    if protocol == Protocol::Smtp {
        last_line(wire)?;
        wire.send("EHLO probe.invalid")?;
    }
    last_line(wire)?;
    wire.send(command)?;
    let mut line = wire.line()?;
    while line.starts_with("* ") {
        line = wire.line()?;
    }
    if line.starts_with(agreed) { Ok(()) } else { Err(refused(wire, &line)) }
}

/// The last line of a reply: SMTP marks the others with a hyphen after the code.
fn last_line(wire: &mut Wire) -> Result<String> {
    loop {
        let line = wire.line()?;
        if line.as_bytes().get(3) != Some(&b'-') || line.starts_with('*') {
            return Ok(line);
        }
    }
}

/// The content types of records (RFC 5246 6.2.1).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

/// The server's first record.
#[derive(Debug, PartialEq, Eq)]
enum Record {
    /// A `ServerHello` that chose this old version.
    Hello(OldTls),
    /// An alert, or a newer version.
    Refusal,
    /// Neither.
    Other,
}

fn read_record(kind: u8, body: &[u8]) -> Record {
    match (kind, body) {
        (HANDSHAKE, [2, _, _, _, 3, 0 | 1, ..]) => Record::Hello(OldTls::V1_0),
        (HANDSHAKE, [2, _, _, _, 3, 2, ..]) => Record::Hello(OldTls::V1_1),
        (HANDSHAKE, [2, _, _, _, 3, _, ..]) | (ALERT, [_, _]) => Record::Refusal,
        _ => Record::Other,
    }
}

/// Suites that servers of those days have: ECDHE and plain RSA with AES-CBC and 3DES, for both kinds of certificates,
/// DHE, and the signal of RFC 5746 that renegotiation is safe.
const SUITES: [u16; 11] = [0xc00a, 0xc009, 0xc014, 0xc013, 0x0039, 0x0033, 0x0035, 0x002f, 0xc012, 0x000a, 0x00ff];

/// A whole record with a `ClientHello` of at most this version.
fn client_hello(host: &str, version: OldTls) -> Vec<u8> {
    let mut hello = vec![3, version.minor()];
    hello.extend_from_slice(&rand::random::<[u8; 32]>());
    hello.push(0);
    hello.extend(with_length(&SUITES.iter().flat_map(|suite| suite.to_be_bytes()).collect::<Vec<_>>()));
    hello.extend_from_slice(&[1, 0]);
    let mut extensions = Vec::new();
    // An address is no name for SNI (RFC 6066 3).
    if host.parse::<std::net::IpAddr>().is_err() {
        let name = [vec![0], with_length(host.as_bytes())].concat();
        extensions.extend(extension(0, &with_length(&name)));
    }
    // Groups: P-256, P-384, P-521, X25519; points uncompressed.
    extensions.extend(extension(10, &with_length(&[0, 23, 0, 24, 0, 25, 0, 29])));
    extensions.extend(extension(11, &[1, 0]));
    hello.extend(with_length(&extensions));
    let mut handshake = vec![1, 0];
    handshake.extend(with_length(&hello));
    [vec![22, 3, 1], with_length(&handshake)].concat()
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [kind.to_be_bytes().to_vec(), with_length(body)].concat()
}

/// Bytes after their length in two bytes. All that is written here is shorter than 64 KiB: a host name has 253 at most.
fn with_length(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

#[cfg(test)]
#[path = "old_tls_tests.rs"]
mod tests;
