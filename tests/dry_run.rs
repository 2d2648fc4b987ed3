//! The dry run on a fresh host touches nothing and names exactly what the run then changes, text included. On the same
//! hosts, with no other at work: how long the whole setup takes against a bare installation of the same packages, and a
//! second one with nothing to do.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::{Host, Lab};
use mailwright::steps::packages;
use serde_json::Value;

#[path = "support/server.rs"]
mod server;
mod support;

use server::ANSWERS;
use support::tree::{Tree, is_aside, runtime, tree};

/// What the whole setup may take against a bare installation of the same packages.
const RATIO: f64 = 1.0;
/// What a rollback may take against a bare purge of the packages that came.
const BACK: f64 = 1.3;
/// The disk of each host: what a program syncs is waited for, as on a server.
const DISK_MIB: u64 = 6144;
/// How many pairs are measured at the most.
const PAIRS: u32 = 3;
/// What a setup with nothing to do may take.
const NOTHING_TO_DO: Duration = Duration::from_secs(1);

/// The paths that are new or other than before.
fn changed(before: &Tree, after: &Tree) -> BTreeSet<PathBuf> {
    let other = |path: &&PathBuf| before.get(*path) != after.get(*path);
    let all: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    all.into_iter().filter(other).cloned().collect()
}

/// Runs a program to its end and gives its standard output and its time.
fn run(host: &Host, program: &str, args: &[&str]) -> (String, Duration) {
    let started = Instant::now();
    let program = host.program_with(&[("DEBIAN_FRONTEND", "noninteractive")], program).args(args);
    let output = program.deadline(Duration::from_secs(900)).run().unwrap();
    assert_eq!(output.code, Some(0), "{args:?}\n{}\n{}", output.stdout, output.stderr);
    (output.stdout, started.elapsed())
}

/// Every change the dry run would make.
fn changes(preview: &Value) -> Vec<&Value> {
    let steps = preview["steps"].as_array().unwrap().iter();
    let all = steps.flat_map(|step| step["changes"].as_array().unwrap());
    all.filter(|change| change["standing"] == "differs").collect()
}

/// A host to be set up, and another for the bare installation.
fn pair(release: Release) -> Lab {
    let wanted = server::wanted(release).binary(server::measured()).packages(packages::names()).more_hosts(1);
    let wanted = if Lab::has_drives() { wanted.drive_mib(DISK_MIB) } else { wanted };
    wanted.start().unwrap()
}

/// How long the setup takes; what waits to be written from before is written first.
fn set_up(host: &Host) -> Duration {
    rustix::fs::sync();
    run(host, "mailwright", &["setup", "--answers", "/root/answers.toml", "--yes"]).1
}

/// How long a bare installation of the same packages takes.
fn installed(host: &Host) -> Duration {
    let names = packages::names();
    let install =
        ["install", "-y", "-q", "--no-install-recommends"].into_iter().chain(names.iter().map(String::as_str));
    rustix::fs::sync();
    run(host, "apt-get", &install.collect::<Vec<_>>()).1
}

/// A setup takes hardly longer than the bare installation. What else the machine does can only lengthen either, so the
/// shortest of each counts; where one pair leaves doubt, further pairs are measured, in turn the one and the other first.
fn takes_no_longer(release: Release, mut ours: Duration, mut theirs: Duration) {
    for pairs in 1..=PAIRS {
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        println!(
            "{release}: setup {:.1} s, bare apt-get install {:.1} s, shortest of {pairs}, ratio {ratio:.2}",
            ours.as_secs_f64(),
            theirs.as_secs_f64()
        );
        if ratio <= RATIO {
            return;
        }
        assert!(pairs < PAIRS, "setup took {ratio:.2} times a bare installation");
        let lab = pair(release);
        fs::write(lab.hosts()[0].root().join("root/answers.toml"), ANSWERS).unwrap();
        let (first, second) = if pairs % 2 == 1 {
            let bare = installed(&lab.hosts()[1]);
            (set_up(&lab.hosts()[0]), bare)
        } else {
            (set_up(&lab.hosts()[0]), installed(&lab.hosts()[1]))
        };
        (ours, theirs) = (ours.min(first), theirs.min(second));
    }
}

/// The packages of a host.
fn packages_of(host: &Host) -> BTreeSet<String> {
    let (said, _) = run(host, "dpkg-query", &["--show", "--showformat", "${Package}\\n"]);
    said.lines().map(str::to_owned).collect()
}

/// A rollback takes hardly longer than a bare purge of all that came, on the other host of the pair; each is done once.
fn goes_no_slower(release: Release, lab: &Lab, had: &BTreeSet<String>) {
    let (host, bare) = (&lab.hosts()[0], &lab.hosts()[1]);
    let came: Vec<String> = packages_of(bare).difference(had).cloned().collect();
    assert!(came.len() > 50, "{came:?}");
    rustix::fs::sync();
    let ours = run(host, "mailwright", &["rollback", "--yes"]).1.as_secs_f64();
    let purge = ["purge", "-y", "-q"].into_iter().chain(came.iter().map(String::as_str));
    rustix::fs::sync();
    let theirs = run(bare, "apt-get", &purge.collect::<Vec<_>>()).1.as_secs_f64();
    let ratio = ours / theirs;
    println!("{release}: rollback {ours:.1} s, bare apt-get purge {theirs:.1} s, ratio {ratio:.2}");
    assert!(ratio <= BACK, "the rollback took {ratio:.2} times a bare purge");
}

fn a_dry_run_is_exact(release: Release) {
    let Some(_alone) = support::alone("dry run") else { return };
    let lab = pair(release);
    let (host, bare) = (&lab.hosts()[0], &lab.hosts()[1]);
    let root = host.root();
    fs::write(root.join("root/answers.toml"), ANSWERS).unwrap();
    let (before, had) = (tree(&root), packages_of(host));

    let (json, _) = run(host, "mailwright", &["setup", "--answers", "/root/answers.toml", "--dry-run", "--json"]);
    let (text, _) = run(host, "mailwright", &["setup", "--answers", "/root/answers.toml", "--dry-run"]);
    assert_eq!(changed(&before, &tree(&root)), BTreeSet::new(), "the dry run touched the host");
    assert!(!root.join("var/lib/mailwright").exists() && !root.join("var/log/mailwright").exists());
    assert!(text.contains("+myhostname = mail.example.org"), "{text}");
    let preview: Value = serde_json::from_str(&json).unwrap();

    let ours = set_up(host);
    let theirs = installed(bare);

    let (after, packaged) = (tree(&root), tree(&bare.root()));
    let from_packages = |path: &PathBuf| after.get(path) == packaged.get(path);
    // What daemons write is not told by the dry run.
    let altered: BTreeSet<PathBuf> =
        changed(&before, &after).into_iter().filter(|path| !from_packages(path) && !runtime(path)).collect();
    let told = changes(&preview).into_iter().flat_map(|change| change["paths"].as_array().unwrap());
    let told = told.map(|path| PathBuf::from(path.as_str().unwrap()));
    // The copies that tools keep of the account files as they were are in neither tree.
    let told: BTreeSet<PathBuf> = told.filter(|path| !is_aside(path)).collect();
    let unnamed: Vec<_> = altered.difference(&told).collect();
    let untouched: Vec<_> = told.difference(&altered).filter(|path| before.get(*path) == after.get(*path)).collect();
    assert!(unnamed.is_empty(), "altered but not named: {unnamed:#?}");
    assert!(untouched.is_empty(), "named but not altered: {untouched:#?}");
    landed(&root, &preview);
    takes_no_longer(release, ours, theirs);
    let again = || {
        let (said, time) = run(host, "mailwright", &["setup", "--answers", "/root/answers.toml", "--yes"]);
        assert!(said.starts_with("Nothing to change"), "{said}");
        time
    };
    // The shortest of three: what else this machine does at the moment can only lengthen one.
    let again = [again(), again(), again()];
    println!("{release}: a second setup, nothing to do: {again:.2?}");
    assert!(again.iter().min() < Some(&NOTHING_TO_DO), "a second setup took {again:?}");
    goes_no_slower(release, &lab, &had);
}

/// The text shown for each file is the text that lands, its secrets aside.
fn landed(root: &Path, preview: &Value) {
    let secrets = fs::read_to_string(root.join("var/lib/mailwright/secrets.toml")).unwrap();
    let password = secrets.split('"').nth(1).unwrap();
    let files = changes(preview).into_iter().filter(|change| change["change"]["kind"] == "file");
    let mut count = 0;
    for change in files {
        let path = change["subject"].as_str().unwrap();
        let text = fs::read_to_string(root.join(path.trim_start_matches('/'))).unwrap();
        assert_eq!(text.replace(password, "***"), change["text"]["after"].as_str().unwrap(), "{path}");
        count += 1;
    }
    assert!(count >= 9, "{count} files");
}

#[test]
fn a_dry_run_on_debian_12_is_exact() {
    a_dry_run_is_exact(Release::Bookworm);
}

#[test]
fn a_dry_run_on_debian_13_is_exact() {
    a_dry_run_is_exact(Release::Trixie);
}
