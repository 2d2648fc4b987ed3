//! What the tests on real hosts share.
#![allow(dead_code, reason = "each test program uses its own part of it")]

pub mod neighbour;
pub mod processes;
pub mod secrets;
pub mod sentry;
pub mod theirs;
pub mod tree;
pub mod whole;
pub mod witness;

use std::fs::{File, create_dir_all};
use std::path::Path;
use std::time::{Duration, Instant};

use mailwright::rehearsal::{HOME, needs};
use rustix::fs::{FlockOperation, flock};

/// How many tests may have a lab at the same time, over all test programs.
const AT_ONCE: usize = 4;

/// The right to have a lab now; given back when dropped, with a word on how long it was used.
pub struct Turn {
    _slot: File,
    test: String,
    since: Instant,
}

impl Drop for Turn {
    fn drop(&mut self) {
        println!("took {:.0} s: {}", self.since.elapsed().as_secs_f64(), self.test);
    }
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
                return Some(Turn { _slot: file, test: test.to_owned(), since: Instant::now() });
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Every turn there is, and the gate to them.
pub struct Alone {
    _turns: Vec<Turn>,
    _gate: File,
}

/// Waits until no other test has real hosts: for measuring. Says so where there can be none.
pub fn alone(test: &str) -> Option<Alone> {
    drop(turn(test)?);
    // One at a time gathers the turns: two that hold one each would wait for ever.
    let gate = File::create(Path::new(HOME).join("turns/alone")).unwrap();
    flock(&gate, FlockOperation::LockExclusive).unwrap();
    let mut turns = vec![turn(test)?];
    while turns.len() < AT_ONCE {
        turns.extend(turn(test));
    }
    Some(Alone { _turns: turns, _gate: gate })
}
