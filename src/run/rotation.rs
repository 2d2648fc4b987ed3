//! The change of a signing key: whether the world sees the new one already.

use crate::answers::Answers;
use crate::dns;
use crate::dns::judge::Outcome;
use crate::error::Result;
use crate::facts::Facts;
use crate::probe::dns::World;
use crate::steps::dkim;

/// Notes in the facts that the world sees the new key of every domain, where one waits for that. Asks the DNS then
/// alone: in most runs no key is being changed.
///
/// # Errors
/// When this machine gives no means to ask.
pub fn look(answers: &Answers, facts: &mut Facts) -> Result<()> {
    let wanted = &answers.dkim.selector;
    if !dkim::is_waiting(wanted, facts) || dns::dkim::is_unmade(answers, facts) {
        return Ok(());
    }
    let of_key = format!("{wanted}._domainkey.");
    let mut records = dns::records(answers, facts)?;
    records.retain(|published| published.record.name.as_str().starts_with(&of_key));
    let states = World::of(answers).states(&records, answers.hostname.as_str(), &answers.addresses(facts))?;
    let there = |outcome: Outcome| matches!(outcome, Outcome::AsWanted | Outcome::Serves);
    if states.len() >= answers.domains.len() && states.iter().all(|state| there(state.outcome)) {
        tracing::info!(selector = wanted.as_str(), "the new signing key is seen in the DNS of every domain");
        facts.dkim.seen.insert(wanted.to_string());
    }
    Ok(())
}
