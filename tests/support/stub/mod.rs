//! A mail server in miniature on loopback, right or wrong on purpose: what the outside judge is judged by.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support fails by panicking")]

mod readers;
mod smtp;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConfig;

use crate::script::{Channel, shake_hands, tls_config, tls_config_for};

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temper {
    /// As a mail server should.
    Right,
    /// Takes everything from everyone, old TLS and false ends of messages included, under another name.
    Lax,
    /// Refuses every message and every login.
    Strict,
}

pub const DOMAINS: [&str; 2] = ["example.org", "second.test"];
pub const PASSWORD: &str = "correct horse";
pub const LIMIT: u64 = 4 * 1024 * 1024;
pub const QUOTA: u64 = 1024 * 1024;

/// One server: all its ports share the mail.
pub struct Stub {
    pub temper: Temper,
    tls: Arc<ServerConfig>,
    mail: Mutex<Vec<(String, String)>>,
}

impl Stub {
    /// Starts it; gives the place of each mail port and whether it has IPv6.
    pub fn start(temper: Temper) -> (BTreeMap<u16, u16>, bool) {
        let tls = if temper == Temper::Lax { tls_config_for(&["other.test"]) } else { tls_config() };
        let stub = Arc::new(Self { temper, tls, mail: Mutex::default() });
        let mut places = BTreeMap::new();
        let mut v6 = true;
        for port in [25, 587, 465, 143, 993, 110, 995] {
            // Both families where there are two.
            let listener = TcpListener::bind("[::]:0").or_else(|_| {
                v6 = false;
                TcpListener::bind("127.0.0.1:0")
            });
            let listener = listener.unwrap();
            places.insert(port, listener.local_addr().unwrap().port());
            let stub = Arc::clone(&stub);
            std::thread::spawn(move || {
                for tcp in listener.incoming().flatten() {
                    let stub = Arc::clone(&stub);
                    std::thread::spawn(move || stub.talk(port, tcp));
                }
            });
        }
        (places, v6)
    }

    fn talk(&self, port: u16, tcp: TcpStream) {
        tcp.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let line = Line { port, tls: false, channel: BufReader::new(Box::new(tcp.try_clone().unwrap())), tcp };
        let Some(line) = (if [465, 993, 995].contains(&port) { self.protect(line) } else { Some(line) }) else {
            return;
        };
        match port {
            25 | 465 | 587 => self.smtp(line),
            143 | 993 => self.imap(line),
            110 | 995 => self.pop3(line),
            _ => Some(()),
        };
    }

    /// Starts TLS; a lax server agrees to whatever old version is asked for, and that is all it can say in it.
    fn protect(&self, line: Line) -> Option<Line> {
        let mut hello = [0; 11];
        while line.tcp.peek(&mut hello).ok()? < hello.len() {}
        if self.temper == Temper::Lax && hello[10] < 3 {
            let minor = hello[10];
            let served = [22, 3, minor, 0, 6, 2, 0, 0, 2, 3, minor];
            (&line.tcp).write_all(&served).ok()?;
            return None;
        }
        let channel = shake_hands(line.tcp.try_clone().ok()?, &self.tls);
        Some(Line { tls: true, channel: BufReader::new(channel), ..line })
    }

    /// Whether a login is let in.
    fn lets_in(&self, tls: bool, user: &str, password: &str) -> bool {
        let known = user == "small@example.org" || DOMAINS.iter().any(|domain| user == format!("anna@{domain}"));
        match self.temper {
            Temper::Right => tls && known && password == PASSWORD,
            Temper::Lax => true,
            Temper::Strict => false,
        }
    }

    fn store(&self, mailbox: &str, text: &str) {
        self.mail.lock().unwrap().push((mailbox.to_owned(), text.to_owned()));
    }

    fn mail_of(&self, mailbox: &str) -> Vec<String> {
        let mail = self.mail.lock().unwrap();
        mail.iter().filter(|(owner, _)| owner == mailbox).map(|(_, text)| text.clone()).collect()
    }
}

/// A connection.
struct Line {
    port: u16,
    tls: bool,
    channel: BufReader<Box<dyn Channel>>,
    tcp: TcpStream,
}

impl Line {
    /// The client's next line; `None` when it is gone.
    fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        let count = self.channel.read_line(&mut line).ok()?;
        (count > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn say(&mut self, text: &str) -> Option<()> {
        let out = self.channel.get_mut();
        out.write_all(format!("{text}\r\n").as_bytes()).and_then(|()| out.flush()).ok()
    }
}
