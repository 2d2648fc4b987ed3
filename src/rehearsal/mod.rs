//! A throwaway Debian lab: hosts that boot, a private network, a DNS, a far-away mail server.
//!
//! `mailwright rehearse` carries the whole setup out in it before the real server is touched; the tests on real hosts
//! use the same code.
//!
//! ```no_run
//! # fn main() -> mailwright::error::Result<()> {
//! use mailwright::{facts::Release, rehearsal::Lab};
//! let lab = Lab::of(Release::Trixie).ipv4([203, 0, 113, 10].into()).packages(["postfix"]).far().start()?;
//! let output = lab.host().program("mailwright").args(["check", "--json"]).run()?;
//! # Ok(()) }
//! ```

mod answered;
mod cgroup;
mod dns;
mod drive;
mod far;
mod files;
mod host;
mod lab;
mod mirror;
pub mod needs;
mod network;
mod nspawn;
mod overlay;
mod packages;
mod place;
mod seed;
mod sweep;
mod tree;
mod wanted;

pub use answered::{ANSWERS, for_answers, publish, wanted as wanted_for};
pub use dns::Dns;
pub use far::{FAR_DOMAIN, FAR_NAME, Far};
pub use host::Host;
pub use lab::Lab;
pub use network::Addresses;
pub use place::HOME;
pub use seed::BINARY;
pub use sweep::sweep;
pub use wanted::Wanted;
