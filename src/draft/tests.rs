use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::answers::hash;
use crate::question::columns;
use crate::secret::HIDDEN;

/// argon2id of "password", cheap.
const HASH: &str = "{ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

fn row(cells: &[(&str, &str)]) -> Row {
    cells.iter().map(|(column, text)| ((*column).to_owned(), (*text).to_owned())).collect()
}

fn draft(text: &str) -> Draft {
    Draft::from_toml(text).unwrap()
}

/// A mailbox and its domain, with a hash.
fn anna() -> Draft {
    draft(&format!(
        "hostname = \"mail.example.org\"\ncontact = \"postmaster@example.org\"\n[[domain]]\nname = \"example.org\"\n\
         [[mailbox]]\naddress = \"anna@example.org\"\npassword_hash = \"{HASH}\"\n"
    ))
}

/// The keys at which something is missing or wrong.
fn keys(draft: &Draft) -> Vec<String> {
    draft.mistakes().into_iter().map(|mistake| mistake.key.unwrap()).collect()
}

#[test]
fn a_text_is_given_trimmed_and_taken_away() {
    let mut draft = Draft::default();
    draft.set("hostname", " mail.example.org\t");
    draft.set("tls.source", "files");
    draft.set("tls.key", "/k.pem");
    assert_eq!(draft.get("hostname").as_deref(), Some("mail.example.org"));
    assert_eq!((draft.get("tls.source").as_deref(), draft.get("tls.certificate")), (Some("files"), None));
    for key in ["hostname", "tls.source", "tls.key"] {
        draft.set(key, "  ");
    }
    assert_eq!(draft, Draft::default());
}

#[test]
fn each_key_tells_of_itself_alone() {
    let mut draft = Draft::default();
    assert_eq!(keys(&draft), ["hostname", "contact", "domain"], "all that is required, in the order of the file");
    draft.set("contact", "postmaster@example.org");
    draft.set("hostname", "mail");
    assert_eq!(draft.mistake_at("hostname").unwrap(), "a full domain name is needed, such as example.org");
    assert_eq!(keys(&draft), ["hostname", "domain"], "a contact is not wrong before the domains are known");
    draft.set("hostname", "mail.example.org");
    draft.set("domain", "example.org");
    assert_eq!(keys(&draft), ["contact"]);
    assert!(draft.mistake_at("contact").unwrap().starts_with("it is neither a mailbox nor an alias"));
    draft.add_row("mailbox", &Row::new()).unwrap();
    assert_eq!(keys(&draft), ["mailbox[1].address", "mailbox[1].password"], "with an open row nobody can tell");
    draft.set_row("mailbox", 0, &row(&[("address", "anna@example.org")])).unwrap();
    assert_eq!(keys(&draft), ["mailbox[1].password"]);
    draft.set_password_hash(0, &Secret::new(HASH)).unwrap();
    assert_eq!(keys(&draft), Vec::<String>::new());
    assert!(draft.answers().is_ok());
}

#[test]
fn a_mistake_is_found_by_its_cell_its_row_and_its_table() {
    let mut draft = anna();
    draft.set_row("mailbox", 0, &row(&[("quota", "2X")])).unwrap();
    draft
        .add_row("alias", &row(&[("address", "info@example.org"), ("to", "anna@example.org, ben@example.org")]))
        .unwrap();
    let size = "a size is a whole number with K, M, G or T behind it, such as \"2G\"";
    assert_eq!(draft.mistake_at("mailbox[1].quota").unwrap(), size);
    assert_eq!(draft.mistake_at("mailbox[1]").unwrap(), format!("\"2X\": {size}"));
    assert_eq!(draft.mistake_at("mailbox").unwrap(), format!("\"2X\": {size}"));
    let bounce = "\"ben@example.org\": it is neither a mailbox nor an alias here: the mail would bounce";
    assert_eq!(draft.mistake_at("alias[1].to").unwrap(), bounce);
    for fine in ["mailbox[1].address", "mailbox[2]", "mail", "alias[1].address", "domain", "hostname", ""] {
        assert_eq!(draft.mistake_at(fine), None, "{fine}");
    }
    assert!(draft.mistakes().iter().all(|mistake| mistake.line.is_none()));
}

#[test]
fn rows_show_every_column_and_no_password() {
    let mut draft = anna();
    draft.add_row("mailbox", &row(&[("address", "ben@example.org"), ("quota", "none")])).unwrap();
    assert_eq!(
        draft.rows("mailbox"),
        [
            row(&[("address", "anna@example.org"), ("password", "***"), ("quota", "1G")]),
            row(&[("address", "ben@example.org"), ("password", ""), ("quota", "none")]),
        ]
    );
    assert_eq!(draft.rows("domain"), [row(&[("name", "example.org")])]);
    assert_eq!((draft.rows("alias"), draft.rows("hostname")), (vec![], vec![]));
    assert!(!format!("{draft:?}").contains("c29tZXNhbHQ"), "{draft:?}");
}

#[test]
fn rows_are_added_changed_and_removed() {
    let mut draft = anna();
    let index = draft
        .add_row("alias", &row(&[("address", "info@example.org"), ("to", "anna@example.org;me@example.com")]))
        .unwrap();
    assert_eq!((index, draft.rows("alias")[0]["to"].as_str()), (0, "anna@example.org, me@example.com"));
    assert_eq!(draft.answers().unwrap().aliases[0].to.len(), 2);
    draft.set_row("alias", 0, &row(&[("to", " ")])).unwrap();
    assert_eq!(draft.mistake_at("alias[1].to").unwrap().split(':').next(), Some("this is not answered yet"));
    draft.remove_row("alias", 7);
    draft.remove_row("alias", 0);
    assert_eq!(draft, anna());
    assert_eq!(draft.set_row("mailbox", 1, &Row::new()).unwrap_err().0, "there is no mailbox 2");
    assert_eq!(draft.add_row("boxes", &Row::new()).unwrap_err().0, "there is no table boxes");
    draft.set_row("mailbox", 0, &row(&[("password", "***")])).unwrap();
    assert_eq!(draft, anna(), "what is shown for a password leaves it as it is");
    draft.set_row("mailbox", 0, &row(&[("password", "")])).unwrap();
    assert_eq!(keys(&draft), ["mailbox[1].password"]);
}

#[test]
fn a_table_is_named_by_its_rows_and_keeps_those_that_stay() {
    let mut draft = anna();
    draft.set("domain", "example.net, EXAMPLE.org example.test");
    assert_eq!(draft.get("domain").as_deref(), Some("example.net, EXAMPLE.org, example.test"));
    draft.set("mailbox", "ben@example.net; anna@example.org");
    assert_eq!(draft.rows("mailbox")[1]["password"], "***");
    assert_eq!(keys(&draft), ["mailbox[1].password"]);
    draft.set("mailbox", "");
    assert_eq!((draft.get("mailbox"), draft.rows("mailbox")), (None, vec![]));
}

#[test]
fn a_password_is_checked_and_only_its_hash_is_kept() {
    let mut draft = anna();
    let refused = draft.set_password(0, &Secret::new("short")).unwrap_err();
    assert_eq!(refused.0, "the password has 5 characters; at least 8 are needed");
    assert_eq!(draft.set_row("mailbox", 0, &row(&[("password", "short"), ("quota", "9G")])), Err(refused));
    assert_eq!(draft.set_password(1, &Secret::new("correct horse")).unwrap_err().0, "there is no mailbox 2");
    assert!(draft.set_password_hash(0, &Secret::new("correct horse")).is_err());
    assert_eq!(draft, anna(), "a refused change changes nothing");
    draft.set_row("mailbox", 0, &row(&[("password", " correct horse")])).unwrap();
    let saved = draft.to_toml().unwrap();
    assert!(!saved.reveal().contains("correct horse") && saved.reveal().contains("password_hash = "));
    let answers::Password::Hash(made) = &draft.answers().unwrap().mailboxes[0].password else { panic!("not a hash") };
    assert_eq!(hash::verify(&Secret::new(" correct horse"), made), Some(true));
}

#[test]
fn a_generated_password_can_be_read_aloud() {
    let (one, two) = (generated_password(), generated_password());
    assert_ne!(one, two);
    let groups: Vec<&str> = one.reveal().split('-').collect();
    assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4; 5]);
    assert!(groups.concat().chars().all(|c| (c.is_ascii_lowercase() || c.is_ascii_digit()) && !"il1o0".contains(c)));
    assert!(answers::given_password(one.reveal()).is_ok());
}

#[test]
fn finished_answers_and_half_a_file_are_taken_up() {
    let answers = anna().answers().unwrap();
    assert_eq!(Draft::from_answers(&answers).unwrap().answers().unwrap(), answers);
    let half = draft("[[mailbox]]\naddress = \"anna@example.org\"\npassword = \"correct horse\"\n");
    assert_eq!(half.rows("mailbox")[0]["password"], HIDDEN);
    assert!(!half.to_toml().unwrap().reveal().contains("correct horse"));
    let example = draft(answers::EXAMPLE);
    assert_eq!((example.mistakes(), example.rows("mailbox").len()), (vec![], 2));
}

#[test]
fn what_no_question_could_mend_is_not_taken_up() {
    let refused = |text: &str| Draft::from_toml(text).unwrap_err().render().lines().nth(1).unwrap().to_owned();
    assert!(refused("hostname = \"a\"\nhostname").starts_with("caused by: line 2: "));
    for (text, why) in [
        ("hostname = 1", "hostname: text in quotes is needed"),
        ("hostnam = \"hunter2\"", "hostnam: there is no such key; did you mean hostname?"),
        ("\"\" = []", ": there is no such key"),
        ("tls = \"files\"", "tls: it is opened by a line [tls]"),
        ("[tls]\nca = \"a\"", "tls.ca: there is no such key"),
        ("domain = \"example.org\"", "domain: each is opened by a line [[domain]]"),
        ("domain = [\"example.org\"]", "domain[1]: each is opened by a line [[domain]]"),
        ("[[mailbox]]\npassword = 12345678", "mailbox[1].password: text in quotes is needed"),
        (
            "[[mailbox]]\npassword = \"hunter2\"",
            "mailbox[1].password: the password has 7 characters; at least 8 are needed",
        ),
        (
            "[[mailbox]]\npassword = \"a\"\npassword_file = \"b\"",
            "mailbox[1]: only one of password, password_hash, password_file can hold",
        ),
        ("[[alias]]\nto = \"anna@example.org\"", "alias[1].to: a list of texts in quotes is needed"),
        ("[[alias]]\nto = [1]", "alias[1].to: a list of texts in quotes is needed"),
    ] {
        assert_eq!(refused(text), format!("caused by: {why}"), "{text}");
    }
}

#[test]
fn a_draft_of_a_hundred_mailboxes_is_told_fast_enough_for_every_key_press() {
    let mut draft = anna();
    for n in 1..100 {
        draft.add_row("mailbox", &row(&[("address", &format!("box{n}@example.org"))])).unwrap();
        draft.set_password_hash(n, &Secret::new(HASH)).unwrap();
    }
    let question = crate::question::for_key("hostname");
    let start = Instant::now();
    for _ in 0..10 {
        assert_eq!(question.wrong(&draft, "mx.example.org"), None);
    }
    let once = start.elapsed() / 10;
    eprintln!("one answer among 100 mailboxes is judged in {once:?}");
    // Unoptimised; one hash would take longer.
    assert!(once < Duration::from_millis(50), "{once:?}");
}

/// Text as people paste it: anything, or nearly right.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![".{0,30}", "[a-z]{1,8}@[a-z]{1,8}\\.test", "[a-z]{1,8}\\.test", "[\"'\\\\\n\r\t,;#\\[\\]=\0]{0,9}"]
}

const KEYS_TYPED: [&str; 11] = [
    "hostname",
    "ipv4",
    "ipv6",
    "contact",
    "message_size_limit",
    "tls.source",
    "tls.certificate",
    "tls.key",
    "domain",
    "mailbox",
    "alias",
];

proptest! {
    #[test]
    fn whatever_is_typed_is_kept_saved_and_judged(
        texts in prop::collection::vec((prop::sample::select(KEYS_TYPED.to_vec()), typed()), 0..8),
        rows in prop::collection::vec((prop::sample::select(vec!["domain", "mailbox", "alias"]), typed(), typed()), 0..5),
    ) {
        let mut draft = Draft::default();
        for (table, one, two) in &rows {
            let open = columns(table).iter().filter(|column| column.name != "password").map(|column| column.name);
            let cells: Vec<(&str, &str)> = open.zip([one.as_str(), two]).collect();
            let index = draft.add_row(table, &row(&cells)).unwrap();
            let shown = draft.rows(table)[index].clone();
            prop_assert_eq!(shown.values().next().unwrap(), one.trim());
        }
        for (key, text) in &texts {
            draft.set(key, text);
            if !KEYS_TYPED[8..].contains(key) {
                prop_assert_eq!(draft.get(key).unwrap_or_default(), text.trim());
            }
        }
        prop_assert_eq!(&Draft::from_toml(draft.to_toml().unwrap().reveal()).unwrap(), &draft);
        prop_assert_eq!(draft.mistakes().is_empty(), draft.answers().is_ok());
        let shown = format!("{draft:?}");
        prop_assert!(!shown.is_empty());
    }

    #[test]
    fn no_text_is_too_strange_to_be_taken_up_or_refused(text in ".{0,60}", csv in "(address,to|name|address;quota)\n[a-z@.,;\"\n ]{0,60}") {
        let _ = Draft::from_toml(&text);
        let mut draft = Draft::default();
        let taken = draft.import_csv(&csv);
        prop_assert!(taken.is_ok() || draft == Draft::default());
        prop_assert!(Draft::default().import_csv(&text).is_err());
    }
}
