//! Undo: the journal walked backwards. It appends and never erases; already gone is success.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::change::{Daemon, OpenPorts};
use crate::engine::archive::Archive;
use crate::engine::journal::{Before, Event, PathState, Record};
pub use crate::engine::kinds::packages::undo::Forecast;
use crate::engine::kinds::{account, acme, database_undo, files, firewall, hostname, packages, service, zone};
use crate::engine::machine::Machine;
use crate::engine::{Engine, file_hash, mail, paths};
use crate::error::Result;
use crate::probe::dns;
use crate::steps::dovecot::MAIL_DIR;

/// What an undo did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// The subjects of the changes undone, in the order they were.
    pub undone: Vec<String>,
    /// What was kept, or saved and where, because it was not ours to remove.
    pub kept: Vec<String>,
}

impl Engine {
    /// The changes an undo would take back, in the order it would: all, or those of this step and of the steps after.
    #[must_use]
    pub fn to_undo(&self, step: Option<&str>) -> Vec<Record> {
        let order = |id: &str| crate::steps::ALL.iter().position(|step| step.id == id);
        let from = step.and_then(order).unwrap_or(0);
        let wanted = |record: &Record| order(&record.step).is_none_or(|at| at >= from);
        self.journal.standing().into_iter().rev().filter(wanted).collect()
    }

    /// What an undo would save and what it would leave, before anything is touched.
    ///
    /// # Errors
    /// When it could not come to its end: what would stand in its way.
    pub fn forecast(&self, step: Option<&str>) -> Result<Forecast> {
        let records = self.to_undo(step);
        let mut all = Forecast::default();
        let ours = self.unedited(&records);
        for record in &records {
            let mut one = self.forecast_one(record, &ours)?;
            all.saves.append(&mut one.saves);
            all.leaves.append(&mut one.leaves);
        }
        Ok(all)
    }

    fn forecast_one(&self, record: &Record, ours: &BTreeSet<PathBuf>) -> Result<Forecast> {
        let machine = &self.machine;
        let after = record.after.clone().unwrap_or_default();
        let mut told = Forecast::default();
        match &record.before {
            Before::Apt(before) => told = packages::undo::forecast(machine, before, &after, ours)?,
            Before::Packages { installed, snapshot, masked } => {
                let before = packages::legacy::read(machine, installed, snapshot, masked, record.after.as_ref())?;
                told = packages::undo::forecast(machine, &before, &after, ours)?;
            }
            Before::Paths { paths, .. } => {
                for (path, was) in paths.iter().filter(|(path, _)| !ours.contains(*path)) {
                    let there = crate::files::handle(&machine.path(path)).is_ok();
                    if there && paths::capture(&machine.state, &machine.path(path))? != *was {
                        told.leaves.push(format!("{} (changed since mailwright wrote it)", path.display()));
                    }
                }
                if paths.get(Path::new(MAIL_DIR)) == Some(&PathState::Absent) {
                    told.saves.extend(mail::in_mailboxes(machine));
                }
                told.saves.extend(dear(machine, paths).map(|path| path.display().to_string()));
            }
            _ => {}
        }
        Ok(told)
    }

    /// The files of these records that are as mailwright wrote them.
    fn unedited(&self, records: &[Record]) -> BTreeSet<PathBuf> {
        let written = records.iter().filter_map(|record| record.after.as_ref()).flat_map(|after| &after.files);
        let same = |(path, hash): &(&PathBuf, &String)| file_hash(&self.machine, path).as_ref() == Some(*hash);
        written.filter(same).map(|(path, _)| path.clone()).collect()
    }

    /// Takes the changes back. Only a settled journal is walked. What would stop it at the end is noticed before the
    /// first change is taken back. A daemon that ran before goes on with its old configuration as soon as that is back,
    /// also when a later change cannot be undone.
    ///
    /// # Errors
    /// When one cannot be undone: those after it are undone already, it and those before it stand.
    pub fn undo(&mut self, step: Option<&str>) -> Result<Undone> {
        self.settle_all(true)?;
        self.forecast(step)?;
        let archive = Archive::new(&self.machine);
        let mut all = Undone::default();
        let records = self.to_undo(step);
        let mut waiting = Vec::new();
        let going = go(&records);
        let ahead: Vec<Daemon> =
            going.iter().filter(|daemon| **daemon != Daemon::Mariadb && service::runs(**daemon)).copied().collect();
        service::without_generators(&self.machine, &going)?;
        service::stop_ahead(&ahead);
        let result = self.walk_back(&records, &archive, &mut all, &mut waiting);
        service::with_generators(&self.machine, &going);
        if result.is_err() {
            service::go_on(&self.still_standing(&records, &ahead));
        }
        all.kept.extend(waiting.into_iter().filter_map(|(_, daemon)| service::back_to_its_own(daemon)));
        result?;
        if records.iter().any(|record| matches!(record.before, Before::Hostname { .. })) {
            // They asked for the name of this machine when they started, and it was still another.
            theirs(&records).into_iter().for_each(service::start_anew);
        }
        all.kept.extend(self.left(&records, &all.kept));
        Ok(all)
    }

    /// Those of these daemons whose change is not undone.
    fn still_standing(&self, records: &[Record], daemons: &[Daemon]) -> Vec<Daemon> {
        let standing: BTreeSet<u64> = self.journal.standing().into_iter().map(|record| record.seq).collect();
        let of = |record: &Record| match record.before {
            Before::Service { daemon, .. } if standing.contains(&record.seq) => Some(daemon),
            _ => None,
        };
        let left: Vec<Daemon> = records.iter().filter_map(of).collect();
        daemons.iter().filter(|daemon| left.contains(daemon)).copied().collect()
    }

    /// Undoes the records in their order; `waiting` holds the daemons that go on once the files of their step are back.
    fn walk_back(
        &mut self,
        records: &[Record],
        archive: &Archive,
        all: &mut Undone,
        waiting: &mut Vec<(String, Daemon)>,
    ) -> Result<()> {
        let mut step_before = None;
        for (n, record) in records.iter().enumerate() {
            if step_before.replace(&record.step) == Some(&record.step) {
                self.stop.check()?;
            } else {
                let (done, later) = waiting.drain(..).partition(|(step, _): &(String, _)| *step != record.step);
                *waiting = later;
                all.kept.extend(Vec::into_iter(done).filter_map(|(_, daemon)| service::back_to_its_own(daemon)));
                self.stop.check_between_steps()?;
            }
            let span = tracing::info_span!(target: "mailwright::progress", "undo", what = record.subject);
            let _guard = span.enter();
            let kept = self
                .undo_one(record, archive)
                .map_err(|error| error.within(format!("{} could not be undone", record.subject)))?;
            self.journal.append(Event::Undone { seq: record.seq, kept: kept.clone() })?;
            all.undone.push(record.subject.clone());
            all.kept.extend(kept);
            waiting.extend(ran_before(records, n).map(|daemon| (record.step.clone(), daemon)));
        }
        Ok(())
    }

    /// Paths that were not there before and still are: directories that hold something which is not ours.
    fn left(&self, records: &[Record], named: &[String]) -> Vec<String> {
        let absent = |record: &Record| match &record.before {
            Before::Paths { paths, .. } => {
                paths.iter().filter(|(_, was)| **was == PathState::Absent).map(|(path, _)| path.clone()).collect()
            }
            _ => Vec::new(),
        };
        let there = |path: &PathBuf| crate::files::exists(&self.machine.path(path));
        let told = |path: &PathBuf| named.iter().any(|kept| kept.starts_with(&format!("{} (", path.display())));
        let left = records.iter().flat_map(absent).filter(|path| there(path) && !told(path));
        left.map(|path| format!("{} (not empty)", path.display())).collect()
    }

    fn undo_one(&self, record: &Record, archive: &Archive) -> Result<Vec<String>> {
        let machine = &self.machine;
        let after = record.after.clone().unwrap_or_default();
        match &record.before {
            Before::Paths { paths, .. } => {
                let made_mail_dir = paths.get(Path::new(MAIL_DIR)) == Some(&PathState::Absent);
                if made_mail_dir && machine.path(Path::new(MAIL_DIR)).is_dir() {
                    return mail::remove_mailboxes(machine, archive);
                }
                let mut kept = Vec::new();
                for path in dear(machine, paths) {
                    let copy = archive.copy(path)?;
                    kept.push(format!("the key {}, saved in {}", path.display(), copy.display()));
                }
                service::let_go(paths);
                kept.extend(files::undo(machine, paths, &after)?);
                service::reread(paths);
                Ok(kept)
            }
            Before::Hostname { name, file } => hostname::undo(machine, name, file, &after),
            Before::Account { name, existed, files } => account::undo(machine, name, *existed, files),
            Before::Apt(before) => packages::undo::undo(machine, archive, before, &after),
            Before::Packages { installed, snapshot, masked } => {
                let before = packages::legacy::read(machine, installed, snapshot, masked, Some(&after))?;
                packages::undo::undo(machine, archive, &before, &after)
            }
            Before::Database { name, existed, had } => {
                database_undo::tables(machine, archive, name, *existed, had.as_deref())
            }
            Before::Reader { user, existed, was, .. } => database_undo::reader(machine, user, *existed, was.as_deref()),
            Before::Row { table, key, old, new } => database_undo::row(machine, table, key, old.as_deref(), new),
            Before::Zone { zone, file, was, .. } => zone::undo(machine, zone, file, was, &after),
            Before::Acme(before) => acme::undo::undo(machine, archive, before, &after),
            Before::Firewall { wall, ports, was, files } => {
                let open = OpenPorts { wall: wall.clone(), ports: ports.clone() };
                firewall::undo(machine, &open, was, files, &after)
            }
            Before::Service { daemon, active, file_state } => {
                service::undo(machine, archive, *daemon, *active, file_state)
            }
        }
    }
}

/// The daemons that will not run once all records are undone; nftables is none.
fn go(records: &[Record]) -> Vec<Daemon> {
    let oldest = |daemon: &Daemon| {
        let of = |record: &Record| match record.before {
            Before::Service { daemon: other, active, .. } if other == *daemon => Some(active),
            _ => None,
        };
        records.iter().rev().find_map(of) == Some(false)
    };
    Daemon::ALL.into_iter().filter(|daemon| *daemon != Daemon::Nftables && oldest(daemon)).collect()
}

/// The units of daemons that ran before, of those that had to make room as well.
fn theirs(records: &[Record]) -> Vec<&str> {
    let mut units: Vec<&str> = (0..records.len()).filter_map(|n| ran_before(records, n)).map(Daemon::unit).collect();
    for record in records {
        if let Before::Apt(before) = &record.before {
            units.extend(before.stopped.iter().map(String::as_str));
        }
    }
    units
}

/// The daemon that this record is the oldest of, where it ran before that. nftables is no daemon: to start it anew would
/// take away what others have put into the kernel since.
fn ran_before(records: &[Record], n: usize) -> Option<Daemon> {
    let of = |record: &Record| match record.before {
        Before::Service { daemon, active, .. } => Some((daemon, active)),
        _ => None,
    };
    let (daemon, active) = of(&records[n])?;
    let older = records[n + 1..].iter().filter_map(of).any(|(other, _)| other == daemon);
    (active && !older && daemon != Daemon::Nftables).then_some(daemon)
}

/// How long the DNS may take to say whether a key is published.
const ASKED: Duration = Duration::from_secs(3);

/// The private keys among these paths that go, as long as their public half is published (RFC 6376, section 3.6.2.1), or
/// may be: no other key fits it.
fn dear<'a>(machine: &'a Machine, paths: &'a BTreeMap<PathBuf, PathState>) -> impl Iterator<Item = &'a PathBuf> {
    let goes = |(path, was): &(&PathBuf, &PathState)| {
        let there = crate::files::handle(&machine.path(path)).is_ok();
        **was == PathState::Absent && path.extension().is_some_and(|end| end == "private") && there
    };
    paths.iter().filter(goes).map(|(path, _)| path).filter(|path| may_be_published(machine, path))
}

/// Whether a domain of the saved answers publishes a key of this file's selector. Where nobody knows, it may.
fn may_be_published(machine: &Machine, key: &Path) -> bool {
    let saved = machine.state.saved_answers().ok().flatten();
    let answers = saved.and_then(|text| crate::answers::parse(&text, &machine.state.answers_path()).ok());
    let (Some(answers), Some(selector)) = (answers, key.file_stem().and_then(|stem| stem.to_str())) else {
        return true;
    };
    let names = answers.domains.iter().map(|domain| format!("{selector}._domainkey.{domain}"));
    names.into_iter().any(|name| dns::has_text(&name, ASKED) != Some(false))
}
