//! The end of a run: what a person needs next.

use std::fmt::Write;
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::answers::{Answers, Tls};
use crate::dns::{self, Weight};
use crate::engine::State;
use crate::error::Result;
use crate::facts::Facts;
use crate::log::Logs;
use crate::probe::tls::Leaf;
use crate::steps::tls;
use crate::ui::zone;
use crate::words::say;

/// Names on the left, what belongs to them on the right.
pub type Rows = Vec<(String, String)>;

/// Programs, ports with TLS from the start, ports with STARTTLS.
const PROGRAMS: [(&str, &str, &str); 3] = [("IMAP", "993", "143"), ("POP3", "995", "110"), ("SMTP", "465", "587")];

/// Whether mail programs are shown a certificate that is signed by itself: where an authority is to give one, it may not
/// have come yet, and the one that stands there tells.
#[must_use]
pub fn is_self_signed(answers: &Answers) -> bool {
    match answers.tls {
        Tls::SelfSigned => true,
        Tls::Files { .. } => false,
        Tls::Acme(_) => shows_self_signed(&tls::files(answers).0),
    }
}

fn shows_self_signed(certificate: &Path) -> bool {
    let leaf = CertificateDer::from_pem_file(certificate).ok().and_then(|der| Leaf::read(&der).ok());
    leaf.is_some_and(|leaf| leaf.self_signed)
}

/// Server, ports, encryption and user name, as mail programs ask for them, and what there is to be said of it.
#[must_use]
pub fn programs(answers: &Answers, is_self_signed: bool) -> (Rows, Option<String>) {
    let server = answers.hostname.as_str();
    let user = answers.mailboxes.first().map(|mailbox| mailbox.address.to_string()).unwrap_or_default();
    let row = |(name, port, other): (&str, &str, &str)| {
        (name.to_owned(), say("closing-port", &[("server", server), ("port", port), ("other", other)]))
    };
    let mut rows: Rows = PROGRAMS.map(row).into();
    rows.push((say("closing-user", &[]), say("closing-user-is", &[("example", &user)])));
    let note = || match answers.tls {
        Tls::Acme(_) => say("closing-acme-unmet", &[]),
        _ => say("closing-self-signed", &[]),
    };
    (rows, is_self_signed.then(note))
}

/// Where things are; without a run in this session there is no log of it.
#[must_use]
pub fn places(kept: &str, logs: Option<&Logs>) -> Rows {
    let log = logs.map(|logs| logs.run.display().to_string()).unwrap_or_default();
    let places = [
        ("closing-configuration", "/etc/postfix/main.cf, /etc/postfix/master.cf, /etc/dovecot/dovecot.conf"),
        ("closing-journal", kept),
        ("closing-log", &log),
    ];
    let known = places.iter().filter(|(_, place)| !place.is_empty());
    known.map(|(key, place)| (say(key, &[]), (*place).to_owned())).collect()
}

/// What one can do, with `change` as the command that takes other answers.
#[must_use]
pub fn next(change: &str) -> Rows {
    let commands =
        [("closing-check", "mailwright check"), ("closing-change", change), ("closing-back", "mailwright rollback")];
    commands.map(|(key, command)| (say(key, &[]), command.to_owned())).into()
}

/// What the run came to, in one line: what could not be seen is said here, where it is read.
#[must_use]
pub fn headline(answers: &Answers, unseen: usize) -> String {
    let hostname = answers.hostname.as_str();
    if unseen == 0 {
        return say("closing-title", &[("hostname", hostname)]);
    }
    say("closing-title-unseen", &[("hostname", hostname), ("count", &unseen.to_string())])
}

/// The settings for a mail program, the records to publish, where things are, how to check and how to go back; `unseen`
/// checks came to nothing known.
///
/// # Errors
/// When the records cannot be made.
pub fn text(answers: &Answers, facts: &Facts, logs: &Logs, state: &State, unseen: usize) -> Result<String> {
    let mut text = format!("\n{}\n\n", headline(answers, unseen));
    let mut part = |title: &str, body: String| {
        let _ = writeln!(text, "{}\n{}", say(title, &[]), indented(&body));
    };
    let (rows, note) = programs(answers, is_self_signed(answers));
    let note = note.map(|note| note + "\n").unwrap_or_default();
    part("closing-programs", aligned(&rows) + &note);
    let records = dns::records(answers, facts)?.into_iter().filter(|one| one.weight == Weight::Required);
    let records = zone::table(&records.collect::<Vec<_>>());
    part("closing-dns", format!("{records}{}\n", say("closing-dns-more", &[])));
    part("closing-places", aligned(&places(&state.dir().display().to_string(), Some(logs))));
    part("closing-next", aligned(&next("mailwright setup --answers FILE")));
    Ok(text)
}

fn aligned(rows: &[(String, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    rows.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{name:width$}  {value}");
        text
    })
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "  {line}");
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers;

    #[test]
    fn a_self_signed_certificate_is_told_with_the_way_on_where_an_authority_is_to_give_one() {
        let note = |source: &str, is_self_signed| {
            let text = answers::EXAMPLE.replace("# source = \"self-signed\"", source);
            programs(&answers::parse(&text, Path::new("answers.toml")).unwrap(), is_self_signed).1
        };
        assert!(note("", true).unwrap().contains("ask once"));
        assert!(note("source = \"acme\"", true).unwrap().contains("mailwright resume --yes"));
        assert_eq!(note("source = \"acme\"", false), None);
    }

    #[test]
    fn the_certificate_that_stands_decides() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("fullchain.pem");
        let made = rcgen::generate_simple_self_signed(["mail.example.org".to_owned()]).unwrap();
        assert!(!shows_self_signed(&file));
        std::fs::write(&file, made.cert.pem()).unwrap();
        assert!(shows_self_signed(&file));
    }
}
