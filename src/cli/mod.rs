//! The command line: the verbs and their options. A contract: others script against it.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::answers::hash;
use crate::engine::Stop;
use crate::engine::state::DEFAULT_DIR;
use crate::error::{Error, Result};
use crate::facts::Release;

mod check;
mod dns;
mod hash_password;
mod rehearse;
mod rollback;
mod setup;
mod status;

const EXIT_CODES: &str = "Exit codes: 0 all is well; 1 a step or a check failed; 2 bad usage or bad answers; \
                          3 not allowed here (not root, not Debian 12 or 13, another run is at work).";

/// Turns a fresh Debian 12 or 13 server into a working mail server, step by step.
#[derive(Debug, Parser)]
#[command(name = "mailwright", version, about, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// Where mailwright keeps its journal, its answers and its secrets
    #[arg(long, value_name = "DIR", default_value = DEFAULT_DIR, global = true)]
    pub state: PathBuf,
    /// Walk line by line and open no screen; with TERM=dumb the cursor is never moved either, which suits a screen reader
    #[arg(long)]
    pub plain: bool,
    /// What to do; without it, the walk
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Set the mail server up, or carry changed answers over to a finished one
    Setup(Setup),
    /// Go on after a run that was interrupted or failed
    Resume {
        /// Do not ask before changing anything
        #[arg(long)]
        yes: bool,
    },
    /// Take everything back, or one step and those after it
    Rollback {
        /// Take back this step and those after it only
        #[arg(long, value_name = "STEP")]
        to: Option<String>,
        /// Do not ask before taking anything back
        #[arg(long)]
        yes: bool,
    },
    /// Show what mailwright has done on this server
    Status {
        /// Print one JSON object instead of text
        #[arg(long)]
        json: bool,
    },
    /// Check whether everything is as it should be, or these steps only
    Check {
        /// The steps to check; all of them when left out
        #[arg(value_name = "STEP")]
        steps: Vec<String>,
        /// Print one JSON object instead of text
        #[arg(long)]
        json: bool,
    },
    /// Show the DNS records to publish, and which of them the world sees
    Dns(Dns),
    /// Try the whole setup on a throwaway Debian host, with nothing of this machine at stake
    Rehearse(Rehearse),
    /// Hash the password on standard input: mailwright starts itself for it
    #[command(name = hash::VERB, hide = true)]
    HashPassword,
}

/// Options of `setup`.
#[derive(Debug, Args)]
pub struct Setup {
    /// The answers, as TOML; those of the last setup when left out
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Do not ask before changing anything
    #[arg(long)]
    pub yes: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print example answers, in which each key is explained, and do nothing else
    #[arg(long, conflicts_with_all = ["answers", "yes", "dry_run", "plain", "json"])]
    pub example: bool,
    /// How it is shown
    #[command(flatten)]
    pub form: Form,
}

/// Options of `dns`.
#[derive(Debug, Args)]
pub struct Dns {
    /// How to print them
    #[arg(long, value_enum, default_value_t = DnsFormat::Table)]
    pub format: DnsFormat,
    /// Do not ask the world which of them it sees
    #[arg(long)]
    pub offline: bool,
    /// The answers, as TOML; those of the last setup when left out
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
}

/// How things are shown.
#[derive(Debug, Args)]
pub struct Form {
    /// Print plain lines and open no screen
    #[arg(long)]
    pub plain: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// Options of `rehearse`.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// The answers, as TOML; the example's when left out
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// The Debian release; this machine's own when left out
    #[arg(long, value_enum)]
    pub release: Option<Release>,
    /// Leave the hosts running until Ctrl-C, and say how to enter them
    #[arg(long)]
    pub keep: bool,
    /// Install what a rehearsal needs without asking
    #[arg(long)]
    pub yes: bool,
}

/// How the DNS records are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DnsFormat {
    /// A table to read, with what the world sees
    Table,
    /// Lines for a BIND zone file
    Bind,
    /// One line a record, texts whole and unquoted, as the web forms of many providers want them
    Single,
    /// One JSON object, with what the world sees
    Json,
}

impl ValueEnum for Release {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.codename()))
    }
}

impl Cli {
    /// Whether one JSON object is asked for instead of text.
    #[must_use]
    pub fn json(&self) -> bool {
        match &self.verb {
            Some(Verb::Setup(options)) => options.form.json,
            Some(Verb::Status { json } | Verb::Check { json, .. }) => *json,
            Some(Verb::Dns(options)) => options.format == DnsFormat::Json,
            None | Some(Verb::Resume { .. } | Verb::Rollback { .. } | Verb::Rehearse(_) | Verb::HashPassword) => false,
        }
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// With the sentence to print; its kind is the exit code.
    pub fn run(self) -> Result<()> {
        let stop = Stop::default();
        crate::signals::catch(&stop)?;
        let state = crate::engine::State::new(&self.state);
        let example = matches!(&self.verb, Some(Verb::Setup(options)) if options.example);
        if !example && !matches!(self.verb, Some(Verb::HashPassword | Verb::Rehearse(_))) {
            state.refuse_foreign()?;
        }
        match self.verb {
            None => walk(&state, &stop, self.plain),
            Some(Verb::Setup(options)) => setup::run(&state, &stop, &options),
            Some(Verb::Resume { yes }) => setup::resume(&state, &stop, yes),
            Some(Verb::Rollback { to, yes }) => rollback::run(&state, &stop, to.as_deref(), yes),
            Some(Verb::Status { json }) => status::run(&state, json),
            Some(Verb::Check { steps, json }) => check::run(&state, &steps, json),
            Some(Verb::Dns(options)) => dns::run(&state, &options),
            Some(Verb::Rehearse(options)) => rehearse::run(&options, &stop),
            Some(Verb::HashPassword) => hash_password::run(),
        }
    }
}

/// The walk: on a screen, or line by line where a screen cannot be drawn or is not wished.
fn walk(state: &crate::engine::State, stop: &Stop, plain: bool) -> Result<()> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Error::usage("there is no terminal to ask on").hint("run `mailwright setup --answers FILE`"));
    }
    if plain_wanted(plain, std::env::var("TERM").ok().as_deref()) {
        crate::ui::plain::run(state, stop)
    } else {
        crate::ui::wizard::run(state, stop)
    }
}

/// Whether the walk goes line by line: it is asked for, or the terminal cannot do better.
fn plain_wanted(flag: bool, terminal: Option<&str>) -> bool {
    flag || matches!(terminal, None | Some("" | "dumb"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_is_plain_when_asked_or_on_a_dumb_terminal() {
        assert!(plain_wanted(true, Some("xterm-256color")) && plain_wanted(false, Some("dumb")));
        assert!(plain_wanted(false, None) && plain_wanted(false, Some("")));
        assert!(!plain_wanted(false, Some("vt220")));
    }
}
