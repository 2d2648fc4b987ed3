//! What dpkg and its helpers know of files: lists (dpkg-query(1)), overrides (dpkg-statoverride(1)) and ucf(1).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use md5::{Digest, Md5};

use crate::engine::machine::Machine;
use crate::files;

const INFO: &str = "/var/lib/dpkg/info";
const OVERRIDES: &str = "/var/lib/dpkg/statoverride";
const UCF: &str = "/var/lib/ucf";

/// Directories that are links into /usr, and none in the lists of older packages.
const MERGED: [&str; 5] = ["/bin", "/lib", "/lib32", "/lib64", "/sbin"];

/// Which packages list a path.
#[derive(Debug, Default)]
pub struct Lists {
    /// The paths of the packages that go.
    pub going: BTreeSet<PathBuf>,
    /// Those of all others.
    pub staying: BTreeSet<PathBuf>,
}

impl Lists {
    /// Reads the lists of all packages; `goes` tells those that go.
    #[must_use]
    pub fn read(machine: &Machine, goes: &dyn Fn(&str) -> bool) -> Self {
        let mut lists = Self::default();
        let info = machine.path(Path::new(INFO));
        for (name, _) in files::list(&info).unwrap_or_default() {
            let Some(package) = name.to_str().and_then(|name| name.strip_suffix(".list")) else { continue };
            let package = package.split(':').next().unwrap_or(package);
            let text = files::read(&info.join(&name)).unwrap_or_default();
            let paths = String::from_utf8_lossy(&text).lines().map(|line| merged(Path::new(line))).collect::<Vec<_>>();
            if goes(package) { lists.going.extend(paths) } else { lists.staying.extend(paths) }
        }
        lists
    }
}

/// A path as it really is where /bin, /lib and their like are links into /usr.
fn merged(path: &Path) -> PathBuf {
    if MERGED.iter().any(|place| path.starts_with(place)) {
        return Path::new("/usr").join(path.strip_prefix("/").unwrap_or(path));
    }
    path.to_owned()
}

/// The lines of dpkg-statoverride(1): `user group mode path`.
#[must_use]
pub fn overrides(machine: &Machine) -> BTreeSet<String> {
    text(machine, OVERRIDES).lines().map(str::to_owned).collect()
}

/// The files that ucf(1) keeps count of, with the package that asked for each and the MD5 of what it came with.
#[must_use]
pub fn ucf(machine: &Machine) -> BTreeMap<PathBuf, (String, String)> {
    let hashes = text(machine, &format!("{UCF}/hashfile"));
    let hashes: BTreeMap<&str, &str> = hashes
        .lines()
        .filter_map(|line| line.split_once(char::is_whitespace))
        .map(|(hash, file)| (file.trim(), hash))
        .collect();
    let registry = text(machine, &format!("{UCF}/registry"));
    let line = |line: &str| {
        let (package, file) = line.split_once(char::is_whitespace)?;
        let file = file.trim();
        let hash = hashes.get(file).copied().unwrap_or_default();
        Some((PathBuf::from(file), (package.to_owned(), hash.to_owned())))
    };
    registry.lines().filter_map(line).collect()
}

/// The copies that ucf keeps of its own two files before each change of them.
#[must_use]
pub fn ucf_copies(machine: &Machine) -> BTreeSet<PathBuf> {
    let names = ["hashfile", "registry"].into_iter().flat_map(|name| (0..=9).map(move |n| format!("{UCF}/{name}.{n}")));
    names.map(PathBuf::from).filter(|path| files::exists(&machine.path(path))).collect()
}

/// The MD5 of a regular file in hexadecimal, as dpkg and ucf note it; `None` for anything else.
#[must_use]
pub fn md5(machine: &Machine, path: &Path) -> Option<String> {
    let (mut file, mut digest, mut block) = (files::handle(&machine.path(path)).ok()?, Md5::new(), vec![0; 65536]);
    loop {
        match file.read(&mut block).ok()? {
            0 => break,
            read => digest.update(&block[..read]),
        }
    }
    Some(digest.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
}

/// The accounts of the machine by `user NAME` and `group NAME`, each with its line in passwd(5) or group(5).
#[must_use]
pub fn accounts(machine: &Machine) -> BTreeMap<String, String> {
    let of = |what: &'static str, file: &str| {
        let text = text(machine, file);
        let lines =
            text.lines().filter_map(|line| Some((format!("{what} {}", line.split(':').next()?), line.to_owned())));
        lines.collect::<Vec<_>>()
    };
    of("user", "/etc/passwd").into_iter().chain(of("group", "/etc/group")).collect()
}

fn text(machine: &Machine, path: &str) -> String {
    String::from_utf8_lossy(&files::read(&machine.path(Path::new(path))).unwrap_or_default()).into_owned()
}
