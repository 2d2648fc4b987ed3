//! What an SPF record costs those who check mail against it: it is followed as they do (RFC 7208, section 4.6.4).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hickory_resolver::proto::rr::{Name as WireName, RecordType};

use super::server::{Led, follow};
use super::zones::Helpers;
use crate::dns::spf::{Ask, Cost, asks, is_record};
use crate::records::Data;

/// How many look-ups are followed: a record that needs more is wrong anyway, and may go in a circle.
const FOLLOWED: usize = 30;

/// What the record of a domain costs. What is not answered before the deadline is unknown.
pub(super) async fn cost(helpers: &Helpers, domain: &str, text: &str, deadline: Duration) -> Cost {
    let (mut cost, started) = (Cost::default(), Instant::now());
    let mut open = VecDeque::from([(domain.to_owned(), text.to_owned())]);
    while let Some((domain, text)) = open.pop_front() {
        for ask in asks(&text) {
            cost.lookups += 1;
            let name = match &ask {
                Ask::Record(name) | Ask::Addresses(Some(name)) | Ask::Exchangers(Some(name)) => name.clone(),
                Ask::Addresses(None) | Ask::Exchangers(None) => domain.clone(),
                Ask::Other => continue,
            };
            if cost.lookups > FOLLOWED {
                return cost;
            }
            let left = deadline.saturating_sub(started.elapsed());
            let kinds: &[RecordType] = match ask {
                Ask::Record(_) => &[RecordType::TXT],
                Ask::Exchangers(_) => &[RecordType::MX],
                _ => &[RecordType::A, RecordType::AAAA],
            };
            let Ok(Ok(found)) = tokio::time::timeout(left, any(helpers, &name, kinds)).await else {
                cost.unknown.push(name);
                continue;
            };
            cost.void += usize::from(found.is_empty());
            if let Ask::Record(_) = ask {
                match records(found).as_slice() {
                    [text] => open.push_back((name, text.clone())),
                    _ => cost.broken.push(name),
                }
            }
        }
    }
    cost
}

/// The SPF records among the values of a name.
pub(super) fn records(values: Vec<Data>) -> Vec<String> {
    let text = |value| match value {
        Data::Txt(text) if is_record(&text) => Some(text),
        _ => None,
    };
    values.into_iter().filter_map(text).collect()
}

/// The values of the first of these types that the name has.
async fn any(helpers: &Helpers, name: &str, kinds: &[RecordType]) -> Result<Vec<Data>, String> {
    for kind in kinds {
        let found = values(helpers, name, *kind).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The values of a name, CNAMEs followed.
pub(super) async fn values(helpers: &Helpers, name: &str, kind: RecordType) -> Result<Vec<Data>, String> {
    let name = WireName::from_ascii(format!("{name}.")).map_err(|error| error.to_string())?;
    let response = helpers.ask(&name, kind).await?;
    match follow(&name, kind, &response.answers) {
        Led::Values(values, _) => Ok(values),
        Led::Nowhere(_) | Led::Circle => Ok(Vec::new()),
    }
}
