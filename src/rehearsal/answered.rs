//! The lab that given answers need: their addresses, the records the admin will be told to publish, a far mail host.

use std::path::Path;

use super::lab::Lab;
use super::wanted::Wanted;
use crate::answers::{Address, Answers};
use crate::dns;
use crate::error::Result;
use crate::facts::{Facts, Release};
use crate::probe::machine;
use crate::records::Record;
use crate::steps::packages;

/// Where the answers lie on the host that is set up.
pub const ANSWERS: &str = "/root/answers.toml";

/// Makes that lab, with `binary` as the program on its host. The answers themselves are still to be written there.
///
/// # Errors
/// When something the lab needs is missing, or a host does not come up; nothing is left then.
pub fn for_answers(release: Release, binary: &Path, answers: &Answers) -> Result<Lab> {
    let lab = wanted(release, binary, answers).start()?;
    publish(&lab, answers)?;
    Ok(lab)
}

/// The same lab, to be told more about before it is started; nothing is published in it yet.
#[must_use]
pub fn wanted(release: Release, binary: &Path, answers: &Answers) -> Wanted {
    let given = Facts::default();
    let mut wanted =
        Lab::of(release).binary(binary).packages(packages::names()).packages(packages::needed(answers)).far();
    if let Some(address) = answers.public_ipv4(&given) {
        wanted = wanted.ipv4(address);
    }
    match (answers.ipv6, answers.public_ipv6(&given)) {
        (Address::Unused, _) => wanted.ipv4_only(),
        (_, Some(address)) => wanted.ipv6(address),
        _ => wanted,
    }
}

/// Publishes in the lab what the admin is told to publish. After a setup that is more than before it: the key that
/// signs is known then.
///
/// # Errors
/// When the records cannot be made.
pub fn publish(lab: &Lab, answers: &Answers) -> Result<()> {
    let host = lab.host();
    let (has, dkim) = (host.addresses(), machine::dkim_keys(&host.root()));
    let facts = Facts { ipv4: vec![has.ipv4], ipv6: has.ipv6.into_iter().collect(), dkim, ..Facts::default() };
    let records: Vec<Record> = dns::records(answers, &facts)?.into_iter().map(|published| published.record).collect();
    lab.dns().publish(&records)
}
