//! A report as text for people and as JSON for programs.

use std::fmt::Write;
use std::io::IsTerminal;

use serde::Serialize;

use crate::check::{Checked, Outcome, Report};
use crate::error::{Context, Result};
use crate::words::say;

/// The outcomes from the best to the worst, as the summary tells them.
const OUTCOMES: [Outcome; 4] = [Outcome::Pass, Outcome::Unknown, Outcome::Warn, Outcome::Fail];
/// Prose under a check is broken into lines of at most so many characters; commands and evidence are not.
const WIDTH: usize = 100;

/// The report as lines, grouped by step: a mark and a word for each check, and under all but the passed ones what was
/// seen, what it means and what to do. The last line is the summary. Nothing depends on colour.
#[must_use]
pub fn text(report: &Report, colour: bool) -> String {
    let mut text = String::new();
    let mut step = "";
    for checked in &report.checks {
        if checked.step != step {
            let title = say(&format!("step-{}", checked.step), &[]);
            let gap = if step.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{}", paint(&title, BOLD, colour));
            step = checked.step;
        }
        write_checked(&mut text, checked, colour);
    }
    let gap = if step.is_empty() { "" } else { "\n" };
    let _ = writeln!(text, "{gap}{}", paint(&summary(report), colour_of(report.worst()), colour));
    text
}

/// The report in a line: `24 checks: 23 ok, 1 warning`.
#[must_use]
pub fn summary(report: &Report) -> String {
    let told = |outcome: &Outcome| {
        let count = report.count(*outcome);
        let number = count.to_string();
        let values = [("count", number.as_str())];
        let words = match outcome {
            Outcome::Pass => say("report-count-pass", &values),
            Outcome::Unknown => say("report-count-unknown", &values),
            Outcome::Warn => say("report-count-warn", &values),
            Outcome::Fail => say("report-count-fail", &values),
        };
        (count > 0).then_some(words)
    };
    let outcomes: Vec<String> = OUTCOMES.iter().filter_map(told).collect();
    if outcomes.is_empty() {
        return say("report-none", &[]);
    }
    say("report-summary", &[("count", &report.checks.len().to_string()), ("outcomes", &outcomes.join(", "))])
}

/// The report as one JSON object: `{"version":1,"checks":[...],"summary":{...}}`.
///
/// # Errors
/// When it cannot be made.
pub fn json(report: &Report) -> Result<String> {
    let [pass, unknown, warn, fail] = OUTCOMES.map(|outcome| report.count(outcome));
    let summary = Summary { checks: report.checks.len(), pass, unknown, warn, fail, worst: report.worst() };
    pretty(&Json { version: 1, checks: &report.checks, summary })
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    checks: &'a [Checked],
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    checks: usize,
    pass: usize,
    unknown: usize,
    warn: usize,
    fail: usize,
    worst: Outcome,
}

/// Whether standard output may be coloured: a terminal that knows colours, and nobody has set `NO_COLOR`
/// (<https://no-color.org>).
#[must_use]
pub fn colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    std::io::stdout().is_terminal() && !dumb && !set("NO_COLOR")
}

/// Any object as JSON for people and programs.
///
/// # Errors
/// When it cannot be made.
pub fn pretty<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string_pretty(value).context(|| "JSON could not be made".into())
}

fn write_checked(text: &mut String, checked: &Checked, colour: bool) {
    let width = OUTCOMES.iter().map(|outcome| mark(*outcome).chars().count()).max().unwrap_or_default();
    let padded = format!("{:width$}", mark(checked.outcome));
    let _ = writeln!(text, "  {}  {}", paint(&padded, colour_of(checked.outcome), colour), printable(&checked.title));
    if checked.outcome == Outcome::Pass {
        return;
    }
    let under = [
        (checked.evidence.is_empty(), say("report-seen", &[("evidence", &checked.evidence)])),
        (checked.means.is_empty(), say("report-means", &[("means", &checked.means)])),
        (checked.fix.is_empty(), say("report-fix", &[("fix", &checked.fix)])),
    ];
    let margin = " ".repeat(width + 4);
    for (_, words) in under.iter().filter(|(empty, _)| !empty) {
        for line in wrapped(words, WIDTH - margin.len()) {
            let _ = writeln!(text, "{}", format!("{margin}{line}").trim_end());
        }
    }
}

fn mark(outcome: Outcome) -> String {
    match outcome {
        Outcome::Pass => say("report-mark-pass", &[]),
        Outcome::Unknown => say("report-mark-unknown", &[]),
        Outcome::Warn => say("report-mark-warn", &[]),
        Outcome::Fail => say("report-mark-fail", &[]),
    }
}

/// The words as lines of at most this width. Indented lines are commands, to be copied whole.
pub(super) fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in words.lines().map(printable) {
        if paragraph.starts_with(' ') {
            lines.push(paragraph);
            continue;
        }
        let mut line = String::new();
        // Not at every white space: French has narrow ones that must not end a line.
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Without control characters: evidence may hold what a hostile server said.
pub(super) fn printable(line: &str) -> String {
    line.chars().map(|c| if c.is_control() { '.' } else { c }).collect()
}

/// The select graphic rendition parameters (ECMA-48) of bold and of the named colours, which every theme of a
/// terminal keeps readable.
const BOLD: &str = "1";

const fn colour_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "32",
        Outcome::Unknown => "36",
        Outcome::Warn => "33",
        Outcome::Fail => "1;31",
    }
}

fn paint(text: &str, parameters: &str, colour: bool) -> String {
    if colour { format!("\u{1b}[{parameters}m{text}\u{1b}[0m") } else { text.to_owned() }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
