//! What systemd says of the daemons, and whether anything still holds them back.

use std::collections::BTreeMap;
use std::path::Path;

use super::seen::{Seen, Verdict, unknown};
use super::tool;
use crate::change::Daemon;
use crate::error::Result;
use crate::facts::Release;

/// Asked by invoke-rc.d before a package starts its daemon.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Properties of a unit by name, as `systemctl show` prints them.
type Properties = BTreeMap<String, String>;

/// The daemon is enabled, its process runs, and it has not restarted by itself.
pub fn running(daemon: Daemon, release: Release) -> Result<Verdict> {
    let (process, unit) = (daemon.process_unit(release), daemon.unit());
    let Some(units) = show(&[process, unit])? else { return Ok(no_systemd()) };
    let of = |name: &str| units.iter().find(|unit| unit.get("Id").is_some_and(|id| id == name));
    let (Some(process), Some(unit)) = (of(process), of(unit)) else {
        return Ok(unknown(format!("systemd says nothing of {process} and {unit}")));
    };
    Ok(up(process, unit))
}

fn up(process: &Properties, unit: &Properties) -> Verdict {
    let mut seen = Seen::default();
    let get = |unit: &Properties, property: &str| unit.get(property).cloned().unwrap_or_default();
    let id = get(process, "Id");
    let (active, sub) = (get(process, "ActiveState"), get(process, "SubState"));
    if active == "active" {
        seen.good(format!("{id} is {active} ({sub})"));
    } else {
        seen.fail(format!("{id} is {active} ({sub}, result {})", get(process, "Result")));
    }
    match get(process, "NRestarts").as_str() {
        "0" => seen.good("has not restarted by itself"),
        "" => seen.unknown(format!("systemd does not say how often {id} restarted by itself")),
        times => seen.warn(format!("{id} has been restarted {times} times by systemd since it was started")),
    }
    let id = get(unit, "Id");
    match get(unit, "UnitFileState").as_str() {
        state @ ("enabled" | "static" | "alias" | "indirect" | "generated") => seen.good(format!("{id} is {state}")),
        "" => seen.fail(format!("there is no unit {id}")),
        state => seen.fail(format!("{id} is {state}: it will not start at boot")),
    }
    seen.verdict()
}

/// Nothing holds the daemons back any more.
pub fn nothing_held_back(daemons: &[Daemon]) -> Result<Verdict> {
    let names: Vec<&str> = daemons.iter().flat_map(|daemon| daemon.units()).copied().collect();
    let Some(units) = show(&names)? else { return Ok(no_systemd()) };
    let policy = match std::fs::read_to_string(POLICY) {
        Ok(text) => Some(text),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => None,
        Err(_) => Some(String::new()),
    };
    let generators: Vec<&str> = daemons.iter().filter_map(|daemon| daemon.generator()).filter(masked).collect();
    Ok(free(&units, &generators, policy.as_deref()))
}

/// Whether a link to /dev/null keeps this generator from being run (systemd.generator(7)).
fn masked(generator: &&str) -> bool {
    let places = ["/run/systemd/system-generators", "/etc/systemd/system-generators"];
    let null =
        |place: &str| std::fs::read_link(Path::new(place).join(generator)).is_ok_and(|to| to == Path::new("/dev/null"));
    places.iter().any(|place| null(place))
}

fn free(units: &[Properties], generators: &[&str], policy: Option<&str>) -> Verdict {
    let mut seen = Seen::default();
    for generator in generators {
        seen.fail(format!("systemd's generator {generator} is masked"));
    }
    match policy {
        None => seen.good(format!("no {POLICY}")),
        Some(text) if text.contains("mailwright") => seen.fail(format!("mailwright's {POLICY} is still there")),
        Some(_) => seen.warn(format!("{POLICY} was put there by something else: updates may not restart daemons")),
    }
    for unit in units {
        let get = |property: &str| unit.get(property).map_or("", String::as_str);
        if get("LoadState") == "masked" || get("UnitFileState").starts_with("masked") {
            seen.fail(format!("{} is masked", get("Id")));
        }
    }
    if !units.is_empty() {
        seen.good("no unit is masked");
    }
    seen.verdict()
}

/// The units' properties; `None` where systemd is not the init.
fn show(units: &[&str]) -> Result<Option<Vec<Properties>>> {
    if !Path::new("/run/systemd/system").exists() {
        return Ok(None);
    }
    let wanted = "--property=Id,LoadState,ActiveState,SubState,UnitFileState,NRestarts,Result";
    let shown = tool("systemctl").args(["show", wanted, "--"]).args(units).quiet().success()?;
    Ok(Some(properties(&shown.stdout)))
}

/// The output of `systemctl show`: `Name=value` lines, a blank line between two units.
fn properties(shown: &str) -> Vec<Properties> {
    let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let units = shown.split("\n\n").map(|unit| unit.lines().filter_map(pair).collect::<Properties>());
    units.filter(|unit| !unit.is_empty()).collect()
}

fn no_systemd() -> Verdict {
    unknown("systemd does not run this machine, so units cannot be seen")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Outcome;

    const SHOWN: &str = "Id=postfix@-.service\nLoadState=loaded\nActiveState=active\nSubState=running\n\
        UnitFileState=enabled-runtime\nNRestarts=0\nResult=success\n\n\
        Id=postfix.service\nLoadState=loaded\nActiveState=active\nSubState=exited\nUnitFileState=enabled\nNRestarts=0\n";

    fn judge(old: &str, new: &str) -> Outcome {
        let units = properties(&SHOWN.replacen(old, new, 1));
        up(&units[0], &units[1]).0
    }

    #[test]
    fn a_daemon_runs_when_its_process_does_and_it_starts_at_boot() {
        assert_eq!(properties(SHOWN).len(), 2);
        assert_eq!(judge("", ""), Outcome::Pass);
        assert_eq!(judge("ActiveState=active", "ActiveState=failed"), Outcome::Fail);
        assert_eq!(judge("NRestarts=0", "NRestarts=3"), Outcome::Warn);
        assert_eq!(judge("NRestarts=0\n", ""), Outcome::Unknown);
        assert_eq!(judge("UnitFileState=enabled\n", "UnitFileState=disabled\n"), Outcome::Fail);
        assert_eq!(judge("UnitFileState=enabled\n", "UnitFileState=\n"), Outcome::Fail);
    }

    #[test]
    fn a_mask_or_our_policy_holds_daemons_back() {
        let units = properties(SHOWN);
        assert_eq!(free(&units, &[], None).0, Outcome::Pass);
        assert_eq!(free(&units, &[], Some("#!/bin/sh\n# mailwright\nexit 101\n")).0, Outcome::Fail);
        assert_eq!(free(&units, &[], Some("#!/bin/sh\nexit 101\n")).0, Outcome::Warn);
        assert_eq!(free(&properties(&SHOWN.replacen("loaded", "masked", 1)), &[], None).0, Outcome::Fail);
        assert_eq!(free(&units, &["postfix-instance-generator"], None).0, Outcome::Fail);
    }
}
