//! The terminal, taken over and given back: whatever ends the program, its cursor, its echo and its main screen return.

use std::io::{self, Write, stdout};
use std::sync::Once;

use base64ct::{Base64, Encoding};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::crossterm::{cursor, execute};

use crate::error::{Context, Result};

/// Standard output that takes everything: when the line has dropped nobody reads it, and a run must not end for that.
pub struct Patient;

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = stdout().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = stdout().flush();
        Ok(())
    }
}

/// The terminal while it is ours; dropping it gives it back.
pub struct Screen {
    /// Where one draws.
    pub terminal: Terminal<CrosstermBackend<io::BufWriter<Patient>>>,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub fn open() -> Result<Self> {
        hook();
        let what = || "the terminal could not be set up".to_owned();
        enable_raw_mode().context(what)?;
        let entered = execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide);
        let backend = CrosstermBackend::new(io::BufWriter::with_capacity(16 << 10, Patient));
        let terminal = entered.and_then(|()| Terminal::new(backend));
        match terminal {
            Ok(terminal) => Ok(Self { terminal }),
            Err(error) => {
                restore();
                Err(error).context(what)
            }
        }
    }

    /// Asks the terminal to keep a text for pasting (OSC 52): it goes through SSH to the admin's own machine.
    pub fn copy(text: &str) {
        let encoded = Base64::encode_string(text.as_bytes());
        let mut out = stdout();
        let _ = write!(out, "\u{1b}]52;c;{encoded}\u{7}");
        let _ = out.flush();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back. Nothing can be done when it is gone.
fn restore() {
    let _ = execute!(stdout(), DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
}

/// A panic is told on the main screen, with the terminal as it was. One of a thread that works goes into the log: the
/// screen is still in use, and the desk tells of it there.
fn hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        let screen = std::thread::current().id();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() == screen {
                restore();
                before(info);
            } else {
                tracing::error!(panic = %info, "a thread failed");
            }
        }));
    });
}
