//! What comes out of a terminal: read as it comes, kept with its time, answered where a terminal has to answer.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pty_process::blocking::Pty;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How long a program may take to read what was typed.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the terminal has shown.
pub struct Shared {
    pub seen: Mutex<Seen>,
    pub changed: Condvar,
}

pub struct Seen {
    pub parser: vt100::Parser<Extras>,
    /// When how many bytes came.
    pub chunks: Vec<(Instant, usize)>,
    pub bytes: Vec<u8>,
    pub watch: Option<Watch>,
    pub closed: bool,
}

/// Looks at every change of the screen as it comes.
pub struct Watch {
    pub wanted: Box<dyn FnMut(&vt100::Screen) -> bool + Send>,
    pub came: Option<Instant>,
}

/// What a terminal does beside showing text.
#[derive(Default)]
pub struct Extras {
    pub replies: Vec<u8>,
    pub clipboard: Vec<String>,
}

impl vt100::Callbacks for Extras {
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.clipboard.push(String::from_utf8_lossy(data).into_owned());
    }

    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        i1: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        last: char,
    ) {
        match (i1, last, params) {
            (None, 'n', [[6]]) => {
                let (row, column) = screen.cursor_position();
                self.replies.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            (None, 'n', [[5]]) => self.replies.extend(b"\x1b[0n"),
            (None, 'c', _) => self.replies.extend(b"\x1b[?1;2c"),
            _ => {}
        }
    }
}

impl Shared {
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads all the program writes, until it has ended or the window is closed.
pub fn read(pty: &Pty, woken: &UnixStream, shared: &Shared) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let mut ready = [PollFd::new(pty, PollFlags::IN), PollFd::new(woken, PollFlags::IN)];
        if poll(&mut ready, None).is_err() {
            continue;
        }
        if !ready[1].revents().is_empty() {
            break;
        }
        let mut pty = pty;
        match pty.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hear(pty, &buffer[..count], shared),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            // EIO: nobody has the other end open any more.
            Err(_) => break,
        }
    }
    shared.seen().closed = true;
    shared.changed.notify_all();
}

fn hear(pty: &Pty, bytes: &[u8], shared: &Shared) {
    let now = Instant::now();
    let mut seen = shared.seen();
    seen.parser.process(bytes);
    seen.chunks.push((now, bytes.len()));
    seen.bytes.extend(bytes);
    let Seen { parser, watch, .. } = &mut *seen;
    if let Some(watch) = watch.as_mut().filter(|watch| watch.came.is_none()) {
        watch.came = (watch.wanted)(parser.screen()).then_some(now);
    }
    let replies = std::mem::take(&mut seen.parser.callbacks_mut().replies);
    drop(seen);
    shared.changed.notify_all();
    let _ = write(pty, &replies);
}

/// Writes it all, as fast as it is read.
pub fn write(mut pty: &Pty, mut bytes: &[u8]) -> Result<(), String> {
    while !bytes.is_empty() {
        let time = Timespec { tv_sec: PATIENCE.as_secs().try_into().unwrap(), tv_nsec: 0 };
        let ready = poll(&mut [PollFd::new(pty, PollFlags::OUT)], Some(&time));
        if ready == Ok(0) {
            return Err(format!("what was typed is not read; {} bytes are left", bytes.len()));
        }
        match pty.write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(error) => return Err(format!("nobody is there to type to: {error}")),
        }
    }
    Ok(())
}
