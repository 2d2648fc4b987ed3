//! Passwords become hashes, and a password that did not change keeps the hash it has.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::hash::Memory;
use super::{Answers, MailAddress, Mailbox, Password, hash};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Each hash takes 64 MiB while it is made: no more than this at once, so that 512 MiB suffice.
const MOST_AT_ONCE: usize = 4;

/// The answers with a hash for every plain password.
///
/// Where `saved`, the answers of the last run, has a hash of the same mailbox that still verifies, that one stays: a
/// second run then changes nothing. Several mailboxes are hashed at once.
///
/// # Errors
/// When the machine has no memory or no random numbers left for a hash.
pub fn settle(mut answers: Answers, saved: Option<&Answers>) -> Result<Answers> {
    let open: Vec<&mut Mailbox> =
        answers.mailboxes.iter_mut().filter(|mailbox| matches!(mailbox.password, Password::Plain(_))).collect();
    let jobs: Vec<(Secret, Option<&Secret>)> = open
        .iter()
        .map(|mailbox| (text(&mailbox.password).clone(), saved.and_then(|saved| hash_of(saved, &mailbox.address))))
        .collect();
    for (mailbox, hash) in open.into_iter().zip(hash_all(&jobs)?) {
        mailbox.password = Password::Hash(hash);
    }
    Ok(answers)
}

/// The text of a password, plain or hashed.
const fn text(password: &Password) -> &Secret {
    match password {
        Password::Plain(text) | Password::Hash(text) => text,
    }
}

fn hash_of<'s>(saved: &'s Answers, address: &MailAddress) -> Option<&'s Secret> {
    saved.mailboxes.iter().find(|mailbox| mailbox.address == *address).and_then(|mailbox| match &mailbox.password {
        Password::Hash(hash) => Some(hash),
        Password::Plain(_) => None,
    })
}

/// One hash a job, in the jobs' order; the threads take the next open job until none is left.
///
/// A job is a password, and the hash it had: that one stays where it still verifies.
///
/// # Errors
/// When the machine has no memory or no random numbers left for a hash.
pub(crate) fn hash_all(jobs: &[(Secret, Option<&Secret>)]) -> Result<Vec<Secret>> {
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_AT_ONCE).min(jobs.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut done, mut memory) = (Vec::new(), Memory::default());
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some((password, old)) = jobs.get(n) else { return done };
            done.push((n, one(&mut memory, password, *old)));
        }
    };
    let mut hashes: Vec<(usize, Result<Secret>)> = thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let died = |_| Error::failed("a thread that hashes passwords died");
        let done = running.into_iter().map(|thread| thread.join().map_err(died));
        done.collect::<Result<Vec<_>>>().map(|done| done.into_iter().flatten().collect())
    })?;
    hashes.sort_by_key(|(n, _)| *n);
    hashes.into_iter().map(|(_, hash)| hash).collect()
}

/// The old hash when it is still that of the password, else a new one.
fn one(memory: &mut Memory, password: &Secret, old: Option<&Secret>) -> Result<Secret> {
    match old {
        Some(old) if hash::verify_in(memory, password, old) == Some(true) => Ok(old.clone()),
        _ => hash::hash_in(memory, password),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn answers(passwords: &[&str]) -> Answers {
        let head =
            "hostname = \"mail.example.org\"\ncontact = \"me@example.com\"\ndomain = [{ name = \"example.org\" }]\n";
        let mailbox =
            |(n, password)| format!("[[mailbox]]\naddress = \"box{n}@example.org\"\npassword = \"{password}\"\n");
        let boxes: String = passwords.iter().enumerate().map(mailbox).collect::<Vec<_>>().concat();
        crate::answers::parse(&format!("{head}{boxes}"), Path::new("answers.toml")).unwrap()
    }

    #[test]
    fn an_unchanged_password_keeps_its_hash_and_a_changed_one_gets_a_new_one() {
        let first = settle(answers(&["first password", "second password"]), None).unwrap();
        assert!(first.mailboxes.iter().all(|mailbox| matches!(mailbox.password, Password::Hash(_))));
        assert_eq!(settle(answers(&["first password", "second password"]), Some(&first)).unwrap(), first);
        let changed = settle(answers(&["first password", "another password", "third password"]), Some(&first)).unwrap();
        assert_eq!(changed.mailboxes[0], first.mailboxes[0]);
        assert_ne!(changed.mailboxes[1], first.mailboxes[1]);
        let third = text(&changed.mailboxes[2].password);
        assert_eq!(hash::verify(&Secret::new("third password"), third), Some(true));
        assert_eq!(settle(first.clone(), None).unwrap(), first, "hashes stay as they are");
    }

    #[test]
    fn ten_mailboxes_settle_in_well_under_a_second() {
        let start = std::time::Instant::now();
        let passwords: Vec<String> = (0..10).map(|n| format!("password number {n}")).collect();
        let settled = settle(answers(&passwords.iter().map(String::as_str).collect::<Vec<_>>()), None).unwrap();
        eprintln!("10 hashes took {:?}", start.elapsed());
        for (mailbox, password) in settled.mailboxes.iter().zip(&passwords) {
            assert_eq!(hash::verify(&Secret::new(password.as_str()), text(&mailbox.password)), Some(true));
        }
    }
}
