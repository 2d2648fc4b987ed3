//! What people made of the rows since a setup wrote them. The database is the truth: that is what holds, and what is
//! checked.

use crate::answers::{Answers, ByteSize, Password};
use crate::change::Value;
use crate::check::Check;
use crate::engine::Engine;
use crate::engine::kinds::database::KeptRow;
use crate::error::Result;
use crate::facts::Facts;
use crate::secret::Secret;
use crate::steps::Step;
use crate::steps::database;

/// The answers with what people made of them.
#[derive(Debug)]
pub struct People {
    answers: Answers,
    kept: Vec<KeptRow>,
}

impl People {
    /// What they changed, by the journal and the database.
    ///
    /// # Errors
    /// When the database answers with an error.
    pub fn of(engine: &Engine, answers: &Answers) -> Result<Self> {
        let kept = engine.rows_kept(&database::rows(answers))?;
        Ok(Self { answers: with(answers, &kept), kept })
    }

    /// The checks of a step, of what holds now.
    #[must_use]
    pub fn checks(&self, step: &Step, facts: &Facts) -> Vec<Check> {
        let mut checks = (step.checks)(&self.answers, facts);
        for check in &mut checks {
            if let Check::DatabaseRows { rows, .. } = check {
                rows.retain(|row| self.kept.iter().all(|(kept, _)| kept.table != row.table || kept.key != row.key));
            }
        }
        checks.retain(|check| !matches!(check, Check::DatabaseRows { rows, .. } if rows.is_empty()));
        checks
    }
}

/// The answers without the mailboxes that people removed or switched off, and with the limits that they set.
fn with(answers: &Answers, kept: &[KeptRow]) -> Answers {
    let mut answers = answers.clone();
    for (row, now) in kept {
        let key = |column: &str| row.key.get(column).map(Value::text).unwrap_or_default();
        let number = |column: &str| now.as_ref().and_then(|now| now.get(column)?.parse::<u64>().ok());
        let gone = number("active").is_none_or(|active| active == 0);
        match row.table.as_str() {
            "mailboxes" if gone => answers.mailboxes.retain(|mailbox| mailbox.address.to_string() != key("address")),
            "mailboxes" => {
                let found = answers.mailboxes.iter_mut().find(|mailbox| mailbox.address.to_string() == key("address"));
                if let (Some(mailbox), Some(now)) = (found, now) {
                    mailbox.quota = number("quota_bytes").filter(|bytes| *bytes > 0).map(ByteSize);
                    if let Some(hash) = now.get("password") {
                        mailbox.password = Password::Hash(Secret::new(hash));
                    }
                }
            }
            "aliases" if gone => {
                for alias in answers.aliases.iter_mut().filter(|alias| alias.address.to_string() == key("address")) {
                    alias.to.retain(|to| to.to_string() != key("destination"));
                }
                answers.aliases.retain(|alias| !alias.to.is_empty());
            }
            "domains" if gone => {
                let name = key("name");
                answers.mailboxes.retain(|mailbox| mailbox.address.domain().to_string() != name);
                answers.aliases.retain(|alias| alias.address.domain().to_string() != name);
                answers.domains.retain(|domain| domain.to_string() != name);
            }
            _ => {}
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::steps;

    fn answers() -> Answers {
        crate::answers::parse(
            "hostname = \"mail.example.org\"\ncontact = \"anna@example.org\"\ndomain = [{ name = \"example.org\" }]\n\
             [[mailbox]]\naddress = \"anna@example.org\"\npassword = \"correct horse\"\nquota = \"1G\"\n\
             [[mailbox]]\naddress = \"ben@example.org\"\npassword = \"correct horse\"\nquota = \"1G\"\n",
            Path::new("answers.toml"),
        )
        .unwrap()
    }

    fn kept(address: &str, now: Option<&[(&str, &str)]>) -> KeptRow {
        let row = database::rows(&answers()).into_iter().find(|row| row.subject() == format!("mailboxes {address}"));
        let now =
            now.map(|now| now.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect());
        (row.unwrap(), now)
    }

    #[test]
    fn what_people_changed_is_what_is_checked() {
        let kept = vec![
            kept("anna@example.org", Some(&[("active", "1"), ("quota_bytes", "2097152"), ("password", "{X}")])),
            kept("ben@example.org", None),
        ];
        let people = People { answers: with(&answers(), &kept), kept };
        let checks = |id: &str| people.checks(steps::named(id).unwrap(), &Facts::default());
        let quotas: Vec<Check> =
            checks("dovecot").into_iter().filter(|check| matches!(check, Check::Quota { .. })).collect();
        assert_eq!(quotas, [Check::Quota { mailbox: "anna@example.org".into(), kib: 2048 }]);
        let asks_for_ben = |check: &Check| format!("{check:?}").contains("ben@example.org");
        assert!(steps::ALL.iter().all(|step| !checks(step.id).iter().any(asks_for_ben)));
        let rows = checks("database").into_iter().find_map(|check| match check {
            Check::DatabaseRows { rows, .. } => Some(rows),
            _ => None,
        });
        assert!(rows.unwrap().iter().all(|row| row.table != "mailboxes"));
    }

    #[test]
    fn a_mailbox_that_was_switched_off_is_not_tried() {
        let off = kept("ben@example.org", Some(&[("active", "0"), ("quota_bytes", "0"), ("password", "{X}")]));
        assert_eq!(with(&answers(), &[off]).mailboxes.len(), 1);
    }
}
