//! The pages.

/// A page of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// A step, by its place in the walk.
    Step(usize),
    /// The whole plan, before it starts.
    Review,
    /// A run at work, or a rehearsal that has ended.
    Run,
    /// A run that stopped.
    Failure,
    /// Coming back to what was left.
    Back,
    /// What was taken back.
    Undone,
    /// The checks of all steps.
    Health,
    /// The end of a good run.
    Closing,
    /// Another mailwright at work.
    Other,
}
