//! The lab that given answers need: their addresses, the records the admin will be told to publish, a far mail host.

use std::path::Path;

use super::lab::Lab;
use crate::answers::{Address, Answers};
use crate::dns;
use crate::error::Result;
use crate::facts::{Facts, Release};
use crate::records::Record;
use crate::steps::packages;

/// Where the answers lie on the host that is set up.
pub const ANSWERS: &str = "/root/answers.toml";

/// Makes that lab, with `binary` as the program on its host. The answers themselves are still to be written there.
///
/// # Errors
/// When something the lab needs is missing, or a host does not come up; nothing is left then.
pub fn for_answers(release: Release, binary: &Path, answers: &Answers) -> Result<Lab> {
    let given = Facts::default();
    let mut wanted = Lab::of(release).binary(binary).packages(packages::names()).far();
    if let Some(address) = answers.public_ipv4(&given) {
        wanted = wanted.ipv4(address);
    }
    wanted = match (answers.ipv6, answers.public_ipv6(&given)) {
        (Address::Unused, _) => wanted.ipv4_only(),
        (_, Some(address)) => wanted.ipv6(address),
        _ => wanted,
    };
    let lab = wanted.start()?;
    let has = lab.host().addresses();
    let facts = Facts { ipv4: vec![has.ipv4], ipv6: has.ipv6.into_iter().collect(), ..Facts::default() };
    let records: Vec<Record> = dns::records(answers, &facts)?.into_iter().map(|published| published.record).collect();
    lab.dns().publish(&records)?;
    Ok(lab)
}
