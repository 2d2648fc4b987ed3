//! What goes when packages are taken back, and what of it is somebody else's. Nothing is touched here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::decision::{Decision, Saved};
use super::{known, leavings, torn};
use crate::engine::journal::{After, AptBefore};
use crate::engine::kinds::acme::others::Needed;
use crate::engine::machine::Machine;
use crate::engine::state::hash;
use crate::error::Result;
use crate::files::{self, Kind};
use crate::probe::machine::dpkg::{self, Known};
use crate::steps::packages::leavings::{self as declared, Leavings};

/// The ends of names that dpkg(1) and ucf(1) give to a package's own version of a settings file.
const VERSIONS: [&str; 5] = [".dpkg-dist", ".dpkg-new", ".dpkg-tmp", ".ucf-dist", ".ucf-new"];
/// What dpkg removes beside a settings file when it purges a package, taking it for a copy of it.
const COPIES: [&str; 5] = ["~", "%", ".bak", ".dpkg-old", ".ucf-old"];

/// What goes.
#[derive(Debug, Default)]
pub struct Going {
    /// The packages that go.
    pub packages: BTreeSet<String>,
    /// Those whose settings go as well: not those whose settings were here before, but also what a removal that was cut
    /// off has purged already.
    pub purged: BTreeSet<String>,
    /// The packages that had made room, and come back.
    pub back: BTreeSet<String>,
    /// What stays although it came, each with the reason.
    pub stays: Vec<String>,
    /// Somebody else's files and links in directories that go.
    pub foreign: BTreeSet<PathBuf>,
    /// The packages' own settings that somebody has edited.
    pub edited: BTreeSet<PathBuf>,
    /// The directories that the packages list and no other package does.
    pub directories: BTreeSet<PathBuf>,
    /// The files that ucf(1) keeps count of for the packages.
    pub ucf: BTreeMap<PathBuf, String>,
}

impl Going {
    /// What of the machine goes with what came. Files that are still mailwright's own are not looked at.
    #[must_use]
    pub fn now(machine: &Machine, before: &AptBefore, after: &After, ours: &BTreeSet<PathBuf>) -> Self {
        let known = dpkg::known(&machine.root);
        let noted = Decision::noted(machine).unwrap_or_default();
        let mut going = Self::packages(machine, before, after, &known);
        // What a removal that was cut off has purged may have left something all the same. Where packages came since, it
        // may be theirs by now.
        let since: Vec<&String> =
            known.keys().filter(|name| !noted.known.contains(*name) && !before.known.contains_key(*name)).collect();
        let gone: BTreeSet<String> = noted.purged.into_iter().filter(|name| !known.contains_key(name)).collect();
        let directories = if since.is_empty() { noted.directories } else { BTreeSet::new() };
        if since.is_empty() {
            going.purged.extend(gone);
        } else if !gone.is_empty() {
            let [gone, since] = [gone.iter().collect(), since]
                .map(|names: Vec<&String>| names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", "));
            going.stays.push(format!("what {gone} left (packages came since: {since})"));
        }
        let lists = known::Lists::read(machine, &|name| going.purged.contains(name));
        let conffiles: BTreeMap<&Path, &str> = going
            .purged
            .iter()
            .filter_map(|name| known.get(name))
            .flat_map(|one| &one.conffiles)
            .map(|(path, md5)| (path.as_path(), md5.as_str()))
            .collect();
        let ucf = known::ucf(machine).into_iter();
        let ucf: BTreeMap<PathBuf, (String, String)> =
            ucf.filter(|(path, (package, _))| going.purged.contains(package) && !before.ucf.contains(path)).collect();
        let leave = declared::of(&|name| going.purged.contains(name));
        let look =
            Look { machine, before, after, ours, lists: &lists, conffiles: &conffiles, ucf: &ucf, leave: &leave };
        going.foreign = look.foreign();
        going.edited = look.edited();
        let is_directory = |path: &&PathBuf| kind(machine, path) == Some(Kind::Directory);
        let listed = lists.going.union(&directories).filter(|path| !lists.staying.contains(*path));
        going.directories = listed.filter(is_directory).cloned().collect();
        going.ucf = ucf.into_iter().map(|(path, (package, _))| (path, package)).collect();
        going
    }

    /// The packages alone.
    fn packages(machine: &Machine, before: &AptBefore, after: &After, known: &BTreeMap<String, Known>) -> Self {
        let needed = Needed::now(machine);
        let was = |name: &str| before.known.get(name).map(String::as_str);
        let was_there = |name: &str| was(name).is_some_and(|state| state != "config-files");
        // What a run that was cut off did not note is what apt said it would do.
        let came = after.came.as_ref().unwrap_or(&before.planned);
        let (mut going, mut stay, mut wanted) = (Self::default(), Vec::new(), Vec::new());
        let manual = Decision::noted(machine).map_or_else(|| manual(machine), |noted| noted.manual);
        for name in came.iter().filter(|name| known.contains_key(*name) && !was_there(name)) {
            if needed.packages.contains(name) {
                stay.push(name.clone());
            } else if manual.contains(name) && !before.named.contains(name) && !before.named.is_empty() {
                wanted.push(name.clone());
            } else {
                going.packages.insert(name.clone());
                if was(name).is_none() {
                    going.purged.insert(name.clone());
                }
            }
        }
        going.stays.extend(needed.told(&stay));
        if !wanted.is_empty() {
            going.stays.push(format!("{} (marked as installed by hand since, see apt-mark(8))", wanted.join(", ")));
        }
        let is_gone = |name: &&String| !known.get(*name).is_some_and(Known::installed);
        going.back = before.gone.iter().filter(is_gone).cloned().collect();
        going
    }
}

/// What stands at a path.
pub(super) fn kind(machine: &Machine, path: &Path) -> Option<Kind> {
    files::look(&machine.path(path)).ok().flatten().map(|look| look.kind)
}

/// The packages that are installed because somebody asked for them (apt-mark(8), `showmanual`).
fn manual(machine: &Machine) -> BTreeSet<String> {
    let automatic = dpkg::automatic(&machine.root);
    dpkg::installed(&machine.root).into_keys().filter(|name| !automatic.contains(name)).collect()
}

/// What tells whose a path is.
struct Look<'a> {
    machine: &'a Machine,
    before: &'a AptBefore,
    after: &'a After,
    ours: &'a BTreeSet<PathBuf>,
    lists: &'a known::Lists,
    conffiles: &'a BTreeMap<&'a Path, &'a str>,
    ucf: &'a BTreeMap<PathBuf, (String, String)>,
    leave: &'a [&'static Leavings],
}

impl Look<'_> {
    /// Somebody else's files and links in what goes whole, and what dpkg would take for copies of its own.
    fn foreign(&self) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        for place in self.leave.iter().flat_map(|one| one.goes).map(Path::new) {
            let Some(place_is) = kind(self.machine, place) else { continue };
            if place_is != Kind::Directory && self.is_foreign(place) {
                found.insert(place.to_owned());
            }
            leavings::below(self.machine, place, &mut |path, kind| {
                if matches!(kind, Kind::File | Kind::Link) && self.is_foreign(path) {
                    found.insert(path.to_owned());
                }
            });
        }
        for conffile in self.conffiles.keys() {
            let name = conffile.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let copies = COPIES.iter().map(|end| format!("{name}{end}")).chain([format!("#{name}#")]);
            let copies = copies.map(|copy| conffile.with_file_name(copy));
            found.extend(copies.filter(|path| files::exists(&self.machine.path(path)) && self.is_foreign(path)));
        }
        found
    }

    fn is_foreign(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let listed =
            self.lists.going.contains(path) || self.lists.staying.contains(path) || self.ucf.contains_key(path);
        let made = leavings::own(self.leave, path) && !self.before.there.contains(path);
        let alternative = files::target(&self.machine.path(path)).is_ok_and(|to| to.starts_with("/etc/alternatives"));
        let version = alternative || VERSIONS.iter().any(|end| name.ends_with(end));
        !(listed || made || version || self.ours.contains(path))
    }

    /// The packages' own settings that are no longer as they came.
    fn edited(&self) -> BTreeSet<PathBuf> {
        let came = self.conffiles.iter().map(|(path, md5)| (path.to_path_buf(), (*md5).to_owned()));
        let came = came.chain(self.ucf.iter().map(|(path, (_, md5))| (path.clone(), md5.clone())));
        let differs = |(path, md5): (PathBuf, String)| {
            known::md5(self.machine, &path).is_some_and(|now| now != md5).then_some(path)
        };
        let noted = Decision::noted(self.machine).unwrap_or_default();
        let own = own_settings(self.machine, self.leave, &self.before.there).into_iter().filter(|path| {
            let now = files::read(&self.machine.path(path)).ok();
            let is_as_left = now.as_deref().map(hash).as_ref() == self.after.files.get(path);
            let text = now.and_then(|bytes| String::from_utf8(bytes).ok());
            !is_as_left && !text.is_some_and(|text| noted.has_only_lost_lines(path, &text))
        });
        // A power cut leaves empty files, and who emptied one wants nothing of it.
        let says = |path: &PathBuf| !files::read(&self.machine.path(path)).is_ok_and(|bytes| torn::has_nothing(&bytes));
        came.filter_map(differs).chain(own).filter(|path| !self.ours.contains(path) && says(path)).collect()
    }
}

/// The settings that these packages keep themselves and no list of dpkg's has, but for those that were there before.
fn own_settings(machine: &Machine, leave: &[&Leavings], there: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let is_own = |path: &PathBuf| {
        path.starts_with("/etc")
            && leavings::own(leave, path)
            && !there.contains(path)
            && kind(machine, path) == Some(Kind::File)
    };
    leavings::there(machine, leave).into_iter().filter(is_own).collect()
}

/// The hashes of the packages' own settings that no list of dpkg's has, for [`After::files`].
#[must_use]
pub fn settings(
    machine: &Machine,
    packages: &BTreeSet<String>,
    there: &BTreeSet<PathBuf>,
) -> BTreeMap<PathBuf, String> {
    let leave = declared::of(&|name| packages.contains(name));
    let file = |path: PathBuf| {
        let bytes = files::read(&machine.path(&path)).ok()?;
        Some((path, hash(&bytes)))
    };
    own_settings(machine, &leave, there).into_iter().filter_map(file).collect()
}

/// Notes what a removal stands on, before it begins, with what was saved for it and is to be told. Gives all that is noted.
///
/// # Errors
/// When it cannot be written.
pub(super) fn decide(
    machine: &Machine,
    before: &AptBefore,
    going: &Going,
    archive: Option<&Path>,
    kept: &[String],
) -> Result<Decision> {
    let leave = declared::of(&|name| going.purged.contains(name));
    let text = |path: PathBuf| {
        let text = files::read_text(&machine.path(&path)).ok()?;
        Some((path, text))
    };
    let settings = own_settings(machine, &leave, &before.there).into_iter().filter_map(text).collect();
    let saved = archive.map(|archive| Saved { archive: archive.to_owned(), paths: going.foreign.clone() });
    Decision {
        manual: manual(machine),
        purged: going.purged.clone(),
        directories: going.directories.clone(),
        known: dpkg::known(&machine.root).into_keys().collect(),
        saved: saved.into_iter().collect(),
        kept: kept.to_vec(),
        settings,
    }
    .note(machine)
}
