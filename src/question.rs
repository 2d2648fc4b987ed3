//! Questions: plain data, each one thing the admin decides. The wizard, plain mode and the answers file are three ways
//! to fill the same answers.

use std::net::IpAddr;

use serde::Serialize;

use crate::answers::choice::NO_OR_YES;
use crate::answers::keys::{KEYS, Need};
use crate::answers::limits::{Outgoing, PerLogin};
use crate::answers::{Banning, Below, Bits, Further, Incoming, Policy, SpfAll, Spoofed, Wall};
use crate::draft::Draft;
use crate::facts::Facts;
use crate::steps;

mod defaults;
#[cfg(test)]
mod tests;
mod zone;

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One line of text.
    Text,
    /// One of a few.
    Choice(&'static [&'static str]),
    /// Rows of several columns, the first of which names the row; [`Draft::rows`] has them.
    Table(&'static [Column]),
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The key in the answers file.
    pub name: &'static str,
    /// What its cells hold.
    pub cell: Cell,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// One line of text.
    Text,
    /// A password: shown as `***` when there is one.
    Secret,
    /// Several texts, parted by commas.
    List,
}

/// One thing the admin decides: the key in the answers file names it, its words and its parser.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// The key in the answers file.
    pub key: &'static str,
    /// How it is asked.
    pub kind: Kind,
    /// Whether it has to be answered when it is asked.
    pub required: bool,
    /// The answer that fits most, from what is answered already and from the machine, where these can tell.
    pub suggested: fn(&Draft, &Facts) -> Option<String>,
    /// Whether it is asked at all, after what is answered already.
    pub asked: fn(&Draft) -> bool,
    /// Whether the machine gives cause to ask it. An answer that was given all the same is kept.
    pub concerns: fn(&Draft, &Facts) -> bool,
}

impl Question {
    /// The answer that fits most: from what is answered already and from the machine, else the one documented.
    #[must_use]
    pub fn default(&self, draft: &Draft, facts: &Facts) -> Option<String> {
        (self.suggested)(draft, facts).or_else(|| defaults::documented(self.key))
    }

    /// The answer as it stands: what is given, else the default, else nothing. Of a table, the names of its rows.
    #[must_use]
    pub fn value(&self, draft: &Draft, facts: &Facts) -> String {
        draft.get(self.key).or_else(|| self.default(draft, facts)).unwrap_or_default()
    }

    /// Whether it is asked on this machine, after what is answered already.
    #[must_use]
    pub fn is_asked(&self, draft: &Draft, facts: &Facts) -> bool {
        (self.asked)(draft) && (self.concerns)(draft, facts)
    }

    /// Why this text would be refused, in a sentence; of a table, the first thing that would be wrong in it.
    ///
    /// Cheap enough for every key press: the draft is parsed, nothing is hashed.
    #[must_use]
    pub fn wrong(&self, draft: &Draft, text: &str) -> Option<String> {
        let mut draft = draft.clone();
        self.answer(&mut draft, text);
        draft.mistake_at(self.key)
    }

    /// Gives the answer, in the draft; an empty text takes it back. What is no longer asked after it is taken back too.
    ///
    /// Of a table the text names the rows: those named keep their other cells, new ones are added, others go.
    pub fn answer(&self, draft: &mut Draft, text: &str) {
        draft.set(self.key, text);
        let all = steps::ALL.iter().flat_map(|step| (step.questions)());
        for question in all.filter(|question| question.key != self.key) {
            if !(question.asked)(draft) {
                draft.set(question.key, "");
            }
        }
    }

    /// [`Question::answer`], but what follows from something else stays out of the answers: the machine's own address is
    /// then looked up in each run, and a limit goes with the set it belongs to.
    pub fn accept(&self, draft: &mut Draft, facts: &Facts, text: &str) {
        let own = matches!(self.key, "ipv4" | "ipv6")
            && self.default(draft, facts).is_some_and(|default| is_same_address(&default, text.trim()));
        let of_set = defaults::pace(draft, self.key).is_some_and(|default| default == text.trim());
        self.answer(draft, if own || of_set { "" } else { text });
    }
}

/// Whether two texts are one address (IPv6 has several spellings), or both `none`.
fn is_same_address(one: &str, other: &str) -> bool {
    one == other || one.parse::<IpAddr>().is_ok_and(|one| other.parse() == Ok(one))
}

const fn text(name: &'static str) -> Column {
    Column { name, cell: Cell::Text }
}

const DOMAIN: &[Column] = &[text("name")];
const MAILBOX: &[Column] = &[text("address"), Column { name: "password", cell: Cell::Secret }, text("quota")];
const ALIAS: &[Column] = &[text("address"), Column { name: "to", cell: Cell::List }];

/// The tables of the answers with their columns, in the order they are filled in.
pub const TABLES: [(&str, &[Column]); 3] = [("domain", DOMAIN), ("mailbox", MAILBOX), ("alias", ALIAS)];

/// The columns of a table; none when there is no such table.
#[must_use]
pub fn columns(table: &str) -> &'static [Column] {
    TABLES.iter().find(|(name, _)| *name == table).map_or(&[], |(_, columns)| columns)
}

/// The question behind a key of the answers file.
#[must_use]
pub fn for_key(key: &'static str) -> Question {
    let kind = match key {
        "tls.source" => Kind::Choice(&["self-signed", "acme", "files"]),
        "spf.all" => Kind::Choice(SpfAll::WORDS),
        "spf.incoming" | "dmarc.incoming" => Kind::Choice(Incoming::WORDS),
        "dkim.bits" => Kind::Choice(Bits::WORDS),
        "dmarc.policy" => Kind::Choice(Policy::WORDS),
        "dmarc.subdomains" | "dmarc.nonexistent" => Kind::Choice(Below::WORDS),
        "dmarc.testing" | "sender_id" => Kind::Choice(NO_OR_YES),
        "spoofed_senders" => Kind::Choice(Spoofed::WORDS),
        "further_domains" => Kind::Choice(Further::WORDS),
        "limits.outgoing" => Kind::Choice(Outgoing::WORDS),
        "limits.per_login" => Kind::Choice(PerLogin::WORDS),
        "firewall" => Kind::Choice(Wall::WORDS),
        "abuse.fail2ban" => Kind::Choice(Banning::WORDS),
        "zone.edit" => Kind::Choice(&["yes", "no"]),
        "zone.obsolete" => Kind::Choice(&["keep", "remove"]),
        "domain" | "mailbox" | "alias" => Kind::Table(columns(key)),
        _ => Kind::Text,
    };
    let suggested = match key {
        "hostname" => defaults::hostname,
        "ipv4" => |_: &Draft, facts: &Facts| Some(defaults::own_address(&facts.ipv4)),
        "ipv6" => |_: &Draft, facts: &Facts| Some(defaults::own_address(&facts.ipv6)),
        "domain" => defaults::domain,
        "contact" => defaults::contact,
        "limits.outgoing_connections" => {
            |draft: &Draft, _: &Facts| defaults::pace(draft, "limits.outgoing_connections")
        }
        "limits.outgoing_delay" => |draft: &Draft, _: &Facts| defaults::pace(draft, "limits.outgoing_delay"),
        "limits.outgoing_recipients" => |draft: &Draft, _: &Facts| defaults::pace(draft, "limits.outgoing_recipients"),
        _ => |_: &Draft, _: &Facts| None,
    };
    let of_files = matches!(key, "tls.certificate" | "tls.key");
    let asked = match key {
        "tls.acme_directory" | "tls.webroot" => |draft: &Draft| draft.get("tls.source").as_deref() == Some("acme"),
        _ if of_files => |draft: &Draft| draft.get("tls.source").as_deref() == Some("files"),
        "further_domains" => |draft: &Draft| draft.rows("domain").len() > 1,
        // A policy of `none` asks for nothing: there is nothing to try out.
        "dmarc.testing" => |draft: &Draft| draft.get("dmarc.policy").is_some_and(|policy| policy != "none"),
        "limits.login_minute" | "limits.login_hour" | "limits.login_day" => {
            |draft: &Draft| draft.get("limits.per_login").as_deref() != Some("off")
        }
        _ if key.starts_with("abuse.") && key != "abuse.fail2ban" => {
            |draft: &Draft| draft.get("abuse.fail2ban").as_deref() != Some("no")
        }
        "zone.obsolete" => |draft: &Draft| draft.get("zone.edit").as_deref() != Some("no"),
        _ => |_: &Draft| true,
    };
    let concerns = match key {
        "zone.edit" => zone::is_held,
        "zone.obsolete" => zone::has_obsolete,
        _ => |_: &Draft, _: &Facts| true,
    };
    let needed = KEYS.iter().any(|it| it.need == Need::Required && it.path() == key);
    Question { key, kind, required: needed || of_files || key == "domain", suggested, asked, concerns }
}
