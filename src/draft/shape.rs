//! What a draft can hold: the known keys, texts, and lists where there are lists. Whether the texts are right is for
//! the parser of the answers file to say; what is refused here no question could mend.

use toml::{Table, Value};

use super::passwords;
use crate::answers::keys::{self, Section};

/// Whether a draft can hold this table.
///
/// # Errors
/// The key that it cannot hold, and why. Values are never repeated: one may be a password.
pub(super) fn check(table: &Table) -> Result<(), String> {
    for (name, value) in table {
        let section = Section::ALL.into_iter().find(|section| section.header().is_some() && section.name() == name);
        match (section, value) {
            (None, value) => field(Section::Top, name, name, value)?,
            (Some(section), Value::Table(fields)) if section.is_single() => {
                for (key, value) in fields {
                    field(section, key, &format!("{name}.{key}"), value)?;
                }
            }
            (Some(section), _) if section.is_single() => {
                return Err(format!("{name}: it is opened by a line [{name}]"));
            }
            (Some(section), Value::Array(list)) => {
                for (n, entry) in list.iter().enumerate() {
                    row(section, &format!("{name}[{}]", n + 1), entry)?;
                }
            }
            (Some(_), _) => return Err(format!("{name}: each is opened by a line [[{name}]]")),
        }
    }
    Ok(())
}

fn row(section: Section, at: &str, entry: &Value) -> Result<(), String> {
    let Value::Table(fields) = entry else {
        return Err(format!("{at}: each is opened by a line [[{}]]", section.name()));
    };
    for (key, value) in fields {
        field(section, key, &format!("{at}.{key}"), value)?;
    }
    if passwords::NAMES.iter().filter(|name| fields.contains_key(**name)).count() > 1 {
        return Err(format!("{at}: only one of {} can hold", passwords::NAMES.join(", ")));
    }
    Ok(())
}

/// Whether the key takes a list of texts.
pub(super) fn is_list(section: Section, name: &str) -> bool {
    [(Section::Alias, "to"), (Section::Top, "resolvers"), (Section::Spf, "include"), (Section::Abuse, "ignore")]
        .contains(&(section, name))
}

/// Keys whose words TOML takes without quotes too: `true`, `false` and numbers; and the numbers of `[limits]`.
const BARE: [&str; 4] = ["sender_id", "testing", "bits", "tries"];

/// Whether a key is one of those.
fn is_bare(name: &str) -> bool {
    BARE.contains(&name) || keys::find(Section::Limits, name).is_some()
}

/// Writes those words as the texts that they are typed as.
pub(super) fn as_texts(table: &mut Table) {
    for (name, value) in table.iter_mut() {
        match value {
            Value::Boolean(yes) if is_bare(name) => *value = yes.to_string().into(),
            Value::Integer(number) if is_bare(name) => *value = number.to_string().into(),
            Value::Table(fields) => as_texts(fields),
            _ => {}
        }
    }
}

fn field(section: Section, name: &str, at: &str, value: &Value) -> Result<(), String> {
    if keys::find(section, name).is_none() {
        let meant = keys::meant(section, name).map(|meant| format!("; {meant}")).unwrap_or_default();
        return Err(format!("{at}: there is no such key{meant}"));
    }
    let is_list = is_list(section, name);
    match value {
        Value::Array(items) if is_list && items.iter().all(Value::is_str) => Ok(()),
        _ if is_list => Err(format!("{at}: a list of texts in quotes is needed")),
        Value::String(_) => Ok(()),
        _ => Err(format!("{at}: text in quotes is needed")),
    }
}
