//! `check`: the steps' own checks, run now.

use crate::check::Outcome;
use crate::cli::status::lost;
use crate::engine::{Journal, State};
use crate::error::{Error, Result};
use crate::probe::checks;
use crate::run::context;
use crate::run::standing::{Standing, Word};
use crate::steps::{self, Step};
use crate::ui::{losses, report};

/// Runs `check`.
pub fn run(state: &State, wanted: &[String], json: bool) -> Result<()> {
    let known: Vec<&str> = steps::ALL.iter().map(|step| step.id).collect();
    if let Some(unknown) = wanted.iter().find(|id| !known.contains(&id.as_str())) {
        return Err(
            Error::usage(format!("there is no step {unknown}")).hint(format!("the steps: {}", known.join(", ")))
        );
    }
    // What is half-done would look broken, and the advice would break it.
    state.refuse_if_locked()?;
    let standing = Standing::of(state)?;
    Journal::load(state)?;
    for line in losses::lines(state, &standing.journal) {
        errln!("{line}");
    }
    if let Some(traces) = lost(&standing).filter(|_| !matches!(state.saved_answers(), Ok(Some(_)))) {
        for line in traces.lines() {
            errln!("{line}");
        }
        let what = "the answers of this server are gone, and so is the record of what mailwright did on it";
        return Err(Error::usage(what).hint(
            "`mailwright setup --answers FILE --dry-run` holds it against answers, and without --dry-run takes it over; \
             `mailwright check` works from then on",
        ));
    }
    let ran = standing.last_run.is_some() || state.saved_answers()?.is_none();
    if standing.state == Word::Nothing && ran {
        return Err(Error::usage("nothing is set up on this server: there is nothing to check")
            .hint("begin with `mailwright`, or with `mailwright setup --answers FILE`"));
    }
    let answers = context::saved(state)?;
    let facts = context::facts(state)?;
    let asked = |step: &&Step| wanted.is_empty() || wanted.iter().any(|id| id == step.id);
    let asked = context::checks_of(state, &answers, &facts, steps::ALL.iter().filter(asked))?;
    let report = checks::report(&asked, &context::seeing(&facts)?);
    if json {
        outln!("{}", report::json(&report)?);
    } else {
        crate::out::out(format_args!("{}", report::text(&report, report::colour())));
    }
    match report.count(Outcome::Fail) {
        0 => Ok(()),
        count => Err(Error::failed(format!("{count} of {} checks failed", report.checks.len()))),
    }
}
