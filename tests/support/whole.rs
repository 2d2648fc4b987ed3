//! A server in the making: the lab its answers need, its answers on it, and the program run there.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mailwright::answers::{self, Answers};
use mailwright::facts::Release;
use mailwright::probe::dial::{Dial, Security};
use mailwright::probe::imap;
use mailwright::rehearsal::{ANSWERS, Far, Host, Lab, for_answers, publish, wanted_for};
use mailwright::secret::Secret;
use mailwright::shell::Output;

use super::neighbour;

/// How long a whole setup may take on a busy machine; it takes about half a minute on two cores.
const SETUP: Duration = Duration::from_secs(600);

/// A host that has answers.
pub struct Server {
    pub lab: Lab,
    pub answers: Answers,
}

impl Server {
    /// A fresh host with these answers, beside a far host. `files` are the files the answers name, each 0600.
    pub fn fresh(release: Release, text: &str, files: &[(&str, &str)]) -> Self {
        // The parser reads password files too, so the answers are read where those lie: on the host. Its lab depends
        // on nothing they hold.
        let bare: String = text
            .lines()
            .map(|line| if line.starts_with("password_file") { PASSWORD } else { line })
            .fold(String::new(), |text, line| text + line + "\n");
        let answers = answers::parse(&bare, Path::new(ANSWERS)).unwrap();
        let lab = for_answers(release, Path::new(env!("CARGO_BIN_EXE_mailwright")), &answers).unwrap();
        for (path, content) in files {
            lab.host().write(path, content, 0o600).unwrap();
        }
        let server = Self { lab, answers };
        server.write_answers(text);
        server
    }

    /// A host that begins with a saved disk, with these answers, beside a far host.
    pub fn saved(release: Release, text: &str, disk: PathBuf) -> Self {
        let answers = answers::parse(text, Path::new(ANSWERS)).unwrap();
        let wanted = wanted_for(release, Path::new(env!("CARGO_BIN_EXE_mailwright")), &answers);
        let server = Self { lab: wanted.saved(disk).start().unwrap(), answers };
        server.write_answers(text);
        server
    }

    /// Puts other answers in the place of the old ones.
    pub fn write_answers(&self, text: &str) {
        self.host().write(ANSWERS, text, 0o600).unwrap();
    }

    pub fn host(&self) -> &Host {
        self.lab.host()
    }

    pub fn far(&self) -> &Far {
        self.lab.far().unwrap()
    }

    /// Runs `mailwright` on the host, beside the neighbour where apt may run.
    pub fn mailwright(&self, args: &[&str]) -> Output {
        let run = || self.host().program("mailwright").args(args).deadline(SETUP).run().unwrap();
        if neighbour::runs_apt(args) { neighbour::beside(self.host(), run) } else { run() }
    }

    /// Runs the setup.
    pub fn setup(&self) -> Output {
        self.mailwright(&["setup", "--answers", ANSWERS, "--yes"])
    }

    /// Runs the setup, which must end well, and gives all it said.
    pub fn set_up(&self) -> String {
        let output = self.setup();
        let log = if output.ok() { String::new() } else { self.mail_log() };
        assert_eq!(output.code, Some(0), "{}\n{}\n{log}", output.stdout, output.stderr);
        publish(&self.lab, &self.answers).unwrap();
        output.stdout + &output.stderr
    }

    /// The end of the host's journal, without the sentry's calls.
    fn mail_log(&self) -> String {
        let lines = "grep -Ev 'stranger|192.0.2|fa5' | tail -120";
        self.sh(&format!("postqueue -p; journalctl --no-pager --boot --output=short-precise | {lines}"))
    }

    /// Runs the checks; each one must pass, but for those named here with the one outcome that the lab explains.
    pub fn checks_pass(&self, but: &[(&str, &str)]) {
        let output = self.mailwright(&["check", "--json"]);
        let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        let checks = report["checks"].as_array().unwrap();
        let fine = |check: &&serde_json::Value| {
            let outcome = check["outcome"].as_str().unwrap();
            outcome == "pass" || but.contains(&(check["id"].as_str().unwrap(), outcome))
        };
        let wrong: Vec<_> = checks.iter().filter(|check| !fine(check)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(checks.len() > 30, "only {} checks", checks.len());
        assert_eq!(output.code, Some(0), "{}", output.stderr);
    }

    /// Logs in from the far host, and reads the first message with this subject once it is there.
    pub fn read(&self, user: &str, password: &str, subject: &str) -> String {
        let until = Instant::now() + Duration::from_secs(30);
        let bytes = self.far().host().in_network(|| {
            let mut session = self.imap(user, password);
            loop {
                assert!(session.select("INBOX").unwrap().ok());
                let found = session.search(&format!("SUBJECT \"{subject}\"")).unwrap();
                if let Some(&number) = found.first() {
                    return session.fetch(number).unwrap().unwrap();
                }
                assert!(Instant::now() < until, "no message with subject {subject} for {user}");
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        String::from_utf8(bytes.unwrap()).unwrap()
    }

    /// Whether this login works from the far host.
    pub fn logs_in(&self, user: &str, password: &str) {
        self.far().host().in_network(|| self.imap(user, password)).unwrap();
    }

    fn imap(&self, user: &str, password: &str) -> imap::Session {
        let mut session = imap::Session::open(&self.dial(993), Security::Tls, self.answers.hostname.as_str()).unwrap();
        let answer = session.login(user, &Secret::new(password)).unwrap();
        assert!(answer.ok(), "{user}: {}", answer.text);
        session
    }

    /// A call to a port of the host.
    pub fn dial(&self, port: u16) -> Dial {
        Dial::new(SocketAddr::new(self.host().addresses().ipv4.into(), port))
    }

    /// Submits a message from the far host as this user and returns when it was taken.
    pub fn submit(&self, user: &str, password: &str, to: &str, message: &str) {
        let sent = self.far().host().in_network(|| {
            let host = self.answers.hostname.as_str();
            let dial = self.dial(587);
            let mut session =
                mailwright::probe::smtp::Session::open(&dial, Security::StartTls, host, "laptop.home.test").unwrap();
            let login = session.auth_plain(user, &Secret::new(password)).unwrap();
            assert_eq!(login.code, 235, "{login}");
            session.send(user, &[to], message).unwrap()
        });
        let reply = sent.unwrap();
        assert_eq!(reply.code, 250, "{reply}");
    }

    /// A shell command on the host, which must end well; gives what it printed.
    pub fn sh(&self, script: &str) -> String {
        self.host().program("sh").args(["-c", script]).success().unwrap().stdout
    }

    /// When each daemon's process was started, and as which process.
    pub fn daemons(&self) -> String {
        // On Debian 12 postfix.service only starts postfix@-.service.
        let units = "mariadb.service dovecot.service postfix.service postfix@-.service";
        self.sh(&format!("systemctl show -p Id,MainPID,ActiveEnterTimestampMonotonic,NRestarts {units}"))
    }

    /// The three tables, one line a row.
    pub fn tables(&self) -> Vec<String> {
        let dump = self.sh("mariadb-dump --compact --skip-extended-insert --order-by-primary mailserver");
        dump.lines().map(str::to_owned).collect()
    }
}

/// Stands for a password file in answers that are only parsed.
const PASSWORD: &str = "password = \"a password file\"";
