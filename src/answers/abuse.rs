//! What is done against guessers and floods: the `[abuse]` table, and what becomes of a firewall.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::choice::{choice, word};
use super::keys::Section;
use super::notes::{Fields, Notes};
use super::parse::{self, table};
use super::types::Refused;
use crate::words::say;

choice! {
    /// Whether fail2ban bans addresses that guess passwords.
    Banning {
        /// It does.
        Yes = "yes",
        /// It is neither installed nor configured.
        No = "no",
    }
}

choice! {
    /// What is done about a firewall.
    Wall {
        /// The mail ports are let in through the one that is there; none is made.
        Open = "open",
        /// Where none is there, a small one is made.
        Install = "install",
        /// Nothing.
        Off = "off",
    }
}

/// What is done against guessers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Abuse {
    /// Whether fail2ban is used.
    pub fail2ban: Banning,
    /// How long an address is banned.
    pub ban_time: BanTime,
    /// Within how long its failures count.
    pub find_time: FindTime,
    /// Which failure bans.
    pub tries: Tries,
    /// Addresses and networks that are never banned, beside the server's own.
    pub ignore: Vec<Network>,
}

/// How long something lasts: whole minutes, hours or days, from a minute to a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    minutes: u32,
}

/// How long a ban lasts: an hour unless another time is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BanTime(pub Span);

/// Within how long failures count: ten minutes unless another time is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FindTime(pub Span);

/// Which failure within the time bans: the fifth unless another number is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tries(pub u8);

/// An address, or a network in the notation of RFC 4632 (`198.51.100.0/24`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Default for BanTime {
    fn default() -> Self {
        Self(Span { minutes: 60 })
    }
}

impl Default for FindTime {
    fn default() -> Self {
        Self(Span { minutes: 10 })
    }
}

impl Default for Tries {
    fn default() -> Self {
        Self(5)
    }
}

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

impl FromStr for Span {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let refused = || Refused::by("answer-span");
        let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(refused)?;
        let unit = match unit {
            "m" => 1,
            "h" => HOUR,
            "d" => DAY,
            _ => return Err(refused()),
        };
        let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        let minutes = digits.parse::<u32>().ok().filter(|_| whole).and_then(|number| number.checked_mul(unit));
        let minutes = minutes.filter(|minutes| (1..=365 * DAY).contains(minutes)).ok_or_else(refused)?;
        Ok(Self { minutes })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minutes {
            minutes if minutes % DAY == 0 => write!(f, "{}d", minutes / DAY),
            minutes if minutes % HOUR == 0 => write!(f, "{}h", minutes / HOUR),
            minutes => write!(f, "{minutes}m"),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Network {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let refused = || Refused::by("answer-network");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| refused())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) => bits.parse().ok().filter(|bits| (1..=most).contains(bits)).ok_or_else(refused)?,
        };
        Ok(Self { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.address, self.bits) {
            (IpAddr::V4(address), 32) => address.fmt(f),
            (IpAddr::V6(address), 128) => address.fmt(f),
            (address, bits) => write!(f, "{address}/{bits}"),
        }
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads `[abuse]`.
pub(super) fn read(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Abuse> {
    let Some(fields) = table(notes, top, Section::Abuse)? else { return Some(Abuse::default()) };
    let fail2ban = word(notes, &fields, "fail2ban");
    let ban_time = span(notes, &fields, "ban_time", BanTime::default().0);
    let find_time = span(notes, &fields, "find_time", FindTime::default().0);
    let (tries, ignore) = (tries(notes, &fields), ignore(notes, &fields));
    Some(Abuse {
        fail2ban: fail2ban?,
        ban_time: BanTime(ban_time?),
        find_time: FindTime(find_time?),
        tries: tries?,
        ignore: ignore?,
    })
}

fn span(notes: &mut Notes<'_>, fields: &Fields<'_>, name: &str, default: Span) -> Option<Span> {
    let Some(node) = fields.get(name) else { return Some(default) };
    notes.parse(&node, &fields.allowed(name)).map(|placed| placed.it)
}

/// One failure is a slip of the finger; with more than a hundred there is no use in banning.
fn tries(notes: &mut Notes<'_>, fields: &Fields<'_>) -> Option<Tries> {
    let Some(node) = fields.get("tries") else { return Some(Tries::default()) };
    let allowed = fields.allowed("tries");
    let number = notes.word(&node, &allowed)?.parse().ok().filter(|number| (2..=100).contains(number));
    if number.is_none() {
        notes.wrong(&node.at, say("answer-one-of", &[("allowed", &say(&allowed, &[]))]));
    }
    number.map(Tries)
}

fn ignore(notes: &mut Notes<'_>, fields: &Fields<'_>) -> Option<Vec<Network>> {
    let Some(node) = fields.get("ignore") else { return Some(Vec::new()) };
    let listed = parse::list(notes, fields, &node, "ignore")?;
    let read: Vec<_> = listed.iter().map(|node| notes.parse(node, "answer-network")).collect();
    read.into_iter().map(|placed| Some(placed?.it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_whole_minutes_hours_or_days() {
        for (text, shown) in [("10m", "10m"), ("60m", "1h"), ("36h", "36h"), ("48h", "2d"), ("365d", "365d")] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), shown);
        }
        for wrong in ["", "m", "0m", "10", "1.5h", "+1h", "1w", "366d", "99999999999d", "1 h", "1é"] {
            assert!(wrong.parse::<Span>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_network_is_an_address_with_or_without_its_length() {
        for text in ["198.51.100.7", "198.51.100.0/24", "2001:db8::/32", "::1"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
        for wrong in ["", "198.51.100.0/33", "0.0.0.0/0", "mail.example.org", "2001:db8::/129", "198.51.100.0/"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
