//! The terminal of this process as a console for bare lines.

use std::io::{IsTerminal, Write};
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{self, LocalModes, OptionalActions, QueueSelector, Termios};
use zeroize::Zeroizing;

use super::ask::{Out, Said};
use super::lines::Console;
use crate::engine::Stop;
use crate::run::news::News;
use crate::secret::Secret;
use crate::ui::progress::Progress;

/// How often a line that is waited for is left to see whether a signal came: the handlers let the reading go on.
const EACH: Duration = Duration::from_millis(150);
/// Where a terminal does not know its size (a serial console).
const ROWS: usize = 24;

/// The terminal.
pub(super) struct Tty {
    stop: Stop,
    progress: Progress,
    /// What was read beyond the last line.
    read: Zeroizing<Vec<u8>>,
}

impl Tty {
    /// The terminal, until a signal asks for an end.
    pub(super) fn new(stop: Stop) -> Self {
        Self { stop, progress: Progress::new(), read: Zeroizing::default() }
    }

    fn next(&mut self) -> Said<Secret> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Zeroizing<Vec<u8>> = Zeroizing::new(self.read.drain(..=end).collect());
                return Ok(Secret::new(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n'])));
            }
            if self.stop.is_asked() {
                return Err(Out::Cut);
            }
            self.more()?;
        }
    }

    /// Reads what is there, or waits a moment.
    fn more(&mut self) -> Said<()> {
        let input = std::io::stdin();
        let moment = Timespec::try_from(EACH).map_err(|_| Out::Cut)?;
        match poll(&mut [PollFd::new(&input, PollFlags::IN)], Some(&moment)) {
            Ok(0) | Err(Errno::INTR) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(Out::Cut),
        }
        let mut bytes = Zeroizing::new([0; 4096]);
        match rustix::io::read(&input, bytes.as_mut_slice()) {
            // The end of the input: Ctrl-D, or a line that has dropped.
            Ok(0) => Err(Out::Cut),
            Ok(length) => {
                self.read.extend_from_slice(&bytes[..length]);
                Ok(())
            }
            Err(Errno::INTR | Errno::AGAIN) => Ok(()),
            Err(_) => Err(Out::Cut),
        }
    }
}

impl Console for Tty {
    fn put(&mut self, text: &str) {
        put(text);
    }

    fn read(&mut self) -> Said<String> {
        Ok(self.next()?.reveal().to_owned())
    }

    fn read_hidden(&mut self, words: &str) -> Said<Secret> {
        let hidden = Hidden::begin();
        put(words);
        let line = self.next();
        if hidden.is_some() {
            put("\n");
        }
        line
    }

    fn news(&mut self, news: News) {
        self.progress.tell(news);
    }

    fn forget(&mut self) {
        // What comes through a pipe was meant for what follows.
        if std::io::stdin().is_terminal() {
            self.read.clear();
            forget();
        }
    }

    fn rows(&self) -> usize {
        rows()
    }
}

/// Writes to standard output, and goes on when nobody is there any more to read it.
pub(super) fn put(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Forgets what was typed and not read yet.
pub(super) fn forget() {
    let _ = termios::tcflush(std::io::stdin(), QueueSelector::IFlush);
}

/// How many lines the terminal shows.
pub(super) fn rows() -> usize {
    let known = termios::tcgetwinsize(std::io::stdout()).map_or(0, |size| usize::from(size.ws_row));
    if known == 0 { ROWS } else { known }
}

/// The terminal without its echo, until dropped.
struct Hidden(Termios);

impl Hidden {
    /// `None` when the input is no terminal.
    fn begin() -> Option<Self> {
        let input = std::io::stdin();
        let before = termios::tcgetattr(input.as_fd()).ok()?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        termios::tcsetattr(input.as_fd(), OptionalActions::Now, &hidden).ok()?;
        Some(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = termios::tcsetattr(std::io::stdin().as_fd(), OptionalActions::Now, &self.0);
    }
}
