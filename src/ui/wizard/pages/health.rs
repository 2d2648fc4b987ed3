//! The checks of all steps, grouped by step, the worst first, each with what was seen and what to do.

use std::cmp::Reverse;

use ratatui::text::Line;

use super::super::app::App;
use super::super::doc::Doc;
use super::{findings, title};
use crate::check::{Checked, Outcome, Report};
use crate::ui::report::summary;
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let report = app.walk.report();
    if report.checks.is_empty() {
        let words = match app.walk.unplanned.as_ref().filter(|_| !app.work.checking) {
            Some(error) => error.render(),
            None => say("wizard-checking", &[]),
        };
        return doc.text(0, &words, theme.quiet());
    }
    let (sign, style) = theme.outcome(report.worst());
    let again = if app.work.checking { format!("   {}", say("wizard-checking", &[])) } else { String::new() };
    let words = match report.worst() {
        Outcome::Pass => say("wizard-health-well", &[]),
        _ => say("wizard-health-look", &[]),
    };
    doc.text(0, &words, theme.strong());
    doc.line(Line::from(vec![
        ratatui::text::Span::styled(format!("{sign} "), style),
        ratatui::text::Span::raw(summary(&report)),
        ratatui::text::Span::styled(again, theme.quiet()),
    ]));
    doc.gap();
    for (step, checks) in groups(&report) {
        doc.text(0, &title(step), theme.strong());
        for (n, checked) in checks {
            findings::item(doc, app, n, checked);
        }
        doc.gap();
    }
}

/// A step with its checks, each with its place in the report.
type Group<'a> = (&'static str, Vec<(usize, &'a Checked)>);

/// The checks by step, the step with the worst of them first, and the worst first in each.
fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (n, checked) in report.checks.iter().enumerate() {
        match groups.iter_mut().find(|(step, _)| *step == checked.step) {
            Some((_, checks)) => checks.push((n, checked)),
            None => groups.push((checked.step, vec![(n, checked)])),
        }
    }
    for (_, checks) in &mut groups {
        checks.sort_by_key(|(_, checked)| Reverse(checked.outcome));
    }
    groups.sort_by_key(|(_, checks)| Reverse(checks.first().map(|(_, checked)| checked.outcome)));
    groups
}
