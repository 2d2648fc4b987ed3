//! What mailwright writes on a host while it is at work: watched, and told when a test fails.

use std::time::{Duration, Instant};

use mailwright::rehearsal::Host;

/// How long a change may take to begin.
const PATIENCE: Duration = Duration::from_secs(300);

/// When a test fails: the end of what mailwright logged on its host.
pub struct Witness<'a>(pub &'a Host);

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let script = "tail -n 40 $(ls -t /var/log/mailwright/*.log | grep -v apt | head -1)";
            let told = self.0.program("sh").args(["-c", script]).run();
            println!("{}", told.map(|output| output.stdout).unwrap_or_default());
        }
    }
}

/// The events of a host's journal.
pub fn events(host: &Host) -> Vec<serde_json::Value> {
    let text = host.read_text("/var/lib/mailwright/journal.jsonl").unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Waits until the journal says so often that this change has begun.
pub fn begun(host: &Host, subject: &str, times: usize) {
    let until = Instant::now() + PATIENCE;
    let is_it = |event: &&serde_json::Value| event["event"] == "begin" && event["subject"] == subject;
    while events(host).iter().filter(is_it).count() < times {
        assert!(Instant::now() < until, "{subject} was not begun {times} times");
        std::thread::sleep(Duration::from_millis(2));
    }
}
