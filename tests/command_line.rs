//! The command line as others script against it: exit codes, sentences, JSON; and that a refusal touches nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking, helpers included.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use hickory_proto::rr::Name;
use hickory_proto::serialize::txt::Parser;
use mailwright::answers;
use mailwright::engine::State;
use mailwright::records::{Data, Record};
use tempfile::TempDir;

#[path = "support/program.rs"]
mod program;

use program::{NOBODY, as_we_are, nobody, run};

const EXAMPLE: &str = "assets/answers.example.toml";

/// A directory in which anybody can make a state directory; none stands in it yet.
fn fresh() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o1777)).unwrap();
    let state = dir.path().join("state");
    (dir, state)
}

/// A state directory that knows the example's answers.
fn with_answers() -> (TempDir, PathBuf) {
    let (dir, state) = fresh();
    fs::create_dir(&state).unwrap();
    fs::copy(EXAMPLE, state.join("answers.toml")).unwrap();
    (dir, state)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether the program knows the release of the machine the test runs on.
fn on_known_release() -> bool {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    text.contains("\nID=debian\n") && ["12", "13"].iter().any(|id| text.contains(&format!("VERSION_ID=\"{id}\"")))
}

#[test]
fn what_cannot_be_meant_is_refused_and_touches_nothing() {
    let (dir, state) = fresh();
    let missing = dir.path().join("none.toml").display().to_string();
    let folder = dir.path().display().to_string();
    let steps = "hint: the steps: preflight, hostname";
    let nothing_known = ["error: no answers are known on this server", "hint: give them with `--answers FILE`"];
    let table: &[(&[&str], &[&str])] = &[
        (&["setup", "--yes"], &["error: --yes agrees to the answers, and there are none", "hint: give them with"]),
        (&["check", "nosuch"], &["error: there is no step nosuch", steps]),
        (&["rollback", "--to", "nosuch"], &["error: there is no step nosuch", steps]),
        (&[], &["error: there is no terminal to ask on", "hint: run `mailwright setup --answers FILE`"]),
        (&["--plain"], &["error: there is no terminal to ask on", "hint: run `mailwright setup --answers FILE`"]),
        (&["setup"], &nothing_known),
        // It takes no answers, so it is no use to say how to give them.
        (&["check"], &["error: nothing is set up on this server", "hint: begin with `mailwright`"]),
        (&["dns"], &nothing_known),
        (&["setup", "--answers", &missing], &["error: none.toml cannot be used", "No such file", "hint: nothing"]),
        (&["setup", "--answers", &folder], &["cannot be used", "caused by: ", "hint: nothing was touched"]),
        (&["dns", "--answers", &missing], &["error: none.toml cannot be used", "No such file", "hint: nothing"]),
    ];
    for (args, lines) in table {
        nobody(&state, args).refused(2, lines);
        assert!(!state.exists(), "{args:?} made a state directory");
    }
    for args in [&["setup", "--bogus"][..], &["nosuch"], &["dns", "--format", "xml"], &["check", "--yes"]] {
        let ran = nobody(&state, args);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.starts_with("error: ") && ran.err.contains("--help"), "{ran:?}");
        assert!(!state.exists(), "{args:?} made a state directory");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let (_dir, state) = fresh();
    let help = nobody(&state, &["--help"]);
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for verb in ["setup", "resume", "rollback", "status", "check", "dns", "rehearse"] {
        assert!(help.out.lines().any(|line| line.trim_start().starts_with(verb)), "{verb}: {}", help.out);
    }
    let version = nobody(&state, &["--version"]);
    assert_eq!((version.code, version.out), (Some(0), format!("mailwright {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn the_locale_chooses_the_language_and_json_stays_english() {
    let (_dir, state) = with_answers();
    let speak = |locale: &str, args: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_mailwright"));
        program.env("LC_ALL", locale).env_remove("LANGUAGE");
        run(program, &state, args).out
    };
    assert_eq!(speak("en_GB.UTF-8", &["status"]), "mailwright has changed nothing on this server.\n");
    assert_eq!(speak("fr_FR.UTF-8", &["status"]), "mailwright n\u{2019}a rien modifié sur ce serveur.\n");
    let checks = ["check", "preflight", "--json"];
    assert!(speak("fr_FR.UTF-8", &checks[..2]).contains("Ce système est Debian"));
    let json = speak("fr_FR.UTF-8", &checks);
    assert!(json.contains("This is Debian") && !json.contains("système"), "{json}");
}

#[test]
fn malformed_answers_are_named_by_their_keys_and_touch_nothing() {
    let mut tried = 0;
    for entry in fs::read_dir("tests/answers/malformed").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "toml") {
            continue;
        }
        tried += 1;
        let mistakes = answers::load(&path).unwrap_err();
        let (_dir, state) = fresh();
        let ran = nobody(&state, &["setup", "--answers", path.to_str().unwrap(), "--yes"]);
        assert_eq!(ran.code, Some(2), "{}: {ran:?}", path.display());
        assert!(ran.err.starts_with("error: ") && ran.err.contains("\nhint: "), "{ran:?}");
        for mistake in &mistakes.mistakes {
            let place = mistake.line.map_or(format!("{}", path.display()), |line| format!("{}:{line}", path.display()));
            let key = mistake.key.as_deref().unwrap_or_default();
            let named = |line: &str| line.starts_with(&format!("caused by: {place}")) && line.contains(key);
            assert!(ran.err.lines().any(named), "{place} {key} is not named: {ran:?}");
        }
        assert!(!state.exists(), "{} made a state directory", path.display());
    }
    assert!(tried >= 20, "{tried} files");
}

#[test]
fn without_root_a_setup_is_a_dry_run_that_says_so() {
    let (_dir, state) = fresh();
    let ran = nobody(&state, &["setup", "--answers", EXAMPLE, "--yes"]);
    if !on_known_release() {
        println!("left out: the dry run itself (this machine is not Debian 12 or 13)");
        ran.refused(3, &["Without root this is a dry run", "error: this is ", "hint: "]);
        return;
    }
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.contains("Without root this is a dry run: nothing will be changed."), "{ran:?}");
    assert!(ran.out.contains("+++ /etc/postfix/main.cf"), "{}", ran.out);
    let example = fs::read_to_string(EXAMPLE).unwrap();
    let password = example.lines().find_map(|line| line.strip_prefix("password = ")).unwrap().trim_matches('"');
    assert!(!ran.out.contains(password), "the preview shows a password");
    assert!(!state.exists(), "a dry run made a state directory");

    let plan = nobody(&state, &["setup", "--answers", EXAMPLE, "--dry-run", "--json"]).json();
    assert_eq!(plan["version"], 1);
    let files = plan["steps"].as_array().unwrap().iter().flat_map(|step| step["changes"].as_array().unwrap());
    assert!(files.map(|change| &change["subject"]).any(|subject| subject == "/etc/postfix/main.cf"));
    assert!(!state.exists(), "a dry run made a state directory");
}

#[test]
fn the_example_answers_are_printed_as_they_are() {
    let (_dir, state) = fresh();
    let ran = nobody(&state, &["setup", "--example"]);
    assert_eq!((ran.code, ran.out), (Some(0), fs::read_to_string(EXAMPLE).unwrap()));
    assert_eq!(nobody(&state, &["setup", "--example", "--yes"]).code, Some(2), "nothing else is done with it");
}

#[test]
fn what_alters_a_server_is_for_root() {
    let (_dir, state) = with_answers();
    for (verb, sentence) in [("resume", "error: only root can go on"), ("rollback", "error: only root can take")] {
        nobody(&state, &[verb, "--yes"]).refused(3, &[sentence, "hint: try again with sudo"]);
    }
    assert_eq!(fs::read_dir(&state).unwrap().count(), 1, "something was made beside the answers");
}

#[test]
fn state_that_is_root_s_own_is_said_to_be_so() {
    let (_dir, state) = with_answers();
    fs::set_permissions(&state, Permissions::from_mode(0o000)).unwrap();
    if is_root() {
        chown(&state, Some(0), Some(0)).unwrap();
    }
    for args in [&["status"][..], &["check"], &["dns"], &["setup"], &["setup", "--answers", EXAMPLE, "--dry-run"]] {
        let ran = nobody(&state, args);
        assert_eq!(ran.code, Some(3), "{args:?}: {ran:?}");
        assert!(ran.err.contains("hint: try again with sudo"), "{args:?}: {ran:?}");
    }
    fs::set_permissions(&state, Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn nothing_to_take_back_leaves_nothing_behind() {
    let (_dir, state) = fresh();
    if !is_root() {
        println!("left out: a rollback on a fresh server (needs root)");
        return;
    }
    let ran = as_we_are(&state, &["rollback", "--yes"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "There is nothing to take back.\n"), "{ran:?}");
    assert!(!state.exists());
}

#[test]
fn a_second_run_is_told_which_process_is_at_work() {
    let (_dir, state) = fresh();
    if !is_root() {
        println!("left out: a second run (needs root)");
        return;
    }
    // A journal with something in it, or there is nothing to take back and no need for the lock.
    fs::create_dir(&state).unwrap();
    fs::copy("tests/journals/v1.jsonl", state.join("journal.jsonl")).unwrap();
    let _lock = State::new(&state).lock().unwrap();
    let holder = format!("(process {})", std::process::id());
    // Without --yes and without a terminal: were the lock not seen, the run would still stop before it alters anything.
    as_we_are(&state, &["rollback"]).refused(3, &[&holder, "hint: wait for it to end"]);
    assert_eq!(as_we_are(&state, &["status", "--json"]).json()["state"], "running");
}

#[test]
fn a_state_that_others_could_alter_is_refused() {
    if !is_root() {
        println!("left out: a state of somebody else's (needs root)");
        return;
    }
    let hint = "hint: make it root's alone (`chown root ";
    let refused = |state: &Path, at: &Path, why: &str, hint: &str| {
        let first =
            format!("error: the state directory {} is not used: others than root could alter it", state.display());
        let cause = format!("caused by: {}", why.replace("{}", &at.display().to_string()));
        for args in [&["status"][..], &["check"], &["rollback", "--yes"], &["setup", "--answers", EXAMPLE, "--dry-run"]]
        {
            as_we_are(state, args).refused(3, &[&first, &cause, hint]);
        }
    };
    let shared = "others than root can write in {}";
    let (dir, state) = fresh();
    fs::create_dir(&state).unwrap();
    for (mode, owner) in [(0o700, NOBODY), (0o770, 0), (0o1777, 0)] {
        fs::set_permissions(&state, Permissions::from_mode(mode)).unwrap();
        chown(&state, Some(owner), None).unwrap();
        refused(&state, &state, shared, hint);
    }
    // What is kept of the time before is as dear.
    fs::set_permissions(&state, Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(state.join("before")).unwrap();
    chown(state.join("before"), Some(NOBODY), None).unwrap();
    refused(&state, &state.join("before"), shared, hint);
    fs::remove_dir(state.join("before")).unwrap();
    // Somebody could put another one in its place.
    fs::set_permissions(dir.path(), Permissions::from_mode(0o777)).unwrap();
    refused(&state, dir.path(), shared, hint);
    refused(&dir.path().join("none"), dir.path(), shared, hint);
    fs::set_permissions(dir.path(), Permissions::from_mode(0o1777)).unwrap();
    let link = dir.path().join("link");
    std::os::unix::fs::symlink(&state, &link).unwrap();
    refused(&link, &link, &format!("{{}} is a link to {}", state.display()), "hint: root writes through no link");
    assert_eq!(as_we_are(&state, &["status"]).code, Some(0));
    // Its files are followed nowhere.
    let secret = dir.path().join("secret.toml");
    fs::copy(EXAMPLE, &secret).unwrap();
    std::os::unix::fs::symlink(&secret, state.join("answers.toml")).unwrap();
    let ran = as_we_are(&state, &["dns", "--offline"]);
    assert!(ran.code != Some(0) && ran.err.contains("answers.toml is a link to"), "{ran:?}");
}

/// The directory it was started in is gone, nothing of its environment holds, and its umask lets everybody in.
#[test]
fn where_it_was_started_from_does_not_matter() {
    let (dir, state) = fresh();
    let gone = dir.path().join("gone");
    fs::create_dir(&gone).unwrap();
    let mut misled = Command::new("sh");
    let script = "cd \"$1\" && rmdir \"$1\" && shift && umask 000 && exec \"$@\"";
    misled.args(["-c", script, "sh"]).arg(&gone).arg(env!("CARGO_BIN_EXE_mailwright")).env_clear();
    misled.envs([("PATH", "/bin"), ("TMPDIR", "/nowhere"), ("LD_LIBRARY_PATH", "/nowhere"), ("LC_ALL", "C.UTF-8")]);
    let answers = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE).display().to_string();
    let args = ["dns", "--offline", "--format", "single", "--answers", &answers];
    let ran = program::run(misled, &state, &args);
    let plain = as_we_are(&state, &args);
    assert_eq!((ran.code, &ran.out), (plain.code, &plain.out), "{ran:?}");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!state.exists());
}

#[test]
fn another_system_is_refused() {
    let (dir, state) = fresh();
    let release = dir.path().join("os-release");
    fs::write(&release, "ID=ubuntu\nVERSION_ID=\"24.04\"\nPRETTY_NAME=\"Ubuntu 24.04.2 LTS\"\n").unwrap();
    fs::set_permissions(&release, Permissions::from_mode(0o644)).unwrap();
    let mut command = Command::new("unshare");
    let script = "mount --bind \"$1\" /etc/os-release && shift && exec \"$@\"";
    command.args(["--mount", "sh", "-c", script, "sh"]).arg(&release).arg(env!("CARGO_BIN_EXE_mailwright"));
    if !is_root() || !unshares() {
        println!("left out: another system (needs root and a mount namespace)");
        return;
    }
    let ran = program::run(command, &state, &["setup", "--answers", EXAMPLE, "--dry-run"]);
    let lines = ["error: this is Ubuntu 24.04.2 LTS, and mailwright knows Debian", "hint: `mailwright rehearse`"];
    ran.refused(3, &lines);
}

fn unshares() -> bool {
    Command::new("unshare").args(["--mount", "true"]).status().is_ok_and(|status| status.success())
}

#[test]
fn a_fresh_server_has_no_history() {
    let (_dir, state) = fresh();
    let text = nobody(&state, &["status"]);
    assert_eq!((text.code, text.out.as_str()), (Some(0), "mailwright has changed nothing on this server.\n"));
    let json = nobody(&state, &["status", "--json"]).json();
    assert_eq!((&json["version"], &json["state"], &json["last_run"]), (&1.into(), &"nothing".into(), &().into()));
    assert!(!state.exists());
}

#[test]
fn a_report_is_an_object_with_a_version() {
    let (_dir, state) = with_answers();
    let ran = nobody(&state, &["check", "hostname", "--json"]);
    if !on_known_release() {
        println!("left out: a report (this machine is not Debian 12 or 13)");
        return;
    }
    let json = ran.json();
    assert_eq!(json["version"], 1, "{json}");
    assert!(json["checks"].as_array().is_some_and(|checks| !checks.is_empty()), "{json}");
}

#[test]
fn the_records_come_as_a_table_as_zone_lines_as_single_lines_and_as_json() {
    let (dir, state) = fresh();
    let shown = |format| nobody(&state, &["dns", "--offline", "--format", format, "--answers", EXAMPLE]);
    let table = shown("table").out;
    let groups: Vec<&str> = table.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect();
    assert_eq!(groups[..3], ["example.org", "example.net", "mail.example.org"]);
    let notes = ["The record of the DKIM key s1 is missing here: only root ", "DMARC asks receivers for none. "];
    assert!(groups.len() == 5 && groups[3..].iter().zip(notes).all(|(line, note)| line.starts_with(note)), "{table}");
    assert!(
        table.contains("\n  where mail for the domain goes (required)\n    example.org  MX  10 mail.example.org.\n")
    );
    let json = shown("json").json();
    assert_eq!(json["version"], 1);
    let records = json["records"].as_array().unwrap();
    let count = records.len();
    assert_eq!(count, 23);
    assert!(records.iter().all(|record| record["state"] == "not-asked" && record.get("seen").is_none()), "{json}");
    let dmarc = records.iter().find(|record| record["name"] == "_dmarc.example.org").unwrap();
    let notes: Vec<_> = json["notes"].as_array().unwrap().iter().map(|note| (&note["id"], &note["level"])).collect();
    let expected = [("unread", "warning"), ("dmarc-up", "advice")].map(|(id, level)| (id.into(), level.into()));
    assert_eq!(notes, expected.each_ref().map(|(id, level)| (id, level)), "{json}");
    let keys = ["domain", "type", "data", "why", "weight"].map(|key| dmarc[key].as_str().unwrap());
    let text = "v=DMARC1; p=none; rua=mailto:postmaster@example.org";
    assert_eq!(keys, ["example.org", "TXT", &format!("\"{text}\""), "dmarc", "advised"]);

    let single = shown("single").out;
    assert_eq!(single.lines().count(), count);
    assert!(single.lines().any(|line| line == format!("_dmarc.example.org TXT {text}")), "{single}");
    assert!(single.lines().any(|line| line == "_imaps._tcp.example.net SRV 0 1 993 mail.example.org."), "{single}");

    let lines = shown("bind").out;
    let read = parse(&lines);
    let reverse = lines.lines().filter(|line| line.starts_with("; ") && line.contains(" PTR ")).count();
    assert_eq!(read + reverse, count, "{lines}");
    bind_takes(&lines, dir.path());
    assert!(!state.exists());
}

#[test]
fn every_type_of_record_is_taken_by_bind_whatever_its_text() {
    let name = |text: &str| text.parse::<mailwright::records::Name>().unwrap();
    let caa = |critical, value: &str| Data::Caa { critical, tag: "issue".to_owned(), value: value.to_owned() };
    let all = [
        Data::A([192, 0, 2, 1].into()),
        Data::Mx { preference: 10, exchange: name("mail.example.org") },
        Data::Srv { priority: 0, weight: 1, port: 993, target: name("mail.example.org") },
        Data::Txt("k".repeat(700)),
        Data::Txt(String::new()),
        Data::Txt("; \"quoted\" \\ (parted) é $ORIGIN @".to_owned()),
        caa(false, "ca.example.net; account=\"1\""),
        caa(true, ";"),
        Data::Tlsa { usage: 3, selector: 1, matching: 1, data: vec![0xab; 32] },
    ];
    let count = all.len();
    let lines = all.map(|data| format!("{}\n", Record::new(name("_a.example.org"), data))).concat();
    // Nothing else may stand beside an alias.
    let alias = Record::new(name("_b.example.org"), Data::Cname(name("_c.example.org")));
    let lines = format!("{lines}{alias}\n");
    assert_eq!(parse(&lines), count + 1, "{lines}");
    // A host name with an underscore is refused by BIND's own taste.
    bind_takes(&lines.replace("_a.example.org", "a.example.org"), tempfile::tempdir().unwrap().path());
}

/// As the admin of a signing server with further domains gets them: keys as long as they come, an old one, and aliases.
#[test]
fn the_longest_keys_and_aliases_are_taken_by_bind() {
    use mailwright::facts::{Clock, DkimKeys, Facts};
    let text = fs::read_to_string(EXAMPLE).unwrap();
    let text = text.replacen("# further_domains = \"own\"", "further_domains = \"cname\"", 1);
    let text = text.replacen("# sender_id = false", "sender_id = true", 1);
    let answers = mailwright::answers::parse(&text, Path::new("answers.toml")).unwrap();
    // A SubjectPublicKeyInfo of 4096 bits has 550 bytes: 736 characters in base64.
    let public = ["s1", "old"].map(|selector| (selector.to_owned(), "MIIC".repeat(184))).into();
    let dkim = DkimKeys { public, signing: Some("s1".to_owned()), since: Some(1000), ..DkimKeys::default() };
    let facts = Facts { dkim, clock: Clock { now: 2000, ..Clock::default() }, ..Facts::default() };
    let records = mailwright::dns::records(&answers, &facts).unwrap();
    let lines = mailwright::ui::zone::bind(&records);
    let count = |part: &str| lines.lines().filter(|line| !line.starts_with(';') && line.contains(part)).count();
    let counts =
        [" IN TXT \"v=DKIM1; ", "._domainkey.example.net. 3600 IN CNAME ", "_dmarc.example.net. 3600 IN CNAME "];
    assert_eq!(counts.map(count), [2, 2, 1], "{lines}");
    assert_eq!(parse(&lines), lines.lines().filter(|line| !line.starts_with(';')).count(), "{lines}");
    bind_takes(&lines, tempfile::tempdir().unwrap().path());
}

/// Nobody answers at the one resolver that is asked: the list comes all the same, and says that nothing is known.
#[test]
fn a_world_that_cannot_be_asked_is_unknown_and_no_failure() {
    let (dir, state) = fresh();
    let held = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = held.local_addr().unwrap().to_string();
    let path = dir.path().join("answers.toml");
    let text = fs::read_to_string(EXAMPLE).unwrap();
    fs::write(&path, text.replacen("hostname =", &format!("resolvers = [\"{at}\"]\nhostname ="), 1)).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let ran = nobody(&state, &["dns", "--answers", path.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("    unknown  example.org  MX  10 mail.example.org.\n"), "{}", ran.out);
    assert_eq!(
        ran.out.lines().filter(|line| line.starts_with(&format!("No answer from {at}: "))).count(),
        1,
        "{ran:?}"
    );
    assert!(!ran.out.contains("as wanted"), "{}", ran.out);
}

/// How many records hickory reads.
fn parse(lines: &str) -> usize {
    let (_, sets) = Parser::new(lines, None, Some(Name::root())).parse().unwrap();
    sets.values().map(|set| set.records_without_rrsigs().count()).sum()
}

/// BIND's own opinion, where it is installed: the lines lie in the root zone, which all names are in.
fn bind_takes(lines: &str, dir: &Path) {
    let zone = dir.join("zone");
    let head = "$TTL 3600\n. IN SOA ns.invalid. hostmaster.invalid. 1 3600 600 86400 60\n. IN NS ns.invalid.\n";
    fs::write(&zone, format!("{head}ns.invalid. IN A 192.0.2.1\n{lines}")).unwrap();
    let Ok(output) = Command::new("named-checkzone").arg(".").arg(&zone).output() else {
        println!("left out: BIND's opinion of the zone lines (named-checkzone is not installed)");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// What the program starts to hash a password: the way in is standard input alone, and nobody has to know of it.
#[test]
fn a_password_is_hashed_in_a_process_apart() {
    use std::io::Write;
    use std::process::Stdio;
    let hash = |asked: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mailwright"));
        let command = command.arg("hash-password").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, made) = hash("correct horse");
    assert!(code == Some(0) && made.starts_with("{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$"), "{made}");
    assert_eq!(hash(&format!("correct horse\n{}", made.trim_end())), (Some(0), "true\n".to_owned()));
    assert_eq!(hash(&format!("wrong horse\n{}", made.trim_end())), (Some(0), "false\n".to_owned()));
    let (_dir, state) = fresh();
    assert!(!nobody(&state, &["--help"]).out.contains("hash-password"));
}
