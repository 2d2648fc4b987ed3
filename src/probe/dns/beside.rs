//! What the world has beside the records: asked of the resolvers alone, the first answer counts.

use hickory_resolver::proto::rr::{Name as WireName, RecordType};
use tokio::task::JoinSet;

use super::World;
use super::spf::{cost, records, values};
use super::zones::{Helpers, Zones};
use crate::dns::Published;
use crate::dns::findings::{Findings, Obsolete};
use crate::error::{Context, Result};
use crate::records::{Data, Name};

/// The type that SPF records had once.
const SPF_TYPE: u16 = 99;
/// How many questions may wait one after the other.
const IN_A_ROW: u32 = 5;

impl World {
    /// What the world has beside these records.
    ///
    /// # Errors
    /// When this machine gives no means to ask.
    pub fn findings(&self, list: &[Published]) -> Result<Findings> {
        super::block_on(self.found(list))
    }

    /// Whether the zone that a name lies in is signed: its parent then has its DS record (RFC 4035, section 2.4).
    ///
    /// # Errors
    /// When this machine gives no means to ask.
    pub fn is_signed(&self, name: &Name) -> Result<bool> {
        super::block_on(async {
            let Ok(name) = WireName::from_ascii(format!("{name}.")) else { return false };
            let helpers = self.helpers();
            let Some((zone, _)) = Zones::new(helpers.clone(), self.port, self.deadline).cut(&name).await else {
                return false;
            };
            let answer = helpers.ask(&zone, RecordType::DS).await;
            answer.is_ok_and(|answer| answer.answers.iter().any(|record| record.record_type() == RecordType::DS))
        })
    }

    async fn found(&self, list: &[Published]) -> Findings {
        let helpers = self.helpers();
        let wanted = |why: &'static str| list.iter().filter(move |one| one.why == why);
        let mut costs = JoinSet::new();
        for one in wanted("spf") {
            let (helpers, domain, deadline) = (helpers.clone(), one.record.name.clone(), self.deadline * IN_A_ROW);
            let ours = one.record.data.whole();
            costs.spawn(async move {
                let published = values(&helpers, domain.as_str(), RecordType::TXT).await.map(records);
                let text = match published.unwrap_or_default().as_slice() {
                    [] => ours,
                    [text] => text.clone(),
                    // None of several holds.
                    _ => return None,
                };
                Some((domain.clone(), cost(&helpers, domain.as_str(), &text, deadline).await))
            });
        }
        let mut dead = JoinSet::new();
        for one in wanted("spf").chain(wanted("spf-helo")) {
            for why in Obsolete::ALL {
                let domain = one.record.name.clone();
                // What the answers ask for is in the list.
                if why == Obsolete::SenderId && wanted("sender-id").any(|one| one.record.name == domain) {
                    continue;
                }
                let helpers = helpers.clone();
                dead.spawn(async move { stands(&helpers, &domain, why).await.map(|name| (name, why)) });
            }
        }
        let mut zones = Zones::new(helpers, self.port, self.deadline);
        let mut found = Findings::default();
        for one in wanted("spf") {
            let Ok(name) = WireName::from_ascii(format!("{}.", one.record.name)) else { continue };
            let servers = zones.cut(&name).await.map(|(_, servers)| servers).unwrap_or_default();
            let servers = servers.iter().map(|server| Name::seen(&server.to_ascii())).collect();
            found.servers.push((one.record.name.clone(), servers));
        }
        while let Some(one) = costs.join_next().await {
            found.spf.extend(one.ok().flatten());
        }
        while let Some(one) = dead.join_next().await {
            found.obsolete.extend(one.ok().flatten());
        }
        found.spf.sort_by(|one, other| one.0.cmp(&other.0));
        found.obsolete.sort_unstable();
        found
    }
}

/// The name at which such a record stands for a domain.
async fn stands(helpers: &Helpers, domain: &Name, why: Obsolete) -> Option<Name> {
    let name = if why.labels().is_empty() { domain.clone() } else { domain.below(why.labels()).ok()? };
    let there = if why == Obsolete::SpfType {
        let kind = RecordType::from(SPF_TYPE);
        let asked = WireName::from_ascii(format!("{name}.")).ok()?;
        let answer = helpers.ask(&asked, kind).await.ok()?;
        answer.answers.iter().any(|record| record.record_type() == kind)
    } else {
        let texts: Vec<Data> = values(helpers, name.as_str(), RecordType::TXT).await.ok()?;
        texts.iter().any(|text| why.is(text))
    };
    there.then_some(name)
}

/// Runs to its end what asks the DNS.
pub(super) fn block_on<T>(asking: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context(|| "the DNS cannot be asked".to_owned())?;
    Ok(runtime.block_on(asking))
}
