//! How much mail goes out and comes in, and how much of it one login sends: the `[limits]` table.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::choice::{choice, word};
use super::keys::{KEYS, Section};
use super::notes::{Fields, Notes};
use super::parse::table;
use crate::words::say;

choice! {
    /// How mail goes out to each domain elsewhere.
    Outgoing {
        /// Slowly, for an address that nobody knows yet.
        Gentle = "gentle",
        /// As Postfix does of itself.
        Normal = "normal",
    }
}

choice! {
    /// Whether what one login sends is counted.
    PerLogin {
        /// It is, and beyond the limit it is told to wait.
        On = "on",
        /// Nobody counts.
        Off = "off",
    }
}

/// What holds for one domain elsewhere (postconf(5), `transport_destination_...`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pace {
    /// Connections at a time.
    pub connections: u32,
    /// Seconds from one delivery to the next.
    pub delay: u32,
    /// Recipients of a delivery.
    pub recipients: u32,
}

/// What holds for one address that connects (postconf(5), `smtpd_client_..._limit`): at a time, or in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Incoming {
    /// Connections at a time.
    pub connections: u32,
    /// New connections in a minute.
    pub connection_rate: u32,
    /// Messages in a minute.
    pub messages: u32,
    /// Recipients in a minute.
    pub recipients: u32,
    /// Logins in a minute, right or wrong; 0 for no limit.
    pub logins: u32,
    /// TLS sessions that take up none of before, in a minute.
    pub tls_sessions: u32,
}

/// What one login sends, in recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Login {
    /// In a minute.
    pub minute: u32,
    /// In an hour.
    pub hour: u32,
    /// In a day.
    pub day: u32,
}

/// The limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// The set that holds for what is not given.
    pub outgoing: Outgoing,
    /// Connections at a time to one domain, where given.
    pub outgoing_connections: Option<u32>,
    /// Seconds between two deliveries to one domain, where given.
    pub outgoing_delay: Option<u32>,
    /// Recipients of one delivery, where given.
    pub outgoing_recipients: Option<u32>,
    /// What comes in.
    pub incoming: Incoming,
    /// Whether logins are counted.
    pub per_login: PerLogin,
    /// What one login sends.
    pub login: Login,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            outgoing: Outgoing::default(),
            outgoing_connections: None,
            outgoing_delay: None,
            outgoing_recipients: None,
            incoming: Incoming {
                connections: documented("incoming_connections"),
                connection_rate: documented("incoming_connection_rate"),
                messages: documented("incoming_messages"),
                recipients: documented("incoming_recipients"),
                logins: documented("incoming_logins"),
                tls_sessions: documented("incoming_tls_sessions"),
            },
            per_login: PerLogin::default(),
            login: Login {
                minute: documented("login_minute"),
                hour: documented("login_hour"),
                day: documented("login_day"),
            },
        }
    }
}

impl Outgoing {
    /// The set of that name.
    #[must_use]
    pub const fn pace(self) -> Pace {
        match self {
            Self::Gentle => Pace { connections: 2, delay: 5, recipients: 3 },
            // Postfix's own (postconf -d).
            Self::Normal => Pace { connections: 20, delay: 0, recipients: 50 },
        }
    }
}

impl Pace {
    /// The value behind a key of the answers.
    #[must_use]
    pub fn of(self, key: &str) -> Option<u32> {
        match key {
            "limits.outgoing_connections" => Some(self.connections),
            "limits.outgoing_delay" => Some(self.delay),
            "limits.outgoing_recipients" => Some(self.recipients),
            _ => None,
        }
    }
}

impl Limits {
    /// What holds for one domain elsewhere: the set, and in its place what is given.
    #[must_use]
    pub fn pace(&self) -> Pace {
        let set = self.outgoing.pace();
        Pace {
            connections: self.outgoing_connections.unwrap_or(set.connections),
            delay: self.outgoing_delay.unwrap_or(set.delay),
            recipients: self.outgoing_recipients.unwrap_or(set.recipients),
        }
    }

    /// Whether what one login sends is counted.
    #[must_use]
    pub const fn counts_logins(&self) -> bool {
        matches!(self.per_login, PerLogin::On)
    }
}

/// More of anything is no limit.
const MOST: u32 = 100_000;

/// What may be given for a key. In Postfix 0 often means "no limit", which only logins may have; and one recipient a delivery would turn the limits
/// of a domain into those of each recipient (postconf(5), `transport_destination_recipient_limit`).
const fn range(name: &str) -> RangeInclusive<u32> {
    match name.as_bytes() {
        b"outgoing_connections" => 1..=100,
        b"outgoing_delay" => 0..=300,
        b"outgoing_recipients" => 2..=1000,
        // anvil(8) cannot tell a right password from a wrong one.
        b"incoming_logins" => 0..=MOST,
        _ => 1..=MOST,
    }
}

/// The number that holds when a key is left out, as [`KEYS`] has it.
fn documented(name: &str) -> u32 {
    let key = KEYS.iter().find(|key| key.section == Section::Limits && key.name == name);
    key.and_then(|key| key.default()?.parse().ok()).unwrap_or(MOST)
}

/// A whole number; the inner `None` when it is left out, the outer one is a mistake.
#[allow(clippy::option_option)] // "Wrong", "left out" and a number are three things.
fn given(notes: &mut Notes<'_>, fields: &Fields<'_>, name: &str) -> Option<Option<u32>> {
    let Some(node) = fields.get(name) else { return Some(None) };
    let allowed = fields.allowed(name);
    let number = notes.word(&node, &allowed)?.parse().ok().filter(|number| range(name).contains(number));
    if number.is_none() {
        notes.wrong(&node.at, say("answer-number", &[("allowed", &say(&allowed, &[]))]));
    }
    number.map(Some)
}

fn number(notes: &mut Notes<'_>, fields: &Fields<'_>, name: &str) -> Option<u32> {
    given(notes, fields, name).map(|number| number.unwrap_or_else(|| documented(name)))
}

/// Reads `[limits]`.
pub(super) fn read(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Limits> {
    let Some(fields) = table(notes, top, Section::Limits)? else { return Some(Limits::default()) };
    let mut incoming = |name: &str| number(notes, &fields, name);
    let incoming = [
        incoming("incoming_connections"),
        incoming("incoming_connection_rate"),
        incoming("incoming_messages"),
        incoming("incoming_recipients"),
        incoming("incoming_logins"),
        incoming("incoming_tls_sessions"),
    ];
    let login = ["login_minute", "login_hour", "login_day"].map(|name| number(notes, &fields, name));
    let outgoing = ["outgoing_connections", "outgoing_delay", "outgoing_recipients"];
    let [outgoing_connections, outgoing_delay, outgoing_recipients] = outgoing.map(|name| given(notes, &fields, name));
    let (outgoing, per_login) = (word(notes, &fields, "outgoing"), word(notes, &fields, "per_login"));
    let [connections, connection_rate, messages, recipients, logins, tls_sessions] = incoming;
    let [minute, hour, day] = login;
    Some(Limits {
        outgoing: outgoing?,
        outgoing_connections: outgoing_connections?,
        outgoing_delay: outgoing_delay?,
        outgoing_recipients: outgoing_recipients?,
        incoming: Incoming {
            connections: connections?,
            connection_rate: connection_rate?,
            messages: messages?,
            recipients: recipients?,
            logins: logins?,
            tls_sessions: tls_sessions?,
        },
        per_login: per_login?,
        login: Login { minute: minute?, hour: hour?, day: day? },
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::answers::{Mistakes, parse};

    fn limits(table: &str) -> Result<Limits, Mistakes> {
        let text = format!(
            "hostname = \"mail.example.org\"\ncontact = \"me@example.com\"\ndomain = [{{ name = \"example.org\" }}]\n{table}"
        );
        parse(&text, Path::new("answers.toml")).map(|answers| answers.limits)
    }

    #[test]
    fn what_is_given_stands_in_place_of_the_set() {
        let pace = |table: &str| limits(table).unwrap().pace();
        assert_eq!(pace(""), Pace { connections: 2, delay: 5, recipients: 3 });
        assert_eq!(pace("[limits]\noutgoing_delay = 2"), Pace { connections: 2, delay: 2, recipients: 3 });
        let normal = pace("[limits]\noutgoing = \"normal\"\noutgoing_connections = \"8\"");
        assert_eq!(normal, Pace { connections: 8, delay: 0, recipients: 50 });
    }

    #[test]
    fn left_out_the_documented_numbers_hold() {
        let limits = limits("[limits]\nlogin_hour = 7").unwrap();
        let incoming = limits.incoming;
        assert_eq!((incoming.connections, incoming.connection_rate, incoming.messages), (20, 60, 100));
        assert_eq!((incoming.recipients, incoming.logins, incoming.tls_sessions), (200, 0, 60));
        assert_eq!(limits.login, Login { minute: 60, hour: 7, day: 500 });
        assert!(limits.counts_logins());
    }

    #[test]
    fn zero_and_one_are_refused_where_they_mean_something_else_to_postfix() {
        for (table, fine) in [
            ("outgoing_delay = 0", true),
            ("outgoing_recipients = 1", false),
            ("outgoing_recipients = 2", true),
            ("outgoing_connections = 0", false),
            ("incoming_messages = 0", false),
            ("incoming_messages = -5", false),
            ("login_day = 100001", false),
            ("login_day = \"many\"", false),
            ("login_day = 1.5", false),
            ("outgoing = \"fast\"", false),
            ("per_login = \"off\"", true),
        ] {
            assert_eq!(limits(&format!("[limits]\n{table}")).is_ok(), fine, "{table}");
        }
    }
}
