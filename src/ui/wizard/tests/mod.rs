//! The wizard without a terminal: its screens, what its keys do, and a storm of everything at once.

mod apart;
mod behaviour;
mod reading;
mod samples;
mod screens;
mod storm;
