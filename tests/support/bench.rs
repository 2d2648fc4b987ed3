//! The engine on a tree in a directory of its own, where the test's own user is called root.
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use mailwright::change::{Change, Owner};
use mailwright::engine::apply::Applied;
use mailwright::engine::{Engine, Machine, State, Stop};
use mailwright::error::Result;
use mailwright::facts::Release;
use mailwright::plan::{Plan, Stage, Standing};
use mailwright::steps;
use mailwright::text::Text;

/// A machine in a directory.
pub struct Bench {
    /// Where its tree begins.
    pub root: PathBuf,
    /// Its state.
    pub state: State,
}

impl Bench {
    /// A machine with accounts and an empty /etc below `root`, and its state in another directory.
    pub fn new(root: &Path, state: &Path) -> Self {
        fs::create_dir_all(root.join("etc")).unwrap();
        let meta = fs::metadata(root).unwrap();
        let (uid, gid) = (meta.uid(), meta.gid());
        fs::write(root.join("etc/passwd"), format!("root:x:{uid}:{gid}::/:/bin/sh\nmail:x:8:8::/:/bin/sh\n")).unwrap();
        fs::write(root.join("etc/group"), format!("root:x:{gid}:\nmail:x:8:\n")).unwrap();
        let state = State::new(state);
        state.create().unwrap();
        Self { root: root.to_owned(), state }
    }

    /// An engine with the journal as it stands now: each call is a new run.
    pub fn engine(&self) -> Engine {
        let machine = Machine { root: self.root.clone(), state: self.state.clone(), release: Release::Trixie };
        Engine::new(machine, Stop::default(), PathBuf::new()).unwrap()
    }

    /// Makes these changes in a run of their own.
    pub fn apply(&self, changes: &[Change]) -> Result<Applied> {
        let step = steps::named("postfix").unwrap();
        let plan = Plan { stages: vec![Stage { step, changes: changes.to_vec(), means: vec![] }] };
        let mut engine = self.engine();
        engine.settle()?;
        engine.apply(&plan, |_| Ok(()))
    }

    /// Whether the change holds, and else whether somebody edited the file.
    pub fn standing(&self, change: &Change) -> Option<bool> {
        match self.engine().standing(change).unwrap() {
            Standing::Holds | Standing::Kept { .. } => None,
            Standing::Differs { edited_by_hand, .. } => Some(edited_by_hand),
        }
    }

    /// Takes everything back; gives what was kept.
    pub fn undo(&self) -> Vec<String> {
        self.engine().undo(None).unwrap().kept
    }

    /// A path of the machine.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Puts a file there.
    pub fn put(&self, path: &str, text: &str, mode: u32) {
        fs::write(self.path(path), text).unwrap();
        fs::set_permissions(self.path(path), Permissions::from_mode(mode)).unwrap();
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }
}

/// The change that a file of root's holds this text.
pub fn file(path: &str, mode: u32, text: &str) -> Change {
    Change::File { path: path.into(), owner: Owner::root(), mode, content: Text::new(text) }
}
