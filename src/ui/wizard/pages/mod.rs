//! The pages, each as lines with what can be chosen in them. Pure: the same state gives the same lines.

use super::app::App;
use super::doc::Doc;
use super::page::Page;
use crate::question::{Kind, Question};
use crate::walk::Mark;
use crate::words::say;

mod answer;
mod back;
mod changes;
pub mod closing;
mod failure;
mod findings;
mod health;
mod live;
mod other;
pub mod review;
mod run;
mod step;
mod table;
mod undone;

/// Every mark of a step.
pub const MARKS: [Mark; 7] =
    [Mark::ToDo, Mark::Answered, Mark::Applying, Mark::Applied, Mark::Checked, Mark::Failed, Mark::Undone];

/// The page at hand in lines of so many columns.
#[must_use]
pub fn doc(app: &App, width: usize) -> Doc {
    let mut doc = Doc::new(width);
    doc.line("");
    match app.page {
        Page::Step(n) => step::add(&mut doc, app, n),
        Page::Review => review::add(&mut doc, app),
        Page::Run => run::add(&mut doc, app),
        Page::Failure => failure::add(&mut doc, app),
        Page::Back => back::add(&mut doc, app),
        Page::Undone => undone::add(&mut doc, app),
        Page::Health => health::add(&mut doc, app),
        Page::Closing => closing::add(&mut doc, app),
        Page::Other => other::add(&mut doc, app),
    }
    while doc.lines.len() > 1 && doc.lines.last().is_some_and(|line| line.width() == 0) {
        doc.lines.pop();
    }
    doc
}

/// What the page at hand is called, where it is none of a step.
#[must_use]
pub fn name(app: &App) -> String {
    match app.page {
        Page::Review => say("wizard-review", &[]),
        Page::Run => run::title(app),
        Page::Failure => failure::title(app),
        Page::Back => say("wizard-back", &[]),
        Page::Undone => say("wizard-undone", &[]),
        Page::Health => say("wizard-health", &[]),
        Page::Closing => say("wizard-closing", &[]),
        Page::Other => say("wizard-other", &[]),
        Page::Step(_) => String::new(),
    }
}

/// A step's title.
#[must_use]
pub fn title(id: &str) -> String {
    say(&format!("step-{id}"), &[])
}

/// Why there is such a step.
#[must_use]
pub fn why(id: &str) -> String {
    say(&format!("step-{id}-why"), &[])
}

/// A question's title.
#[must_use]
pub fn question(key: &str) -> String {
    say(&format!("question-{}", key.replace('.', "-")), &[])
}

/// A question's help.
#[must_use]
pub fn question_help(key: &str) -> String {
    say(&format!("question-{}-help", key.replace('.', "-")), &[])
}

/// A column's title.
#[must_use]
pub fn column(table: &str, name: &str) -> String {
    say(&format!("question-{table}-{name}"), &[])
}

/// Whether a question is answered by typing a line.
#[must_use]
pub fn is_text(question: &Question) -> bool {
    question.kind == Kind::Text
}

/// The word for a step's mark.
#[must_use]
pub fn mark(mark: Mark) -> String {
    match mark {
        Mark::ToDo => say("wizard-mark-todo", &[]),
        Mark::Answered => say("wizard-mark-answered", &[]),
        Mark::Applying => say("wizard-mark-applying", &[]),
        Mark::Applied => say("wizard-mark-applied", &[]),
        Mark::Checked => say("wizard-mark-checked", &[]),
        Mark::Failed => say("wizard-mark-failed", &[]),
        Mark::Undone => say("wizard-mark-undone", &[]),
    }
}

/// Adds something to do as a line of its own.
fn choice(doc: &mut Doc, app: &App, go: super::item::Go, words: &str) {
    use ratatui::style::Style;
    use ratatui::text::Span;

    let item = super::item::Item::Go(go);
    let chosen = app.focus == Some(item);
    let (mark, style) = if chosen { (app.theme.pointer(), app.theme.accent()) } else { (" ", Style::new()) };
    doc.item(item, |doc| doc.marked(0, Span::styled(mark, style), words, style));
}
