//! A finished Debian 12 server becomes a Debian 13 server in place, with `apt-get dist-upgrade`; one setup heals it.
//!
//! It takes minutes and fetches some 200 MB: `cargo test --test upgrade -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::{ANSWERS as ANSWERS_PATH, FAR_DOMAIN, HOME, Host};
use support::whole::Server;

mod support;

const ANSWERS: &str = include_str!("answers/whole.toml");
const ANNA: (&str, &str) = ("anna@example.org", "Zürich \"$HOME\"; it's 100%u `id` \\n #{x} -- ok");
const BEN: &str = "ben's password";
/// How an admin upgrades unattended: his own files stay (release notes of Debian 13, 4.4).
const UPGRADE: &str = "export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none; apt-get -y -q --no-download \
                       -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold dist-upgrade";

/// Fetches all that a dist-upgrade of this host needs, by this machine's own network, and lays it into the host's apt
/// cache with the lists of Debian 13. The host's sources name Debian 13 then.
fn bring_the_next_release(host: &Host) {
    let root = host.root();
    let sources = fs::read_to_string(root.join("etc/apt/sources.list")).unwrap().replace("bookworm", "trixie");
    fs::write(root.join("etc/apt/sources.list"), &sources).unwrap();
    let dir = Path::new(HOME).join("upgrade");
    for part in ["lists/partial", "archives/partial", "etc"] {
        fs::create_dir_all(dir.join(part)).unwrap();
    }
    fs::write(dir.join("etc/sources.list"), &sources).unwrap();
    let option = |key: &str, value: PathBuf| format!("-o{key}={}", value.display());
    let options = [
        option("Dir::Etc::sourcelist", dir.join("etc/sources.list")),
        option("Dir::Etc::sourceparts", dir.join("etc/none")),
        option("Dir::Etc::preferencesparts", dir.join("etc/none")),
        option("Dir::State::lists", dir.join("lists")),
        option("Dir::State::status", root.join("var/lib/dpkg/status")),
        option("Dir::State::extended_states", root.join("var/lib/apt/extended_states")),
        option("Dir::Cache::archives", dir.join("archives")),
        option("Dir::Cache::pkgcache", PathBuf::new()),
        option("Dir::Cache::srcpkgcache", PathBuf::new()),
        "-oAPT::Sandbox::User=root".to_owned(),
        "-oDebug::NoLocking=1".to_owned(),
    ];
    for words in [&["update"][..], &["dist-upgrade", "-y", "--download-only"]] {
        let output = Command::new("apt-get").arg("-q").args(&options).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?} {}", String::from_utf8_lossy(&output.stderr));
    }
    for (from, to) in [("lists", "var/lib/apt/lists"), ("archives", "var/cache/apt/archives")] {
        for entry in fs::read_dir(dir.join(from)).unwrap().flatten().filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), root.join(to).join(entry.file_name())).unwrap();
        }
    }
}

fn sh(host: &Host, script: &str) -> String {
    let output = host.program("sh").args(["-c", script]).deadline(Duration::from_secs(1800)).run().unwrap();
    output.stdout + &output.stderr
}

#[test]
#[ignore = "minutes, and some 200 MB to fetch: cargo test --test upgrade -- --ignored"]
fn a_finished_debian_12_server_becomes_debian_13_in_place() {
    let Some(_turn) = support::turn("upgrade in place") else { return };
    let started = Instant::now();
    let told = |what: &str| println!("{:5.1} s: {what}", started.elapsed().as_secs_f64());
    let server = Server::fresh(Release::Bookworm, ANSWERS, &[("/root/ben.password", BEN)]);
    server.set_up();
    told("a finished Debian 12 server");
    let host = server.host();
    let quiet = server.mailwright(&["check", "preflight"]);
    assert!(!quiet.stdout.contains("apt's sources name"), "{}", quiet.stdout);
    bring_the_next_release(host);
    told("the packages of Debian 13 are at hand");
    let ahead = server.mailwright(&["check", "preflight"]).stdout;
    assert!(ahead.contains("Seen: apt's sources name trixie") && ahead.contains("mailwright resume"), "{ahead}");

    let said = sh(host, UPGRADE);
    told("upgraded");
    // What this is about: without a mend the mail server is down now.
    assert_eq!(server.sh("cut -d. -f1 /etc/debian_version"), "13\n", "{said}");
    assert!(sh(host, "dpkg --audit").contains("dovecot-core"), "{said}");
    assert!(!server.sh("ss -Hltn").contains(":993 "), "{said}");

    // A hand edit is told apart from Debian's own.
    let main_cf = host.root().join("etc/postfix/main.cf");
    let theirs = fs::read_to_string(&main_cf).unwrap();
    fs::write(&main_cf, format!("{theirs}# mine\n")).unwrap();
    let refused = server.setup();
    assert!(refused.code == Some(1) && refused.stderr.contains("changed by hand"), "{refused:?}");
    fs::write(&main_cf, theirs).unwrap();
    let shown = server.mailwright(&["setup", "--answers", ANSWERS_PATH, "--dry-run"]).stdout;
    assert!(shown.contains("Debian's own scripts have changed it") && !shown.contains("changed by hand"), "{shown}");
    assert!(shown.contains("-cyrus_sasl_config_path = /etc/postfix/sasl"), "{shown}");

    println!("{}", server.set_up());
    told("healed");
    assert_eq!(sh(host, "dpkg --audit; systemctl --failed --plain --no-legend"), "");
    server.checks_pass(&[]);
    told("checked");
    mail_goes_both_ways(&server);
    told("mail both ways");
    assert!(server.setup().stdout.contains("Nothing to change"));
    let back = server.mailwright(&["rollback", "--yes"]);
    println!("{}\n{}", back.stdout, back.stderr);
    assert_eq!(back.code, Some(0));
    told("taken back");
    let left = sh(
        host,
        "dpkg --audit; systemctl --failed --plain --no-legend; dpkg-query -W | grep -E '^(dovecot|postfix|mariadb-server)'",
    );
    assert_eq!(left, "");
}

fn mail_goes_both_ways(server: &Server) {
    let (user, password) = ANNA;
    let out = format!("From: <{user}>\r\nTo: <friend@{FAR_DOMAIN}>\r\nSubject: out\r\n\r\nhello\r\n");
    server.submit(user, password, &format!("friend@{FAR_DOMAIN}"), &out);
    server.far().wait_for_mail("friend", "out", Duration::from_secs(30)).unwrap();
    let from = format!("friend@{FAR_DOMAIN}");
    let message = format!("From: <{from}>\nTo: <{user}>\nSubject: in\n\nhello, too\n");
    server.far().send(&from, user, &message).unwrap();
    assert!(server.read(user, password, "in").contains("hello, too"));
}
