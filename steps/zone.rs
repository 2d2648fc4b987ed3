//! A zone on this host: where BIND runs here and holds the zone of a mail domain, the records are put into its file.
//! On every other server there is nothing to do here.

use crate::answers::Answers;
use crate::change::{Change, ZoneRecords};
use crate::check::{Check, Finding, Outcome};
use crate::dns::zonefile::serial;
use crate::dns::{self, Published};
use crate::facts::{Facts, HeldZone};
use crate::question::{Question, for_key};
use crate::steps::Step;

/// The step.
pub const STEP: Step = Step { id: "zone", questions, changes, checks };

/// The findings of the step: the ids that key their words.
const BY_HAND: &str = "zone-by-hand";
const OBSOLETE: &str = "zone-obsolete";

/// The ids of all findings: each has its words.
pub fn ids() -> impl Iterator<Item = &'static str> {
    [BY_HAND, OBSOLETE].into_iter()
}

fn questions() -> Vec<Question> {
    ["zone.edit", "zone.obsolete"].map(for_key).to_vec()
}

/// The zones held here with the records that belong into each: into the nearest one above a name.
fn parted<'f>(answers: &Answers, facts: &'f Facts) -> Vec<(&'f HeldZone, Vec<Published>)> {
    let mut parted: Vec<(&HeldZone, Vec<Published>)> = facts.bind.iter().map(|zone| (zone, Vec::new())).collect();
    // A name that is none is told by whoever lists the records.
    let listed = dns::records(answers, facts).unwrap_or_default();
    // An old key's record stays as long as the admin lets it, but it is not put back.
    for one in listed.into_iter().filter(|one| one.why != "dkim-old") {
        let lies_in = |zone: &HeldZone| {
            let rest = one.record.name.as_str().strip_suffix(zone.name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let nearest = parted.iter_mut().filter(|(zone, _)| lies_in(zone)).max_by_key(|(zone, _)| zone.name.len());
        if let Some((_, records)) = nearest {
            records.push(one);
        }
    }
    parted.retain(|(_, records)| !records.is_empty());
    parted
}

fn changes(answers: &Answers, facts: &Facts) -> Vec<Change> {
    if !answers.zone.edit {
        return Vec::new();
    }
    let editable = parted(answers, facts).into_iter().filter(|(zone, _)| zone.hindrance.is_none());
    let change = |(zone, records): (&HeldZone, Vec<Published>)| {
        Change::Zone(ZoneRecords {
            zone: zone.name.clone(),
            file: zone.file.clone(),
            records,
            remove_obsolete: answers.zone.remove_obsolete,
            server: answers.hostname.to_string(),
            addresses: answers.addresses(facts),
            today: serial::day(facts.clock.now),
        })
    };
    editable.map(change).collect()
}

fn checks(answers: &Answers, facts: &Facts) -> Vec<Check> {
    if !answers.zone.edit {
        return Vec::new();
    }
    let zones = parted(answers, facts);
    let mut checks: Vec<Check> = Vec::new();
    let by_hand = |(zone, _): &(&HeldZone, Vec<Published>)| {
        Some(format!("{} ({}): {}", zone.name, zone.file.display(), zone.hindrance?.reason()))
    };
    checks.extend(warning(BY_HAND, &zones.iter().filter_map(by_hand).collect::<Vec<_>>()));
    let served = zones.iter().filter(|(zone, _)| zone.hindrance.is_none()).map(|(zone, records)| Check::ZoneServed {
        zone: zone.name.clone(),
        file: zone.file.clone(),
        records: records.clone(),
        server: answers.hostname.to_string(),
        addresses: answers.addresses(facts),
    });
    checks.extend(served);
    if !answers.zone.remove_obsolete {
        let dead = zones.iter().flat_map(|(zone, records)| {
            let unwanted = zone.obsolete.iter().filter(|dead| !dead.is_wanted(records));
            unwanted.map(|dead| format!("{} {}: {}", dead.name, dead.record, dead.why.reason()))
        });
        checks.extend(warning(OBSOLETE, &dead.collect::<Vec<_>>()));
    }
    checks
}

/// A finding that warns, when there is something to warn of.
fn warning(id: &'static str, seen: &[String]) -> Option<Check> {
    let finding = || Check::Found(Finding { id, outcome: Outcome::Warn, evidence: seen.join("\n"), ports: Vec::new() });
    (!seen.is_empty()).then(finding)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::answers;
    use crate::dns::findings::Obsolete as Why;
    use crate::dns::zonefile::obsolete::Obsolete;
    use crate::facts::{Clock, Hindrance};

    fn held(name: &str, hindrance: Option<Hindrance>) -> HeldZone {
        HeldZone { name: name.into(), file: format!("/etc/bind/db.{name}").into(), hindrance, obsolete: Vec::new() }
    }

    fn facts(bind: Vec<HeldZone>) -> Facts {
        Facts { bind, clock: Clock { now: 1_795_544_500, ..Clock::default() }, ..Facts::default() }
    }

    fn example(more: &str) -> Answers {
        answers::parse(&format!("{}{more}", answers::EXAMPLE), Path::new("answers.toml")).unwrap()
    }

    fn planned(answers: &Answers, facts: &Facts) -> Vec<(String, Vec<String>)> {
        let zone = |change: Change| match change {
            Change::Zone(zone) => (zone.zone, zone.records.iter().map(|one| one.record.name.to_string()).collect()),
            other => panic!("{other:?}"),
        };
        changes(answers, facts).into_iter().map(zone).collect()
    }

    #[test]
    fn a_server_without_bind_has_nothing_to_do_here() {
        let other = facts(vec![held("example.com", None), held("ample.org", None)]);
        for facts in [Facts::default(), other] {
            assert!(changes(&example(""), &facts).is_empty() && checks(&example(""), &facts).is_empty());
        }
    }

    #[test]
    fn each_record_goes_into_the_nearest_zone_above_it() {
        let zones = vec![
            held("example.org", None),
            held("113.0.203.in-addr.arpa", None),
            held("mail.example.org", None),
            held("org", None),
        ];
        let planned = planned(&example(""), &facts(zones));
        let names = |zone: &str| planned.iter().find(|(name, _)| name == zone).map(|(_, names)| names.clone());
        assert_eq!(names("113.0.203.in-addr.arpa").unwrap(), ["10.113.0.203.in-addr.arpa"]);
        assert!(names("mail.example.org").unwrap().iter().all(|name| name == "mail.example.org"));
        let ours = names("example.org").unwrap();
        assert!(ours.contains(&"_dmarc.example.org".to_owned()) && !ours.contains(&"mail.example.org".to_owned()));
        assert_eq!(names("org"), None);
    }

    #[test]
    fn a_zone_that_is_not_edited_is_told_and_why() {
        let zones = facts(vec![held("example.org", Some(Hindrance::Dynamic))]);
        assert_eq!(changes(&example(""), &zones), []);
        let [Check::Found(finding)] = &checks(&example(""), &zones)[..] else { panic!() };
        assert!(finding.evidence.contains("allow-update") && finding.outcome == Outcome::Warn, "{}", finding.evidence);
    }

    #[test]
    fn the_answers_decide() {
        let mut zone = held("example.org", None);
        let record = "TXT \"spf2.0/pra -all\"".to_owned();
        zone.obsolete = vec![Obsolete { name: "example.org".into(), record, why: Why::SenderId }];
        let zones = facts(vec![zone]);
        let (kept, refused) = (example(""), example("edit = \"no\"\n"));
        assert!(changes(&refused, &zones).is_empty() && checks(&refused, &zones).is_empty());
        let [Check::ZoneServed { .. }, Check::Found(finding)] = &checks(&kept, &zones)[..] else { panic!() };
        assert!(
            finding.evidence.contains("spf2.0/pra") && finding.evidence.contains("Sender-ID"),
            "{}",
            finding.evidence
        );
        let removed = example("obsolete = \"remove\"\n");
        assert_eq!(checks(&removed, &zones).len(), 1);
        let [Change::Zone(change)] = &changes(&removed, &zones)[..] else { panic!() };
        assert!(change.remove_obsolete && change.today == 20_261_124);
    }
}
