//! A plan held against the machine.

use std::path::PathBuf;

use crate::change::Change;
use crate::engine::Engine;
use crate::error::Result;
use crate::plan::{Plan, Standing};
use crate::ui::preview::{ChangePreview, Preview, StepPreview};

/// Each change of the plan held against the machine. A daemon whose files are about to change is due for a restart.
///
/// # Errors
/// When the machine cannot be read, or something stands in the way of a change.
pub fn preview(engine: &Engine, plan: &Plan) -> Result<Preview> {
    let mut steps = Vec::new();
    let mut pending: Vec<PathBuf> = Vec::new();
    for stage in &plan.stages {
        let mut changes = Vec::new();
        for change in &stage.changes {
            let standing = standing(engine, change, &pending)?;
            if !standing.holds() {
                pending.extend(change.paths());
            }
            changes.push(ChangePreview {
                subject: change.subject(),
                describe: change.describe(),
                paths: change.paths(),
                change: change.clone(),
                standing,
            });
        }
        steps.push(StepPreview { id: stage.step.id, means: stage.means.clone(), changes });
    }
    Ok(Preview { version: 1, steps })
}

fn standing(engine: &Engine, change: &Change, pending: &[PathBuf]) -> Result<Standing> {
    let standing = engine.standing(change)?;
    let Change::Service { uses, .. } = change else { return Ok(standing) };
    let Some(file) = uses.iter().find(|file| pending.contains(file)).filter(|_| standing.holds()) else {
        return Ok(standing);
    };
    let what = vec![format!("restart ({} changes)", file.display())];
    Ok(Standing::Differs { what, text: None, edited_by_hand: false })
}
