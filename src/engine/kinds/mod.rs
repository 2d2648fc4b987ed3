//! One room a kind of change: how it stands, what stood before, the act, and its undo.

pub mod account;
pub mod acme;
mod apt;
pub mod database;
pub mod database_undo;
pub mod files;
pub mod firewall;
mod hold;
pub mod hostname;
pub mod maintainer;
pub mod packages;
pub mod packages_undo;
pub mod service;
pub mod signing_key;
pub mod zone;
