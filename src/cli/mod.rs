//! The command line: the verbs and their options. A contract: others script against it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::engine::Stop;
use crate::engine::state::DEFAULT_DIR;
use crate::error::{Error, Result};
use crate::facts::Release;

mod check;
mod context;
mod dns;
mod rehearse;
mod rollback;
mod setup;
mod status;

/// Turns a fresh Debian 12 or 13 server into a working mail server, step by step.
#[derive(Debug, Parser)]
#[command(name = "mailwright", version, about, propagate_version = true)]
pub struct Cli {
    /// Where mailwright keeps its journal, its answers and its secrets
    #[arg(long, value_name = "DIR", default_value = DEFAULT_DIR, global = true)]
    pub state: PathBuf,
    /// What to do; without it, the walk
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Set the mail server up; on a finished one, make so what the answers changed
    Setup(Setup),
    /// Go on where an interrupted run stopped
    Resume {
        /// Do not ask before changing anything
        #[arg(long)]
        yes: bool,
    },
    /// Take everything back, or the given step and those after it
    Rollback {
        /// Go back to before this step
        #[arg(long, value_name = "STEP")]
        to: Option<String>,
        /// Do not ask before taking anything back
        #[arg(long)]
        yes: bool,
    },
    /// Show what mailwright has done on this server
    Status {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Check the server: everything, or these steps
    Check {
        /// The steps to check
        #[arg(value_name = "STEP")]
        steps: Vec<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// The DNS records to publish
    Dns {
        /// How to print them
        #[arg(long, value_enum, default_value_t = DnsFormat::Table)]
        format: DnsFormat,
        /// Take the answers from this file instead of the last setup's
        #[arg(long, value_name = "FILE")]
        answers: Option<PathBuf>,
    },
    /// Run the whole setup on a throwaway Debian host of its own; this machine is not changed
    Rehearse(Rehearse),
}

/// Options of `setup`.
#[derive(Debug, Args)]
pub struct Setup {
    /// The answers, as TOML; without it, those of the last setup
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Do not ask before changing anything
    #[arg(long)]
    pub yes: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How it is shown
    #[command(flatten)]
    pub form: Form,
}

/// How things are shown.
#[derive(Debug, Args)]
pub struct Form {
    /// Plain lines, no screen
    #[arg(long)]
    pub plain: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `rehearse`.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// The answers, as TOML; without it, the example's
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// The Debian release; without it, this machine's
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
    /// A table to read
    Table,
    /// Lines for a BIND zone file
    Bind,
    /// One JSON object
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
    /// Does what was asked.
    ///
    /// # Errors
    /// With the sentence to print; its kind is the exit code.
    pub fn run(self) -> Result<()> {
        let stop = Stop::default();
        crate::signals::catch(&stop)?;
        let state = crate::engine::State::new(&self.state);
        match self.verb {
            None => Err(Error::usage("there is no screen to open yet")
                .hint("run `mailwright setup --answers FILE`; `mailwright --help` shows everything else")),
            Some(Verb::Setup(options)) => setup::run(&state, &stop, &options),
            Some(Verb::Resume { yes }) => setup::resume(&state, &stop, yes),
            Some(Verb::Rollback { to, yes }) => rollback::run(&state, &stop, to.as_deref(), yes),
            Some(Verb::Status { json }) => status::run(&state, json),
            Some(Verb::Check { steps, json }) => check::run(&state, &steps, json),
            Some(Verb::Dns { format, answers }) => dns::run(&state, format, answers.as_deref()),
            Some(Verb::Rehearse(options)) => rehearse::run(&options, &stop),
        }
    }
}
