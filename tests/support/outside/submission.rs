//! A login submits on 587 and 465; as nobody but itself.

use mailwright::probe::dial::Security;

use super::{Judge, ensure, message};

pub const SUBMISSION: [(u16, Security); 2] = [(587, Security::StartTls), (465, Security::Tls)];

pub fn look(judge: &mut Judge) {
    let target = judge.target;
    for domain in &target.domains {
        let mailbox = &domain.mailbox;
        for (family, ip) in target.addresses() {
            for (port, security) in SUBMISSION {
                let mut session = None;
                let address = &mailbox.address;
                judge.check(format!("{address} logs in on {port} over {family}"), |transcript| {
                    let mut fresh = target.smtp(ip, port, security, transcript)?;
                    // Both mechanisms are in use by mail programs: one on each port.
                    let reply = match port {
                        587 => fresh.auth_plain(address, &mailbox.password)?,
                        _ => fresh.auth_login(address, &mailbox.password)?,
                    };
                    ensure(reply.code == 235, || format!("expected 235, got {reply}"))?;
                    session = Some(fresh);
                    Ok(())
                });
                // One login for all three: servers count them.
                for foreign in [format!("someone-else@{}", domain.name), target.stranger()] {
                    judge.check(format!("{address} may not send as {foreign} on {port} over {family}"), |evidence| {
                        let session = session.as_mut().ok_or_else(|| super::Wrong("no login".to_owned()))?;
                        let reply =
                            session.send(&foreign, &[&target.victim], &message(&foreign, &target.victim, "no"))?;
                        evidence.note(&format!("MAIL FROM:<{foreign}>, RCPT TO:<{}>: {reply}", target.victim));
                        session.command("RSET")?;
                        ensure(reply.is(553, "5.7.1"), || format!("expected 553 5.7.1, got {reply}"))
                    });
                }
                judge.check(format!("{address} submits to the far host on {port} over {family}"), |evidence| {
                    let session = session.as_mut().ok_or_else(|| super::Wrong("no login".to_owned()))?;
                    let subject = target.submitted_subject(family, port, mailbox);
                    let reply =
                        session.send(address, &[&target.victim], &message(address, &target.victim, &subject))?;
                    evidence.note(&format!("{subject}: {reply}"));
                    ensure(reply.code == 250, || format!("expected 250, got {reply}"))
                });
            }
        }
    }
}
