//! The thread that reads what the terminal sends.

use std::io::stdin;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::Sender;
use std::time::Duration;

use ratatui::crossterm::event::{self, Event as Input};
use ratatui::crossterm::terminal;
use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::SIGWINCH;

use super::event::Event;
use crate::error::{Context, Result};

/// Reads until the terminal is gone.
///
/// # Errors
/// When the change of the terminal's size cannot be watched.
pub fn start(tell: Sender<Event>) -> Result<()> {
    let (resized, signal) = UnixStream::pair().context(|| "the terminal could not be watched".into())?;
    signal_hook::low_level::pipe::register(SIGWINCH, signal).context(|| "the terminal could not be watched".into())?;
    resized.set_nonblocking(true).context(|| "the terminal could not be watched".into())?;
    std::thread::spawn(move || {
        while listen(&tell, &resized) {}
        let _ = tell.send(Event::Gone);
    });
    Ok(())
}

/// Waits for something and tells it. The end of the terminal is seen here and not by crossterm, which would ask a dead
/// one for ever.
fn listen(tell: &Sender<Event>, resized: &UnixStream) -> bool {
    let input = stdin();
    let mut ready = [PollFd::new(&input, PollFlags::IN), PollFd::new(resized, PollFlags::IN)];
    match poll(&mut ready, None) {
        Ok(_) => {}
        Err(rustix::io::Errno::INTR) => return true,
        Err(_) => return false,
    }
    let [keys, size] = [ready[0].revents(), ready[1].revents()];
    if keys.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
        return false;
    }
    if size.contains(PollFlags::IN) {
        use std::io::Read;
        let mut reader = resized;
        while matches!(reader.read(&mut [0; 64]), Ok(read) if read > 0) {}
        if let Ok((columns, lines)) = terminal::size() {
            return tell.send(Event::Resize(columns, lines)).is_ok();
        }
    }
    !keys.contains(PollFlags::IN) || read_all(tell)
}

/// Everything that has come.
fn read_all(tell: &Sender<Event>) -> bool {
    let mut any = false;
    while event::poll(Duration::ZERO).unwrap_or(false) {
        any = true;
        let told = match event::read() {
            Ok(Input::Key(key)) => tell.send(Event::Key(key)),
            Ok(Input::Paste(text)) => tell.send(Event::Paste(text)),
            Ok(Input::Resize(columns, lines)) => tell.send(Event::Resize(columns, lines)),
            Ok(_) => Ok(()),
            Err(_) => return false,
        };
        if told.is_err() {
            return false;
        }
    }
    if !any {
        // Half a key: the rest of it is on its way.
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}
