//! The one question the plain verbs ask: go on?

use std::io::IsTerminal;

use crate::error::{Context, Error, Kind, Result};
use crate::words::say;

/// Asks the admin to agree. Without a terminal nobody can be asked, and `--yes` has to say it.
///
/// # Errors
/// When the admin declines or cannot be asked.
pub fn agree(question: &str) -> Result<()> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Error::usage("there is no terminal to ask on").hint("add --yes to agree beforehand"));
    }
    let again = say("ask-again", &[]);
    let answer = inquire::Confirm::new(question)
        .with_default(false)
        .with_default_value_formatter(&|_| say("ask-default", &[]))
        .with_parser(&|text| said(text).ok_or(()))
        .with_formatter(&|yes| if yes { say("ask-yes", &[]) } else { say("ask-no", &[]) })
        .with_error_message(&again)
        .prompt();
    if answer.context(|| "the question was not answered".into())? {
        return Ok(());
    }
    Err(Error::new(Kind::Interrupted, "nothing has been changed"))
}

/// Yes or no in the language that is spoken, or in English: whole, or by its first letter.
pub(super) fn said(text: &str) -> Option<bool> {
    let text = text.trim().to_lowercase();
    let one_of = |words: [String; 2]| {
        let mut words = words.iter().map(|word| word.to_lowercase());
        words.any(|word| word == text || word.chars().next().is_some_and(|first| text == first.to_string()))
    };
    let (yes, no) = (one_of([say("ask-yes", &[]), "yes".to_owned()]), one_of([say("ask-no", &[]), "no".to_owned()]));
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
