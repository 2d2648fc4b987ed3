//! Whether the packages can be had: in apt's cache already, or from a mirror that answers.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::root::Root;
use super::{simulation, sources};
use crate::facts::{AptSays, Mirror};
use crate::shell::{Output, Program};

/// A mirror that takes longer to answer is not worth waiting for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Schemes that need no network.
const LOCAL: [&str; 3] = ["file", "copy", "cdrom"];

/// Where apt keeps what it has downloaded.
pub const ARCHIVES: &str = "/var/cache/apt/archives";

/// Whether apt would download nothing to install these packages. Nothing can be said of the cache where apt refuses.
pub(super) fn all_cached(root: &Root<'_>, names: &[String]) -> bool {
    if !root.live() {
        return false;
    }
    let simulated = simulation::of(names).ok().filter(Output::ok);
    if simulated.is_some_and(|output| archives(&output.stdout).all(|name| is_there(&Path::new(ARCHIVES).join(name)))) {
        return true;
    }
    // What a package source on this machine has needs not lie in the cache.
    if !sources::uris(root).iter().any(|uri| LOCAL.contains(&scheme(uri))) {
        return false;
    }
    let ask = Program::new("apt-get").args(["install", "--print-uris", "-qq", "--no-install-recommends"]).args(names);
    ask.env("LC_ALL", "C.UTF-8").success().is_ok_and(|output| nothing_to_download(&output.stdout))
}

/// Whether an archive is there: a power cut may have left an empty one.
fn is_there(archive: &Path) -> bool {
    std::fs::metadata(archive).is_ok_and(|meta| meta.is_file() && meta.len() > 0)
}

/// The name that apt gives to an archive: with a colon and an underscore of the version as in a URI.
#[must_use]
pub fn archive_name(package: &str, version: &str, architecture: &str) -> String {
    let version = version.replace('%', "%25").replace(':', "%3a").replace('_', "%5f");
    format!("{package}_{version}_{architecture}.deb")
}

/// The names of the archives of what apt would install: `Inst NAME [old] (VERSION origin [ARCH]) ...`.
fn archives(simulated: &str) -> impl Iterator<Item = String> {
    let name = |line: &str| {
        let (name, rest) = line.strip_prefix("Inst ")?.split_once(' ')?;
        let (version, rest) = rest.split_once('(')?.1.split_once(' ')?;
        let arch = rest.split_once('[')?.1.split_once(']')?.0;
        Some(archive_name(name.split(':').next()?, version, arch))
    };
    simulated.lines().filter(|line| line.starts_with("Inst ")).map(move |line| name(line).unwrap_or_default())
}

/// What apt would do to install these packages, and why it would refuse. Without lists it knows no package yet, which
/// says nothing.
pub(super) fn says(root: &Root<'_>, names: &[String], has_lists: bool) -> AptSays {
    if !root.live() {
        return AptSays::default();
    }
    let Ok(output) = simulation::of(names) else { return AptSays::default() };
    said(&output.stdout, &output.stderr, output.ok(), has_lists)
}

/// `Remv NAME [version] ...` is a package that goes; `E: ...` why nothing is done, with the list of unmet dependencies that
/// stands before it on standard output.
#[must_use]
pub fn said(stdout: &str, stderr: &str, ok: bool, has_lists: bool) -> AptSays {
    let removed = |line: &str| line.strip_prefix("Remv ")?.split_whitespace().next().map(str::to_owned);
    if ok {
        return AptSays { removes: stdout.lines().filter_map(removed).collect(), refuses: Vec::new() };
    }
    let unknown = |line: &str| {
        ["E: Unable to locate package", "has no installation candidate"].iter().any(|of| line.contains(of))
    };
    let mut refuses: Vec<String> = Vec::new();
    for line in stdout.lines().skip_while(|line| !line.starts_with("The following packages have unmet")).skip(1) {
        if !line.starts_with(' ') {
            break;
        }
        refuses.push(line.trim().to_owned());
    }
    for line in
        stdout.lines().skip_while(|line| !line.starts_with("The following held packages will be changed")).skip(1)
    {
        if !line.starts_with(' ') {
            break;
        }
        refuses.push(format!("on hold: {}", line.trim()));
    }
    let errors = stderr.lines().filter(|line| line.starts_with("E:"));
    refuses.extend(errors.filter(|line| has_lists || !unknown(line)).map(|line| line.trim().to_owned()));
    refuses.dedup();
    refuses.truncate(12);
    AptSays { removes: Vec::new(), refuses }
}

/// Lines are `'URI' file size hash`; a file: archive is used where it lies.
fn nothing_to_download(uris: &str) -> bool {
    let remote = |line: &&str| line.strip_prefix('\'').is_some_and(|uri| !LOCAL.contains(&scheme(uri)));
    !uris.lines().any(|line| remote(&line))
}

/// Tries the first mirror of apt's sources; `None` when there is no way to tell (no programs may be run, a proxy is
/// found by a program, or the way is none we know).
pub(super) fn mirror(root: &Root<'_>) -> Option<Mirror> {
    if !root.live() {
        return None;
    }
    let uris = sources::uris(root);
    let Some(uri) = uris.iter().find(|uri| ["http", "https"].contains(&scheme(uri))) else {
        let local = uris.iter().find(|uri| LOCAL.contains(&scheme(uri)));
        return match local {
            Some(uri) => Some(Mirror { host: uri.clone(), error: None }),
            None if uris.is_empty() => Some(Mirror {
                host: "none".into(),
                error: Some("apt has no package source: /etc/apt/sources.list and sources.list.d name none".into()),
            }),
            None => None,
        };
    };
    let config = Program::new("apt-config").arg("dump").success().map(|output| output.stdout).unwrap_or_default();
    let (host, port) = host_and_port(uri)?;
    match proxy(&config, scheme(uri), &host) {
        Proxy::None => Some(Mirror { error: reached(&host, port), host }),
        Proxy::At(proxy) => {
            let (through, port) = host_and_port(&proxy)?;
            let error = reached(&through, port).map(|error| format!("through the proxy {through}: {error}"));
            Some(Mirror { host, error })
        }
        Proxy::Unknown => None,
    }
}

/// The way apt goes out.
#[derive(Debug, PartialEq, Eq)]
enum Proxy {
    None,
    At(String),
    /// A program of the admin's names it for each host.
    Unknown,
}

/// `Acquire::http::Proxy` of apt.conf(5), for one host or for all; the environment's when apt's own says nothing.
fn proxy(config: &str, scheme: &str, host: &str) -> Proxy {
    let value = |key: String| {
        let line = config.lines().find_map(|line| line.strip_prefix(&key)?.strip_prefix(' '));
        line.map(|value| value.trim_matches(['"', ';']).to_owned()).filter(|value| !value.is_empty())
    };
    let schemes = if scheme == "https" { &["https", "http"][..] } else { &["http"][..] };
    for scheme in schemes {
        let key = format!("Acquire::{scheme}::Proxy");
        if let Some(proxy) = value(format!("{key}::{host}")).or_else(|| value(key.clone())) {
            return if proxy == "DIRECT" { Proxy::None } else { Proxy::At(proxy) };
        }
        if value(format!("{key}-Auto-Detect"))
            .or_else(|| value(format!("Acquire::{scheme}::ProxyAutoDetect")))
            .is_some()
        {
            return Proxy::Unknown;
        }
    }
    std::env::var(format!("{scheme}_proxy")).ok().filter(|proxy| !proxy.is_empty()).map_or(Proxy::None, Proxy::At)
}

fn scheme(uri: &str) -> &str {
    uri.split(':').next().unwrap_or_default()
}

/// Host and port of a URI, the scheme's own port when it names none.
fn host_and_port(uri: &str) -> Option<(String, u16)> {
    let default = if scheme(uri) == "https" { 443 } else { 80 };
    let authority = uri.split_once("://")?.1.split('/').next()?;
    let authority = authority.rsplit('@').next()?;
    if let Some((host, rest)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Some((host.to_owned(), rest.strip_prefix(':').map_or(Some(default), |port| port.parse().ok())?));
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host.to_owned(), port.parse().ok()?)),
        None => Some((authority.to_owned(), default)),
    }
}

/// Why a connection could not be made; `None` when it could.
fn reached(host: &str, port: u16) -> Option<String> {
    let until = Instant::now() + PATIENCE;
    let addresses = match resolved(host, port) {
        Ok(addresses) => addresses,
        Err(error) => return Some(error),
    };
    let mut last = format!("{host} has no address");
    for address in addresses {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(_) => return None,
            Err(error) => last = format!("{address}: {error}"),
        }
    }
    Some(last)
}

/// The addresses of a name. The C library's resolver knows no deadline, so it works in a thread that may be left behind.
fn resolved(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    let (tell, told) = mpsc::channel();
    let target = (host.to_owned(), port);
    std::thread::spawn(move || {
        let found = (target.0.as_str(), target.1).to_socket_addrs();
        let _ = tell.send(found.map(Iterator::collect).map_err(|error| error.to_string()));
    });
    told.recv_timeout(PATIENCE)
        .unwrap_or_else(|_| Err(format!("no answer about {host} within {} s", PATIENCE.as_secs())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_comes_over_the_network_has_to_be_downloaded() {
        assert!(nothing_to_download(""));
        assert!(nothing_to_download("'file:/srv/debs/a_1_all.deb' a_1_all.deb 10 SHA256:ab\n"));
        assert!(!nothing_to_download(
            "'http://deb.debian.org/debian/pool/main/c/cpio/cpio_2.13%2bdfsg-7.1_amd64.deb' cpio_2.13+dfsg-7.1_amd64.deb 245036 MD5Sum:3202\n"
        ));
    }

    #[test]
    fn archives_are_named_as_apt_names_them() {
        let said = "Reading package lists...\nInst libssl3 [3.0.16-1] (3.0.17-1~deb12u2 Debian:12.12/oldstable [amd64])\n\
                    Inst dovecot-core (1:2.3.19.1+dfsg1-2.1+deb12u1 Debian:12.12/oldstable [amd64]) []\n\
                    Inst adduser (3.134 Debian:12.12/oldstable [all])\nConf adduser (3.134 Debian:12.12/oldstable [all])\n";
        assert_eq!(
            archives(said).collect::<Vec<_>>(),
            [
                "libssl3_3.0.17-1~deb12u2_amd64.deb",
                "dovecot-core_1%3a2.3.19.1+dfsg1-2.1+deb12u1_amd64.deb",
                "adduser_3.134_all.deb"
            ]
        );
    }

    #[test]
    fn what_apt_would_remove_or_refuse_is_read() {
        let good = "Reading package lists...\nThe following packages will be REMOVED:\n  exim4-base bsd-mailx\n\
                    Remv bsd-mailx [8.1.2-0.20220412cvs-1]\nRemv exim4-base [4.96-15+deb12u7] [exim4-daemon-light:amd64 ]\n\
                    Inst postfix (3.7.11-0+deb12u1 Debian:12.12/oldstable [amd64])\nConf postfix (3.7.11)\n";
        assert_eq!(said(good, "", true, true).removes, ["bsd-mailx", "exim4-base"]);
        let broken = "E: Malformed entry 2 in list file /etc/apt/sources.list (Component)\n\
                      E: The list of sources could not be read.\n";
        let told = said("Reading package lists...\n", broken, false, false).refuses;
        assert_eq!(told, broken.lines().collect::<Vec<_>>());
        let unmet =
            "The following packages have unmet dependencies:\n postfix : Depends: libicu72 but it is not installable\n";
        let told = said(unmet, "E: Unable to correct problems, you have held broken packages.\n", false, true).refuses;
        assert!(told[0].starts_with("postfix : Depends: libicu72") && told.len() == 2, "{told:?}");
        // Before the first `apt-get update` no package is known, which is no obstacle.
        let fresh = "E: Unable to locate package postfix\nE: Package 'x' has no installation candidate\n";
        assert!(said("", fresh, false, false).is_silent());
        assert_eq!(said("", fresh, false, true).refuses.len(), 2);
    }

    #[test]
    fn hosts_and_ports_are_found() {
        let told = |uri: &str| host_and_port(uri).map(|(host, port)| format!("{host} {port}"));
        assert_eq!(told("http://deb.debian.org/debian").unwrap(), "deb.debian.org 80");
        assert_eq!(told("https://user:pw@mirror.test:8443/debian/").unwrap(), "mirror.test 8443");
        assert_eq!(told("http://[2001:db8::1]:3142").unwrap(), "2001:db8::1 3142");
        assert_eq!(told("cdrom:[Debian]/"), None);
    }

    #[test]
    fn the_proxy_of_apts_configuration_is_used() {
        let config = "Acquire \"\";\nAcquire::http \"\";\nAcquire::http::Proxy \"http://proxy.test:3128\";\n\
                      Acquire::http::Proxy::near.test \"DIRECT\";\n";
        assert_eq!(proxy(config, "http", "deb.debian.org"), Proxy::At("http://proxy.test:3128".into()));
        assert_eq!(proxy(config, "http", "near.test"), Proxy::None);
        assert_eq!(proxy(config, "https", "deb.debian.org"), Proxy::At("http://proxy.test:3128".into()));
        let auto = "Acquire::http::Proxy-Auto-Detect \"/usr/bin/auto-apt-proxy\";\n";
        assert_eq!(proxy(auto, "http", "deb.debian.org"), Proxy::Unknown);
    }

    #[test]
    fn a_closed_port_says_why() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(reached("127.0.0.1", port), None);
        drop(listener);
        assert!(reached("127.0.0.1", port).unwrap().contains("refused"));
    }
}
