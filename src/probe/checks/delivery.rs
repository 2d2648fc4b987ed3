//! A message handed in on port 25 reaches its mailbox, and is removed again.

use std::thread::sleep;
use std::time::{Duration, Instant};

use rand::RngExt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::reach::dial;
use super::seen::{Verdict, fail, pass, unknown};
use super::tool;
use crate::dns::dkim::tags;
use crate::error::{Context, Result};
use crate::probe::dial::Security;
use crate::probe::smtp::{Reply, Session};

const HELO: &str = "mailwright-check.invalid";
/// How often the mailbox is looked into.
const EACH: Duration = Duration::from_millis(50);
/// How long the message may take; what is left of the check's 15 s is for its removal.
const ARRIVAL: Duration = Duration::from_secs(10);

/// A message handed in on port 25 reaches the mailbox; it is removed again.
pub fn arrives(address: &str, mailbox: Option<&str>) -> Result<Verdict> {
    let Some(mailbox) = mailbox else { return leaves(address) };
    match handed_in(address, address, mailbox)? {
        Ok(arrived) => {
            removed(mailbox, &arrived.places)?;
            let took = arrived.took.as_millis();
            Ok(pass(format!("a message reached {mailbox} after {took} ms and was removed again")))
        }
        Err(verdict) => Ok(verdict),
    }
}

/// A message from this address to the mailbox is signed once, for the domain and by this key; it is removed again.
pub fn signed(domain: &str, selector: &str, address: &str, mailbox: &str) -> Result<Verdict> {
    let places = match handed_in(address, mailbox, mailbox)? {
        Ok(arrived) => arrived.places,
        Err(verdict) => return Ok(verdict),
    };
    let header = places.first().map(|place| {
        let asked = ["fetch", "-u", mailbox, "hdr", "mailbox-guid", &place.folder, "uid", &place.uid];
        tool("doveadm").args(asked).success()
    });
    removed(mailbox, &places)?;
    let header = header.transpose()?.map(|output| output.stdout).unwrap_or_default();
    Ok(signature(&header, domain, selector))
}

/// Whether Postfix takes the recipient; nobody elsewhere is sent a message for our sake.
fn leaves(address: &str) -> Result<Verdict> {
    let mut session = match open() {
        Ok(session) => session,
        Err(error) => return Ok(fail(error.render())),
    };
    let reply = taken(&mut session, address)?;
    let _ = session.quit();
    Ok(elsewhere(address, &reply))
}

fn open() -> Result<Session> {
    Session::open(&dial(25), Security::Plain, "localhost", HELO)
}

/// A message that came.
struct Arrived {
    places: Vec<Place>,
    took: Duration,
}

/// Hands a message in on port 25 and waits for it in the mailbox; the inner error is a verdict.
fn handed_in(from: &str, to: &str, mailbox: &str) -> Result<std::result::Result<Arrived, Verdict>> {
    let mut session = match open() {
        Ok(session) => session,
        Err(error) => return Ok(Err(fail(error.render()))),
    };
    let token = token();
    let started = Instant::now();
    // Without a sender, nobody ever gets a bounce or an absence note for it (RFC 5321 4.5.5).
    let reply = session.send("", &[to], &message(from, &token)?)?;
    let _ = session.quit();
    if !reply.agreed() {
        return Ok(Err(fail(format!("Postfix refuses it: {reply}"))));
    }
    Ok(match found(mailbox, &token, started)? {
        Search::Found(places) => Ok(Arrived { places, took: started.elapsed() }),
        Search::Nothing => Err(on_its_way(mailbox, &reply)),
        Search::Refused(why) => Err(fail(format!("Dovecot cannot look into {mailbox}: {why}"))),
    })
}

fn on_its_way(mailbox: &str, reply: &Reply) -> Verdict {
    fail(format!(
        "Postfix took it ({reply}), but it was not in {mailbox} within {} s; it is still on its way",
        ARRIVAL.as_secs()
    ))
}

fn removed(mailbox: &str, places: &[Place]) -> Result<()> {
    for place in places {
        tool("doveadm")
            .args(["expunge", "-u", mailbox, "mailbox-guid", &place.folder, "uid", &place.uid])
            .success()
            .map_err(|error| error.within(format!("the check's own message could not be removed from {mailbox}")))?;
    }
    Ok(())
}

/// The one DKIM-Signature of a header, and what its tags `d` and `s` name (RFC 6376, section 3.5).
fn signature(header: &str, domain: &str, selector: &str) -> Verdict {
    let unfolded = header.replace("\r\n", "\n").replace("\n\t", " ").replace("\n ", " ");
    let found: Vec<&str> = unfolded
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("dkim-signature"))
        .map(|(_, value)| value)
        .collect();
    let [one] = found.as_slice() else {
        return fail(format!("the message came with {} DKIM signatures, not with one", found.len()));
    };
    let tags = tags(one);
    let tag = |name: &str| tags.iter().find(|(key, _)| key == name).map_or("nothing", |(_, value)| value.as_str());
    let (for_domain, by) = (tag("d"), tag("s"));
    if (for_domain, by) == (domain, selector) {
        return pass(format!("signed once, for {for_domain} by {by}"));
    }
    fail(format!("it is signed for {for_domain} by {by}, not for {domain} by {selector}"))
}

/// The answer to the recipient, and no message.
fn taken(session: &mut Session, address: &str) -> Result<Reply> {
    let reply = session.mail_from("", "")?;
    if reply.agreed() { session.rcpt_to(address) } else { Ok(reply) }
}

fn elsewhere(address: &str, reply: &Reply) -> Verdict {
    if reply.refused() {
        return fail(format!("Postfix refuses mail to {address}: {reply}"));
    }
    unknown(format!(
        "mail to {address} leaves this server ({reply}); what becomes of it there cannot be seen from here"
    ))
}

/// What the search for the message came to.
enum Search {
    Found(Vec<Place>),
    Nothing,
    /// The mailbox cannot be read, in Dovecot's words, as where its files are another's.
    Refused(String),
}

/// Waits for the message.
fn found(mailbox: &str, token: &str, started: Instant) -> Result<Search> {
    loop {
        // Saved lately: a header search over years of mail would read every message.
        let query = ["mailbox", "*", "savedsince", "5mins", "header", "x-mailwright-check", token];
        let searched = tool("doveadm").args(["-f", "flow", "search", "-u", mailbox]).args(query).run()?;
        if !searched.ok() {
            return Ok(Search::Refused(searched.tail()));
        }
        let places = places(&searched.stdout);
        if !places.is_empty() {
            return Ok(Search::Found(places));
        }
        if started.elapsed() > ARRIVAL {
            return Ok(Search::Nothing);
        }
        sleep(EACH);
    }
}

/// Where a message lies.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// The folder's GUID.
    folder: String,
    uid: String,
}

/// The lines of doveadm-search(1): the folder's GUID and the uid, in every format without their names.
fn places(output: &str) -> Vec<Place> {
    let place = |line: &str| match line.split_whitespace().collect::<Vec<_>>()[..] {
        [folder, uid] if uid.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(Place { folder: folder.to_owned(), uid: uid.to_owned() })
        }
        _ => None,
    };
    output.lines().filter_map(place).collect()
}

/// Not to be guessed: a stranger's message must not pass for ours and be removed.
fn token() -> String {
    let mut rng = rand::rng();
    (0..24).map(|_| char::from(rng.sample(rand::distr::Alphanumeric)).to_ascii_lowercase()).collect()
}

fn message(address: &str, token: &str) -> Result<String> {
    let date = OffsetDateTime::now_utc().format(&Rfc2822).context(|| "the clock gives no date".into())?;
    Ok(format!(
        "From: mailwright <{address}>\nTo: <{address}>\nSubject: mailwright looks whether mail arrives\n\
         Date: {date}\nMessage-ID: <{token}@mailwright-check.invalid>\nAuto-Submitted: auto-generated\n\
         X-Mailwright-Check: {token}\n\nThis message is removed as soon as it is seen.\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    #[test]
    fn doveadms_lines_give_the_places() {
        let output = "0a1b2c 7\n3d4e5f 12\nmailbox-guid uid\n\n";
        let place = |folder: &str, uid: &str| Place { folder: folder.into(), uid: uid.into() };
        assert_eq!(places(output), [place("0a1b2c", "7"), place("3d4e5f", "12")]);
    }

    #[test]
    fn one_signature_for_the_domain_by_the_key_is_wanted() {
        let sign = |domain: &str, selector: &str| {
            format!(
                "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\r\n\ts={selector}; t=1; bh=x=; b=y\r\n"
            )
        };
        let ours = sign("example.org", "s1");
        let outcome = |header: &str| signature(header, "example.org", "s1").0;
        assert_eq!(outcome(&format!("Received: x\r\n{ours}From: a\r\n")), Outcome::Pass);
        assert_eq!(outcome("From: a\r\n"), Outcome::Fail);
        assert_eq!(outcome(&ours.repeat(2)), Outcome::Fail);
        assert_eq!(outcome(&sign("example.net", "s1")), Outcome::Fail);
        assert_eq!(outcome(&sign("example.org", "s2")), Outcome::Fail);
    }

    #[test]
    fn what_leaves_this_server_is_never_a_pass() {
        let reply = |code| Reply { code, enhanced: None, text: String::new() };
        assert_eq!(elsewhere("postmaster@example.org", &reply(250)).0, Outcome::Unknown);
        assert_eq!(elsewhere("postmaster@example.org", &reply(451)).0, Outcome::Unknown);
        assert_eq!(elsewhere("postmaster@example.org", &reply(550)).0, Outcome::Fail);
    }

    #[test]
    fn the_message_names_its_token_and_asks_for_no_answer() {
        let token = token();
        let message = message("anna@example.org", &token).unwrap();
        assert!(message.contains(&format!("X-Mailwright-Check: {token}\n")) && message.contains("Auto-Submitted:"));
        assert_eq!(token.len(), 24);
    }
}
