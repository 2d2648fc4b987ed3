//! One journal out of its file and the copy of it: what either has lost the other gives back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Serialize;

use super::form::{Event, Line, Record};
use super::lines::{Reading, Whole};

/// No journal lacks that many changes in a row: a number that is further off is damage.
const FAR: u64 = 1 << 20;
/// As many changes of a lost beginning are named.
const SHOWN: usize = 1000;

/// What became of a journal on its disk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The file was gone or empty, and its copy tells all.
    pub from_copy: bool,
    /// Lines that were damaged or missing and that the copy gave back.
    pub healed: usize,
    /// Lines that are damaged or missing in both.
    pub lost: usize,
    /// What those lines are known to have said.
    pub unknown: Vec<Unknown>,
    /// The first line of a newer version.
    pub newer: Option<u32>,
}

/// A change whose beginning is lost: what stood there before cannot be told, so nobody takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// Its number.
    pub seq: u64,
    /// The files that it wrote and the packages that came with it, where that is known.
    pub what: Vec<String>,
}

impl Health {
    /// Whether every line is there and proves itself.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        *self == Self::default()
    }
}

/// The lines of both, each once, in their order; how many of them are the copy's alone.
pub(super) fn merged(file: Vec<Whole>, copy: Vec<Whole>) -> (Vec<Whole>, usize) {
    let place: BTreeMap<String, usize> = copy.iter().enumerate().map(|(at, whole)| (whole.text.clone(), at)).collect();
    let mut copied: Vec<Option<Whole>> = copy.into_iter().map(Some).collect();
    let (mut lines, mut next, mut gained) = (Vec::new(), 0, 0);
    for whole in file {
        if let Some(at) = place.get(&whole.text).copied().filter(|at| *at >= next) {
            let before: Vec<Whole> = copied[next..at].iter_mut().filter_map(Option::take).collect();
            gained += before.len();
            lines.extend(before);
            next = at + 1;
        }
        lines.push(whole);
    }
    let rest: Vec<Whole> = copied[next..].iter_mut().filter_map(Option::take).collect();
    gained += rest.len();
    lines.extend(rest);
    // Lines that only one of them has may stand between the same two, and a disk may give one back twice: their place
    // tells.
    let first = lines.iter().position(|whole| whole.line.n.is_some()).unwrap_or(lines.len());
    if lines[first..].iter().all(|whole| whole.line.n.is_some()) {
        lines[first..].sort_by_key(|whole| whole.line.n);
        lines.dedup_by(|one, other| one.line.n.is_some() && one.line.n == other.line.n);
    }
    (lines, gained)
}

/// How many lines are missing between those that are there.
pub(super) fn gaps(lines: &[Line]) -> usize {
    let mut missing = 0;
    let mut expected = None;
    for (at, line) in lines.iter().enumerate() {
        if let Some(n) = line.n {
            let due = expected.unwrap_or(at as u64 + 1);
            missing += usize::try_from(n.saturating_sub(due)).unwrap_or(usize::MAX);
            expected = Some(n + 1);
        }
    }
    missing
}

/// Whether a file's own lines are all there: none damaged, none missing, none out of its place.
pub(super) fn is_whole(reading: &Reading) -> bool {
    let lines: Vec<Line> = reading.whole.iter().map(|whole| whole.line.clone()).collect();
    let places: Vec<u64> = lines.iter().filter_map(|line| line.n).collect();
    reading.damaged.is_empty() && gaps(&lines) == 0 && places.is_sorted_by(|one, next| one < next)
}

/// The changes as far as a journal has been read.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) all: Vec<Record>,
    /// Where each number stands in `all`.
    at: BTreeMap<u64, usize>,
    /// Ends of changes whose beginning is not there.
    orphans: BTreeMap<u64, Vec<String>>,
    taken_back: BTreeSet<u64>,
}

impl Records {
    /// Takes in one more line; `false` when it cannot be true, as a change that begins under a number that another has.
    pub(super) fn take(&mut self, event: &Event) -> bool {
        match event {
            Event::Begin { seq, step, subject, before } => {
                if self.at.contains_key(seq) || *seq > self.last().saturating_add(FAR) {
                    return false;
                }
                self.at.insert(*seq, self.all.len());
                self.all.push(Record {
                    seq: *seq,
                    step: step.clone(),
                    subject: subject.clone(),
                    before: before.clone(),
                    after: None,
                    undone: false,
                });
            }
            Event::Done { seq, after } => {
                if let Some(at) = self.at.get(seq) {
                    self.all[*at].after = Some(after.clone());
                } else {
                    let files = after.files.keys().map(|path: &PathBuf| path.display().to_string());
                    let packages = after.came.iter().flatten().cloned();
                    self.orphans.insert(*seq, files.chain(packages).collect());
                }
            }
            Event::Failed { seq, .. } => {
                if !self.at.contains_key(seq) {
                    self.orphans.entry(*seq).or_default();
                }
            }
            Event::Undone { seq, .. } => match self.at.get(seq) {
                Some(at) => self.all[*at].undone = true,
                None => drop(self.taken_back.insert(*seq)),
            },
            Event::Run { .. } | Event::End { .. } => {}
        }
        true
    }

    /// The highest number given so far.
    pub(super) fn last(&self) -> u64 {
        let known = self.at.last_key_value().map_or(0, |(seq, _)| *seq);
        let orphan = self.orphans.last_key_value().map_or(0, |(seq, _)| *seq);
        known.max(orphan).max(self.taken_back.last().copied().unwrap_or(0))
    }

    /// The changes that are known to have been and whose beginning is lost, and that were not taken back.
    pub(super) fn unknown(&self) -> Vec<Unknown> {
        let missing = (1..=self.last()).filter(|seq| !self.at.contains_key(seq) && !self.taken_back.contains(seq));
        missing
            .take(SHOWN)
            .map(|seq| Unknown { seq, what: self.orphans.get(&seq).cloned().unwrap_or_default() })
            .collect()
    }
}
