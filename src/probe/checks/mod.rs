//! Finding out whether what must be true is true, on the server itself.
//!
//! Nothing here alters the server; the one message that a delivery check hands in is removed again. What cannot be
//! seen is unknown, never a pass.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use crate::check::{Check, Checked, Outcome, Report};
use crate::error::{Error, Result};
use crate::facts::Release;
use crate::secret::Secret;
use crate::shell::Program;
use crate::words::say;

mod acme;
mod certificate;
mod configuration;
mod database;
mod delivery;
mod dkim;
mod firewall;
mod grants;
mod jail;
mod limits;
mod login;
mod names;
mod outgoing;
mod packages;
mod policy;
mod quota;
mod reach;
mod relay;
mod resolvers;
mod seen;
mod served;
mod services;
mod spf;
mod zone;

use seen::{Verdict, unknown};

/// How many checks are looked at side by side: most of their time is waiting for daemons.
const AT_ONCE: usize = 12;
/// How long a check may take: `postfix check` alone takes several seconds on a small machine that is busy.
const DEADLINE: Duration = Duration::from_secs(25);
/// How long a delivery may take, with its clean-up.
const DELIVERY: Duration = Duration::from_secs(30);
/// How long one program of a check may take.
const PROGRAM: Duration = Duration::from_secs(20);

/// What a check needs to know beside itself.
#[derive(Debug, Clone)]
pub struct Context {
    /// The Debian release of this server.
    pub release: Release,
    /// Mailboxes whose passwords are known in this run, for proving that the right one is let in; often none.
    pub passwords: BTreeMap<String, Secret>,
}

impl Context {
    /// A context that knows no passwords.
    #[must_use]
    pub const fn new(release: Release) -> Self {
        Self { release, passwords: BTreeMap::new() }
    }
}

/// Whether one thing is true, and what was seen. Takes 25 s at most, a delivery 30 s.
#[must_use]
pub fn run(check: &Check, context: &Context) -> (Outcome, String) {
    let deadline = if matches!(check, Check::Delivers { .. } | Check::Signs { .. }) { DELIVERY } else { DEADLINE };
    let (tell, told) = mpsc::channel();
    let (looked_at, context) = (check.clone(), context.clone());
    // A thread of its own, so that not even a hung file system holds up the report.
    let spawned = std::thread::Builder::new().spawn(move || {
        let _ = tell.send(look(&looked_at, &context));
    });
    let verdict = match spawned {
        Ok(_) => told
            .recv_timeout(deadline)
            .unwrap_or_else(|_| unknown(format!("this was not seen to its end within {} s", deadline.as_secs()))),
        Err(cause) => unknown(format!("no thread could be started for this: {cause}")),
    };
    tracing::info!(check = check.id(), about = check.about(), outcome = ?verdict.0, evidence = verdict.1, "check");
    verdict
}

/// The report of these checks, in their order, each with its words. Checks run side by side.
#[must_use]
pub fn report(steps: &[(&'static str, Vec<Check>)], context: &Context) -> Report {
    let all: Vec<(&'static str, &Check)> =
        steps.iter().flat_map(|(step, checks)| checks.iter().map(move |check| (*step, check))).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| !takes_long(all[*index].1));
    let left = Mutex::new(VecDeque::from(order));
    let done = Mutex::new(BTreeMap::new());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(all.len()) {
            scope.spawn(|| {
                while let Some(index) = next() {
                    let (step, check) = all[index];
                    let checked = in_words(step, check, run(check, context));
                    done.lock().unwrap_or_else(PoisonError::into_inner).insert(index, checked);
                }
            });
        }
    });
    Report { checks: done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect() }
}

/// Whether a check waits for seconds, whoever is asked: it begins first.
const fn takes_long(check: &Check) -> bool {
    matches!(
        check,
        Check::WrongPasswordRefused { .. }
            | Check::Delivers { .. }
            | Check::Signs { .. }
            | Check::SigningKeyPublished { .. }
            | Check::MailGetsOut { .. }
    )
}

/// A verdict with the words around it; after a pass there is nothing to explain, and what a failure would mean is not
/// said of what could not be seen. A finding's own words know its outcome.
fn in_words(step: &'static str, check: &Check, (outcome, evidence): Verdict) -> Checked {
    let (means, fix) = match outcome {
        Outcome::Pass => (String::new(), String::new()),
        Outcome::Unknown if !matches!(check, Check::Found(_)) => (say("check-unseen-means", &[]), check.fix()),
        _ => (check.means(), check.fix()),
    };
    Checked { step, id: check.id(), title: check.title(), outcome, evidence, means, fix }
}

fn look(check: &Check, context: &Context) -> Verdict {
    if needs_root(check) && !rustix::process::geteuid().is_root() {
        return unknown("only root can see this: run the check with sudo");
    }
    seen(check, context).unwrap_or_else(|error| unknown(error.render()))
}

/// An error is something that could not be seen.
fn seen(check: &Check, context: &Context) -> Result<Verdict> {
    match check {
        Check::Found(finding) => Ok((finding.outcome, finding.evidence.clone())),
        Check::Hostname { fqdn } => names::hostname(fqdn),
        Check::ResolvesHere { fqdn, addresses } => names::resolves_here(fqdn, addresses),
        Check::PackagesInstalled { names } => packages::installed(names),
        Check::NothingHeldBack { daemons } => services::nothing_held_back(daemons),
        Check::DatabaseRows { database, rows } => database::rows(database, rows),
        Check::ReaderOnlyReads { user, database } => database::reader(user, database),
        Check::CertificateFits { certificate, key, name, self_signed } => {
            certificate::fits(certificate, key, name, *self_signed)
        }
        Check::Running { daemon } => services::running(*daemon, context.release),
        Check::ConfigurationClean { daemon } => configuration::clean(*daemon),
        Check::Listens { ports } => reach::listens(ports),
        Check::MapAnswers { map, key } => configuration::map_answers(map, key),
        Check::NoOpenRelay { addresses, domain } => Ok(relay::refused(addresses, domain)),
        Check::AuthOnlyInTls => Ok(login::auth_only_in_tls()),
        Check::TlsServed { name, certificate, ports } => Ok(served::everywhere(name, certificate, ports)),
        Check::WrongPasswordRefused { mailbox } => Ok(login::wrong_password(mailbox, context.passwords.get(mailbox))),
        Check::Delivers { address, mailbox } => delivery::arrives(address, mailbox.as_deref()),
        Check::SpfAnswers => spf::answers(),
        Check::LoginsCounted { least, limits } => limits::counted(*least, limits, context.release),
        Check::PostfixValues { values } => limits::values(values),
        Check::ResolversFollowed => resolvers::followed(),
        Check::LeavesBy { addresses } => outgoing::leaves_by(addresses),
        Check::MailGetsOut { ipv4, ipv6 } => outgoing::gets_out(*ipv4, *ipv6),
        Check::SigningKeyFits { path, owner, bits } => dkim::key_fits(path, owner, *bits),
        Check::SigningKeyPublished { domain, selector, path } => dkim::published(domain, selector, path),
        Check::Signs { domain, selector, address, mailbox } => delivery::signed(domain, selector, address, mailbox),
        Check::Quota { mailbox, kib } => quota::known(mailbox, *kib),
        Check::AcmeIssued { name, certificate } => acme::issued(name, certificate),
        Check::AcmeRenews { name, hook, webroot } => acme::renews(name, hook, webroot),
        Check::LetIn { ports } => firewall::lets_in(ports),
        Check::JailWatches { jail } => jail::watches(*jail, context.release),
        Check::ZoneServed { zone, file, records, server, addresses } => {
            zone::served(zone, file, records, server, addresses)
        }
    }
}

/// Files and sockets behind these are root's alone: without it, what is refused to us says nothing of the server.
const fn needs_root(check: &Check) -> bool {
    matches!(
        check,
        Check::DatabaseRows { .. }
            | Check::ReaderOnlyReads { .. }
            | Check::CertificateFits { .. }
            | Check::ConfigurationClean { .. }
            | Check::MapAnswers { .. }
            | Check::Delivers { .. }
            | Check::SpfAnswers
            | Check::ResolversFollowed
            | Check::LoginsCounted { .. }
            | Check::SigningKeyFits { .. }
            | Check::SigningKeyPublished { .. }
            | Check::Signs { .. }
            | Check::Quota { .. }
            | Check::JailWatches { .. }
            | Check::LetIn { .. }
            | Check::ZoneServed { .. }
            | Check::AcmeIssued { .. }
            | Check::AcmeRenews { .. }
    )
}

/// A program of the system, with the time a check may take.
fn tool(name: &str) -> Program {
    Program::new(name).deadline(PROGRAM)
}

/// The whole of a small text file.
fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(path).map_err(|cause| Error::failed(format!("{path} could not be read")).caused_by(cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Finding;

    fn found(outcome: Outcome) -> Check {
        Check::Found(Finding { id: "found", outcome, evidence: format!("{outcome:?}"), ports: Vec::new() })
    }

    #[test]
    fn the_report_keeps_the_order_and_explains_only_what_is_not_well() {
        let many: Vec<Check> = (0..40).map(|n| found(if n == 7 { Outcome::Warn } else { Outcome::Pass })).collect();
        let report = report(&[("one", vec![found(Outcome::Fail)]), ("two", many)], &Context::new(Release::Trixie));
        assert_eq!(report.checks.len(), 41);
        assert_eq!((report.checks[0].step, report.checks[0].outcome), ("one", Outcome::Fail));
        assert_eq!((report.checks[8].step, report.checks[8].outcome), ("two", Outcome::Warn));
        assert_eq!((report.count(Outcome::Pass), report.worst()), (39, Outcome::Fail));
        assert!(report.checks.iter().all(|checked| checked.fix.is_empty() == (checked.outcome == Outcome::Pass)));
    }
}
