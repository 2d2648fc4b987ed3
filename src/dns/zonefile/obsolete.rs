//! Records that nobody reads any more, and why.

use serde::{Deserialize, Serialize};

use super::{Placed, ZoneFile};
use crate::dns::findings::Obsolete as Why;
use crate::dns::{Published, spf};
use crate::records::Data;

/// Such a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obsolete {
    /// Whose it is.
    pub name: String,
    /// Its type and value.
    pub record: String,
    /// Why nobody reads it.
    pub why: Why,
}

/// Why nobody reads this record any more; `None` for one that is read.
fn why(record: &Placed) -> Option<Why> {
    let text = match &record.data {
        Some(Data::Txt(text)) => text.to_ascii_lowercase(),
        _ if matches!(record.kind.as_str(), "SPF" | "TYPE99") => return Some(Why::SpfType),
        _ => return None,
    };
    if spf::is_sender_id(&text) {
        return Some(Why::SenderId);
    }
    if record.owner.starts_with("_adsp._domainkey.") {
        return Some(Why::Adsp);
    }
    record.owner.starts_with("_domainkey.").then_some(Why::DomainKeys)
}

impl Obsolete {
    /// Whether it is wanted nevertheless.
    #[must_use]
    pub fn is_wanted(&self, wanted: &[Published]) -> bool {
        let same = |one: &Published| {
            one.record.name.as_str() == self.name
                && matches!(&one.record.data, Data::Txt(text) if spf::is_sender_id(text))
        };
        self.why == Why::SenderId && wanted.iter().any(same)
    }
}

/// The obsolete records of a file, each with its number in [`ZoneFile::records`].
#[must_use]
pub fn found(file: &ZoneFile) -> Vec<(usize, Obsolete)> {
    let obsolete = |(at, record): (usize, &Placed)| {
        let why = why(record)?;
        Some((at, Obsolete { name: record.owner.clone(), record: format!("{} {}", record.kind, record.shown), why }))
    };
    file.records().iter().enumerate().filter_map(obsolete).collect()
}
