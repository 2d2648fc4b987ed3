//! Samples what every process of a host shows of itself to others: its arguments and its environment.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mailwright::rehearsal::Host;

/// Between two looks: short beside the life of a program, long enough to leave the machine to the setup.
const PAUSE: Duration = Duration::from_millis(10);

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// How often all processes were looked at.
    pub looks: u32,
    /// Every argument list and every environment, each once.
    pub texts: BTreeSet<Vec<u8>>,
}

impl Seen {
    /// Every text that holds this.
    pub fn with(&self, needle: &str) -> Vec<String> {
        let texts = self.texts.iter().map(|text| String::from_utf8_lossy(text).replace('\0', " "));
        texts.filter(|text| text.contains(needle)).collect()
    }
}

/// Looks until it is told to end. The host's own /proc shows its processes and no others.
pub fn sample(host: &Host, end: &AtomicBool) -> Seen {
    let proc = PathBuf::from(format!("/proc/{}/root/proc", host.init().unwrap()));
    let mut seen = Seen::default();
    while !end.load(Ordering::SeqCst) {
        for entry in fs::read_dir(&proc).into_iter().flatten().flatten() {
            if !entry.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit) {
                continue;
            }
            for what in ["cmdline", "environ"] {
                // A process that has gone has nothing to show any more.
                let Ok(text) = fs::read(entry.path().join(what)) else { continue };
                if !seen.texts.contains(&text) {
                    seen.texts.insert(text);
                }
            }
        }
        seen.looks += 1;
        std::thread::sleep(PAUSE);
    }
    seen
}
