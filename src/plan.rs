//! The plan: the changes of all steps, in order, each with its step.

use serde::Serialize;

use crate::answers::Answers;
use crate::change::Change;
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::steps::{self, Step};

/// The changes of all steps, in order.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The steps of the walk with what each makes so.
    pub stages: Vec<Stage>,
}

/// One step with its changes.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The step.
    pub step: &'static Step,
    /// What it makes so, in order.
    pub changes: Vec<Change>,
    /// What its answers come to, beside the changes.
    pub means: Vec<String>,
}

impl Plan {
    /// What the answers ask of this machine.
    ///
    /// # Errors
    /// When a template of ours is wrong.
    pub fn new(answers: &Answers, facts: &Facts) -> Result<Self> {
        let stage = |step: &'static Step| Stage {
            step,
            changes: (step.changes)(answers, facts),
            means: steps::means(step.id, answers),
        };
        let plan = Self { stages: steps::ALL.iter().map(stage).collect() };
        let defect = plan.changes().find_map(|(_, change)| match change {
            Change::File { content, .. } => content.defect(),
            _ => None,
        });
        if let Some(reason) = defect {
            return Err(Error::failed("a template of mailwright is wrong").caused_by(reason));
        }
        Ok(plan)
    }

    /// The plan up to this step, it included; the whole one without.
    #[must_use]
    pub fn up_to(&self, last: Option<&str>) -> Self {
        let end = last.and_then(|last| self.stages.iter().position(|stage| stage.step.id == last));
        Self { stages: self.stages[..end.map_or(self.stages.len(), |end| end + 1)].to_vec() }
    }

    /// All changes with their step's id.
    pub fn changes(&self) -> impl Iterator<Item = (&'static str, &Change)> {
        self.stages.iter().flat_map(|stage| stage.changes.iter().map(|change| (stage.step.id, change)))
    }
}

/// How a change stands against the machine: holds already, or what would become different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing to do.
    Holds,
    /// Something to do: what it does in words, and before and after where it is text.
    Differs {
        /// One line for each thing that becomes different.
        what: Vec<String>,
        /// The text before and after, secrets as `***`; `None` where the change is no text.
        text: Option<TextChange>,
        /// The file was changed by hand since mailwright wrote it.
        edited_by_hand: bool,
    },
    /// People made it otherwise: it is left as it is, unless the admin asks for it.
    Kept {
        /// One line for each thing that is not as the answers say.
        what: Vec<String>,
    },
}

/// Text before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextChange {
    /// Before; `None` where there is no such file.
    pub before: Option<String>,
    /// After.
    pub after: String,
}

impl Standing {
    /// What people made otherwise, to be made what the answers say.
    #[must_use]
    pub fn set_back(self) -> Self {
        match self {
            Self::Kept { what } => Self::Differs { what, text: None, edited_by_hand: true },
            other => other,
        }
    }

    /// Whether nothing is to be done.
    #[must_use]
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Holds | Self::Kept { .. })
    }
}
