//! What is noted while an answers file is read: values with their place, and the mistakes found so far.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::asked;
use super::keys::{self, Section};
use super::mistake::{Mistake, Mistakes};
use super::shown::{kind, shown, shown_key};
use super::types::Refused;
use crate::secret::HIDDEN;
use crate::words::say;

/// Where something stands in the file, and how it is shown there.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The key with its table, `mailbox[2].quota`.
    pub key: String,
    /// The value as it may be shown; `None` for a table or something missing.
    pub value: Option<String>,
    /// The bytes it takes in the file.
    pub span: Range<usize>,
}

/// Something read, with its place.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub it: T,
    pub at: Place,
}

/// The file's text and the mistakes found in it.
pub(super) struct Notes<'t> {
    text: &'t str,
    /// Whether they are read beside the questions, by somebody who sees no file.
    on_screen: bool,
    found: Vec<(usize, Mistake)>,
}

/// One table of the file, already searched for unknown keys.
pub(super) struct Fields<'d> {
    table: &'d DeTable<'d>,
    section: Section,
    /// The table's own place; its key is empty at the top.
    pub at: Place,
}

/// One value of a table.
pub(super) struct Node<'d> {
    pub value: &'d DeValue<'d>,
    pub at: Place,
}

impl<'t> Notes<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, on_screen: false, found: Vec::new() }
    }

    /// Of answers that are being given on a screen.
    pub const fn on_screen(text: &'t str) -> Self {
        Self { text, on_screen: true, found: Vec::new() }
    }

    /// What is wrong, in the words of a file or in those of a screen.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        say(if self.on_screen { asked::words(key) } else { key }, values)
    }

    /// That a key is missing, and what may be written for it.
    pub fn open(&self, fields: &Fields<'_>, name: &str) -> String {
        self.say("answer-missing", &[("allowed", &self.say(&fields.allowed(name), &[]))])
    }

    /// Notes that what stands at `at` is wrong.
    pub fn wrong(&mut self, at: &Place, message: impl Into<String>) {
        let key = (!at.key.is_empty()).then(|| at.key.clone());
        self.push(Some(at.span.start), key, at.value.clone(), message.into());
    }

    /// Notes that a key is missing: from a table that stands somewhere, or from the whole file.
    pub fn missing(&mut self, fields: &Fields<'_>, name: &str, message: String) {
        let offset = (fields.section != Section::Top).then_some(fields.at.span.start);
        self.push(offset, Some(fields.path(name)), None, message);
    }

    /// Notes a mistake of the TOML itself.
    pub fn syntax(&mut self, offset: Option<usize>, message: String) {
        self.push(offset, None, None, message);
    }

    fn push(&mut self, offset: Option<usize>, key: Option<String>, value: Option<String>, message: String) {
        let (line, column) = offset.map(|offset| line_and_column(self.text, offset)).unzip();
        // What is missing from the file as a whole is told last, behind what stands in it.
        self.found.push((offset.unwrap_or(usize::MAX), Mistake { line, column, key, value, message }));
    }

    /// The mistakes in the order of the file's lines; `None` when there are none.
    pub fn into_mistakes(mut self, file: String) -> Option<Mistakes> {
        self.found.sort_by_key(|(offset, _)| *offset);
        let mistakes: Vec<Mistake> = self.found.into_iter().map(|(_, mistake)| mistake).collect();
        (!mistakes.is_empty()).then_some(Mistakes { file, mistakes })
    }

    /// The fields of a table, after its unknown keys were noted.
    pub fn fields<'d>(&mut self, table: &'d DeTable<'d>, section: Section, at: Place) -> Fields<'d> {
        let fields = Fields { table, section, at };
        for name in table.keys() {
            let is_section = section == Section::Top && Section::ALL.iter().any(|s| s.name() == &**name.get_ref());
            if is_section || keys::find(section, name.get_ref()).is_some() {
                continue;
            }
            let meant = keys::meant(section, name.get_ref()).unwrap_or_else(|| known(section));
            // An unknown key may be a misspelt password: its value is never shown.
            let at = Place { key: fields.path(&shown_key(name.get_ref())), value: None, span: name.span() };
            self.wrong(&at, say("answer-no-such-key", &[("meant", &meant)]));
        }
        fields
    }

    /// The text of a value; anything else is a mistake that says what is allowed, by the key of its words.
    pub fn text<'d>(&mut self, node: &Node<'d>, allowed: &str) -> Option<&'d str> {
        let text = node.value.as_str();
        if text.is_none() {
            let values = [("kind", &*kind(node.value)), ("allowed", &*say(allowed, &[]))];
            self.wrong(&node.at, say("answer-text-needed", &values));
        }
        text
    }

    /// A word: text, or one of the values that TOML writes without quotes, `true`, `false` and whole numbers.
    pub fn word<'d>(&mut self, node: &Node<'d>, allowed: &str) -> Option<Cow<'d, str>> {
        match node.value {
            DeValue::Boolean(yes) => Some(yes.to_string().into()),
            DeValue::Integer(number) => Some(number.to_string().into()),
            _ => self.text(node, allowed).map(Cow::Borrowed),
        }
    }

    /// The text of a value, parsed; what its type refuses is a mistake.
    pub fn parse<T: std::str::FromStr<Err = Refused>>(&mut self, node: &Node<'_>, allowed: &str) -> Option<Placed<T>> {
        let parsed = self.text(node, allowed)?.parse();
        match parsed {
            Ok(it) => Some(Placed { it, at: node.at.clone() }),
            Err(refused) => {
                self.wrong(&node.at, refused.to_string());
                None
            }
        }
    }
}

impl<'d> Fields<'d> {
    /// The value of a key, if it is there.
    pub fn get(&self, name: &str) -> Option<Node<'d>> {
        let value: &'d Spanned<DeValue<'d>> = self.table.get(name)?;
        let secret = keys::find(self.section, name).is_some_and(|key| key.secret);
        Some(Node::new(value, self.path(name), secret))
    }

    /// The key of the words that say what may be written for a key.
    pub fn allowed(&self, name: &str) -> String {
        keys::find(self.section, name).map(|key| key.words("allowed")).unwrap_or_default()
    }

    /// The key with this table's name in front.
    pub fn path(&self, name: &str) -> String {
        if self.at.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at.key) }
    }
}

impl<'d> Node<'d> {
    /// A value with its place; a secret one is shown as `***`.
    pub fn new(value: &'d Spanned<DeValue<'d>>, key: String, secret: bool) -> Self {
        let shown = if secret { Some(HIDDEN.to_owned()) } else { shown(value.get_ref()) };
        Self { value: value.get_ref(), at: Place { key, value: shown, span: value.span() } }
    }
}

/// The keys that stand in a section, as a clause.
fn known(section: Section) -> String {
    let mut names: Vec<String> = keys::of(section).map(|key| key.name.to_owned()).collect();
    if section == Section::Top {
        names.extend(Section::ALL.iter().filter_map(|section| section.header()).map(str::to_owned));
    }
    let names = names.join(", ");
    match section.header() {
        Some(header) => say("answer-known-below", &[("section", header), ("names", &names)]),
        None => say("answer-known-top", &[("names", &names)]),
    }
}

/// Line and column of a byte, both counted from 1, the column in characters.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or_default().chars().count() + 1)
}
