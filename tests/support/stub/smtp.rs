//! The miniature server's SMTP.

use std::io::BufRead;

use base64ct::{Base64, Encoding};

use super::{DOMAINS, LIMIT, Line, QUOTA, Stub, Temper};

const FALSE_ENDS: [&str; 5] = ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r"];

#[derive(Default)]
struct Mail {
    from: String,
    size: u64,
    to: Vec<String>,
}

impl Stub {
    pub(super) fn smtp(&self, mut line: Line) -> Option<()> {
        line.say("220 mail.example.org ESMTP")?;
        let (mut mail, mut login) = (Mail::default(), None);
        while let Some(command) = line.hear() {
            let (verb, rest) = command.split_once(' ').unwrap_or((&command, ""));
            let reply = match verb {
                "EHLO" => self.extensions(&line),
                "STARTTLS" => {
                    line.say("220 2.0.0 go")?;
                    line = self.protect(line)?;
                    continue;
                }
                "QUIT" => return line.say("221 2.0.0 bye"),
                "RSET" => "250 2.0.0 ok".to_owned(),
                _ if self.temper == Temper::Strict => "554 5.3.2 no".to_owned(),
                "AUTH" => self.auth(&mut line, rest, &mut login)?,
                "MAIL" => {
                    let size = rest.split_once(" SIZE=").and_then(|(_, size)| size.parse().ok()).unwrap_or(0);
                    mail = Mail { from: path(rest), size, to: Vec::new() };
                    self.sender(&line, &mail, login.as_deref())
                }
                "RCPT" => {
                    let to = path(rest);
                    let reply = self.recipient(&line, &mail, &to, login.is_some());
                    mail.to.push(to);
                    reply
                }
                "DATA" => {
                    line.say("354 go on")?;
                    let text = self.text(&mut line)?;
                    self.take(&mail, &text)
                }
                _ => "500 5.5.2 what".to_owned(),
            };
            line.say(&reply)?;
        }
        None
    }

    fn extensions(&self, line: &Line) -> String {
        let lax = self.temper == Temper::Lax;
        let tls = if line.tls { "" } else { "250-STARTTLS\r\n" };
        let auth = if lax || (line.tls && line.port != 25) { "250-AUTH PLAIN LOGIN\r\n" } else { "" };
        let size = if lax { 0 } else { LIMIT };
        format!("250-mail.example.org\r\n250-SIZE {size}\r\n{tls}{auth}250 ENHANCEDSTATUSCODES")
    }

    fn auth(&self, line: &mut Line, rest: &str, login: &mut Option<String>) -> Option<String> {
        if self.temper == Temper::Right && line.port == 25 {
            return Some("503 5.5.1 not enabled".to_owned());
        }
        if self.temper == Temper::Right && !line.tls {
            return Some("530 5.7.0 STARTTLS first".to_owned());
        }
        let plain = |token: &str| String::from_utf8(Base64::decode_vec(token).unwrap_or_default()).unwrap_or_default();
        let (user, password) = if let Some(token) = rest.strip_prefix("PLAIN ") {
            let text = plain(token);
            let mut words = text.split('\0').skip(1).map(str::to_owned);
            (words.next()?, words.next()?)
        } else {
            line.say("334 VXNlcm5hbWU6")?;
            let user = plain(&line.hear()?);
            line.say("334 UGFzc3dvcmQ6")?;
            (user, plain(&line.hear()?))
        };
        if !self.lets_in(line.tls, &user, &password) {
            return Some("535 5.7.8 wrong".to_owned());
        }
        *login = Some(user);
        Some("235 2.7.0 welcome".to_owned())
    }

    fn sender(&self, line: &Line, mail: &Mail, login: Option<&str>) -> String {
        let foreign = line.port != 25 && login.is_some_and(|user| user != mail.from);
        match self.temper {
            Temper::Right if mail.size > LIMIT => "552 5.3.4 too large".to_owned(),
            Temper::Right if foreign => "553 5.7.1 not yours".to_owned(),
            _ => "250 2.1.0 ok".to_owned(),
        }
    }

    fn recipient(&self, line: &Line, mail: &Mail, to: &str, login: bool) -> String {
        let own = DOMAINS.iter().any(|domain| to.ends_with(&format!("@{domain}")));
        let good = if line.port == 25 { mailbox(to).is_some() } else { login };
        match self.temper {
            Temper::Right if good && to.starts_with("small@") && mail.size > QUOTA => {
                "552 5.2.3 too large for it".to_owned()
            }
            Temper::Right if !good && own && line.port == 25 => "550 5.1.1 unknown".to_owned(),
            Temper::Right if !good => "554 5.7.1 relay access denied".to_owned(),
            _ => "250 2.1.5 ok".to_owned(),
        }
    }

    /// The message up to its end, which is in the eye of the beholder.
    fn text(&self, line: &mut Line) -> Option<String> {
        let ends: &[&str] = if self.temper == Temper::Lax { &FALSE_ENDS } else { &[] };
        let mut text = b"\r\n".to_vec();
        loop {
            let byte = next(line)?;
            text.push(byte);
            if !matches!(byte, b'\r' | b'\n') {
                continue;
            }
            let found = ends.iter().chain(&["\r\n.\r\n"]).find(|end| text.ends_with(end.as_bytes()));
            let Some(end) = found else { continue };
            // A CR at the end may be the first half of CR LF.
            if end.ends_with('\r') && line.channel.fill_buf().ok()?.first() == Some(&b'\n') {
                continue;
            }
            text.truncate(text.len() - end.len());
            let text = String::from_utf8(text).ok()?;
            let text = text.strip_prefix("\r\n").unwrap_or_default().replace("\r\n..", "\r\n.");
            return Some(format!("{text}\r\n"));
        }
    }

    fn take(&self, mail: &Mail, text: &str) -> String {
        let size = text.len() as u64;
        let small = mail.to.iter().any(|to| to.starts_with("small@"));
        if self.temper == Temper::Right && size > LIMIT {
            return "552 5.3.4 too large".to_owned();
        }
        if self.temper == Temper::Right && small && size > QUOTA {
            return "452 4.2.2 mailbox full".to_owned();
        }
        for to in &mail.to {
            if let Some(mailbox) = mailbox(to) {
                self.store(&mailbox, text);
            }
        }
        "250 2.0.0 taken".to_owned()
    }
}

fn next(line: &mut Line) -> Option<u8> {
    let byte = *line.channel.fill_buf().ok()?.first()?;
    line.channel.consume(1);
    Some(byte)
}

/// What stands between `<` and the last `>`.
fn path(rest: &str) -> String {
    let from = rest.find('<').map_or(0, |at| at + 1);
    let to = rest.rfind('>').unwrap_or(rest.len());
    rest[from..to].to_owned()
}

/// The mailbox an address leads to.
fn mailbox(to: &str) -> Option<String> {
    if to == "small@example.org" {
        return Some(to.to_owned());
    }
    let (user, domain) = to.split_once('@')?;
    let known = ["anna", "anna+tag", "info"].contains(&user) && DOMAINS.contains(&domain);
    known.then(|| format!("anna@{domain}"))
}
