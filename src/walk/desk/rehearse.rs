//! A rehearsal from within the walk: this same program, once more, on its own.

use std::time::Duration;

use super::{Clerk, Told};
use crate::draft::Draft;
use crate::engine::state;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::rehearsal;
use crate::run::news::News;
use crate::shell::{self, Program};
use crate::walk::Verb;

/// The first rehearsal downloads Debian.
const DEADLINE: Duration = Duration::from_secs(3600);
/// How long its hosts may take to go.
const GRACE: Duration = Duration::from_secs(120);
const EACH: Duration = Duration::from_millis(200);

impl Clerk {
    pub(super) fn rehearse(&self, draft: &Draft) -> Result<()> {
        self.tell(Told::Began(Verb::Rehearsal, crate::log::Logs::default()));
        self.state.create()?;
        let answers = self.state.dir().join("rehearsal.toml");
        let said = self.state.dir().join("rehearsal.out");
        state::write_private(&answers, draft.to_toml()?.reveal().as_bytes(), state::Sync::Later)?;
        let result = self.follow(&answers, &said);
        if result.is_err() {
            // However it ended, no host of it is left.
            let _ = rehearsal::sweep();
        }
        for file in [&answers, &said] {
            let _ = files::remove_file(file);
        }
        result
    }

    /// Runs it, and tells its lines as they come.
    fn follow(&self, answers: &std::path::Path, said: &std::path::Path) -> Result<()> {
        let program = Program::new(shell::OWN).args(["rehearse", "--yes", "--answers"]).arg(answers).speaking();
        let running = program.output_file(said).deadline(DEADLINE).start()?;
        let mut told = 0;
        loop {
            let ended = running.wait_for(EACH)?;
            let text = files::read_text(said).unwrap_or_default();
            let whole = text.rfind('\n').map_or(0, |end| end + 1);
            for line in text.get(told..whole).unwrap_or_default().lines() {
                self.tell(Told::News(News::Note(line.to_owned())));
            }
            told = told.max(whole);
            if let Some(output) = ended {
                let failed = || Error::failed("the rehearsal failed; this server is untouched");
                return if output.ok() { Ok(()) } else { Err(failed().caused_by(tail(&text))) };
            }
            if self.stop.is_asked() {
                // It takes its hosts down first.
                running.end_within(GRACE);
                return Err(Error::new(Kind::Interrupted, "the rehearsal was interrupted; this server is untouched"));
            }
        }
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(6)..].join("\n")
}
