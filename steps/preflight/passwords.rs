//! The passwords that are brought along as hashes: whether this release's Dovecot can try one against them.

use crate::answers::{Answers, Password, hash};
use crate::check::Outcome::{self, Fail, Pass, Warn};
use crate::facts::{Facts, Release};

pub(super) fn schemes(answers: &Answers, facts: &Facts) -> (Outcome, String) {
    let weak = answers.mailboxes.iter().filter_map(|mailbox| match &mailbox.password {
        Password::Hash(hash) => Some((mailbox.address.to_string(), hash::weak_scheme(hash)?)),
        Password::Plain(_) => None,
    });
    let weak: Vec<String> = weak.map(|(address, scheme)| format!("{address} {scheme}")).collect();
    if weak.is_empty() {
        return (Pass, "every password can be tried".into());
    }
    // Dovecot 2.3 takes them all; 2.4 refuses them: "Weak password scheme 'MD5-CRYPT' used and refused".
    let outcome = if facts.release == Some(Release::Bookworm) { Warn } else { Fail };
    (outcome, weak.join(", "))
}
