//! What can be typed in the place of any answer.

use crate::words::say;

/// A word that is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// Explain the question.
    Help,
    /// To the question before.
    Back,
    /// To another step.
    Steps,
    /// Leave the walk.
    Leave,
}

/// The command of this name, in the language that is spoken or in English.
pub(super) fn command(text: &str) -> Option<Command> {
    let text = text.trim().to_lowercase();
    let words = [
        (say("plain-word-back", &[]), "back", Command::Back),
        (say("plain-word-steps", &[]), "steps", Command::Steps),
        (say("plain-word-leave", &[]), "leave", Command::Leave),
    ];
    if text == "?" {
        return Some(Command::Help);
    }
    words.into_iter().find(|(word, english, _)| text == *word || text == *english).map(|(.., command)| command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::with_language;

    #[test]
    fn commands_are_understood_in_the_language_that_is_spoken_and_in_english() {
        assert_eq!(command(" Back "), Some(Command::Back));
        assert_eq!(with_language("fr", || command("retour")), Some(Command::Back));
        assert_eq!(with_language("fr", || command("leave")), Some(Command::Leave));
        assert_eq!((command("?"), command("mail.example.org")), (Some(Command::Help), None));
    }
}
