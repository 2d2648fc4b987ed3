//! The parsers of texts that other programs and people write, each as a function of its text: for tests that try them with
//! any input. What each gives is counted or put together, as far as such a test can judge it.

use std::net::IpAddr;

use crate::engine::kinds::packages::apt;
use crate::probe::firewall::{firewalld, nft, nft_file, ufw};
use crate::probe::machine::{addresses, bind, dpkg, sources};
use crate::probe::sockets;

/// hosts(5) as setup leaves it.
#[must_use]
pub fn hosts(old: &str, addresses: &[IpAddr], fqdn: &str, short: &str, stale: &[&str]) -> String {
    crate::steps::hosts::edited(old, addresses, fqdn, short, stale)
}

/// The installed packages of a dpkg status file.
#[must_use]
pub fn dpkg_status(text: &str) -> usize {
    dpkg::installed_by(text).len()
}

/// What apt and dpkg say: their complaints, and the percent of each line of their status.
#[must_use]
pub fn apt_status(text: &str) -> usize {
    apt::complaints(text).len()
        + text.lines().filter_map(apt::status).filter(|(percent, _)| percent.is_finite()).count()
}

/// What apt says it would do.
#[must_use]
pub fn apt_simulation(text: &str, ok: bool) -> usize {
    let said = crate::probe::machine::apt::said(text, text, ok, true);
    said.removes.len() + said.refuses.len()
}

/// apt's sources, of either form.
#[must_use]
pub fn apt_sources(text: &str) -> usize {
    sources::of_text(text).len()
}

/// What firewalls say of themselves.
#[must_use]
pub fn firewalls(text: &str) -> usize {
    let chains = nft::parsed(text).map_or(0, |chains| chains.iter().filter(|chain| chain.blocks()).count());
    let zones = firewalld::active(text).len() + usize::from(firewalld::covers(text, 25));
    chains + zones + ufw::ours(text).len() + usize::from(format!("{:?}", ufw::passage(text, 25)).is_empty())
}

/// The rules of an nftables file, and the file without ours.
#[must_use]
pub fn nft_file(text: &str) -> (usize, String) {
    (nft_file::rules(text).len(), nft_file::closed(text))
}

/// The kernel's tables of sockets and addresses.
#[must_use]
pub fn kernel_tables(text: &str) -> usize {
    sockets::parse_listening(text).len() + addresses::of_text(text)
}

/// The statements of a named.conf.
#[must_use]
pub fn named_conf(text: &str) -> usize {
    bind::config::parsed(text).len()
}
