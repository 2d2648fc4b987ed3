//! No form of asking makes the server pass a stranger's mail on, over either family.

use std::net::IpAddr;

use mailwright::probe::dial::Security;
use mailwright::probe::relay::{Attempt, Cast, Outcome, relay_attempts, try_relay};
use mailwright::probe::smtp::Session;
use mailwright::probe::transcript::Transcript;

use super::{Judge, Target, Verdict, Wrong, ensure};

/// Errors a session may have before servers slow down (Postfix: 10) or hang up (20).
const PER_SESSION: usize = 7;

pub fn look(judge: &mut Judge) {
    let target = judge.target;
    let Some(domain) = target.domains.first() else { return };
    let (victim_user, victim_domain) = target.victim_parts();
    for (family, own_ip) in target.addresses() {
        let cast = Cast {
            victim_user,
            victim_domain,
            victim_ip: target.victim_ip,
            own_domain: &domain.name,
            own_address: &domain.mailbox.address,
            own_ip,
        };
        let mut session = None;
        for (index, attempt) in relay_attempts(&cast).iter().enumerate() {
            if index % PER_SESSION == 0 {
                session = None;
            }
            let Attempt { name, from, to } = attempt;
            let name = format!("no relaying over {family}: {name} (<{from}> to <{to}>)");
            judge.check(name, |evidence| {
                let outcome = match session.as_mut() {
                    Some(open) => try_relay(open, attempt).ok(),
                    None => None,
                };
                // A fresh session where there is none, or where the server has had enough of the old one.
                let outcome = match outcome {
                    Some(outcome) if code(&outcome) != 421 => outcome,
                    _ => {
                        let fresh = session.insert(target.smtp(own_ip, 25, Security::Plain, evidence)?);
                        try_relay(fresh, attempt)?
                    }
                };
                refused_for_good(&outcome, evidence)
            });
        }
        after_starttls(judge, &cast, (family, own_ip));
    }
}

/// The plain form once more inside TLS, and once more on the submission port without a login.
fn after_starttls(judge: &mut Judge, cast: &Cast, (family, ip): (&str, IpAddr)) {
    let target: &Target = judge.target;
    let forms = relay_attempts(cast);
    for (port, security) in [(25, Security::StartTls), (587, Security::StartTls), (465, Security::Tls)] {
        judge.check(format!("no relaying over {family} inside TLS on {port} without a login"), |evidence| {
            let mut session: Session = target.smtp(ip, port, security, evidence)?;
            let outcome = try_relay(&mut session, forms.first().ok_or_else(|| Wrong("no forms".to_owned()))?)?;
            refused_for_good(&outcome, evidence)
        });
    }
}

const fn code(outcome: &Outcome) -> u16 {
    match outcome {
        Outcome::Refused(reply) | Outcome::Accepted(reply) => reply.code,
    }
}

fn refused_for_good(outcome: &Outcome, evidence: &Transcript) -> Verdict {
    evidence.note(&format!("{outcome:?}"));
    match outcome {
        Outcome::Accepted(reply) => Err(Wrong(format!("the server relays: {reply}"))),
        Outcome::Refused(reply) => ensure(reply.refused(), || format!("refused only for now: {reply}")),
    }
}
