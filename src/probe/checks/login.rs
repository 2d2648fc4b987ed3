//! Where passwords are asked for, and whether a wrong one is refused.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::reach::dial;
use super::seen::{Seen, Verdict, unknown};
use crate::error::Result;
use crate::probe::dial::Security;
use crate::probe::imap;
use crate::probe::smtp::{Reply, Session};
use crate::secret::Secret;

/// How long an answer to a login may take: Dovecot holds back the refusal of a wrong password for two seconds and more.
const LOGIN: Duration = Duration::from_secs(8);
/// How long one way to log in waits for the other to be ready for a wrong password.
const MEETING: Duration = Duration::from_secs(2);
const HELO: &str = "mailwright-check.invalid";
/// Nobody's password. Always the same one: Dovecot slows down an address that tries many.
const WRONG: &str = "mailwright-checks-that-this-is-refused";

/// No AUTH before TLS on 587, none at all on 25.
pub fn auth_only_in_tls() -> Verdict {
    let mut seen = Seen::default();
    for port in [25, 587] {
        // A daemon that cannot be asked is another check's failure.
        if let Err(error) = offered(&mut seen, port) {
            seen.unknown(format!("{port}: {}", error.render()));
        }
    }
    seen.verdict()
}

fn offered(seen: &mut Seen, port: u16) -> Result<()> {
    let mut session = Session::open(&dial(port), Security::Plain, "localhost", HELO)?;
    let offers = session.offers("AUTH").is_some();
    let reply = session.auth_plain("nobody", &Secret::new(WRONG))?;
    let plain = Offer { port, tls: false, offers, reply };
    let _ = session.quit();
    judge(seen, &plain);
    let mut session = Session::open(&dial(port), Security::StartTls, "localhost", HELO)?;
    let offers = session.offers("AUTH").is_some();
    // On 587 this would be a wrong login, for which Dovecot makes us wait; the offer says enough.
    let reply =
        if port == 25 { session.auth_plain("nobody", &Secret::new(WRONG))? } else { session.command("NOOP")? };
    let _ = session.quit();
    judge(seen, &Offer { port, tls: true, offers, reply });
    Ok(())
}

/// What a port said of AUTH, and what it answered to it.
struct Offer {
    port: u16,
    tls: bool,
    offers: bool,
    reply: Reply,
}

fn judge(seen: &mut Seen, offer: &Offer) {
    let Offer { port, tls, offers, reply } = offer;
    let place = if *tls { format!("{port} inside TLS") } else { format!("{port} without TLS") };
    if *tls && *port != 25 {
        if *offers {
            seen.good(format!("{place} takes logins"));
        } else {
            seen.fail(format!("{place} takes no logins"));
        }
        return;
    }
    if *offers {
        seen.fail(format!("{place} offers AUTH"));
    } else if reply.code == 535 || reply.agreed() {
        // 535 means that the password was looked at.
        seen.fail(format!("{place} does not offer AUTH but answers it: {reply}"));
    } else {
        seen.good(format!("{place} takes none ({reply})"));
    }
}

/// A wrong password is refused by IMAP and by submission; the right one, where it is known, is let in.
pub fn wrong_password(mailbox: &str, right: Option<&Secret>) -> Verdict {
    let mut seen = Seen::default();
    let meeting = Meeting::default();
    let (imap, smtp) = std::thread::scope(|scope| {
        let imap = scope.spawn(|| by_imap(mailbox, right, &meeting));
        let smtp = scope.spawn(|| by_smtp(mailbox, right, &meeting));
        (imap.join(), smtp.join())
    });
    for (place, answers) in [("IMAP", imap), ("submission", smtp)] {
        match answers {
            Ok(Ok(answers)) => answers.iter().for_each(|answer| answer.judge(&mut seen, place)),
            Ok(Err(error)) => seen.unknown(format!("{place}: {}", error.render())),
            Err(_) => return unknown(format!("{place} could not be asked")),
        }
    }
    seen.verdict()
}

/// Where the two meet before they give a wrong password: once Dovecot has seen one, it lets whatever comes next from the
/// same address wait for some seconds (its authentication penalty).
#[derive(Default)]
struct Meeting {
    come: Mutex<usize>,
    more: Condvar,
}

impl Meeting {
    /// Waits for the other one, but not for long: it may have failed on its way.
    fn wait(&self) {
        let mut come = self.come.lock().unwrap_or_else(PoisonError::into_inner);
        *come += 1;
        self.more.notify_all();
        drop(self.more.wait_timeout_while(come, MEETING, |come| *come < 2));
    }
}

/// What came of a login.
struct Answer {
    right: bool,
    let_in: bool,
    /// Refused for the password, not because logins do not work just now.
    refused: bool,
    said: String,
}

impl Answer {
    fn judge(&self, seen: &mut Seen, place: &str) {
        let said = &self.said;
        match (self.right, self.let_in, self.refused) {
            (false, true, _) => seen.fail(format!("{place} let a wrong password in: {said}")),
            (false, false, true) => seen.good(format!("{place} refuses a wrong password ({said})")),
            (true, true, _) => seen.good(format!("{place} lets the right one in")),
            (true, false, _) => seen.fail(format!("{place} refuses the right password: {said}")),
            (false, false, false) => seen.fail(format!("{place} can take no logins now: {said}")),
        }
    }
}

fn by_imap(mailbox: &str, right: Option<&Secret>, meeting: &Meeting) -> Result<Vec<Answer>> {
    let try_one = |password: &Secret, right: bool| -> Result<Answer> {
        let mut session = imap::Session::open(&dial(993).within(LOGIN, LOGIN), Security::Tls, "localhost")?;
        if !right {
            meeting.wait();
        }
        let answer = session.login(mailbox, password)?;
        let refused = answer.text.to_ascii_uppercase().contains("AUTHENTICATIONFAILED");
        let let_in = answer.ok();
        let _ = session.logout();
        Ok(Answer { right, let_in, refused, said: answer.text })
    };
    both(try_one, right)
}

fn by_smtp(mailbox: &str, right: Option<&Secret>, meeting: &Meeting) -> Result<Vec<Answer>> {
    let try_one = |password: &Secret, right: bool| -> Result<Answer> {
        let mut session = Session::open(&dial(587).within(LOGIN, LOGIN), Security::StartTls, "localhost", HELO)?;
        if !right {
            meeting.wait();
        }
        let reply = session.auth_plain(mailbox, password)?;
        let _ = session.quit();
        Ok(Answer { right, let_in: reply.agreed(), refused: reply.code == 535, said: reply.to_string() })
    };
    both(try_one, right)
}

/// The right password first, before there is a penalty.
fn both(try_one: impl Fn(&Secret, bool) -> Result<Answer>, right: Option<&Secret>) -> Result<Vec<Answer>> {
    let mut answers = Vec::new();
    if let Some(password) = right {
        answers.push(try_one(password, true)?);
    }
    answers.push(try_one(&Secret::new(WRONG), false)?);
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    #[test]
    fn a_port_takes_passwords_where_it_should_and_nowhere_else() {
        let judge = |port, tls, offers, code| {
            let mut seen = Seen::default();
            let reply = Reply { code, enhanced: None, text: String::new() };
            judge(&mut seen, &Offer { port, tls, offers, reply });
            seen.verdict().0
        };
        assert_eq!(judge(25, false, false, 503), Outcome::Pass);
        assert_eq!(judge(25, false, true, 503), Outcome::Fail);
        assert_eq!(judge(25, true, true, 503), Outcome::Fail);
        assert_eq!(judge(25, true, false, 535), Outcome::Fail);
        assert_eq!(judge(587, false, false, 530), Outcome::Pass);
        assert_eq!(judge(587, false, true, 530), Outcome::Fail);
        assert_eq!(judge(587, false, false, 235), Outcome::Fail);
        assert_eq!(judge(587, true, true, 250), Outcome::Pass);
        assert_eq!(judge(587, true, false, 250), Outcome::Fail);
    }

    #[test]
    fn a_login_that_is_refused_for_another_reason_proves_nothing_good() {
        let judge = |right, let_in, refused| {
            let mut seen = Seen::default();
            Answer { right, let_in, refused, said: "text".into() }.judge(&mut seen, "IMAP");
            seen.verdict().0
        };
        assert_eq!(judge(false, false, true), Outcome::Pass);
        assert_eq!(judge(false, true, false), Outcome::Fail);
        assert_eq!(judge(false, false, false), Outcome::Fail);
        assert_eq!(judge(true, true, false), Outcome::Pass);
        assert_eq!(judge(true, false, true), Outcome::Fail);
    }
}
