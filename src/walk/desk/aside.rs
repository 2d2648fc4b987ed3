//! Small jobs that wait for no other: drafts kept, passwords hashed, lists taken up, texts written.

use std::fs;
use std::path::Path;
use std::sync::mpsc::Receiver;

use super::{Ear, Job, Told};
use crate::answers::{self, Password, hash};
use crate::draft::{Draft, Imported};
use crate::engine::State;
use crate::engine::paths;
use crate::error::Error;
use crate::files;
use crate::secret::Secret;

/// A list that is longer than this is none of mailboxes.
const LIST: u64 = 4 << 20;

/// Keeps drafts as they come; of several that wait, the last one. Nothing is kept without root.
pub(super) fn keep(given: &Receiver<Box<Draft>>, state: &State, tell: &Ear) {
    while let Ok(first) = given.recv() {
        let draft = given.try_iter().last().unwrap_or(first);
        if rustix::process::geteuid().is_root() {
            let saved = draft.to_toml().and_then(|text| state.save_draft(text.reveal()));
            tell(Told::Saved(saved));
        }
    }
}

/// Does a job on a thread of its own.
pub(super) fn work(job: Job, tell: &Ear) {
    match job {
        Job::Hash(number, password) => tell(Told::Hashed(number, hashed(&password))),
        Job::Import { draft, path } => tell(Told::Imported(import(draft, &path))),
        Job::Write { path, text } => {
            tell(Told::Written(write(&path, &text).map(|()| path)));
        }
        _ => {}
    }
}

/// Another file of this name is somebody's own.
fn write(path: &Path, text: &str) -> crate::error::Result<()> {
    match fs::read_to_string(path) {
        Ok(there) if there == text => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => files::write_there(path, text.as_bytes())
            .map_err(|error| paths::failed(format!("{} could not be written", path.display()), &error)),
        _ => Err(Error::failed(format!("{} is there already and was left as it is", path.display()))),
    }
}

fn hashed(password: &Secret) -> Result<Secret, String> {
    match answers::given_password(password.reveal())? {
        Password::Plain(password) => hash::hash(&password).map_err(|error| error.render()),
        Password::Hash(hash) => Ok(hash),
    }
}

fn import(mut draft: Box<Draft>, path: &Path) -> Result<(Box<Draft>, Imported), Vec<String>> {
    let unread = |why: &dyn std::fmt::Display| vec![format!("{}: {why}", path.display())];
    let about = fs::metadata(path).map_err(|error| unread(&error))?;
    if !about.is_file() || about.len() > LIST {
        return Err(unread(&Error::failed("this is no list: a plain text file of at most 4 MiB is needed")));
    }
    let text = fs::read_to_string(path).map_err(|error| unread(&error))?;
    let imported = draft.import_csv(&text);
    let imported = imported.map_err(|found| found.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    Ok((draft, imported))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_taken_up_or_every_line_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list.csv");
        fs::write(&path, "name\nexample.org\nexample.net\n").unwrap();
        let (draft, imported) = import(Box::default(), &path).unwrap();
        assert_eq!((imported.added, draft.rows("domain").len()), (2, 2));
        fs::write(&path, "name\nexample.org\nno domain\n").unwrap();
        assert!(import(Box::default(), &path).unwrap_err()[0].contains('3'));
        assert!(import(Box::default(), dir.path()).unwrap_err()[0].contains("no list"));
    }

    #[test]
    fn a_file_of_somebody_is_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("records.txt");
        write(&path, "one").unwrap();
        write(&path, "one").unwrap();
        assert!(write(&path, "two").unwrap_err().to_string().contains("is there already"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    }

    #[test]
    fn a_short_password_is_refused_with_the_reason() {
        assert!(hashed(&Secret::new("short")).unwrap_err().contains("at least 8"));
    }

    #[test]
    fn a_hash_typed_as_a_password_is_taken_as_it_is() {
        let hash = "$2y$05$j.oLRtsMRiGHreUCDtyDV.79N59pMU7332t8ykXx65ilH7zfI.rWe";
        let taken = hashed(&Secret::new(hash)).unwrap();
        assert_eq!(taken.reveal(), format!("{{BLF-CRYPT}}{hash}"));
        assert!(hashed(&Secret::new(&hash[..20])).unwrap_err().contains("{BLF-CRYPT}"));
    }
}
