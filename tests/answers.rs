//! Answers files: every mistake is named at once, and no mistake ever shows a password.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking, helpers included.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use mailwright::answers::keys::{KEYS, Need, Section};
use mailwright::answers::{self, Answers, Mistakes, Password};
use mailwright::error::{Error, Kind};

fn malformed() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir("tests/answers/malformed").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    files.sort();
    files
}

fn mistakes(path: &Path) -> Mistakes {
    match answers::load(path) {
        Err(mistakes) => mistakes,
        Ok(_) => panic!("{} was taken", path.display()),
    }
}

#[test]
fn each_malformed_file_is_refused_with_all_its_mistakes() {
    let files = malformed();
    assert!(files.len() >= 24, "{} files", files.len());
    for path in files {
        let error = Error::from(mistakes(&path));
        assert_eq!(error.kind(), Kind::Usage);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "answers/malformed" }, {
            insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), error.render());
        });
    }
}

#[test]
fn no_mistake_shows_a_password_or_a_hash() {
    let secrets = [
        "correct horse",
        "do not show",
        "12345678",
        "1234567",
        "over two",
        "c29tZXNhbHQ",
        "$2y$12$tooshort",
        "$6$salt",
    ];
    for path in malformed() {
        let mistakes = mistakes(&path);
        let shown = [
            serde_json::to_string(&mistakes).unwrap(),
            format!("{mistakes} {mistakes:?}"),
            Error::from(mistakes.clone()).render(),
        ];
        for secret in secrets {
            assert!(shown.iter().all(|text| !text.contains(secret)), "{} shows {secret}", path.display());
        }
    }
}

#[test]
fn mistakes_are_data_too() {
    let json = serde_json::to_value(mistakes(Path::new("tests/answers/malformed/tls-source.toml"))).unwrap();
    let first = &json["mistakes"][0];
    assert_eq!((&first["line"], &first["column"]), (&9.into(), &10.into()));
    assert_eq!((first["key"].as_str(), first["value"].as_str()), (Some("tls.source"), Some("\"letsencrypt\"")));
}

fn example() -> Answers {
    answers::parse(answers::EXAMPLE, Path::new("assets/answers.example.toml")).unwrap()
}

#[test]
fn the_example_is_a_complete_answers_file() {
    let example = example();
    assert_eq!(example.hostname.as_str(), "mail.example.org");
    assert_eq!((example.domains.len(), example.mailboxes.len(), example.aliases.len()), (2, 2, 2));
    assert_eq!(example.mailboxes[0].quota, Some(Answers::DEFAULT_QUOTA));
    assert!(!format!("{example:?}").contains("please change"));
}

/// Each `key = value` line of the example, commented out or not, with its section.
fn example_lines() -> Vec<(Section, &'static str, &'static str)> {
    let mut section = Section::Top;
    let mut found = Vec::new();
    for line in answers::EXAMPLE.lines() {
        if let Some(opened) = Section::ALL.into_iter().find(|section| section.header() == Some(line)) {
            section = opened;
        }
        let line = line.strip_prefix("# ").unwrap_or(line);
        if let Some((name, value)) = line.split_once(" = ")
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            found.push((section, name, value));
        }
    }
    found
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_known() {
    let lines = example_lines();
    for (section, name, _) in &lines {
        assert!(KEYS.iter().any(|key| key.section == *section && key.name == *name), "{section:?} {name} is unknown");
    }
    for key in KEYS {
        let shown: Vec<&str> =
            lines.iter().filter(|(s, n, _)| *s == key.section && *n == key.name).map(|(_, _, value)| *value).collect();
        assert!(!shown.is_empty(), "{} is not in the example", key.path());
        if let Need::Default(default) = key.need {
            assert!(shown.contains(&default), "the example does not show {}'s default {default}", key.path());
        }
    }
}

#[test]
fn the_documented_defaults_are_what_holds() {
    let spelt = answers::EXAMPLE
        .replace("# quota = ", "quota = ")
        .replace("# message_size_limit = ", "message_size_limit = ")
        .replace("# source = ", "source = ")
        .replace("# edit = ", "edit = ")
        .replace("# obsolete = ", "obsolete = ");
    assert_eq!(answers::parse(&spelt, Path::new("answers.toml")).unwrap(), example());
}

/// A file in a folder of its own, with its mode.
fn write(folder: &Path, name: &str, text: &[u8], mode: u32) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

const HEAD: &str = "hostname = \"mail.example.org\"\ncontact = \"me@example.com\"\n[[domain]]\nname = \"example.org\"\n\
                    [[mailbox]]\naddress = \"anna@example.org\"\n";

#[test]
fn any_printable_password_is_carried_through_literally() {
    let long = "\u{e4}".repeat(300);
    for password in ["quote \" and ' here", "$HOME $(id) `id`", "a;b;c;d;e;", "back\\slash %u", "пароль-密码-🐎", &long]
    {
        let toml = password.replace('\\', "\\\\").replace('"', "\\\"");
        let text = format!("{HEAD}password = \"{toml}\"\n");
        let answers = answers::parse(&text, Path::new("answers.toml")).unwrap();
        let Password::Plain(read) = &answers.mailboxes[0].password else { panic!("not plain") };
        assert_eq!(read.reveal(), password);
    }
}

#[test]
fn a_password_file_is_read_beside_the_answers_and_must_be_private() {
    let folder = tempfile::tempdir().unwrap();
    let answers = write(folder.path(), "answers.toml", format!("{HEAD}password_file = \"anna\"").as_bytes(), 0o644);
    write(folder.path(), "anna", "  päss wörd \r\nanother line\n".as_bytes(), 0o600);
    let parsed = answers::load(&answers).unwrap();
    let Password::Plain(read) = &parsed.answers.mailboxes[0].password else { panic!("not plain") };
    assert_eq!(read.reveal(), "  päss wörd ");
    assert_eq!(parsed.warnings, Vec::<String>::new(), "the answers file itself holds no password");

    write(folder.path(), "anna", b"a password\n", 0o644);
    let refused = mistakes(&answers).to_string();
    assert!(refused.contains(&format!("run chmod 600 {}", folder.path().join("anna").display())), "{refused}");
    write(folder.path(), "anna", b"short\n", 0o600);
    assert!(mistakes(&answers).to_string().contains("has 5 characters"));
    write(folder.path(), "anna", b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe", 0o600);
    assert!(mistakes(&answers).to_string().contains("not UTF-8"));
}

#[test]
fn a_world_readable_file_with_passwords_is_warned_about() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{HEAD}password = \"a good password\"");
    let open = answers::load(&write(folder.path(), "open.toml", text.as_bytes(), 0o644)).unwrap();
    assert!(open.warnings[0].contains("chmod 600"), "{:?}", open.warnings);
    let private = answers::load(&write(folder.path(), "private.toml", text.as_bytes(), 0o600)).unwrap();
    assert_eq!(private.warnings, Vec::<String>::new());
}

#[test]
fn what_is_no_answers_file_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| Error::from(mistakes(path)).render();
    assert!(refused(&folder.path().join("none.toml")).contains("No such file"));
    assert!(refused(folder.path()).contains("not a plain file"));
    assert!(refused(Path::new("/dev/zero")).contains("not a plain file"));
    let binary = write(folder.path(), "binary.toml", b"hostname = \"a\"\n\xff\n", 0o600);
    assert!(refused(&binary).contains("line 2 is not UTF-8"));
    let huge = write(folder.path(), "huge.toml", &vec![b'#'; (1 << 20) + 1], 0o600);
    assert!(refused(&huge).contains("larger than 1 MiB"));
    assert!(refused(&huge).starts_with("error: huge.toml cannot be used\n"));
}

/// The few keys that suffice: the contact is postmaster@ and nobody's mailbox, so the first mailbox reads its mail.
#[test]
fn a_contact_without_a_mailbox_is_read_by_the_first_one() {
    let text = "hostname = \"mail.example.org\"\ncontact = \"postmaster@example.org\"\n\
                [[domain]]\nname = \"example.org\"\n\
                [[mailbox]]\naddress = \"anna@example.org\"\npassword = \"not a real one\"\nquota = \"2G\"\n\
                [[alias]]\naddress = \"info@example.org\"\nto = [\"anna@example.org\"]\n\
                [tls]\nsource = \"self-signed\"\n";
    let answers = mailwright::answers::parse(text, std::path::Path::new("answers.toml")).unwrap();
    let alias = answers.aliases.iter().find(|alias| alias.address == answers.contact).unwrap();
    assert_eq!(alias.to.iter().map(ToString::to_string).collect::<Vec<_>>(), ["anna@example.org"]);
}

/// The answers that whole servers are made from in the tests.
const CARRIED_THROUGH: [&str; 3] =
    [include_str!("answers/whole.toml"), include_str!("answers/files.toml"), include_str!("answers/acme.toml")];

#[test]
fn every_key_is_carried_through_on_a_real_host() {
    let texts = CARRIED_THROUGH.map(|text| text.parse::<toml::Table>().unwrap());
    let stands = |table: &toml::Table, section: Section, name: &str| match table.get(section.name()) {
        _ if section == Section::Top => table.contains_key(name),
        Some(toml::Value::Array(entries)) => entries.iter().any(|entry| entry.get(name).is_some()),
        Some(section) => section.get(name).is_some(),
        None => false,
    };
    for key in KEYS {
        assert!(texts.iter().any(|text| stands(text, key.section, key.name)), "{} is in no test", key.path());
    }
}
