//! DNS records for people, for BIND, and for programs.

use std::fmt::Write;

use serde::Serialize;

use crate::dns::Published;
use crate::error::Result;
use crate::records::Data;
use crate::ui::report;
use crate::words::say;

#[derive(Serialize)]
struct Json {
    version: u32,
    records: Vec<JsonRecord>,
}

#[derive(Serialize)]
struct JsonRecord {
    name: String,
    ttl: u32,
    r#type: &'static str,
    data: String,
    why: &'static str,
}

/// A table to read.
#[must_use]
pub fn table(records: &[Published]) -> String {
    let width = records.iter().map(|one| one.record.name.as_str().len()).max().unwrap_or(0);
    let data = records.iter().map(|one| one.record.data.to_string().len()).max().unwrap_or(0);
    records.iter().fold(String::new(), |mut text, one| {
        let why = say(&format!("dns-why-{}", one.why), &[]);
        let (name, kind, value) = (one.record.name.as_str(), one.record.data.kind(), one.record.data.to_string());
        let _ = writeln!(text, "{name:width$}  {kind:4}  {value:data$}  {why}");
        text
    })
}

/// Lines for a zone file (RFC 1035). Names are whole, so they fit into any zone; PTR records belong into the hoster's.
#[must_use]
pub fn bind(records: &[Published]) -> String {
    let mut text = String::new();
    let (reverse, forward): (Vec<_>, Vec<_>) = records.iter().partition(|one| matches!(one.record.data, Data::Ptr(_)));
    for one in forward {
        let _ = writeln!(text, "{}", one.record);
    }
    if !reverse.is_empty() {
        let _ = writeln!(text, "; {}", say("dns-why-ptr", &[]));
    }
    for one in reverse {
        let _ = writeln!(text, "; {}", one.record);
    }
    text
}

/// One JSON object.
///
/// # Errors
/// When it cannot be made.
pub fn json(records: &[Published]) -> Result<String> {
    let record = |one: &Published| JsonRecord {
        name: one.record.name.to_string(),
        ttl: one.record.ttl,
        r#type: one.record.data.kind(),
        data: one.record.data.to_string(),
        why: one.why,
    };
    report::pretty(&Json { version: 1, records: records.iter().map(record).collect() })
}
