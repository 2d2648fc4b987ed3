//! What a zone's file lacks of the records that are wanted, and the file that has them. What does as well stays as it is.

use std::net::IpAddr;

use super::{Placed, Unread, ZoneFile, obsolete, serial};
use crate::dns::Published;
use crate::dns::judge::{self, Outcome, Place, View};
use crate::records::{Data, Record};

/// What a zone is to hold.
#[derive(Debug, Clone, Copy)]
pub struct Want<'a> {
    /// The records.
    pub records: &'a [Published],
    /// The name of the server they are for.
    pub server: &'a str,
    /// Its addresses.
    pub addresses: &'a [IpAddr],
    /// Whether records that nobody reads any more are to go.
    pub remove_obsolete: bool,
}

/// A file that holds what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The file.
    pub file: ZoneFile,
    /// What was changed, a line each; nothing was when there are none.
    pub what: Vec<String>,
}

/// The file with what is wanted, and its serial raised where that changes it.
///
/// # Errors
/// When what came of it is no master file: a defect of ours.
pub fn edited(old: &ZoneFile, want: &Want<'_>, floor: Option<u32>, today: u32) -> Result<Edited, Unread> {
    let mut edit = Edit { file: old.clone(), what: Vec::new() };
    for one in want.records {
        if !is_out_of_reach(old, &one.record) && !holds(&edit.file, one, want) {
            edit.put(one, want)?;
        }
    }
    if want.remove_obsolete {
        for (at, dead) in obsolete::found(&edit.file).into_iter().rev() {
            if !dead.is_wanted(want.records) {
                edit.remove(at, dead.why.reason())?;
            }
        }
    }
    let Edit { mut file, mut what } = edit;
    if let (false, Some(before)) = (what.is_empty(), old.serial()) {
        let serial = serial::next(before, floor, today);
        file = file.with_serial(serial)?;
        what.push(format!("serial {before} -> {serial}"));
    }
    Ok(Edited { file, what })
}

/// Whether the file's own records say of this one that it is there, or that one stands there which does as well.
fn holds(file: &ZoneFile, one: &Published, want: &Want<'_>) -> bool {
    let there: Vec<&Placed> = same(file, &one.record).map(|(_, placed)| placed).collect();
    if there.iter().any(|placed| placed.data.is_none()) {
        return there.iter().any(|placed| is(placed, &one.record.data));
    }
    let values: Vec<Data> = there.iter().filter_map(|placed| placed.data.clone()).collect();
    let view = if values.is_empty() { View::Nothing } else { View::Found { values, ttl: one.record.ttl } };
    let place = Place { server: want.server, addresses: want.addresses, list: std::slice::from_ref(one) };
    let state = judge::judge(one, place, &[(String::new(), view)]);
    matches!(state.outcome, Outcome::AsWanted | Outcome::Serves)
}

/// Whether this file cannot say anything of a name: it is given away to another zone, or is an alias.
#[must_use]
pub fn is_out_of_reach(file: &ZoneFile, record: &Record) -> bool {
    let name = record.name.as_str();
    let below = |owner: &str| name == owner || name.strip_suffix(owner).is_some_and(|rest| rest.ends_with('.'));
    file.records().iter().any(|placed| match placed.kind.as_str() {
        "NS" => placed.owner != file.zone && below(&placed.owner),
        "CNAME" => record.data.kind() != "CNAME" && placed.owner == name,
        _ => record.data.kind() == "CNAME" && placed.owner == name,
    })
}

/// Whether a record has this value. One that cannot be read, or is of a type that is not known here, is compared as
/// text, as it stands there once we have put it there.
fn is(placed: &Placed, value: &Data) -> bool {
    match &placed.data {
        Some(data) => data == value,
        None => placed.shown.eq_ignore_ascii_case(&value.to_string()),
    }
}

/// The records of the same name and type.
fn same<'f>(file: &'f ZoneFile, record: &'f Record) -> impl Iterator<Item = (usize, &'f Placed)> {
    let is = |placed: &Placed| placed.owner == record.name.as_str() && placed.kind == record.data.kind();
    file.records().iter().enumerate().filter(move |(_, placed)| is(placed))
}

struct Edit {
    file: ZoneFile,
    what: Vec<String>,
}

impl Edit {
    /// Puts a record in: in the place of the first that cannot stay beside it, else as a new one.
    fn put(&mut self, one: &Published, want: &Want<'_>) -> Result<(), Unread> {
        let record = &one.record;
        let mut there = same(&self.file, record).any(|(_, placed)| is(placed, &record.data));
        let rivals: Vec<usize> = same(&self.file, record)
            .filter(|(_, placed)| !is(placed, &record.data) && is_rival(one, placed, want.records))
            .map(|(at, _)| at)
            .collect();
        let shown = format!("{} {} {}", record.name, record.data.kind(), record.data);
        // From the back, so that the numbers of those in front stay right.
        for (n, at) in rivals.into_iter().enumerate().rev() {
            if n == 0 && !there {
                self.what.push(format!("{shown} (in place of {})", self.file.records[at].shown));
                self.file = self.file.replace(at, &record.data.to_string())?;
                there = true;
            } else {
                self.remove(at, "only one may stand there")?;
            }
        }
        if !there {
            self.file = self.file.insert(record)?;
            self.what.push(format!("{shown} (new)"));
        }
        Ok(())
    }

    fn remove(&mut self, at: usize, why: &str) -> Result<(), Unread> {
        let gone = &self.file.records[at];
        self.what.push(format!("{} {} {} (removed: {why})", gone.owner, gone.kind, gone.shown));
        self.file = self.file.remove(at)?;
        Ok(())
    }
}

/// Whether this value of the same name and type cannot stay beside the wanted one.
fn is_rival(one: &Published, placed: &Placed, wanted: &[Published]) -> bool {
    match (&one.record.data, &placed.data) {
        // Whoever comes later takes mail only when we are down.
        (Data::Mx { preference: ours, exchange }, Some(Data::Mx { preference, exchange: other })) => {
            preference <= ours || other == exchange
        }
        (Data::Caa { .. }, _) | (Data::Mx { .. } | Data::Txt(_), None) => false,
        (Data::Txt(_), Some(value)) => !judge::relevant(&one.record.data, std::slice::from_ref(value)).is_empty(),
        _ => !wanted.iter().any(|other| other.record.name == one.record.name && is(placed, &other.record.data)),
    }
}
