//! The engine: the only code that alters a machine. It compares changes with it, carries them out under the journal,
//! settles what was interrupted, and undoes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::change::{Change, Row, ZoneRecords};
use crate::error::{Error, Kind, Result};
use crate::plan::Standing;

pub mod apply;
pub mod archive;
mod copy;
pub mod journal;
pub mod kinds;
pub mod machine;
pub mod mail;
pub mod paths;
mod private;
pub mod state;
pub mod undo;

pub use journal::Journal;
pub use machine::Machine;
pub use state::State;

use journal::{After, Before};
use kinds::database::{KeptRow, RowPast};
use kinds::{account, acme, database, files, firewall, hostname, packages, service, signing_key, zone};

/// Asks a run for an early end, from a signal or from the admin.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// The change in hand is brought to its end, the journal written, and the run stops.
    pub now: Arc<AtomicBool>,
    /// The step in hand is brought to its end first: the line to the admin has dropped, and a step that was begun is
    /// better finished than left.
    pub after_step: Arc<AtomicBool>,
}

impl Stop {
    /// An error when a stop was asked for that does not wait for the end of a step.
    ///
    /// # Errors
    /// When one was asked for.
    pub fn check(&self) -> Result<()> {
        if self.now.load(Ordering::SeqCst) { Err(Self::stopped("the change in hand")) } else { Ok(()) }
    }

    /// An error when a stop of any kind was asked for: between two steps.
    ///
    /// # Errors
    /// When one was asked for.
    pub fn check_between_steps(&self) -> Result<()> {
        self.check()?;
        if self.after_step.load(Ordering::SeqCst) { Err(Self::stopped("the step in hand")) } else { Ok(()) }
    }

    /// Whether a stop of any kind was asked for.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.check_between_steps().is_err()
    }

    fn stopped(after: &str) -> Error {
        let error = Error::new(Kind::Interrupted, format!("the run was interrupted and ended after {after}"));
        error.hint("go on with `mailwright resume`, or go back with `mailwright rollback`")
    }
}

/// One machine with its journal.
#[derive(Debug)]
pub struct Engine {
    /// The machine.
    pub machine: Machine,
    /// Its journal.
    pub journal: Journal,
    /// Asks for an early end.
    pub stop: Stop,
    /// Where the output of long programs goes while they run.
    pub program_log: PathBuf,
    /// Whether rows that people changed are made what the answers say: only where the admin asked for it.
    pub set_rows_back: bool,
    /// A signing key in the making.
    early: signing_key::Early,
}

impl Engine {
    /// The engine for a machine; nothing is touched.
    ///
    /// # Errors
    /// When the journal cannot be understood.
    pub fn new(machine: Machine, stop: Stop, program_log: PathBuf) -> Result<Self> {
        let journal = Journal::load(&machine.state)?;
        Ok(Self { machine, journal, stop, program_log, set_rows_back: false, early: signing_key::Early::default() })
    }

    /// What was done to a zone here before.
    fn past(&self, change: &ZoneRecords) -> zone::Past {
        zone::Past::of(&self.machine, self.journal.records(), change)
    }

    /// Those of the rows that people made otherwise since, each with what stands there; `None` where it was removed.
    ///
    /// # Errors
    /// When the database answers with an error.
    pub fn rows_kept(&self, rows: &[Row]) -> Result<Vec<KeptRow>> {
        if self.set_rows_back { Ok(Vec::new()) } else { database::rows_kept(&self.machine, &self.journal, rows) }
    }

    /// How a change stands against the machine.
    ///
    /// # Errors
    /// When the machine cannot be read, or something stands in the way.
    pub fn standing(&self, change: &Change) -> Result<Standing> {
        let machine = &self.machine;
        match change {
            Change::Packages(set) => Ok(packages::standing(machine, set)),
            Change::Hostname { fqdn } => Ok(hostname::standing(machine, fqdn)),
            Change::Directory { path, owner, mode } => files::directory_standing(machine, path, owner, *mode),
            Change::File { path, owner, mode, content } => {
                let written = self.journal.written(path);
                let past = files::Past { written: written.as_deref(), put_back: self.journal.putting_back(path) };
                files::file_standing(machine, &past, path, owner, *mode, content)
            }
            Change::SystemUser { name, id, .. } => account::standing(machine, name, *id),
            Change::Certificate { certificate, key, name, .. } => {
                Ok(files::certificate_standing(machine, certificate, key, name))
            }
            Change::SigningKey { path, owner, bits } => signing_key::standing(machine, path, owner, *bits),
            Change::Database { name, tables, .. } => database::tables_standing(machine, name, tables),
            Change::DatabaseReader { user, database, password } => {
                database::reader_standing(machine, user, database, *password)
            }
            Change::Row(row) => {
                let past = || RowPast::of(machine, &self.journal, row);
                let standing = database::row_standing(machine.database().ok().as_mut(), row, past)?;
                Ok(if self.set_rows_back { standing.set_back() } else { standing })
            }
            Change::Zone(records) => zone::standing(machine, &self.past(records), records),
            Change::Acme(certificate) => acme::standing(machine, certificate),
            Change::Firewall(open) => firewall::standing(machine, open),
            Change::Service { daemon, uses } => Ok(service::standing(machine, *daemon, uses)),
        }
    }

    /// What stands there before a change, kept for undo.
    fn before(&self, change: &Change) -> Result<Before> {
        let machine = &self.machine;
        match change {
            Change::Packages(set) => packages::before(machine, set),
            Change::Hostname { .. } => hostname::before(machine),
            Change::File { path, content, .. } => {
                files::before(machine, &change.paths(), files::landing_hash(machine, path, content))
            }
            Change::SigningKey { path, .. } => signing_key::before(machine, path),
            Change::Directory { .. } | Change::Certificate { .. } => files::before(machine, &change.paths(), None),
            Change::SystemUser { name, .. } => account::before(machine, name),
            Change::Database { name, tables, .. } => database::tables_before(machine, name, tables),
            Change::DatabaseReader { user, database, .. } => database::reader_before(machine, user, database),
            Change::Row(row) => database::row_before(machine, row),
            Change::Zone(records) => zone::before(machine, &self.past(records), records),
            Change::Acme(certificate) => acme::before(machine, certificate),
            Change::Firewall(open) => firewall::before(machine, open),
            Change::Service { daemon, .. } => Ok(service::before(*daemon)),
        }
    }

    /// Carries a change out.
    fn act(&self, change: &Change, before: &Before) -> Result<After> {
        let machine = &self.machine;
        match change {
            Change::Packages(set) => match before {
                Before::Apt(before) => packages::act(machine, set, before, &self.program_log),
                _ => Err(Error::failed("the journal lacks what stood there before the packages")),
            },
            Change::Hostname { fqdn } => hostname::act(machine, fqdn),
            Change::Directory { path, owner, mode } => files::make_directory(machine, path, owner, *mode),
            Change::File { path, owner, mode, content } => files::write_file(machine, path, owner, *mode, content),
            Change::SystemUser { name, id, home } => account::act(name, *id, home),
            Change::Certificate { certificate, key, name, days } => {
                files::make_certificate(machine, certificate, key, name, *days)
            }
            Change::SigningKey { path, owner, bits } => signing_key::act(machine, &self.early, path, owner, *bits),
            Change::Database { schema, .. } => database::make_tables(machine, schema),
            Change::DatabaseReader { user, database, password } => {
                database::make_reader(machine, user, database, *password)
            }
            Change::Row(row) => database::write_row(machine, row),
            Change::Zone(records) => zone::act(machine, &self.past(records), records),
            Change::Acme(certificate) => acme::act(machine, certificate),
            Change::Firewall(open) => firewall::act(machine, open),
            Change::Service { daemon, .. } => service::act(machine, *daemon),
        }
    }
}

/// The hash of a file on the machine, when it can be read.
fn file_hash(machine: &Machine, path: &Path) -> Option<String> {
    crate::files::read(&machine.path(path)).ok().map(|bytes| state::hash(&bytes))
}
