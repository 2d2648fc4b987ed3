//! An SPF record of the admin's, completed: what it lets pass goes on passing, and the mail from here passes too.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The record with what it lacks of the wanted one, in front of its own terms. It keeps its `all`, or its `redirect`, and
/// gets the wanted one's where it has neither. `None` where it is no valid record.
pub(super) fn completed(theirs: &str, wanted: &str) -> Option<String> {
    let own = terms(theirs)?;
    let ours = terms(wanted)?;
    // What stands behind `all` is never looked at (RFC 7208, section 5.1).
    let looked_at = own.iter().take_while(|term| !is_all(term)).map(|term| plain(term)).collect::<Vec<_>>();
    let missing = ours.iter().filter(|term| !is_all(term) && !looked_at.contains(&plain(term)));
    let mut all: Vec<&str> = missing.chain(&own).copied().collect();
    let is_redirect = |term: &&str| plain(term).starts_with("redirect=");
    if !own.iter().any(|term| is_all(term) || is_redirect(term)) {
        // Modifiers come last (section 6).
        let behind = all.iter().rposition(|term| !is_modifier(term)).map_or(0, |at| at + 1);
        all.splice(behind..behind, ours.iter().copied().filter(|term| is_all(term)));
    }
    Some(written(theirs, &all))
}

/// The record with the `all` of another one in the place of its own.
pub(super) fn with_all_of(theirs: &str, wanted: &str) -> Option<String> {
    let all = terms(wanted)?.into_iter().find(|term| is_all(term))?;
    let own: Vec<&str> = terms(theirs)?.into_iter().map(|term| if is_all(term) { all } else { term }).collect();
    Some(written(theirs, &own))
}

/// Whether all the terms of one record, `all` aside, stand in the other.
pub(super) fn holds_all_of(text: &str, of: &str) -> bool {
    let there: Vec<String> = text.split(' ').map(plain).collect();
    of.split(' ').filter(|term| !is_all(term)).all(|term| there.contains(&plain(term)))
}

/// Whether every term of a record is one.
pub(super) fn is_valid(text: &str) -> bool {
    terms(text).is_some()
}

fn written(of: &str, terms: &[&str]) -> String {
    let version = of.split(' ').next().unwrap_or_default();
    [version].iter().chain(terms).copied().collect::<Vec<_>>().join(" ")
}

/// The terms behind the version; `None` when one of them is none (RFC 7208, section 12).
fn terms(text: &str) -> Option<Vec<&str>> {
    let (version, rest) = text.split_once(' ').unwrap_or((text, ""));
    let terms: Vec<&str> = rest.split(' ').filter(|term| !term.is_empty()).collect();
    let times = |name: &str| terms.iter().filter(|term| plain(term).starts_with(name)).count();
    let valid = version.eq_ignore_ascii_case("v=spf1")
        && terms.iter().all(|term| is_modifier(term) || is_mechanism(&plain(term)))
        // Section 6: each at most once.
        && times("redirect=") <= 1
        && times("exp=") <= 1;
    valid.then_some(terms)
}

fn is_modifier(term: &str) -> bool {
    let Some((name, value)) = term.split_once('=') else { return false };
    let known = ["redirect", "exp"].iter().any(|known| name.eq_ignore_ascii_case(known));
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && value.chars().all(|c| c.is_ascii_graphic())
        && !(known && value.is_empty())
}

fn is_mechanism(term: &str) -> bool {
    let term = term.strip_prefix(['-', '~', '?']).unwrap_or(term);
    let (name, rest) = term.split_at(term.find([':', '/']).unwrap_or(term.len()));
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic());
    let value = rest.strip_prefix(':');
    match name {
        "all" => rest.is_empty(),
        "include" | "exists" => value.is_some_and(is_name),
        "ptr" => rest.is_empty() || value.is_some_and(is_name),
        "a" | "mx" => {
            // A `/` of a macro stands within braces.
            let from = rest.rfind('}').unwrap_or(0);
            let (name, lengths) = rest.split_at(rest[from..].find('/').map_or(rest.len(), |at| from + at));
            (name.is_empty() || name.strip_prefix(':').is_some_and(is_name)) && are_lengths(lengths)
        }
        "ip4" => value.is_some_and(|network| is_network(network, 32, |base| base.parse::<Ipv4Addr>().is_ok())),
        "ip6" => value.is_some_and(|network| is_network(network, 128, |base| base.parse::<Ipv6Addr>().is_ok())),
        _ => false,
    }
}

/// Nothing, `/24`, `//64` or `/24//64`.
fn are_lengths(text: &str) -> bool {
    let (four, six) = text.split_once("//").map_or((text, None), |(four, six)| (four, Some(six)));
    (four.is_empty() || four.strip_prefix('/').is_some_and(|four| is_length(four, 32)))
        && six.is_none_or(|six| is_length(six, 128))
}

fn is_network(text: &str, bits: u8, is_base: impl Fn(&str) -> bool) -> bool {
    let (base, length) = text.split_once('/').map_or((text, None), |(base, length)| (base, Some(length)));
    is_base(base) && length.is_none_or(|length| is_length(length, bits))
}

fn is_length(text: &str, bits: u8) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse().is_ok_and(|length: u8| length <= bits)
}

fn is_all(term: &str) -> bool {
    plain(term).trim_start_matches(['-', '~', '?']) == "all"
}

/// A term in lower case, without the sign that holds anyway.
fn plain(term: &str) -> String {
    term.strip_prefix('+').unwrap_or(term).to_ascii_lowercase()
}
