//! Every key that can be asked for has words in every language, and no words are left that nobody asks for.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::answers::keys::KEYS;
use crate::check::Check;
use crate::question::{Column, Kind};
use crate::{samples, steps};

/// Keys made of a part that only shows while running.
const MADE: &[&str] = &[
    "change-packages-held",
    "change-zone-removing",
    "closing-back",
    "closing-change",
    "closing-check",
    "closing-configuration",
    "closing-dns",
    "closing-journal",
    "closing-log",
    "closing-next",
    "closing-places",
    "closing-programs",
    "dns-remark-cut-off",
    "dns-remark-lacks-include",
    "dns-remark-revoked",
    "dns-remark-testing",
    "dns-remark-weaker",
    "dns-state-as-wanted",
    "dns-state-different",
    "dns-state-missing",
    "dns-state-not-everywhere",
    "dns-state-serves",
    "dns-state-several",
    "dns-state-unknown",
    "dns-weight-advised",
    "dns-weight-required",
    "dns-why-address",
    "dns-why-caa",
    "dns-why-dkim",
    "dns-why-dkim-old",
    "dns-why-dkim-still",
    "dns-why-dmarc",
    "dns-why-dmarc-consent",
    "dns-why-dmarc-consent-other",
    "dns-why-mx",
    "dns-why-ptr",
    "dns-why-sender-id",
    "dns-why-spf",
    "dns-why-spf-helo",
    "dns-why-srv",
    "dns-why-tls-rpt",
    "dns-why-tlsa",
    "limits-at-once",
    "limits-connections",
    "limits-domain",
    "limits-domain-free",
    "limits-domain-paced",
    "limits-login",
    "limits-login-more",
    "limits-messages",
    "limits-not-counted",
    "limits-passwords",
    "limits-recipients",
    "limits-table",
    "limits-tls",
    "status-done",
    "status-failed",
    "status-finished",
    "status-going-back",
    "status-interrupted",
    "status-nothing",
    "status-open",
    "status-partly",
    "status-running",
];

#[test]
fn values_are_filled_in_and_paragraphs_joined() {
    assert_eq!(say("check-packages-installed", &[("count", "1")]), "The package is installed");
    let fix = say("check-delivers-fix", &[]);
    assert!(fix.starts_with("See where it is stuck:\n    postqueue -p\n    journalctl"), "{fix}");
    let why = say("step-hosts-why", &[]);
    assert!(why.contains("installer writes a loopback") && !why.contains('\n'), "{why}");
    assert_eq!(say("report-seen", &[("evidence", "one\ntwo")]), "Seen: one\ntwo");
    assert_eq!(say("no-such-key", &[]), "no-such-key");
}

#[test]
fn every_key_has_words_in_every_language_and_none_is_left_over() {
    let asked = asked_for();
    for Language { tag, files, words } in &LANGUAGES {
        let known: BTreeSet<String> = files.iter().flat_map(|(_, source)| keys(source)).collect();
        let missing: Vec<_> = asked.difference(&known).collect();
        let left_over: Vec<_> = known.difference(&asked).collect();
        assert!(missing.is_empty() && left_over.is_empty(), "{tag}: missing {missing:?}, left over {left_over:?}");
        let total: usize = files.iter().map(|(_, source)| keys(source).len()).sum();
        assert_eq!(total, known.len(), "{tag}: a key is there twice");
        let unread: Vec<_> = known.iter().filter(|key| !words.has_message(key)).collect();
        assert!(unread.is_empty(), "{tag}: Fluent cannot read {unread:?}");
    }
}

#[test]
fn every_file_of_a_folder_is_spoken() {
    for Language { tag, files, .. } in &LANGUAGES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/words").join(tag);
        let name = |entry: std::fs::DirEntry| format!("{tag}/{}", entry.file_name().to_string_lossy());
        let there: BTreeSet<String> = folder.read_dir().unwrap().map(|entry| name(entry.unwrap())).collect();
        assert_eq!(there, files.iter().map(|(path, _)| (*path).to_owned()).collect());
    }
}

#[test]
fn what_a_language_lacks_is_english_and_never_a_key() {
    let lacking = LazyLock::<Words>::new(|| bundle("fr", &[("x.ftl", "status-done = fait\nstatus-open = { broken")]));
    let languages = [&lacking, &LANGUAGES[0].words];
    assert_eq!(first_of(&languages, "status-done", &[]), "fait");
    assert_eq!(first_of(&languages, "status-open", &[]), "open");
    assert_eq!(say_in("fr", "report-mark-fail", &[]), "ÉCHEC");
    assert_eq!(say_in("xx", "status-open", &[]), "open");
    assert_eq!(say_in("fr", "no-such-key", &[]), "no-such-key");
}

#[test]
fn every_language_takes_the_same_values_and_shows_the_same_commands() {
    let [english, others @ ..] = &LANGUAGES;
    let (values, wanted) = (values(english), asked_for());
    for other in others {
        for key in &wanted {
            let (theirs, ours) = (placeables(other, key), placeables(english, key));
            assert_eq!(theirs, ours, "{}: the values of {key}", other.tag);
            for (outcome, count) in [("fail", "1"), ("warn", "2"), ("unknown", "5"), ("pass", "11")] {
                let commands = |language: &Language| {
                    let given = |name: &String| match name.as_str() {
                        "outcome" => outcome.to_owned(),
                        "count" => count.to_owned(),
                        name => format!("({name})"),
                    };
                    let given: Vec<(&String, String)> = values.iter().map(|name| (name, given(name))).collect();
                    let given: Vec<(&str, &str)> =
                        given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                    let text = say_in(language.tag, key, &given);
                    let commands = text.lines().filter(|line| line.starts_with(' ')).map(str::to_owned);
                    commands.chain(quoted(&text)).collect::<Vec<_>>()
                };
                assert_eq!(commands(other), commands(english), "{}: the commands of {key}", other.tag);
            }
        }
    }
}

#[test]
fn french_is_set_as_french_is() {
    for key in asked_for() {
        let source = source(&LANGUAGES[1], &key);
        let deep = if source.contains("$outcome ->") { 12 } else { 8 };
        let prose = source.lines().filter(|line| !line.starts_with(&" ".repeat(deep)));
        for line in prose {
            let bare = [" :", " ;", " !", " ?", "« ", " »", "'"].iter().find(|bad| line.contains(*bad));
            assert_eq!(bare, None, "{key}: {line}");
            let glued = |(at, _): (usize, &str)| {
                let after = &line[at + 1..];
                let word = line[..at].ends_with(|c: char| c.is_alphanumeric() || ")}»".contains(c));
                word && (after.is_empty() || after.starts_with(' '))
            };
            assert!(!line.match_indices([':', ';', '!', '?']).any(glued), "{key}: no narrow space in {line}");
        }
    }
}

#[test]
fn the_words_of_a_check_ask_for_no_value_that_it_lacks() {
    // A missing value is a mistake that `said` asserts on in a debug build.
    for check in samples::checks().iter().filter(|check| !matches!(check, Check::Found(_))) {
        assert!(!check.title().is_empty() && !check.means().is_empty() && !check.fix().is_empty());
    }
    for change in samples::changes() {
        assert!(!change.describe().contains('\n'), "{}", change.describe());
    }
}

/// Every key that the program can ask for.
fn asked_for() -> BTreeSet<String> {
    let steps = steps::ALL.iter().flat_map(|step| [format!("step-{}", step.id), format!("step-{}-why", step.id)]);
    let questions = steps::ALL.iter().flat_map(|step| (step.questions)()).flat_map(|question| {
        let key = question.key.replace('.', "-");
        let columns: &[Column] = match question.kind {
            Kind::Table(columns) => columns,
            Kind::Text | Kind::Choice(_) => &[],
        };
        let titles = columns.iter().map(|column| format!("question-{key}-{}", column.name)).collect::<Vec<_>>();
        [format!("question-{key}"), format!("question-{key}-help")].into_iter().chain(titles)
    });
    let changes = samples::changes().into_iter().map(|change| format!("change-{}", change.kind()));
    let ids = samples::checks().into_iter().filter(|check| !matches!(check, Check::Found(_))).map(|check| check.id());
    let ids = ids.chain(steps::preflight::ids()).chain([steps::dkim::KEY_WAITS]).chain(steps::zone::ids());
    let ids = ids.chain(steps::firewall::ids());
    let checks = ids.flat_map(|id| ["", "-means", "-fix"].map(|suffix| format!("check-{id}{suffix}")));
    let answers = KEYS.iter().flat_map(|key| ["meaning", "allowed"].map(|suffix| key.words(suffix)));
    let made = MADE.iter().map(|key| (*key).to_owned());
    steps.chain(questions).chain(changes).chain(checks).chain(answers).chain(made).chain(written_out()).collect()
}

/// The keys that stand whole in the code, as `say("...`, `tell("...` or `"answer-...`.
fn written_out() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("words/tests.rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                for call in ["say(\"", "tell(\""] {
                    let calls = source.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                    found.extend(calls.map(str::to_owned));
                }
                let answers = source.split("\"answer-").skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(answers.filter(|rest| !rest.contains('{')).map(|rest| format!("answer-{rest}")));
            }
        }
    }
    found
}

/// The keys a file of words defines.
fn keys(source: &str) -> Vec<String> {
    let key = |line: &str| line.split_once(" =").map(|(key, _)| key.to_owned());
    source.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic())).filter_map(key).collect()
}

/// What stands in `backticks`: commands inside of a sentence.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The lines of one key in a language's files, with the key.
fn source(language: &Language, key: &str) -> String {
    let whole = language.files.iter().map(|(_, source)| *source).collect::<Vec<_>>().join("\n");
    let starts = |line: &&str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" ="));
    let mut lines = whole.lines().skip_while(|line| !starts(line));
    let first = lines.next().unwrap_or_default();
    let more = lines.take_while(|line| line.starts_with([' ', '}']));
    std::iter::once(first).chain(more).collect::<Vec<_>>().join("\n")
}

/// The names of the values that stand in one key's words.
fn placeables(language: &Language, key: &str) -> BTreeSet<String> {
    names(&source(language, key))
}

/// The names of all values that stand anywhere in a language.
fn values(language: &Language) -> BTreeSet<String> {
    language.files.iter().flat_map(|(_, source)| names(source)).collect()
}

fn names(source: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.split([' ', '}']).next().map(str::to_owned);
    source.split("{ $").skip(1).filter_map(name).collect()
}
