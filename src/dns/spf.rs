//! SPF records (RFC 7208), as far as one can judge them without asking any further.

use std::net::IpAddr;

use crate::answers::Spf;
use crate::answers::senders::SpfAll;

/// How many look-ups a record may cost those who check mail against it (section 4.6.4).
pub const MOST_LOOKUPS: usize = 10;
/// How many of them may find nothing (section 4.6.4).
pub const MOST_VOID: usize = 2;

/// The text of a record: mail from the host that takes the domain's mail passes, that of the services the admin named
/// passes, and of all other the answers decide. Sender-ID's records (RFC 4406) have the same terms under their own
/// `version`.
#[must_use]
pub fn text(version: &str, spf: &Spf) -> String {
    let all = match spf.all {
        SpfAll::Fail => "-all",
        SpfAll::Softfail => "~all",
    };
    let include = spf.include.iter().map(|name| format!("include:{name}"));
    let terms: Vec<String> = [version.to_owned(), "mx".to_owned()].into_iter().chain(include).collect();
    format!("{} {all}", terms.join(" "))
}

/// Whether a text is a record of Sender-ID (RFC 4406, section 3.1).
#[must_use]
pub fn is_sender_id(text: &str) -> bool {
    text.get(..7).is_some_and(|version| version.eq_ignore_ascii_case("spf2.0/"))
}

/// Whether a record names all the services that another one does.
#[must_use]
pub fn includes_all(text: &str, of: &str) -> bool {
    let named: Vec<String> = terms(text).collect();
    terms(of).filter(|term| term.starts_with("include:")).all(|term| named.contains(&term))
}

/// What a term makes those ask who check a message: each is one look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// `include` or `redirect`: the SPF record of that name, with what it asks for in its turn.
    Record(String),
    /// `a`: the addresses of that name, or of the record's own.
    Addresses(Option<String>),
    /// `mx`: the exchangers of that name, or of the record's own.
    Exchangers(Option<String>),
    /// `ptr` and `exists`, and a name with a macro: what is asked for depends on the message.
    Other,
}

/// What a record makes others ask for, in its order.
#[must_use]
pub fn asks(text: &str) -> Vec<Ask> {
    let terms: Vec<String> = terms(text).skip(1).collect();
    let bare = |term: &str| term.trim_start_matches(['-', '~', '?']).to_owned();
    // What stands behind `all` is never looked at, nor is `redirect` beside it (sections 5.1 and 6.1).
    let end = terms.iter().position(|term| bare(term) == "all");
    let mut asks: Vec<Ask> = terms[..end.unwrap_or(terms.len())].iter().filter_map(|term| ask(&bare(term))).collect();
    let redirect = terms.iter().find_map(|term| term.strip_prefix("redirect="));
    asks.extend(redirect.filter(|_| end.is_none()).map(|name| known(name, Ask::Record)));
    asks
}

fn ask(term: &str) -> Option<Ask> {
    let end = term.find([':', '/']).unwrap_or(term.len());
    let (mechanism, rest) = term.split_at(end);
    let name = rest.strip_prefix(':').map(|rest| rest.split('/').next().unwrap_or_default());
    let own = |ask: fn(Option<String>) -> Ask| name.map_or(ask(None), |name| known(name, |name| ask(Some(name))));
    match mechanism {
        "include" => Some(known(name.unwrap_or_default(), Ask::Record)),
        "a" => Some(own(Ask::Addresses)),
        "mx" => Some(own(Ask::Exchangers)),
        "ptr" | "exists" => Some(Ask::Other),
        _ => None,
    }
}

/// What is asked for at a name, where the name does not depend on the message.
fn known(name: &str, ask: impl Fn(String) -> Ask) -> Ask {
    if name.contains('%') { Ask::Other } else { ask(name.trim_end_matches('.').to_owned()) }
}

/// What a record costs those who check mail against it, followed to its ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// How many look-ups.
    pub lookups: usize,
    /// How many of them find nothing, for senders of either family.
    pub void: usize,
    /// The names that are meant to have an SPF record and have none, or several: mail cannot be judged by such a record
    /// (section 5.2).
    pub broken: Vec<String>,
    /// What could not be asked: nothing is known of what comes behind it.
    pub unknown: Vec<String>,
}

impl Cost {
    /// Whether those who check take the record for one: with a defect in it, none of its terms holds.
    #[must_use]
    pub fn is_bearable(&self) -> bool {
        self.lookups <= MOST_LOOKUPS && self.void <= MOST_VOID && self.broken.is_empty()
    }
}

/// Whether a text is an SPF record at all (RFC 7208, section 4.5).
#[must_use]
pub fn is_record(text: &str) -> bool {
    text.split(' ').next().is_some_and(|version| version.eq_ignore_ascii_case("v=spf1"))
}

/// Whether two records say the same in the same order.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    terms(one).eq(terms(other))
}

/// Whether mail from all these addresses certainly passes a record, and not just because it lets everything pass.
///
/// `trusted` is the bare mechanism that stands for them at the record's name (`mx` or `a`), `server` the host that has
/// them. What else the record lets pass is its owner's affair; a term that refuses before all is covered is not judged.
#[must_use]
pub fn covers(text: &str, trusted: &str, server: &str, addresses: &[IpAddr]) -> bool {
    let mut open = addresses.to_vec();
    for term in terms(text).skip(1) {
        match term.as_str() {
            "-all" | "~all" => break,
            "all" | "?all" => return false,
            term if term.starts_with(['-', '~', '?']) => {
                if !open.is_empty() {
                    return false;
                }
            }
            term if term == trusted || term.strip_prefix("a:").is_some_and(|host| host == server) => open.clear(),
            term => {
                if let Some(network) = term.strip_prefix("ip4:").or_else(|| term.strip_prefix("ip6:")) {
                    open.retain(|address| !within(*address, network));
                }
            }
        }
    }
    open.is_empty() && !addresses.is_empty()
}

/// The terms in lower case, without the sign that holds anyway.
fn terms(text: &str) -> impl Iterator<Item = String> {
    text.split_ascii_whitespace().map(|term| term.strip_prefix('+').unwrap_or(term).to_ascii_lowercase())
}

/// Whether an address lies in `network`, such as `192.0.2.0/24`; what is no network holds none.
fn within(address: IpAddr, network: &str) -> bool {
    let (base, length) = network.split_once('/').unwrap_or((network, ""));
    let bits = match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    };
    let length = if length.is_empty() { Some(bits) } else { length.parse().ok().filter(|length| *length <= bits) };
    let (Ok(base), Some(length)) = (base.parse::<IpAddr>(), length) else { return false };
    let differs = match (address, base) {
        (IpAddr::V4(address), IpAddr::V4(base)) => u128::from(address.to_bits() ^ base.to_bits()),
        (IpAddr::V6(address), IpAddr::V6(base)) => address.to_bits() ^ base.to_bits(),
        _ => return false,
    };
    differs.checked_shr(bits - length).unwrap_or(0) == 0
}

#[cfg(test)]
#[path = "spf_tests.rs"]
mod tests;
