//! A report as text and as JSON.

use std::fmt::Write;

use serde::Serialize;

use crate::check::Report;
use crate::error::{Context, Result};

/// The report as lines.
#[must_use]
pub fn text(report: &Report, _colour: bool) -> String {
    report.checks.iter().fold(String::new(), |mut text, checked| {
        let _ = writeln!(text, "{:?} {} {}", checked.outcome, checked.title, checked.evidence);
        text
    })
}

/// The report as one JSON object.
///
/// # Errors
/// When it cannot be made.
pub fn json(report: &Report) -> Result<String> {
    pretty(report)
}

/// Whether standard output may be coloured.
#[must_use]
pub fn colour() -> bool {
    false
}

/// Any object as JSON for people and programs.
///
/// # Errors
/// When it cannot be made.
pub fn pretty<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string_pretty(value).context(|| "JSON could not be made".into())
}
