//! `setup` and `resume`: preview, agree, apply, check, and say what comes next. Resuming is planning again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use crate::answers::{Answers, Tls, to_toml};
use crate::change::Change;
use crate::check::{Checked, Outcome, Report};
use crate::cli::{Setup, context};
use crate::engine::apply::Applied;
use crate::engine::{Engine, State, Stop};
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::log::{self, Logs};
use crate::plan::{Plan, Standing};
use crate::probe::checks;
use crate::steps::{preflight, tls};
use crate::ui::preview::{ChangePreview, Preview, StepPreview};
use crate::ui::progress::Progress;
use crate::ui::{ask, closing, report};
use crate::words::say;

/// Runs `setup`.
pub fn run(state: &State, stop: &Stop, options: &Setup) -> Result<()> {
    if options.yes && options.answers.is_none() {
        return Err(Error::usage("--yes agrees to the answers, and there are none")
            .hint("give them with `--answers FILE`, or use `mailwright resume --yes`"));
    }
    let answers = context::answers(state, options.answers.as_deref())?;
    let root = rustix::process::geteuid().is_root();
    if options.dry_run || !root {
        if !options.dry_run {
            eprintln!("{}", say("setup-not-root", &[]));
        }
        return show(state, answers, options.form.json);
    }
    change(state, stop, answers, &Manner { verb: "setup", yes: options.yes, json: options.form.json })
}

/// Runs `resume`: the same, with the answers of the run that was interrupted.
pub fn resume(state: &State, stop: &Stop, yes: bool) -> Result<()> {
    context::root("go on with a setup")?;
    change(state, stop, context::saved(state)?, &Manner { verb: "resume", yes, json: false })
}

/// The plan against the machine, printed; nothing is touched.
fn show(state: &State, answers: Answers, json: bool) -> Result<()> {
    let facts = context::facts(state)?;
    let engine = engine(state, &Stop::default(), &facts, None)?;
    let answers = context::hashed(state, answers)?;
    let preview = preview(&engine, &Plan::new(&answers, &facts)?)?;
    if json {
        println!("{}", report::pretty(&preview)?);
        return Ok(());
    }
    let findings = findings(&answers, &facts)?;
    if findings.worst() > Outcome::Pass {
        print!("{}", report::text(&findings, report::colour()));
    }
    print!("{}", preview.text(true));
    Ok(())
}

/// How a run that changes the machine was asked for.
struct Manner {
    verb: &'static str,
    yes: bool,
    json: bool,
}

/// What a run did, as JSON.
#[derive(Serialize)]
struct Done {
    version: u32,
    /// The subjects of the changes made, in order.
    applied: Vec<String>,
    checks: Vec<Checked>,
}

/// Makes so what the answers ask.
fn change(state: &State, stop: &Stop, answers: Answers, manner: &Manner) -> Result<()> {
    let _lock = state.lock()?;
    let facts = context::facts(state)?;
    let mut engine = engine(state, stop, &facts, None)?;
    preflight(&answers, &facts)?;
    let answers = context::hashed(state, answers)?;
    let plan = Plan::new(&answers, &facts)?;
    let preview = preview(&engine, &plan)?;
    // After a run that failed or was cut off there may be nothing to make, but there is something to settle or to check.
    if preview.to_make().next().is_none() && engine.journal.outcome() == Some("finished") {
        state.save_answers(to_toml(&answers)?.reveal())?;
        if manner.json {
            println!("{}", report::pretty(&Done { version: 1, applied: Vec::new(), checks: Vec::new() })?);
        } else {
            println!("{}", say("setup-nothing", &[]));
        }
        return Ok(());
    }
    consent(&preview, manner.yes)?;
    let logs = log::start(manner.verb, Progress::new())?;
    engine.program_log.clone_from(&logs.apt);
    state.save_answers(to_toml(&answers)?.reveal())?;
    engine.begin_run(manner.verb)?;
    let result = apply(&mut engine, &plan, &answers, &facts);
    engine.end_run(&outcome(&result))?;
    let (applied, report) = result.inspect_err(|error| {
        tracing::error!(error = error.render(), "run ended");
        eprintln!("{}", say("setup-log", &[("log", &logs.run.display().to_string())]));
    })?;
    if manner.json {
        println!("{}", report::pretty(&Done { version: 1, applied: applied.made, checks: report.checks.clone() })?);
    } else {
        print!("{}", report::text(&report, report::colour()));
    }
    verdict(&report)?;
    if !manner.json {
        print!("{}", closing::text(&answers, &facts, &logs, state)?);
    }
    Ok(())
}

/// Stops before anything is touched when the machine is not fit.
fn preflight(answers: &Answers, facts: &Facts) -> Result<()> {
    let findings = findings(answers, facts)?;
    if findings.worst() > Outcome::Pass {
        eprint!("{}", report::text(&findings, report::colour()));
    }
    if findings.worst() < Outcome::Fail {
        return Ok(());
    }
    Err(Error::failed("this server is not ready for a setup; nothing has been touched")
        .hint("mend what is marked FAIL above, then run setup again"))
}

fn findings(answers: &Answers, facts: &Facts) -> Result<Report> {
    let mut checks = vec![(preflight::STEP.id, (preflight::STEP.checks)(answers, facts))];
    // A certificate that is given has to be right before anything is touched: nothing here could mend it.
    if answers.tls != Tls::SelfSigned {
        checks.push((tls::STEP.id, vec![tls::fits(answers)]));
    }
    Ok(checks::report(&checks, &context::seeing(facts)?))
}

/// Shows what will change and asks, unless `--yes` has agreed. Files edited by hand are never overwritten unasked.
fn consent(preview: &Preview, yes: bool) -> Result<()> {
    if !yes {
        print!("{}", preview.text(true));
        return ask::agree(&say("setup-agree", &[]));
    }
    let edited = preview.edited_by_hand();
    if edited.is_empty() {
        return Ok(());
    }
    Err(Error::failed(format!("changed by hand since mailwright wrote them: {}", edited.join(", ")))
        .hint("run setup without --yes to see the differences and decide"))
}

/// Applies the plan. Each step is checked as soon as it is applied; at the end those that had nothing to apply.
fn apply(engine: &mut Engine, plan: &Plan, answers: &Answers, facts: &Facts) -> Result<(Applied, Report)> {
    engine.settle()?;
    let seeing = context::seeing(facts)?;
    let mut reports: BTreeMap<&str, Report> = BTreeMap::new();
    let applied = engine.apply(plan, |stage| {
        let found = checks::report(&[(stage.step.id, (stage.step.checks)(answers, facts))], &seeing);
        let passed = found.count(Outcome::Pass).to_string();
        let all = found.checks.len().to_string();
        log::tell("progress-checked", &[("passed", &passed), ("all", &all)]);
        if found.worst() == Outcome::Fail {
            eprint!("{}", report::text(&found, report::colour()));
            let error = Error::failed(format!("the step {} was applied but a check of it failed", stage.step.id));
            return Err(error
                .hint("mend what is marked FAIL and run `mailwright resume`, or go back with `mailwright rollback`"));
        }
        reports.insert(stage.step.id, found);
        Ok(())
    })?;
    let facts = context::facts(&engine.machine.state)?;
    let steps = crate::steps::ALL.iter().filter(|step| !reports.contains_key(step.id));
    let left: Vec<_> = steps.map(|step| (step.id, (step.checks)(answers, &facts))).collect();
    let mut rest = checks::report(&left, &seeing).checks;
    let all = crate::steps::ALL.iter().flat_map(|step| match reports.remove(step.id) {
        Some(report) => report.checks,
        None => rest.extract_if(.., |checked| checked.step == step.id).collect(),
    });
    Ok((applied, Report { checks: all.collect() }))
}

/// How the run ended, for the journal: a failed check is no finished run.
fn outcome(result: &Result<(Applied, Report)>) -> Result<()> {
    result.as_ref().map_err(Clone::clone).and_then(|(_, report)| verdict(report))
}

fn verdict(report: &Report) -> Result<()> {
    if report.worst() < Outcome::Fail {
        return Ok(());
    }
    Err(Error::failed("the setup was applied, but checks failed").hint("see what is marked FAIL above"))
}

fn engine(state: &State, stop: &Stop, facts: &Facts, log: Option<&Logs>) -> Result<Engine> {
    let program_log = log.map(|logs| logs.apt.clone()).unwrap_or_default();
    Engine::new(context::machine(state, facts)?, stop.clone(), program_log)
}

/// Each change of the plan held against the machine. A daemon whose files are about to change is due for a restart.
pub fn preview(engine: &Engine, plan: &Plan) -> Result<Preview> {
    let mut steps = Vec::new();
    let mut pending: Vec<PathBuf> = Vec::new();
    for stage in &plan.stages {
        let mut changes = Vec::new();
        for change in &stage.changes {
            let standing = standing(engine, change, &pending)?;
            if !standing.holds() {
                pending.extend(change.paths());
            }
            changes.push(ChangePreview {
                subject: change.subject(),
                describe: change.describe(),
                paths: change.paths(),
                change: change.clone(),
                standing,
            });
        }
        steps.push(StepPreview { id: stage.step.id, changes });
    }
    Ok(Preview { version: 1, steps })
}

fn standing(engine: &Engine, change: &Change, pending: &[PathBuf]) -> Result<Standing> {
    let standing = engine.standing(change)?;
    let Change::Service { uses, .. } = change else { return Ok(standing) };
    let Some(file) = uses.iter().find(|file| pending.contains(file)).filter(|_| standing.holds()) else {
        return Ok(standing);
    };
    let what = vec![format!("restart ({} changes)", file.display())];
    Ok(Standing::Differs { what, text: None, edited_by_hand: false })
}
