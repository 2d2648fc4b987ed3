//! Which language is spoken: chosen once, from the locale.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{ENGLISH, LANGUAGES};

/// What the process speaks, once it is chosen.
static CHOSEN: OnceLock<&'static str> = OnceLock::new();

thread_local! {
    /// What this thread speaks instead, inside of [`with_language`].
    static INSTEAD: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The language that the environment asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set, by POSIX;
/// English in the locales `C` and `POSIX`, and where the words of a language are not known.
///
/// In any other locale the list of languages in `LANGUAGE` is asked first, as gettext does.
pub fn language(get: impl Fn(&str) -> Option<String>) -> &'static str {
    let locale = first(&get, ["LC_ALL", "LC_MESSAGES", "LANG"]);
    // glibc takes C.UTF-8 for C here.
    if matches!(part(&locale), "" | "C" | "POSIX") {
        return ENGLISH;
    }
    let list = get("LANGUAGE").filter(|list| !list.is_empty()).unwrap_or(locale);
    list.split(':').find_map(known).unwrap_or(ENGLISH)
}

/// Whether the locale's characters are UTF-8: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set says so. Where it
/// is not, marks are drawn in ASCII.
pub fn unicode(get: impl Fn(&str) -> Option<String>) -> bool {
    let locale = first(&get, ["LC_ALL", "LC_CTYPE", "LANG"]);
    let charset = locale.split_once('.').map_or("", |(_, rest)| rest.split('@').next().unwrap_or_default());
    let plain: String = charset.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.eq_ignore_ascii_case("utf8")
}

/// Chooses the language of the process by its tag, `en` or `fr`. The first choice stands; without one, and for a tag
/// that is not known, it is English.
pub fn speak(tag: &str) {
    let _ = CHOSEN.set(known(tag).unwrap_or(ENGLISH));
}

/// Whether narrow spaces are written as wide ones.
static WIDE: AtomicBool = AtomicBool::new(false);

/// From now on, spaces that must not end a line are of the usual width: the fonts of the kernel's own console
/// (`TERM=linux`) have no narrow ones.
pub fn widen() {
    WIDE.store(true, Ordering::Relaxed);
}

/// Words as this terminal can show them.
pub(super) fn shown(words: String) -> String {
    if WIDE.load(Ordering::Relaxed) { words.replace('\u{202f}', "\u{a0}") } else { words }
}

/// The tag of the language that is spoken.
#[must_use]
pub fn spoken() -> &'static str {
    INSTEAD.get().or_else(|| CHOSEN.get().copied()).unwrap_or(ENGLISH)
}

/// Does something while this thread speaks another language: for what stays English, and to look at each language.
pub fn with_language<T>(tag: &str, act: impl FnOnce() -> T) -> T {
    /// Puts the thread's language back, after a panic too.
    struct Back(Option<&'static str>);
    impl Drop for Back {
        fn drop(&mut self) {
            INSTEAD.set(self.0);
        }
    }
    let _back = Back(INSTEAD.replace(Some(known(tag).unwrap_or(ENGLISH))));
    act()
}

/// The first of the variables that is set and not empty (POSIX, Environment Variables, 8.2).
fn first(get: impl Fn(&str) -> Option<String>, names: [&str; 3]) -> String {
    names.into_iter().filter_map(get).find(|value| !value.is_empty()).unwrap_or_default()
}

/// The language of a locale, `fr` of `fr_CA.UTF-8@euro` or of `fr-CA`.
fn part(locale: &str) -> &str {
    locale.split(['_', '-', '.', '@']).next().unwrap_or_default()
}

/// The tag of that locale's language, if it has words.
fn known(locale: &str) -> Option<&'static str> {
    LANGUAGES.iter().map(|language| language.tag).find(|tag| part(locale).eq_ignore_ascii_case(tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{say, say_in};

    fn asked(set: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn the_locale_chooses_the_language() {
        let table: &[(&str, &[(&str, &str)])] = &[
            ("en", &[]),
            ("en", &[("LANG", "")]),
            ("en", &[("LANG", "C")]),
            ("en", &[("LANG", "C.UTF-8")]),
            ("en", &[("LANG", "POSIX")]),
            ("en", &[("LANG", "en_GB.UTF-8")]),
            ("en", &[("LANG", "de_DE.UTF-8")]),
            ("en", &[("LANG", "fro")]),
            ("en", &[("LANG", "../../fr")]),
            ("fr", &[("LANG", "fr")]),
            ("fr", &[("LANG", "fr_FR.UTF-8")]),
            ("fr", &[("LANG", "fr_CA")]),
            ("fr", &[("LANG", "fr_FR@euro")]),
            // The first that is set, and an empty one is not.
            ("fr", &[("LC_ALL", "fr_FR.UTF-8"), ("LC_MESSAGES", "en_US.UTF-8"), ("LANG", "en_US.UTF-8")]),
            ("fr", &[("LC_ALL", ""), ("LC_MESSAGES", "fr_FR.UTF-8"), ("LANG", "en_US.UTF-8")]),
            ("en", &[("LC_ALL", "C.UTF-8"), ("LANG", "fr_FR.UTF-8")]),
            ("en", &[("LC_MESSAGES", "en_US.UTF-8"), ("LANG", "fr_FR.UTF-8")]),
            ("en", &[("LC_CTYPE", "fr_FR.UTF-8"), ("LANG", "en_US.UTF-8")]),
            // LANGUAGE comes first, but not in the C locale, and takes the first language that is known.
            ("fr", &[("LANGUAGE", "fr"), ("LANG", "en_US.UTF-8")]),
            ("fr", &[("LANGUAGE", "de:fr_CA:en"), ("LANG", "en_US.UTF-8")]),
            ("en", &[("LANGUAGE", "en:fr"), ("LANG", "fr_FR.UTF-8")]),
            ("en", &[("LANGUAGE", "de"), ("LANG", "fr_FR.UTF-8")]),
            ("fr", &[("LANGUAGE", ""), ("LANG", "fr_FR.UTF-8")]),
            ("en", &[("LANGUAGE", "fr"), ("LANG", "C")]),
            ("en", &[("LANGUAGE", "fr")]),
        ];
        for (tag, set) in table {
            assert_eq!(language(asked(set)), *tag, "{set:?}");
        }
    }

    #[test]
    fn the_locale_says_whether_its_characters_are_unicode() {
        let yes: &[&[(&str, &str)]] = &[
            &[("LANG", "C.UTF-8")],
            &[("LANG", "fr_FR.utf8")],
            &[("LANG", "sr_RS.UTF-8@latin")],
            &[("LC_CTYPE", "C.UTF-8"), ("LANG", "C")],
            &[("LC_ALL", "en_US.UTF8"), ("LC_CTYPE", "C"), ("LANG", "C")],
        ];
        let no: &[&[(&str, &str)]] = &[
            &[],
            &[("LANG", "C")],
            &[("LANG", "fr_FR")],
            &[("LANG", "fr_FR.ISO-8859-15@euro")],
            &[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")],
            &[("LC_MESSAGES", "en_US.UTF-8")],
        ];
        assert!(yes.iter().all(|set| unicode(asked(set))));
        assert!(no.iter().all(|set| !unicode(asked(set))));
    }

    #[test]
    fn a_thread_speaks_another_language_for_a_while() {
        assert_eq!(spoken(), "en");
        let fr = with_language("fr", || {
            assert_eq!(with_language("en", || say("status-done", &[])), "done");
            let _ = std::panic::catch_unwind(|| with_language("en", || panic!("back to French all the same")));
            say("status-done", &[])
        });
        assert_eq!((fr.as_str(), spoken()), ("fait", "en"));
        assert_eq!(say_in("fr", "status-done", &[]), "fait");
        assert_eq!(say_in("xx", "status-done", &[]), "done");
    }
}
