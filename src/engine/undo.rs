//! Undo: the journal walked backwards. It appends and never erases; already gone is success.

use std::path::{Path, PathBuf};

use crate::change::OpenPorts;
use crate::engine::Engine;
use crate::engine::archive::Archive;
use crate::engine::journal::{Before, Event, PathState, Record};
use crate::engine::kinds::{account, acme, database_undo, files, firewall, hostname, packages_undo, service, zone};
use crate::engine::mail;
use crate::engine::snapshot::Snapshot;
use crate::error::{Error, Result};
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

    /// Takes the changes back. Only a settled journal is walked.
    ///
    /// # Errors
    /// When one cannot be undone: those after it are undone already, it and those before it stand.
    pub fn undo(&mut self, step: Option<&str>) -> Result<Undone> {
        self.settle()?;
        let archive = Archive::new(&self.machine);
        let mut all = Undone::default();
        let records = self.to_undo(step);
        let mut step_before = None;
        for record in &records {
            if step_before.replace(&record.step) == Some(&record.step) {
                self.stop.check()?;
            } else {
                self.stop.check_between_steps()?;
            }
            let span = tracing::info_span!(target: "mailwright::progress", "undo", what = record.subject);
            let _guard = span.enter();
            let kept = self
                .undo_one(record, &archive)
                .map_err(|error| error.within(format!("{} could not be undone", record.subject)))?;
            self.journal.append(Event::Undone { seq: record.seq, kept: kept.clone() })?;
            all.undone.push(record.subject.clone());
            all.kept.extend(kept);
        }
        all.kept.extend(self.left(&records, &all.kept));
        Ok(all)
    }

    /// Paths that were not there before and still are: directories that hold something which is not ours.
    fn left(&self, records: &[Record], named: &[String]) -> Vec<String> {
        let absent = |record: &Record| match &record.before {
            Before::Paths { paths, .. } => {
                paths.iter().filter(|(_, was)| **was == PathState::Absent).map(|(path, _)| path.clone()).collect()
            }
            _ => Vec::new(),
        };
        let there = |path: &PathBuf| std::fs::symlink_metadata(self.machine.path(path)).is_ok();
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
                let kept = files::undo(machine, paths, &after)?;
                service::reread(paths);
                Ok(kept)
            }
            Before::Hostname { name, file } => hostname::undo(machine, name, file),
            Before::Account { name, existed, files } => account::undo(machine, name, *existed, files),
            Before::Packages { installed, snapshot, masked } => {
                let hash =
                    after.snapshot.ok_or_else(|| Error::failed("the journal lacks the tree after the packages"))?;
                let packages = packages_undo::Packages { installed, came: after.came.as_ref(), masked };
                let trees = [snapshot, &hash].map(|hash| Snapshot::kept(&machine.state, hash));
                let [before, after] = trees;
                packages_undo::undo(machine, archive, &packages, &before?, &after?)
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
