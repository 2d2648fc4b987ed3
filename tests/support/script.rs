//! A server on loopback that follows a script: what the dialogues are tested against.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// One act of a scripted server.
pub enum Act {
    /// Sends a line.
    Say(&'static str),
    /// Sends bytes as they are.
    Bytes(&'static [u8]),
    /// Reads a line, which must start with this.
    Hear(&'static str),
    /// Reads lines up to and including this one.
    HearUntil(&'static str),
    /// Shakes hands.
    Tls,
    /// Says nothing for this long.
    Sleep(Duration),
}

/// A scripted server that was started.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    thread: JoinHandle<Vec<String>>,
}

impl Server {
    /// Waits for the end of the script and gives the lines the server heard; panics where the script was not followed.
    pub fn heard(self) -> Vec<String> {
        self.thread.join().expect("the script was not followed")
    }
}

/// A connection, plain or TLS.
pub trait Channel: Read + Write + Send {}
impl<T: Read + Write + Send> Channel for T {}

/// TLS for a server called mail.example.org and 127.0.0.1, with a certificate it signs itself.
pub fn tls_config() -> Arc<ServerConfig> {
    tls_config_for(&["mail.example.org", "127.0.0.1"])
}

/// TLS for a server of these names, with a certificate it signs itself.
pub fn tls_config_for(names: &[&str]) -> Arc<ServerConfig> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    Arc::new(builder.with_single_cert(vec![made.cert.der().clone()], key).unwrap())
}

/// Shakes hands as the server.
pub fn shake_hands(tcp: TcpStream, config: &Arc<ServerConfig>) -> Box<dyn Channel> {
    let session = ServerConnection::new(Arc::clone(config)).unwrap();
    Box::new(StreamOwned::new(session, tcp))
}

/// Starts a server that follows this script for one connection, then closes.
pub fn serve(script: Vec<Act>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let (tcp, _) = listener.accept().unwrap();
        play(&tcp, script)
    });
    Server { address, thread }
}

fn play(tcp: &TcpStream, script: Vec<Act>) -> Vec<String> {
    let mut heard = Vec::new();
    let mut channel: BufReader<Box<dyn Channel>> = BufReader::new(Box::new(tcp.try_clone().unwrap()));
    for act in script {
        match act {
            Act::Say(line) => {
                // The client may have gone already, as it does after an early refusal.
                let _ = channel.get_mut().write_all(format!("{line}\r\n").as_bytes());
                let _ = channel.get_mut().flush();
            }
            Act::Bytes(bytes) => {
                let _ = channel.get_mut().write_all(bytes);
                let _ = channel.get_mut().flush();
            }
            Act::Hear(start) => {
                let line = hear(&mut channel);
                assert!(line.starts_with(start), "heard {line:?} where the script has {start:?}");
                heard.push(line);
            }
            Act::HearUntil(last) => loop {
                let line = hear(&mut channel);
                heard.push(line.clone());
                if line == last {
                    break;
                }
            },
            Act::Tls => channel = BufReader::new(shake_hands(tcp.try_clone().unwrap(), &tls_config())),
            Act::Sleep(time) => std::thread::sleep(time),
        }
    }
    heard
}

fn hear(channel: &mut BufReader<Box<dyn Channel>>) -> String {
    let mut bytes = Vec::new();
    channel.read_until(b'\n', &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.strip_suffix("\r\n").unwrap_or_else(|| panic!("a line without CR LF: {text:?}")).to_owned()
}
