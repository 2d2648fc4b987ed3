//! The password of a mailbox: typed twice without being shown, or made here and shown once.

use super::ask::{Out, Said};
use super::talk::Talk;
use super::words;
use crate::answers;
use crate::draft::{Draft, generated_password};
use crate::question::{Column, Question};
use crate::secret::{HIDDEN, Secret};
use crate::words::say;

#[derive(Debug, Clone, Copy)]
enum Way {
    Keep,
    Generate,
    Type,
    Back,
}

impl Talk<'_> {
    /// Gives a mailbox its password; the draft gets the hash alone.
    pub(super) fn password(
        &mut self,
        question: &Question,
        column: &Column,
        draft: &mut Draft,
        index: usize,
    ) -> Said<()> {
        let row = draft.rows(question.key).get(index).cloned().unwrap_or_default();
        let mut items = vec![
            (Way::Generate, say("plain-password-generate", &[])),
            (Way::Type, say("plain-password-type", &[])),
            (Way::Back, say("plain-item-back", &[])),
        ];
        if row.get(column.name).is_some_and(|cell| cell == HIDDEN) {
            items.insert(0, (Way::Keep, say("plain-password-keep", &[])));
        }
        loop {
            let password = match self.menu(&words::column(question, column), &items, 0)? {
                Way::Keep => return Ok(()),
                Way::Back => return Err(Out::Back),
                Way::Generate => Some((generated_password(), true)),
                Way::Type => self.typed(&words::column(question, column))?.map(|typed| (typed, false)),
            };
            let Some((password, show)) = password else { continue };
            match draft.set_password(index, &password) {
                Ok(()) if show => {
                    self.say(&say("plain-password-made", &[]));
                    self.line(&format!("    {}", password.reveal()));
                    return Ok(());
                }
                Ok(()) => return Ok(()),
                Err(why) => self.say(&why.to_string()),
            }
        }
    }

    /// The same password twice; `None` when the admin thinks better of it.
    fn typed(&mut self, prompt: &str) -> Said<Option<Secret>> {
        self.say(&say("plain-password-hidden", &[]));
        loop {
            let first = match self.ask.secret(prompt) {
                Ok(first) if !first.reveal().is_empty() => first,
                Ok(_) | Err(Out::Back) => return Ok(None),
                Err(out) => return Err(out),
            };
            if let Err(why) = answers::given_password(first.reveal()) {
                self.say(&why);
                continue;
            }
            match self.ask.secret(&say("plain-password-again", &[])) {
                Ok(second) if second == first => return Ok(Some(first)),
                Ok(_) => self.say(&say("plain-password-differs", &[])),
                Err(Out::Back) => return Ok(None),
                Err(out) => return Err(out),
            }
        }
    }
}
