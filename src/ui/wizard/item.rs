//! What a key can act on, and what it can ask for.

/// A thing on a page that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// The answer to a question: a text or a choice.
    Answer(&'static str),
    /// A row of a table.
    Row(&'static str, usize),
    /// The row that a table would have without an answer.
    Default(&'static str),
    /// The place of a new row.
    Add(&'static str),
    /// A change: its step, and its place among that step's changes.
    Change(&'static str, usize),
    /// A check of a report.
    Check(usize),
    /// A step whose answers keep the plan from being made.
    Problem(&'static str),
    /// Something to do.
    Go(Go),
}

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// To the next page, when the answers of this one are right.
    Next,
    /// To the page before.
    Previous,
    /// Choose a step to go to.
    Steps,
    /// To a step's page; the one behind the last step is the review.
    To(usize),
    /// What this is about, and the keys.
    Help,
    /// Leave the program.
    Leave,
    /// Leave, whatever is unsaved.
    LeaveNow,
    /// Fetch the packages in the background.
    Fetch,
    /// Add a row to the table at hand.
    Add,
    /// Take the row at hand away, after asking.
    Delete,
    /// Take that row away.
    DeleteNow(&'static str, usize),
    /// Take up a list.
    Import,
    /// Look for something in the plan.
    Search,
    /// Start the setup: all of it, or up to a step.
    Start(Option<&'static str>),
    /// The same, files edited by hand included.
    Agree(Option<&'static str>),
    /// The same, agreed to.
    Make(Option<&'static str>),
    /// Start a rehearsal, after asking.
    Rehearse,
    /// Start a rehearsal.
    RehearseNow,
    /// Everything up to this page's step, at once.
    StepAlone,
    /// Look at the log.
    Log,
    /// Stop after the change in hand.
    Stop,
    /// Once more what failed.
    Retry,
    /// To the answers of the step that failed.
    Change,
    /// Take this step and those after it back, or everything, after asking.
    Undo(Option<&'static str>),
    /// The same, agreed to.
    UndoNow(Option<&'static str>),
    /// Look at the machine once more.
    Look,
    /// Look at the answers.
    Walk,
    /// To the health screen.
    Health,
    /// Run the checks again.
    Again,
    /// To the settings, the records, and where things are.
    Closing,
    /// Copy the records through the terminal.
    Copy,
    /// Write the records to a file.
    Write,
}
