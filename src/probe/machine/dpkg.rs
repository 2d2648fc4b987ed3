//! What dpkg knows, from its own files (deb-status in dpkg(1), dpkg-query(1)): a hundredth of the time its programs take.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::process::{Flock, FlockType, fcntl_getlk};

use super::root::Root;
use crate::facts::Dpkg;

/// apt takes the first, dpkg the second; either keeps others out.
const LOCKS: [&str; 2] = ["/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock"];
/// Where dpkg notes what it is doing before it writes the status file anew.
const UPDATES: &str = "/var/lib/dpkg/updates";
const LISTS: &str = "/var/lib/apt/lists";
/// The states of a package that is there whole.
const INSTALLED: [&str; 3] = ["installed", "triggers-pending", "triggers-awaited"];

/// dpkg's state, and the architecture it was built for.
#[derive(Debug, Default)]
pub(super) struct Status {
    pub(super) dpkg: Dpkg,
    /// As dpkg names it; empty when unknown.
    pub(super) architecture: String,
}

/// Installed packages and their versions on the machine whose file tree is `root`, at this moment.
#[must_use]
pub fn installed(root: &Path) -> BTreeMap<String, String> {
    installed_in(&Root::new(root))
}

/// What dpkg knows of a package that it has not forgotten: one that is gone but for its settings is among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Its state (dpkg(1), "Package states"): `installed`, `unpacked`, `half-installed`, `config-files`...
    pub state: String,
    /// Whether dpkg says that it has to be unpacked anew (`reinstreq`).
    pub reinstall: bool,
    /// Its version.
    pub version: String,
    /// Its settings files as they came (deb-conffiles(5)), with the MD5 of what the package holds.
    pub conffiles: Vec<(PathBuf, String)>,
}

impl Known {
    /// Whether it is there whole. One that waits for a trigger is.
    #[must_use]
    pub fn installed(&self) -> bool {
        INSTALLED.contains(&self.state.as_str())
    }
}

/// Every package that dpkg has not forgotten, by name, on the machine whose file tree is `root`, at this moment.
#[must_use]
pub fn known(root: &Path) -> BTreeMap<String, Known> {
    let root = Root::new(root);
    let texts = texts(&root, &updates(&root));
    let states = packages(&texts);
    let mut conffiles: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for stanza in texts.iter().flat_map(|text| text.split("\n\n")) {
        let Some(name) = stanza.lines().find_map(|line| line.strip_prefix("Package:")) else { continue };
        let field = stanza.split("\nConffiles:").nth(1).unwrap_or_default();
        let lines = field.lines().skip(1).take_while(|line| line.starts_with(' '));
        let file = |line: &str| {
            let mut words = line.split_whitespace();
            Some((PathBuf::from(words.next()?), words.next()?.to_owned()))
        };
        conffiles.insert(name.trim().to_owned(), lines.filter_map(file).collect());
    }
    let whole = |(name, package): (&&str, &Package<'_>)| {
        let known = Known {
            state: package.state.to_owned(),
            reinstall: package.flag == "reinstreq",
            version: package.version.to_owned(),
            conffiles: conffiles.remove(*name).unwrap_or_default(),
        };
        ((*name).to_owned(), known)
    };
    states.iter().filter(|(_, package)| package.state != "not-installed").map(whole).collect()
}

/// Packages that apt installed because others need them, not because somebody asked (apt-mark(8), `showauto`).
#[must_use]
pub fn automatic(root: &Path) -> BTreeSet<String> {
    let text = Root::new(root).text("/var/lib/apt/extended_states").unwrap_or_default();
    let field = |stanza: &str, name: &str| {
        stanza.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim().to_owned()))
    };
    let automatic = |stanza: &&str| field(stanza, "Auto-Installed").is_some_and(|value| value == "1");
    text.split("\n\n").filter(automatic).filter_map(|stanza| field(stanza, "Package")).collect()
}

/// The packages that dpkg has a record of though they are not installed: it was stopped before it could forget them.
#[must_use]
pub fn recorded(root: &Path) -> BTreeSet<String> {
    let root = Root::new(root);
    let texts = texts(&root, &updates(&root));
    packages(&texts)
        .into_iter()
        .filter(|(_, one)| one.state == "not-installed")
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Who holds dpkg's lock at this moment: `apt-get (pid 123)`. Only root can see it.
#[must_use]
pub fn lock_holder(root: &Path) -> Option<String> {
    holder(&Root::new(root))
}

/// How long ago apt fetched its lists, in seconds; `None` when there are none.
#[must_use]
pub fn age_of_lists(root: &Path) -> Option<u64> {
    lists_age(&Root::new(root))
}

/// Installed packages and their versions.
pub(super) fn installed_in(root: &Root<'_>) -> BTreeMap<String, String> {
    versions(&packages(&texts(root, &updates(root))))
}

/// What dpkg knows and who holds it.
pub(super) fn status(root: &Root<'_>) -> Status {
    let updates = updates(root);
    let texts = texts(root, &updates);
    let packages = packages(&texts);
    let architecture = packages.get("dpkg").map(|package| package.architecture.to_owned()).unwrap_or_default();
    let broken: BTreeSet<&str> = packages.iter().filter(|(_, one)| one.broken()).map(|(name, _)| *name).collect();
    let dpkg = Dpkg {
        installed: versions(&packages),
        broken: broken.into_iter().map(str::to_owned).collect(),
        held: packages.iter().filter(|(_, one)| one.wanted == "hold").map(|(name, _)| (*name).to_owned()).collect(),
        interrupted: !updates.is_empty(),
        lock_holder: holder(root),
        lists_age: lists_age(root),
    };
    Status { dpkg, architecture }
}

/// Installed packages and their versions by the text of a status file.
#[must_use]
pub fn installed_by(status: &str) -> BTreeMap<String, String> {
    versions(&packages(&[status.to_owned()]))
}

/// The status file, and what dpkg noted since it was written.
fn texts(root: &Root<'_>, updates: &[String]) -> Vec<String> {
    let status = root.text("/var/lib/dpkg/status").unwrap_or_default();
    std::iter::once(status).chain(updates.iter().filter_map(|path| root.text(path))).collect()
}

fn versions(packages: &BTreeMap<&str, Package<'_>>) -> BTreeMap<String, String> {
    let installed = packages.iter().filter(|(_, package)| package.installed());
    installed.map(|(name, package)| ((*name).to_owned(), package.version.to_owned())).collect()
}

/// One stanza of the status file, as far as it matters.
#[derive(Debug, Default, Clone, Copy)]
struct Package<'a> {
    wanted: &'a str,
    flag: &'a str,
    state: &'a str,
    version: &'a str,
    architecture: &'a str,
}

impl Package<'_> {
    /// Unpacked and configured; waiting for a trigger is a detail that dpkg settles by itself.
    fn installed(&self) -> bool {
        INSTALLED.contains(&self.state)
    }

    fn broken(&self) -> bool {
        self.flag != "ok" || !(self.installed() || ["config-files", "not-installed"].contains(&self.state))
    }
}

/// The packages by name; of a name that stands twice the later stanza counts, unless it is a foreign architecture's.
fn packages(texts: &[String]) -> BTreeMap<&str, Package<'_>> {
    let mut found = BTreeMap::new();
    for stanza in texts.iter().flat_map(|text| text.split("\n\n")) {
        let (mut name, mut package) = (None, Package::default());
        for line in stanza.lines() {
            let Some((field, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match field {
                "Package" => name = Some(value),
                "Version" => package.version = value,
                "Architecture" => package.architecture = value,
                "Status" => {
                    let mut words = value.split_whitespace();
                    let mut word = || words.next().unwrap_or_default();
                    // The first word is what is wanted (install, hold, deinstall): no state.
                    (package.wanted, package.flag, package.state) = (word(), word(), word());
                }
                _ => {}
            }
        }
        let Some(name) = name.filter(|_| !package.state.is_empty()) else { continue };
        let other: Option<&Package<'_>> = found.get(name);
        let foreign = other.is_some_and(|other| other.architecture != package.architecture && other.installed());
        if !foreign || package.broken() {
            found.insert(name, package);
        }
    }
    found
}

/// The notes of a dpkg that is at work or was stopped: files with numbers for names.
fn updates(root: &Root<'_>) -> Vec<String> {
    let number = |path: &String| {
        path.rsplit('/').next().is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()))
    };
    root.files(UPDATES, "").into_iter().filter(number).collect()
}

/// The process that holds one of the locks. Only root may look; `None` then, and when nobody holds them.
fn holder(root: &Root<'_>) -> Option<String> {
    LOCKS.iter().find_map(|path| {
        let file = File::open(root.path(path)).ok()?;
        let lock = fcntl_getlk(&file, &Flock::from(FlockType::WriteLock)).ok()??;
        // Without a number the holder lives outside this container.
        let Some(pid) = lock.pid.map(rustix::process::Pid::as_raw_nonzero) else { return Some("a program".into()) };
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_else(|_| "a program".into());
        Some(format!("{} (pid {pid})", name.trim_end()))
    })
}

/// How long ago apt fetched its lists, in seconds; `None` when there are none. The lists' own times are the archive's,
/// so their inodes' change times and the directory's own time tell.
pub(super) fn lists_age(root: &Root<'_>) -> Option<u64> {
    let is_list = |path: &String| path.contains("_Packages");
    let lists: Vec<String> = root.files(LISTS, "").into_iter().filter(is_list).collect();
    if lists.is_empty() {
        return None;
    }
    let changed = lists.iter().filter_map(|path| fs::metadata(root.path(path)).ok()).map(|meta| meta.ctime());
    let partial = fs::metadata(root.path(&format!("{LISTS}/partial"))).ok().map(|meta| meta.mtime());
    let newest = u64::try_from(changed.chain(partial).max()?).ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(now.saturating_sub(newest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "\
Package: adduser
Status: install ok installed
Priority: important
Section: admin
Architecture: all
Version: 3.134
Depends: passwd
Conffiles:
 /etc/adduser.conf cc3493ecd2d09837ffdcc3e25fdfff18
Description: add and remove users and groups
 This package includes the 'adduser' and 'deluser' commands.
 .
 Status: this line is indented and no field.

Package: dpkg
Essential: yes
Status: install ok installed
Architecture: amd64
Version: 1.21.22

Package: exim4-base
Status: deinstall ok config-files
Architecture: amd64
Version: 4.96-15+deb12u6

Package: postfix
Status: install ok half-configured
Architecture: amd64
Version: 3.7.11-0+deb12u1

Package: tzdata
Status: hold ok installed
Architecture: all
Version: 2025b-0+deb12u1

Package: man-db
Status: install ok triggers-pending
Architecture: amd64
Version: 2.11.2-2

Package: mawk
Status: install reinstreq half-installed
Architecture: amd64
Version: 1.3.4
";

    fn tree(status: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("var/lib/dpkg/updates")).unwrap();
        fs::write(dir.path().join("var/lib/dpkg/status"), status).unwrap();
        dir
    }

    #[test]
    fn what_apt_brought_by_itself_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("var/lib/apt")).unwrap();
        let states = "Package: libicu76\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: ed\nAuto-Installed: 0\n\n";
        std::fs::write(dir.path().join("var/lib/apt/extended_states"), states).unwrap();
        assert_eq!(automatic(dir.path()), ["libicu76".to_owned()].into());
    }

    #[test]
    fn installed_held_removed_and_broken_packages_are_told_apart() {
        let dir = tree(STATUS);
        let found = status(&Root::new(dir.path()));
        let names: Vec<&str> = found.dpkg.installed.keys().map(String::as_str).collect();
        assert_eq!(names, ["adduser", "dpkg", "man-db", "tzdata"]);
        assert_eq!(found.dpkg.installed["adduser"], "3.134");
        assert_eq!(found.dpkg.broken, ["mawk", "postfix"]);
        assert_eq!((found.architecture.as_str(), found.dpkg.interrupted), ("amd64", false));
    }

    #[test]
    fn what_is_left_of_a_package_and_its_settings_is_known() {
        let dir = tree(STATUS);
        let known = known(dir.path());
        assert_eq!(known["exim4-base"].state, "config-files");
        assert!(known["mawk"].reinstall && !known["mawk"].installed() && known["man-db"].installed());
        let conffile = (PathBuf::from("/etc/adduser.conf"), "cc3493ecd2d09837ffdcc3e25fdfff18".to_owned());
        assert_eq!(known["adduser"].conffiles, [conffile]);
        assert!(known["dpkg"].conffiles.is_empty());
    }

    #[test]
    fn what_dpkg_noted_last_counts() {
        let dir = tree("Package: dpkg\nStatus: install ok installed\nArchitecture: arm64\nVersion: 1.21.22\n");
        let note = "Package: dpkg\nStatus: install ok unpacked\nArchitecture: arm64\nVersion: 1.21.23\n";
        fs::write(dir.path().join("var/lib/dpkg/updates/0001"), note).unwrap();
        let found = status(&Root::new(dir.path()));
        assert!(found.dpkg.interrupted && found.dpkg.installed.is_empty());
        assert_eq!(found.dpkg.broken, ["dpkg"]);
    }

    #[test]
    fn a_foreign_architecture_does_not_hide_the_native_package() {
        let dir = tree(
            "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36\n\n\
             Package: libc6\nStatus: deinstall ok config-files\nArchitecture: i386\nVersion: 2.35\n",
        );
        assert_eq!(status(&Root::new(dir.path())).dpkg.installed["libc6"], "2.36");
    }

    #[test]
    fn a_held_lock_names_its_holder() {
        let dir = tree("");
        let lock = dir.path().join("var/lib/dpkg/lock-frontend");
        fs::write(&lock, "").unwrap();
        let root = Root::new(dir.path());
        assert_eq!(status(&root).dpkg.lock_holder, None);
        let script = "import fcntl,sys\nf=open(sys.argv[1],'w')\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint('held',flush=True)\nsys.stdin.read()";
        let mut python = std::process::Command::new("python3");
        python.arg("-c").arg(script).arg(&lock);
        python.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        // Only another process can hold it against us; without python3 there is none at hand.
        let Ok(mut child) = python.spawn() else { return };
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0; 5]).unwrap();
        let holder = status(&root).dpkg.lock_holder;
        drop(child.stdin.take());
        child.wait().unwrap();
        assert_eq!(holder, Some(format!("python3 (pid {})", child.id())));
    }

    #[test]
    fn lists_have_an_age_or_are_absent() {
        let dir = tree("");
        let root = Root::new(dir.path());
        fs::create_dir_all(dir.path().join("var/lib/apt/lists/partial")).unwrap();
        assert_eq!(lists_age(&root), None);
        fs::write(
            dir.path().join("var/lib/apt/lists/deb.debian.org_debian_dists_trixie_main_binary-amd64_Packages"),
            "",
        )
        .unwrap();
        assert!(lists_age(&root).unwrap() < 60);
    }
}
