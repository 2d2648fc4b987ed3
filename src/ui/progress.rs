//! Plain progress: one reader of what a run tells. On a terminal the change in hand, its time and apt's percent stand
//! in one line that is rewritten; elsewhere each change is a line of its own.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::Instant;

use crate::run::news::News;
use crate::words::say;

/// Writes progress to standard error.
#[derive(Debug)]
pub struct Progress {
    screen: Mutex<Screen>,
}

#[derive(Debug)]
struct Screen {
    terminal: bool,
    /// Whether a line that will be rewritten stands there.
    open: bool,
    hand: Option<(String, Instant)>,
    /// The step's title, until its first change is told.
    title: Option<String>,
}

impl Progress {
    /// Progress on standard error, rewritten in place when that is a terminal.
    #[must_use]
    pub fn new() -> Self {
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { screen: Mutex::new(Screen { terminal, open: false, hand: None, title: None }) }
    }

    /// Writes what a run tells.
    pub fn tell(&self, news: News) {
        let Ok(mut screen) = self.screen.lock() else { return };
        match news {
            News::Step { id } => screen.title = Some(say(&format!("step-{id}"), &[])),
            News::Change { what } => {
                if let Some(title) = screen.title.take() {
                    screen.line(&title);
                }
                screen.passing(&format!("    ...      {what}"));
                screen.hand = Some((what, Instant::now()));
            }
            News::ChangeEnded { took } => {
                if let Some((what, _)) = screen.hand.take() {
                    screen.line(&format!("    {:6.1} s  {what}", took.as_secs_f64()));
                }
            }
            News::Percent { percent, note } => {
                let seconds = screen.hand.as_ref().map_or(0, |(_, since)| since.elapsed().as_secs());
                screen.passing(&format!("    {percent:3} % {seconds:3} s  {note}"));
            }
            News::Note(note) => screen.line(&format!("    {note}")),
            News::Log(_) => {}
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Screen {
    fn line(&mut self, text: &str) {
        let clear = if self.open { "\r\u{1b}[K" } else { "" };
        self.open = false;
        let _ = writeln!(std::io::stderr(), "{clear}{text}");
    }

    /// A line that the next one replaces; nothing where there is no terminal.
    fn passing(&mut self, text: &str) {
        if !self.terminal {
            return;
        }
        let width =
            usize::from(rustix::termios::tcgetwinsize(std::io::stderr()).map_or(80, |size| size.ws_col)).max(20);
        let text: String = text.chars().take(width - 1).collect();
        self.open = true;
        let mut out = std::io::stderr();
        let _ = write!(out, "\r\u{1b}[K{text}");
        let _ = out.flush();
    }
}
