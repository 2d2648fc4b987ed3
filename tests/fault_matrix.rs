//! A run struck at every point with every fault, on real hosts: what follows brings it to its end. A sample, drawn anew
//! each time; all of it with `MAILWRIGHT_MATRIX=all` (or `n/m` for a part), which writes tests/fault-matrix.md;
//! `MAILWRIGHT_MATRIX_ONLY='purge|remove'` carries out the cases whose names have one of these in them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;

#[path = "support/fault.rs"]
mod fault;
#[path = "support/matrix/mod.rs"]
mod matrix;
#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

use matrix::draw::Draw;
use matrix::points::places;
use matrix::record::{Record, with_table, write};
use matrix::run::Bench;
use matrix::{Case, FAULTS, cases};

/// How many are drawn in a sample: one of each fault, and one more.
const SAMPLE: usize = FAULTS.len() + 1;

fn every_point_with_every_fault(release: Release) {
    let Some(_turn) = support::turn("the fault matrix") else { return };
    let started = Instant::now();
    let mut bench = Bench::new(release);
    let all = cases(&bench.places);
    println!("{release}: {} places, {} cases, begun after {:.0?}", bench.places.len(), all.len(), started.elapsed());
    let whole = std::env::var("MAILWRIGHT_MATRIX").ok();
    let mut record = Record::open(release);
    let due = match &whole {
        // In an order of its own, so that a part says something of the whole.
        Some(part) => {
            Draw::of(1).shuffled(shard(&all, part)).into_iter().filter(|case| !record.has_passed(case)).collect()
        }
        None => sample(&all, release),
    };
    let due = match std::env::var("MAILWRIGHT_MATRIX_ONLY") {
        Ok(only) => all.iter().filter(|case| only.split('|').any(|part| case.name().contains(part))).copied().collect(),
        Err(_) => due,
    };
    let minutes = std::env::var("MAILWRIGHT_MATRIX_MINUTES").map_or(60, |minutes| minutes.parse().unwrap());
    let (mut wrong, mut left) = (Vec::new(), due.len());
    for case in due {
        if whole.is_some() && started.elapsed() > Duration::from_secs(minutes * 60) {
            println!("{release}: {left} cases are left for another time");
            break;
        }
        left -= 1;
        let outcome = bench.carry_out(&case);
        let word = if outcome.wrong.is_none() { "well" } else { "WRONG" };
        println!("{release} {:3} s: {word}: {}", outcome.seconds, case.name());
        if whole.is_some() {
            record.note(&case, &outcome);
            write(release, &record.table(release, &all));
        }
        wrong.extend(outcome.wrong.map(|why| format!("{}\n{why}", case.name())));
    }
    assert!(wrong.is_empty(), "{} cases did not come to their end:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Those of the n-th of m parts; all without a part.
fn shard(all: &[Case], part: &str) -> Vec<Case> {
    let (number, parts) = part.split_once('/').unwrap_or(("1", "1"));
    let (number, parts): (usize, usize) = (number.parse().unwrap(), parts.parse().unwrap());
    assert!((1..=parts).contains(&number), "MAILWRIGHT_MATRIX={part}: there is no such part");
    all.iter().skip(number - 1).step_by(parts).copied().collect()
}

/// One case of each fault, and one more of any.
fn sample(all: &[Case], release: Release) -> Vec<Case> {
    let mut draw = Draw::new(&format!("{SAMPLE} faults on Debian {release}"));
    let shuffled = draw.shuffled(all.to_vec());
    let mut drawn: Vec<Case> =
        FAULTS.iter().filter_map(|(fault, _)| shuffled.iter().find(|case| case.fault.0 == *fault)).copied().collect();
    let others = shuffled.iter().filter(|case| drawn.iter().all(|other| other.name() != case.name()));
    let more: Vec<Case> = others.take(SAMPLE - drawn.len()).copied().collect();
    drawn.extend(more);
    drawn
}

#[test]
fn debian_12_comes_to_an_end_from_every_point() {
    every_point_with_every_fault(Release::Bookworm);
}

#[test]
fn debian_13_comes_to_an_end_from_every_point() {
    every_point_with_every_fault(Release::Trixie);
}

#[test]
fn the_parts_of_a_matrix_are_the_whole_and_a_seed_draws_the_same() {
    let all = cases(&places(&["hostname", "packages", "service Postfix"], &["postfix", "ed"], &["postfix"]));
    let names = |cases: Vec<Case>| cases.iter().map(Case::name).collect::<Vec<_>>();
    let (mut parts, mut whole) =
        ((1..=3).flat_map(|n| names(shard(&all, &format!("{n}/3")))).collect::<Vec<_>>(), names(all.clone()));
    parts.sort();
    whole.sort();
    assert_eq!(parts, whole);
    whole.dedup();
    assert_eq!(whole.len(), all.len(), "two cases have the same name");
    let drawn = || names(Draw::of(7).shuffled(all.clone()));
    assert_eq!(drawn(), drawn());
    assert_ne!(drawn(), names(all.clone()));
}

#[test]
fn a_table_takes_the_place_of_the_old_one_of_its_release() {
    let one = with_table("", Release::Trixie, "## Debian trixie\n\nfirst\n");
    let two = with_table(&one, Release::Bookworm, "## Debian bookworm\n\nother\n");
    let three = with_table(&two, Release::Trixie, "## Debian trixie\n\nsecond\n");
    assert!(three.starts_with("# ") && !three.contains("first"), "{three}");
    assert!(three.contains("\n\n## Debian bookworm\n\nother\n\n## Debian trixie\n\nsecond\n"), "{three}");
}
