//! Files that several programs write, such as hosts(5): what mailwright changed in one is taken back line by line, and what
//! others wrote since stays.

use std::path::Path;

/// The files.
const SHARED: [&str; 1] = ["/etc/hosts"];

/// Whether others write this file as well.
#[must_use]
pub fn is_shared(path: &Path) -> bool {
    SHARED.iter().any(|shared| path == Path::new(shared))
}

/// The text as it is now, without the lines that were written where `old` had none, and with the lines of `old` that were
/// left out then, each after the line that it stood behind.
#[must_use]
pub fn taken_back(old: &str, written: &str, now: &str) -> String {
    let [old, written] = [old, written].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let mut now: Vec<&str> = now.split_inclusive('\n').collect();
    for line in without(&written, &old) {
        if let Some(at) = now.iter().position(|one| *one == line) {
            now.remove(at);
        }
    }
    let lost = without(&old, &written);
    let mut lost = lost.into_iter().peekable();
    for (n, line) in old.iter().enumerate() {
        if lost.peek() != Some(line) {
            continue;
        }
        lost.next();
        let before = old[..n].iter().rev().find_map(|one| now.iter().position(|other| other == one));
        let at = before.map_or(0, |at| at + 1);
        now.insert(at, line);
    }
    now.concat()
}

/// Whether a text has all that an edit of `base` to `planned` brings, and nothing of what it takes away.
#[must_use]
pub fn has(planned: &str, base: &str, now: &str) -> bool {
    let [planned, base, now] = [planned, base, now].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let (brought, taken) = (without(&planned, &base), without(&base, &planned));
    brought.iter().all(|line| now.contains(line)) && !taken.iter().any(|line| now.contains(line))
}

/// The lines of one text that the other lacks, in order; one that stands there twice is lacked twice.
fn without<'a>(one: &[&'a str], other: &[&str]) -> Vec<&'a str> {
    let mut other = other.to_vec();
    let mut lacks = Vec::new();
    for line in one {
        match other.iter().position(|there| there == line) {
            Some(at) => {
                other.swap_remove(at);
            }
            None => lacks.push(*line),
        }
    }
    lacks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OLD: &str = "127.0.0.1 localhost\n127.0.1.1 old\n\n# mine\n";
    const WRITTEN: &str = "127.0.0.1 localhost\n203.0.113.10 mail.example.org mail\n\n# mine\n";

    #[test]
    fn what_others_wrote_since_stays() {
        let now = format!("# first\n{WRITTEN}10.0.0.7 backup\n");
        assert_eq!(taken_back(OLD, WRITTEN, &now), format!("# first\n{OLD}10.0.0.7 backup\n"));
        assert_eq!(taken_back(OLD, WRITTEN, WRITTEN), OLD);
        let since = format!("{WRITTEN}10.0.0.7 backup\n");
        assert!(has(WRITTEN, OLD, &since) && !has(WRITTEN, OLD, OLD), "an edit that is there is not made again");
        // Somebody took our line out already.
        assert_eq!(taken_back(OLD, WRITTEN, "127.0.0.1 localhost\n"), "127.0.0.1 localhost\n127.0.1.1 old\n");
    }

    proptest! {
        #[test]
        fn no_line_of_others_is_lost(lines in proptest::collection::vec("[a-c]{1,2}", 0..8), ours in proptest::collection::vec("[a-c]{1,2}", 0..4), since in proptest::collection::vec("x[a-c]{1,2}", 0..4)) {
            let text = |lines: &[String]| lines.iter().fold(String::new(), |text, line| text + line + "\n");
            let (old, written) = (text(&lines), text(&ours));
            let now = text(&since) + &written + &text(&since);
            let back = taken_back(&old, &written, &now);
            let mut got: Vec<&str> = back.lines().collect();
            let mut want: Vec<&str> = lines.iter().chain(&since).chain(&since).map(String::as_str).collect();
            got.sort_unstable();
            want.sort_unstable();
            prop_assert_eq!(got, want);
        }
    }
}
