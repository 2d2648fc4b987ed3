//! Whether BIND on this server serves a zone as its file has it, and the records of the mail server in it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};

use super::seen::{Seen, Verdict, unknown};
use crate::dns::Published;
use crate::dns::judge::{Outcome, State};
use crate::dns::zonefile::ZoneFile;
use crate::dns::zonefile::want::{Want, is_out_of_reach, left_alone};
use crate::error::{Context, Result};
use crate::facts::Listener;
use crate::files;
use crate::probe::dns::own;
use crate::probe::sockets;

const PORT: u16 = 53;
/// How long BIND may take to load what it was told to.
const PATIENCE: Duration = Duration::from_secs(5);

/// The serial of the file is served, and so is each of these records, or one that does as well.
pub fn served(zone: &str, file: &Path, records: &[Published], server: &str, addresses: &[IpAddr]) -> Result<Verdict> {
    let failed = || format!("the zone file {} could not be read", file.display());
    let held = ZoneFile::parse(zone, files::read(file).context(failed)?).context(failed)?;
    let Some(at) = address(&sockets::listeners()?) else {
        let mut seen = Seen::default();
        seen.fail(format!("nothing listens on port {PORT}"));
        return Ok(seen.verdict());
    };
    let within = records.iter().filter(|one| !is_out_of_reach(&held, &one.record)).cloned();
    let want = Want { records, server, addresses, remove_obsolete: false, original: None, written: None };
    let reason = |one: &Published| left_alone(&held, one, &want);
    let (left, within): (Vec<Published>, Vec<Published>) = within.partition(|one| reason(one).is_some());
    let left: Vec<String> = left.iter().filter_map(|one| Some(format!("{}: {}", one.record, reason(one)?))).collect();
    let wanted = held.serial();
    let until = Instant::now() + PATIENCE;
    let serial = loop {
        let serial = own::serial(at, zone);
        if serial.as_ref().ok() == wanted.as_ref() || Instant::now() > until {
            break serial;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let serial = match serial {
        Ok(serial) => serial,
        Err(error) => return Ok(unknown(error.render())),
    };
    let states = own::states(at, &within, server, addresses)?;
    Ok(judged(at, (serial, wanted), &within, states, &left))
}

fn judged(
    at: SocketAddr,
    (serial, wanted): (u32, Option<u32>),
    records: &[Published],
    states: Vec<State>,
    left: &[String],
) -> Verdict {
    let mut seen = Seen::default();
    // Mended by whoever wrote them: setup does not touch them.
    for line in left {
        seen.warn(line);
    }
    if wanted == Some(serial) {
        seen.good(format!("{at} serves serial {serial}"));
    } else {
        let file = wanted.map_or("none".to_owned(), |serial| serial.to_string());
        seen.fail(format!("{at} serves serial {serial}, the file has {file}"));
    }
    let mut well = 0;
    for (one, state) in records.iter().zip(states) {
        match state.outcome {
            Outcome::AsWanted | Outcome::Serves => well += 1,
            Outcome::Unknown => {
                let why = state.silent.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join(", ");
                seen.unknown(format!("{} {}: {why}", one.record.name, one.record.data.kind()));
            }
            outcome => {
                let found: Vec<String> = state.found.iter().map(ToString::to_string).collect();
                seen.fail(format!("{}: {} {}", one.record, outcome.id(), found.join(", ")).trim_end().to_owned());
            }
        }
    }
    seen.good(format!("{well} of {} records", records.len()));
    seen.verdict()
}

/// Where BIND listens: by loopback where it does so there, else wherever it does.
fn address(listeners: &[Listener]) -> Option<SocketAddr> {
    let of_dns = || listeners.iter().filter(|one| one.port == PORT);
    // Another resolver may share the port at another address. Who owns a socket is not always to be seen.
    let is_named = |one: &&Listener| one.program.as_deref() == Some("named");
    let mut there: Vec<IpAddr> = of_dns().filter(is_named).map(|one| one.address).collect();
    if there.is_empty() {
        there = of_dns().map(|one| one.address).collect();
    }
    there.sort_by_key(|address| !(address.is_loopback() || address.is_unspecified()));
    let at = match *there.first()? {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    Some(SocketAddr::new(at, PORT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bind_is_asked_where_it_listens() {
        let listener = |address: &str, port, program: &str| {
            let program = Some(program.to_owned()).filter(|name| !name.is_empty());
            Listener { address: address.parse().unwrap(), port, program }
        };
        let at = |listeners: &[Listener]| address(listeners).map(|at| at.to_string());
        let stub = listener("127.0.0.53", 53, "systemd-resolve");
        let outside = listener("203.0.113.10", 53, "named");
        assert_eq!(at(&[listener("127.0.0.1", 80, "named")]), None);
        assert_eq!(at(&[outside.clone(), listener("127.0.0.1", 53, "named")]).unwrap(), "127.0.0.1:53");
        assert_eq!(at(&[stub, outside]).unwrap(), "203.0.113.10:53");
        assert_eq!(at(&[listener("0.0.0.0", 53, "")]).unwrap(), "127.0.0.1:53");
        assert_eq!(at(&[listener("::", 53, "named")]).unwrap(), "[::1]:53");
    }
}
