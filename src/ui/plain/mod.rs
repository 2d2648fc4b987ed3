//! The plain face of the walk: the same steps, questions, previews and choices as the wizard, line by line, for a
//! serial console, a screen reader, or whoever likes it better.

use std::sync::mpsc;

use self::ask::{Ask, Out};
use self::lines::Lines;
use self::prompts::Prompts;
use self::talk::{Link, Talk};
use self::tty::Tty;
use crate::engine::{State, Stop};
use crate::error::{Error, Kind, Result};
use crate::walk::Desk;
use crate::words::say;

mod ask;
mod command;
mod lines;
mod opening;
mod password;
mod prompts;
mod questions;
mod review;
mod run;
mod table;
mod talk;
#[cfg(test)]
mod tests;
mod tty;
mod words;

/// Walks with the admin from where the server stands until they leave.
///
/// # Errors
/// When there is nobody to ask any more, or the last run of this session failed and was left like that.
pub fn run(state: &State, stop: &Stop) -> Result<()> {
    let mut lines = Lines::new(Tty::new(stop.clone()));
    let mut prompts = Prompts::new(stop.clone());
    let asked: &mut dyn Ask = if moves_its_cursor() { &mut prompts } else { &mut lines };
    let (tell, told) = mpsc::channel();
    // Nobody hears what is told after the end.
    let desk = Desk::open(state.clone(), stop.clone(), move |it| drop(tell.send(it)));
    let out = walk(state, stop, asked, Link { give: &|job| desk.ask(job), told });
    // What was given is kept by then, and a fetch has ended.
    desk.close();
    out
}

/// Whether prompts that are drawn anew at each key can be used.
fn moves_its_cursor() -> bool {
    use std::io::IsTerminal;
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
    terminal && std::env::var("TERM").is_ok_and(|term| !matches!(term.as_str(), "" | "dumb"))
}

fn walk(state: &State, stop: &Stop, ask: &mut dyn Ask, link: Link<'_>) -> Result<()> {
    let mut talk = Talk::new(state, stop, ask, link);
    let out = talk.whole();
    talk.catch_up();
    if talk.walk.root || out == Err(Out::Cut) {
        talk.line("");
    }
    if talk.walk.root {
        talk.say(&say("plain-left", &[]));
    }
    if let Some(failure) = &talk.walk.failure {
        return Err(failure.error.clone());
    }
    match out {
        Err(Out::Cut) => Err(Error::new(Kind::Interrupted, "the walk was left before its end")),
        _ => Ok(()),
    }
}
