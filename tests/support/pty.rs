//! A terminal for tests: a program runs in it as it does for a person, who types, reads the screen and hangs up.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support fails by panicking")]

use std::num::NonZeroU16;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};

#[path = "pty_reader.rs"]
mod reader;

use reader::{Extras, Seen, Shared, Watch, read, write};

/// How long a program may take to end when its window is closed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keys that are no letters, as xterm sends them.
pub mod keys {
    pub const ENTER: &str = "\r";
    pub const ESC: &str = "\x1b";
    pub const TAB: &str = "\t";
    pub const BACK_TAB: &str = "\x1b[Z";
    pub const UP: &str = "\x1b[A";
    pub const DOWN: &str = "\x1b[B";
    pub const RIGHT: &str = "\x1b[C";
    pub const LEFT: &str = "\x1b[D";
    pub const HOME: &str = "\x1b[H";
    pub const END: &str = "\x1b[F";
    pub const PAGE_UP: &str = "\x1b[5~";
    pub const PAGE_DOWN: &str = "\x1b[6~";
    pub const BACKSPACE: &str = "\x7f";
    pub const CTRL_C: &str = "\x03";
    pub const CTRL_U: &str = "\x15";
}

/// A terminal with a program in it. Dropping it hangs up, and ends the program if that does not.
pub struct Terminal {
    pty: Option<Arc<Pty>>,
    child: Child,
    line: String,
    shared: Arc<Shared>,
    reader: Option<(JoinHandle<()>, UnixStream)>,
    began: Instant,
}

impl Terminal {
    /// Runs a command line in a terminal of this many columns and rows, with nothing but these variables.
    pub fn run(words: &[&str], variables: &[(&str, &str)], (columns, rows): (u16, u16)) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(rows, columns)).unwrap();
        fcntl_setfl(&pty, fcntl_getfl(&pty).unwrap() | OFlags::NONBLOCK).unwrap();
        let size = |n| NonZeroU16::new(n).unwrap();
        let parser = vt100::Parser::new_with_callbacks(size(rows), size(columns), 1000, Extras::default());
        let seen = Seen { parser, chunks: Vec::new(), bytes: Vec::new(), watch: None, closed: false };
        let shared = Arc::new(Shared { seen: Mutex::new(seen), changed: Condvar::new() });
        let command = Command::new(words[0]).args(&words[1..]).env_clear();
        let began = Instant::now();
        let child = command.envs(variables.iter().copied()).spawn(pts).unwrap();
        let (pty, (wake, woken)) = (Arc::new(pty), UnixStream::pair().unwrap());
        let (ours, theirs) = (pty.clone(), shared.clone());
        let reader = std::thread::spawn(move || read(&ours, &woken, &theirs));
        Self { pty: Some(pty), child, line: words.join(" "), shared, reader: Some((reader, wake)), began }
    }

    /// Types these keys.
    pub fn send(&self, keys: &str) {
        write(self.pty.as_ref().unwrap(), keys.as_bytes()).unwrap_or_else(|why| panic!("{why}: {}", self.story()));
    }

    /// Pastes a text as a terminal does: between brackets where the program asked for them.
    pub fn paste(&self, text: &str) {
        let bracketed = self.with_screen(vt100::Screen::bracketed_paste);
        self.send(&if bracketed { format!("\x1b[200~{text}\x1b[201~") } else { text.replace('\n', "\r") });
    }

    /// Gives the window another size.
    pub fn resize(&self, (columns, rows): (u16, u16)) {
        if let (Some(columns), Some(rows)) = (NonZeroU16::new(columns), NonZeroU16::new(rows)) {
            self.seen().parser.set_size(rows, columns);
        }
        self.pty.as_ref().unwrap().resize(Size::new(rows, columns)).unwrap();
    }

    /// What the screen shows, without blanks at the ends of the lines.
    pub fn screen(&self) -> String {
        self.with_screen(vt100::Screen::contents)
    }

    /// Looks at the screen's cells, cursor and modes.
    pub fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.seen().parser.screen())
    }

    /// Whether the screen shows this.
    pub fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    /// Waits until the screen shows this; panics with the screen when it does not in time.
    pub fn wait_for(&self, text: &str, time: Duration) {
        self.wait_for_any(&[text], time);
    }

    /// Waits until the screen shows one of these, and says which.
    pub fn wait_for_any<'a>(&self, texts: &[&'a str], time: Duration) -> &'a str {
        let found = |screen: &vt100::Screen| {
            let contents = screen.contents();
            texts.iter().find(|text| contents.contains(**text)).copied()
        };
        let found = self.wait_until(time, found);
        found.unwrap_or_else(|| panic!("{texts:?} did not come in {time:?}: {}", self.story()))
    }

    /// Waits until the screen no longer shows this.
    pub fn wait_gone(&self, text: &str, time: Duration) {
        let gone = self.wait_until(time, |screen| (!screen.contents().contains(text)).then_some(()));
        gone.unwrap_or_else(|| panic!("{text:?} did not go in {time:?}: {}", self.story()));
    }

    /// Waits until the look finds something; `None` when it does not in time, or the program has ended without.
    pub fn wait_until<T>(&self, time: Duration, look: impl Fn(&vt100::Screen) -> Option<T>) -> Option<T> {
        let until = Instant::now() + time;
        let mut seen = self.seen();
        loop {
            let found = look(seen.parser.screen());
            let left = until.saturating_duration_since(Instant::now());
            if found.is_some() || left.is_zero() || seen.closed {
                return found;
            }
            seen = self.shared.changed.wait_timeout(seen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until nothing was written for this long; whether it became quiet in time.
    pub fn settle(&self, quiet: Duration, time: Duration) -> bool {
        let until = Instant::now() + time;
        while Instant::now() < until {
            let last = self.seen().chunks.last().map_or(self.began, |chunk| chunk.0);
            let left = quiet.saturating_sub(last.elapsed());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left);
        }
        false
    }

    /// From the key to the moment when the changed cells have come; `None` when they do not in time.
    pub fn answer(
        &self,
        keys: &str,
        wanted: impl FnMut(&vt100::Screen) -> bool + Send + 'static,
        time: Duration,
    ) -> Option<Duration> {
        self.seen().watch = Some(Watch { wanted: Box::new(wanted), came: None });
        let sent = Instant::now();
        self.send(keys);
        let came = self.watched(time)?;
        Some(came.saturating_duration_since(sent))
    }

    /// From the start of the program to the moment when the screen showed this.
    pub fn first(&self, text: &'static str, time: Duration) -> Option<Duration> {
        let wanted = move |screen: &vt100::Screen| screen.contents().contains(text);
        let mut seen = self.seen();
        if wanted(seen.parser.screen()) {
            // It came before anybody watched: the last bytes are the best guess, and never too early a one.
            return seen.chunks.last().map(|chunk| chunk.0 - self.began);
        }
        seen.watch = Some(Watch { wanted: Box::new(wanted), came: None });
        drop(seen);
        Some(self.watched(time)? - self.began)
    }

    fn watched(&self, time: Duration) -> Option<Instant> {
        let until = Instant::now() + time;
        let mut seen = self.seen();
        loop {
            let came = seen.watch.as_ref().and_then(|watch| watch.came);
            let left = until.saturating_duration_since(Instant::now());
            if came.is_some() || left.is_zero() || seen.closed {
                seen.watch = None;
                return came;
            }
            seen = self.shared.changed.wait_timeout(seen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// How many bytes the program has written since then.
    pub fn bytes_since(&self, then: Instant) -> usize {
        self.seen().chunks.iter().filter(|(at, _)| *at >= then).map(|(_, bytes)| bytes).sum()
    }

    /// All that it has written.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// What was copied to the clipboard, in Base64 as it came.
    pub fn clipboard(&self) -> Vec<String> {
        self.seen().parser.callbacks().clipboard.clone()
    }

    /// The process that was started.
    pub fn pid(&self) -> i32 {
        self.child.id().try_into().unwrap()
    }

    /// Sends the started process a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.pid()).unwrap(), signal).unwrap();
    }

    /// The exit code, once the program has ended; 128 and the signal's number when one ended it. Panics with the
    /// screen when it does not end in time.
    pub fn wait(&mut self, time: Duration) -> i32 {
        let until = Instant::now() + time;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                use std::os::unix::process::ExitStatusExt;
                // What it wrote last is still on its way.
                self.wait_until(Duration::from_millis(500), |_| None::<()>);
                return status.code().or_else(|| Some(128 + status.signal()?)).unwrap();
            }
            assert!(Instant::now() < until, "it did not end in {time:?}: {}", self.story());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Whether the program still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Closes the window under the program: it gets SIGHUP and nothing it writes is read any more.
    pub fn hang_up(&mut self) {
        if let Some((reader, wake)) = self.reader.take() {
            drop(wake);
            let _ = reader.join();
        }
        self.pty = None;
    }

    /// What is not as a shell wants to find it: nothing when the program has left the terminal sane.
    pub fn left_behind(&self) -> Vec<&'static str> {
        let modes = tcgetattr(self.pty.as_ref().unwrap()).unwrap().local_modes;
        let seen = self.seen();
        let screen = seen.parser.screen();
        let left = [
            (!modes.contains(LocalModes::ECHO), "the echo is off"),
            (!modes.contains(LocalModes::ICANON), "lines cannot be edited"),
            (!modes.contains(LocalModes::ISIG), "Ctrl-C does nothing"),
            (screen.alternate_screen(), "the alternate screen is open"),
            (screen.hide_cursor(), "the cursor is hidden"),
            (screen.bracketed_paste(), "pastes come in brackets"),
            (screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None, "the mouse is taken"),
            (screen.application_cursor(), "the arrow keys are an application's"),
        ];
        left.into_iter().filter_map(|(wrong, what)| wrong.then_some(what)).collect()
    }

    /// The screen for a message.
    pub fn story(&self) -> String {
        let seen = self.seen();
        let (rows, columns) = seen.parser.screen().size();
        let ended = if seen.closed { ", ended" } else { "" };
        let line: String = self.line.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        let rule = "-".repeat(usize::from(columns.get()).min(80));
        format!("...{line} ({columns}x{rows}{ended})\n{rule}\n{}\n{rule}", seen.parser.screen().contents())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.hang_up();
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
