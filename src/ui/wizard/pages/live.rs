//! What is known of an answer, beside it: the name the machine has now, what the DNS says of the one typed, and the
//! addresses that are here. Found in the background; nobody waits for it.

use super::super::app::App;
use super::super::doc::Doc;
use crate::probe::dns::Resolution;
use crate::question::Question;
use crate::words::say;

pub(super) fn add(doc: &mut Doc, app: &App, question: &Question) {
    let Some(facts) = &app.walk.facts else { return };
    let quiet = app.theme.quiet();
    match question.key {
        "hostname" => {
            let now = facts.fqdn.clone().unwrap_or_else(|| facts.hostname.clone());
            doc.text(2, &say("wizard-live-name", &[("name", &now)]), quiet);
            if let Some(words) = dns(app, question) {
                doc.text(2, &words, quiet);
            }
        }
        "ipv4" => here(doc, app, &facts.ipv4),
        "ipv6" => here(doc, app, &facts.ipv6),
        _ => {}
    }
}

fn here<T: ToString>(doc: &mut Doc, app: &App, addresses: &[T]) {
    let all: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let words = if all.is_empty() {
        say("wizard-live-no-address", &[])
    } else {
        say("wizard-live-addresses", &[("addresses", &all.join(", "))])
    };
    doc.text(2, &words, app.theme.quiet());
}

/// What the DNS says of the name that stands in the field.
fn dns(app: &App, question: &Question) -> Option<String> {
    let edit = app.edit.as_ref().filter(|edit| edit.key == question.key);
    let name = edit.map_or_else(|| app.walk.value(question), |edit| edit.input.text().trim().to_owned());
    let name = name.parse::<crate::answers::Fqdn>().ok()?.to_string();
    let Some(resolution) = app.walk.names.get(&name) else {
        return Some(say("wizard-dns-asking", &[]));
    };
    Some(match resolution {
        Resolution::Nothing => say("wizard-dns-nothing", &[]),
        Resolution::Unknown(_) => say("wizard-dns-unknown", &[]),
        Resolution::Addresses(found) => {
            let facts = app.walk.facts.as_ref()?;
            let ours = |address: &std::net::IpAddr| match address {
                std::net::IpAddr::V4(address) => facts.ipv4.contains(address),
                std::net::IpAddr::V6(address) => facts.ipv6.contains(address),
            };
            let all: Vec<String> = found.iter().map(ToString::to_string).collect();
            let values = [("addresses", all.join(", "))];
            let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, text.as_str())).collect();
            if found.iter().all(ours) {
                say("wizard-dns-ours", &values)
            } else if found.iter().any(ours) {
                say("wizard-dns-some", &values)
            } else {
                say("wizard-dns-others", &values)
            }
        }
    })
}
