//! mailwright turns a fresh Debian 12 or 13 server into a working mail server, step by step.
//!
//! One way through: answers and facts give, by the steps, a plan; the plan is previewed, applied under a journal,
//! and checked; the report says what holds.

#[macro_use]
pub mod out;

pub mod answers;
pub mod change;
pub mod check;
pub mod cli;
pub mod dkim;
pub mod dns;
pub mod draft;
pub mod engine;
pub mod error;
pub mod facts;
pub mod files;
pub mod log;
pub mod mariadb;
#[doc(hidden)]
pub mod parsers;
pub mod plan;
pub mod probe;
pub mod question;
pub mod records;
pub mod rehearsal;
pub mod run;
#[cfg(test)]
mod samples;
pub mod secret;
pub mod shell;
pub mod signals;
#[path = "../steps/mod.rs"]
pub mod steps;
pub mod template;
pub mod text;
pub mod ui;
pub mod walk;
pub mod words;
