//! The dated archive: mail and rows made since, and files edited by hand, are saved there before undo takes their place
//! away.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::macros::format_description;

use crate::engine::machine::Machine;
use crate::engine::{paths, private};
use crate::error::{Error, Result};
use crate::files;
use crate::shell::Program;

const HOME: &str = "/var/backups/mailwright";

/// The archive of one undo; its directory is made when the first thing is saved.
#[derive(Debug)]
pub struct Archive {
    machine: Machine,
    dir: PathBuf,
}

impl Archive {
    /// An archive dated now.
    #[must_use]
    pub fn new(machine: &Machine) -> Self {
        let format = format_description!("[year]-[month]-[day]T[hour][minute][second]");
        let date = OffsetDateTime::now_utc().format(&format).unwrap_or_default();
        Self { machine: machine.clone(), dir: Path::new(HOME).join(date) }
    }

    /// Packs a directory of the machine into `<name>.tar.gz` and gives the archive's path.
    ///
    /// # Errors
    /// When it cannot be packed: then nothing may be removed.
    pub fn pack(&self, name: &str, directory: &Path) -> Result<PathBuf> {
        paths::refuse_links(&self.machine.path(directory))?;
        let file = self.file(&format!("{name}.tar.gz"))?;
        // Only root gets into the archive's directory, and tar(1) stores a link as what it is.
        let tar = Program::new("tar").arg("-czf").arg(self.machine.path(&file)).arg("-C").arg(&self.machine.root);
        tar.arg(directory.strip_prefix("/").unwrap_or(directory))
            .deadline(std::time::Duration::from_secs(3600))
            .success()?;
        Ok(file)
    }

    /// Packs these paths of the machine into `<name>.tar.gz`, links as links, and gives the archive's path.
    ///
    /// # Errors
    /// When they cannot be packed: then none may be removed.
    pub fn pack_all(&self, name: &str, paths: &BTreeSet<PathBuf>) -> Result<PathBuf> {
        use std::os::unix::ffi::OsStrExt;
        let file = self.file(&format!("{name}.tar.gz"))?;
        let mut names = Vec::new();
        for path in paths {
            names.extend_from_slice(path.strip_prefix("/").unwrap_or(path).as_os_str().as_bytes());
            names.push(0);
        }
        let tar = Program::new("tar").arg("-czf").arg(self.machine.path(&file)).arg("-C").arg(&self.machine.root);
        tar.args(["--numeric-owner", "--no-recursion", "--null", "--verbatim-files-from", "--files-from=-"])
            .stdin(names)
            .deadline(std::time::Duration::from_secs(3600))
            .success()?;
        Ok(file)
    }

    /// Dumps a database into `<name>.sql` and gives the archive's path.
    ///
    /// # Errors
    /// When it cannot be dumped.
    pub fn dump(&self, databases: &[String]) -> Result<PathBuf> {
        let file = self.file(&format!("{}.sql", databases.join("+")))?;
        let target = self.machine.path(&file);
        private::write_private(&target, b"", private::Sync::Now)?;
        let dump = Program::new("mariadb-dump").args(["--single-transaction", "--routines", "--databases"]);
        let dump = dump.args(databases).arg(format!("--result-file={}", target.display()));
        dump.deadline(std::time::Duration::from_secs(3600)).success()?;
        Ok(file)
    }

    /// Writes a text and gives its path.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(&self, name: &str, text: &str) -> Result<PathBuf> {
        let file = self.file(name)?;
        private::write_private(&self.machine.path(&file), text.as_bytes(), private::Sync::Now)?;
        Ok(file)
    }

    /// Copies one file of the machine and gives the copy's path.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn copy(&self, path: &Path) -> Result<PathBuf> {
        let inner = path.strip_prefix("/").unwrap_or(path).to_string_lossy().replace('/', "_");
        let file = self.file(&inner)?;
        let lost = || Error::failed(format!("{} is gone", path.display()));
        let bytes = paths::read(&self.machine.path(path))?.ok_or_else(lost)?;
        private::write_private(&self.machine.path(&file), &bytes, private::Sync::Now)?;
        Ok(file)
    }

    /// The path of a file in the archive, its directory made (0700).
    fn file(&self, name: &str) -> Result<PathBuf> {
        let dir = self.machine.path(&self.dir);
        let made = files::create_all(&dir, 0o700);
        made.map_err(|error| paths::failed(format!("the archive {} could not be made", dir.display()), &error))?;
        Ok(self.dir.join(name))
    }
}
