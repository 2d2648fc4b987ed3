//! `dns`: the records to publish, and which of them the world sees.

use std::io::IsTerminal;

use crate::answers::Answers;
use crate::cli::{Dns, DnsFormat};
use crate::dns::findings::Findings;
use crate::dns::judge::State as Seen;
use crate::dns::note::{Level, Note};
use crate::dns::{self, notes};
use crate::engine::State;
use crate::error::Result;
use crate::probe::dns::{World, key_hash};
use crate::records::Name;
use crate::run::context;
use crate::steps::tls;
use crate::ui::zone;
use crate::words::say;

/// Runs `dns`.
pub fn run(state: &State, options: &Dns) -> Result<()> {
    let answers = context::answers(state, options.answers.as_deref())?;
    let facts = context::facts(state)?;
    let mut records = dns::records(&answers, &facts)?;
    let world = (!options.offline).then(|| World::of(&answers));
    if world.is_some() && std::io::stderr().is_terminal() {
        errln!("{}", say("dns-asking", &[]));
    }
    let (certificate, unread) = match &world {
        Some(world) => certificate(world, &answers)?,
        None => (None, None),
    };
    records.extend(certificate);
    let (table, json) = (options.format == DnsFormat::Table, options.format == DnsFormat::Json);
    let (mut seen, mut found): (Vec<Option<Seen>>, _) = (vec![None; records.len()], Findings::default());
    if let Some(world) = world.filter(|_| table || json) {
        let states = world.states(&records, answers.hostname.as_str(), &answers.addresses(&facts))?;
        seen = states.into_iter().map(Some).collect();
        found = world.findings(&records)?;
    }
    let list: Vec<notes::Listed<'_>> = records.iter().zip(seen.iter().map(Option::as_ref)).collect();
    let notes: Vec<Note> = notes::all(&answers, &facts, &list, &found).into_iter().chain(unread).collect();
    match options.format {
        DnsFormat::Table => crate::out::out(format_args!("{}", zone::listing(&list, &notes))),
        DnsFormat::Bind => crate::out::out(format_args!("{}", zone::bind(&records))),
        DnsFormat::Single => crate::out::out(format_args!("{}", zone::single(&records))),
        DnsFormat::Json => outln!("{}", zone::json(&list, &notes)?),
    }
    if let (false, Some(note)) = (table || json, notes::unmade(&answers, &facts)) {
        errln!("{}", note.words());
    }
    Ok(())
}

/// The record of the server's certificate, where its zone is signed; or that the certificate cannot be read.
fn certificate(world: &World, answers: &Answers) -> Result<(Option<dns::Published>, Option<Note>)> {
    if !world.is_signed(&Name::from(&answers.hostname))? {
        return Ok((None, None));
    }
    let (path, _) = tls::files(answers);
    match key_hash(&path) {
        Ok(key) => Ok((Some(dns::tlsa(answers, key)?), None)),
        Err(_) => Ok((None, Some(Note::tell("dns-note-tlsa").with("path", &path.display()).level(Level::Warning)))),
    }
}
