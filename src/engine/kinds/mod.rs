//! One room a kind of change: how it stands, what stood before, the act, and its undo.

pub mod account;
pub mod acme;
pub mod database;
pub mod database_undo;
pub mod files;
pub mod firewall;
mod hold;
pub mod hostname;
pub mod maintainer;
pub mod packages;
pub mod service;
pub mod shared;
pub mod signing_key;
pub mod zone;
