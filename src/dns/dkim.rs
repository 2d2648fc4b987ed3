//! DKIM key records (RFC 6376, section 3.6.1): which keys are published, and what a record found in the world is worth.

use super::Weight;
use crate::answers::Answers;
use crate::facts::Facts;

/// How long the record of a key that signs no more is kept: what it signed may be read and forwarded for days.
const GRACE: i64 = 7 * 24 * 3600;

/// A key to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key<'f> {
    /// Its name in the DNS.
    pub selector: &'f str,
    /// Its public half in base64.
    pub public: &'f str,
    /// Why: keys `dns-why-<...>` of the words.
    pub why: &'static str,
    /// Whether mail suffers without it.
    pub weight: Weight,
}

/// The keys of use: the one that is wanted, the one that signs until the world sees the other, and for a while the one
/// that has signed before.
#[must_use]
pub fn keys<'f>(answers: &Answers, facts: &'f Facts) -> Vec<Key<'f>> {
    let (wanted, signing) = (answers.dkim.selector.as_str(), facts.dkim.signing.as_deref());
    let in_grace = facts.dkim.since.is_some_and(|since| facts.clock.now.saturating_sub(since) < GRACE);
    let of_use = |(selector, public): (&'f String, &'f String)| {
        let (why, weight) = match selector.as_str() {
            selector if selector == wanted => ("dkim", Weight::Required),
            selector if signing == Some(selector) => ("dkim-still", Weight::Required),
            _ if in_grace => ("dkim-old", Weight::Advised),
            _ => return None,
        };
        Some(Key { selector, public, why, weight })
    };
    let mut keys: Vec<Key<'f>> = facts.dkim.public.iter().filter_map(of_use).collect();
    keys.sort_by_key(|key| ["dkim", "dkim-still", "dkim-old"].iter().position(|why| *why == key.why));
    keys
}

/// Whether the key that is wanted does not exist yet, so that there is no record to give.
#[must_use]
pub fn is_unmade(answers: &Answers, facts: &Facts) -> bool {
    !facts.dkim.public.contains_key(answers.dkim.selector.as_str())
}

/// Where a key's record stands, below its domain.
#[must_use]
pub fn labels(selector: &str) -> String {
    format!("{selector}._domainkey")
}

/// The text of a key's record. SHA-1 is no longer to be taken (RFC 8301, section 3.1).
#[must_use]
pub fn text(public: &str) -> String {
    format!("v=DKIM1; h=sha256; k=rsa; p={public}")
}

/// What a record found is worth where a certain one is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// It says the same.
    Same,
    /// Signatures of the wanted key are good by it.
    Works,
    /// They are, but it asks receivers not to rely on them (`t=y`).
    Testing,
    /// It is the wanted one up to where it ends, after this many characters.
    CutOff(usize),
    /// It says that the key is withdrawn (an empty `p=`).
    Revoked,
    /// It is another key, or one that ours cannot be checked with.
    Other,
}

/// Whether a text is a key record: one without a version is (section 3.6.1), one of another version is not.
#[must_use]
pub fn is_record(text: &str) -> bool {
    let tags = tags(text);
    match tags.iter().position(|(name, _)| name == "v") {
        Some(at) => at == 0 && tags[0].1 == "DKIM1",
        None => tags.iter().any(|(name, _)| name == "p"),
    }
}

/// What the record found is worth in the place of the wanted one.
#[must_use]
pub fn compare(wanted: &str, found: &str) -> Worth {
    let (ours, theirs) = (tags(wanted), tags(found));
    let value = |name: &str| theirs.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str());
    let key = ours.iter().find(|(tag, _)| tag == "p").map(|(_, value)| value.as_str()).unwrap_or_default();
    let any_of =
        |name: &str, fine: &[&str]| value(name).is_none_or(|list| list.split(':').any(|one| fine.contains(&one)));
    match value("p") {
        Some("") => Worth::Revoked,
        Some(other) if other != key => {
            if key.starts_with(other) {
                Worth::CutOff(found.chars().count())
            } else {
                Worth::Other
            }
        }
        None => {
            let is_start = squeezed(wanted).starts_with(&squeezed(found));
            if is_start { Worth::CutOff(found.chars().count()) } else { Worth::Other }
        }
        Some(_) => {
            let fits = any_of("k", &["rsa"]) && any_of("h", &["sha256"]) && any_of("s", &["*", "email"]);
            let sorted = |mut tags: Vec<(String, String)>| {
                tags.sort_unstable();
                tags
            };
            match () {
                () if !fits => Worth::Other,
                () if value("t").is_some_and(|flags| flags.split(':').any(|flag| flag == "y")) => Worth::Testing,
                () if sorted(ours.clone()) == sorted(theirs.clone()) => Worth::Same,
                () => Worth::Works,
            }
        }
    }
}

/// The tags of a record or a signature, without any blanks: they mean nothing between the parts, nor within a key (sections 3.2 and
/// 3.6.1). Upper and lower case differ.
#[must_use]
pub fn tags(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| part.split_once('=').map(|(name, value)| (squeezed(name), squeezed(value)));
    text.split(';').filter_map(pair).collect()
}

fn squeezed(text: &str) -> String {
    text.split_ascii_whitespace().collect()
}

#[cfg(test)]
#[path = "dkim_tests.rs"]
mod tests;
