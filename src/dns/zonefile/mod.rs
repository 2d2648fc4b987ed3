//! A zone's master file (RFC 1035, section 5) as text: read so far that records can be found in it, and edited so that
//! every byte stays that is not meant: comments, blank lines, the layout, the admin's own way of writing names.

use std::ops::Range;

use crate::records::Data;

mod complete;
mod edit;
mod lex;
pub mod obsolete;
pub mod serial;
mod value;
pub mod want;

pub use lex::Unread;

/// A master file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneFile {
    /// The zone's name in lower case, without its final dot.
    zone: String,
    text: Vec<u8>,
    /// The records in the order of the file.
    records: Vec<Placed>,
    /// What relative names at the end of the file belong to.
    origin_at_end: String,
    /// The `$TTL` that holds at the end of the file.
    ttl_at_end: Option<u32>,
    /// It has `$INCLUDE` or `$GENERATE`: not all records stand in it as they are.
    elsewhere: Option<Elsewhere>,
}

/// Why records may not stand in the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// `$INCLUDE`: they stand in another file.
    Include,
    /// `$GENERATE`: they are made from a pattern.
    Generate,
    /// The file is signed: a record more, and its signatures (or its digest, RFC 8976) hold no longer.
    Signed,
}

/// What dnssec-signzone(8) and kin put into a file (RFC 4034, RFC 5155, RFC 8976). A DNSKEY alone may be the admin's own.
const SIGNED: [&str; 5] = ["RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "ZONEMD"];

/// A record and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Whose it is: in lower case, whole, without the final dot.
    pub owner: String,
    /// Its type in capitals.
    pub kind: String,
    /// Its value, when it is of a type that we know and can be read.
    pub data: Option<Data>,
    /// Its value as it stands there, blanks joined.
    pub shown: String,
    /// All its lines.
    span: Range<usize>,
    /// Its owner's name; `None` when it goes without saying.
    owner_at: Option<Range<usize>>,
    /// Its TTL, when it has one of its own.
    ttl_at: Option<Range<usize>>,
    /// Its type.
    kind_at: Range<usize>,
    /// The parts of its value.
    values_at: Vec<Range<usize>>,
    /// What relative names belong to here.
    origin: String,
    /// The `$TTL` that holds here.
    ttl: Option<u32>,
}

impl ZoneFile {
    /// Reads the master file of a zone.
    ///
    /// # Errors
    /// When it is none: the line and what is wrong in it. What a record's value must look like is not looked at.
    pub fn parse(zone: &str, text: impl Into<Vec<u8>>) -> Result<Self, Unread> {
        let zone = zone.trim_end_matches('.').to_ascii_lowercase();
        let mut file = Self {
            origin_at_end: zone.clone(),
            zone,
            text: text.into(),
            records: Vec::new(),
            ttl_at_end: None,
            elsewhere: None,
        };
        let mut owner = None;
        for entry in lex::entries(&file.text)? {
            let Some(first) = entry.tokens.first() else { continue };
            if !entry.indented && !first.quoted && file.text[first.at.start] == b'$' {
                file.directive(&entry)?;
                continue;
            }
            let record = file.record(&entry, owner.as_deref())?;
            if SIGNED.contains(&record.kind.as_str()) {
                file.elsewhere = Some(Elsewhere::Signed);
            }
            owner = Some(record.owner.clone());
            file.records.push(record);
        }
        Ok(file)
    }

    /// The text as it stands.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The records in the order of the file.
    #[must_use]
    pub fn records(&self) -> &[Placed] {
        &self.records
    }

    /// Whether there may be records that do not stand in the file themselves.
    #[must_use]
    pub const fn elsewhere(&self) -> Option<Elsewhere> {
        self.elsewhere
    }

    fn directive(&mut self, entry: &lex::Entry) -> Result<(), Unread> {
        let word = |n: usize| entry.tokens.get(n).map(|token| self.text[token.at.clone()].to_vec());
        let wrong = |why| Unread { line: entry.line, why };
        let name = word(0).unwrap_or_default().to_ascii_uppercase();
        match name.as_slice() {
            b"$ORIGIN" => {
                let origin = word(1).ok_or_else(|| wrong("$ORIGIN lacks its name"))?;
                self.origin_at_end = value::absolute(&origin, &self.origin_at_end);
            }
            b"$TTL" => {
                let ttl = word(1).and_then(|text| value::ttl(&text));
                self.ttl_at_end = Some(ttl.ok_or_else(|| wrong("$TTL lacks its time"))?);
            }
            b"$INCLUDE" => self.elsewhere = Some(Elsewhere::Include),
            b"$GENERATE" => self.elsewhere = self.elsewhere.or(Some(Elsewhere::Generate)),
            _ => {}
        }
        Ok(())
    }

    fn record(&self, entry: &lex::Entry, before: Option<&str>) -> Result<Placed, Unread> {
        let wrong = |why| Unread { line: entry.line, why };
        let word = |token: &lex::Token| &self.text[token.at.clone()];
        let mut tokens = entry.tokens.as_slice();
        let (owner, owner_at) = match tokens {
            _ if entry.indented => (before.ok_or_else(|| wrong("the first record names no owner"))?.to_owned(), None),
            [first, rest @ ..] => {
                tokens = rest;
                (value::absolute(word(first), &self.origin_at_end), Some(first.at.clone()))
            }
            [] => return Err(wrong("a record lacks its owner")),
        };
        let (mut ttl_at, mut has_class) = (None, false);
        while let [first, rest @ ..] = tokens {
            if ttl_at.is_none() && value::ttl(word(first)).is_some() {
                ttl_at = Some(first.at.clone());
            } else if !has_class && value::is_class(word(first)) {
                has_class = true;
            } else {
                break;
            }
            tokens = rest;
        }
        let [kind, values @ ..] = tokens else { return Err(wrong("a record lacks its type")) };
        let kind_text = String::from_utf8_lossy(word(kind)).to_ascii_uppercase();
        let words: Vec<&[u8]> = values.iter().map(word).collect();
        Ok(Placed {
            owner,
            data: value::data(&kind_text, &words, &self.origin_at_end),
            shown: words.iter().map(|word| String::from_utf8_lossy(word)).collect::<Vec<_>>().join(" "),
            kind: kind_text,
            span: entry.span.clone(),
            owner_at,
            ttl_at,
            kind_at: kind.at.clone(),
            values_at: values.iter().map(|token| token.at.clone()).collect(),
            origin: self.origin_at_end.clone(),
            ttl: self.ttl_at_end,
        })
    }
}

#[cfg(test)]
mod tests;
