//! Users of daemons plant links where root works for mailwright, on real hosts: root follows none of them, and gives
//! nothing away. All of it in surroundings that would mislead a program that trusts them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mailwright::answers;
use mailwright::facts::Release;
use mailwright::rehearsal::{Host, Lab};
use mailwright::shell::Output;
use mailwright::steps::packages;

#[path = "support/server.rs"]
mod server;
mod support;

use server::wanted;

const ZONE_DIR: &str = "/var/lib/bind";
const ZONE: &str = "$TTL 1h\n@ SOA ns1.example.org. hostmaster.example.org. 7 3H 15M 4W 1H\n@ NS ns1.example.org.\n\
                    ns1 A 203.0.113.10\n";
const CONFIG: &str = "zone \"example.org\" { type primary; file \"/var/lib/bind/db.example.org\"; };\n";
/// Where mailwright and its programs are called from: nothing of it holds.
const SURROUNDINGS: [(&str, &str); 14] = [
    ("PATH", "/usr/bin:/bin"),
    ("TMPDIR", "/nowhere"),
    ("HOME", "/nowhere"),
    ("EDITOR", "/nowhere/editor"),
    ("PAGER", "/nowhere/pager"),
    ("XDG_RUNTIME_DIR", "/nowhere"),
    ("XDG_CONFIG_HOME", "/nowhere"),
    ("LD_LIBRARY_PATH", "/nowhere"),
    ("PERL5LIB", "/nowhere"),
    ("PYTHONHOME", "/nowhere"),
    ("MYSQL_HOME", "/nowhere"),
    ("DEBIAN_FRONTEND", "teletype"),
    ("TAR_OPTIONS", "--dereference"),
    ("LC_ALL", "xx_XX"),
];
/// Root's own, in places that a link could lead to; what they hold and whose they are must stay.
const ROOTS: [&str; 4] = ["/etc/cron.d/roots-own", "/root/own.key", "/etc/empty", "/srv/data/kept"];

fn lab(release: Release) -> Lab {
    let lab = wanted(release).packages(packages::names().into_iter().chain(["bind9".to_owned()])).start().unwrap();
    let host = lab.host();
    let install = host.program_with(&[("DEBIAN_FRONTEND", "noninteractive")], "apt-get");
    install.args(["install", "-y", "-q", "--no-install-recommends", "bind9"]).success().unwrap();
    host.write("/root/answers.toml", answers::EXAMPLE, 0o600).unwrap();
    host.write("/etc/bind/named.conf.local", CONFIG, 0o644).unwrap();
    host.write(format!("{ZONE_DIR}/db.example.org"), ZONE, 0o644).unwrap();
    sh(host, "chown bind:bind /var/lib/bind/db.example.org && rndc reconfig");
    sh(
        host,
        "mkdir -p /srv/data /etc/empty /etc/cron.d && echo kept >/srv/data/kept && echo '# root' >/etc/cron.d/roots-own && \
         openssl genrsa -out /root/own.key 2048 2>/dev/null && chmod 600 /root/own.key",
    );
    lab
}

fn sh(host: &Host, script: &str) -> String {
    host.program("sh").args(["-c", script]).success().unwrap().stdout
}

/// As the user of a daemon; what it may not do fails.
fn as_user(host: &Host, user: &str, script: &str) -> Output {
    host.program("runuser").args(["-u", user, "--", "sh", "-c", script]).run().unwrap()
}

/// Runs mailwright where nothing is as it should be: a directory that is gone, a umask that closes all.
fn misled(host: &Host, umask: &str, args: &str) -> Output {
    let own = sh(host, "command -v mailwright");
    let script =
        format!("mkdir -p /tmp/gone && cd /tmp/gone && rmdir /tmp/gone && umask {umask} && exec {} {args}", own.trim());
    let shell = host.program_with(&SURROUNDINGS, "sh").args(["-c", &script]);
    shell.deadline(Duration::from_secs(900)).run().unwrap()
}

fn well(host: &Host, umask: &str, args: &str) -> Output {
    let output = misled(host, umask, args);
    assert_eq!(output.code, Some(0), "{args}\n{}\n{}", output.stdout, output.stderr);
    output
}

const SETUP: &str = "setup --answers /root/answers.toml --yes";

/// Bytes, owners and modes of what is root's own.
fn roots(host: &Host) -> String {
    let files = ROOTS.join(" ");
    sh(
        host,
        &format!(
            "stat -c '%n %U:%G %a %h' {files} /etc /etc/cron.d /root; sha256sum /etc/cron.d/roots-own /root/own.key \
             /srv/data/kept; ls -A /etc/cron.d /etc/empty | grep -v mailwright"
        ),
    )
}

/// A refusal names the link and says what to do, and nothing is touched.
fn refused(host: &Host, link: &str) {
    let output = misled(host, "022", SETUP);
    assert_eq!(output.code, Some(3), "{}\n{}", output.stdout, output.stderr);
    let said = &output.stderr;
    assert!(
        said.contains(&format!("{link} is a link to ")) && said.contains("hint: root writes through no link"),
        "{said}"
    );
}

fn root_follows_no_link(release: Release) {
    let Some(_turn) = support::turn("links on hosts") else { return };
    let started = Instant::now();
    let told = |what: &str| println!("{release} {:5.1} s: {what}", started.elapsed().as_secs_f64());
    let lab = lab(release);
    let host = lab.host();
    let was = roots(host);
    told("ready");

    // An admin's own link is refused before anything is touched.
    sh(host, "ln -s /srv/data /var/vmail");
    refused(host, "/var/vmail");
    sh(host, "rm /var/vmail; ! test -e /etc/postfix/main.cf");

    well(host, "077", SETUP);
    told("set up");
    let modes = sh(host, "stat -c '%a %U:%G' /etc/postfix/main.cf /etc/dkimkeys /etc/dkimkeys/s1.private /etc/hosts");
    assert_eq!(modes, "644 root:root\n750 root:opendkim\n600 opendkim:opendkim\n644 root:root\n");
    let checked = host.program("mailwright").args(["check", "--json"]).run().unwrap();
    let outcomes = |output: &Output| -> Vec<String> {
        let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        let told = |check: &serde_json::Value| format!("{} {}", check["id"], check["outcome"]);
        report["checks"].as_array().unwrap().iter().map(told).collect()
    };
    let misled_check = misled(host, "000", "check --json");
    assert_eq!((misled_check.code, outcomes(&misled_check)), (checked.code, outcomes(&checked)));
    assert_eq!(misled_check.code, Some(0), "{}", misled_check.stdout);
    told("checked");

    opendkim(host);
    told("opendkim");
    bind(host);
    told("bind");
    rate_limit(host);
    told("policyd-rate-limit");
    assert_eq!(roots(host), was);
    without_openat2(host);
    told("without openat2");

    // What vmail has in its own place leads nowhere, neither into the archive nor when it goes.
    let planted = as_user(
        host,
        "vmail",
        "cd /var/vmail && mkdir -p example.org/anna/Maildir/new && cd example.org/anna/Maildir/new && echo mail >1.mail && \
         ln -s /etc/shadow 2.mail && ln -s /etc way && ln -s /srv/data ../cur2 && ln -s / /var/vmail/slash",
    );
    assert!(planted.ok(), "{}", planted.stderr);
    let back = well(host, "000", "rollback --yes");
    assert!(
        back.stdout.contains("3 messages of /var/vmail and 2 other files, saved in"),
        "{}\n{}",
        back.stdout,
        back.stderr
    );
    assert_eq!(roots(host), was);
    sh(host, "! test -e /var/vmail && ! test -L /var/vmail");
    let kept = sh(host, "tar -tvzf /var/backups/mailwright/*/mailboxes.tar.gz");
    assert!(
        kept.contains("1.mail\n") && kept.contains("2.mail -> /etc/shadow") && !kept.contains("roots-own"),
        "{kept}"
    );
    // The archives, what is saved in this one, and the copy of the state.
    assert_eq!(sh(host, "stat -c %a /var/backups/mailwright /var/backups/mailwright/*"), "700\n".repeat(3));
    told("rolled back");
}

fn opendkim(host: &Host) {
    let user = |script: &str| as_user(host, "opendkim", script);
    assert!(!user("ln -s /etc/cron.d/x /etc/dkimkeys/x").ok(), "the directory is root's");
    // As Debian's package leaves it at each upgrade.
    let upgraded = || sh(host, "chown opendkim:opendkim /etc/dkimkeys && chmod 700 /etc/dkimkeys");
    upgraded();
    let planted = user(
        "cd /etc/dkimkeys && ln -s /etc/cron.d/x .s1.private.mailwright && ln -s /etc/cron.d/y .s2.private.mailwright && \
         { printf '* * * * * root touch /root/owned\\n\\n'; cat s1.private; } >new && cat new >s1.private && rm new && \
         chmod 640 s1.private",
    );
    assert!(planted.ok(), "{}", planted.stderr);
    let key = sh(host, "sha256sum /etc/dkimkeys/s1.private");
    // OpenDKIM itself cannot use such a key, which is what the checks say.
    let output = misled(host, "022", SETUP);
    assert!(output.stdout.contains("Mail from example.org is signed"), "{}\n{}", output.stdout, output.stderr);
    assert_eq!(sh(host, "sha256sum /etc/dkimkeys/s1.private"), key, "a key that stands is not rewritten");
    assert_eq!(sh(host, "stat -c %a /etc/dkimkeys/s1.private"), "600\n");
    sh(host, "! test -e /etc/cron.d/x && ! grep -r 'touch /root/owned' /etc/cron* /var/lib/mailwright/");
    let whole = user("tail -n +3 /etc/dkimkeys/s1.private >/tmp/whole && cat /tmp/whole >/etc/dkimkeys/s1.private");
    assert!(whole.ok(), "{}", whole.stderr);
    well(host, "022", SETUP);
    // The next selector's key.
    let next = answers::EXAMPLE.replace("# selector = \"s1\"", "selector = \"s2\"");
    assert_ne!(next, answers::EXAMPLE);
    host.write("/root/next.toml", &next, 0o600).unwrap();
    upgraded();
    well(host, "022", "setup --answers /root/next.toml --yes");
    sh(host, "! test -e /etc/cron.d/y && test -f /etc/dkimkeys/s2.private && ! test -L /etc/dkimkeys/s2.private");
    well(host, "022", SETUP);
    // The key itself: a link to one of root's, and a second name.
    upgraded();
    assert!(user("cd /etc/dkimkeys && mv s1.private mine && ln -s /root/own.key s1.private").ok());
    refused(host, "/etc/dkimkeys/s1.private");
    assert!(user("cd /etc/dkimkeys && rm s1.private && ln mine s1.private").ok());
    let output = misled(host, "022", SETUP);
    assert!(output.code == Some(3) && output.stderr.contains("is one file under 2 names"), "{}", output.stderr);
    assert!(user("cd /etc/dkimkeys && rm mine .s?.private.mailwright").ok());
    well(host, "022", SETUP);
}

fn bind(host: &Host) {
    let user = |script: &str| {
        let output = as_user(host, "bind", script);
        assert!(output.ok(), "{script}: {}", output.stderr);
    };
    // The names that drafts have, and had.
    user(
        "cd /var/lib/bind && ln -s /etc/cron.d/z .db.example.org.mailwright && \
         ln -s /etc/cron.d/z .mailwright-00000000000000000000000000000000",
    );
    let edited = "sed -i 's/^@.*SOA.*/@ SOA ns1.example.org. hostmaster.example.org. 2030010101 3H 15M 4W 1H/; /MX/d' \
                  db.example.org";
    user(&format!("cd /var/lib/bind && {edited}"));
    well(host, "022", SETUP);
    let zone = host.read_text("/var/lib/bind/db.example.org").unwrap();
    assert!(zone.contains("MX"), "{zone}");
    sh(host, "! test -e /etc/cron.d/z && test $(stat -c %U /var/lib/bind/db.example.org) = bind");
    // The zone itself: a link to a file of root's that is a zone as well.
    host.write("/root/db.root", ZONE, 0o600).unwrap();
    let before = sh(host, "stat -c '%U %a %s' /root/db.root");
    user("cd /var/lib/bind && mv db.example.org mine && ln -s /root/db.root db.example.org");
    let output = misled(host, "022", SETUP);
    assert_eq!(sh(host, "stat -c '%U %a %s' /root/db.root"), before, "{}\n{}", output.stdout, output.stderr);
    user("cd /var/lib/bind && rm db.example.org .db.example.org.mailwright .mailwright-0* && mv mine db.example.org");
    well(host, "022", SETUP);
}

fn rate_limit(host: &Host) {
    let place = "/var/spool/postfix/ratelimit";
    let swap = format!("cd {place} && mv socket away && ln -s /etc/empty socket");
    assert!(!as_user(host, "policyd-rate-limit", &swap).ok(), "the directory above is root's");
    let unit = "systemctl restart policyd-rate-limit && sleep 1 && systemctl is-active policyd-rate-limit";
    assert_eq!(sh(host, unit), "active\n");
    assert_eq!(
        sh(host, "ps -o user:20= -p $(systemctl show -P MainPID policyd-rate-limit)").trim(),
        "policyd-rate-limit"
    );
    // Whoever calls it as root while it is down gives nothing of Postfix's away for good.
    sh(
        host,
        "systemctl stop policyd-rate-limit && policyd-rate-limit --get-config limits && policyd-rate-limit --clean",
    );
    assert_eq!(sh(host, unit), "active\n");
    sh(
        host,
        &format!(
            "runuser -u postfix -- test -w {place}/socket/policy && ! runuser -u nobody -- test -e {place}/socket/policy"
        ),
    );
    // As earlier versions left it.
    sh(host, &format!("chown policyd-rate-limit:postfix {place} && chmod 750 {place}"));
    assert!(as_user(host, "policyd-rate-limit", &swap).ok());
    refused(host, &format!("{place}/socket"));
    assert_eq!(sh(host, "stat -c %U /etc/empty"), "root\n");
    assert!(as_user(host, "policyd-rate-limit", &format!("cd {place} && rm socket && mv away socket")).ok());
    well(host, "022", SETUP);
    assert_eq!(
        sh(host, &format!("stat -c '%U:%G %a' {place} {place}/socket")),
        "root:root 755\npolicyd-rate-limit:postfix 750\n"
    );
}

/// Where the kernel's way to open a path is forbidden, the walk from directory to directory does the same.
fn without_openat2(host: &Host) {
    sh(host, "chmod 600 /etc/postfix/main.cf && ln -s /srv/data /etc/opendkim/link");
    let run = format!(
        "systemd-run --quiet --wait --pipe -p SystemCallFilter=~openat2 \
         -p SystemCallErrorNumber=EPERM mailwright {SETUP}"
    );
    sh(host, &run);
    assert_eq!(sh(host, "stat -c %a /etc/postfix/main.cf; rm /etc/opendkim/link"), "644\n");
    sh(host, "mv /etc/opendkim /etc/opendkim.moved && ln -s opendkim.moved /etc/opendkim");
    let output = host.program("sh").args(["-c", &run]).run().unwrap();
    let said = output.stdout + &output.stderr;
    assert!(output.code == Some(3) && said.contains("/etc/opendkim is a link to opendkim.moved"), "{said}");
    sh(host, "rm /etc/opendkim && mv /etc/opendkim.moved /etc/opendkim");
}

#[test]
fn root_follows_no_link_on_debian_12() {
    root_follows_no_link(Release::Bookworm);
}

#[test]
fn root_follows_no_link_on_debian_13() {
    root_follows_no_link(Release::Trixie);
}
