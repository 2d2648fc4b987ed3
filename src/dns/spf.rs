//! SPF records (RFC 7208), as far as one can judge them without asking any further.

use std::net::IpAddr;

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
mod tests {
    use super::*;

    #[test]
    fn a_record_begins_with_its_version_and_a_blank() {
        for (text, is) in [
            ("v=spf1", true),
            ("V=SPF1 -all", true),
            ("v=spf10 -all", false),
            ("spf2.0/pra mx -all", false),
            (" v=spf1 -all", false),
        ] {
            assert_eq!(is_record(text), is, "{text}");
        }
    }

    #[test]
    fn signs_that_hold_anyway_blanks_and_case_make_no_difference() {
        assert!(same("v=spf1 mx -all", "V=spf1  +MX   -all "));
        assert!(!same("v=spf1 mx -all", "v=spf1 mx ~all"));
        assert!(!same("v=spf1 mx a -all", "v=spf1 a mx -all"));
    }

    #[test]
    fn a_record_covers_the_server_when_its_addresses_certainly_pass() {
        let both = ["203.0.113.10".parse().unwrap(), "2001:db8::10".parse().unwrap()];
        for (text, covered) in [
            ("v=spf1 mx ~all", true),
            ("v=spf1 include:other.test mx -all", true),
            ("v=spf1 ip4:203.0.113.10 ip6:2001:db8::10 -all", true),
            ("v=spf1 ip4:203.0.113.0/28 ip6:2001:db8::/32 ?all", false),
            ("v=spf1 ip4:203.0.113.0/28 ip6:2001:db8::/32", true),
            ("v=spf1 a:MAIL.example.org -all", true),
            ("v=spf1 ip4:203.0.113.10 -all", false),
            ("v=spf1 ip4:203.0.113.10/33 ip6:2001:db8::10 -all", false),
            ("v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all", true),
            ("v=spf1 a -all", false),
            ("v=spf1 mx:other.test -all", false),
            ("v=spf1 -exists:%{i}.list.test mx -all", false),
            ("v=spf1 mx -exists:%{i}.list.test -all", true),
            ("v=spf1 -all mx", false),
            ("v=spf1 +all", false),
            ("v=spf1 mx +all", false),
            ("v=spf1", false),
        ] {
            assert_eq!(covers(text, "mx", "mail.example.org", &both), covered, "{text}");
        }
        assert!(covers("v=spf1 a mx ~all", "a", "mail.example.org", &both));
        assert!(!covers("v=spf1 mx -all", "mx", "mail.example.org", &[]));
    }
}
