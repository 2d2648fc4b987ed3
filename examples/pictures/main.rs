//! Takes the pictures of the README: a whole setup by keys on a rehearsal host, and its main screens as SVG and as text.
//!
//! `cargo build && sudo cargo run --example pictures` writes them into `assets/pictures/`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a picture that cannot be taken ends it")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use mailwright::answers;
use mailwright::facts::Release;
use mailwright::rehearsal::{Lab, publish};
use mailwright::steps::packages;

#[path = "../../tests/support/line.rs"]
mod line;
#[path = "../../tests/support/pty.rs"]
mod pty;
mod svg;
#[path = "../../tests/support/wizard.rs"]
mod wizard;

use pty::{Terminal, keys};

const INTO: &str = "assets/pictures";
const SIZE: (u16, u16) = (120, 34);
const SOON: Duration = Duration::from_secs(20);

/// Takes a picture, once nothing moves any more.
fn take(terminal: &Terminal, name: &str) {
    std::thread::sleep(Duration::from_millis(400));
    terminal.settle(Duration::from_millis(500), Duration::from_secs(3));
    let path = Path::new(INTO).join(name);
    fs::write(path.with_extension("svg"), terminal.with_screen(svg::picture)).unwrap();
    let text: Vec<String> = terminal.screen().lines().map(|line| line.trim_end().to_owned()).collect();
    fs::write(path.with_extension("txt"), text.join("\n") + "\n").unwrap();
    println!("{name}\n{}", terminal.story());
}

fn main() {
    // The program that stands beside this one's folder.
    let own = std::env::current_exe().unwrap();
    let program = own.ancestors().nth(2).unwrap().join("mailwright");
    assert!(program.is_file(), "build the program first: cargo build");
    fs::create_dir_all(INTO).unwrap();
    let lab = Lab::of(Release::Trixie).binary(program).packages(packages::names());
    let lab = lab.ipv4("203.0.113.10".parse().unwrap()).ipv6("2001:db8::10".parse().unwrap()).start().unwrap();
    let mut terminal = line::mailwright(lab.host(), &[("TERM", "xterm-256color")], &[], SIZE);
    wizard::begin(&terminal);
    wizard::name(&terminal);
    take(&terminal, "step");
    wizard::to_tables(&terminal, false);
    wizard::tables(&terminal);
    take(&terminal, "tables");
    wizard::to_review(&terminal);
    take(&terminal, "review");
    terminal.send("?");
    wizard::sees(&terminal, "wizard-help-keys", SOON);
    take(&terminal, "help");
    terminal.send(keys::ESC);
    terminal.wait_gone(&wizard::word("wizard-help-keys"), SOON);
    // A key right behind Esc would be one with Alt.
    std::thread::sleep(Duration::from_millis(200));
    wizard::start(&terminal);
    // apt tells how far it has come.
    terminal.wait_for(" %", wizard::RUN);
    std::thread::sleep(Duration::from_secs(5));
    take(&terminal, "run");
    wizard::ends_in(&terminal, "closing-programs");
    take(&terminal, "closing");
    // As the admin does who was told so.
    let answers = lab.host().read_text("/var/lib/mailwright/answers.toml").unwrap();
    publish(&lab, &answers::parse(&answers, Path::new("answers.toml")).unwrap()).unwrap();
    terminal.send(wizard::HEALTH);
    wizard::is_well_but_for_the_new_key(&terminal);
    terminal.send(wizard::CHECK);
    wizard::sees(&terminal, "wizard-health-well", SOON);
    take(&terminal, "health");
    terminal.send(wizard::LEAVE);
    assert_eq!(terminal.wait(SOON), 0);
}
