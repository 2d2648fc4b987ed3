//! Whether this machine gives cause to ask about zones: BIND holds one of a mail domain here, and it may be edited.

use super::defaults;
use crate::draft::Draft;
use crate::facts::{Facts, HeldZone};

/// Whether such a zone is here.
pub(super) fn is_held(draft: &Draft, facts: &Facts) -> bool {
    held(draft, facts).next().is_some()
}

/// Whether one of them has records that nobody reads any more.
pub(super) fn has_obsolete(draft: &Draft, facts: &Facts) -> bool {
    held(draft, facts).any(|zone| !zone.obsolete.is_empty())
}

fn held<'f>(draft: &Draft, facts: &'f Facts) -> impl Iterator<Item = &'f HeldZone> {
    let mut domains: Vec<String> = draft.rows("domain").into_iter().filter_map(|mut row| row.remove("name")).collect();
    if domains.is_empty() {
        domains.extend(defaults::domain(draft, facts));
    }
    let above = |zone: &HeldZone, name: &str| {
        let name = name.to_ascii_lowercase();
        name.strip_suffix(zone.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let editable = facts.bind.iter().filter(|zone| zone.hindrance.is_none());
    editable.filter(move |zone| domains.iter().any(|name| above(zone, name)))
}
