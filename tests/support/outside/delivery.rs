//! Mail from a stranger to a mailbox, an alias and mailbox+tag is taken on 25 and read back through every door.

use std::net::IpAddr;

use mailwright::probe::dial::Security;
use mailwright::probe::transcript::Transcript;

use super::{Domain, Judge, Target, Verdict, Wrong, ensure, message, wait_for};

/// The doors to a mailbox.
const DOORS: [(&str, u16, Security); 4] = [
    ("IMAP", 143, Security::StartTls),
    ("IMAP", 993, Security::Tls),
    ("POP3", 110, Security::StartTls),
    ("POP3", 995, Security::Tls),
];

pub fn look(judge: &mut Judge) {
    let target = judge.target;
    for domain in &target.domains {
        let mut subjects = Vec::new();
        for (family, ip) in target.addresses() {
            for (kind, to) in recipients(domain) {
                let subject = format!("{}-{family}-{kind}-{}", target.run, domain.name);
                judge.check(format!("mail to {kind} {to} is taken on 25 over {family}"), |transcript| {
                    let mut session = target.smtp(ip, 25, Security::Plain, transcript)?;
                    let from = target.stranger();
                    let reply = session.send(&from, &[&to], &message(&from, &to, &subject))?;
                    ensure(reply.code == 250, || format!("expected 250, got {reply}"))
                });
                subjects.push(subject);
            }
        }
        for (family, ip) in target.addresses() {
            for (protocol, port, security) in DOORS {
                let address = &domain.mailbox.address;
                let name = format!("all of {address}'s mail is read over {protocol} on {port} over {family}");
                judge.check(name, |transcript| match protocol {
                    "IMAP" => read_imap(target, domain, (ip, port, security), &subjects, transcript),
                    _ => read_pop3(target, domain, (ip, port, security), &subjects, transcript),
                });
            }
        }
    }
}

fn recipients(domain: &Domain) -> [(&'static str, String); 3] {
    let address = &domain.mailbox.address;
    [("mailbox", address.clone()), ("alias", domain.alias.clone()), ("tagged", address.replacen('@', "+tag@", 1))]
}

type Door = (IpAddr, u16, Security);

fn read_imap(target: &Target, domain: &Domain, door: Door, subjects: &[String], transcript: &Transcript) -> Verdict {
    let mut session = target.imap(door.0, door.1, door.2, transcript)?;
    let answer = session.login(&domain.mailbox.address, &domain.mailbox.password)?;
    ensure(answer.ok(), || format!("the login was refused: {}", answer.text))?;
    for subject in subjects {
        let found = wait_for(&mut session, subject, target.patience)?;
        ensure(found.len() == 1, || format!("{} messages with subject {subject}, expected one", found.len()))?;
        whole(&found[0], subject)?;
    }
    session.logout()?;
    Ok(())
}

fn read_pop3(target: &Target, domain: &Domain, door: Door, subjects: &[String], transcript: &Transcript) -> Verdict {
    let mut session = target.pop3(door.0, door.1, door.2, transcript)?;
    let answer = session.login(&domain.mailbox.address, &domain.mailbox.password)?;
    ensure(answer.ok, || format!("the login was refused: {}", answer.text))?;
    let (count, _) = session.stat()?;
    let mut messages = Vec::new();
    // The newest: a mailbox that has been in use is not read as a whole.
    for number in (1..=count).rev().take(100) {
        messages.push(session.retr(number)?);
    }
    for subject in subjects {
        let header = format!("\r\nSubject: {subject}\r\n");
        let found = messages.iter().find(|message| String::from_utf8_lossy(message).contains(&header));
        whole(found.ok_or_else(|| Wrong(format!("no message with subject {subject} among {count}")))?, subject)?;
    }
    session.quit()?;
    Ok(())
}

/// Nothing was lost or doubled on the way, leading dots least of all.
fn whole(message: &[u8], subject: &str) -> Verdict {
    let text = String::from_utf8_lossy(message);
    let end = format!("\r\n\r\n.a line that starts with a dot\r\nend of {subject}\r\n");
    ensure(text.ends_with(&end), || format!("the text of {subject} is not what was sent: {text:?}"))
}
