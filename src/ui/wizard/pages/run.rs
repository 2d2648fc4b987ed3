//! A run at work.
//!
//! ```text
//! Setting up the server
//! 12 of 32 changes made  ·  0:21 of about 0:40
//!
//! ✓ The server's name                 checked
//! ▶ The programs                      applying
//!     Install 10 packages ...
//!     ████████████░░░░░░░░░░░░  52 %  Unpacking dovecot-core
//! ○ The certificate                   to do
//!
//! (the last lines of the log)
//! ```

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::doc::{Doc, cut, padded};
use super::super::item::Go;
use super::{choice, mark, title as step_title};
use crate::steps;
use crate::walk::{Mark, Run, Verb};
use crate::words::say;

/// No more lines of the log stand under the steps.
const MOST: usize = 12;

pub(super) fn title(app: &App) -> String {
    match app.walk.run.as_ref().map(|run| run.verb) {
        Some(Verb::Rollback) => say("wizard-run-back", &[]),
        Some(Verb::Rehearsal) => say("wizard-run-rehearsal", &[]),
        _ => say("wizard-run-setup", &[]),
    }
}

pub(super) fn add(doc: &mut Doc, app: &App) {
    let theme = app.theme;
    let Some(run) = &app.walk.run else { return };
    doc.text(0, &title(app), theme.strong());
    if run.verb == Verb::Rehearsal {
        doc.gap();
        rehearsal(doc, app, run);
    } else {
        // Above the steps, which may be more than a small screen has room for.
        doc.text(0, &counts(app, run), Style::new());
        doc.gap();
        steps(doc, app, run);
        doc.gap();
        let height = usize::from(super::super::frame::body(app.size).height);
        log(doc, app, run, height.saturating_sub(doc.lines.len()).min(MOST));
    }
}

fn steps(doc: &mut Doc, app: &App, run: &Run) {
    let theme = app.theme;
    for (n, step) in steps::ALL.iter().enumerate() {
        let standing = app.marks.get(n).copied().unwrap_or(Mark::ToDo);
        let at_work = run.is_at_work() && run.step == Some(step.id);
        let standing = if at_work { Mark::Applying } else { standing };
        let (sign, style) = theme.mark(standing);
        let start = doc.lines.len();
        let room = doc.width.saturating_sub(16);
        let name = padded(&cut(&step_title(step.id), room, theme.more()), room.min(44));
        let text = if at_work { theme.accent() } else { Style::new() };
        doc.line(Line::from(vec![
            Span::styled(sign, style),
            Span::styled(format!(" {name}  "), text),
            Span::styled(mark(standing), theme.quiet()),
        ]));
        if at_work {
            in_hand(doc, app, run);
            doc.keep = Some(start..doc.lines.len() + 3);
        }
    }
}

/// The change in hand, and apt's own percent.
fn in_hand(doc: &mut Doc, app: &App, run: &Run) {
    let theme = app.theme;
    let Some(doing) = &run.doing else { return };
    let doing = cut(doing, doc.width.saturating_sub(4), theme.more());
    doc.line(Line::raw(format!("    {doing}")));
    let Some((percent, note)) = &run.percent else { return };
    let wide = (doc.width / 3).min(32);
    let done = wide * usize::from(*percent).min(100) / 100;
    let (full, empty) = theme.gauge();
    let number = say("wizard-percent", &[("percent", &format!("{percent:>3}"))]);
    let room = doc.width.saturating_sub(wide + 14);
    doc.line(Line::from(vec![
        Span::raw("    "),
        Span::styled(full.repeat(done), theme.accent()),
        Span::styled(empty.repeat(wide - done), theme.quiet()),
        Span::raw(format!("  {number}  ")),
        Span::styled(cut(note, room, theme.more()), theme.quiet()),
    ]));
}

/// What is made, and how long it takes.
fn counts(app: &App, run: &Run) -> String {
    let made = run.made.to_string();
    let elapsed = clock(run.elapsed());
    let done = match run.to_make {
        Some(all) => say("wizard-made-of", &[("made", &made), ("all", &all.max(run.made).to_string())]),
        None if run.verb == Verb::Rollback => say("wizard-taken-back", &[("count", &made)]),
        None => say("wizard-made", &[("count", &made)]),
    };
    let time = if run.is_at_work() && run.verb == Verb::Setup {
        say("wizard-time-of", &[("elapsed", &elapsed), ("expected", &clock(run.expected()))])
    } else {
        say("wizard-time", &[("elapsed", &elapsed)])
    };
    format!("{done}  {}  {time}", app.theme.dot())
}

/// Minutes and seconds.
pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The last lines of the log, each in a line.
pub(super) fn log(doc: &mut Doc, app: &App, run: &Run, lines: usize) {
    let first = run.lines.len().saturating_sub(lines);
    for line in run.lines.iter().skip(first) {
        let line = cut(line, doc.width, app.theme.more());
        doc.line(Line::styled(line, app.theme.quiet()));
    }
}

fn rehearsal(doc: &mut Doc, app: &App, run: &Run) {
    let words = if run.is_at_work() { say("wizard-rehearsal-at-work", &[]) } else { say("wizard-rehearsal-well", &[]) };
    doc.text(0, &words, Style::new());
    doc.gap();
    doc.text(0, &say("wizard-time", &[("elapsed", &clock(run.elapsed()))]), Style::new());
    doc.gap();
    if !run.is_at_work() {
        choice(doc, app, Go::To(steps::ALL.len()), &say("wizard-to-review", &[]));
        doc.gap();
    }
    log(doc, app, run, 12);
}
