//! The plan as it is shown before it is agreed to: every change against the machine, with the text that will land.

use std::fmt::Write;

use serde::Serialize;
use similar::TextDiff;

use crate::change::Change;
use crate::plan::{Standing, TextChange};
use crate::words::say;

/// A plan held against the machine.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// The version of this object's form.
    pub version: u32,
    /// The steps in order.
    pub steps: Vec<StepPreview>,
}

/// A step of it.
#[derive(Debug, Clone, Serialize)]
pub struct StepPreview {
    /// The step's id.
    pub id: &'static str,
    /// What its answers come to, beside the changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub means: Vec<String>,
    /// Its changes in order.
    pub changes: Vec<ChangePreview>,
}

/// A change of it.
#[derive(Debug, Clone, Serialize)]
pub struct ChangePreview {
    /// What it is about.
    pub subject: String,
    /// What it does, in a line.
    pub describe: String,
    /// The paths it may create or alter, outside what packages bring.
    pub paths: Vec<std::path::PathBuf>,
    /// The change itself.
    pub change: Change,
    /// How it stands against the machine.
    #[serde(flatten)]
    pub standing: Standing,
}

impl Preview {
    /// What of it is made by a run that ends with this step; without one, all.
    #[must_use]
    pub fn up_to(&self, last: Option<&str>) -> Self {
        let end = last.and_then(|last| self.steps.iter().position(|step| step.id == last));
        let steps = self.steps.iter().take(end.map_or(usize::MAX, |end| end + 1)).cloned().collect();
        Self { version: self.version, steps }
    }

    /// The changes there are to make.
    pub fn to_make(&self) -> impl Iterator<Item = &ChangePreview> {
        self.steps.iter().flat_map(|step| &step.changes).filter(|change| !change.standing.holds())
    }

    /// Files that were changed by hand since mailwright wrote them, and would be overwritten.
    #[must_use]
    pub fn edited_by_hand(&self) -> Vec<String> {
        let edited =
            |change: &&ChangePreview| matches!(change.standing, Standing::Differs { edited_by_hand: true, .. });
        self.to_make().filter(edited).map(|change| change.subject.clone()).collect()
    }

    /// Whether rows of the database are among what people made otherwise.
    #[must_use]
    pub fn keeps_rows(&self) -> bool {
        let kept = |change: &ChangePreview| {
            matches!((&change.change, &change.standing), (Change::Row(_), Standing::Kept { .. }))
        };
        self.steps.iter().flat_map(|step| &step.changes).any(kept)
    }

    /// What people made otherwise, and what could not be joined with it, each in a line: it stays as it is.
    #[must_use]
    pub fn kept(&self) -> Vec<String> {
        let all = self.steps.iter().flat_map(|step| &step.changes);
        let line = |change: &ChangePreview| match &change.standing {
            Standing::Kept { what } => Some(format!("{}: {}", change.subject, what.join(", "))),
            _ => None,
        };
        all.filter_map(line).collect()
    }

    /// The whole plan as text: with unified diffs when `diffs`.
    #[must_use]
    pub fn text(&self, diffs: bool) -> String {
        let mut text = String::new();
        for step in &self.steps {
            let changes: Vec<&ChangePreview> = step.changes.iter().filter(|change| !change.standing.holds()).collect();
            if changes.is_empty() {
                continue;
            }
            let _ = writeln!(text, "{}", say(&format!("step-{}", step.id), &[]));
            for line in &step.means {
                let _ = writeln!(text, "    {line}");
            }
            for change in changes {
                let _ = writeln!(text, "  {}", change.describe);
                let Standing::Differs { what, text: content, edited_by_hand } = &change.standing else { continue };
                if *edited_by_hand {
                    let _ = writeln!(text, "    {}", say("preview-edited", &[]));
                }
                // A diff says by itself that a file is new or what becomes different in it.
                let by_diff = |line: &str| content.is_some() && diffs && ["content", "new file"].contains(&line);
                let shown = what.iter().filter(|line| !change.describe.contains(line.as_str()) && !by_diff(line));
                shown.for_each(|line| {
                    let _ = writeln!(text, "    {line}");
                });
                if let (Some(content), true) = (content, diffs) {
                    let _ = writeln!(text, "{}", content.diff(&change.subject));
                }
            }
            text.push('\n');
        }
        let kept = self.kept();
        if !kept.is_empty() {
            let _ = writeln!(text, "{}", say("preview-kept", &[]));
            for line in kept {
                let _ = writeln!(text, "  {line}");
            }
            text.push('\n');
        }
        let count = self.to_make().count().to_string();
        let _ = writeln!(text, "{}", say("preview-count", &[("count", &count)]));
        text
    }
}

impl TextChange {
    /// The unified diff of the text, as diff(1) `-u` prints it.
    #[must_use]
    pub fn diff(&self, path: &str) -> String {
        let before = self.before.clone().unwrap_or_default();
        let from = if self.before.is_some() { path } else { "/dev/null" };
        let diff = TextDiff::from_lines(&before, &self.after);
        diff.unified_diff().header(from, path).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_reads_as_diff_u_prints_it() {
        let change = TextChange { before: Some("a\nb\n".into()), after: "a\nc\n".into() };
        assert_eq!(change.diff("/etc/x"), "--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        let new = TextChange { before: None, after: "a\n".into() };
        assert_eq!(new.diff("/etc/x"), "--- /dev/null\n+++ /etc/x\n@@ -0,0 +1 @@\n+a\n");
    }
}
