//! The words people read, kept apart from the code: one folder a language under assets/words, in Fluent's format.
//!
//! Logs, JSON keys and the journal stay English and do not come through here.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

#[cfg(test)]
mod tests;

/// A file of words: its path under assets/words and its text.
type File = (&'static str, &'static str);

/// Every language by its BCP 47 tag with all files of its folder; the first one is spoken.
const LANGUAGES: &[(&str, &[File])] = &[(
    "en",
    &[
        ("en/steps.ftl", include_str!("../../assets/words/en/steps.ftl")),
        ("en/questions.ftl", include_str!("../../assets/words/en/questions.ftl")),
        ("en/changes.ftl", include_str!("../../assets/words/en/changes.ftl")),
        ("en/checks.ftl", include_str!("../../assets/words/en/checks.ftl")),
        ("en/report.ftl", include_str!("../../assets/words/en/report.ftl")),
        ("en/preflight.ftl", include_str!("../../assets/words/en/preflight.ftl")),
        ("en/runs.ftl", include_str!("../../assets/words/en/runs.ftl")),
    ],
)];

/// Stands for a line end of a value while the lines of the words around it are joined (a vertical tab, which no words
/// hold).
const KEPT_LINE: &str = "\u{b}";

/// The words of one language.
type Words = FluentBundle<FluentResource>;

static SPOKEN: LazyLock<Words> = LazyLock::new(|| {
    let (tag, files) = LANGUAGES[0];
    bundle(tag, files)
});

/// The words of `key`, with `{ $name }` filled from `values`.
///
/// `count` is a number and picks the plural; every other value is text and stands as it is. A key without words
/// gives the key itself (a test keeps that from happening). Lines of a paragraph are joined; an indented line is a
/// command and keeps a line of its own.
#[must_use]
pub fn say(key: &str, values: &[(&str, &str)]) -> String {
    said(&SPOKEN, key, values).unwrap_or_else(|| key.to_owned())
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
