//! The zones that a BIND on this machine holds, and which of their files may be edited by hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::root::Root;
use crate::dns::zonefile::{ZoneFile, obsolete};
use crate::facts::{HeldZone, Hindrance};
use crate::files;
use crate::shell::Program;
use config::Statement;

pub(crate) mod config;

/// Where Debian's BIND looks for its configuration.
const CONFIG: &str = "/etc/bind/named.conf";
/// It only reads files.
const DEADLINE: Duration = Duration::from_secs(10);

/// The primary zones of BIND's configuration; none where there is none, or no program may be run.
pub(super) fn zones(root: &Root<'_>) -> Vec<HeldZone> {
    if !root.live() {
        return Vec::new();
    }
    let process = process(root);
    let argument = |flag: &str| {
        let line = process.as_ref()?;
        let at = line.iter().position(|word| word.starts_with(flag))?;
        Some(line[at].strip_prefix(flag).filter(|rest| !rest.is_empty()).unwrap_or(line.get(at + 1)?).to_owned())
    };
    let config = argument("-c").unwrap_or_else(|| CONFIG.to_owned());
    if !root.exists(&config) {
        return Vec::new();
    }
    // With -x no key is printed; kept out of the log all the same.
    let ask = Program::new("named-checkconf").args(["-p", "-x", config.as_str()]).quiet().deadline(DEADLINE);
    let Ok(output) = ask.success() else { return Vec::new() };
    let mut zones = held(root, &output.stdout);
    let whole = match () {
        () if process.is_none() => Some(Hindrance::NotRunning),
        () if argument("-t").is_some() => Some(Hindrance::Chroot),
        () => None,
    };
    for zone in &mut zones {
        zone.hindrance = whole.or(zone.hindrance);
    }
    zones
}

/// The command line of the BIND that runs.
fn process(root: &Root<'_>) -> Option<Vec<String>> {
    let entries = std::fs::read_dir(root.path("/proc")).ok()?.flatten();
    let mut ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    // A BIND in a container is not this machine's. Without root that cannot be seen.
    let space = |id: &str| std::fs::read_link(root.path(&format!("/proc/{id}/ns/pid"))).ok();
    let here = |id: u32| space(&id.to_string()).is_none_or(|its| Some(its) == space("self"));
    let is_named = |id: u32| root.text(&format!("/proc/{id}/comm")).is_some_and(|name| name.trim() == "named");
    let named = ids.find(|id| is_named(*id) && here(*id))?;
    Some(root.text(&format!("/proc/{named}/cmdline"))?.split('\0').map(str::to_owned).collect())
}

/// A zone statement with those that lend it what it does not say itself.
struct Stated<'c> {
    name: String,
    zone: &'c Statement,
    around: Vec<&'c Statement>,
}

impl<'c> Stated<'c> {
    /// A zone of the Internet; `None` for any other statement.
    fn of(zone: &'c Statement, around: Vec<&'c Statement>) -> Option<Self> {
        let [_, name, class @ ..] = zone.words.as_slice() else { return None };
        let is = zone.keyword() == "zone" && class.first().is_none_or(|class| class.eq_ignore_ascii_case("in"));
        is.then(|| Self { name: name.trim_end_matches('.').to_ascii_lowercase(), zone, around })
    }

    /// What holds for it: said by itself, by its view, or by the options.
    fn get(&self, keyword: &str) -> Option<&Statement> {
        std::iter::once(self.zone).chain(self.around.iter().copied()).find_map(|one| one.get(keyword))
    }

    fn value(&self, keyword: &str) -> Option<&str> {
        self.get(keyword)?.words.get(1).map(String::as_str)
    }

    fn is_primary(&self) -> bool {
        matches!(self.zone.value("type"), Some("primary" | "master"))
    }

    /// Its file, where a relative path is one below BIND's working directory.
    fn file(&self) -> Option<PathBuf> {
        Some(Path::new(self.directory()).join(self.zone.value("file")?))
    }

    fn directory(&self) -> &str {
        self.around.last().and_then(|options| options.value("directory")).unwrap_or("/")
    }

    fn hindrance(&self) -> Option<Hindrance> {
        let on = |keyword: &str, off: &[&str]| self.value(keyword).is_some_and(|value| !off.contains(&value));
        let updates = self.get("allow-update").is_some_and(|list| list.block.iter().any(|one| one.keyword() != "none"));
        if on("dnssec-policy", &["none"]) || on("inline-signing", &["no"]) || on("auto-dnssec", &["off"]) {
            return Some(Hindrance::Signed);
        }
        if updates || self.zone.get("update-policy").is_some() {
            return Some(Hindrance::Dynamic);
        }
        on("masterfile-format", &["text"]).then_some(Hindrance::NotText)
    }
}

/// The primary zones of a configuration.
fn held(root: &Root<'_>, config: &str) -> Vec<HeldZone> {
    let all = config::parsed(config);
    let options: Vec<&Statement> = all.iter().filter(|one| one.keyword() == "options").collect();
    let at_top = all.iter().map(|one| (one, options.clone()));
    let views = all.iter().filter(|one| one.keyword() == "view");
    let in_views = views.flat_map(|view| {
        let around: Vec<&Statement> = std::iter::once(view).chain(options.iter().copied()).collect();
        view.block.iter().map(move |one| (one, around.clone()))
    });
    let stated: Vec<Stated<'_>> = at_top.chain(in_views).filter_map(|(one, around)| Stated::of(one, around)).collect();
    let (mut names, mut files) = (BTreeMap::new(), BTreeMap::new());
    for one in &stated {
        *names.entry(one.name.clone()).or_insert(0) += 1;
        *files.entry(one.file().map(|file| real(root, &file))).or_insert(0) += 1;
    }
    let zone = |one: &Stated<'_>| {
        let file = real(root, &one.file()?);
        let hindrance = match () {
            () if names.get(&one.name) > Some(&1) => Some(Hindrance::Views),
            () if files.get(&Some(file.clone())) > Some(&1) => Some(Hindrance::Shared),
            () if has_journal(root, one, &file) => one.hindrance().or(Some(Hindrance::Dynamic)),
            () => one.hindrance(),
        };
        Some(looked_into(root, HeldZone { name: one.name.clone(), file, hindrance, obsolete: Vec::new() }))
    };
    let mut zones: Vec<HeldZone> = stated.iter().filter(|one| one.is_primary()).filter_map(zone).collect();
    zones.sort_by(|one, other| one.name.cmp(&other.name));
    zones.dedup_by(|one, other| one.name == other.name);
    zones
}

/// Where links of root's lead to; one that BIND itself could have put there is not followed.
fn real(root: &Root<'_>, file: &Path) -> PathBuf {
    if root.live() { files::real(file) } else { file.to_owned() }
}

/// Whether BIND keeps a journal of changes to the zone (`journal`, or the file's name with `.jnl`).
fn has_journal(root: &Root<'_>, zone: &Stated<'_>, file: &Path) -> bool {
    let named = zone.zone.value("journal").map(|path| Path::new(zone.directory()).join(path));
    let beside = [Some(file.to_owned()), zone.file()].into_iter().flatten().map(|file| {
        let mut name = file.into_os_string();
        name.push(".jnl");
        PathBuf::from(name)
    });
    beside.chain(named).any(|path| root.exists(&path.to_string_lossy()))
}

/// The zone with what its file says.
fn looked_into(root: &Root<'_>, mut zone: HeldZone) -> HeldZone {
    let Ok(bytes) = files::read(&root.path(&zone.file.to_string_lossy())) else {
        zone.hindrance = zone.hindrance.or(Some(Hindrance::Unreadable));
        return zone;
    };
    // What is no master file is told when it is to be edited, with the line.
    if let Ok(file) = ZoneFile::parse(&zone.name, bytes) {
        zone.hindrance = zone.hindrance.or(file.elsewhere().map(Hindrance::from));
        zone.obsolete = obsolete::found(&file).into_iter().map(|(_, dead)| dead).collect();
    }
    zone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::findings::Obsolete as Why;

    const ZONE: &str = "$TTL 1h\n@ SOA ns admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53\n SPF \"v=spf1 -all\"\n";

    /// The zones of a configuration with these files, each with its hindrance.
    fn held_in(config: &str, files: &[(&str, &str)]) -> Vec<(String, String, Option<Hindrance>)> {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let zones = held(&Root::new(dir.path()), config);
        zones.into_iter().map(|zone| (zone.name, zone.file.display().to_string(), zone.hindrance)).collect()
    }

    #[test]
    fn primary_zones_are_found_with_their_files() {
        let config = "options { directory \"/var/cache/bind\"; };\n\
            zone \".\" { type hint; file \"/usr/share/dns/root.hints\"; };\n\
            zone \"Example.ORG.\" IN { type master; file \"/etc/bind/db.org\"; allow-update { \"none\"; }; };\n\
            zone \"example.net\" { type primary; file \"db.net\"; dnssec-policy \"none\"; };\n\
            zone \"example.com\" { type secondary; file \"db.com\"; };\n\
            zone \"version\" CH { type primary; file \"db.version\"; };\n";
        let files = [("etc/bind/db.org", ZONE), ("var/cache/bind/db.net", "$INCLUDE more\n")];
        let zone = |name: &str, file: &str, hindrance| (name.to_owned(), file.to_owned(), hindrance);
        assert_eq!(
            held_in(config, &files),
            [
                zone("example.net", "/var/cache/bind/db.net", Some(Hindrance::Include)),
                zone("example.org", "/etc/bind/db.org", None)
            ]
        );
    }

    #[test]
    fn what_must_not_be_edited_by_hand_is_told_apart() {
        let zone = |more: &str| format!("zone \"a.test\" {{ type primary; file \"/db\"; {more} }};\n");
        let alone = [("db", ZONE)];
        for (config, files, expected) in [
            (zone(""), &alone[..], None),
            (zone("update-policy local;"), &alone, Some(Hindrance::Dynamic)),
            (zone("allow-update { 127.0.0.1/32; };"), &alone, Some(Hindrance::Dynamic)),
            (format!("options {{ allow-update {{ \"x\"; }}; }};\n{}", zone("")), &alone, Some(Hindrance::Dynamic)),
            (format!("options {{ dnssec-policy \"default\"; }};\n{}", zone("")), &alone, Some(Hindrance::Signed)),
            (zone("inline-signing yes;"), &alone, Some(Hindrance::Signed)),
            (zone("masterfile-format raw;"), &alone, Some(Hindrance::NotText)),
            (zone(""), &[("db", ZONE), ("db.jnl", "")], Some(Hindrance::Dynamic)),
            (zone("journal \"/j\";"), &[("db", ZONE), ("j", "")], Some(Hindrance::Dynamic)),
            (zone(""), &[], Some(Hindrance::Unreadable)),
            (format!("view \"v\" {{ {} }};\n", zone("")), &alone, None),
            (format!("view \"v\" {{ {0} }};\nview \"w\" {{ {0} }};\n", zone("")), &alone, Some(Hindrance::Views)),
            (
                format!("{}zone \"b.test\" {{ type primary; file \"/db\"; }};\n", zone("")),
                &alone,
                Some(Hindrance::Shared),
            ),
            (zone(""), &[("db", "$GENERATE 1-9 h$ A 192.0.2.$\n")], Some(Hindrance::Generate)),
            (
                zone(""),
                &[("db", "a RRSIG A 13 3 60 20270101000000 20261201000000 7 a.test. AA==\n")],
                Some(Hindrance::Signed),
            ),
        ] {
            let found = held_in(&config, files);
            assert_eq!(found.first().map(|(_, _, hindrance)| *hindrance), Some(expected), "{config}");
        }
    }

    #[test]
    fn obsolete_records_are_facts() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("db"), ZONE).unwrap();
        let zones = held(&Root::new(dir.path()), "zone \"a.test\" { type primary; file \"/db\"; };");
        let dead = &zones[0].obsolete[0];
        assert_eq!(
            (dead.name.as_str(), dead.record.as_str(), dead.why),
            ("ns.a.test", "SPF \"v=spf1 -all\"", Why::SpfType)
        );
    }
}
