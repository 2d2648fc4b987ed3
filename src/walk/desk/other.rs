//! Another mailwright's run, watched through its log.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::{Clerk, Told};
use crate::log;

/// So much of the end of the log is read.
const END: u64 = 16 << 10;
/// So many lines are told.
const LINES: usize = 200;

impl Clerk {
    /// Tells what another run says, or that it has ended.
    pub(super) fn look_at_other(&mut self) {
        if self.state.is_locked() {
            self.tell(Told::Other(Some(last_lines().unwrap_or_default())));
        } else {
            self.tell(Told::Other(None));
            self.look();
        }
    }
}

/// The end of the newest log of a run, without the times and the names of its spans.
fn last_lines() -> Option<Vec<String>> {
    let logs = fs::read_dir(log::DIR).ok()?.flatten().map(|entry| entry.path());
    let newest = logs.filter(|path| is_run(path.as_path())).max()?;
    let mut file = fs::File::open(newest).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END))).ok()?;
    let mut bytes = Vec::new();
    file.take(END).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<String> = text.lines().skip(usize::from(length > END)).filter_map(plain).collect();
    Some(lines[lines.len().saturating_sub(LINES)..].to_vec())
}

/// The log of a run: its name ends on the verb, apt's output beside it does not.
fn is_run(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".log") && !name.ends_with("-apt.log")
}

/// A line as a person reads it: what begins and what is noted; the rest of the log is left in the log.
fn plain(line: &str) -> Option<String> {
    let between = |start: &str| Some(line.split_once(start)?.1.split_once('"')?.0.to_owned());
    if line.ends_with(": new") { between("change{what=\"") } else { between(" note=\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_of_another_run_is_told_in_plain_lines() {
        let new = r#"2026-11-24T14:56:53.372601Z  INFO step{id="hostname"}:change{what="Name this machine mail.example.org"}: new"#;
        assert_eq!(plain(new).unwrap(), "Name this machine mail.example.org");
        let note = r#"2026-11-24T14:56:53.456104Z  INFO step{id="hostname"}: note="checked: 1 of 1 pass""#;
        assert_eq!(plain(note).unwrap(), "checked: 1 of 1 pass");
        assert_eq!(plain(r#"2026-11-24T14:56:53Z DEBUG program program="hostname -f" exit=Some(0)"#), None);
    }
}
