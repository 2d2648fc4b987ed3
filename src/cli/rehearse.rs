//! `rehearse`: the whole setup for real on a throwaway Debian host, a message each way, the report; then all is gone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::answers::{self, Address, Answers};
use crate::cli::Rehearse;
use crate::dns;
use crate::engine::Stop;
use crate::error::{Context, Error, Result};
use crate::facts::{Facts, Release};
use crate::probe::machine;
use crate::records::Record;
use crate::rehearsal::{FAR_DOMAIN, Lab, Sweep, needs, sweep};
use crate::steps::packages;
use crate::ui::ask;
use crate::words::say;

const ANSWERS: &str = "/root/answers.toml";

/// Runs `rehearse`.
pub fn run(options: &Rehearse, stop: &Stop) -> Result<()> {
    let (answers, text) = match &options.answers {
        Some(path) => (answers::load(path)?.answers, read(path)?),
        None => (answers::parse(answers::EXAMPLE, Path::new("answers.example.toml"))?, answers::EXAMPLE.to_owned()),
    };
    let release = options.release.or_else(own_release).unwrap_or(Release::Trixie);
    println!("{}", say("rehearse-needs", &[("release", release.codename())]));
    provide(options.yes)?;
    sweep(&Sweep::Kept)?;
    let started = Instant::now();
    println!("{}", say("rehearse-preparing", &[]));
    let lab = lab(release, &answers, &text)?;
    stop.check()?;
    let result = rehearse(&lab, &answers);
    if options.keep {
        println!("{}", say("rehearse-kept", &[]));
        for (name, command) in lab.keep()? {
            println!("  {name}: {command}");
        }
    } else {
        drop(lab);
        println!("{}", say("rehearse-gone", &[]));
    }
    result?;
    let seconds = started.elapsed().as_secs().to_string();
    println!("{}", say("rehearse-done", &[("seconds", &seconds)]));
    Ok(())
}

/// The lab these answers need: their addresses, the records the admin will be told to publish, a far mail host.
fn lab(release: Release, answers: &Answers, text: &str) -> Result<Lab> {
    let given = Facts::default();
    let mut wanted = Lab::of(release)
        .binary(std::env::current_exe().context(|| "this program's own file cannot be found".into())?)
        .packages(packages::names())
        .far();
    if let Some(address) = answers.public_ipv4(&given) {
        wanted = wanted.ipv4(address);
    }
    wanted = match (answers.ipv6, answers.public_ipv6(&given)) {
        (Address::Unused, _) => wanted.ipv4_only(),
        (_, Some(address)) => wanted.ipv6(address),
        _ => wanted,
    };
    let lab = wanted.start()?;
    let has = lab.host().addresses();
    let facts = Facts { ipv4: vec![has.ipv4], ipv6: has.ipv6.into_iter().collect(), ..Facts::default() };
    let records: Vec<Record> = dns::records(answers, &facts)?.into_iter().map(|published| published.record).collect();
    lab.dns().publish(&records)?;
    let path = lab.host().root().join(ANSWERS.trim_start_matches('/'));
    std::fs::write(&path, text)
        .and_then(|()| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)))
        .context(|| "the answers could not be given to the host".into())?;
    Ok(lab)
}

fn rehearse(lab: &Lab, answers: &Answers) -> Result<()> {
    let setup = lab.host().program("mailwright").args(["setup", "--answers", ANSWERS, "--yes"]);
    let output = setup.live().deadline(Duration::from_secs(1800)).run()?;
    if !output.ok() {
        return Err(Error::failed("the setup failed in the rehearsal; this machine is untouched"));
    }
    each_way(lab, answers)
}

/// A message from the far host to the first mailbox, and one from that mailbox to the far host.
fn each_way(lab: &Lab, answers: &Answers) -> Result<()> {
    let Some(far) = lab.far() else { return Ok(()) };
    let Some(mailbox) = answers.mailboxes.first().map(|mailbox| mailbox.address.to_string()) else { return Ok(()) };
    let there = format!("rehearsal@{FAR_DOMAIN}");
    let token = format!("rehearsal-{}", std::process::id());
    let message = |from: &str, to: &str| format!("From: <{from}>\r\nTo: <{to}>\r\nSubject: {token}\r\n\r\n{token}\r\n");
    far.send(&there, &mailbox, &message(&there, &mailbox))?;
    let deadline = Instant::now() + Duration::from_secs(30);
    let query = ["search", "-u", &mailbox, "mailbox", "INBOX", "subject", &token];
    while lab.host().program("doveadm").args(query).run()?.stdout.trim().is_empty() {
        if Instant::now() > deadline {
            return Err(Error::failed(format!("mail from {there} did not reach {mailbox} within 30 s")));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    println!("{}", say("rehearse-arrived", &[("from", &there), ("to", &mailbox)]));
    let sendmail = lab.host().program("/usr/sbin/sendmail").args(["-i", "-f", &mailbox, "--", &there]);
    sendmail.stdin(message(&mailbox, &there)).success()?;
    far.wait_for_mail("rehearsal", &token, Duration::from_secs(30))?;
    println!("{}", say("rehearse-arrived", &[("from", &mailbox), ("to", &there)]));
    Ok(())
}

/// What a rehearsal needs is here, or installed when the admin says so.
fn provide(yes: bool) -> Result<()> {
    let missing = needs::missing();
    let install = needs::packages(&missing);
    if install.is_empty() {
        return needs::require();
    }
    let list = install.join(" ");
    if !yes {
        ask::agree(&say("rehearse-install", &[("packages", &list)]))
            .map_err(|error| error.within("a rehearsal needs packages that are not installed"))?;
    }
    needs::install(&install)?;
    needs::require()
}

fn own_release() -> Option<Release> {
    machine::gather(Path::new("/"), &[]).ok()?.release
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).context(|| format!("{} could not be read", path.display()))
}
