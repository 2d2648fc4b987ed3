//! The far mail host: another Debian with a plain Postfix, to write to the server and to be written to.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::host::Host;
use super::network::Addresses;
use super::seed::Seed;
use crate::error::{Context, Error, Result};
use crate::records::{Data, Name, Record};

/// The domain whose mail the far host takes, for every name before the `@`.
pub const FAR_DOMAIN: &str = "far.test";
/// The far host's own name.
pub const FAR_NAME: &str = "mail.far.test";

/// Where all its mail goes, and the one Maildir there.
const MAIL: &str = "var/lib/far-mail";
/// Owns the mail: nobody, who exists on every Debian.
const OWNER: u32 = 65534;

const MAIN_CF: &str = include_str!("far-main.cf");

/// The far mail host.
#[derive(Debug)]
pub struct Far {
    host: Host,
}

impl Far {
    /// Takes a host that was made from [`seed`].
    pub(super) const fn new(host: Host) -> Self {
        Self { host }
    }

    /// The host itself.
    #[must_use]
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// Hands a message (headers, an empty line, text) to its Postfix, which finds the way by MX as any server does.
    ///
    /// # Errors
    /// When Postfix does not take it into its queue.
    pub fn send(&self, from: &str, to: &str, message: &str) -> Result<()> {
        let sendmail = self.host.program("/usr/sbin/sendmail");
        sendmail.args(["-i", "-f", from, "--", to]).stdin(message).success().map(drop)
    }

    /// All messages that came for `user@far.test`, oldest first, as they were delivered.
    ///
    /// # Errors
    /// When the Maildir cannot be read.
    pub fn inbox(&self, user: &str) -> Result<Vec<String>> {
        let address = format!("Delivered-To: {user}@{FAR_DOMAIN}");
        let mut files = files_in(&self.host.root().join(MAIL).join("inbox/new"))?;
        files.sort();
        let mut messages = Vec::new();
        for file in files {
            let bytes = fs::read(&file).context(|| format!("{} could not be read", file.display()))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if text.lines().take_while(|line| !line.is_empty()).any(|line| line.eq_ignore_ascii_case(&address)) {
                messages.push(text);
            }
        }
        Ok(messages)
    }

    /// Waits until a message for `user@far.test` that contains `words` has come, and gives it.
    ///
    /// # Errors
    /// When none comes in time; the cause is what the far host's Postfix logged last.
    pub fn wait_for_mail(&self, user: &str, words: &str, time: Duration) -> Result<String> {
        let started = Instant::now();
        loop {
            if let Some(message) = self.inbox(user)?.into_iter().find(|message| message.contains(words)) {
                return Ok(message);
            }
            if started.elapsed() > time {
                let sentence = format!("no message with \"{words}\" came for {user}@{FAR_DOMAIN} in {time:?}");
                return Err(Error::failed(sentence).caused_by(self.log()?));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The last lines that its Postfix logged.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn log(&self) -> Result<String> {
        let journal = self.host.program("journalctl").args(["--no-pager", "--output=cat", "--lines=30"]);
        Ok(journal.args(["--facility=mail"]).success()?.stdout)
    }
}

/// The records of the far host's domain.
pub(super) fn records(addresses: Addresses) -> Result<Vec<Record>> {
    let name = |text: &str| text.parse::<Name>().context(|| format!("{text} is no name"));
    let (domain, host) = (name(FAR_DOMAIN)?, name(FAR_NAME)?);
    let mut records = vec![
        Record::new(domain.clone(), Data::Mx { preference: 10, exchange: host.clone() }),
        Record::new(domain, Data::Txt("v=spf1 mx -all".to_owned())),
        Record::new(host.clone(), Data::Txt("v=spf1 a -all".to_owned())),
    ];
    for address in addresses.all() {
        records.push(Record::address(host.clone(), address));
        records.push(Record::reverse(address, host.clone()));
    }
    Ok(records)
}

/// The files that make an installed Postfix the far host's.
pub(super) fn seed(seed: Seed) -> Result<Seed> {
    let made = rcgen::generate_simple_self_signed(vec![FAR_NAME.to_owned()])
        .context(|| "a certificate for the far mail host could not be made".to_owned())?;
    Ok(seed
        .file("etc/hostname", format!("{FAR_NAME}\n"))
        .file("etc/mailname", format!("{FAR_DOMAIN}\n"))
        .file("etc/postfix/main.cf", MAIN_CF)
        .file("etc/postfix/tls.pem", made.signing_key.serialize_pem() + &made.cert.pem())
        .directory_of(&format!("{MAIL}/inbox"), OWNER))
}

fn files_in(dir: &Path) -> Result<Vec<PathBuf>> {
    match fs::read_dir(dir) {
        Ok(entries) => Ok(entries.flatten().map(|entry| entry.path()).collect()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(cause) => Err(cause).context(|| format!("{} could not be read", dir.display())),
    }
}
