//! What happens to the screen, and what it asks for in turn.

use ratatui::crossterm::event::KeyEvent;

use crate::walk::{Job, Told};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The terminal has this many columns and lines now.
    Resize(u16, u16),
    /// The desk tells something.
    Told(Box<Told>),
    /// Nobody is there any more: the line has dropped.
    Gone,
    /// The process is asked to end.
    Asked,
    /// Time has passed.
    Tick,
}

/// Something to be done outside of the screen.
#[derive(Debug)]
pub enum Act {
    /// Work for the desk.
    Ask(Job),
    /// The run is to stop after the change in hand.
    Stop,
    /// What was to stop has stopped.
    Stopped,
    /// The terminal is to keep this text for pasting.
    Copy(String),
    /// The program is to end.
    Leave,
}
