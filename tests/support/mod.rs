//! What the tests on real hosts share.
#![allow(dead_code, reason = "each test program uses its own part of it")]

pub mod processes;
pub mod secrets;
pub mod sentry;
pub mod tree;
pub mod whole;
pub mod witness;

use std::fs::{File, create_dir_all};
use std::path::Path;
use std::time::Duration;

use mailwright::rehearsal::{HOME, needs};
use rustix::fs::{FlockOperation, flock};

/// How many tests may have a lab at the same time, over all test programs.
const AT_ONCE: usize = 2;

/// The right to have a lab now; given back when dropped.
pub struct Turn {
    _slot: File,
}

/// Waits for a turn to have real hosts. Where there can be none it says so, and the test is to return.
pub fn turn(test: &str) -> Option<Turn> {
    let missing: Vec<String> = needs::missing().iter().map(ToString::to_string).collect();
    if !missing.is_empty() {
        println!("left out: {test} (needs {})", missing.join(", "));
        return None;
    }
    let dir = Path::new(HOME).join("turns");
    create_dir_all(&dir).unwrap();
    loop {
        for slot in 0..AT_ONCE {
            let file = File::create(dir.join(slot.to_string())).unwrap();
            if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
                return Some(Turn { _slot: file });
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until no other test has real hosts: for measuring. Says so where there can be none.
pub fn alone(test: &str) -> Option<Vec<Turn>> {
    let mut turns = vec![turn(test)?];
    turns.clear();
    // One at a time gathers the turns: two that hold one each would wait for ever.
    let gate = File::create(Path::new(HOME).join("turns/alone")).unwrap();
    flock(&gate, FlockOperation::LockExclusive).unwrap();
    turns.push(Turn { _slot: gate });
    while turns.len() <= AT_ONCE {
        turns.extend(turn(test));
    }
    Some(turns)
}
