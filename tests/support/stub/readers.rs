//! The miniature server's IMAP and POP3.

use super::{Line, Stub, Temper};

impl Stub {
    pub(super) fn imap(&self, mut line: Line) -> Option<()> {
        line.say("* OK ready")?;
        let mut user = String::new();
        while let Some(command) = line.hear() {
            let words: Vec<&str> = command.splitn(3, ' ').collect();
            let (tag, rest) = (words[0], words.get(2).copied().unwrap_or_default());
            let quoted: Vec<&str> = rest.split('"').collect();
            match *words.get(1)? {
                "STARTTLS" => {
                    line.say(&format!("{tag} OK go"))?;
                    line = self.protect(line)?;
                    continue;
                }
                "CAPABILITY" => {
                    let open = line.tls || self.temper == Temper::Lax;
                    let more = if open { "AUTH=PLAIN" } else { "STARTTLS LOGINDISABLED" };
                    line.say(&format!("* CAPABILITY IMAP4rev1 {more}"))?;
                }
                "LOGIN" => {
                    quoted[1].clone_into(&mut user);
                    if !self.lets_in(line.tls, &user, quoted[3]) {
                        line.say(&format!("{tag} NO [AUTHENTICATIONFAILED] no"))?;
                        continue;
                    }
                }
                "SEARCH" => {
                    let mail = self.mail_of(&user);
                    let wanted = format!("Subject: {}\r\n", quoted[1]);
                    let has = |text: &String| {
                        text.split("\r\n\r\n").next().is_some_and(|head| format!("{head}\r\n").contains(&wanted))
                    };
                    let found = mail.iter().enumerate().filter(|(_, text)| has(text));
                    let numbers: Vec<String> = found.map(|(index, _)| (index + 1).to_string()).collect();
                    line.say(&format!("* SEARCH {}", numbers.join(" ")))?;
                }
                "FETCH" => {
                    let number: usize = rest.split(' ').next()?.parse().ok()?;
                    let text = self.mail_of(&user).swap_remove(number - 1);
                    line.say(&format!("* {number} FETCH (BODY[] {{{}}}\r\n{text})", text.len()))?;
                }
                _ => {}
            }
            line.say(&format!("{tag} OK done"))?;
        }
        None
    }

    pub(super) fn pop3(&self, mut line: Line) -> Option<()> {
        line.say("+OK ready")?;
        let mut user = String::new();
        while let Some(command) = line.hear() {
            let (verb, rest) = command.split_once(' ').unwrap_or((&command, ""));
            let answer = match verb {
                "STLS" => {
                    line.say("+OK go")?;
                    line = self.protect(line)?;
                    continue;
                }
                "USER" => {
                    rest.clone_into(&mut user);
                    "+OK".to_owned()
                }
                "PASS" if !self.lets_in(line.tls, &user, rest) => "-ERR [AUTH] no".to_owned(),
                "STAT" => {
                    let mail = self.mail_of(&user);
                    format!("+OK {} {}", mail.len(), mail.iter().map(String::len).sum::<usize>())
                }
                "RETR" => {
                    let number: usize = rest.parse().ok()?;
                    let text = self.mail_of(&user).swap_remove(number - 1);
                    format!("+OK\r\n{}.", text.replace("\r\n.", "\r\n.."))
                }
                _ => "+OK".to_owned(),
            };
            line.say(&answer)?;
        }
        None
    }
}
