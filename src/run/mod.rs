//! What a run does, for every face of the program: look, plan, preview, make, check, take back. Nothing here draws.

pub mod back;
pub mod context;
pub mod news;
pub mod people;
pub mod preview;
pub mod rotation;
pub mod setup;
pub mod standing;
