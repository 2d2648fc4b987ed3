//! The probe on real Debian hosts: this test program is put on them and runs itself there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{Duration, Instant};

use mailwright::facts::{Facts, MailOut, Release};
use mailwright::probe::machine;
use mailwright::rehearsal::{BINARY, Host, Lab};

mod support;

/// The packages that are asked for on the host, parted by blanks; set there alone.
const NEEDED: &str = "MAILWRIGHT_TEST_PACKAGES";

/// Runs on the host, not here: prints how many milliseconds the probe took, and the facts.
#[test]
fn on_the_host() {
    let Ok(needed) = std::env::var(NEEDED) else { return };
    let needed: Vec<String> = needed.split_whitespace().map(str::to_owned).collect();
    let started = Instant::now();
    let facts = machine::gather(Path::new("/"), &needed).unwrap();
    println!("\n@{} {}", started.elapsed().as_millis(), serde_json::to_string(&facts).unwrap());
}

fn gathered(host: &Host, needed: &str) -> (Duration, Facts) {
    let program = host.program_with(&[(NEEDED, needed)], BINARY).args(["--exact", "on_the_host", "--nocapture"]);
    let said = program.success().unwrap().stdout;
    let (took, facts) = said.lines().find_map(|line| line.strip_prefix('@')?.split_once(' ')).unwrap();
    (Duration::from_millis(took.parse().unwrap()), serde_json::from_str(facts).unwrap())
}

#[test]
fn a_fresh_host_is_seen_as_it_is() {
    let Some(_turn) = support::turn("a fresh host is seen as it is") else { return };
    for release in Release::ALL {
        let address = Ipv4Addr::new(203, 0, 113, 10);
        let wanted = Lab::of(release).ipv4(address).ipv6("2001:db8::10".parse().unwrap()).packages(["logrotate"]);
        let lab = wanted.binary(std::env::current_exe().unwrap()).start().unwrap();
        let (_, facts) = gathered(lab.host(), "logrotate");
        assert_eq!((facts.release, facts.root, facts.systemd), (Some(release), true, true));
        assert_eq!((facts.ipv4.as_slice(), facts.ipv6.len()), ([address].as_slice(), 1), "{:?}", facts.ipv6);
        assert_eq!(facts.hostname, lab.host().program("cat").arg("/etc/hostname").success().unwrap().stdout.trim());
        assert!(facts.memory_mib > 0 && facts.free_disk_mib.is_some() && facts.clock.container);
        assert!(facts.packages_cached, "logrotate lies in apt's cache");
        assert_eq!((facts.mail_config.len(), facts.cloud_init, facts.units.len()), (0, None, 12));
        assert_eq!(facts.mail_out, MailOut { ipv4: Some(true), ipv6: Some(true) });
        // As at a provider that lets no mail out by IPv4.
        let shut = ["rule", "add", "ipproto", "tcp", "dport", "25", "prohibit"];
        lab.host().program("ip").args(shut).success().unwrap();
        let out = gathered(lab.host(), "logrotate").1.mail_out;
        assert_eq!(out, MailOut { ipv4: Some(false), ipv6: Some(true) });
        // What dpkg itself says.
        let list = lab.host().program("dpkg-query").args(["-W", "-f", "${Package} ${Version}\\n"]).success().unwrap();
        let said: Vec<&str> = list.stdout.lines().collect();
        let read: Vec<String> =
            facts.dpkg.installed.iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert!(read.iter().all(|line| said.contains(&line.as_str())) && read.len() == said.len(), "{read:?} {said:?}");
        let architecture = lab.host().program("dpkg").arg("--print-architecture").success().unwrap().stdout;
        assert_eq!((facts.architecture.as_str(), facts.dpkg.broken.len()), (architecture.trim(), 0));
        // With nothing missing, as on a finished server, apt is not asked; the second of a second run is not ours.
        let (took, _) = gathered(lab.host(), "");
        println!("{release}: probed in {took:?}");
        assert!(took < Duration::from_millis(500), "{took:?}");
        // There is no way out of a lab, and the cache does not hold this one.
        let mirror = gathered(lab.host(), "cowsay").1.mirror.unwrap();
        assert!(mirror.host == "deb.debian.org" && mirror.error.is_some(), "{mirror:?}");
    }
}
