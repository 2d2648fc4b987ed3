//! From TOML text to answers: every value is read and every mistake noted, in one pass.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::keys::Section;
use super::mistake::Mistakes;
use super::notes::{Fields, Node, Notes, Place, Placed};
use super::rules::{self, AliasDraft, Draft, MailboxDraft};
use super::shown::kind;
use super::types::Refused;
use super::{
    Address, Alias, Answers, ByteSize, DomainName, MailAddress, Mailbox, Resolver, abuse, addresses, certificate,
    choice, limits, passwords, senders, zone,
};
use crate::words::say;

/// Mailboxes and messages smaller than this are of no use.
const SMALLEST: ByteSize = ByteSize(1 << 20);
/// Beyond this a single message takes the disk.
const LARGEST_MESSAGE: ByteSize = ByteSize(1 << 30);

/// The answers in a TOML text; `path` names it in mistakes, and password files are looked for beside it.
///
/// # Errors
/// All mistakes of the text at once.
pub fn parse(text: &str, path: &Path) -> Result<Answers, Mistakes> {
    parse_with_source(text, path).map(|(answers, _)| answers)
}

/// The answers that are being given on a screen; what is wrong with them is said for it.
///
/// # Errors
/// All mistakes at once.
pub fn parse_asked(text: &str, path: &Path) -> Result<Answers, Mistakes> {
    read(Notes::on_screen(text), text, path).map(|(answers, _)| answers)
}

/// The answers, and whether a password stands in the text itself.
pub(super) fn parse_with_source(text: &str, path: &Path) -> Result<(Answers, bool), Mistakes> {
    read(Notes::new(text), text, path)
}

fn read(mut notes: Notes<'_>, text: &str, path: &Path) -> Result<(Answers, bool), Mistakes> {
    let file = path.display().to_string();
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What was recovered around broken TOML is a guess: mistakes in it would send people the wrong way.
        for error in &errors {
            notes.syntax(error.span().map(|span| span.start), say("answer-file-toml", &[("error", error.message())]));
        }
        return Err(notes
            .into_mistakes(file.clone())
            .unwrap_or_else(|| Mistakes::unreadable(file, say("answer-file-no-toml", &[]))));
    }
    let at = Place { key: String::new(), value: None, span: 0..0 };
    let top = notes.fields(document.get_ref(), Section::Top, at);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut in_file = false;
    let mut draft = draft(&mut notes, &top, folder, &mut in_file);
    rules::give_contact_a_mailbox(&mut draft);
    rules::check(&mut notes, &top, &draft);
    match notes.into_mistakes(file.clone()) {
        Some(mistakes) => Err(mistakes),
        None => finish(draft)
            .map(|answers| (answers, in_file))
            .ok_or_else(|| Mistakes::unreadable(file, say("answer-file-unclear", &[]))),
    }
}

/// Reads every value; what could not be read is `None` and has its mistake noted.
fn draft(notes: &mut Notes<'_>, top: &Fields<'_>, folder: &Path, in_file: &mut bool) -> Draft {
    let mut draft = Draft {
        hostname: required(notes, top, "hostname"),
        ipv4: address(notes, top, "ipv4", addresses::ipv4),
        ipv6: address(notes, top, "ipv6", addresses::ipv6),
        contact: required(notes, top, "contact"),
        message_size_limit: message_size_limit(notes, top),
        resolvers: resolvers(notes, top),
        ..Draft::default()
    };
    for fields in tables(notes, top, Section::Domain) {
        draft.domains.push(required::<DomainName>(notes, &fields, "name"));
    }
    for fields in tables(notes, top, Section::Mailbox) {
        let address = required(notes, &fields, "address");
        let given = passwords::read(notes, &fields, folder);
        *in_file |= given.as_ref().is_some_and(|given| given.in_file);
        let quota = quota(notes, &fields);
        draft.mailboxes.push(MailboxDraft { address, password: given.map(|given| given.password), quota });
    }
    for fields in tables(notes, top, Section::Alias) {
        let address = required(notes, &fields, "address");
        let to = targets(notes, &fields);
        draft.aliases.push(AliasDraft { address, to });
    }
    draft.spf = senders::spf(notes, top);
    draft.dkim = senders::dkim(notes, top);
    draft.dmarc = senders::dmarc(notes, top);
    draft.limits = limits::read(notes, top);
    draft.spoofed_senders = choice::word(notes, top, "spoofed_senders");
    draft.further_domains = choice::word(notes, top, "further_domains");
    draft.sender_id = choice::word(notes, top, "sender_id");
    draft.firewall = choice::word(notes, top, "firewall");
    draft.tls = certificate::read(notes, top);
    draft.abuse = abuse::read(notes, top);
    draft.zone = zone::read(notes, top);
    draft
}

/// The answers of a draft without mistakes.
fn finish(draft: Draft) -> Option<Answers> {
    let mailbox =
        |it: MailboxDraft| Some(Mailbox { address: it.address?.it, password: it.password?, quota: it.quota? });
    let alias = |it: AliasDraft| {
        let to = it.to.into_iter().map(|to| Some(to?.it)).collect::<Option<_>>()?;
        Some(Alias { address: it.address?.it, to })
    };
    Some(Answers {
        hostname: draft.hostname?.it,
        ipv4: draft.ipv4?.it,
        ipv6: draft.ipv6?.it,
        contact: draft.contact?.it,
        domains: draft.domains.into_iter().map(|it| Some(it?.it)).collect::<Option<_>>()?,
        mailboxes: draft.mailboxes.into_iter().map(mailbox).collect::<Option<_>>()?,
        aliases: draft.aliases.into_iter().map(alias).collect::<Option<_>>()?,
        tls: draft.tls?,
        zone: draft.zone?,
        message_size_limit: draft.message_size_limit?,
        resolvers: draft.resolvers?,
        spf: draft.spf?,
        dkim: draft.dkim?,
        dmarc: draft.dmarc?,
        limits: draft.limits?,
        spoofed_senders: draft.spoofed_senders?,
        further_domains: draft.further_domains?,
        sender_id: draft.sender_id?,
        firewall: draft.firewall?,
        abuse: draft.abuse?,
    })
}

/// A value that has to be there.
fn required<T>(notes: &mut Notes<'_>, fields: &Fields<'_>, name: &str) -> Option<Placed<T>>
where
    T: std::str::FromStr<Err = Refused>,
{
    let Some(node) = fields.get(name) else {
        notes.missing(fields, name, notes.open(fields, name));
        return None;
    };
    notes.parse(&node, &fields.allowed(name))
}

/// The tables of a section that may stand several times, each with its number.
fn tables<'d>(notes: &mut Notes<'_>, top: &Fields<'d>, section: Section) -> Vec<Fields<'d>> {
    let (name, header) = (section.name(), section.header().unwrap_or_default());
    let opened = |value: &_| say("answer-opened-each", &[("name", name), ("line", header), ("kind", &kind(value))]);
    let Some(node) = top.get(name) else { return Vec::new() };
    let DeValue::Array(list) = node.value else {
        notes.wrong(&node.at, opened(node.value));
        return Vec::new();
    };
    let mut found = Vec::new();
    for (n, item) in list.iter().enumerate() {
        let at = Node::new(item, format!("{name}[{}]", n + 1), false).at;
        match item.get_ref() {
            DeValue::Table(table) => found.push(notes.fields(table, section, at)),
            other => notes.wrong(&at, opened(other)),
        }
    }
    found
}

/// A table that may stand once; the inner `None` when it does not, the outer one is a mistake.
#[allow(clippy::option_option)] // "Wrong", "left out" and a table are three things.
pub(super) fn table<'d>(notes: &mut Notes<'_>, top: &Fields<'d>, section: Section) -> Option<Option<Fields<'d>>> {
    let Some(node) = top.get(section.name()) else { return Some(None) };
    let DeValue::Table(table) = node.value else {
        let (name, line) = (section.name(), section.header().unwrap_or_default());
        let values = [("name", name), ("line", line), ("kind", &*kind(node.value))];
        notes.wrong(&node.at, say("answer-opened-once", &values));
        return None;
    };
    Some(Some(notes.fields(table, section, node.at)))
}

/// An address of the server, `"none"`, or left out.
fn address<T: Copy>(
    notes: &mut Notes<'_>,
    top: &Fields<'_>,
    name: &str,
    parse: fn(&str) -> Result<T, Refused>,
) -> Option<Placed<Address<T>>> {
    let Some(node) = top.get(name) else {
        return Some(Placed { it: Address::Detect, at: Place { key: name.to_owned(), value: None, span: 0..0 } });
    };
    let it = match notes.text(&node, &top.allowed(name))? {
        "none" => Address::Unused,
        text => match parse(text) {
            Ok(address) => Address::Is(address),
            Err(refused) => {
                notes.wrong(&node.at, refused.to_string());
                return None;
            }
        },
    };
    Some(Placed { it, at: node.at })
}

fn message_size_limit(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<ByteSize> {
    let name = "message_size_limit";
    let Some(node) = top.get(name) else { return Some(Answers::DEFAULT_MESSAGE_SIZE_LIMIT) };
    let size: Placed<ByteSize> = notes.parse(&node, &top.allowed(name))?;
    if !(SMALLEST..=LARGEST_MESSAGE).contains(&size.it) {
        notes.wrong(&size.at, say("answer-largest-message", &[("allowed", &say(&top.allowed(name), &[]))]));
        return None;
    }
    Some(size.it)
}

/// None when left out, else at least one.
fn resolvers(notes: &mut Notes<'_>, top: &Fields<'_>) -> Option<Vec<Resolver>> {
    let Some(node) = top.get("resolvers") else { return Some(Vec::new()) };
    let listed = list(notes, top, &node, "resolvers")?;
    if listed.is_empty() {
        notes.wrong(&node.at, say("answer-resolvers-empty", &[]));
    }
    let read: Vec<_> = listed.iter().map(|node| notes.parse(node, "answer-resolver")).collect();
    let read: Option<Vec<Resolver>> = read.into_iter().map(|placed| Some(placed?.it)).collect();
    read.filter(|resolvers| !resolvers.is_empty())
}

/// The outer `None` is a mistake, the inner one no limit.
#[allow(clippy::option_option)] // "Wrong", "unlimited" and a size are three things, here alone.
fn quota(notes: &mut Notes<'_>, fields: &Fields<'_>) -> Option<Option<ByteSize>> {
    let name = "quota";
    let Some(node) = fields.get(name) else { return Some(Some(Answers::DEFAULT_QUOTA)) };
    if node.value.as_str() == Some("none") {
        return Some(None);
    }
    let size: Placed<ByteSize> = notes.parse(&node, &fields.allowed(name))?;
    // Dovecot takes a quota of 0 for "no limit": whoever wants that writes "none".
    if size.it < SMALLEST {
        notes.wrong(&size.at, say("answer-quota", &[("allowed", &say(&fields.allowed(name), &[]))]));
        return None;
    }
    Some(Some(size.it))
}

fn targets(notes: &mut Notes<'_>, fields: &Fields<'_>) -> Vec<Option<Placed<MailAddress>>> {
    let name = "to";
    let Some(node) = fields.get(name) else {
        notes.missing(fields, name, notes.open(fields, name));
        return Vec::new();
    };
    let Some(listed) = list(notes, fields, &node, name) else { return Vec::new() };
    if listed.is_empty() {
        notes.wrong(&node.at, say("answer-no-target", &[]));
    }
    listed.iter().map(|node| notes.parse(node, "answer-target")).collect()
}

/// The entries of a list, each with its number.
pub(super) fn list<'d>(
    notes: &mut Notes<'_>,
    fields: &Fields<'_>,
    node: &Node<'d>,
    name: &str,
) -> Option<Vec<Node<'d>>> {
    let DeValue::Array(list) = node.value else {
        let allowed = say(&fields.allowed(name), &[]);
        notes.wrong(&node.at, say("answer-list-needed", &[("kind", &kind(node.value)), ("allowed", &allowed)]));
        return None;
    };
    let item = |(n, item)| Node::new(item, format!("{}[{}]", node.at.key, n + 1), false);
    Some(list.iter().enumerate().map(item).collect())
}
