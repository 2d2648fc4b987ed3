//! The words people read, kept apart from the code: one folder a language under assets/words, in Fluent's format.
//!
//! Logs, JSON keys and the journal stay English and do not come through here.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

mod language;
#[cfg(test)]
mod tests;

pub use language::{language, speak, spoken, unicode, widen, with_language};

/// The tag of the language that has every word, and that is spoken unless another is asked for.
pub const ENGLISH: &str = "en";

/// A file of words: its path under assets/words and its text.
type File = (&'static str, &'static str);

/// The words of one language.
type Words = FluentBundle<FluentResource>;

/// A language: all files of its folder.
struct Language {
    /// Its BCP 47 tag, which is the folder's name.
    tag: &'static str,
    #[cfg(test)]
    files: &'static [File],
    /// Read when the first of them is asked for.
    words: LazyLock<Words>,
}

/// The languages by the files of their folders, which are the same for each.
macro_rules! languages {
    ($files:tt: $($tag:literal)+) => { [$(languages!(one $tag $files)),+] };
    (one $tag:literal [$($file:literal)+]) => {{
        const FILES: &[File] = &[$((
            concat!($tag, "/", $file),
            include_str!(concat!("../../assets/words/", $tag, "/", $file)),
        )),+];
        Language {
            tag: $tag,
            #[cfg(test)]
            files: FILES,
            words: LazyLock::new(|| bundle($tag, FILES)),
        }
    }};
}

/// Every language that is spoken, English first.
static LANGUAGES: [Language; 2] = languages!([
    "steps.ftl"
    "questions.ftl"
    "changes.ftl"
    "checks.ftl"
    "report.ftl"
    "preflight.ftl"
    "runs.ftl"
    "dns.ftl"
    "wizard.ftl"
    "answers.ftl"
    "file.ftl"
    "plain.ftl"
    "zone.ftl"
    "acme.ftl"
    "limits.ftl"
    "abuse.ftl"
]: "en" "fr");

/// Stands for a line end of a value while the lines of the words around it are joined (a vertical tab, which no words
/// hold).
const KEPT_LINE: &str = "\u{b}";

/// The words of `key` in the language that is spoken, with `{ $name }` filled from `values`.
///
/// `count` is a number and picks the plural; every other value is text and stands as it is. Words that a language lacks
/// are English; a key without any words gives the key itself (a test keeps both from happening). Lines of a paragraph
/// are joined; an indented line is a command and keeps a line of its own.
#[must_use]
pub fn say(key: &str, values: &[(&str, &str)]) -> String {
    language::shown(say_in(spoken(), key, values))
}

/// [`say`] in the language of that tag.
#[must_use]
pub fn say_in(tag: &str, key: &str, values: &[(&str, &str)]) -> String {
    let spoken = LANGUAGES.iter().find(|language| language.tag == tag).unwrap_or(&LANGUAGES[0]);
    first_of(&[&spoken.words, &LANGUAGES[0].words], key, values)
}

/// The words of `key` in the first of these languages that has them; else the key.
fn first_of(languages: &[&LazyLock<Words>], key: &str, values: &[(&str, &str)]) -> String {
    languages.iter().find_map(|words| said(words, key, values)).unwrap_or_else(|| key.to_owned())
}

fn said(words: &Words, key: &str, values: &[(&str, &str)]) -> Option<String> {
    let pattern = words.get_message(key)?.value()?;
    let mut args = FluentArgs::with_capacity(values.len());
    for (name, text) in values {
        let value = match *name {
            "count" => FluentValue::try_number(text),
            _ => FluentValue::from(text.replace('\n', KEPT_LINE)),
        };
        args.set(*name, value);
    }
    let mut mistakes = Vec::new();
    let text = words.format_pattern(pattern, Some(&args), &mut mistakes);
    debug_assert!(mistakes.is_empty(), "{key}: {mistakes:?}");
    Some(joined(&text).replace(KEPT_LINE, "\n"))
}

/// What a syntax error left out of a bundle is missed by the test that wants every key.
fn bundle(tag: &str, files: &[File]) -> Words {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut words = Words::new_concurrent(vec![language]);
    // Marks that keep text of two writing directions apart would end up in copied commands.
    words.set_use_isolating(false);
    for (_, source) in files {
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = words.add_resource(resource);
    }
    words
}

/// The text with the lines of each paragraph joined; blank lines and indented ones stay.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut prose = false;
    for line in text.lines() {
        let flows = !line.is_empty() && !line.starts_with(' ');
        if !out.is_empty() {
            out.push(if flows && prose { ' ' } else { '\n' });
        }
        out.push_str(line);
        prose = flows;
    }
    out
}
