//! The outside judge: looks at a mail server from another host, as strangers, users and spammers do.
//!
//! It runs in whatever network namespace the calling thread stands in. Every probe is bounded in time, and each finding
//! brings the transcript of its dialogues.

mod delivery;
mod protection;
mod refusals;
mod relaying;
mod smuggling;
mod submission;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use mailwright::error::Error;
use mailwright::probe::dial::{Dial, Security};
use mailwright::probe::transcript::Transcript;
use mailwright::probe::{imap, pop3, smtp};
use mailwright::secret::Secret;

/// The ports of a mail server as we set it up.
pub const MAIL_PORTS: [u16; 7] = [25, 110, 143, 465, 587, 993, 995];

/// A mailbox and its login.
#[derive(Debug, Clone)]
pub struct Mailbox {
    pub address: String,
    pub password: Secret,
}

/// A domain of the server: a mailbox in it, and an alias that leads to that mailbox.
#[derive(Debug, Clone)]
pub struct Domain {
    pub name: String,
    pub mailbox: Mailbox,
    pub alias: String,
}

/// The server to be judged, and what is known of it.
#[derive(Debug, Clone)]
pub struct Target {
    pub ipv4: Ipv4Addr,
    pub ipv6: Option<Ipv6Addr>,
    /// Its own name, which its certificate must be for.
    pub hostname: String,
    /// One at least.
    pub domains: Vec<Domain>,
    /// A mailbox with a quota of 1 MiB.
    pub small: Option<Mailbox>,
    /// `message_size_limit`, in bytes.
    pub message_size_limit: u64,
    /// An address at the far host, that takes mail; its domain is the sender domain of all strangers here.
    pub victim: String,
    pub victim_ip: IpAddr,
    /// More IPv4 addresses of the host that judges, to guess passwords from: Dovecot answers an address that guesses
    /// ever later, up to 15 s, and Postfix waits 10 s for it and says 454. Without any, all comes from one address.
    pub guessers: Vec<IpAddr>,
    /// The far host's name, said in EHLO.
    pub helo: String,
    /// A word that no other run has: it stands in every subject.
    pub run: String,
    /// The ports that are scanned.
    pub scan: RangeInclusive<u16>,
    /// Ports that may be open beside the mail server's, such as 22.
    pub also_open: BTreeSet<u16>,
    /// Where a port is found, when not at its own number.
    pub ports: BTreeMap<u16, u16>,
    /// How long mail may take to arrive in a mailbox.
    pub patience: Duration,
    /// How long the whole judgement may take; what comes later fails.
    pub time: Duration,
    /// Our address that calls; the kernel's choice when left open.
    pub source: Option<IpAddr>,
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Finding {
    pub name: String,
    pub passed: bool,
    /// Why it failed, and the transcript.
    pub evidence: String,
}

/// Why a check failed.
#[derive(Debug)]
pub struct Wrong(String);

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Self(error.render())
    }
}

type Verdict = Result<(), Wrong>;

/// Fails with these words unless the condition holds.
fn ensure(holds: bool, why: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Wrong(why())) }
}

/// Looks at everything. The order keeps the server's own defences out of the way: wrong passwords come last, since
/// Dovecot then answers an address ever more slowly.
pub fn judge(target: &Target) -> Vec<Finding> {
    let mut judge = Judge { target, findings: Vec::new(), until: Instant::now() + target.time };
    delivery::look(&mut judge);
    submission::look(&mut judge);
    relaying::look(&mut judge);
    smuggling::look(&mut judge);
    protection::look(&mut judge);
    refusals::look(&mut judge);
    judge.findings
}

/// The findings that failed, told one after the other; empty when all is well.
pub fn complaints(findings: &[Finding]) -> String {
    let failed = findings.iter().filter(|finding| !finding.passed);
    let told = failed.map(|finding| format!("FAILED {}\n{}\n", finding.name, finding.evidence));
    told.collect::<Vec<_>>().join("\n")
}

struct Judge<'a> {
    target: &'a Target,
    findings: Vec<Finding>,
    until: Instant,
}

impl Judge<'_> {
    /// Makes one finding of one check.
    fn check(&mut self, name: impl Into<String>, check: impl FnOnce(&Transcript) -> Verdict) {
        let transcript = Transcript::new();
        let verdict = if Instant::now() < self.until {
            check(&transcript)
        } else {
            Err(Wrong("the time for the whole judgement was over".to_owned()))
        };
        let why = verdict.as_ref().err().map(|Wrong(why)| format!("{why}\n")).unwrap_or_default();
        self.findings.push(Finding {
            name: name.into(),
            passed: verdict.is_ok(),
            evidence: format!("{why}{transcript}"),
        });
    }
}

impl Target {
    /// The server's addresses, each with the name of its family.
    fn addresses(&self) -> Vec<(&'static str, IpAddr)> {
        let v6 = self.ipv6.map(|address| ("IPv6", IpAddr::from(address)));
        std::iter::once(("IPv4", IpAddr::from(self.ipv4))).chain(v6).collect()
    }

    fn port(&self, port: u16) -> u16 {
        self.ports.get(&port).copied().unwrap_or(port)
    }

    fn dial(&self, ip: IpAddr, port: u16, transcript: &Transcript) -> Dial {
        let dial = Dial::new(SocketAddr::new(ip, self.port(port)));
        let dial = dial.within(Duration::from_secs(5), Duration::from_secs(40)).recorded(transcript);
        match self.source {
            Some(source) => dial.from(source),
            None => dial,
        }
    }

    fn smtp(&self, ip: IpAddr, port: u16, security: Security, transcript: &Transcript) -> Result<smtp::Session, Error> {
        smtp::Session::open(&self.dial(ip, port, transcript), security, &self.hostname, &self.helo)
    }

    fn imap(&self, ip: IpAddr, port: u16, security: Security, transcript: &Transcript) -> Result<imap::Session, Error> {
        imap::Session::open(&self.dial(ip, port, transcript), security, &self.hostname)
    }

    fn pop3(&self, ip: IpAddr, port: u16, security: Security, transcript: &Transcript) -> Result<pop3::Session, Error> {
        pop3::Session::open(&self.dial(ip, port, transcript), security, &self.hostname)
    }

    /// The same server, called by the guesser of this number.
    fn guessed_by(&self, number: usize) -> Self {
        Self { source: self.guessers.get(number).copied(), ..self.clone() }
    }

    fn victim_parts(&self) -> (&str, &str) {
        self.victim.split_once('@').unwrap_or((&self.victim, "far.test"))
    }

    /// An address of the far host that is nobody's.
    fn stranger(&self) -> String {
        format!("stranger@{}", self.victim_parts().1)
    }

    /// The subject of the message that was submitted as this mailbox through this port: for the far host to look for.
    pub fn submitted_subject(&self, family: &str, port: u16, mailbox: &Mailbox) -> String {
        format!("{}-submitted-{family}-{port}-{}", self.run, mailbox.address.replace('@', "-at-"))
    }
}

/// A small message.
fn message(from: &str, to: &str, subject: &str) -> String {
    format!(
        "From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n\
         Message-ID: <{subject}@probe.test>\r\n\r\n.a line that starts with a dot\r\nend of {subject}\r\n"
    )
}

/// Reads a message's text over IMAP once it is there: all that carry this subject, waiting as long as the target says.
fn wait_for(session: &mut imap::Session, subject: &str, patience: Duration) -> Result<Vec<Vec<u8>>, Wrong> {
    let until = Instant::now() + patience;
    loop {
        ensure(session.select("INBOX")?.ok(), || "the INBOX cannot be opened".to_owned())?;
        let found = session.search(&format!("SUBJECT \"{subject}\""))?;
        if !found.is_empty() || Instant::now() > until {
            let bodies = found.into_iter().map(|number| session.fetch(number));
            return Ok(bodies.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
