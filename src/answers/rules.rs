//! The rules between answers: what is twice, what lies nowhere, what would bounce or go round in circles.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::notes::{Fields, Notes, Placed};
use super::{
    Abuse, Address, ByteSize, Dkim, Dmarc, DomainName, Fqdn, Further, Limits, MailAddress, Password, Resolver, Spf,
    Spoofed, Tls, Wall, Zone,
};
use crate::words::say;

/// The addresses every domain has by RFC 2142 and that go to the contact unless the answers name them.
pub const ROLES: [&str; 2] = ["postmaster", "abuse"];

/// The answers as far as they could be read; `None` has its mistake noted.
#[derive(Default)]
pub(super) struct Draft {
    pub hostname: Option<Placed<Fqdn>>,
    pub ipv4: Option<Placed<Address<Ipv4Addr>>>,
    pub ipv6: Option<Placed<Address<Ipv6Addr>>>,
    pub contact: Option<Placed<MailAddress>>,
    pub domains: Vec<Option<Placed<DomainName>>>,
    pub mailboxes: Vec<MailboxDraft>,
    pub aliases: Vec<AliasDraft>,
    pub tls: Option<Tls>,
    pub zone: Option<Zone>,
    pub message_size_limit: Option<ByteSize>,
    pub resolvers: Option<Vec<Resolver>>,
    pub spf: Option<Spf>,
    pub dkim: Option<Dkim>,
    pub dmarc: Option<Dmarc>,
    pub limits: Option<Limits>,
    pub spoofed_senders: Option<Spoofed>,
    pub further_domains: Option<Further>,
    pub sender_id: Option<bool>,
    pub firewall: Option<Wall>,
    pub abuse: Option<Abuse>,
}

/// One mailbox as far as it could be read.
pub(super) struct MailboxDraft {
    pub address: Option<Placed<MailAddress>>,
    pub password: Option<Password>,
    #[allow(clippy::option_option)] // The outer `None` is a mistake, the inner one no limit.
    pub quota: Option<Option<ByteSize>>,
}

/// One alias as far as it could be read.
pub(super) struct AliasDraft {
    pub address: Option<Placed<MailAddress>>,
    pub to: Vec<Option<Placed<MailAddress>>>,
}

impl Draft {
    fn mailbox_addresses(&self) -> impl Iterator<Item = &Placed<MailAddress>> {
        self.mailboxes.iter().filter_map(|mailbox| mailbox.address.as_ref())
    }

    fn alias_addresses(&self) -> impl Iterator<Item = &Placed<MailAddress>> {
        self.aliases.iter().filter_map(|alias| alias.address.as_ref())
    }

    fn domain_names(&self) -> HashSet<&DomainName> {
        self.domains.iter().flatten().map(|domain| &domain.it).collect()
    }

    /// Whether every domain could be read: only then is it known that an address lies in none of them.
    fn knows_domains(&self) -> bool {
        self.domains.iter().all(Option::is_some)
    }

    /// Whether every mailbox and alias could be read: only then is it known that an address is neither.
    fn knows_addresses(&self) -> bool {
        self.knows_domains()
            && self.mailboxes.iter().all(|mailbox| mailbox.address.is_some())
            && self.aliases.iter().all(|alias| alias.address.is_some())
    }
}

/// Notes every broken rule.
pub(super) fn check(notes: &mut Notes<'_>, top: &Fields<'_>, draft: &Draft) {
    addresses(notes, draft);
    domains(notes, top, draft);
    duplicates(notes, draft);
    membership(notes, draft);
    if draft.knows_addresses() {
        deliverable(notes, draft);
    }
    circles(notes, draft);
}

fn addresses(notes: &mut Notes<'_>, draft: &Draft) {
    if let (Some(ipv4), Some(ipv6)) = (&draft.ipv4, &draft.ipv6)
        && ipv4.it == Address::Unused
        && ipv6.it == Address::Unused
    {
        notes.wrong(&ipv6.at, notes.say("answer-no-address", &[]));
    }
}

fn domains(notes: &mut Notes<'_>, top: &Fields<'_>, draft: &Draft) {
    let none_given = top.get("domain").is_none_or(|node| node.value.as_array().is_some_and(|list| list.is_empty()));
    if none_given {
        notes.missing(top, "domain", notes.say("answer-no-domain", &[]));
    }
    let mut seen = HashMap::new();
    for domain in draft.domains.iter().flatten() {
        if let Some(first) = before(&mut seen, domain) {
            notes.wrong(&domain.at, notes.say("answer-domain-twice", &[("first", first)]));
        }
        if let Some(hostname) = &draft.hostname
            && hostname.it.as_str() == domain.it.as_str()
        {
            notes.wrong(&hostname.at, say("answer-host-domain", &[("domain", domain.it.as_str())]));
        }
    }
}

/// The key at which the same value stood first, if it did.
fn before<'d, T: Eq + Hash>(seen: &mut HashMap<&'d T, &'d str>, placed: &'d Placed<T>) -> Option<&'d str> {
    match seen.entry(&placed.it) {
        Entry::Occupied(first) => Some(first.get()),
        Entry::Vacant(free) => {
            free.insert(&placed.at.key);
            None
        }
    }
}

fn duplicates(notes: &mut Notes<'_>, draft: &Draft) {
    let mut mailboxes = HashMap::new();
    for mailbox in draft.mailbox_addresses() {
        if let Some(first) = before(&mut mailboxes, mailbox) {
            notes.wrong(&mailbox.at, notes.say("answer-mailbox-twice", &[("first", first)]));
        }
    }
    let mut aliases = HashMap::new();
    for alias in draft.alias_addresses() {
        if let Some(first) = before(&mut aliases, alias) {
            notes.wrong(&alias.at, notes.say("answer-alias-twice", &[("first", first)]));
        } else if let Some(mailbox) = mailboxes.get(&alias.it) {
            notes.wrong(&alias.at, notes.say("answer-alias-mailbox", &[("first", mailbox)]));
        }
    }
    for alias in &draft.aliases {
        let mut targets = HashSet::new();
        for target in alias.to.iter().flatten() {
            if !targets.insert(&target.it) {
                notes.wrong(&target.at, say("answer-target-twice", &[]));
            }
        }
    }
}

/// A contact such as postmaster@ of one of our domains, for which the answers name no mailbox, is an alias of the first
/// mailbox: somebody has to read it (RFC 5321, section 4.5.1).
pub fn give_contact_a_mailbox(draft: &mut Draft) {
    let Some(contact) = &draft.contact else { return };
    let taken = draft.mailbox_addresses().chain(draft.alias_addresses()).any(|address| address.it == contact.it);
    let Some(mailbox) = draft.mailbox_addresses().next() else { return };
    if taken || !is_role(draft, &contact.it) {
        return;
    }
    let reader = Placed { it: mailbox.it.clone(), at: contact.at.clone() };
    let address = Placed { it: contact.it.clone(), at: contact.at.clone() };
    draft.aliases.push(AliasDraft { address: Some(address), to: vec![Some(reader)] });
}

/// Mailboxes and aliases lie in the domains; nobody's mail is sent to the server's own name.
fn membership(notes: &mut Notes<'_>, draft: &Draft) {
    let domains = draft.domain_names();
    if draft.knows_domains() && !domains.is_empty() {
        for address in draft.mailbox_addresses().chain(draft.alias_addresses()) {
            if !domains.contains(address.it.domain()) {
                notes.wrong(&address.at, notes.say("answer-elsewhere", &[("domain", address.it.domain().as_str())]));
            }
        }
    }
    let Some(hostname) = &draft.hostname else { return };
    for target in draft.contact.iter().chain(draft.aliases.iter().flat_map(|alias| alias.to.iter().flatten())) {
        let name = target.it.domain();
        if name.as_str() == hostname.it.as_str() && !domains.contains(name) {
            notes.wrong(&target.at, say("answer-at-host", &[]));
        }
    }
}

/// Where mail for an address of ours goes next; `None` for a mailbox and for an address elsewhere.
fn next<'d>(draft: &'d Draft, address: &MailAddress) -> Option<Vec<&'d MailAddress>> {
    if draft.mailbox_addresses().any(|mailbox| mailbox.it == *address) {
        return None;
    }
    let alias = draft.aliases.iter().find(|alias| alias.address.as_ref().is_some_and(|at| at.it == *address));
    if let Some(alias) = alias {
        return Some(alias.to.iter().flatten().map(|to| &to.it).collect());
    }
    is_role(draft, address).then(|| draft.contact.iter().map(|contact| &contact.it).collect())
}

fn is_role(draft: &Draft, address: &MailAddress) -> bool {
    ROLES.contains(&address.local()) && draft.domain_names().contains(address.domain())
}

/// The contact and every alias end in an address that exists, as far as it lies here.
fn deliverable(notes: &mut Notes<'_>, draft: &Draft) {
    let domains = draft.domain_names();
    let here: HashSet<&MailAddress> =
        draft.mailbox_addresses().chain(draft.alias_addresses()).map(|address| &address.it).collect();
    if let Some(contact) = &draft.contact
        && domains.contains(contact.it.domain())
        && !here.contains(&contact.it)
    {
        notes.wrong(&contact.at, notes.say("answer-contact-bounces", &[]));
    }
    for target in draft.aliases.iter().flat_map(|alias| alias.to.iter().flatten()) {
        let fine = !domains.contains(target.it.domain()) || here.contains(&target.it) || is_role(draft, &target.it);
        if !fine {
            notes.wrong(&target.at, notes.say("answer-target-bounces", &[]));
        }
    }
}

/// An alias whose mail can come back to it.
fn circles(notes: &mut Notes<'_>, draft: &Draft) {
    for alias in &draft.aliases {
        let Some(address) = &alias.address else { continue };
        for target in alias.to.iter().flatten() {
            if target.it == address.it {
                notes.wrong(&target.at, say("answer-alias-itself", &[]));
            } else if leads_to(draft, &target.it, &address.it) {
                notes.wrong(&target.at, say("answer-alias-circle", &[("target", &target.it.to_string())]));
            }
        }
    }
}

fn leads_to(draft: &Draft, from: &MailAddress, to: &MailAddress) -> bool {
    let mut seen = HashSet::new();
    let mut open: Vec<&MailAddress> = next(draft, from).unwrap_or_default();
    while let Some(address) = open.pop() {
        if address == to {
            return true;
        }
        if seen.insert(address) {
            open.extend(next(draft, address).unwrap_or_default());
        }
    }
    false
}
