//! Arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use mailwright::answers::hash;
use mailwright::cli::{Cli, Verb};
use mailwright::{out, shell, words};

fn main() -> ExitCode {
    shell::settle_in();
    let cli = Cli::parse();
    let environment = |name: &str| std::env::var(name).ok();
    // JSON stays English, whoever reads it.
    words::speak(if cli.json() { words::ENGLISH } else { words::language(environment) });
    if environment("TERM").is_some_and(|terminal| terminal == "linux") {
        words::widen();
    }
    if !matches!(cli.verb, Some(Verb::HashPassword)) {
        // The process that holds the walk stays small; it finds itself even when its file was replaced.
        hash::apart(shell::OWN);
    }
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out::err(format_args!("{}\n", error.render()));
            ExitCode::from(error.kind().exit_code())
        }
    }
}
