//! What the admin sees: previews, progress, reports, and the words at the end.

pub mod ask;
pub mod closing;
pub mod losses;
pub mod plain;
pub mod preview;
pub mod progress;
pub mod report;
pub mod wizard;
pub mod zone;
