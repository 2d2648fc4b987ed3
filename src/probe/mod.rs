//! The only code that asks the outside: dialogues with mail servers, TLS as it is served, ports and sockets.
//!
//! Every dialogue is blocking, has a deadline on each connect and read, and leaves a transcript: the evidence shown to
//! the admin, with secrets as `***`.

pub mod checks;
pub mod dial;
pub mod dns;
pub mod firewall;
pub mod http;
pub mod imap;
pub mod lineage;
pub mod machine;
pub mod old_tls;
pub mod outward;
pub mod pop3;
pub mod ports;
pub mod relay;
pub mod smtp;
pub mod sockets;
pub mod tls;
pub mod traces;
pub mod transcript;
pub mod wire;

#[cfg(test)]
#[path = "../../tests/support/script.rs"]
mod script;
