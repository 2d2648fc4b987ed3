//! What has become of the journal, in sentences.

use crate::engine::State;
use crate::engine::journal::{Health, Unknown};
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

/// A change whose beginning is lost.
#[must_use]
pub fn unknown(change: &Unknown) -> String {
    let seq = change.seq.to_string();
    match change.what.as_slice() {
        [] => say("journal-unknown", &[("seq", &seq)]),
        what => say("journal-unknown-what", &[("seq", &seq), ("what", &what.join(", "))]),
    }
}
