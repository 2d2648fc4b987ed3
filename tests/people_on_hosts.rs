//! What people made, before a setup and since, stays theirs, on real hosts; and what stands in the way is found before
//! anything is touched.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::facts::Release;
use mailwright::rehearsal::Host;
use mailwright::shell::Output;

#[path = "support/line.rs"]
mod line;
#[path = "support/pty.rs"]
mod pty;
#[path = "support/ready.rs"]
mod ready;
#[path = "support/server.rs"]
mod server;
mod support;

use ready::ready;
use server::{ANSWERS, SETUP, fresh, mailwright, well};

const SOON: Duration = Duration::from_secs(60);

fn sh(host: &Host, script: &str) -> String {
    let output = host.program("sh").args(["-c", script]).deadline(Duration::from_secs(600)).run().unwrap();
    assert!(output.ok(), "{script}\n{}\n{}", output.stdout, output.stderr);
    output.stdout
}

fn sql(host: &Host, statement: &str) -> String {
    host.program("mariadb").arg("-Ne").arg(statement).success().unwrap().stdout
}

/// What stands in the way is named, and nothing has been touched.
fn refused(host: &Host, names: &[&str]) {
    let output = mailwright(host, &SETUP);
    let said = |Output { code, stdout, stderr, .. }: &Output| format!("{code:?}\n{stdout}\n{stderr}");
    assert_eq!(output.code, Some(1), "{names:?}: {}", said(&output));
    for name in names.iter().chain(&["nothing has been touched"]) {
        assert!(output.stderr.contains(name), "{name}: {}", said(&output));
    }
    // As the lab calls every host that is to be set up.
    assert_eq!(host.read_text("/etc/hostname").unwrap().trim(), "server");
    assert!(!host.root().join("var/lib/mailwright").exists());
}

fn the_ground_of_somebody(release: Release) {
    let Some(_turn) = support::turn("somebody's database and accounts") else { return };
    let lab = fresh(release);
    let host = lab.host();
    sh(host, "hostname > /etc/hostname; useradd --uid 5000 --create-home app");
    sh(host, "DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends mariadb-server");
    sql(
        host,
        "CREATE DATABASE shop; CREATE DATABASE mailserver; CREATE TABLE mailserver.notes (text VARCHAR(20)); \
         INSERT INTO mailserver.notes VALUES ('mine'); \
         CREATE USER mailreader@localhost IDENTIFIED BY 'their own'; GRANT SELECT, INSERT ON shop.* TO mailreader@localhost",
    );
    let account = |host: &Host| {
        sql(host, "SHOW CREATE USER mailreader@localhost") + &sql(host, "SHOW GRANTS FOR mailreader@localhost")
    };
    let before = account(host);
    found_before_the_start(host, release);

    let plan = well(host, &["setup", "--answers", "/root/answers.toml", "--dry-run"]).stdout;
    assert!(plan.contains("is here already: it gets a new password"), "{plan}");
    assert!(plan.contains("vmail (id 5001,"), "{plan}");
    well(host, &SETUP);
    assert_eq!(sh(host, "id -u vmail; stat -c %u /var/vmail"), "5001\n5001\n");
    assert!(sh(host, "doveconf first_valid_uid last_valid_gid").contains("5001"));
    well(host, &["check"]);
    assert_ne!(account(host), before);
    assert_eq!(sql(host, "SELECT text FROM mailserver.notes"), "mine\n");

    well(host, &["rollback", "--yes"]);
    assert_eq!(account(host), before, "its old hash and grants");
    assert_eq!(sql(host, "SHOW TABLES IN mailserver"), "notes\n");
    assert_eq!(sql(host, "SELECT text FROM mailserver.notes"), "mine\n");
    assert_eq!(sh(host, "id -u app"), "5000\n");
    let enters = "mariadb --no-defaults -u mailreader -p'their own' -Ne 'SELECT 1'";
    assert_eq!(sh(host, enters), "1\n");
}

/// One obstacle after the other, each taken away again by the way that is printed.
fn found_before_the_start(host: &Host, release: Release) {
    sql(host, "ALTER USER root@localhost IDENTIFIED BY 'secret'");
    refused(host, &["MariaDB lets root in over its socket", "access denied for root"]);
    let asked = "SELECT authentication_string FROM mysql.user WHERE user = 'root' AND host = 'localhost'";
    let hash = sh(host, &format!("mariadb -u root -psecret -Ne \"{asked}\""));
    let both = format!(
        "ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING '{}'",
        hash.trim()
    );
    sh(host, &format!("mariadb -u root -psecret -e \"{both}\""));

    sql(host, "CREATE TABLE mailserver.domains (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) NOT NULL)");
    refused(host, &["mailserver.domains: it lacks the columns active"]);
    sql(host, "DROP TABLE mailserver.domains");

    sh(host, "apt-mark hold postfix");
    refused(host, &["postfix is on hold"]);
    sh(host, "apt-mark unhold postfix");

    sh(host, "echo 'deb http://deb.debian.org/debian' > /etc/apt/sources.list.d/broken.list");
    refused(host, &["Malformed entry 1 in list file /etc/apt/sources.list.d/broken.list"]);
    sh(
        host,
        "rm /etc/apt/sources.list.d/broken.list; printf 'Types: deb\\nURIs: http://x.test/\\n' > /etc/apt/sources.list.d/broken.sources",
    );
    refused(host, &["/etc/apt/sources.list.d/broken.sources"]);
    sh(host, "rm /etc/apt/sources.list.d/broken.sources");

    for place in ["/etc", "/var/lib", "/usr"] {
        sh(host, &format!("mount --bind {place} {place} && mount -o remount,bind,ro {place}"));
        refused(host, &[&format!("{place}: mounted read-only")]);
        // What runs from there still holds it.
        sh(host, &format!("umount --lazy {place}"));
    }

    let weak = ANSWERS.replacen(
        "password = \"please change this one\"",
        "password = \"$1$sJpmlbSO$iOUhlU0rNKQsvTbm3037D1\"",
        1,
    );
    assert_ne!(weak, ANSWERS);
    host.write("/root/answers.toml", &weak, 0o600).unwrap();
    if release == Release::Trixie {
        refused(host, &["Dovecot can try every password", "{MD5-CRYPT}"]);
    } else {
        let plan = well(host, &["setup", "--answers", "/root/answers.toml", "--dry-run"]).stdout;
        assert!(plan.contains("{MD5-CRYPT}"), "{plan}");
    }
    host.write("/root/answers.toml", ANSWERS, 0o600).unwrap();
}

fn rows_that_people_changed(release: Release) {
    let Some(_turn) = support::turn("rows that people changed") else { return };
    let lab = ready(release);
    let host = lab.host();
    let row = |address: &str| {
        let asked = "SELECT password, quota_bytes, active FROM mailserver.mailboxes WHERE address";
        sql(host, &format!("{asked} = '{address}'"))
    };
    let (anna, ben) = ("anna@example.org", "ben@example.net");
    let hash = sh(host, "doveadm pw -s SHA512-CRYPT -p 'her own password'");
    sql(host, &format!("UPDATE mailserver.mailboxes SET password = '{}' WHERE address = '{anna}'", hash.trim()));
    sql(host, "DELETE FROM mailserver.aliases WHERE address LIKE 'abuse@%'");
    let theirs = row(anna);
    let gone = "SELECT COUNT(*) FROM mailserver.aliases WHERE address LIKE 'abuse@%'";
    assert!(theirs.starts_with("{SHA512-CRYPT}"), "{theirs}");
    let lets_in = |password: &str| host.program("doveadm").args(["auth", "test", anna, password]).run().unwrap().ok();
    assert!(lets_in("her own password"));

    // The fix that `check` prints is `mailwright setup`; there is nothing to mend.
    well(host, &["check"]);
    let said = well(host, &SETUP);
    assert!(said.stderr.contains(&format!("mailboxes {anna}: changed by somebody")), "{}", said.stderr);
    assert!(said.stderr.contains("removed by somebody"), "{}", said.stderr);
    assert!(said.stdout.contains("Nothing to change"), "{}", said.stdout);
    assert!((row(anna), sql(host, gone)) == (theirs.clone(), "0\n".into()) && lets_in("her own password"));

    // An edit of that row in the answers leaves it as well; all else goes on.
    let others = ANSWERS.replace("please change this one too", "another one for ben");
    let edited = others.replace("password = \"please change this one\"", "password = \"another one for anna\"");
    assert!(others != ANSWERS && edited != others, "the example has other passwords");
    host.write("/root/answers.toml", &edited, 0o600).unwrap();
    let before = row(ben);
    well(host, &SETUP);
    assert!(row(anna) == theirs && row(ben) != before);
    well(host, &["check"]);

    // At its questions the line drops, or somebody ends it.
    for end in ["hang up", "term"] {
        let mut terminal =
            line::mailwright(host, &[("TERM", "xterm")], &["setup", "--answers", "/root/answers.toml"], (100, 40));
        terminal.wait_for("Make these rows what the answers say?", SOON);
        match end {
            "term" => drop(sh(host, "kill -TERM $(cat /var/lib/mailwright/lock)")),
            _ => terminal.hang_up(),
        }
        let until = Instant::now() + SOON;
        while well(host, &["status"]).stdout.contains("is at work") {
            assert!(Instant::now() < until, "{end}: the lock is still held");
        }
        assert_eq!(row(anna), theirs);
    }

    // Asked about, and only then set back.
    let terminal =
        line::mailwright(host, &[("TERM", "xterm")], &["setup", "--answers", "/root/answers.toml"], (100, 40));
    terminal.wait_for("Make these rows what the answers say?", SOON);
    terminal.send("y\r");
    terminal.wait_for("Make these changes?", SOON);
    terminal.send("y\r");
    let until = Instant::now() + SOON;
    while !lets_in("another one for anna") {
        assert!(Instant::now() < until, "{}", terminal.screen());
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_ne!(sql(host, gone), "0\n");
}

#[test]
fn the_ground_of_somebody_on_debian_12() {
    the_ground_of_somebody(Release::Bookworm);
}

#[test]
fn the_ground_of_somebody_on_debian_13() {
    the_ground_of_somebody(Release::Trixie);
}

#[test]
fn rows_that_people_changed_on_debian_12() {
    rows_that_people_changed(Release::Bookworm);
}

#[test]
fn rows_that_people_changed_on_debian_13() {
    rows_that_people_changed(Release::Trixie);
}
