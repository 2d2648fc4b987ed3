//! What has become of the journal, and what a rollback saves and leaves, in sentences.

use crate::engine::State;
use crate::engine::journal::{Health, Unknown};
use crate::engine::undo::Forecast;
use crate::words::say;

/// One sentence for each loss, and for each that was made good; none for a sound journal.
#[must_use]
pub fn lines(state: &State, health: &Health) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(version) = health.newer {
        lines.push(say("journal-newer", &[("version", &version.to_string())]));
    }
    let (dir, copy) = (state.dir().display().to_string(), state.copy_dir().display().to_string());
    if health.from_copy {
        lines.push(say("journal-from-copy", &[("dir", &dir), ("copy", &copy)]));
    } else if health.healed > 0 {
        lines.push(say("journal-healed", &[("count", &health.healed.to_string())]));
    }
    if health.lost > 0 {
        lines.push(say("journal-lost", &[("count", &health.lost.to_string())]));
    }
    for aside in state.set_aside() {
        lines.push(say("journal-aside", &[("path", &aside.display().to_string())]));
    }
    lines.extend(health.unknown.iter().map(unknown));
    lines
}

/// What a rollback saves before it goes and what it leaves, each list below its heading; one line where it is nothing.
#[must_use]
pub fn undo(forecast: &Forecast) -> Vec<String> {
    let lists = [(say("rollback-saves", &[]), &forecast.saves), (say("rollback-leaves", &[]), &forecast.leaves)];
    let mut told = Vec::new();
    for (heading, lines) in lists.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        told.push(heading);
        told.extend(lines.iter().map(|line| format!("  {line}")));
    }
    if told.is_empty() {
        told.push(say("rollback-nothing-saved", &[]));
    }
    told
}

/// A change whose beginning is lost.
#[must_use]
pub fn unknown(change: &Unknown) -> String {
    let seq = change.seq.to_string();
    match change.what.as_slice() {
        [] => say("journal-unknown", &[("seq", &seq)]),
        what => say("journal-unknown-what", &[("seq", &seq), ("what", &what.join(", "))]),
    }
}
