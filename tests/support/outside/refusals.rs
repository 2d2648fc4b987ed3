//! What has to be refused beside relaying, and with which code.

use std::net::IpAddr;

use mailwright::probe::dial::Security;
use mailwright::probe::imap::Status;
use mailwright::probe::smtp::Reply;
use mailwright::probe::transcript::Transcript;
use mailwright::secret::Secret;

use super::submission::SUBMISSION;
use super::{Judge, Mailbox, Target, Verdict, ensure, message};

pub fn look(judge: &mut Judge) {
    let target = judge.target;
    let Some(domain) = target.domains.first() else { return };
    let (ip, mailbox) = (IpAddr::from(target.ipv4), &domain.mailbox);
    for domain in &target.domains {
        judge.check(format!("an unknown recipient in {} is refused with 550 5.1.1", domain.name), |transcript| {
            let mut session = target.smtp(ip, 25, Security::Plain, transcript)?;
            let reply = session.send(&target.stranger(), &[&format!("no-such-{}@{}", target.run, domain.name)], "x")?;
            ensure(reply.is(550, "5.1.1"), || format!("expected 550 5.1.1, got {reply}"))
        });
    }
    size(judge, ip, mailbox);
    if let Some(small) = &target.small {
        quota(judge, ip, small);
    }
    logins_where_none_belong(judge, ip, mailbox);
    wrong_passwords(judge, ip, mailbox);
}

fn size(judge: &mut Judge, ip: IpAddr, mailbox: &Mailbox) {
    let target = judge.target;
    let too_large = |reply: &Reply| ensure(reply.is(552, "5.3.4"), || format!("expected 552 5.3.4, got {reply}"));
    judge.check("a message announced as larger than message_size_limit is refused with 552", |transcript| {
        let mut session = target.smtp(ip, 25, Security::Plain, transcript)?;
        let limit = target.message_size_limit;
        ensure(session.offers("SIZE") == Some(&limit.to_string()), || format!("SIZE {limit} is not announced"))?;
        too_large(&session.mail_from(&target.stranger(), &format!(" SIZE={}", limit + 1))?)
    });
    judge.check("a message that turns out larger than message_size_limit is refused with 552", |transcript| {
        let mut session = target.smtp(ip, 25, Security::Plain, transcript)?;
        let from = target.stranger();
        let text = padded(&message(&from, &mailbox.address, "too-large"), target.message_size_limit + 64 * 1024);
        too_large(&session.send(&from, &[&mailbox.address], &text)?)
    });
}

fn quota(judge: &mut Judge, ip: IpAddr, small: &Mailbox) {
    let target = judge.target;
    let from = target.stranger();
    let full = |reply: &Reply| {
        let codes = ["4.2.2", "5.2.2", "5.2.3"];
        let right =
            [452, 552].contains(&reply.code) && reply.enhanced.as_deref().is_some_and(|code| codes.contains(&code));
        ensure(right, || format!("expected 452 4.2.2 or 552 5.2.2 or 5.2.3, got {reply}"))
    };
    let large = padded(&message(&from, &small.address, "beyond-quota"), 3 * 1024 * 1024);
    judge.check("a mailbox with a small quota takes a small message", |transcript| {
        let mut session = target.smtp(ip, 25, Security::Plain, transcript)?;
        let reply = session.send(&from, &[&small.address], &message(&from, &small.address, "within-quota"))?;
        ensure(reply.code == 250, || format!("expected 250, got {reply}"))
    });
    judge.check("a message announced as beyond the quota is refused", |transcript| {
        let mut session = target.smtp(ip, 25, Security::Plain, transcript)?;
        let reply = session.mail_from(&from, &format!(" SIZE={}", large.len()))?;
        ensure(reply.agreed(), || format!("the sender was refused: {reply}"))?;
        let reply = session.rcpt_to(&small.address)?;
        full(&if reply.agreed() { session.data(&large)? } else { reply })
    });
    judge.check("a message that turns out beyond the quota is refused in the dialogue", |transcript| {
        let mut session = target.smtp(ip, 25, Security::Plain, transcript)?;
        full(&session.send(&from, &[&small.address], &large)?)
    });
}

fn logins_where_none_belong(judge: &mut Judge, ip: IpAddr, mailbox: &Mailbox) {
    let target = judge.target;
    for (port, security, what) in [
        (25, Security::Plain, "on 25"),
        (25, Security::StartTls, "on 25 inside TLS"),
        (587, Security::Plain, "on 587 before TLS"),
    ] {
        judge.check(format!("AUTH is neither offered nor taken {what}"), |transcript| {
            no_auth(target, ip, (port, security), mailbox, transcript)
        });
    }
    judge.check("LOGIN is refused on 143 before TLS", |transcript| {
        let mut session = target.imap(ip, 143, Security::Plain, transcript)?;
        let offered = session.capabilities()?;
        ensure(offered.iter().any(|word| word == "LOGINDISABLED"), || "LOGINDISABLED is not said".to_owned())?;
        ensure(!offered.iter().any(|word| word.starts_with("AUTH=")), || "AUTH is offered".to_owned())?;
        let answer = session.login(&mailbox.address, &mailbox.password)?;
        ensure(!answer.ok(), || "the login was taken".to_owned())
    });
    judge.check("USER and PASS are refused on 110 before TLS", |transcript| {
        let mut session = target.pop3(ip, 110, Security::Plain, transcript)?;
        let answer = session.login(&mailbox.address, &mailbox.password)?;
        ensure(!answer.ok, || "the login was taken".to_owned())
    });
}

fn no_auth(target: &Target, ip: IpAddr, door: (u16, Security), mailbox: &Mailbox, transcript: &Transcript) -> Verdict {
    let mut session = target.smtp(ip, door.0, door.1, transcript)?;
    ensure(session.offers("AUTH").is_none(), || "AUTH is offered".to_owned())?;
    let reply = session.auth_plain(&mailbox.address, &mailbox.password)?;
    // Unknown, not enabled, or not without TLS (RFC 4954 4, 6; RFC 3207 4); 535 would mean that a password was looked at.
    let right = [500, 502, 503, 530, 538].contains(&reply.code);
    ensure(right, || format!("expected 500, 502, 503, 530 or 538, got {reply}"))
}

fn wrong_passwords(judge: &mut Judge, ip: IpAddr, mailbox: &Mailbox) {
    let target = judge.target;
    let wrong = Secret::new(format!("not-the-password-{}", target.run));
    let nobody = format!("nobody-{}", mailbox.address);
    let mut guessers = (0..).map(|number| target.guessed_by(number));
    let mut next = || guessers.next().unwrap_or_else(|| target.clone());
    for (port, security) in SUBMISSION {
        for user in [&mailbox.address, &nobody] {
            let target = next();
            judge.check(format!("a wrong password for {user} is refused on {port} with 535"), |transcript| {
                let reply = target.smtp(ip, port, security, transcript)?.auth_plain(user, &wrong)?;
                ensure(reply.is(535, "5.7.8"), || format!("expected 535 5.7.8, got {reply}"))
            });
        }
    }
    for (port, security) in [(143, Security::StartTls), (993, Security::Tls)] {
        let target = next();
        judge.check(format!("a wrong password is refused on {port} with NO"), |transcript| {
            let answer = target.imap(ip, port, security, transcript)?.login(&mailbox.address, &wrong)?;
            ensure(answer.status == Status::No, || format!("expected NO, got {:?} {}", answer.status, answer.text))
        });
    }
    for (port, security) in [(110, Security::StartTls), (995, Security::Tls)] {
        let target = next();
        judge.check(format!("a wrong password is refused on {port} with -ERR"), |transcript| {
            let answer = target.pop3(ip, port, security, transcript)?.login(&mailbox.address, &wrong)?;
            ensure(!answer.ok, || "the login was taken".to_owned())
        });
    }
}

/// The message with lines added until it has at least this many bytes.
fn padded(message: &str, bytes: u64) -> String {
    const LINE: &str = "mail of some size, in lines of some length, as a picture would be when it is encoded\r\n";
    let missing = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_sub(message.len());
    format!("{message}{}", LINE.repeat(missing / LINE.len() + 1))
}
