//! POP3 from the client's side (RFC 1939, STLS of RFC 2595).

use super::dial::{Dial, Security};
use super::tls::{self, Served};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The first line of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `+OK`, not `-ERR`.
    pub ok: bool,
    /// What follows, response code in brackets included (RFC 2449).
    pub text: String,
}

/// A session with a POP3 server.
pub struct Session {
    wire: Wire,
    /// The greeting, without its `+OK `.
    pub greeting: String,
    /// What was served in the TLS handshake, when there was one.
    pub served: Option<Served>,
}

impl Session {
    /// Connects, reads the greeting and protects the session as asked; `host` is the server's name.
    ///
    /// # Errors
    /// When the server cannot be reached, does not greet with `+OK`, refuses STLS, or a deadline passes.
    pub fn open(dial: &Dial, security: Security, host: &str) -> Result<Self> {
        let mut wire = Wire::connect(dial)?;
        let served = if security == Security::Tls { Some(tls::shake_hands(&mut wire, host)?) } else { None };
        let mut session = Self { wire, greeting: String::new(), served };
        let greeting = session.answer()?;
        session.needs(&greeting, "the connection")?;
        session.greeting = greeting.text;
        if security == Security::StartTls {
            let answer = session.starttls(host)?;
            session.needs(&answer, "STLS")?;
        }
        Ok(session)
    }

    /// Asks for TLS and shakes hands when the server agrees.
    ///
    /// # Errors
    /// When the handshake fails, the connection breaks or the deadline passes. A refusal is the answer, no error.
    pub fn starttls(&mut self, host: &str) -> Result<Answer> {
        let answer = self.command("STLS")?;
        if answer.ok {
            self.served = Some(tls::shake_hands(&mut self.wire, host)?);
        }
        Ok(answer)
    }

    /// The capabilities (RFC 2449), empty when the server knows no CAPA.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn capabilities(&mut self) -> Result<Vec<String>> {
        if !self.command("CAPA")?.ok {
            return Ok(Vec::new());
        }
        let text = String::from_utf8_lossy(&self.block()?).to_ascii_uppercase();
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// USER and PASS: the first refusal, or the answer to PASS.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal is the answer, no error.
    pub fn login(&mut self, user: &str, password: &Secret) -> Result<Answer> {
        let answer = self.command(&format!("USER {user}"))?;
        if !answer.ok {
            return Ok(answer);
        }
        self.wire.transcript().hide(password.reveal());
        self.command(&format!("PASS {}", password.reveal()))
    }

    /// STAT: the number of messages and their bytes.
    ///
    /// # Errors
    /// When the server refuses, the connection breaks or the deadline passes.
    pub fn stat(&mut self) -> Result<(u32, u64)> {
        let answer = self.command("STAT")?;
        self.needs(&answer, "STAT")?;
        let mut words = answer.text.split(' ');
        let count = words.next().and_then(|word| word.parse().ok());
        let bytes = words.next().and_then(|word| word.parse().ok());
        count.zip(bytes).ok_or_else(|| {
            Error::failed(format!("{} answered STAT with {:?}, which is no count", self.wire.address(), answer.text))
        })
    }

    /// RETR: the message, dots undone.
    ///
    /// # Errors
    /// When the server refuses, the connection breaks or the deadline passes.
    pub fn retr(&mut self, message: u32) -> Result<Vec<u8>> {
        let answer = self.command(&format!("RETR {message}"))?;
        self.needs(&answer, "RETR")?;
        self.block()
    }

    /// DELE: the message goes at QUIT.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal is the answer, no error.
    pub fn dele(&mut self, message: u32) -> Result<Answer> {
        self.command(&format!("DELE {message}"))
    }

    /// QUIT: what was deleted is gone.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn quit(mut self) -> Result<Answer> {
        self.command("QUIT")
    }

    /// Any command, and the first line of its answer.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn command(&mut self, line: &str) -> Result<Answer> {
        self.wire.send(line)?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Answer> {
        let line = self.wire.line()?;
        let (word, text) = line.split_once(' ').unwrap_or((&line, ""));
        match word {
            "+OK" => Ok(Answer { ok: true, text: text.to_owned() }),
            "-ERR" => Ok(Answer { ok: false, text: text.to_owned() }),
            _ => Err(Error::failed(format!("{} said {line:?}, which is no POP3 answer", self.wire.address()))),
        }
    }

    /// The lines up to the final dot, leading dots undone (RFC 1939 3).
    fn block(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            let line = self.wire.line_bytes()?;
            if line == b"." {
                self.wire.transcript().theirs(&format!("({} bytes)", bytes.len()));
                return Ok(bytes);
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            bytes.extend_from_slice(b"\r\n");
        }
    }

    fn needs(&self, answer: &Answer, to: &str) -> Result<()> {
        if answer.ok {
            return Ok(());
        }
        Err(Error::failed(format!("{} answered {to} with \"-ERR {}\"", self.wire.address(), answer.text)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::{self, Act};
    use super::*;

    #[test]
    fn a_message_is_read_and_deleted_through_stls() {
        let server = script::serve(vec![
            Act::Say("+OK ready"),
            Act::Hear("STLS"),
            Act::Say("+OK Begin TLS"),
            Act::Tls,
            Act::Hear("CAPA"),
            Act::Say("+OK"),
            Act::Bytes(b"SASL PLAIN\r\nUIDL\r\n.\r\n"),
            Act::Hear("USER anna@example.org"),
            Act::Say("+OK"),
            Act::Hear("PASS correct horse"),
            Act::Say("+OK Logged in."),
            Act::Hear("STAT"),
            Act::Say("+OK 1 20"),
            Act::Hear("RETR 1"),
            Act::Say("+OK 20 octets"),
            Act::Bytes(b"Subject: x\r\n\r\n..dot\r\n...\r\n.\r\n"),
            Act::Hear("DELE 1"),
            Act::Say("+OK"),
            Act::Hear("QUIT"),
            Act::Say("+OK bye"),
        ]);
        let dial = Dial::new(server.address);
        let mut session = Session::open(&dial, Security::StartTls, "mail.example.org").unwrap();
        assert!(session.served.is_some());
        assert_eq!(session.capabilities().unwrap(), ["SASL PLAIN", "UIDL"]);
        assert!(session.login("anna@example.org", &Secret::new("correct horse")).unwrap().ok);
        assert_eq!(session.stat().unwrap(), (1, 20));
        assert_eq!(session.retr(1).unwrap(), b"Subject: x\r\n\r\n.dot\r\n..\r\n");
        assert!(session.dele(1).unwrap().ok && session.quit().unwrap().ok);
        server.heard();
        let said = dial.transcript.to_string();
        assert!(said.contains("> PASS ***") && !said.contains("correct horse"), "{said}");
    }

    #[test]
    fn refusals_are_answers_and_nonsense_is_a_sentence() {
        let server = script::serve(vec![
            Act::Say("+OK"),
            Act::Hear("USER anna"),
            Act::Say("-ERR [AUTH] not without TLS"),
            Act::Hear("RETR 9"),
            Act::Say("-ERR no such message"),
            Act::Hear("STAT"),
            Act::Say("+OK many"),
            Act::Hear("NOOP"),
            Act::Say("250 what"),
        ]);
        let mut session = Session::open(&Dial::new(server.address), Security::Plain, "h.test").unwrap();
        let answer = session.login("anna", &Secret::new("x")).unwrap();
        assert_eq!(answer, Answer { ok: false, text: "[AUTH] not without TLS".into() });
        assert!(session.retr(9).unwrap_err().to_string().ends_with("answered RETR with \"-ERR no such message\""));
        assert!(session.stat().unwrap_err().to_string().ends_with("which is no count"));
        assert!(session.command("NOOP").unwrap_err().to_string().ends_with("which is no POP3 answer"));
        let server = script::serve(vec![Act::Say("-ERR full")]);
        assert!(Session::open(&Dial::new(server.address), Security::Tls, "h.test").is_err());
    }
}
