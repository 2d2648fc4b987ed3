//! The way in which an authority is shown that the name is ours (RFC 8555, section 8.3), and whether it leads anywhere.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rand::RngExt;

use crate::change::AcmeCertificate;
use crate::engine::machine::Machine;
use crate::engine::paths;
use crate::error::{Error, Result};
use crate::files::{self, Access};
use crate::probe::dns::{Resolution, addresses};
use crate::probe::http;
use crate::probe::lineage::Lineage;
use crate::probe::sockets;

/// Where an authority calls.
const PORT: u16 = 80;
/// Where it looks, on a web server.
const WELL_KNOWN: &str = ".well-known/acme-challenge";
/// How long the DNS may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// certbot answers on port 80 itself.
    Standalone,
    /// A web server is there, and serves what certbot puts into its directory.
    Webroot {
        /// The directory.
        path: PathBuf,
        /// The program that holds the port.
        holder: String,
    },
}

impl Way {
    /// The way that is open now.
    pub fn now(change: &AcmeCertificate) -> Self {
        let listeners = sockets::listeners().unwrap_or_default();
        match listeners.into_iter().find(|one| one.port == PORT) {
            None => Self::Standalone,
            Some(one) => {
                let holder = one.program.unwrap_or_else(|| "another program".to_owned());
                Self::Webroot { path: change.webroot.clone(), holder }
            }
        }
    }

    /// Whether a certificate is renewed in this way, or in one that the admin chose.
    pub fn is_of(&self, kept: &Lineage) -> bool {
        match (self, kept.authenticator()) {
            (Self::Standalone, Some("webroot")) | (Self::Webroot { .. }, Some("standalone")) => false,
            (Self::Webroot { path, .. }, Some("webroot")) => kept.webroot() == Some(path),
            _ => true,
        }
    }

    /// How it is renewed.
    pub fn describe(&self) -> String {
        match self {
            Self::Standalone => format!("by certbot's own server on port {PORT}"),
            Self::Webroot { path, holder } => format!("through {holder}, which serves {}", path.display()),
        }
    }

    /// The arguments of certbot.
    pub fn arguments(&self) -> Vec<String> {
        match self {
            Self::Standalone => vec!["--standalone".to_owned()],
            Self::Webroot { path, .. } => {
                vec!["--webroot".to_owned(), "--webroot-path".to_owned(), path.display().to_string()]
            }
        }
    }

    /// Whether an authority would find us.
    ///
    /// # Errors
    /// Why it would not.
    pub fn fits(&self, machine: &Machine, change: &AcmeCertificate) -> Result<()> {
        let found = leads_here(change, addresses(&change.name, PATIENCE))?;
        match self {
            Self::Standalone => Ok(()),
            Self::Webroot { path, holder } => served(&machine.path(path), change, &found).map_err(|error| {
                error.within(format!("{holder} holds port {PORT} and does not serve {}", path.display()))
            }),
        }
    }
}

/// The addresses of the name, when it leads to this server and nowhere else: an authority may ask any of them.
fn leads_here(change: &AcmeCertificate, resolution: Resolution) -> Result<Vec<IpAddr>> {
    let name = &change.name;
    let ours = || list(&change.addresses);
    match resolution {
        Resolution::Addresses(found) => {
            let others: Vec<IpAddr> = found.iter().filter(|one| !change.addresses.contains(one)).copied().collect();
            if others.is_empty() {
                return Ok(found);
            }
            Err(Error::failed(format!("{name} leads to {}, and this server is {}", list(&others), ours())))
        }
        Resolution::Nothing => {
            Err(Error::failed(format!("{name} has no address in the DNS; this server is {}", ours())))
        }
        Resolution::Unknown(why) => Err(Error::failed(format!("the DNS gave no answer about {name}: {why}"))),
    }
}

fn list(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether the web server serves what is put into its directory, under the name and at each of its addresses.
fn served(root: &Path, change: &AcmeCertificate, at: &[IpAddr]) -> Result<()> {
    let probe = Probe::put(root)?;
    let path = format!("/{WELL_KNOWN}/{}", probe.token);
    for address in at {
        // Behind a translating router the public address may not be reached from here.
        let at = if http::answers(*address) { *address } else { loopback(*address) };
        if http::first_line(at, &change.name, &path)? != probe.token {
            return Err(Error::failed("it serves something else in its place"));
        }
    }
    Ok(())
}

const fn loopback(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    }
}

/// The directories on the way to where an authority looks, the first one first.
pub fn directories(webroot: &Path) -> Vec<PathBuf> {
    let parts: Vec<PathBuf> = Path::new(WELL_KNOWN).ancestors().map(Path::to_owned).collect();
    parts.into_iter().rev().filter(|part| !part.as_os_str().is_empty()).map(|part| webroot.join(part)).collect()
}

/// Removes files of ours that a killed run left there: they are known by their names.
pub fn sweep(webroot: &Path) {
    let place = files::real(webroot).join(WELL_KNOWN);
    for (name, _) in files::list(&place).unwrap_or_default() {
        if name.to_str().is_some_and(is_ours) {
            let _ = files::remove_file(&place.join(name));
        }
    }
}

const PREFIX: &str = "mailwright-";

fn is_ours(name: &str) -> bool {
    let random = |rest: &str| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.strip_prefix(PREFIX).is_some_and(random)
}

/// A file of ours in the web server's directory; it goes with the directories that were made for it.
struct Probe {
    token: String,
    file: PathBuf,
    made: Vec<PathBuf>,
}

impl Probe {
    fn put(root: &Path) -> Result<Self> {
        let root = &files::real(root);
        if !root.is_dir() {
            return Err(Error::failed("there is no such directory"));
        }
        sweep(root);
        let token = format!("{PREFIX}{:032x}", rand::rng().random::<u128>());
        let mut probe = Self { file: root.join(WELL_KNOWN).join(&token), token, made: Vec::new() };
        let unwritten = || format!("{} could not be written", probe.file.display());
        let mut made = Vec::new();
        let written = (|| {
            for directory in directories(root) {
                if !files::exists(&directory) {
                    files::create_all(&directory, 0o755)?;
                    made.push(directory);
                }
            }
            let mut file = files::create_new(&probe.file, 0o644)?;
            writeln!(file, "{}", probe.token)?;
            let access = files::look_at(&file)?.access;
            files::set_on(&file, Access { mode: 0o644, ..access })
        })();
        let written = written.map_err(|error: std::io::Error| paths::failed(unwritten(), &error));
        probe.made = made;
        written.map(|()| probe)
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        let _ = files::remove_file(&self.file);
        for directory in self.made.iter().rev() {
            let _ = files::remove_directory(directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn change() -> AcmeCertificate {
        AcmeCertificate {
            name: "mail.example.org".into(),
            addresses: ["203.0.113.10", "2001:db8::10"].map(|text| text.parse().unwrap()).to_vec(),
            contact: "postmaster@example.org".into(),
            directory: "https://ca.test/dir".into(),
            webroot: "/srv/www".into(),
            certificate: "/etc/mailwright/tls/fullchain.pem".into(),
            key: "/etc/mailwright/tls/privkey.pem".into(),
            hook: "/etc/mailwright/acme-deploy".into(),
        }
    }

    #[test]
    fn an_authority_is_not_asked_about_a_name_that_leads_elsewhere() {
        let change = change();
        let leads = |found: &[&str]| {
            let found = found.iter().map(|text| text.parse().unwrap()).collect();
            leads_here(&change, Resolution::Addresses(found)).map_err(|error| error.to_string())
        };
        assert_eq!(leads(&["203.0.113.10"]).unwrap().len(), 1);
        assert_eq!(leads(&["203.0.113.10", "2001:db8::10"]).unwrap().len(), 2);
        let told = "mail.example.org leads to 192.0.2.1, and this server is 203.0.113.10, 2001:db8::10";
        assert_eq!(leads(&["192.0.2.1", "203.0.113.10"]).unwrap_err(), told);
        assert!(leads_here(&change, Resolution::Nothing).unwrap_err().to_string().contains("no address"));
        let silent = leads_here(&change, Resolution::Unknown("timed out".into())).unwrap_err();
        assert_eq!(silent.to_string(), "the DNS gave no answer about mail.example.org: timed out");
    }

    #[test]
    fn what_is_put_into_a_web_servers_directory_goes_again() {
        let root = tempfile::tempdir().unwrap();
        let probe = Probe::put(root.path()).unwrap();
        assert_eq!(fs::read_to_string(&probe.file).unwrap(), format!("{}\n", probe.token));
        assert!(probe.file.starts_with(root.path().join(WELL_KNOWN)));
        drop(probe);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
        fs::create_dir(root.path().join(".well-known")).unwrap();
        drop(Probe::put(root.path()).unwrap());
        assert_eq!(fs::read_dir(root.path().join(".well-known")).unwrap().count(), 0);
        assert!(Probe::put(&root.path().join("none")).is_err());
    }

    #[test]
    fn what_a_killed_run_left_there_goes_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let probe = Probe::put(root.path()).unwrap();
        let theirs = root.path().join(WELL_KNOWN).join("mailwright-of-theirs");
        fs::write(&theirs, "theirs").unwrap();
        let left = probe.file.clone();
        // As a kill would.
        std::mem::forget(probe);
        sweep(root.path());
        assert!(!left.exists() && theirs.exists());
        let ways = directories(Path::new("/srv/www")).into_iter().map(|path| path.display().to_string());
        assert_eq!(ways.collect::<Vec<_>>(), ["/srv/www/.well-known", "/srv/www/.well-known/acme-challenge"]);
    }
}
