//! The program itself, run as it is: by nobody in particular, so that no mistake of a test can alter this machine.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::io::{FdFlags, fcntl_setfd};

/// Debian's user without any rights.
pub const NOBODY: u32 = 65534;

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Standard output as the one JSON object it is to be.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts the exit code and the message on standard error, line by line: each line holds the words given for it.
    pub fn refused(&self, code: i32, lines: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        let said: Vec<&str> = self.err.lines().filter(|line| !line.starts_with("warning: ")).collect();
        assert_eq!(said.len(), lines.len(), "{self:#?}");
        for (said, wanted) in said.iter().zip(lines) {
            assert!(said.contains(wanted), "{wanted:?} is not in {said:?}");
        }
    }
}

/// Runs the program with this state directory, by a user that is not root.
pub fn nobody(state: &Path, args: &[&str]) -> Ran {
    // Through its descriptor: nobody may not be let into the directory that the program was built in.
    let program = File::open(env!("CARGO_BIN_EXE_mailwright")).unwrap();
    fcntl_setfd(&program, FdFlags::empty()).unwrap();
    let mut command = Command::new(format!("/proc/self/fd/{}", program.as_raw_fd()));
    command.arg0("mailwright");
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    run(command, state, args)
}

/// Runs the program by the user the test runs by.
pub fn as_we_are(state: &Path, args: &[&str]) -> Ran {
    run(Command::new(env!("CARGO_BIN_EXE_mailwright")), state, args)
}

/// Runs a command that takes the program's arguments.
pub fn run(mut command: Command, state: &Path, args: &[&str]) -> Ran {
    // In English unless the test says otherwise, whatever the tests are run in.
    if !command.get_envs().any(|(name, _)| name == "LC_ALL") {
        command.env("LC_ALL", "C.UTF-8");
    }
    let output = command.arg("--state").arg(state).args(args).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}
