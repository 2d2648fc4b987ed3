//! The forms in which a stranger asks a server to pass mail on: an open relay falls for at least one of them.

use std::net::IpAddr;

use super::smtp::{Reply, Session};
use crate::error::Result;

/// Who plays in the attempts.
#[derive(Debug, Clone, Copy)]
pub struct Cast<'a> {
    /// Local part of the address mail must not be relayed to.
    pub victim_user: &'a str,
    /// Its domain: one the server does not serve, but which exists, so that no refusal is for an unknown domain.
    pub victim_domain: &'a str,
    /// The address of the victim domain's mail host.
    pub victim_ip: IpAddr,
    /// A domain the server serves.
    pub own_domain: &'a str,
    /// A mailbox of that domain, whole.
    pub own_address: &'a str,
    /// The server's own address.
    pub own_ip: IpAddr,
}

/// One form: what stands between `<` and `>` of MAIL FROM and of RCPT TO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What is tried, in words.
    pub name: &'static str,
    /// The sender's path.
    pub from: String,
    /// The recipient's path.
    pub to: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The first refusal, to MAIL FROM or to RCPT TO.
    Refused(Reply),
    /// Sender and recipient were both taken: the server relays.
    Accepted(Reply),
}

/// The forms, after the relay tests of RFC 2505 times, the percent and bang hacks that old servers rewrite (RFC 1123
/// 5.2.16), source routes (RFC 5321 appendix C), quoting (4.1.2) and address literals (4.1.3).
#[must_use]
pub fn relay_attempts(cast: &Cast) -> Vec<Attempt> {
    let (user, domain, own) = (cast.victim_user, cast.victim_domain, cast.own_domain);
    let (victim, stranger) = (format!("{user}@{domain}"), format!("stranger@{domain}"));
    let (own_literal, victim_literal) = (literal(cast.own_ip), literal(cast.victim_ip));
    let forms = [
        ("plain, sender of the far domain", stranger.clone(), victim.clone()),
        ("empty sender, as of a bounce", String::new(), victim.clone()),
        ("sender in the server's own domain", format!("nobody@{own}"), victim.clone()),
        ("sender is a mailbox of the server", cast.own_address.to_owned(), victim.clone()),
        ("sender is postmaster of the server", format!("postmaster@{own}"), victim.clone()),
        ("sender at the server's own address", format!("root@{own_literal}"), victim.clone()),
        ("sender at localhost", "root@localhost".to_owned(), victim.clone()),
        ("sender without a domain", "root".to_owned(), victim.clone()),
        ("sender is a single space", " ".to_owned(), victim.clone()),
        ("sender is an empty quoted string", format!("\"\"@{own}"), victim.clone()),
        ("sender is the recipient", victim.clone(), victim.clone()),
        ("percent hack", stranger.clone(), format!("{user}%{domain}@{own}")),
        ("percent hack, quoted", stranger.clone(), format!("\"{user}%{domain}\"@{own}")),
        ("percent hack at the server's address", stranger.clone(), format!("{user}%{domain}@{own_literal}")),
        ("percent hack without a domain", stranger.clone(), format!("{user}%{domain}")),
        ("whole address as quoted local part", stranger.clone(), format!("\"{victim}\"@{own}")),
        (
            "whole address as quoted local part at the server's address",
            stranger.clone(),
            format!("\"{victim}\"@{own_literal}"),
        ),
        ("whole address quoted, no domain", stranger.clone(), format!("\"{victim}\"")),
        ("quoted local part", stranger.clone(), format!("\"{user}\"@{domain}")),
        ("two at signs", stranger.clone(), format!("{victim}@{own}")),
        ("source route through the server", stranger.clone(), format!("@{own}:{victim}")),
        ("source route through the server's address", stranger.clone(), format!("@{own_literal}:{victim}")),
        ("bang path", stranger.clone(), format!("{domain}!{user}")),
        ("bang path at the server", stranger.clone(), format!("{domain}!{user}@{own}")),
        ("address literal of the far host", stranger.clone(), format!("{user}@{victim_literal}")),
        ("postmaster of the far domain", stranger.clone(), format!("postmaster@{domain}")),
        ("upper case", stranger.to_uppercase(), victim.to_uppercase()),
        ("final dot", stranger, format!("{victim}.")),
    ];
    forms.into_iter().map(|(name, from, to)| Attempt { name, from, to }).collect()
}

/// Tries one form, up to RCPT TO: nothing is ever sent. The session is reset before and can be used again.
///
/// # Errors
/// When the connection breaks (a server that has had enough says 421 first, which is a refusal) or a deadline passes.
pub fn try_relay(session: &mut Session, attempt: &Attempt) -> Result<Outcome> {
    let reset = session.command("RSET")?;
    if !reset.agreed() {
        return Ok(Outcome::Refused(reset));
    }
    let sender = session.mail_from(&attempt.from, "")?;
    if !sender.agreed() {
        return Ok(Outcome::Refused(sender));
    }
    let recipient = session.rcpt_to(&attempt.to)?;
    Ok(if recipient.agreed() { Outcome::Accepted(recipient) } else { Outcome::Refused(recipient) })
}

/// An address as the domain of a path (RFC 5321 4.1.3).
fn literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("[{address}]"),
        IpAddr::V6(address) => format!("[IPv6:{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::dial::{Dial, Security};
    use super::super::script::{self, Act};
    use super::*;

    fn cast() -> Cast<'static> {
        Cast {
            victim_user: "victim",
            victim_domain: "far.test",
            victim_ip: "2001:db8::9".parse().unwrap(),
            own_domain: "example.org",
            own_address: "anna@example.org",
            own_ip: "198.51.100.5".parse().unwrap(),
        }
    }

    #[test]
    fn the_forms_are_many_and_each_is_another() {
        let forms = relay_attempts(&cast());
        let distinct: BTreeSet<_> = forms.iter().map(|form| (&form.from, &form.to)).collect();
        let names: BTreeSet<_> = forms.iter().map(|form| form.name).collect();
        assert!(forms.len() >= 12 && distinct.len() == forms.len() && names.len() == forms.len());
        let has = |from: &str, to: &str| forms.iter().any(|form| form.from == from && form.to == to);
        assert!(has("", "victim@far.test"));
        assert!(has("stranger@far.test", "victim%far.test@example.org"));
        assert!(has("stranger@far.test", "\"victim@far.test\"@example.org"));
        assert!(has("stranger@far.test", "@example.org:victim@far.test"));
        assert!(has("stranger@far.test", "victim@[IPv6:2001:db8::9]"));
        assert!(has("root@[198.51.100.5]", "victim@far.test"));
    }

    #[test]
    fn a_form_ends_with_the_first_refusal_or_as_accepted() {
        let server = script::serve(vec![
            Act::Say("220 hi"),
            Act::Hear("EHLO"),
            Act::Say("250 hi"),
            Act::Hear("RSET"),
            Act::Say("250 ok"),
            Act::Hear("MAIL FROM:<stranger@far.test>"),
            Act::Say("250 ok"),
            Act::Hear("RCPT TO:<victim@far.test>"),
            Act::Say("250 2.1.5 ok"),
            Act::Hear("RSET"),
            Act::Say("250 ok"),
            Act::Hear("MAIL FROM:<>"),
            Act::Say("553 5.7.1 no"),
            Act::Hear("RSET"),
            Act::Say("421 4.7.0 too many errors"),
        ]);
        let dial = Dial::new(server.address);
        let mut session = Session::open(&dial, Security::Plain, "h.test", "far.test").unwrap();
        let forms = relay_attempts(&cast());
        assert!(matches!(try_relay(&mut session, &forms[0]).unwrap(), Outcome::Accepted(reply) if reply.code == 250));
        assert!(matches!(try_relay(&mut session, &forms[1]).unwrap(), Outcome::Refused(reply) if reply.code == 553));
        assert!(matches!(try_relay(&mut session, &forms[2]).unwrap(), Outcome::Refused(reply) if reply.code == 421));
        server.heard();
    }
}
