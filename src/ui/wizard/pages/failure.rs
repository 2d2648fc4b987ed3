//! A run that stopped: what was being done, what was seen, what it means, what can be done now, and the end of the log.

use ratatui::style::Style;

use super::super::app::App;
use super::super::doc::Doc;
use super::super::item::Go;
use super::{choice, findings, run, title as step_title};
use crate::check::Outcome;
use crate::walk::{Failure, Offer};
use crate::words::say;

/// So many lines of the log are shown.
const LINES: usize = 10;

pub(super) fn title(app: &App) -> String {
    if app.was_stopped() { say("wizard-stopped", &[]) } else { say("wizard-failed", &[]) }
}

pub(super) fn add(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let Some(failure) = &app.walk.failure else { return };
    let style = if app.was_stopped() { theme.strong() } else { theme.bad() };
    let at = failure.step.map(|id| format!("  {}  {}", theme.dot(), step_title(id))).unwrap_or_default();
    doc.text(0, &format!("{}{at}", title(app)), style);
    doc.gap();
    if let Some(doing) = &failure.doing {
        part(doc, app, &say("wizard-failure-doing", &[]), doing);
    }
    seen(doc, app, failure);
    choices(doc, app, failure);
    if let Some(run) = app.walk.run.as_ref().filter(|run| !run.lines.is_empty()) {
        doc.gap();
        doc.text(0, &say("wizard-failure-log", &[]), theme.strong());
        run::log(doc, app, run, LINES);
    }
    if let Some(logs) = app.walk.logs.as_ref().filter(|logs| !logs.run.as_os_str().is_empty()) {
        doc.text(0, &say("setup-log", &[("log", &logs.run.display().to_string())]), theme.quiet());
    }
}

fn part(doc: &mut Doc, app: &App, title: &str, text: &str) {
    doc.text(0, title, app.theme.quiet());
    doc.text(2, text, Style::new());
    doc.gap();
}

/// The failed checks with what they mean; else the error with its causes and its hint.
fn seen(doc: &mut Doc, app: &App, failure: &Failure) {
    let failed = failure.report.iter().flat_map(|report| &report.checks);
    let failed: Vec<_> = failed.filter(|checked| checked.outcome == Outcome::Fail).collect();
    if !failed.is_empty() {
        doc.text(0, &say("wizard-failure-seen", &[]), app.theme.quiet());
        for checked in failed {
            findings::one(doc, app, checked);
        }
        return;
    }
    let rendered = failure.error.render();
    let (hints, causes): (Vec<&str>, Vec<&str>) = rendered.lines().partition(|line| line.starts_with("hint: "));
    let bare = |line: &str| line.trim_start_matches("error: ").trim_start_matches("caused by: ").to_owned();
    let causes: Vec<String> = causes.into_iter().map(|line| bare(line.trim_start_matches("stopped: "))).collect();
    part(doc, app, &say("wizard-failure-seen", &[]), &causes.join("\n"));
    let hints: Vec<&str> = hints.iter().map(|line| line.trim_start_matches("hint: ")).collect();
    if !hints.is_empty() && !app.was_stopped() {
        part(doc, app, &say("wizard-failure-hint", &[]), &hints.join("\n"));
    }
}

/// What the walk offers, but for the log, which has a key of its own.
fn choices(doc: &mut Doc, app: &App, failure: &Failure) {
    for offer in app.walk.after_failure() {
        match (offer, failure.step) {
            (Offer::Retry, _) if app.was_stopped() => choice(doc, app, Go::Retry, &say("wizard-choice-go-on", &[])),
            (Offer::Retry, _) => choice(doc, app, Go::Retry, &say("wizard-choice-retry", &[])),
            (Offer::Change, Some(_)) => choice(doc, app, Go::Change, &say("wizard-choice-change", &[])),
            (Offer::UndoStep, Some(step)) => {
                choice(doc, app, Go::Undo(Some(step)), &say("wizard-choice-undo-step", &[]));
            }
            (Offer::UndoAll, _) => choice(doc, app, Go::Undo(None), &say("wizard-choice-undo-all", &[])),
            (Offer::Leave, _) => choice(doc, app, Go::Leave, &say("wizard-choice-leave", &[])),
            _ => {}
        }
    }
}
