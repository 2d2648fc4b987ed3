//! `setup` and `resume`: preview, agree, apply, check, and say what comes next. Resuming is planning again.

use serde::Serialize;

use crate::answers::{self, Answers};
use crate::check::{Checked, Outcome};
use crate::cli::Setup as Options;
use crate::cli::status::lost;
use crate::engine::{State, Stop};
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::log;
use crate::run::context;
use crate::run::setup::{Phase, Setup, verdict};
use crate::run::standing::{Standing, Word};
use crate::ui::preview::Preview;
use crate::ui::progress::Progress;
use crate::ui::{ask, closing, losses, report};
use crate::words::say;

/// Runs `setup`.
pub fn run(state: &State, stop: &Stop, options: &Options) -> Result<()> {
    if options.example {
        crate::out::out(format_args!("{}", answers::EXAMPLE));
        return Ok(());
    }
    if options.yes && options.answers.is_none() {
        return Err(Error::usage("--yes agrees to the answers, and there are none")
            .hint("give them with `--answers FILE`, or use `mailwright resume --yes`"));
    }
    let answers = context::answers(state, options.answers.as_deref())?;
    let root = rustix::process::geteuid().is_root();
    if options.dry_run || !root {
        if !options.dry_run {
            errln!("{}", say("setup-not-root", &[]));
        }
        return show(state, answers, options.form.json);
    }
    change(state, stop, &answers, &Manner { verb: "setup", yes: options.yes, json: options.form.json })
}

/// Runs `resume`: the same, with the answers of the run that was interrupted.
pub fn resume(state: &State, stop: &Stop, yes: bool) -> Result<()> {
    context::root("go on with a setup")?;
    let standing = Standing::of(state)?;
    if standing.was_going_back() {
        // What was begun is brought to its end: a rollback goes on back.
        let to = standing.last_run.as_ref().and_then(|run| run.to.clone());
        return super::rollback::run(state, stop, to.as_deref(), yes);
    }
    if standing.state == Word::Nothing {
        return Err(Error::usage("there is nothing to go on with: mailwright has changed nothing on this server")
            .hint("begin with `mailwright`, or with `mailwright setup --answers FILE`"));
    }
    change(state, stop, &context::saved(state)?, &Manner { verb: "resume", yes, json: false })
}

/// The plan against the machine, printed; nothing is touched.
fn show(state: &State, answers: Answers, json: bool) -> Result<()> {
    let setup = Setup::new(state, &Stop::default(), answers, context::facts(state)?)?;
    if json {
        outln!("{}", report::pretty(&setup.preview)?);
        return Ok(());
    }
    let findings = Setup::findings(&setup.answers, &setup.facts)?;
    if findings.worst() > Outcome::Pass {
        crate::out::out(format_args!("{}", report::text(&findings, report::colour())));
    }
    crate::out::out(format_args!("{}", setup.preview.text(true)));
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
    /// Rows that people made otherwise, which stay as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kept: Vec<String>,
    checks: Vec<Checked>,
}

/// Makes so what the answers ask.
fn change(state: &State, stop: &Stop, answers: &Answers, manner: &Manner) -> Result<()> {
    state.refuse_if_locked()?;
    let facts = context::facts(state)?;
    let standing = Standing::of(state)?;
    for line in losses::lines(state, &standing.journal) {
        errln!("{line}");
    }
    let lost = lost(&standing);
    if let Some(traces) = &lost {
        errln!("{}", say("setup-lost", &[]));
        for line in traces.lines() {
            errln!("  {line}");
        }
    }
    // Before the lock, which makes the state directory: where nothing is done, nothing is left behind.
    preflight(answers, &facts)?;
    let first = !state.journal_path().exists();
    let _lock = state.lock()?;
    let asked = asked(state, stop, answers, facts, manner, lost.is_some()).inspect_err(|_| {
        if first {
            state.leave();
        }
    })?;
    match asked {
        Some(setup) => make(state, setup, manner),
        None => Ok(()),
    }
}

/// The setup that was agreed to; `None` where nothing is to be made.
fn asked(
    state: &State,
    stop: &Stop,
    answers: &Answers,
    facts: Facts,
    manner: &Manner,
    lost: bool,
) -> Result<Option<Setup>> {
    let mut setup = Setup::new(state, stop, answers.clone(), facts)?;
    setup.engine.journal.put_right()?;
    rows(&mut setup, stop, manner)?;
    if lost && manner.yes {
        // Nobody is asked, but what is replaced is shown.
        crate::out::err(format_args!("{}", setup.preview.text(true)));
    }
    if !setup.is_finished() {
        return agreed(setup, state, stop, answers, manner.yes).map(Some);
    }
    setup.save_answers(state)?;
    state.remove_draft_before(std::time::SystemTime::now());
    if manner.json {
        let kept = setup.preview.kept();
        outln!("{}", report::pretty(&Done { version: 1, applied: Vec::new(), kept, checks: Vec::new() })?);
    } else {
        outln!("{}", say("setup-nothing", &[]));
    }
    Ok(None)
}

/// Names the rows that people changed. They stay as they are, unless somebody is there and asks for it.
fn rows(setup: &mut Setup, stop: &Stop, manner: &Manner) -> Result<()> {
    let kept = setup.preview.kept();
    if kept.is_empty() {
        return Ok(());
    }
    errln!("{}", say("preview-kept", &[]));
    for line in &kept {
        errln!("  {line}");
    }
    if !manner.yes && setup.preview.keeps_rows() && ask::is_terminal() && ask::yes(&say("setup-rows", &[]), stop)? {
        setup.set_rows_back()?;
    }
    Ok(())
}

/// The setup that was agreed to. The question may have stood for long: what changed on the machine meanwhile is shown,
/// and asked about, again.
fn agreed(mut setup: Setup, state: &State, stop: &Stop, answers: &Answers, yes: bool) -> Result<Setup> {
    loop {
        consent(&setup.preview, stop, yes)?;
        if yes {
            return Ok(setup);
        }
        let mut now = Setup::new(state, stop, answers.clone(), context::facts(state)?)?;
        if setup.engine.set_rows_back {
            now.set_rows_back()?;
        }
        if now.preview.text(true) == setup.preview.text(true) {
            return Ok(now);
        }
        errln!("{}", say("setup-meanwhile", &[]));
        setup = now;
    }
}

fn make(state: &State, mut setup: Setup, manner: &Manner) -> Result<()> {
    let progress = Progress::new();
    let logs = log::start(manner.verb, move |news| progress.tell(news))?;
    let made = setup.make(state, &logs, manner.verb, None, |phase| {
        if let Phase::Failed(_, found) = phase {
            crate::out::err(format_args!("{}", report::text(&found, report::colour())));
        }
    });
    let (applied, report) = made.inspect_err(|_| {
        errln!("{}", say("setup-log", &[("log", &logs.run.display().to_string())]));
    })?;
    if manner.json {
        let kept = setup.preview.kept();
        outln!("{}", report::pretty(&Done { version: 1, applied: applied.made, kept, checks: report.checks.clone() })?);
    } else {
        crate::out::out(format_args!("{}", report::text(&report, report::colour())));
    }
    verdict(&report)?;
    let unseen = report.count(Outcome::Unknown);
    if !manner.json {
        crate::out::out(format_args!("{}", closing::text(&setup.answers, &setup.facts, &logs, state, unseen)?));
    }
    // The last word, beside an exit code that knows failed and not failed alone.
    if unseen > 0 {
        errln!("{}", say("setup-unseen", &[("count", &unseen.to_string())]));
    }
    Ok(())
}

/// Stops before anything is touched when the machine is not fit.
fn preflight(answers: &Answers, facts: &Facts) -> Result<()> {
    let findings = Setup::findings(answers, facts)?;
    if findings.worst() > Outcome::Pass {
        crate::out::err(format_args!("{}", report::text(&findings, report::colour())));
    }
    if findings.worst() < Outcome::Fail {
        return Ok(());
    }
    Err(Error::failed("this server is not ready for a setup; nothing has been touched")
        .hint("mend what is marked FAIL above, then run setup again"))
}

/// Shows what will change and asks, unless `--yes` has agreed. Files edited by hand are never overwritten unasked.
fn consent(preview: &Preview, stop: &Stop, yes: bool) -> Result<()> {
    if !yes {
        crate::out::out(format_args!("{}", preview.text(true)));
        return ask::agree(&say("setup-agree", &[]), stop);
    }
    let edited = preview.edited_by_hand();
    if edited.is_empty() {
        return Ok(());
    }
    Err(Error::failed(format!("changed by hand since mailwright wrote them: {}", edited.join(", ")))
        .hint("run setup without --yes to see the differences and decide"))
}
