//! A second life on a host under test. While mailwright installs, repairs or removes packages there, somebody else
//! works beside it: an application writes its files, an admin edits and commits, an account and a unit come. None of
//! that is mailwright's, so all of it must stand when mailwright has ended, byte for byte.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use mailwright::rehearsal::Host;
use mailwright::shell::Program;

/// The name that its accounts, its unit and its lines in shared files begin with.
pub const NAME: &str = "appsrv";
const UNIT: &str = "/etc/systemd/system/appsrv.service";
const WANTED: &str = "/etc/systemd/system/multi-user.target.wants/appsrv.service";
const EDITED: &str = "/etc/app.conf";
const UPLOADS: &str = "/var/lib/app/data";
const REPOSITORY: &str = "/etc/.git";
/// Says that the repository is the neighbour's: an admin's own is committed to by the admin alone.
const MARK: &str = "/etc/.gitignore";
const HOSTS: &str = "/etc/hosts";
/// Stands where the host had a database server of its own when the neighbour moved in.
const DATABASES: &str = "/var/lib/app/databases";
/// A beat: how long it waits between two rounds of work.
const BEAT: Duration = Duration::from_millis(100);
/// It works in each beat for so many, and in each tenth afterwards.
const EAGER: usize = 300;
/// The most accounts it makes on one host.
const ACCOUNTS: usize = 4;
/// Its accounts are numbered from the one above, amid those of the system.
const FIRST_ID: usize = 500;

/// Come while dpkg is at work and are written over and over from then on, in places where programs of all kinds keep
/// things; with their modes.
const REWRITTEN: [(&str, u32); 10] = [
    ("/etc/app2.conf", 0o640),
    ("/etc/cron.d/joe", 0o644),
    ("/etc/default/app", 0o644),
    ("/opt/app/VERSION", 0o644),
    ("/srv/app/index.html", 0o644),
    ("/usr/local/bin/mytool", 0o755),
    ("/usr/share/app/data", 0o644),
    ("/var/lib/app/state", 0o600),
    ("/var/lib/misc/app.db", 0o644),
    ("/var/mail/old", 0o660),
];

/// Files that several programs write. What the neighbour put there is left out where trees are compared; what
/// shadow's tools keep of the state before the last one follows whoever wrote last.
const SHARED: [&str; 5] = ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", HOSTS];
const OF_THE_LAST_STATE: [&str; 4] = ["/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-"];

/// Whether a path is the neighbour's: a file of its own, or a directory that it makes for one.
pub fn is_its(path: &Path) -> bool {
    let own = ["/var/lib/app", "/opt/app", "/srv/app", "/usr/share/app", REPOSITORY];
    let made = ["/etc/cron.d", "/etc/default", MARK, EDITED, UNIT, WANTED];
    own.iter().any(|own| path.starts_with(own))
        || REWRITTEN.iter().map(|(file, _)| file).chain(&made).any(|its| path == Path::new(its))
        || OF_THE_LAST_STATE.iter().any(|its| path == Path::new(its))
}

/// What a file holds without the neighbour's lines and without its accounts among the members of groups.
pub fn without(path: &Path, bytes: Vec<u8>) -> Vec<u8> {
    if !SHARED.iter().any(|shared| path == Path::new(shared)) {
        return bytes;
    }
    without_lines(&String::from_utf8_lossy(&bytes)).into_bytes()
}

/// The same of a text: lines of passwd(5), group(5), hosts(5) or a list of units.
pub fn without_lines(text: &str) -> String {
    let its =
        |line: &&str| line.split_whitespace().next().is_some_and(|word| word.starts_with(NAME)) || line.ends_with(TAG);
    let line = |line: &str| match line.rsplit_once(':') {
        Some((start, members)) if members.contains(NAME) => {
            let others: Vec<&str> = members.split(',').filter(|member| !member.starts_with(NAME)).collect();
            format!("{start}:{}\n", others.join(","))
        }
        _ => format!("{line}\n"),
    };
    text.lines().filter(|text| !its(text)).map(line).collect()
}

/// Ends its lines in /etc/hosts.
const TAG: &str = "# the application's";

/// All that the neighbour has on a host.
#[derive(Debug, Default, Clone)]
struct Things {
    /// Content and mode of each file; a link by where it leads.
    files: BTreeMap<PathBuf, (Vec<u8>, u32)>,
    /// Lines of shared files.
    lines: Vec<(&'static str, String)>,
    accounts: Vec<String>,
    databases: Vec<String>,
}

/// The neighbour at work; it stops when this is dropped.
pub struct Life {
    place: Place,
    stop: Arc<AtomicBool>,
    work: Option<JoinHandle<Things>>,
    /// All that it had when it stopped.
    things: Option<Things>,
}

impl Life {
    /// Moves in where it does not live yet, takes note of what it has, and goes to work.
    pub fn begin(host: &Host) -> Self {
        let place = Place { root: host.root(), entering: host.entering() };
        let stop = Arc::new(AtomicBool::new(false));
        if std::env::var_os(OFF).is_some() {
            return Self { place, stop, work: None, things: None };
        }
        place.move_in();
        let things = place.has();
        let (at, ended) = (place.clone(), Arc::clone(&stop));
        let work = std::thread::spawn(move || at.work(things, &ended));
        Self { place, stop, work: Some(work), things: None }
    }

    /// Stops it at work, with nothing half done: before a host loses its power.
    pub fn pause(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(work) = self.work.take() {
            self.things = Some(work.join().unwrap_or_else(|_| panic!("the neighbour could not go on")));
        }
    }

    /// Stops it; all that it has must stand.
    pub fn end(mut self) {
        self.pause();
        let wrong = self.things.as_ref().map(|things| self.place.missing(things)).unwrap_or_default();
        assert!(wrong.is_empty(), "not ours, and no longer as it was:\n{}", wrong.join("\n"));
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(work) = self.work.take() {
            let _ = work.join();
        }
    }
}

/// Whether these arguments of mailwright may start apt.
pub fn runs_apt(args: &[&str]) -> bool {
    matches!(args.first(), Some(&("setup" | "resume" | "rollback"))) && !args.contains(&"--dry-run")
}

/// Leaves the neighbour out, to see what else is wrong: for looking into a failure.
const OFF: &str = "MAILWRIGHT_NO_NEIGHBOUR";

/// Does something on a host while the neighbour lives there.
pub fn beside<T>(host: &Host, work: impl FnOnce() -> T) -> T {
    let life = Life::begin(host);
    let result = work();
    life.end();
    result
}

/// The host it lives on: its tree from outside, and the words that enter it.
#[derive(Debug, Clone)]
struct Place {
    root: PathBuf,
    entering: Vec<String>,
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

    fn write(&self, path: &str, text: &str, mode: u32) {
        let file = self.at(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap_or_else(|error| panic!("{path}: {error}"));
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn move_in(&self) {
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
    fn has(&self) -> Things {
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

    fn work(&self, mut things: Things, stop: &AtomicBool) -> Things {
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
        let hosts = fs::read_to_string(self.at(HOSTS)).unwrap();
        let line = format!("198.51.100.{number}\tapp{number}.internal {TAG}");
        fs::write(self.at(HOSTS), format!("{hosts}{line}\n")).unwrap();
        things.lines.push((HOSTS, line));
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
    fn missing(&self, things: &Things) -> Vec<String> {
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
