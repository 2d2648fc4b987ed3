//! The few ways a master file is changed: a record's value in place, a record taken out, one put in, the serial raised.

use std::ops::Range;

use super::value::relative;
use super::{Placed, Unread, ZoneFile};
use crate::records::{Data, Record};

impl ZoneFile {
    /// Gives a record another value; its owner, TTL, layout and comments stay, and its type where that is the same.
    pub(super) fn replace(&self, at: usize, data: &Data) -> Result<Self, Unread> {
        let Placed { values_at: places, kind, kind_at, .. } = &self.records[at];
        let value = data.to_string();
        let mut splices: Vec<Splice> = Vec::new();
        if kind != data.kind() {
            splices.push((kind_at.clone(), data.kind().as_bytes().to_vec()));
        }
        for (n, place) in places.iter().enumerate() {
            if n == 0 {
                splices.push((place.clone(), value.as_bytes().to_vec()));
            } else {
                // A blank that is escaped belongs to the part before.
                let place = self.with_blanks_before(place);
                splices.push((place.start.max(places[n - 1].end)..place.end, Vec::new()));
            }
        }
        if places.is_empty() {
            let end = kind_at.end;
            splices.push((end..end, format!(" {value}").into_bytes()));
        }
        self.spliced(splices)
    }

    /// Takes a record out with its lines. What the next one took over from it, owner or TTL, is written out there.
    pub(super) fn remove(&self, at: usize) -> Result<Self, Unread> {
        let gone = &self.records[at];
        let mut splices: Vec<Splice> = vec![(gone.span.clone(), Vec::new())];
        if let Some(next) = self.records.get(at + 1) {
            let inherits_owner = next.owner_at.is_none() && gone.owner_at.is_some();
            // Without $TTL the last TTL that was written goes on holding (RFC 1035, section 5.1).
            let inherits_ttl = next.ttl_at.is_none() && next.ttl.is_none();
            let ttl = gone.ttl_at.clone().filter(|_| inherits_ttl).map(|ttl| self.text[ttl].to_vec());
            if inherits_owner {
                let owner = relative(&next.owner, &next.origin).into_bytes();
                splices.push((next.span.start..next.span.start, owner));
            }
            if let Some(ttl) = ttl {
                let end = next.owner_at.as_ref().map_or(next.span.start, |owner| owner.end);
                splices.push((end..end, [b"\t", ttl.as_slice()].concat()));
            }
        }
        self.spliced(splices)
    }

    /// Puts a record in: behind the last one of its owner, else at the end of the file.
    pub(super) fn insert(&self, record: &Record) -> Result<Self, Unread> {
        let name = record.name.as_str();
        let last = self.records.iter().rev().find(|placed| placed.owner == name);
        let (at, origin, ttl) = match last {
            Some(last) => (last.span.end, last.origin.as_str(), last.ttl),
            None => (self.text.len(), self.origin_at_end.as_str(), self.ttl_at_end),
        };
        let line_end = if self.text.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
        let open = at > 0 && self.text[at - 1] != b'\n';
        let before = if open { line_end } else { "" };
        // Where no $TTL holds, a TTL would hold for the records below as well.
        let ttl = ttl.filter(|ttl| *ttl != record.ttl).map(|_| format!("{}\t", record.ttl)).unwrap_or_default();
        let (owner, kind, value) = (relative(name, origin), record.data.kind(), &record.data);
        let line = format!("{before}{owner}\t{ttl}IN\t{kind}\t{value}{line_end}");
        self.spliced(vec![(at..at, line.into_bytes())])
    }

    /// The serial of the zone's SOA record.
    #[must_use]
    pub fn serial(&self) -> Option<u32> {
        std::str::from_utf8(&self.text[self.serial_at()?]).ok()?.parse().ok()
    }

    /// Gives the zone another serial.
    pub(super) fn with_serial(&self, serial: u32) -> Result<Self, Unread> {
        let Some(at) = self.serial_at() else { return Ok(self.clone()) };
        self.spliced(vec![(at, serial.to_string().into_bytes())])
    }

    fn serial_at(&self) -> Option<Range<usize>> {
        let soa = self.records.iter().find(|record| record.kind == "SOA" && record.owner == self.zone)?;
        soa.values_at.get(2).cloned()
    }

    /// A place with the blanks before it, but never a line end: a comment may stand there.
    fn with_blanks_before(&self, place: &Range<usize>) -> Range<usize> {
        let blanks = self.text[..place.start].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let start = place.start - blanks;
        // What stands first in its line keeps its blanks: without them a name would begin there.
        if start == 0 || self.text[start - 1] == b'\n' { place.clone() } else { start..place.end }
    }

    /// The file with these places exchanged, read anew.
    fn spliced(&self, mut splices: Vec<Splice>) -> Result<Self, Unread> {
        splices.sort_by_key(|(place, _)| (place.start, place.end));
        let (mut text, mut from) = (Vec::with_capacity(self.text.len() + 256), 0);
        for (place, bytes) in splices {
            text.extend_from_slice(&self.text[from..place.start]);
            text.extend_from_slice(&bytes);
            from = place.end;
        }
        text.extend_from_slice(&self.text[from..]);
        Self::parse(&self.zone, text)
    }
}

/// A place and what comes there.
type Splice = (Range<usize>, Vec<u8>);
