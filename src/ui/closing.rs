//! The end of a run: what a person needs next.

use std::fmt::Write;

use crate::answers::{Answers, Tls};
use crate::dns::{self, Weight};
use crate::engine::State;
use crate::error::Result;
use crate::facts::Facts;
use crate::log::Logs;
use crate::ui::zone;
use crate::words::say;

/// The settings for a mail program, the records to publish, where things are, how to check and how to go back.
///
/// # Errors
/// When the records cannot be made.
pub fn text(answers: &Answers, facts: &Facts, logs: &Logs, state: &State) -> Result<String> {
    let mut text = format!("\n{}\n\n", say("closing-title", &[("hostname", answers.hostname.as_str())]));
    let mut part = |title: &str, body: String| {
        let _ = writeln!(text, "{}\n{}", say(title, &[]), indented(&body));
    };
    part("closing-programs", programs(answers));
    let records = dns::records(answers, facts)?.into_iter().filter(|one| one.weight == Weight::Required);
    let records = zone::table(&records.collect::<Vec<_>>());
    part("closing-dns", format!("{records}{}\n", say("closing-dns-more", &[])));
    let kept = state.dir().display().to_string();
    let log = logs.run.display().to_string();
    let places = [
        ("closing-configuration", "/etc/postfix/main.cf, /etc/postfix/master.cf, /etc/dovecot/dovecot.conf"),
        ("closing-journal", kept.as_str()),
        ("closing-log", log.as_str()),
    ];
    // Without a run in this session there is no log of it.
    let known = places.iter().filter(|(_, place)| !place.is_empty());
    let places: Vec<_> = known.map(|(key, place)| (say(key, &[]), (*place).to_owned())).collect();
    part("closing-places", aligned(&places));
    let commands = [
        ("closing-check", "mailwright check"),
        ("closing-change", "mailwright setup --answers FILE"),
        ("closing-back", "mailwright rollback"),
    ];
    part("closing-next", aligned(&commands.map(|(key, command)| (say(key, &[]), command.to_owned()))));
    Ok(text)
}

/// Server, ports, encryption and user name, as mail programs ask for them.
fn programs(answers: &Answers) -> String {
    let server = answers.hostname.as_str();
    let user = answers.mailboxes.first().map(|mailbox| mailbox.address.to_string()).unwrap_or_default();
    let row = |(name, port, other): (&str, &str, &str)| {
        (name.to_owned(), say("closing-port", &[("server", server), ("port", port), ("other", other)]))
    };
    let mut rows = [("IMAP", "993", "143"), ("POP3", "995", "110"), ("SMTP", "465", "587")].map(row).to_vec();
    rows.push((say("closing-user", &[]), say("closing-user-is", &[("example", &user)])));
    let mut text = aligned(&rows);
    if answers.tls == Tls::SelfSigned {
        let _ = writeln!(text, "{}", say("closing-self-signed", &[]));
    }
    text
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
