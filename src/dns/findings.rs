//! What the world has beside the records of the list, as far as it matters for them.

use serde::{Deserialize, Serialize};

use super::spf::Cost;
use crate::records::{Data, Name};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What the SPF record of each domain costs those who check mail against it.
    pub spf: Vec<(Name, Cost)>,
    /// Records that nobody reads any more, and whose they are.
    pub obsolete: Vec<(Name, Obsolete)>,
    /// The name servers of each domain.
    pub servers: Vec<(Name, Vec<Name>)>,
}

/// Why nobody reads a record any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obsolete {
    /// SPF stands in TXT records alone; the type of its own, 99, was given up (RFC 7208, section 3.1).
    SpfType,
    /// Sender-ID is historic (RFC 4405 to 4407).
    SenderId,
    /// The signing practices are historic (RFC 5617).
    Adsp,
    /// `DomainKeys`, the forerunner of DKIM, is historic (RFC 4870), and its policy with it.
    DomainKeys,
}

impl Obsolete {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SpfType, Self::SenderId, Self::Adsp, Self::DomainKeys];

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

    /// The name below a domain at which such a record stands; empty for the domain's own.
    #[must_use]
    pub const fn labels(self) -> &'static str {
        match self {
            Self::SpfType | Self::SenderId => "",
            Self::Adsp => "_adsp._domainkey",
            Self::DomainKeys => "_domainkey",
        }
    }

    /// Whether a text at that name is such a record: a wildcard may answer there with anything. The type 99 is asked for
    /// by its number, and all there is of it is obsolete.
    #[must_use]
    pub fn is(self, value: &Data) -> bool {
        let Data::Txt(text) = value else { return false };
        let text = text.trim_start().to_ascii_lowercase();
        match self {
            Self::SpfType => false,
            Self::SenderId => super::spf::is_sender_id(&text),
            Self::Adsp => text.starts_with("dkim="),
            Self::DomainKeys => text.split(';').any(|tag| tag.trim_start().starts_with("o=")),
        }
    }
}

/// Providers whose forms take no texts longer than so many characters, by the end of their name servers' names. The
/// numbers are those that `DNSControl` refuses longer ones by (`TxtLongerThan` in `providers/*/auditrecords.go`): Loopia,
/// Sakura Cloud, Alibaba Cloud.
const LIMITS: [(&str, usize); 4] =
    [(".loopia.se", 450), (".sakura.ne.jp", 500), (".hichina.com", 512), (".alidns.com", 512)];

/// The longest text that the provider behind a name server is known to take; `None` when nothing is known of it.
#[must_use]
pub fn longest_text(server: &Name) -> Option<usize> {
    LIMITS.iter().find(|(end, _)| server.as_str().ends_with(end)).map(|(_, most)| *most)
}
