//! The questions that are asked on the terminal's last line, and how they end when nobody answers any more.

use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use inquire::InquireError;
use inquire::error::InquireResult;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::engine::Stop;
use crate::error::{Error, Kind, Result};
use crate::words::say;

/// How often it is seen whether somebody can still answer.
const EACH: Duration = Duration::from_millis(150);

/// Why a question got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// Esc.
    Declined,
    /// Ctrl-C, a signal, or a terminal that is gone.
    Cut,
}

/// Asks the admin to agree. Without a terminal nobody can be asked, and `--yes` has to say it.
///
/// # Errors
/// When the admin declines or cannot be asked, and when a signal or the end of the terminal comes first.
pub fn agree(question: &str, stop: &Stop) -> Result<()> {
    if yes(question, stop)? { Ok(()) } else { Err(Error::new(Kind::Interrupted, "nothing has been changed")) }
}

/// Asks for a yes or a no; Enter and Esc are a no.
///
/// # Errors
/// When the admin cannot be asked, and when a signal or the end of the terminal comes first.
pub fn yes(question: &str, stop: &Stop) -> Result<bool> {
    if !is_terminal() {
        return Err(Error::usage("there is no terminal to ask on").hint("add --yes to agree beforehand"));
    }
    let question = question.to_owned();
    let (yes, no) = (say("ask-yes", &[]), say("ask-no", &[]));
    let (again, default) = (say("ask-again", &[]), say("ask-default", &[]));
    // What is said is said on this thread: the language is the thread's.
    let known = [yes.clone(), no.clone()];
    let answer = asked(stop, move || {
        inquire::Confirm::new(&question)
            .with_default(false)
            .with_default_value_formatter(&|_| default.clone())
            .with_parser(&|text| understood(text, &known).ok_or(()))
            .with_formatter(&|agreed| if agreed { yes.clone() } else { no.clone() })
            .with_error_message(&again)
            .prompt()
    });
    match answer {
        Ok(answer) => Ok(answer),
        Err(Unanswered::Declined) => Ok(false),
        Err(Unanswered::Cut) => {
            Err(Error::new(Kind::Interrupted, "the question was not answered; nothing has been changed"))
        }
    }
}

/// Whether there is somebody to ask.
#[must_use]
pub fn is_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// The answer to a prompt, which runs on a thread of its own: it reads the terminal for ever when the line has dropped, and
/// takes no notice of a signal. Whoever asked looks at both meanwhile.
pub(super) fn asked<T: Send + 'static>(
    stop: &Stop,
    prompt: impl FnOnce() -> InquireResult<T> + Send + 'static,
) -> std::result::Result<T, Unanswered> {
    let (answer, answered) = mpsc::channel();
    thread::spawn(move || answer.send(prompt()));
    loop {
        match answered.recv_timeout(EACH) {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(InquireError::OperationCanceled)) => return Err(Unanswered::Declined),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(Unanswered::Cut),
            Err(RecvTimeoutError::Timeout) if stop.is_asked() || is_gone() => {
                let _ = crossterm::terminal::disable_raw_mode();
                let _ = crossterm::execute!(
                    std::io::stderr(),
                    crossterm::event::DisableBracketedPaste,
                    crossterm::cursor::Show
                );
                return Err(Unanswered::Cut);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Whether the terminal has hung up: a process that is not its session's gets no signal then.
fn is_gone() -> bool {
    let input = std::io::stdin();
    let mut state = [PollFd::new(&input, PollFlags::empty())];
    match poll(&mut state, Some(&Timespec::default())) {
        Ok(_) => state[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL),
        Err(Errno::INTR) => false,
        Err(_) => true,
    }
}

/// Yes or no in the language that is spoken, or in English: whole, or by its first letter.
pub(super) fn said(text: &str) -> Option<bool> {
    understood(text, &[say("ask-yes", &[]), say("ask-no", &[])])
}

/// [`said`] with the words for yes and no at hand.
fn understood(text: &str, [yes, no]: &[String; 2]) -> Option<bool> {
    let text = text.trim().to_lowercase();
    let one_of = |words: [&str; 2]| {
        let mut words = words.iter().map(|word| word.to_lowercase());
        words.any(|word| word == text || word.chars().next().is_some_and(|first| text == first.to_string()))
    };
    let (yes, no) = (one_of([yes.as_str(), "yes"]), one_of([no.as_str(), "no"]));
    (yes || no).then_some(yes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::with_language;

    #[test]
    fn yes_and_no_are_understood_in_the_language_that_is_spoken() {
        for (text, yes) in [("y", true), ("Yes", true), (" n ", false), ("NO", false)] {
            assert_eq!(said(text), Some(yes));
            assert_eq!(with_language("fr", || said(text)), Some(yes));
        }
        for (text, yes) in [("o", true), ("Oui", true), ("non", false)] {
            assert_eq!(with_language("fr", || said(text)), Some(yes));
            assert_eq!(said(text), None);
        }
        assert_eq!(said(""), None);
    }
}
