//! Arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use mailwright::cli::Cli;
use mailwright::{out, words};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let environment = |name: &str| std::env::var(name).ok();
    // JSON stays English, whoever reads it.
    words::speak(if cli.json() { words::ENGLISH } else { words::language(environment) });
    if environment("TERM").is_some_and(|terminal| terminal == "linux") {
        words::widen();
    }
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
<<<<<<< HEAD
            out::err(format_args!("{}\n", error.render()));
=======
            // The line to the admin may have dropped.
            mailwright::ui::ask::tell(&format!("{}\n", error.render()));
>>>>>>> plain
            ExitCode::from(error.kind().exit_code())
        }
    }
}
