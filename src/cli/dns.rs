//! `dns`: the records to publish, and which of them the world sees.

use std::io::IsTerminal;

use crate::cli::{Dns, DnsFormat};
use crate::dns;
use crate::dns::judge::State as Seen;
use crate::engine::State;
use crate::error::Result;
use crate::probe::dns::World;
use crate::run::context;
use crate::ui::zone;
use crate::words::say;

/// Runs `dns`.
pub fn run(state: &State, options: &Dns) -> Result<()> {
    let answers = context::answers(state, options.answers.as_deref())?;
    let facts = context::facts(state)?;
    let records = dns::records(&answers, &facts)?;
    let ask = || -> Result<Vec<Option<Seen>>> {
        if options.offline {
            return Ok(vec![None; records.len()]);
        }
        if std::io::stderr().is_terminal() {
            errln!("{}", say("dns-asking", &[]));
        }
        let seen = World::of(&answers).states(&records, answers.hostname.as_str(), &answers.addresses(&facts))?;
        Ok(seen.into_iter().map(Some).collect())
    };
    let (table, json) = (options.format == DnsFormat::Table, options.format == DnsFormat::Json);
    let seen = if table || json { ask()? } else { Vec::new() };
    let list: Vec<zone::Listed<'_>> = records.iter().zip(seen.iter().map(Option::as_ref)).collect();
    match options.format {
        DnsFormat::Table => crate::out::out(format_args!("{}", zone::listing(&list))),
        DnsFormat::Bind => crate::out::out(format_args!("{}", zone::bind(&records))),
        DnsFormat::Single => crate::out::out(format_args!("{}", zone::single(&records))),
        DnsFormat::Json => outln!("{}", zone::json(&list)?),
    }
    Ok(())
}
