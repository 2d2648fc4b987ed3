//! `rehearse`: the whole setup for real on a throwaway Debian host, a message each way, the report; then all is gone.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::answers::{self, Answers};
use crate::cli::Rehearse;
use crate::engine::Stop;
use crate::error::{Context, Error, Result};
use crate::facts::Release;
use crate::probe::machine;
use crate::rehearsal::{ANSWERS, FAR_DOMAIN, Lab, Sweep, for_answers, needs, sweep};
use crate::ui::ask;
use crate::words::say;

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
    let own = std::env::current_exe().context(|| "this program's own file cannot be found".into())?;
    let lab = for_answers(release, &own, &answers)?;
    lab.host().write(ANSWERS, &text, 0o600)?;
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
