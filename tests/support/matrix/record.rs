//! What came of each case, kept beside the build so that a matrix goes on where it was left, and the table made of it.
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use mailwright::engine::state::hash;
use mailwright::facts::Release;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::run::Outcome;
use super::{Case, End, FAULTS};

/// The table, among the tests.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fault-matrix.md");

/// What is known of one release's cases with this very program.
pub struct Record {
    file: File,
    known: BTreeMap<String, Value>,
}

impl Record {
    pub fn open(release: Release) -> Self {
        let path = place(release);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let known = lines.map(|line| (line["case"].as_str().unwrap().to_owned(), line)).collect();
        Self { file: OpenOptions::new().create(true).append(true).open(path).unwrap(), known }
    }

    /// Whether the case ended well already.
    pub fn has_passed(&self, case: &Case) -> bool {
        self.known.get(&case.name()).is_some_and(|line| line["wrong"].is_null())
    }

    pub fn note(&mut self, case: &Case, outcome: &Outcome) {
        let day = OffsetDateTime::now_utc().date().to_string();
        let line = json!({ "case": case.name(), "wrong": outcome.wrong, "seconds": outcome.seconds, "day": day });
        writeln!(self.file, "{line}").unwrap();
        self.known.insert(case.name(), line);
    }

    /// The table of a release: a row for each kind of place.
    pub fn table(&self, release: Release, cases: &[Case]) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        for case in cases {
            if !kinds.contains(&case.place.kind) {
                kinds.push(case.place.kind);
            }
        }
        let passed = cases.iter().filter(|case| self.has_passed(case)).count();
        let tried = cases.iter().filter(|case| self.known.contains_key(&case.name())).count();
        let last = self.known.values().filter_map(|line| line["day"].as_str()).max().unwrap_or("never");
        let mut text =
            format!("## Debian {release}\n\n{last}: {tried} of {} cases tried, {passed} well.\n\n", cases.len());
        let faults = FAULTS.map(|(fault, _)| fault);
        writeln!(text, "| where | cases | resumed | given back | {} |", faults.join(" | ")).unwrap();
        writeln!(text, "| --- | ---: | ---: | ---: |{}", " ---: |".repeat(faults.len())).unwrap();
        for kind in kinds {
            let of = |wanted: &dyn Fn(&Case) -> bool| {
                let these = || cases.iter().filter(|case| case.place.kind == kind && wanted(case));
                let tried = these().filter(|case| self.known.contains_key(&case.name())).count();
                let well = these().filter(|case| self.has_passed(case)).count();
                format!("{well}/{tried}")
            };
            let count = cases.iter().filter(|case| case.place.kind == kind).count();
            let by_fault = faults.map(|fault| of(&|case| case.fault.0 == fault)).join(" | ");
            let (resumed, back) = (of(&|case| case.end == End::Resumed), of(&|case| case.end == End::GivenBack));
            writeln!(text, "| {kind} | {count} | {resumed} | {back} | {by_fault} |").unwrap();
        }
        let wrong: Vec<&Case> =
            cases.iter().filter(|case| self.known.contains_key(&case.name()) && !self.has_passed(case)).collect();
        if !wrong.is_empty() {
            text.push_str("\nNot well:\n\n");
            for case in wrong {
                let why = self.known[&case.name()]["wrong"].as_str().unwrap_or_default();
                let first = why.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
                writeln!(text, "- {}: {first}", case.name()).unwrap();
            }
        }
        text
    }
}

/// Puts a release's table in the place of its old one.
pub fn write(release: Release, table: &str) {
    let old = fs::read_to_string(TABLE).unwrap_or_default();
    fs::write(TABLE, with_table(&old, release, table)).unwrap();
}

/// The text with a release's table put in the place of its old one.
pub fn with_table(old: &str, release: Release, table: &str) -> String {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    for part in old.split("\n## ").skip(1) {
        let name = part.lines().next().unwrap_or_default().to_owned();
        parts.insert(name, format!("## {}\n", part.trim_end()));
    }
    parts.insert(format!("Debian {release}"), table.to_owned());
    let text: Vec<String> = parts.into_values().collect();
    format!("{HEAD}\n{}", text.join("\n"))
}

const HEAD: &str = "# Struck at every point\n\n\
    A setup and a rollback on a real host, struck at every point that the plan and dpkg's log have: before, inside and after\n\
    each change, at the unpacking, configuring, removing and purging of each package. What follows is `resume`, which must\n\
    end with a healthy server and nothing left to do, or `rollback`, which must leave the host as it was before the setup,\n\
    with all that a second process has made there meanwhile. Each cell: how many ended well of those tried.\n\n\
    Written by `MAILWRIGHT_MATRIX=all cargo test --test fault_matrix -- --nocapture`, which goes on where it was left;\n\
    `MAILWRIGHT_MATRIX=2/5` does the second fifth, `MAILWRIGHT_MATRIX_MINUTES` ends it (60 without it).\n";

fn place(release: Release) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fault-matrix");
    fs::create_dir_all(&dir).unwrap();
    let program = hash(&fs::read(env!("CARGO_BIN_EXE_mailwright")).unwrap());
    dir.join(format!("{}-{}.jsonl", release.codename(), &program[..12]))
}
