//! Every point of a setup and of a rollback at which something can strike, and every fault: what is tried, how, and what
//! must come of it.
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

pub mod draw;
pub mod points;
pub mod record;
pub mod run;

use super::fault::{Fault, Point};

/// All faults, with the words that a table has for them.
pub const FAULTS: [(&str, Fault); 7] = [
    ("kill", Fault::Kill),
    ("kill all", Fault::KillAll),
    ("power cut", Fault::PowerCut),
    ("ENOSPC", Fault::Full),
    ("EIO", Fault::Failing("EIO")),
    ("EROFS", Fault::Failing("EROFS")),
    ("EACCES", Fault::Failing("EACCES")),
];

/// The disk that a case begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Nothing has been done; the packages lie in apt's cache.
    Fresh,
    /// The packages are in, and nothing else.
    Installed,
    /// A finished server.
    Finished,
}

/// What follows the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// `resume`, or behind a rollback `setup`, which must end with a healthy server.
    Resumed,
    /// `rollback`, which must leave the host as it was.
    GivenBack,
}

/// Where something strikes.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub start: Start,
    /// Its row in the table.
    pub kind: &'static str,
    pub point: Point,
}

/// One trial.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub place: Place,
    pub fault: (&'static str, Fault),
    pub end: End,
}

impl Case {
    /// Its name in the record; no two cases have the same.
    pub fn name(&self) -> String {
        format!("{:?}, {:?}, {}, {:?}", self.place.start, self.place.point, self.fault.0, self.end)
    }
}

/// Every place with every fault. What follows alternates, so that each place is seen resumed and given back, and so is
/// each fault.
pub fn cases(places: &[Place]) -> Vec<Case> {
    let mut all = Vec::new();
    for (at, place) in places.iter().enumerate() {
        for (number, fault) in FAULTS.into_iter().enumerate() {
            let end = if (at + number) % 2 == 0 { End::Resumed } else { End::GivenBack };
            all.push(Case { place: *place, fault, end });
        }
    }
    all
}
