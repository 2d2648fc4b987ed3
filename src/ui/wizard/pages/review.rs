//! The whole plan, counted and searchable, before the key that starts it.
//!
//! ```text
//! 32 changes in 7 steps
//!
//! ! The server's name: this key is missing ...          problems first
//!
//! › Start the setup
//!   Rehearse it first ...
//!
//! The server's name (2)
//! · Name this machine mail.example.org
//! ```

use ratatui::style::Style;
use ratatui::text::Span;

use super::super::app::App;
use super::super::doc::Doc;
use super::super::item::{Go, Item};
use super::{changes, choice, findings, title};
use crate::check::Outcome;
use crate::plan::Standing;
use crate::run::standing::Word;
use crate::ui::preview::{ChangePreview, StepPreview};
use crate::walk::Offer;
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    doc.text(0, &headline(app), theme.strong());
    doc.gap();
    problems(doc, app);
    if !app.walk.root && app.walk.facts.is_some() {
        doc.text(0, &say("wizard-not-root", &[]), theme.warn());
        doc.gap();
    }
    if app.walk.serves_nobody() {
        doc.marked(0, Span::styled("!", theme.warn()), &say("review-no-mailbox", &[]), Style::new());
        doc.gap();
    }
    if app.walk.root && app.wrong.is_empty() {
        choice(doc, app, Go::Start(None), &start(app));
        if app.walk.at_review().contains(&Offer::Rehearse) {
            choice(doc, app, Go::Rehearse, &say("wizard-rehearse", &[]));
        }
        doc.gap();
    }
    let Some(preview) = &app.walk.preview else { return };
    if let Some((input, _)) = &app.search {
        let found = preview.to_make().filter(|change| found(app, change)).count().to_string();
        let words = say("wizard-found", &[("count", &found), ("text", input.text())]);
        doc.text(0, &words, theme.quiet());
        doc.gap();
    }
    let kept = preview.kept();
    if !kept.is_empty() {
        doc.text(0, &say("preview-kept", &[]), theme.strong());
        for line in kept {
            doc.marked(0, Span::styled(theme.dot(), theme.quiet()), &line, Style::new());
        }
        doc.gap();
    }
    for step in &preview.steps {
        of_step(doc, app, step);
    }
}

fn of_step(doc: &mut Doc, app: &App, step: &StepPreview) {
    let wanted = |change: &ChangePreview| !change.standing.holds() && found(app, change);
    let shown: Vec<usize> = (0..step.changes.len()).filter(|n| wanted(&step.changes[*n])).collect();
    if shown.is_empty() {
        return;
    }
    doc.text(0, &format!("{} ({})", title(step.id), shown.len()), app.theme.strong());
    for n in shown {
        changes::one(doc, app, Item::Change(step.id, n), &step.changes[n]);
    }
    doc.gap();
}

/// Whether a change holds what is looked for, in its line or in its text.
fn found(app: &App, change: &ChangePreview) -> bool {
    let Some((input, _)) = &app.search else { return true };
    let wanted = input.text().to_lowercase();
    let after = match &change.standing {
        Standing::Differs { text: Some(text), .. } => text.after.as_str(),
        _ => "",
    };
    [change.describe.as_str(), change.subject.as_str(), after].iter().any(|text| text.to_lowercase().contains(&wanted))
}

/// What a start would come to: a server that is finished is changed, or checked alone.
fn start(app: &App) -> String {
    let to_make = app.walk.preview.as_ref().is_none_or(|preview| preview.to_make().next().is_some());
    match (app.walk.standing.state, to_make) {
        (Word::Finished, true) => say("wizard-start-changes", &[]),
        (Word::Finished, false) => say("wizard-start-checks", &[]),
        _ => say("wizard-start", &[]),
    }
}

fn headline(app: &App) -> String {
    let Some(preview) = &app.walk.preview else {
        return if app.wrong.is_empty() { say("wizard-changes-planning", &[]) } else { say("wizard-review-open", &[]) };
    };
    let count = preview.to_make().count();
    let busy = |step: &&StepPreview| step.changes.iter().any(|change| !change.standing.holds());
    let steps = preview.steps.iter().filter(busy).count().to_string();
    let steps = say("wizard-review-steps", &[("count", &steps)]);
    if count == 0 {
        return say("wizard-review-nothing", &[]);
    }
    say("wizard-review-count", &[("count", &count.to_string()), ("steps", &steps)])
}

/// What keeps the setup from being made.
fn problems(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let mut told = Vec::new();
    for (id, _, why) in &app.wrong {
        if told.contains(id) {
            continue;
        }
        told.push(*id);
        let item = Item::Problem(id);
        let here = app.focus == Some(item);
        let mark = if here { theme.pointer() } else { "!" };
        let style = if here { theme.accent() } else { Style::new() };
        doc.item(item, |doc| {
            doc.marked(0, Span::styled(mark, theme.bad()), &format!("{}  {}  {why}", title(id), theme.dot()), style);
        });
    }
    if !told.is_empty() {
        doc.text(2, &say("wizard-review-problem", &[]), theme.quiet());
    }
    let failed = app.walk.findings.iter().flat_map(|found| &found.checks);
    for checked in failed.filter(|checked| checked.outcome == Outcome::Fail) {
        findings::one(doc, app, checked);
    }
    if let Some(error) = app.walk.unplanned.as_ref().filter(|_| app.wrong.is_empty()) {
        doc.text(0, &error.render(), theme.bad());
    }
    doc.gap();
}
