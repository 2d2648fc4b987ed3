//! What the wizard costs the one who uses it, measured through a terminal: its first frame, its answers to keys, the
//! bytes it writes, the memory it takes. Prints the figures, and fails where one is over its limit. The build is that
//! of the tests, not optimised; `MAILWRIGHT_BENCH=target/release/mailwright` measures a release.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::Host;
use mailwright::steps::packages;
use mailwright::words::say;

#[path = "../support/line.rs"]
mod line;
#[path = "../support/pty.rs"]
mod pty;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/wizard.rs"]
mod wizard;

use pty::{Terminal, keys};
use support::witness::{Witness, begun, events};

const SOON: Duration = Duration::from_secs(20);
const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (200, 60);

/// From exec to the first frame, at the median.
const FIRST: Duration = Duration::from_millis(50);
/// From a key to its changed cells, at the 99th percentile.
const KEY: Duration = Duration::from_millis(16);
/// The bytes of a typed letter.
const LETTER: usize = 2 << 10;
/// How long nothing is to be written when nothing happens.
const SILENCE: Duration = Duration::from_secs(5);
/// Memory of the process itself, in KiB.
const MEMORY: u64 = 24 << 10;

/// The wizard on this machine, with a state of its own; nothing is ever started in it.
fn here(state: &tempfile::TempDir, size: (u16, u16)) -> Terminal {
    let state = state.path().to_str().unwrap();
    let environment = [("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")];
    Terminal::run(&[&server::measured(), "--state", state], &environment, size)
}

/// One of a hundred, or the worst of fewer.
fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * percent).div_ceil(100).max(1) - 1]
}

/// Types letters into the field at hand and measures each, with its bytes.
fn letters(terminal: &Terminal, count: usize) -> (Vec<Duration>, usize) {
    let (mut times, mut most, mut text) = (Vec::new(), 0, String::new());
    for n in 0..count {
        if text.len() == 30 {
            terminal.send(keys::CTRL_U);
            terminal.wait_gone(&text, SOON);
            text.clear();
        }
        let letter = char::from(b'a' + u8::try_from(n % 23).unwrap());
        text.push(letter);
        let (wanted, then) = (format!("› {text}"), Instant::now());
        let took = terminal.answer(&letter.to_string(), move |screen| screen.contents().contains(&wanted), SOON);
        times.push(took.unwrap_or_else(|| panic!("{letter} did not come: {}", terminal.story())));
        std::thread::sleep(Duration::from_millis(12));
        most = most.max(terminal.bytes_since(then));
    }
    (times, most)
}

/// What part one number is of another.
fn part<N: TryInto<u32>>(one: N, of: N) -> f64 {
    let number = |n: N| f64::from(n.try_into().unwrap_or(u32::MAX));
    number(one) / number(of)
}

/// Prints the figures of a row of keys; whether they are within the limit.
fn judge(what: &str, times: &mut [Duration]) -> bool {
    let (middle, late) = (percentile(times, 50), percentile(times, 99));
    let ratio = late.as_secs_f64() / KEY.as_secs_f64();
    println!("{what}: {} keys, median {middle:.1?}, 99th percentile {late:.1?}, ratio {ratio:.2}", times.len());
    late <= KEY
}

#[test]
fn a_screen_is_there_at_once_and_answers_in_few_bytes() {
    let Some(_turns) = support::alone("the costs of a screen") else { return };
    let mut firsts: Vec<Duration> = (0..9)
        .map(|_| {
            let state = tempfile::tempdir().unwrap();
            here(&state, SMALL).first("mailwright", SOON).unwrap()
        })
        .collect();
    let first = percentile(&mut firsts, 50);
    println!("first frame after {first:.1?}, ratio {:.2}", first.as_secs_f64() / FIRST.as_secs_f64());

    let state = tempfile::tempdir().unwrap();
    let terminal = here(&state, LARGE);
    wizard::begin(&terminal);
    // The page's title is there before the rest of the page: none of it is to be counted as the first letter's.
    assert!(terminal.settle(Duration::from_millis(300), SOON), "the page of the name is never whole");
    let (mut times, bytes) = letters(&terminal, 300);
    let answered = judge("a letter at 200x60, idle", &mut times);
    println!("a letter at 200x60: at most {bytes} bytes, ratio {:.2}", part(bytes, LETTER));
    assert!(terminal.settle(Duration::from_secs(1), SOON), "it never becomes quiet");
    let then = Instant::now();
    std::thread::sleep(SILENCE);
    let noise = terminal.bytes_since(then);
    println!("{noise} bytes in {SILENCE:?} without an event");
    assert!(first <= FIRST && answered && bytes <= LETTER && noise == 0);
}

/// Opens and closes the help, over whatever is shown, and measures both.
fn help(terminal: &Terminal, times: &mut Vec<Duration>) {
    let words = say("wizard-help-keys", &[]);
    for (key, there) in [("?", true), (keys::ESC, false)] {
        let words = words.clone();
        let took = terminal.answer(key, move |screen| screen.contents().contains(&words) == there, SOON);
        times.push(took.unwrap_or_else(|| panic!("no answer: {}", terminal.story())));
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// The most memory that mailwright's own process has taken so far; how much of it is its own and how much is pages of
/// its program is printed.
fn memory(host: &Host, when: &str) -> u64 {
    let ours = line::processes(host, "mailwright");
    let figure = |name| ours.iter().filter_map(|pid| line::memory(*pid, name)).max().unwrap_or(0);
    let [most, own, program] = ["VmHWM", "RssAnon", "RssFile"].map(figure);
    let mib = |kib: u64| part(kib, 1024_u64);
    let ratio = part(most, MEMORY);
    println!(
        "memory {when}: at most {:.1} MiB; now {:.1} MiB of its own and {:.1} MiB of its program, ratio {ratio:.2}",
        mib(most),
        mib(own),
        mib(program)
    );
    most
}

/// A DNS that takes questions and never answers.
fn deaf_dns(host: &Host) -> mailwright::shell::Running {
    let script = "use IO::Socket::INET; my $s = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.9', \
                  LocalPort => 53) or die; sleep 600";
    let running = host.program("perl").args(["-e", script]).start().unwrap();
    host.write("/etc/resolv.conf", "nameserver 127.0.0.9\n", 0o644).unwrap();
    running
}

#[test]
fn keys_are_answered_whatever_goes_on_and_the_program_stays_small() {
    let Some(_turns) = support::alone("keys while the machine is at work") else { return };
    let lab = server::wanted(Release::Trixie).packages(packages::names()).binary(server::measured()).start().unwrap();
    let host = lab.host();
    let _witness = Witness(host);
    let good = host.read("/etc/resolv.conf").unwrap();
    let deaf = deaf_dns(host);
    let mut terminal = line::mailwright(host, &[("TERM", "xterm-256color")], &[], LARGE);
    wizard::begin(&terminal);
    memory(host, "at the first question");
    let mut times = Vec::new();
    for _ in 0..3 {
        // Each name is asked for, and the DNS says nothing to any.
        terminal.send(keys::CTRL_U);
        wizard::name(&terminal);
        std::thread::sleep(Duration::from_millis(600));
        terminal.send(keys::CTRL_U);
        times.extend(letters(&terminal, 60).0);
    }
    let without_dns = judge("a letter while the DNS is silent", &mut times);
    deaf.end();
    host.write("/etc/resolv.conf", good, 0o644).unwrap();

    wizard::name(&terminal);
    wizard::to_tables(&terminal, false);
    wizard::tables(&terminal);
    wizard::to_review(&terminal);
    memory(host, "after the answers");
    wizard::start(&terminal);
    begun(host, "packages", 1);
    let mut times = Vec::new();
    while !events(host).iter().any(|event| event["event"] == "begin" && event["subject"] == "service MariaDB") {
        help(&terminal, &mut times);
    }
    let while_apt = judge("a key while apt is at work", &mut times);
    wizard::ends_in(&terminal, "closing-programs");
    let most = memory(host, "through a whole run");
    terminal.send(wizard::LEAVE);
    assert_eq!(terminal.wait(SOON), 0);
    assert!(without_dns && while_apt && most > 0 && most <= MEMORY);
}
