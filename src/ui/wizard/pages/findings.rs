//! What was found about this machine, on the page of the step that looks, the worst first; and the packages fetched
//! ahead.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::{Doc, cut};
use super::super::item::Item;
use crate::check::{Checked, Outcome};
use crate::steps::{self, Step};
use crate::walk::Fetch;
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App, step: &Step) {
    if step.id == steps::preflight::STEP.id {
        found(doc, app);
        doc.gap();
    }
    if step.id == steps::preflight::STEP.id || step.id == steps::packages::STEP.id {
        fetch(doc, app);
    }
}

fn found(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let Some(findings) = &app.walk.findings else {
        let words = match &app.walk.unplanned {
            Some(error) => error.render(),
            None => say("wizard-looking", &[]),
        };
        return doc.text(0, &words, theme.quiet());
    };
    let mut checks: Vec<(usize, &Checked)> = findings.checks.iter().enumerate().collect();
    checks.sort_by_key(|(_, checked)| std::cmp::Reverse(checked.outcome));
    for (n, checked) in checks {
        item(doc, app, n, checked);
    }
}

/// A check of a report, by its place in it: what the line has no room for is shown on Enter.
pub(super) fn item(doc: &mut Doc, app: &App, n: usize, checked: &Checked) {
    let item = Item::Check(n);
    doc.item(item, |doc| line(doc, app, checked, app.focus == Some(item)));
}

/// A check with its mark and its word; what did not pass with what was seen, what it means, and what to do.
pub(super) fn one(doc: &mut Doc, app: &App, checked: &Checked) {
    line(doc, app, checked, false);
}

fn line(doc: &mut Doc, app: &App, checked: &Checked, here: bool) {
    let strong = if here { app.theme.accent() } else { app.theme.strong() };
    let (sign, style) = app.theme.outcome(checked.outcome);
    if checked.outcome == Outcome::Pass {
        let evidence = if checked.evidence.is_empty() { String::new() } else { format!("   {}", checked.evidence) };
        let title = cut(&checked.title, doc.width.saturating_sub(2), app.theme.more());
        let room = doc.width.saturating_sub(Line::raw(title.as_str()).width() + 2);
        let seen = cut(&evidence, room, app.theme.more());
        doc.line(Line::from(vec![
            Span::styled(sign, style),
            Span::styled(format!(" {title}"), if here { app.theme.accent() } else { Style::new() }),
            Span::styled(seen, app.theme.quiet()),
        ]));
        return;
    }
    let title = format!("{}  ({})", checked.title, word(checked.outcome));
    doc.marked(0, Span::styled(sign, style), &title, strong);
    under(doc, app, checked);
    doc.gap();
}

/// What stands under a check.
pub(super) fn under(doc: &mut Doc, app: &App, checked: &Checked) {
    let mut part = |text: &str, words: String, style: Style| {
        if !text.is_empty() {
            doc.text(2, &words, style);
        }
    };
    part(&checked.evidence, say("report-seen", &[("evidence", &checked.evidence)]), app.theme.quiet());
    part(&checked.means, checked.means.clone(), Style::new());
    part(&checked.fix, say("report-fix", &[("fix", &checked.fix)]), Style::new());
}

/// The word of an outcome.
pub(super) fn word(outcome: Outcome) -> String {
    match outcome {
        Outcome::Pass => say("report-mark-pass", &[]),
        Outcome::Unknown => say("report-mark-unknown", &[]),
        Outcome::Warn => say("report-mark-warn", &[]),
        Outcome::Fail => say("report-mark-fail", &[]),
    }
}

fn fetch(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let words = match &app.walk.fetch {
        Fetch::NotAsked if super::super::command::can_fetch(app) => say("wizard-fetch-offer", &[]),
        Fetch::NotAsked => return,
        Fetch::Coming(percent) => say("wizard-fetch-coming", &[("percent", &percent.to_string())]),
        Fetch::Here => say("wizard-fetch-here", &[]),
        Fetch::Failed(why) => say("wizard-fetch-failed", &[("why", why)]),
    };
    doc.text(0, &words, theme.quiet());
    doc.gap();
}
