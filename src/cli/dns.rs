//! `dns`: the records to publish.

use std::path::Path;

use crate::cli::DnsFormat;
use crate::dns;
use crate::engine::State;
use crate::error::Result;
use crate::run::context;
use crate::ui::zone;

/// Runs `dns`.
pub fn run(state: &State, format: DnsFormat, file: Option<&Path>) -> Result<()> {
    let answers = context::answers(state, file)?;
    let records = dns::records(&answers, &context::facts(state)?)?;
    match format {
        DnsFormat::Table => crate::out::out(format_args!("{}", zone::table(&records))),
        DnsFormat::Bind => crate::out::out(format_args!("{}", zone::bind(&records))),
        DnsFormat::Json => outln!("{}", zone::json(&records)?),
    }
    Ok(())
}
