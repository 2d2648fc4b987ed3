//! The only file that starts programs: argument vectors, a deadline, a process group of its own, surroundings that do not
//! depend on who started us, and a log line each.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Output as RawOutput;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::error::{Error, Result};

/// This program itself, also when its file has been replaced since it was started (proc(5)).
pub const OWN: &str = "/proc/self/exe";
/// Where programs are looked for, whatever our own PATH is: su(1) and cron(8) leave out the places of root's programs.
pub const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// What a program gets of our own environment: how the network is reached (apt.conf(5), curl(1)).
const PASSED: [&str; 10] = [
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
];
/// What says in which language this program speaks (locale(7)), and what its terminal is.
const SPOKEN: [&str; 8] = ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "LANG", "TERM", "COLORTERM", "NO_COLOR"];
/// How long a program may take unless told otherwise.
const DEADLINE: Duration = Duration::from_secs(60);

/// A program to be run: never through a shell, never with a secret among its arguments.
#[derive(Clone)]
pub struct Program {
    name: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    stdin: Option<Vec<u8>>,
    dir: Option<PathBuf>,
    deadline: Duration,
    output_file: Option<PathBuf>,
    quiet: bool,
    live: bool,
}

/// What a program that ended left: its exit code (`None` when a signal ended it) and its output.
#[derive(Debug, Clone)]
pub struct Output {
    /// The exit code; `None` when a signal ended the program.
    pub code: Option<i32>,
    /// Standard output, lossily decoded.
    pub stdout: String,
    /// Standard error, lossily decoded.
    pub stderr: String,
    /// Wall-clock time from start to end.
    pub took: Duration,
}

impl Output {
    /// Whether the exit code was 0.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.code == Some(0)
    }

    /// The last lines of standard error, or of standard output when that is empty: what an admin would look at.
    #[must_use]
    pub fn tail(&self) -> String {
        let text = if self.stderr.trim().is_empty() { &self.stdout } else { &self.stderr };
        let lines: Vec<&str> = text.trim_end().lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

/// Its command line alone: standard input is the place of secrets.
impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Program").field(&self.line()).finish()
    }
}

impl Program {
    /// A program by its name on the PATH, or by its full path.
    pub fn new(name: impl AsRef<OsStr>) -> Self {
        Self {
            name: name.as_ref().to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            stdin: None,
            dir: None,
            deadline: DEADLINE,
            output_file: None,
            quiet: false,
            live: false,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Lets the program speak as this one does, on the same terminal: for this program itself, started once more.
    #[must_use]
    pub fn speaking(mut self) -> Self {
        let spoken = SPOKEN.into_iter().map(|name| (name.into(), std::env::var_os(name).unwrap_or_default()));
        self.env.extend(spoken);
        self
    }

    /// Sets an environment variable. Of ours a program gets nothing but how the network is reached.
    #[must_use]
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Feeds standard input; without it the program reads end-of-file at once. The place for secrets.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Sets the working directory, which is `/` without it.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    /// Sets the time after which the whole process group is ended (60 s without it).
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Writes both outputs to a file instead of a pipe, so that the program outlives us unharmed.
    #[must_use]
    pub fn output_file(mut self, path: impl AsRef<Path>) -> Self {
        self.output_file = Some(path.as_ref().to_owned());
        self
    }

    /// Keeps the output of the program out of the log: it may hold a secret.
    #[must_use]
    pub const fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Lets both outputs through to ours as they come, instead of taking them.
    #[must_use]
    pub const fn live(mut self) -> Self {
        self.live = true;
        self
    }

    /// The command as one would type it, for messages.
    #[must_use]
    pub fn line(&self) -> String {
        let words = std::iter::once(&self.name).chain(&self.args);
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    /// Starts the program.
    ///
    /// # Errors
    /// When it cannot be started (not installed, not executable).
    pub fn start(&self) -> Result<Running> {
        let name = self.found().map_err(|cause| self.not_started(&cause))?;
        let mut expression = duct::cmd(name, &self.args).unchecked().before_spawn(|command| {
            command.process_group(0);
            Ok(())
        });
        expression = expression.full_env(self.surroundings());
        expression = expression.dir(self.dir.as_deref().unwrap_or(Path::new("/")));
        expression = match &self.stdin {
            Some(bytes) => expression.stdin_bytes(bytes.clone()),
            None => expression.stdin_null(),
        };
        expression = match &self.output_file {
            Some(path) => {
                let file = crate::files::open_or_create(path, 0o640).and_then(|file| file.set_len(0).map(|()| file));
                expression.stderr_to_stdout().stdout_file(file.map_err(|cause| self.not_started(&cause))?)
            }
            None if self.live => expression,
            None => expression.stdout_capture().stderr_capture(),
        };
        let handle = expression.start().map_err(|cause| self.not_started(&cause))?;
        Ok(Running { handle, program: self.clone(), started: Instant::now() })
    }

    /// Runs the program to its end, whatever its exit code.
    ///
    /// # Errors
    /// When it cannot be started or its deadline passes.
    pub fn run(&self) -> Result<Output> {
        self.start()?.wait()
    }

    /// Runs the program and takes any exit code but 0 as a failure.
    ///
    /// # Errors
    /// When it cannot be started, its deadline passes, or it fails; the cause is the end of what it said.
    pub fn success(&self) -> Result<Output> {
        let output = self.run()?;
        if output.ok() { Ok(output) } else { Err(self.failure(&output)) }
    }

    /// The sentence for a program that ended badly.
    #[must_use]
    pub fn failure(&self, output: &Output) -> Error {
        let how = output.code.map_or("was ended by a signal".to_owned(), |code| format!("ended with exit code {code}"));
        let error = Error::failed(format!("`{}` {how}", self.line()));
        let tail = output.tail();
        if tail.is_empty() { error } else { error.caused_by(tail) }
    }

    /// The environment: the same whoever started us, but for the way to the network.
    fn surroundings(&self) -> HashMap<OsString, OsString> {
        let root = rustix::process::geteuid().is_root();
        let home = if root { "/root".into() } else { std::env::var_os("HOME").unwrap_or_else(|| "/".into()) };
        let fixed = [("PATH", PATH.into()), ("LC_ALL", "C.UTF-8".into()), ("LANG", "C.UTF-8".into()), ("HOME", home)];
        let passed = PASSED.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let ours = fixed.into_iter().chain(passed).map(|(name, value): (&str, OsString)| (name.into(), value));
        ours.chain(self.env.iter().cloned()).collect()
    }

    /// The program's file: a name without a slash is looked for in the places of [`PATH`].
    fn found(&self) -> std::io::Result<PathBuf> {
        let name = Path::new(&self.name);
        if self.name.as_bytes().contains(&b'/') {
            return Ok(name.to_owned());
        }
        find(name).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }

    fn not_started(&self, cause: &std::io::Error) -> Error {
        let name = self.name.to_string_lossy();
        let error = Error::failed(format!("`{name}` could not be started")).caused_by(cause);
        if cause.kind() == std::io::ErrorKind::NotFound {
            return error.hint(format!("install the package that provides `{name}` and try again"));
        }
        error
    }
}

/// Where a program of this name stands, in the places of [`PATH`].
#[must_use]
pub fn find(name: &Path) -> Option<PathBuf> {
    let executable =
        |path: &PathBuf| path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0);
    std::env::split_paths(PATH).map(|dir| dir.join(name)).find(executable)
}

/// Makes this process the same whoever started it: what it writes has the modes it says (umask(2)).
pub fn settle_in() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
}

/// A program that was started and has not been waited for.
#[derive(Debug)]
pub struct Running {
    handle: duct::Handle,
    program: Program,
    started: Instant,
}

impl Running {
    /// The process id, which is the id of its process group too.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.handle.pids().first().copied()
    }

    /// Waits at most this long; `None` while the program still runs.
    ///
    /// # Errors
    /// When the program cannot be waited for, or its own deadline has passed (it is ended then).
    pub fn wait_for(&self, time: Duration) -> Result<Option<Output>> {
        let lost = |cause| Error::failed(format!("`{}` could not be waited for", self.program.line())).caused_by(cause);
        if let Some(raw) = self.handle.wait_timeout(time).map_err(lost)? {
            return Ok(Some(self.ended(raw)));
        }
        if self.started.elapsed() < self.program.deadline {
            return Ok(None);
        }
        self.end();
        let seconds = self.program.deadline.as_secs();
        tracing::error!(program = self.program.line(), seconds, "deadline passed, ended");
        Err(Error::failed(format!("`{}` did not end within {seconds} s and was ended", self.program.line())))
    }

    /// Waits for the end, or for the deadline.
    ///
    /// # Errors
    /// When the deadline passes; the whole process group is ended then.
    pub fn wait(&self) -> Result<Output> {
        loop {
            let left = self.program.deadline.saturating_sub(self.started.elapsed());
            if let Some(output) = self.wait_for(left)? {
                return Ok(output);
            }
        }
    }

    /// Ends the whole process group: SIGTERM, and SIGKILL two seconds later.
    pub fn end(&self) {
        self.end_within(Duration::from_secs(2));
    }

    /// Ends the whole process group: SIGTERM, and SIGKILL when it has not ended after `grace`.
    pub fn end_within(&self, grace: Duration) {
        let Some(group) = self.pid().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw) else { return };
        let _ = kill_process_group(group, Signal::TERM);
        if !matches!(self.handle.wait_timeout(grace), Ok(Some(_))) {
            let _ = kill_process_group(group, Signal::KILL);
            let _ = self.handle.wait_timeout(Duration::from_secs(2));
        }
    }

    fn ended(&self, raw: &RawOutput) -> Output {
        let output = Output {
            code: raw.status.code(),
            stdout: String::from_utf8_lossy(&raw.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&raw.stderr).into_owned(),
            took: self.started.elapsed(),
        };
        let ms = u64::try_from(output.took.as_millis()).unwrap_or(u64::MAX);
        let said = if self.program.quiet { "(kept out of the log)" } else { &output.tail() };
        tracing::debug!(program = self.program.line(), exit = ?output.code, ms, output = said, "program");
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_exit_code_come_back() {
        let output = Program::new("sh").args(["-c", "cat; echo oops >&2; exit 3"]).stdin("hello").run().unwrap();
        assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(3), "hello", "oops\n"));
    }

    #[test]
    fn a_deadline_ends_the_whole_group() {
        let started = Instant::now();
        let program = Program::new("sh").args(["-c", "sleep 30 & sleep 30"]).deadline(Duration::from_millis(100));
        let error = program.run().unwrap_err();
        assert!(error.to_string().contains("did not end within"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_program_has_the_same_surroundings_whoever_starts_us() {
        let output = Program::new("sh").args(["-c", "env | cut -d= -f1 | sort; pwd"]).env("MINE", "1").run().unwrap();
        let ours = |name: &&str| PASSED.contains(name);
        // What sh(1) makes itself.
        let names: Vec<&str> = output
            .stdout
            .lines()
            .filter(|name| !ours(name) && !["PWD", "OLDPWD", "SHLVL", "_"].contains(name))
            .collect();
        assert_eq!(names, ["HOME", "LANG", "LC_ALL", "MINE", "PATH", "/"]);
        let path = Program::new("sh").args(["-c", "echo $PATH"]).run().unwrap();
        assert_eq!(path.stdout.trim(), PATH);
    }

    #[test]
    fn a_missing_program_says_what_to_do() {
        let error = Program::new("no-such-program-here").run().unwrap_err();
        assert!(error.render().contains("hint: install the package"), "{}", error.render());
    }
}
