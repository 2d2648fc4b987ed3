//! IMAP from the client's side (RFC 3501, RFC 9051): the few commands that prove that mail can be read.

use super::dial::{Dial, Security};
use super::tls::{self, Served};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// How a command ended (RFC 9051 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Ok,
    /// Understood and refused.
    No,
    /// Not understood, or not allowed now.
    Bad,
}

/// One response of the server: its line, in which each literal stands as its announcement `{12}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The text.
    pub text: String,
    /// The literals, in order.
    pub literals: Vec<Vec<u8>>,
}

/// What a command brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub status: Status,
    /// The text after the status, response code in brackets included.
    pub text: String,
    /// The untagged responses before, without their `* `.
    pub untagged: Vec<Response>,
}

impl Answer {
    /// Whether it was done.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.status == Status::Ok
    }

    /// What follows a keyword in the first untagged response that starts with it, as for `CAPABILITY` or `SEARCH`.
    #[must_use]
    pub fn untagged(&self, keyword: &str) -> Option<&str> {
        self.untagged.iter().find_map(|response| {
            let (word, rest) = response.text.split_once(' ').unwrap_or((&response.text, ""));
            word.eq_ignore_ascii_case(keyword).then_some(rest)
        })
    }
}

/// A session with an IMAP server.
pub struct Session {
    wire: Wire,
    /// The greeting, without its `* `.
    pub greeting: String,
    /// What was served in the TLS handshake, when there was one.
    pub served: Option<Served>,
    count: u32,
}

impl Session {
    /// Connects, reads the greeting and protects the session as asked; `host` is the server's name.
    ///
    /// # Errors
    /// When the server cannot be reached, does not greet with OK, refuses STARTTLS, or a deadline passes.
    pub fn open(dial: &Dial, security: Security, host: &str) -> Result<Self> {
        let mut wire = Wire::connect(dial)?;
        let served = if security == Security::Tls { Some(tls::shake_hands(&mut wire, host)?) } else { None };
        let line = wire.line()?;
        let Some(greeting) = line.strip_prefix("* ").filter(|text| text.starts_with("OK")) else {
            return Err(Error::failed(format!("{} greeted with {line:?}, which is no IMAP greeting", wire.address())));
        };
        let mut session = Self { greeting: greeting.to_owned(), wire, served, count: 0 };
        if security == Security::StartTls {
            let answer = session.starttls(host)?;
            if !answer.ok() {
                let address = session.wire.address();
                return Err(Error::failed(format!("{address} answered STARTTLS with {:?}", answer.text)));
            }
        }
        Ok(session)
    }

    /// Asks for TLS and shakes hands when the server agrees.
    ///
    /// # Errors
    /// When the handshake fails, the connection breaks or the deadline passes. A refusal is the answer, no error.
    pub fn starttls(&mut self, host: &str) -> Result<Answer> {
        let answer = self.command("STARTTLS")?;
        if answer.ok() {
            self.served = Some(tls::shake_hands(&mut self.wire, host)?);
        }
        Ok(answer)
    }

    /// The capabilities, asked for anew: they change with TLS and with the login.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn capabilities(&mut self) -> Result<Vec<String>> {
        let answer = self.command("CAPABILITY")?;
        Ok(answer.untagged("CAPABILITY").unwrap_or_default().split(' ').map(str::to_ascii_uppercase).collect())
    }

    /// LOGIN.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal is the answer, no error.
    pub fn login(&mut self, user: &str, password: &Secret) -> Result<Answer> {
        let secret = password.reveal();
        self.wire.transcript().hide(secret);
        match (quoted(user), quoted(secret)) {
            (Some(user), Some(quoted)) => {
                // Escaped, the password no longer looks like itself.
                self.wire.transcript().hide(&quoted);
                self.command(&format!("LOGIN {user} {quoted}"))
            }
            _ => self.command_with_literals("LOGIN", &[user, secret]),
        }
    }

    /// SELECT; the answer's `untagged` holds `<n> EXISTS`.
    ///
    /// # Errors
    /// As [`Session::login`].
    pub fn select(&mut self, mailbox: &str) -> Result<Answer> {
        let name =
            quoted(mailbox).ok_or_else(|| Error::failed(format!("{mailbox:?} is no mailbox name we can send")))?;
        self.command(&format!("SELECT {name}"))
    }

    /// SEARCH by these criteria, such as `SUBJECT "token"`; gives message sequence numbers, none when refused.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn search(&mut self, criteria: &str) -> Result<Vec<u32>> {
        let answer = self.command(&format!("SEARCH {criteria}"))?;
        let found = answer.untagged("SEARCH").unwrap_or_default();
        Ok(found.split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect())
    }

    /// The whole message of this sequence number, left unread; `None` when the server gives none.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn fetch(&mut self, message: u32) -> Result<Option<Vec<u8>>> {
        let answer = self.command(&format!("FETCH {message} BODY.PEEK[]"))?;
        let wanted = format!("{message} FETCH ");
        let response = answer.untagged.into_iter().find(|response| {
            response.text.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(&wanted))
                && response.text.to_ascii_uppercase().contains("BODY[]")
        });
        Ok(response.and_then(body))
    }

    /// Marks a message as deleted and expunges what is marked.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes. A refusal is the answer, no error.
    pub fn delete(&mut self, message: u32) -> Result<Answer> {
        let answer = self.command(&format!("STORE {message} +FLAGS.SILENT (\\Deleted)"))?;
        if answer.ok() { self.command("EXPUNGE") } else { Ok(answer) }
    }

    /// LOGOUT.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn logout(mut self) -> Result<Answer> {
        self.command("LOGOUT")
    }

    /// Any command, and all it brings.
    ///
    /// # Errors
    /// When the connection breaks or the deadline passes.
    pub fn command(&mut self, command: &str) -> Result<Answer> {
        let tag = self.tag();
        self.wire.send(&format!("{tag} {command}"))?;
        self.answer(&tag)
    }

    /// A command whose arguments go as synchronising literals, each after the server's `+` (RFC 9051 4.3).
    fn command_with_literals(&mut self, command: &str, arguments: &[&str]) -> Result<Answer> {
        let tag = self.tag();
        let mut line = format!("{tag} {command}");
        for argument in arguments {
            self.wire.send(&format!("{line} {{{}}}", argument.len()))?;
            let go = self.wire.line()?;
            if !go.starts_with('+') {
                return Ok(finished(&go, &tag).unwrap_or(Answer { status: Status::Bad, text: go, untagged: vec![] }));
            }
            line.clone_from(&(*argument).to_owned());
        }
        self.wire.send(&line)?;
        self.answer(&tag)
    }

    fn tag(&mut self) -> String {
        self.count += 1;
        format!("a{}", self.count)
    }

    fn answer(&mut self, tag: &str) -> Result<Answer> {
        let mut untagged = Vec::new();
        while untagged.len() < 100_000 {
            let response = self.response()?;
            if let Some(mut answer) = finished(&response.text, tag) {
                answer.untagged = untagged;
                return Ok(answer);
            }
            let text = response.text.strip_prefix("* ").unwrap_or(&response.text).to_owned();
            untagged.push(Response { text, ..response });
        }
        Err(Error::failed(format!("{} answers without end", self.wire.address())))
    }

    /// A line and the literals it announces, with what follows each.
    fn response(&mut self) -> Result<Response> {
        let mut response = Response::default();
        loop {
            let line = self.wire.line()?;
            response.text.push_str(&line);
            let Some(size) = announced(&line) else { return Ok(response) };
            response.literals.push(self.wire.exact(size)?);
        }
    }
}

/// The tagged line that ends a command.
fn finished(line: &str, tag: &str) -> Option<Answer> {
    let rest = line.strip_prefix(tag)?.strip_prefix(' ')?;
    let (word, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let status = match word.to_ascii_uppercase().as_str() {
        "OK" => Status::Ok,
        "NO" => Status::No,
        "BAD" => Status::Bad,
        _ => return None,
    };
    Some(Answer { status, text: text.to_owned(), untagged: Vec::new() })
}

/// The size of the literal that a line announces at its end, `~` of binary ones (RFC 3516) allowed.
fn announced(line: &str) -> Option<usize> {
    line.strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}

/// The body in a FETCH response: a literal, or a quoted string of a small one (RFC 9051 `nstring`).
fn body(response: Response) -> Option<Vec<u8>> {
    let at = response.text.to_ascii_uppercase().find("BODY[] ")?;
    let rest = &response.text[at + 7..];
    let Some(text) = rest.strip_prefix('"') else { return response.literals.into_iter().next() };
    let mut bytes = Vec::new();
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            b'"' if !escaped => break,
            b'\\' if !escaped => escaped = true,
            other => {
                bytes.push(other);
                escaped = false;
            }
        }
    }
    Some(bytes)
}

/// A quoted string, when the text can be one: printable ASCII.
fn quoted(text: &str) -> Option<String> {
    let fits = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    fits.then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

#[cfg(test)]
#[path = "imap_tests.rs"]
mod tests;
