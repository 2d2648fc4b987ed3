//! How values and keys of an answers file are shown in its mistakes: one line each, cut when long.

use toml::de::DeValue;

use crate::words::say;

/// More of a value than this is not shown.
const SHOWN: usize = 80;

/// The value in TOML's notation, cut when long. What is inside a list or a table may be a password: not shown.
pub(super) fn shown(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(quoted(text)),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(list) if list.is_empty() => Some("[]".to_owned()),
        DeValue::Array(_) => Some("[...]".to_owned()),
        DeValue::Table(_) => None,
    }
}

/// A text in quotes with its control characters escaped, so that a mistake stays one line; cut when long.
fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN).collect();
    let more = if cut.len() < text.len() { "..." } else { "" };
    let mut out = String::from('"');
    for c in cut.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => out.push(c),
        }
    }
    format!("{out}{more}\"")
}

/// A key as TOML would write it: bare where it can be.
pub(super) fn shown_key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    if bare && name.len() <= SHOWN { name.to_owned() } else { quoted(name) }
}

/// What sort of value it is, with its article.
pub(super) fn kind(value: &DeValue<'_>) -> String {
    let key = match value {
        DeValue::String(_) => "answer-kind-text",
        DeValue::Integer(_) | DeValue::Float(_) => "answer-kind-number",
        DeValue::Boolean(_) => "answer-kind-boolean",
        DeValue::Datetime(_) => "answer-kind-date",
        DeValue::Array(_) => "answer-kind-list",
        DeValue::Table(_) => "answer-kind-table",
    };
    say(key, &[])
}
