//! Records that nobody reads any more, and why.

use serde::{Deserialize, Serialize};

use super::{Placed, ZoneFile};
use crate::dns::Published;
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

/// Why nobody reads a record any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// SPF stands in TXT records alone; the type of its own, 99, was given up (RFC 7208, section 3.1).
    SpfType,
    /// Sender-ID is historic (RFC 4405 to 4407).
    SenderId,
    /// The sender's signing practices are historic (RFC 5617).
    Adsp,
    /// `DomainKeys`, the forerunner of DKIM, is historic (RFC 4870), and its policy with it.
    DomainKeys,
}

impl Why {
    /// The reason in a few words, for evidence.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::SpfType => "SPF is read from TXT records alone; its own type was given up (RFC 7208, section 3.1)",
            Self::SenderId => "Sender-ID is historic since 2020 and read by nobody (RFC 4405 to 4407)",
            Self::Adsp => "ADSP is historic since 2013; DMARC took its place (RFC 5617)",
            Self::DomainKeys => "DomainKeys is historic; DKIM took its place (RFC 4870)",
        }
    }

    fn of(record: &Placed) -> Option<Self> {
        let text = match &record.data {
            Some(Data::Txt(text)) => text.to_ascii_lowercase(),
            _ if matches!(record.kind.as_str(), "SPF" | "TYPE99") => return Some(Self::SpfType),
            _ => return None,
        };
        if text.starts_with("spf2.0/") {
            return Some(Self::SenderId);
        }
        if record.owner.starts_with("_adsp._domainkey.") {
            return Some(Self::Adsp);
        }
        record.owner.starts_with("_domainkey.").then_some(Self::DomainKeys)
    }
}

impl Obsolete {
    /// Whether it is wanted nevertheless.
    #[must_use]
    pub fn is_wanted(&self, wanted: &[Published]) -> bool {
        let sender_id = |text: &str| text.to_ascii_lowercase().starts_with("spf2.0/");
        let same = |one: &Published| {
            one.record.name.as_str() == self.name && matches!(&one.record.data, Data::Txt(text) if sender_id(text))
        };
        self.why == Why::SenderId && wanted.iter().any(same)
    }
}

/// The obsolete records of a file, each with its number in [`ZoneFile::records`].
#[must_use]
pub fn found(file: &ZoneFile) -> Vec<(usize, Obsolete)> {
    let obsolete = |(at, record): (usize, &Placed)| {
        let why = Why::of(record)?;
        Some((at, Obsolete { name: record.owner.clone(), record: format!("{} {}", record.kind, record.shown), why }))
    };
    file.records().iter().enumerate().filter_map(obsolete).collect()
}
