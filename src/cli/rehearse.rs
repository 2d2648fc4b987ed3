//! `rehearse`: the whole setup for real on a throwaway Debian host, a message each way, the report; then all is gone.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::answers::{self, Answers, Tls, settle, to_toml};
use crate::cli::Rehearse;
use crate::engine::Stop;
use crate::error::{Context, Error, Kind, Result};
use crate::facts::Release;
use crate::probe::machine;
use crate::rehearsal::{ANSWERS, FAR_DOMAIN, Lab, for_answers, needs, publish};
use crate::ui::ask;
use crate::words::say;

/// How often a signal is looked for.
const EACH: Duration = Duration::from_millis(200);

/// Runs `rehearse`.
pub fn run(options: &Rehearse, stop: &Stop) -> Result<()> {
    let answers = match &options.answers {
        Some(path) => answers::load(path)?.answers,
        None => answers::parse(answers::EXAMPLE, Path::new("answers.example.toml"))?,
    };
    let release = options.release.or_else(own_release).unwrap_or(Release::Trixie);
    outln!("{}", say("rehearse-needs", &[("release", release.codename())]));
    provide(options.yes, stop)?;
    let started = Instant::now();
    outln!("{}", say("rehearse-preparing", &[]));
    let own = std::env::current_exe().context(|| "this program's own file cannot be found".into())?;
    let lab = for_answers(release, &own, &answers)?;
    hand_over(&lab, &answers)?;
    let result = rehearse(&lab, &answers, stop);
    if result.is_ok() {
        let seconds = started.elapsed().as_secs().to_string();
        outln!("{}", say("rehearse-done", &[("seconds", &seconds)]));
    }
    if options.keep {
        keep(&lab, stop);
    }
    drop(lab);
    outln!("{}", say("rehearse-gone", &[]));
    result
}

/// Gives the host the answers, with hashes for passwords and with the certificate they name.
fn hand_over(lab: &Lab, answers: &Answers) -> Result<()> {
    let text = to_toml(&settle(answers.clone(), None)?)?;
    lab.host().write(ANSWERS, text.reveal(), 0o600)?;
    if let Tls::Files { certificate, key } = &answers.tls {
        for path in [certificate, key] {
            let folder = path.parent().unwrap_or(Path::new("/"));
            lab.host().program("mkdir").arg("-p").arg(folder).success()?;
            let text = std::fs::read_to_string(path).context(|| format!("{} could not be read", path.display()))?;
            lab.host().write(path, &text, 0o600)?;
        }
    }
    Ok(())
}

/// Leaves the hosts and their DNS running until a signal comes.
fn keep(lab: &Lab, stop: &Stop) {
    outln!("{}", say("rehearse-kept", &[]));
    for (name, command) in lab.doors() {
        outln!("  {name}: {command}");
    }
    while !stop.is_asked() {
        std::thread::sleep(EACH);
    }
}

fn rehearse(lab: &Lab, answers: &Answers, stop: &Stop) -> Result<()> {
    let setup = lab.host().program("mailwright").args(["setup", "--answers", ANSWERS, "--yes"]);
    let running = setup.live().deadline(Duration::from_secs(1800)).start()?;
    let output = loop {
        if let Some(output) = running.wait_for(EACH)? {
            break output;
        }
        if stop.is_asked() {
            running.end();
            return Err(Error::new(Kind::Interrupted, "the rehearsal was interrupted; this machine is untouched"));
        }
    };
    if !output.ok() {
        return Err(Error::failed("the setup failed in the rehearsal; this machine is untouched"));
    }
    publish(lab, answers)?;
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
    outln!("{}", say("rehearse-arrived", &[("from", &there), ("to", &mailbox)]));
    let sendmail = lab.host().program("/usr/sbin/sendmail").args(["-i", "-f", &mailbox, "--", &there]);
    sendmail.stdin(message(&mailbox, &there)).success()?;
    far.wait_for_mail("rehearsal", &token, Duration::from_secs(30))?;
    outln!("{}", say("rehearse-arrived", &[("from", &mailbox), ("to", &there)]));
    Ok(())
}

/// What a rehearsal needs is here, or installed when the admin says so.
fn provide(yes: bool, stop: &Stop) -> Result<()> {
    let missing = needs::missing();
    let install = needs::packages(&missing);
    if install.is_empty() {
        return needs::require();
    }
    let list = install.join(" ");
    if !yes {
        ask::agree(&say("rehearse-install", &[("packages", &list)]), stop)
            .map_err(|error| error.within("a rehearsal needs packages that are not installed"))?;
    }
    needs::install(&install)?;
    needs::require()
}

fn own_release() -> Option<Release> {
    machine::gather(Path::new("/"), &[]).ok()?.release
}
