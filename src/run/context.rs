//! What most verbs begin with: the answers in force, the facts, the machine.

use std::path::{Path, PathBuf};

use crate::answers::{self, Answers, settle};
use crate::check::Check;
use crate::engine::journal::{After, Before, Record};
use crate::engine::{Engine, Journal, Machine, State, Stop};
use crate::error::{Error, Result};
use crate::facts::{Facts, Release};
use crate::probe::{checks, machine};
use crate::run::people::People;
use crate::steps::{Step, fail2ban, packages};

/// The answers of this file, or else those of the last setup. Warnings go to standard error.
///
/// # Errors
/// When there are none, or they have mistakes.
pub fn answers(state: &State, file: Option<&Path>) -> Result<Answers> {
    let Some(path) = file else { return saved(state) };
    let parsed = answers::load(path)?;
    for warning in &parsed.warnings {
        errln!("warning: {warning}");
    }
    Ok(parsed.answers)
}

/// The answers of the last setup.
///
/// # Errors
/// When there are none.
pub fn saved(state: &State) -> Result<Answers> {
    let none = || Error::usage("no answers are known on this server").hint("give them with `--answers FILE`");
    let text = state.saved_answers()?.ok_or_else(none)?;
    Ok(answers::parse(&text, &state.answers_path())?)
}

/// The answers with every password as a hash; the hash of the last setup stays where it still fits.
///
/// # Errors
/// When no hash can be made.
pub fn hashed(state: &State, answers: Answers) -> Result<Answers> {
    let before = saved(state).ok();
    settle(answers, before.as_ref())
}

/// What this machine is now, and whether mailwright has begun to change it.
///
/// # Errors
/// When the kernel or the journal cannot be read.
pub fn facts(state: &State) -> Result<Facts> {
    // Which packages are needed is known for certain once there were answers.
    let needed = saved(state).map_or_else(|_| packages::names(), |answers| packages::needed(&answers));
    let mut facts = machine::gather(Path::new("/"), &needed)?;
    let journal = Journal::load(state)?;
    let standing = journal.standing();
    facts.begun = !standing.is_empty();
    facts.fail2ban_came |= came(&standing, "fail2ban") && !standing.iter().any(|one| one.subject == fail2ban::SSHD);
    let named = |record: &Record| match &record.before {
        Before::Hostname { name, .. } => Some(name.clone()),
        _ => None,
    };
    let finished = journal.outcome() == Some("finished");
    facts.hostname_before = standing.iter().find_map(named).filter(|_| !finished);
    facts.mariadb_came |= came(&standing, "mariadb-server");
    Ok(facts)
}

/// Whether this package came with ours and its own file of ours may not stand yet, as after a run that was cut off in
/// between. Once it stands, the file says so; where the admin removed it, that stands.
fn came(standing: &[Record], package: &str) -> bool {
    let came = |record: &Record| match (&record.before, &record.after) {
        (Before::Packages { .. } | Before::Apt(_), Some(After { came: Some(came), .. })) => came.contains(package),
        (Before::Packages { installed, .. }, _) => !installed.contains_key(package),
        (Before::Apt(before), _) => before.known.get(package).is_none_or(|state| state == "config-files"),
        _ => false,
    };
    standing.iter().any(came)
}

/// This machine, when it is a Debian release mailwright knows.
///
/// # Errors
/// When it is another.
pub fn machine(state: &State, facts: &Facts) -> Result<Machine> {
    let release = facts.release.ok_or_else(|| unknown_release(facts))?;
    Ok(Machine { root: PathBuf::from("/"), state: state.clone(), release })
}

/// The checks of these steps, of what holds now: rows that people changed since are theirs.
///
/// # Errors
/// When the machine cannot be read, or is none that mailwright knows.
pub fn checks_of<'s>(
    state: &State,
    answers: &Answers,
    facts: &Facts,
    steps: impl Iterator<Item = &'s Step>,
) -> Result<Vec<(&'static str, Vec<Check>)>> {
    let engine = Engine::new(machine(state, facts)?, Stop::default(), PathBuf::new())?;
    let people = People::of(&engine, answers)?;
    Ok(steps.map(|step| (step.id, people.checks(step, facts))).collect())
}

/// What the checks need to know of this machine.
///
/// # Errors
/// When it is none that mailwright knows.
pub fn seeing(facts: &Facts) -> Result<checks::Context> {
    Ok(checks::Context::new(facts.release.ok_or_else(|| unknown_release(facts))?))
}

fn unknown_release(facts: &Facts) -> Error {
    let known = Release::ALL.map(Release::codename).join(" or ");
    Error::not_allowed(format!("this is {}, and mailwright knows Debian {known} alone", facts.os))
        .hint("`mailwright rehearse` tries the setup on a throwaway Debian host")
}

/// Refuses everybody but root.
///
/// # Errors
/// For everybody but root.
pub fn root(what: &str) -> Result<()> {
    if rustix::process::geteuid().is_root() {
        return Ok(());
    }
    Err(Error::not_allowed(format!("only root can {what}")).hint("try again with sudo"))
}
