//! That strangers cannot send mail through this server to others.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::seen::{Seen, Verdict, few, unknown};
use crate::error::Result;
use crate::probe::dial::{Dial, Security};
use crate::probe::relay::{Attempt, Cast, Outcome, relay_attempts};
use crate::probe::smtp::{Reply, Session};

/// Errors in one session before Postfix slows its answers down are 10 (postconf(5) `smtpd_soft_error_limit`).
const IN_A_SESSION: usize = 8;
/// How long the server may take for one answer: it may look names up.
const PATIENCE: Duration = Duration::from_secs(5);
/// A name for HELO that is formally right and belongs to nobody (RFC 2606).
const HELO: &str = "mailwright-check.invalid";
/// A domain that can neither be the server's own nor anybody else's (RFC 2606), at an address for documentation
/// (RFC 5737): nobody gets mail by the test.
const VICTIM: (&str, &str, IpAddr) = ("victim", "far-away.invalid", IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));

/// Mail for others is refused to a stranger, asked from the server's own public addresses: they are not trusted by
/// Postfix, so they stand for any stranger's.
pub fn refused(addresses: &[IpAddr], domain: &str) -> Verdict {
    if addresses.is_empty() {
        return unknown("no public address of this server is known to ask from");
    }
    let mut seen = Seen::default();
    for address in addresses {
        let attempts = attempts(*address, domain);
        let tried: Vec<Result<Vec<(Attempt, Outcome)>>> = std::thread::scope(|scope| {
            let groups = attempts.chunks(IN_A_SESSION);
            let sessions: Vec<_> = groups.map(|group| scope.spawn(|| in_a_session(*address, group))).collect();
            sessions.into_iter().filter_map(|session| session.join().ok()).collect()
        });
        match tried.into_iter().collect::<Result<Vec<_>>>() {
            Ok(tried) => judge(&mut seen, *address, &tried.concat()),
            Err(error) => seen.unknown(format!("asked on {address}: {}", error.render())),
        }
    }
    seen.verdict()
}

/// The forms, with senders that no server has to look up first: a sender refused for its own sake would hide
/// whether the recipient is.
fn attempts(own_ip: IpAddr, own_domain: &str) -> Vec<Attempt> {
    let (victim_user, victim_domain, victim_ip) = VICTIM;
    let own_address = format!("postmaster@{own_domain}");
    let cast = Cast { victim_user, victim_domain, victim_ip, own_domain, own_address: &own_address, own_ip };
    let mut attempts: Vec<Attempt> = Vec::new();
    for mut attempt in relay_attempts(&cast) {
        if attempt.from.to_ascii_lowercase().ends_with(victim_domain) {
            attempt.from.clear();
        }
        if !attempts.iter().any(|known| (&known.from, &known.to) == (&attempt.from, &attempt.to)) {
            attempts.push(attempt);
        }
    }
    attempts.sort_by(|one, other| one.from.cmp(&other.from));
    attempts
}

/// One session; attempts of the same sender are recipients of one transaction, because Postfix counts transactions
/// (postconf(5) `smtpd_client_message_rate_limit`) and this check must not use a stranger's share up. Nothing is sent.
fn in_a_session(address: IpAddr, attempts: &[Attempt]) -> Result<Vec<(Attempt, Outcome)>> {
    let dial = Dial::new(SocketAddr::new(address, 25)).from(address).within(PATIENCE, PATIENCE);
    let mut session = Session::open(&dial, Security::Plain, "localhost", HELO)?;
    let mut tried: Vec<(Attempt, Outcome)> = Vec::new();
    let mut transaction: Option<(&str, Reply)> = None;
    for attempt in attempts {
        let sender = match transaction.take() {
            Some((from, reply)) if from == attempt.from => reply,
            _ => {
                session.command("RSET")?;
                session.mail_from(&attempt.from, "")?
            }
        };
        let outcome = if sender.agreed() {
            let recipient = session.rcpt_to(&attempt.to)?;
            if recipient.agreed() { Outcome::Accepted(recipient) } else { Outcome::Refused(recipient) }
        } else {
            Outcome::Refused(sender.clone())
        };
        transaction = Some((&attempt.from, sender));
        tried.push((attempt.clone(), outcome));
    }
    let _ = session.quit();
    Ok(tried)
}

fn judge(seen: &mut Seen, address: IpAddr, tried: &[(Attempt, Outcome)]) {
    let mut refusals = 0_usize;
    let (mut taken, mut put_off) = (Vec::new(), Vec::new());
    let mut example: Option<&Reply> = None;
    for (attempt, outcome) in tried {
        let form = |reply: &Reply| format!("<{}> from <{}> ({reply})", attempt.to, attempt.from);
        match outcome {
            Outcome::Accepted(reply) => taken.push(form(reply)),
            Outcome::Refused(reply) if reply.refused() => {
                refusals += 1;
                example = example.or(Some(reply));
            }
            Outcome::Refused(reply) => put_off.push(form(reply)),
        }
    }
    if !taken.is_empty() {
        return seen.fail(format!("mail for others was taken on {address}: {}", few(&taken)));
    }
    if let Some(first) = put_off.first() {
        // "Come back later" is not "never".
        return seen.unknown(format!("{} forms were only put off on {address}, such as {first}", put_off.len()));
    }
    let example = example.map(|reply| format!(", such as with {reply}")).unwrap_or_default();
    seen.good(format!("{refusals} forms of asking were refused on {address}{example}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;

    fn reply(code: u16) -> Reply {
        Reply { code, enhanced: None, text: "text".into() }
    }

    fn judged(last: Outcome) -> check::Outcome {
        let own: IpAddr = "198.51.100.7".parse().unwrap();
        let mut tried: Vec<_> =
            attempts(own, "example.org").into_iter().map(|attempt| (attempt, Outcome::Refused(reply(554)))).collect();
        tried.last_mut().unwrap().1 = last;
        let mut seen = Seen::default();
        judge(&mut seen, own, &tried);
        seen.verdict().0
    }

    #[test]
    fn one_form_taken_is_an_open_relay_and_one_put_off_is_no_proof() {
        assert_eq!(judged(Outcome::Refused(reply(550))), check::Outcome::Pass);
        assert_eq!(judged(Outcome::Accepted(reply(250))), check::Outcome::Fail);
        assert_eq!(judged(Outcome::Refused(reply(450))), check::Outcome::Unknown);
    }

    #[test]
    fn no_sender_has_to_be_looked_up() {
        let attempts = attempts("2001:db8::7".parse().unwrap(), "example.org");
        assert!(attempts.len() >= 20, "{}", attempts.len());
        assert!(attempts.iter().all(|attempt| !attempt.from.contains("far-away.invalid")));
        assert!(attempts.iter().any(|attempt| attempt.from.is_empty() && attempt.to == "victim@far-away.invalid"));
    }
}
