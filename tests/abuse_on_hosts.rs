//! Whoever guesses passwords is shut out of the mail ports, by IMAP and by submission, over IPv4 and IPv6, while others
//! are served and SSH stays; and a firewall that keeps everybody but SSH out lets mail in, as long as mailwright is there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::probe::dial::{Dial, Security};
use mailwright::probe::{imap, smtp};
use mailwright::rehearsal::{Host, Lab};
use mailwright::secret::Secret;
use mailwright::steps::packages;
use serde_json::Value;

#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

use ready::saved;
use server::{SETUP, mailwright, wanted, well};

const NAME: &str = "mail.example.org";
const PORTS: [u16; 7] = [25, 110, 143, 465, 587, 993, 995];
const SSH: u16 = 22;
/// More than bring a ban.
const TRIES: usize = 6;
const NFTABLES: &str = "/etc/nftables.conf";
/// As an admin may have it: SSH and nothing else, and a table of another's.
const RULES: &str = "#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {\n\tchain input {\n\
    \t\ttype filter hook input priority filter; policy drop;\n\t\tiif lo accept\n\t\tct state established,related accept\n\
    \t\tmeta l4proto { icmp, ipv6-icmp } accept\n\t\ttcp dport 22 accept # never without\n\t}\n}\n\
    table ip others {\n\tchain c {\n\t\ttcp dport 1 counter\n\t}\n}\n";

/// The hosts of a test: the server, and two from which it is called.
struct Hosts(Lab);

impl Hosts {
    /// With more packages in the cache; the server is set up already where its disk was saved.
    fn new(release: Release, more: &[&str], disk: Option<PathBuf>) -> Self {
        let more = ["openssh-server"].iter().chain(more).map(|name| (*name).to_owned());
        let wanted = wanted(release).packages(packages::names().into_iter().chain(more)).more_hosts(2);
        let wanted = if let Some(disk) = disk { wanted.saved(disk) } else { wanted };
        let lab = wanted.start().unwrap();
        lab.host().write("/root/answers.toml", server::ANSWERS, 0o600).unwrap();
        Self(lab)
    }

    fn server(&self) -> &Host {
        self.0.host()
    }

    fn sh(&self, script: &str) -> String {
        let output = self.server().program("sh").args(["-c", script]).run().unwrap();
        assert!(output.ok() && output.stderr.is_empty(), "{script}: {output:?}");
        output.stdout
    }

    fn addresses(&self) -> Vec<IpAddr> {
        self.server().addresses().all().collect()
    }

    /// Whether the port answers the host with this number at this address.
    fn reaches(&self, from: usize, address: IpAddr, port: u16) -> bool {
        self.0.hosts()[from].in_network(|| is_open(address, port)).unwrap()
    }

    fn all_reach(&self, port: u16, expected: bool) {
        for (from, address) in
            [1, 2].into_iter().flat_map(|from| self.addresses().into_iter().map(move |it| (from, it)))
        {
            assert_eq!(self.reaches(from, address, port), expected, "host {from} at {address} port {port}");
        }
    }

    /// Fails to log in until the door is shut. All tries go on at once: Dovecot lets a guesser wait longer each time.
    fn guesses(&self, from: usize, address: IpAddr, port: u16) {
        let dial = Dial::new(SocketAddr::new(address, port));
        let wrong = Secret::new("wrong password");
        let login = || -> mailwright::error::Result<()> {
            let security = if [465, 993].contains(&port) { Security::Tls } else { Security::StartTls };
            if [143, 993].contains(&port) {
                let mut session = imap::Session::open(&dial, security, NAME)?;
                assert!(!session.login("anna@example.org", &wrong)?.ok());
            } else {
                let mut session = smtp::Session::open(&dial, security, NAME, "laptop.home.test")?;
                assert_eq!(session.auth_plain("anna@example.org", &wrong)?.code, 535);
            }
            Ok(())
        };
        let shut = || {
            std::thread::scope(|scope| {
                for _ in 0..TRIES {
                    // The door may shut before the last of them is through.
                    scope.spawn(login);
                }
            });
            let until = Instant::now() + Duration::from_secs(20);
            while is_open(address, port) {
                assert!(Instant::now() < until, "{address} port {port} stays open");
                std::thread::sleep(Duration::from_millis(50));
            }
        };
        self.0.hosts()[from].in_network(shut).unwrap();
    }

    /// Sends to nobody here and then to others, as a stranger; waits until the jail has counted, which it does in order.
    fn is_refused(&self, from: usize) {
        let dial = Dial::new(SocketAddr::new(self.addresses()[0], 25));
        let tried = || {
            let mut session = smtp::Session::open(&dial, Security::Plain, NAME, "relay.home.test").unwrap();
            assert_eq!(session.mail_from("", "").unwrap().code, 250);
            assert_eq!(session.rcpt_to("nobody@example.org").unwrap().code, 550);
            assert_eq!(session.rcpt_to("anna@elsewhere.test").unwrap().code, 554);
        };
        self.0.hosts()[from].in_network(tried).unwrap();
        let until = Instant::now() + Duration::from_secs(10);
        let counted = || self.sh("fail2ban-client status postfix");
        while !counted().contains("Total failed:\t1\n") {
            assert!(Instant::now() < until, "{}", counted());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The outcomes of a step's checks.
    fn checked(&self, step: &str) -> Vec<(String, String, String)> {
        let report: Value =
            serde_json::from_str(&mailwright(self.server(), &["check", step, "--json"]).stdout).unwrap();
        let word = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
        let checks = report["checks"].as_array().unwrap().iter();
        checks.map(|check| (word(check, "id"), word(check, "outcome"), word(check, "evidence"))).collect()
    }

    fn passes(&self, step: &str) {
        let checked = self.checked(step);
        assert!(!checked.is_empty() && checked.iter().all(|(_, outcome, _)| outcome == "pass"), "{checked:#?}");
    }
}

/// Whether the port answers in the network that the thread is in.
fn is_open(address: IpAddr, port: u16) -> bool {
    TcpStream::connect_timeout(&SocketAddr::new(address, port), Duration::from_millis(700)).is_ok()
}

/// An nftables firewall that lets SSH in alone, and a session of SSH that must outlive everything.
fn guarded_by_nftables(hosts: &Hosts) -> (String, TcpStream) {
    let server = hosts.server();
    let install = server.program_with(&[("DEBIAN_FRONTEND", "noninteractive")], "apt-get");
    install.args(["install", "-y", "-q", "--no-install-recommends", "nftables"]).success().unwrap();
    server.write(NFTABLES, RULES, 0o755).unwrap();
    hosts.sh("systemctl enable --quiet --now nftables.service");
    hosts.all_reach(SSH, true);
    let address = hosts.addresses()[0];
    let session = hosts.0.hosts()[1].in_network(|| TcpStream::connect((address, SSH)).unwrap()).unwrap();
    (hosts.sh("nft -s list ruleset"), session)
}

/// Whether the session still answers: sshd says its version as soon as it is asked.
fn is_alive(mut session: &TcpStream) -> bool {
    use std::io::{Read, Write};
    session.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut said = [0; 8];
    session.read_exact(&mut said).is_ok() && &said == b"SSH-2.0-" && session.write_all(b"SSH-2.0-test\r\n").is_ok()
}

fn guessers_are_banned_behind_a_firewall(release: Release) {
    let Some(_turn) = support::turn("abuse") else { return };
    let started = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", started.elapsed().as_secs_f64());
    let hosts = Hosts::new(release, &["nftables"], None);
    let server = hosts.server();
    let (ruleset, session) = guarded_by_nftables(&hosts);
    told("guarded");
    well(server, &SETUP);
    told("set up");
    for port in PORTS.into_iter().chain([SSH]) {
        hosts.all_reach(port, true);
    }
    let opened = server.read_text(NFTABLES).unwrap();
    assert!(opened.contains("policy drop;\n\t\t# The ports of the mail server") && opened.contains(" # never without"));
    hosts.passes("firewall");
    hosts.passes("fail2ban");
    assert!(well(server, &SETUP).stdout.starts_with("Nothing to change"));
    let jails = hosts.sh("fail2ban-client status");
    assert!(jails.contains("Jail list:\tdovecot, postfix, postfix-sasl\n"), "{jails}");
    told("open and checked");

    // Of two refusals one counts: an honest server may send to nobody here, and only others try to relay.
    hosts.is_refused(2);
    told("refused");

    // One guesses by IMAP over IPv4 and by submission over IPv6, the other is served all the time.
    let [ipv4, ipv6] = hosts.addresses().try_into().unwrap();
    hosts.guesses(1, ipv4, 993);
    hosts.guesses(1, ipv6, if release == Release::Bookworm { 465 } else { 587 });
    told("banned");
    for address in hosts.addresses() {
        for port in PORTS {
            assert!(!hosts.reaches(1, address, port), "{address} port {port} still answers");
            assert!(hosts.reaches(2, address, port), "{address} port {port} answers nobody");
        }
        assert!(hosts.reaches(1, address, SSH), "SSH is cut at {address}");
    }
    let seen: String =
        hosts.checked("fail2ban").into_iter().map(|(_, outcome, evidence)| outcome + &evidence).collect();
    for address in hosts.0.hosts()[1].addresses().all() {
        assert!(seen.contains(&address.to_string()), "{address} is not told: {seen}");
    }
    // Let in again as the words say.
    hosts.sh(&format!("fail2ban-client unban {}", hosts.0.hosts()[1].addresses().ipv4));
    assert!(hosts.reaches(1, ipv4, 993) && !hosts.reaches(1, ipv6, 993));

    // A port that the admin closes is seen.
    hosts.sh("nft insert rule inet filter input tcp dport 143 drop");
    let closed = hosts.checked("firewall");
    assert!(
        closed.iter().any(|(id, outcome, seen)| id == "let-in" && outcome == "fail" && seen.contains("143")),
        "{closed:?}"
    );
    let handle = "nft -a list chain inet filter input | sed -n 's/.*dport 143 drop # handle //p'";
    hosts.sh(&format!("nft delete rule inet filter input handle $({handle})"));

    well(server, &["rollback", "--to", "fail2ban", "--yes"]);
    assert!(!hosts.sh("nft list tables").contains("f2b"), "{}", hosts.sh("nft list ruleset"));
    assert!(hosts.reaches(1, ipv4, 993) && hosts.reaches(1, ipv6, 465));
    well(server, &["rollback", "--to", "firewall", "--yes"]);
    assert_eq!(server.read_text(NFTABLES).unwrap(), RULES);
    assert_eq!(hosts.sh("nft -s list ruleset"), ruleset);
    assert!(!hosts.reaches(2, ipv4, 25) && hosts.reaches(2, ipv4, SSH) && is_alive(&session));
    told("taken back");
}

/// A server that was prepared otherwise, with its answers.
fn guarded_otherwise(hosts: Hosts, more: &[&str], prepare: &str, text: &str) -> Hosts {
    let server = hosts.server();
    let install = server.program_with(&[("DEBIAN_FRONTEND", "noninteractive")], "apt-get");
    let install = install.args(["install", "-y", "-q", "--no-install-recommends"]).args(more);
    install.deadline(Duration::from_secs(120)).success().unwrap();
    hosts.sh(prepare);
    server.write("/root/answers.toml", text, 0o600).unwrap();
    hosts
}

/// Another firewall lets mail in and is left as it was: `files` and what `state` prints are the same again.
fn another_firewall(hosts: &Hosts, files: &[&str], state: &str) {
    let server = hosts.server();
    let read = |path: &&str| server.read_text(path).ok();
    let (was, before) = (files.iter().map(read).collect::<Vec<_>>(), hosts.sh(state));
    let ipv4 = hosts.addresses()[0];
    assert!(hosts.reaches(1, ipv4, SSH));
    well(server, &SETUP);
    for port in PORTS.into_iter().chain([SSH]) {
        hosts.all_reach(port, true);
    }
    hosts.passes("firewall");
    assert!(well(server, &SETUP).stdout.starts_with("Nothing to change"));
    hosts.guesses(1, ipv4, 993);
    assert!(hosts.reaches(2, ipv4, 993) && hosts.reaches(1, ipv4, SSH));
    well(server, &["rollback", "--to", "firewall", "--yes"]);
    assert_eq!(files.iter().map(read).collect::<Vec<_>>(), was);
    assert_eq!(hosts.sh(state), before);
    assert!(!hosts.reaches(2, ipv4, 25) && hosts.reaches(2, ipv4, SSH));
}

fn ufw_lets_mail_in(release: Release) {
    let Some(_turn) = support::turn("ufw") else { return };
    let prepare = "ufw allow 22/tcp >/dev/null && ufw --force enable >/dev/null";
    let more = ["ufw", "iptables"];
    let hosts = Hosts::new(release, &more, Some(saved(release)));
    let hosts = guarded_otherwise(hosts, &more, prepare, server::ANSWERS);
    another_firewall(&hosts, &["/etc/ufw/user.rules", "/etc/ufw/user6.rules"], "ufw status; iptables -S; ip6tables -S");
}

#[test]
fn ufw_lets_mail_in_on_debian_12() {
    ufw_lets_mail_in(Release::Bookworm);
}

#[test]
fn ufw_lets_mail_in_on_debian_13() {
    ufw_lets_mail_in(Release::Trixie);
}

fn firewalld_lets_mail_in(release: Release) {
    let Some(_turn) = support::turn("firewalld") else { return };
    let prepare = "systemctl is-active --quiet firewalld.service && firewall-cmd --state >/dev/null";
    let more = ["firewalld"];
    let hosts = Hosts::new(release, &more, Some(saved(release)));
    let hosts = guarded_otherwise(hosts, &more, prepare, server::ANSWERS);
    let state = "firewall-cmd --list-all; firewall-cmd --permanent --list-all";
    another_firewall(&hosts, &["/etc/firewalld/zones/public.xml", "/etc/firewalld/zones/public.xml.old"], state);
}

#[test]
fn firewalld_lets_mail_in_on_debian_12() {
    firewalld_lets_mail_in(Release::Bookworm);
}

#[test]
fn firewalld_lets_mail_in_on_debian_13() {
    firewalld_lets_mail_in(Release::Trixie);
}

/// Asked for where there is none: SSH and mail come in, and nothing else. A fail2ban of the admin's goes on as it was, and
/// so does an nftables that had loaded Debian's own rules, which keep out nobody.
fn one_is_made_and_a_fail2ban_of_the_admins_stays(release: Release) {
    let Some(_turn) = support::turn("a firewall of our own") else { return };
    let text = server::ANSWERS.replace("# firewall = \"open\"", "firewall = \"install\"");
    let own = "printf '[sshd]\\nenabled = true\\nbackend = systemd\\nbanaction = nftables\\n' >/etc/fail2ban/jail.local; \
               systemctl restart fail2ban; \
               until fail2ban-client status sshd >/dev/null 2>&1; do sleep 0.1; done; nft add table ip others";
    let loaded = "systemctl enable --quiet --now nftables.service; ";
    let own = if release == Release::Trixie { loaded.to_owned() + own } else { own.to_owned() };
    let needed = ["fail2ban", "nftables", "python3-systemd"];
    let hosts = guarded_otherwise(Hosts::new(release, &needed, None), &needed, &own, &text);
    let server = hosts.server();
    let state = "systemctl is-enabled fail2ban nftables; fail2ban-client status; nft list tables; \
                 cat /etc/nftables.conf /etc/fail2ban/jail.local; ls /etc/fail2ban/jail.d /etc/systemd/system";
    let state = || server.program("sh").args(["-c", state]).run().unwrap().stdout;
    let before = state();
    assert!(before.contains("Jail list:\tsshd\n"), "{before}");
    hosts.sh("systemd-run --quiet --unit other python3 -m http.server 8080 --bind ::; until ss -Hltn | grep -q :8080; do sleep 0.1; done");
    hosts.all_reach(8080, true);
    well(server, &SETUP);
    for port in PORTS.into_iter().chain([SSH]) {
        hosts.all_reach(port, true);
    }
    hosts.all_reach(8080, false);
    hosts.passes("firewall");
    hosts.passes("fail2ban");
    assert!(hosts.sh("fail2ban-client status").contains("dovecot, postfix, postfix-sasl, sshd"));
    hosts.guesses(1, hosts.addresses()[0], 993);
    assert!(well(server, &SETUP).stdout.starts_with("Nothing to change"));
    well(server, &["rollback", "--yes"]);
    let without = |text: String| support::theirs::without_lines(&text);
    assert_eq!(without(state()), without(before));
    hosts.all_reach(8080, true);
}

#[test]
fn one_is_made_on_debian_12() {
    one_is_made_and_a_fail2ban_of_the_admins_stays(Release::Bookworm);
}

#[test]
fn one_is_made_on_debian_13() {
    one_is_made_and_a_fail2ban_of_the_admins_stays(Release::Trixie);
}

#[test]
fn guessers_on_debian_12_are_banned_behind_a_firewall() {
    guessers_are_banned_behind_a_firewall(Release::Bookworm);
}

#[test]
fn guessers_on_debian_13_are_banned_behind_a_firewall() {
    guessers_are_banned_behind_a_firewall(Release::Trixie);
}
