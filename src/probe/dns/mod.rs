//! What the DNS says: of a name, asked of the resolvers of this machine, and of records, asked of the whole [`World`].

use std::net::IpAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::ResolveHosts;
use hickory_resolver::net::NetError;

mod beside;
mod certificate;
pub mod own;
mod server;
mod spf;
#[cfg(test)]
mod stage;
mod world;
mod zones;

use beside::block_on;
pub use certificate::key_hash;
pub use world::World;

/// What came of asking for a name's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// It leads to these, IPv4 first.
    Addresses(Vec<IpAddr>),
    /// There is no such name, or it has no address.
    Nothing,
    /// No resolver gave an answer, for this reason: nothing is known.
    Unknown(String),
}

/// Whether the DNS has a TXT record at a name; `None` where no resolver gave an answer. Takes no longer than `deadline`.
#[must_use]
pub fn has_text(name: &str, deadline: Duration) -> Option<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let asked = runtime.block_on(async {
        let resolver = TokioResolver::builder_tokio()?.build()?;
        let whole = format!("{}.", name.trim_end_matches('.'));
        tokio::time::timeout(deadline, resolver.txt_lookup(whole)).await.unwrap_or(Err(NetError::Timeout))
    });
    match asked {
        Ok(_) => Some(true),
        Err(error) if error.is_no_records_found() || error.is_nx_domain() => Some(false),
        Err(_) => None,
    }
}

/// The mail server that a domain names first (MX, RFC 5321, section 5.1), with its final dot; `None` where none is known.
/// Takes no longer than `deadline`.
#[must_use]
pub fn mail_server(domain: &str, deadline: Duration) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let asked = runtime.block_on(async {
        let resolver = TokioResolver::builder_tokio()?.build()?;
        tokio::time::timeout(deadline, resolver.mx_lookup(format!("{domain}."))).await.unwrap_or(Err(NetError::Timeout))
    });
    let found = asked.ok()?;
    let records = found.answers().iter().filter_map(|record| match &record.data {
        hickory_resolver::proto::rr::RData::MX(mx) => Some(mx),
        _ => None,
    });
    records.min_by_key(|mx| mx.preference).map(|mx| mx.exchange.to_utf8())
}

/// The addresses (A and AAAA, CNAMEs followed) that the DNS knows for a name. Takes no longer than `deadline`.
#[must_use]
pub fn addresses(name: &str, deadline: Duration) -> Resolution {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Resolution::Unknown(error.to_string()),
    };
    let asked = runtime.block_on(async {
        let mut builder = TokioResolver::builder_tokio()?;
        // What this machine's own /etc/hosts says is not what the world sees.
        builder.options_mut().use_hosts_file = ResolveHosts::Never;
        let resolver = builder.build()?;
        // With its final dot: the search list of this machine is not the world's.
        let whole = format!("{}.", name.trim_end_matches('.'));
        tokio::time::timeout(deadline, resolver.lookup_ip(whole)).await.unwrap_or(Err(NetError::Timeout))
    });
    match asked {
        Ok(found) => {
            let mut found: Vec<IpAddr> = found.iter().collect();
            found.sort_unstable();
            found.dedup();
            Resolution::Addresses(found)
        }
        Err(error) if error.is_no_records_found() || error.is_nx_domain() => Resolution::Nothing,
        Err(error) => Resolution::Unknown(error.to_string()),
    }
}
