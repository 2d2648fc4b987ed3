//! SMTP smuggling (CVE-2023-51764): only CR LF . CR LF ends a message, so no second one hides inside it.

use mailwright::probe::dial::Security;
use mailwright::probe::transcript::Transcript;

use super::{Domain, Judge, Target, Verdict, ensure, wait_for};

/// What some servers take for the end of a message.
const FALSE_ENDS: [(&str, &str); 5] = [
    ("LF . LF", "\n.\n"),
    ("LF . CR LF", "\n.\r\n"),
    ("CR LF . LF", "\r\n.\n"),
    ("CR . CR", "\r.\r"),
    ("CR LF . CR", "\r\n.\r"),
];

pub fn look(judge: &mut Judge) {
    let target = judge.target;
    let Some(domain) = target.domains.first() else { return };
    for (index, (name, end)) in FALSE_ENDS.into_iter().enumerate() {
        judge.check(format!("{name} does not end a message"), |transcript| {
            not_split(target, domain, end, &format!("{}-{index}", target.run), transcript)
        });
    }
}

fn not_split(target: &Target, domain: &Domain, end: &str, token: &str, transcript: &Transcript) -> Verdict {
    let (from, to) = (target.stranger(), &domain.mailbox.address);
    let mut session = target.smtp(target.ipv4.into(), 25, Security::Plain, transcript)?;
    for reply in [session.mail_from(&from, "")?, session.rcpt_to(to)?] {
        ensure(reply.code == 250, || format!("expected 250, got {reply}"))?;
    }
    let headers = |subject: &str| format!("From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\r\n");
    let inner =
        format!("MAIL FROM:<{from}>\r\nRCPT TO:<{to}>\r\nDATA\r\n{}inner\r\n", headers(&format!("hid-{token}")));
    let raw = format!("{}outer{end}{inner}.\r\n", headers(&format!("out-{token}")));
    let reply = session.data_raw(raw.as_bytes())?;
    if reply.code >= 500 || reply.code == 421 {
        return Ok(());
    }
    ensure(reply.code == 250, || format!("expected 250 or a refusal, got {reply}"))?;
    // A server that split the message now answers the commands that were hidden in it.
    let last = session.quit()?;
    ensure(last.code == 221, || format!("the server took the text for commands and answered {last}"))?;
    let mut reader = target.imap(target.ipv4.into(), 993, Security::Tls, transcript)?;
    ensure(reader.login(to, &domain.mailbox.password)?.ok(), || "the login to look for it was refused".to_owned())?;
    let outer = wait_for(&mut reader, &format!("out-{token}"), target.patience)?;
    ensure(outer.len() == 1, || format!("{} outer messages, expected one", outer.len()))?;
    let inner = reader.search(&format!("SUBJECT \"hid-{token}\""))?;
    ensure(inner.is_empty(), || "the hidden message was delivered as one of its own".to_owned())
}
