//! Words by what they are for.

use crate::question::{Column, Question};
use crate::walk::{Mark, Offer};
use crate::words::say;

/// A question's title.
pub(super) fn title(question: &Question) -> String {
    say(&format!("question-{}", question.key.replace('.', "-")), &[])
}

/// A question's help.
pub(super) fn help(question: &Question) -> String {
    say(&format!("question-{}-help", question.key.replace('.', "-")), &[])
}

/// The title of a table's column.
pub(super) fn column(question: &Question, column: &Column) -> String {
    say(&format!("question-{}-{}", question.key.replace('.', "-"), column.name), &[])
}

/// How a step stands, in a word.
pub(super) fn mark(mark: Mark) -> String {
    match mark {
        Mark::ToDo => say("plain-mark-to-do", &[]),
        Mark::Answered => say("plain-mark-answered", &[]),
        Mark::Applying => say("plain-mark-applying", &[]),
        Mark::Applied => say("plain-mark-applied", &[]),
        Mark::Checked => say("plain-mark-checked", &[]),
        Mark::Failed => say("plain-mark-failed", &[]),
        Mark::Undone => say("plain-mark-undone", &[]),
    }
}

/// What is offered, in a line.
pub(super) fn offer(offer: Offer) -> String {
    match offer {
        Offer::Answer => say("plain-offer-answer", &[]),
        Offer::Review => say("plain-offer-review", &[]),
        Offer::Resume => say("plain-offer-resume", &[]),
        Offer::Check => say("plain-offer-check", &[]),
        Offer::Closing => say("plain-offer-closing", &[]),
        Offer::Records => say("plain-offer-records", &[]),
        Offer::UndoStep => say("plain-offer-undo-step", &[]),
        Offer::UndoAll => say("plain-offer-undo-all", &[]),
        Offer::Watch => say("plain-offer-watch", &[]),
        Offer::LookAgain => say("plain-offer-look-again", &[]),
        Offer::Start => say("plain-offer-start", &[]),
        Offer::StartUpTo => say("plain-offer-start-up-to", &[]),
        Offer::Differences => say("plain-offer-differences", &[]),
        Offer::Rehearse => say("plain-offer-rehearse", &[]),
        Offer::Retry => say("plain-offer-retry", &[]),
        Offer::Change => say("plain-offer-change", &[]),
        Offer::Log => say("plain-offer-log", &[]),
        Offer::Leave => say("plain-offer-leave", &[]),
    }
}

/// What is offered, as a menu shows it.
pub(super) fn items(offers: &[Offer]) -> Vec<(Offer, String)> {
    offers.iter().map(|it| (*it, offer(*it))).collect()
}
