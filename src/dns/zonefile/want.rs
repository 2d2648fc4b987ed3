//! What a zone's file lacks of the records that are wanted, and the file that has them. What does as well stays as it is.

use std::borrow::Cow;
use std::net::IpAddr;

use super::{Placed, Unread, ZoneFile, complete, obsolete, serial};
use crate::dns::judge::{self, Outcome, Place, View};
use crate::dns::{Published, dkim, dmarc, spf};
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
    /// The file as it was before mailwright first edited it: what stood there is the admin's, and what does as well as the
    /// wanted may stay. Without one all is the admin's.
    pub original: Option<&'a ZoneFile>,
    /// The file as mailwright last wrote it, where that is known: what has come since is the admin's as well.
    pub written: Option<&'a ZoneFile>,
}

/// A file that holds what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The file.
    pub file: ZoneFile,
    /// What was changed, a line each; nothing was when there are none.
    pub what: Vec<String>,
    /// What was left as it is, a line each with the reason: it could not be understood, or not be joined without loss.
    pub left: Vec<String>,
}

/// The file with what is wanted, and its serial raised where that changes it.
///
/// # Errors
/// When what came of it is no master file: a defect of ours.
pub fn edited(old: &ZoneFile, want: &Want<'_>, floor: Option<u32>, today: u32) -> Result<Edited, Unread> {
    let want = &Want { original: Some(want.original.unwrap_or(old)), ..*want };
    let mut edit = Edit { file: old.clone(), what: Vec::new() };
    let mut left = Vec::new();
    for one in want.records.iter().filter(|one| !is_out_of_reach(old, &one.record)) {
        let goal = goal(&edit.file, one, want);
        if holds(&edit.file, one, &goal, want) {
            continue;
        }
        match left_alone(&edit.file, one, want) {
            Some(why) => left.push(format!("{} {}: {why}", one.record.name, one.record.data.kind())),
            None => edit.put(&goal, want)?,
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
    Ok(Edited { file, what, left })
}

/// Whether the file's own records say of this one that it is there, or that one of the admin's stands there which does as
/// well. What mailwright put there itself does not stay when something else is wanted.
fn holds(file: &ZoneFile, one: &Published, goal: &Published, want: &Want<'_>) -> bool {
    let there: Vec<&Placed> = same(file, &one.record).map(|(_, placed)| placed).collect();
    if there.iter().any(|placed| placed.data.is_none()) {
        return there.iter().any(|placed| is(placed, &goal.record.data));
    }
    let values: Vec<Data> = there.iter().filter_map(|placed| placed.data.clone()).collect();
    let admins = judge::relevant(&one.record.data, &values).iter().all(|value| is_admins(value, &one.record, want));
    match judged(one, &values, want) {
        Outcome::AsWanted => true,
        Outcome::Serves if admins => true,
        _ => judged(goal, &values, want) == Outcome::AsWanted,
    }
}

/// What these values come to in the place of a record.
fn judged(one: &Published, values: &[Data], want: &Want<'_>) -> Outcome {
    let found = || View::Found { values: values.to_vec(), ttl: one.record.ttl };
    let view = if values.is_empty() { View::Nothing } else { found() };
    let place = Place { server: want.server, addresses: want.addresses, list: std::slice::from_ref(one) };
    judge::judge(one, place, &[(String::new(), view)]).outcome
}

/// Whether this value stood in the place of a record before mailwright came, or has come there since.
fn is_admins(value: &Data, record: &Record, want: &Want<'_>) -> bool {
    let stands = |file: &ZoneFile| same(file, record).any(|(_, placed)| placed.data.as_ref() == Some(value));
    want.original.is_none_or(stands) || want.written.is_some_and(|file| !stands(file))
}

/// Why what stands in the place of a text is left alone, and the text not put in: the admin's records there are several, or
/// one that cannot be understood, and ours in their place would lose what they say.
#[must_use]
pub fn left_alone(file: &ZoneFile, one: &Published, want: &Want<'_>) -> Option<&'static str> {
    let Data::Txt(wanted) = &one.record.data else { return None };
    let values: Vec<Data> = same(file, &one.record).filter_map(|(_, placed)| placed.data.clone()).collect();
    let there = judge::relevant(&one.record.data, &values);
    if one.is_consent() || !there.iter().any(|value| is_admins(value, &one.record, want)) {
        return None;
    }
    let is_spf = spf::is_record(wanted);
    let is_dmarc = wanted.split(';').next().is_some_and(|version| version.trim() == dmarc::VERSION);
    match there.as_slice() {
        [Data::Txt(text)] if is_spf && !complete::is_valid(text) => {
            Some("the SPF record that stands there has a term that is none (RFC 7208, section 4.6): mend it")
        }
        [_] => None,
        _ if is_spf => {
            Some("several SPF records stand there, of which none holds (RFC 7208, section 4.5): make one of them")
        }
        _ if is_dmarc => {
            Some("several DMARC records stand there, of which none holds (RFC 9989, section 4.10.1): leave one of them")
        }
        _ if dkim::is_record(wanted) => Some(
            "several keys stand under this selector (RFC 6376, section 3.6.2.2): leave one, or take another selector",
        ),
        _ => Some("several such records stand there: leave one of them"),
    }
}

/// What is to be put in: the record, but where the admin had an SPF record for other services, that one with what it
/// lacks, for as long as his terms stand there.
fn goal<'o>(file: &ZoneFile, one: &'o Published, want: &Want<'_>) -> Cow<'o, Published> {
    completed(file, one, want).map_or(Cow::Borrowed(one), |text| {
        let record = Record { data: Data::Txt(text), ..one.record.clone() };
        Cow::Owned(Published { record, ..one.clone() })
    })
}

fn completed(file: &ZoneFile, one: &Published, want: &Want<'_>) -> Option<String> {
    let Data::Txt(wanted) = &one.record.data else { return None };
    if !spf::is_record(wanted) {
        return None;
    }
    let records = |file| spf_records(file, &one.record);
    // Of several none holds (RFC 7208, section 4.5).
    let (now, first) = (records(file), records(want.original?));
    let theirs = match (&now[..], &first[..]) {
        ([now], _) if is_admins(&Data::Txt(now.clone()), &one.record, want) => now,
        (now, [first]) if now.iter().any(|text| complete::holds_all_of(text, first)) => first,
        _ => return None,
    };
    let serves = |text: &String| {
        let outcome = judged(one, &[Data::Txt(text.clone())], want);
        matches!(outcome, Outcome::AsWanted | Outcome::Serves)
    };
    let text = complete::completed(theirs, wanted)?;
    // One that lets everything pass, or says nothing of the rest, says nothing of the mail from here either.
    let with_our_all = complete::with_all_of(&text, wanted);
    [Some(theirs.clone()), Some(text), with_our_all].into_iter().flatten().find(serves)
}

fn spf_records(file: &ZoneFile, record: &Record) -> Vec<String> {
    let text = |placed: &Placed| match &placed.data {
        Some(Data::Txt(text)) if spf::is_record(text) => Some(text.clone()),
        _ => None,
    };
    same(file, record).filter_map(|(_, placed)| text(placed)).collect()
}

/// Whether this file cannot say anything of a name: it is given away to another zone, or is an alias.
#[must_use]
pub fn is_out_of_reach(file: &ZoneFile, record: &Record) -> bool {
    let name = record.name.as_str();
    let below = |owner: &str| name == owner || name.strip_suffix(owner).is_some_and(|rest| rest.ends_with('.'));
    let beside = |placed: &Placed| placed.owner == name && !gives_way(placed, record);
    file.records().iter().any(|placed| match placed.kind.as_str() {
        "NS" => placed.owner != file.zone && below(&placed.owner),
        "CNAME" => record.data.kind() != "CNAME" && beside(placed),
        _ => record.data.kind() == "CNAME" && beside(placed),
    })
}

/// Whether this value of the same name and another type says the same in another way: a key of DKIM or a policy of DMARC
/// that is wanted as an alias, or an alias that leads to another domain's where one is wanted here.
fn gives_way(placed: &Placed, record: &Record) -> bool {
    let Some((labels, domain)) = of_sender(record.name.as_str()) else { return false };
    match (&record.data, &placed.data) {
        (Data::Cname(_), Some(Data::Txt(text))) if labels == DMARC => text
            .split(';')
            .next()
            .is_some_and(|version| version.split_whitespace().collect::<String>() == dmarc::VERSION),
        (Data::Cname(_), Some(Data::Txt(text))) => dkim::is_record(text),
        (Data::Txt(_), Some(Data::Cname(target))) => {
            of_sender(target.as_str()).is_some_and(|(same, other)| same == labels && other != domain)
        }
        _ => false,
    }
}

/// The labels under which a domain has its policy of DMARC or a key of DKIM, and the domain.
fn of_sender(name: &str) -> Option<(&str, &str)> {
    let at = match name.strip_prefix(DMARC) {
        Some(rest) if rest.starts_with('.') => DMARC.len(),
        _ => name.find(DKIM).filter(|selector| *selector > 0)? + DKIM.len() - 1,
    };
    Some((&name[..at], &name[at + 1..])).filter(|(_, domain)| !domain.is_empty())
}

const DMARC: &str = "_dmarc";
const DKIM: &str = "._domainkey.";

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
        let is_in_the_way = |placed: &Placed| {
            if placed.kind == record.data.kind() {
                !is(placed, &record.data) && is_rival(one, placed, want.records)
            } else {
                gives_way(placed, record)
            }
        };
        let at_name = self.file.records().iter().enumerate().filter(|(_, placed)| placed.owner == record.name.as_str());
        let rivals: Vec<usize> = at_name.filter(|(_, placed)| is_in_the_way(placed)).map(|(at, _)| at).collect();
        let shown = format!("{} {} {}", record.name, record.data.kind(), record.data);
        // From the back, so that the numbers of those in front stay right.
        for (n, at) in rivals.into_iter().enumerate().rev() {
            if n == 0 && !there {
                let Placed { kind, shown: old, .. } = &self.file.records[at];
                let kind = if kind == record.data.kind() { String::new() } else { format!("{kind} ") };
                self.what.push(format!("{shown} (in place of {kind}{old})"));
                self.file = self.file.replace(at, &record.data)?;
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
