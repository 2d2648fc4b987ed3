//! The answers that fit most, from the machine and from what is answered already.

use crate::answers::keys::KEYS;
use crate::answers::limits::Outgoing;
use crate::answers::{DomainName, Fqdn};
use crate::draft::Draft;
use crate::facts::Facts;
use crate::steps::preflight::is_placeholder;

/// The machine's full name, when somebody chose one: an installer's `debian.localdomain` is none.
pub(super) fn hostname(_: &Draft, facts: &Facts) -> Option<String> {
    let known = facts.fqdn.as_deref().into_iter().chain([facts.hostname.as_str()]);
    let real = |name: &&str| name.contains('.') && !is_placeholder(&name.to_ascii_lowercase());
    known.filter(real).find_map(|name| name.parse::<Fqdn>().ok()).map(|name| name.to_string())
}

/// The address that is used when none is given: the machine's own. A private one too: preflight says what that means.
pub(super) fn own_address<T: ToString>(addresses: &[T]) -> String {
    addresses.first().map_or_else(|| "none".to_owned(), ToString::to_string)
}

/// The server's name without its first part.
pub(super) fn domain(draft: &Draft, facts: &Facts) -> Option<String> {
    let host: Fqdn = draft.get("hostname").or_else(|| hostname(draft, facts))?.parse().ok()?;
    let (_, domain) = host.as_str().split_once('.')?;
    domain.parse::<DomainName>().ok().map(|domain| domain.to_string())
}

/// postmaster@ of the first domain: whoever reads the first mailbox gets it, unless the answers say otherwise.
pub(super) fn contact(draft: &Draft, facts: &Facts) -> Option<String> {
    let given = draft.rows("domain").into_iter().find_map(|mut row| row.remove("name").filter(|name| !name.is_empty()));
    Some(format!("postmaster@{}", given.or_else(|| domain(draft, facts))?))
}

/// What the chosen set of outbound limits has for a key that can be given in its place.
pub(super) fn pace(draft: &Draft, key: &str) -> Option<String> {
    let set = draft.get("limits.outgoing").and_then(|word| Outgoing::named(&word)).unwrap_or_default();
    set.pace().of(key).map(|value| value.to_string())
}

/// What holds when the key is left out of the answers file.
pub(super) fn documented(key: &str) -> Option<String> {
    KEYS.iter().find(|it| it.path() == key)?.default().map(str::to_owned)
}
