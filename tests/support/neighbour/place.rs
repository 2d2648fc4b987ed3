//! Where the neighbour lives, and what it does there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mailwright::shell::Program;

use super::super::theirs::{
    DATABASES, EDITED, HOSTS, MARK, NAME, REPOSITORY, REWRITTEN, SHARED, TAG, UNIT, UPLOADS, WANTED,
};

/// A beat: how long it waits between two rounds of work.
const BEAT: Duration = Duration::from_millis(100);
/// It works in each beat for so many, and in each tenth afterwards.
const EAGER: usize = 300;
/// The most accounts it makes on one host.
const ACCOUNTS: usize = 4;
/// Its accounts are numbered from the one above, amid those of the system.
const FIRST_ID: usize = 500;

/// All that the neighbour has on a host.
#[derive(Debug, Default, Clone)]
pub(super) struct Things {
    /// Content and mode of each file; a link by where it leads.
    files: BTreeMap<PathBuf, (Vec<u8>, u32)>,
    /// Lines of shared files.
    lines: Vec<(&'static str, String)>,
    accounts: Vec<String>,
    databases: Vec<String>,
}

/// The host it lives on: its tree from outside, and the words that enter it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) root: PathBuf,
    pub(super) entering: Vec<String>,
    /// Whether it edits /etc/hosts as well.
    pub(super) edits_hosts: bool,
}

impl Place {
    fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path.as_ref().strip_prefix("/").unwrap())
    }

    fn inside(&self, words: &[&str]) -> bool {
        let program = Program::new(&self.entering[0]).args(&self.entering[1..]).args(words);
        program.deadline(Duration::from_secs(60)).run().is_ok_and(|output| output.ok())
    }

    /// Git from outside, as a host need not have it. Its settings are nobody's but these.
    fn git(&self, words: &[&str]) -> bool {
        let settings = ["user.name=root", "user.email=root@localhost", "gc.auto=0", "safe.directory=*"];
        let mut git = Command::new("git");
        git.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_DIR", self.at(REPOSITORY)).env("GIT_WORK_TREE", self.at("/etc"));
        for setting in settings {
            git.args(["-c", setting]);
        }
        git.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        git.status().is_ok_and(|status| status.success())
    }

    /// Whether the repository was made by it.
    fn commits(&self) -> bool {
        fs::read_to_string(self.at(MARK)).is_ok_and(|text| text.contains("!/app*"))
    }

    /// Writes a file whole, in one step; on a full disk what was there stays.
    fn write(&self, path: &str, text: &str, mode: u32) {
        let (file, part) = (self.at(path), self.at(format!("{path}.part")));
        let write = || {
            fs::create_dir_all(file.parent().unwrap())?;
            fs::write(&part, text)?;
            fs::set_permissions(&part, fs::Permissions::from_mode(mode))?;
            fs::rename(&part, &file)
        };
        if let Err(error) = write() {
            let _ = fs::remove_file(&part);
            assert_eq!(error.kind(), std::io::ErrorKind::StorageFull, "{path}: {error}");
        }
    }

    pub(super) fn move_in(&self) {
        if self.at(EDITED).exists() {
            return;
        }
        self.write(EDITED, "# Settings of an application.\nlisten = 8000\n", 0o644);
        self.write(UNIT, "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n", 0o644);
        fs::create_dir_all(self.at(UPLOADS)).unwrap();
        if self.at("/run/mysqld/mysqld.sock").exists() || self.inside(&["test", "-S", "/run/mysqld/mysqld.sock"]) {
            self.write(DATABASES, "", 0o644);
        }
        if self.at(REPOSITORY).exists() {
            return;
        }
        self.write(MARK, "*\n!/app*\n!/hosts\n", 0o644);
        assert!(self.git(&["init", "--quiet"]) && self.git(&["add", "."]), "no repository can be made in /etc");
        assert!(self.git(&["commit", "--quiet", "-m", "as it was"]), "nothing can be committed in /etc");
    }

    /// What of the neighbour's stands on this host.
    pub(super) fn has(&self) -> Things {
        let mut things = Things::default();
        let mut waiting: Vec<PathBuf> =
            ["/var/lib/app", "/opt/app", "/srv/app", "/usr/share/app"].map(PathBuf::from).into();
        let single = REWRITTEN.iter().map(|(file, _)| *file).chain([EDITED, UNIT, WANTED, MARK]);
        for file in single.map(PathBuf::from) {
            things.note(self, &file);
        }
        while let Some(dir) = waiting.pop() {
            for entry in fs::read_dir(self.at(&dir)).into_iter().flatten().flatten() {
                let path = dir.join(entry.file_name());
                if entry.path().is_dir() {
                    waiting.push(path);
                } else {
                    things.note(self, &path);
                }
            }
        }
        let read = |file: &str| fs::read_to_string(self.at(file)).unwrap_or_default();
        let lines = |file: &'static str| {
            let its = read(file)
                .lines()
                .filter(|line| line.starts_with(NAME) || line.ends_with(TAG))
                .map(str::to_owned)
                .collect::<Vec<_>>();
            its.into_iter().map(move |line| (file, line))
        };
        things.lines = SHARED.into_iter().flat_map(lines).collect();
        things.accounts = read("/etc/passwd")
            .lines()
            .filter(|line| line.starts_with(NAME))
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect();
        things.databases = read(DATABASES).lines().map(str::to_owned).collect();
        things
    }

    pub(super) fn work(&self, mut things: Things, stop: &AtomicBool) -> Things {
        let log = || fs::metadata(self.at("/var/log/dpkg.log")).map_or(0, |meta| meta.len());
        let (mut at_work, began) = (false, log());
        let first = things.files.keys().filter(|file| file.starts_with(UPLOADS)).count();
        for beat in 1.. {
            for _ in 0..10 {
                if stop.load(Ordering::SeqCst) {
                    return things;
                }
                std::thread::sleep(BEAT / 10);
            }
            if beat > EAGER && beat % 10 != 0 {
                continue;
            }
            let number = first + beat;
            self.rewrite(number, at_work, &mut things);
            let upload = format!("{UPLOADS}/upload-{number}");
            self.write(&upload, &format!("the bytes of upload {number}\n"), 0o600);
            things.note(self, Path::new(&upload));
            if !at_work && log() != began {
                at_work = true;
                self.comes_while_dpkg_works(&mut things);
            }
            if beat % 10 == 0 && self.commits() {
                self.git(&["add", "."]);
                self.git(&["commit", "--quiet", "-m", &format!("change {number}")]);
            }
            if beat % 20 == 5 && self.at(DATABASES).exists() {
                self.database(&mut things);
            }
        }
        things
    }

    /// Edits its settings, and writes its other files anew: they first come while dpkg is at work.
    fn rewrite(&self, number: usize, at_work: bool, things: &mut Things) {
        for (path, mode) in REWRITTEN.into_iter().filter(|(path, _)| at_work || self.at(path).exists()) {
            self.write(path, &format!("# {path} for the time {number}\n"), mode);
            things.note(self, Path::new(path));
        }
        let text = fs::read_to_string(self.at(EDITED)).unwrap_or_default();
        self.write(EDITED, &format!("{text}worker = {number}\n"), 0o644);
        things.note(self, Path::new(EDITED));
    }

    /// A line in /etc/hosts, an account that is in a group of Debian's, a unit that is enabled and started.
    fn comes_while_dpkg_works(&self, things: &mut Things) {
        let number = things.accounts.len() + 1;
        if number > ACCOUNTS {
            return;
        }
        if self.edits_hosts {
            let hosts = fs::read_to_string(self.at(HOSTS)).unwrap();
            let line = format!("198.51.100.{number}\tapp{number}.internal {TAG}");
            self.write(HOSTS, &format!("{hosts}{line}\n"), 0o644);
            if fs::read_to_string(self.at(HOSTS)).unwrap().contains(&line) {
                things.lines.push((HOSTS, line));
            }
        }
        let name = format!("{NAME}{number}");
        // A number of its own, so that it shifts no other account's.
        let id = (FIRST_ID + number).to_string();
        if self.inside(&["useradd", "--system", "--uid", &id, "--user-group", "--groups", "mail,adm", &name]) {
            for file in ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"] {
                let text = fs::read_to_string(self.at(file)).unwrap();
                let line = text.lines().find(|line| line.starts_with(&format!("{name}:")));
                things.lines.push((file, line.unwrap_or_else(|| panic!("{name} is not in {file}")).to_owned()));
            }
            things.accounts.push(name);
        }
        if self.inside(&["systemctl", "enable", "--quiet", "--now", "appsrv.service"]) {
            things.note(self, Path::new(WANTED));
        }
    }

    fn database(&self, things: &mut Things) {
        let name = format!("app{}", things.databases.len() + 1);
        let make = format!("CREATE DATABASE {name}; CREATE TABLE {name}.t (n INT); INSERT INTO {name}.t VALUES (7);");
        if things.databases.len() < 10 && self.inside(&["mariadb", "-e", &make]) {
            things.databases.push(name);
            self.write(DATABASES, &(things.databases.join("\n") + "\n"), 0o644);
            things.note(self, Path::new(DATABASES));
        }
    }

    /// One line for each thing that is gone or other than it was.
    pub(super) fn missing(&self, things: &Things) -> Vec<String> {
        let mut wrong = Vec::new();
        let gone = things.files.keys().filter(|path| path.starts_with(UPLOADS) && !self.at(path).exists()).count();
        if gone > 0 {
            wrong.push(format!("gone     {gone} files of {UPLOADS}"));
        }
        for (path, was) in &things.files {
            match look(&self.at(path)) {
                None if path.starts_with(UPLOADS) => {}
                None => wrong.push(format!("gone     {}", path.display())),
                Some(now) if now != *was => {
                    wrong.push(format!("changed  {}: {} -> {}", path.display(), told(was), told(&now)));
                }
                Some(_) => {}
            }
        }
        for (file, line) in &things.lines {
            let text = fs::read_to_string(self.at(file)).unwrap_or_default();
            if !text.lines().any(|now| now == line) {
                wrong.push(format!("gone     the line {line:?} of {file}"));
            }
        }
        for (account, group) in things.accounts.iter().flat_map(|name| ["mail", "adm"].map(|group| (name, group))) {
            let text = fs::read_to_string(self.at("/etc/group")).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(&format!("{group}:"))).unwrap_or_default();
            if !line.rsplit([':', ',']).any(|member| member == account) {
                wrong.push(format!("gone     {account} from the group {group}: {line:?}"));
            }
        }
        if !self.git(&["fsck", "--full", "--strict"]) || !self.git(&["rev-parse", "--verify", "HEAD"]) {
            wrong.push(format!("broken   the repository {REPOSITORY}"));
        }
        let alive = self.inside(&["true"]);
        if alive
            && things.files.contains_key(Path::new(WANTED))
            && !self.inside(&["systemctl", "is-active", "--quiet", "appsrv.service"])
        {
            wrong.push("stopped  appsrv.service".to_owned());
        }
        for name in things.databases.iter().filter(|_| alive) {
            if !self.inside(&["mariadb", "-e", &format!("SELECT n FROM {name}.t")]) {
                wrong.push(format!("gone     the database {name}"));
            }
        }
        wrong
    }
}

impl Things {
    fn note(&mut self, place: &Place, path: &Path) {
        if let Some(is) = look(&place.at(path)) {
            self.files.insert(path.to_owned(), is);
        }
    }
}

/// The bytes of a file and its mode; of a link, where it leads.
fn look(path: &Path) -> Option<(Vec<u8>, u32)> {
    let meta = fs::symlink_metadata(path).ok()?;
    if meta.is_symlink() {
        return Some((fs::read_link(path).ok()?.to_string_lossy().into_owned().into_bytes(), 0));
    }
    Some((fs::read(path).ok()?, meta.mode() & 0o7777))
}

/// Content and mode as one reads them.
fn told((bytes, mode): &(Vec<u8>, u32)) -> String {
    format!("{mode:04o} {:?}", String::from_utf8_lossy(bytes))
}
