//! The way back from a certificate by ACME: the one before stands again, and of certbot's own that goes which came by us.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{its_own, others};
use crate::change::CERTBOT;
use crate::engine::archive::Archive;
use crate::engine::journal::{AcmeBefore, After, PathState};
use crate::engine::kinds::service::systemctl;
use crate::engine::machine::Machine;
use crate::engine::paths;
use crate::engine::state::hash;
use crate::error::{Context, Result};
use crate::files::{self, Kind};
use crate::probe::lineage::{HOME, TIMER, accounts, conf, places, setting};

/// What systemd keeps of a timer that makes up for what it missed (systemd.timer(5), `Persistent=`).
const STAMP: &str = "/var/lib/systemd/timers/stamp-certbot.timer";

/// Puts the pair back, removes our lineage with its account, and sets the timer back. Certificates, accounts and hooks
/// that are not ours stay, and so does a pair that somebody else has put in the place of ours.
///
/// # Errors
/// When something cannot be saved or removed.
pub fn undo(machine: &Machine, archive: &Archive, before: &AcmeBefore, wrote: &After) -> Result<Vec<String>> {
    let others = others::names(machine);
    let timer = Timer::after(before, &others);
    if machine.root == Path::new("/") {
        timer.set()?;
    }
    let mut kept = put_back(machine, before, wrote)?;
    kept.extend(timer.stays.then(|| format!("{TIMER}: it renews {}", others.join(", "))));
    kept.extend(save(machine, archive, before)?);
    remove(machine, before)?;
    if machine.root == Path::new("/") {
        // One that is down reads its certificate when it starts.
        systemctl(&["try-reload-or-restart", "postfix.service", "dovecot.service"]).run()?;
    }
    Ok(kept)
}

/// What becomes of the timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Timer {
    stop: bool,
    disable: bool,
    /// It was not armed before, and is left so for other certificates.
    stays: bool,
}

impl Timer {
    fn after(before: &AcmeBefore, others: &[String]) -> Self {
        let free = others.is_empty();
        let (stop, disable) = (!before.active, !before.enabled);
        Self { stop: free && stop, disable: free && disable, stays: !free && (stop || disable) }
    }

    fn set(self) -> Result<()> {
        if self.stop {
            systemctl(&["stop", TIMER]).run()?;
            let _ = files::remove_file(Path::new(STAMP));
        }
        if self.disable {
            systemctl(&["disable", "--quiet", TIMER]).run()?;
        }
        Ok(())
    }
}

/// The certificate and key that the daemons read, as they were.
fn put_back(machine: &Machine, before: &AcmeBefore, wrote: &After) -> Result<Vec<String>> {
    let renewed = every_one(machine, &before.lineage);
    let mut foreign = Vec::new();
    for path in before.pair.keys() {
        let real = machine.path(path);
        paths::sweep(&real);
        let now = paths::capture(&machine.state, &real)?;
        let ours = |hash: &String| wrote.files.get(path) == Some(hash) || renewed.contains(hash);
        if now != before.pair[path] && !matches!(&now, PathState::File { hash, .. } if ours(hash)) {
            foreign.push(format!("{} (changed since mailwright wrote it)", path.display()));
        }
    }
    // A certificate without its key is of no use: both go back, or none.
    if foreign.is_empty() {
        for (path, was) in &before.pair {
            paths::restore(&machine.state, &machine.path(path), was)?;
        }
    }
    Ok(foreign)
}

/// The hashes of all that the lineage ever held: it was renewed since, and nobody told the journal.
fn every_one(machine: &Machine, lineage: &str) -> BTreeSet<String> {
    let [_, archive, _] = places(lineage);
    let entries = fs::read_dir(machine.path(&archive)).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some(hash(&fs::read(entry.path()).ok()?))).collect()
}

/// Saves all that certbot keeps, before our lineage goes: an authority gives out few of them in a week.
fn save(machine: &Machine, archive: &Archive, before: &AcmeBefore) -> Result<Vec<String>> {
    let conf = conf(&before.lineage);
    if before.had.contains(&conf) || !machine.path(&conf).exists() {
        return Ok(Vec::new());
    }
    let file = archive.pack("letsencrypt", Path::new(HOME))?;
    Ok(vec![format!("the certificate {} and its key, saved in {}", before.lineage, file.display())])
}

/// Removes what came by us.
fn remove(machine: &Machine, before: &AcmeBefore) -> Result<()> {
    let ours = ours(machine, before);
    let came: Vec<PathBuf> = its_own(machine).into_iter().filter(|path| !before.had.contains(path)).collect();
    // Deepest first: a directory goes after what lies in it, and stays when something does.
    for path in came.iter().rev() {
        let real = machine.path(path);
        if files::look(&real).is_ok_and(|look| look.is_some_and(|look| look.kind == Kind::Directory)) {
            let _ = files::remove_directory(&real);
        } else if ours.iter().any(|place| path.starts_with(place)) {
            files::remove_file(&real).context(|| format!("{} could not be removed", path.display()))?;
        }
    }
    Ok(())
}

/// The places that are ours alone: those of the lineage, its account unless another lineage uses it, and all the rest as
/// long as there is no other.
fn ours(machine: &Machine, before: &AcmeBefore) -> Vec<PathBuf> {
    let others = beside(machine, &before.lineage);
    let mut ours =
        if before.had.contains(&conf(&before.lineage)) { Vec::new() } else { places(&before.lineage).to_vec() };
    let used: BTreeSet<&str> = others.iter().filter_map(|conf| setting(conf, "account")).collect();
    let accounts = accounts(&before.directory);
    let entries = fs::read_dir(machine.path(&accounts)).into_iter().flatten().flatten();
    let unused = entries.filter(|entry| !used.contains(entry.file_name().to_string_lossy().as_ref()));
    ours.extend(unused.map(|entry| accounts.join(entry.file_name())));
    if others.is_empty() {
        let [home, rest @ ..] = CERTBOT.map(PathBuf::from);
        ours.extend(["csr", "keys", "live/README", ".certbot.lock"].map(|name| home.join(name)));
        ours.extend(rest);
    }
    ours
}

/// How the other lineages are renewed.
fn beside(machine: &Machine, lineage: &str) -> Vec<String> {
    let own = conf(lineage);
    let directory = own.parent().unwrap_or(Path::new(HOME));
    let entries = fs::read_dir(machine.path(directory)).into_iter().flatten().flatten();
    let files = entries.filter(|entry| Some(entry.file_name().as_os_str()) != own.file_name());
    files.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::kinds::acme::tests::{machine as in_tree, put};

    const OURS: &str = "mailwright-mail.example.org";
    const ACCOUNTS: &str = "accounts/ca.test/dir";

    /// A machine in a directory, whose daemons read a self-signed certificate.
    fn machine(dir: &Path) -> Machine {
        let machine = in_tree(dir);
        put(&machine, "/etc/mailwright/tls/fullchain.pem", "own");
        put(&machine, "/etc/mailwright/tls/privkey.pem", "own key");
        machine
    }

    fn read(machine: &Machine, path: &str) -> Option<String> {
        fs::read_to_string(machine.path(Path::new(path))).ok()
    }

    /// Puts a lineage there as certbot does.
    fn lineage(machine: &Machine, name: &str, account: &str) {
        put(machine, format!("{HOME}/{ACCOUNTS}/{account}/private_key.json"), "account");
        put(machine, format!("{HOME}/archive/{name}/fullchain1.pem"), name);
        put(machine, format!("{HOME}/archive/{name}/privkey1.pem"), "key");
        put(machine, format!("{HOME}/live/{name}/README"), "links");
        put(
            machine,
            format!("{HOME}/renewal/{name}.conf"),
            &format!("account = {account}\nserver = https://ca.test/dir\n"),
        );
        put(machine, "/var/log/letsencrypt/letsencrypt.log", name);
    }

    fn before(machine: &Machine) -> AcmeBefore {
        let capture =
            |path: &str| (path.into(), paths::capture(&machine.state, &machine.path(Path::new(path))).unwrap());
        let pair = ["/etc/mailwright/tls/fullchain.pem", "/etc/mailwright/tls/privkey.pem"].map(capture);
        AcmeBefore {
            lineage: OURS.into(),
            directory: "https://ca.test/dir".into(),
            had: its_own(machine),
            pair: BTreeMap::from(pair),
            active: false,
            enabled: false,
            webroot: None,
            missing: BTreeSet::new(),
        }
    }

    /// The daemons get what the lineage has, perhaps by a renewal that the journal knows nothing of.
    fn hand_over(machine: &Machine) {
        put(machine, "/etc/mailwright/tls/fullchain.pem", OURS);
        put(machine, "/etc/mailwright/tls/privkey.pem", "key");
    }

    fn undone(machine: &Machine, before: &AcmeBefore) -> Vec<String> {
        undo(machine, &Archive::new(machine), before, &After::default()).unwrap()
    }

    #[test]
    fn all_that_came_by_us_goes_and_is_saved() {
        let dir = tempfile::tempdir().unwrap();
        let machine = machine(dir.path());
        put(&machine, "/etc/letsencrypt/cli.ini", "debian");
        let before = before(&machine);
        lineage(&machine, OURS, "a1");
        hand_over(&machine);
        let kept = undone(&machine, &before);
        assert!(kept.len() == 1 && kept[0].contains("letsencrypt.tar.gz"), "{kept:?}");
        assert_eq!(read(&machine, "/etc/mailwright/tls/fullchain.pem").unwrap(), "own");
        assert_eq!(read(&machine, "/etc/mailwright/tls/privkey.pem").unwrap(), "own key");
        assert_eq!(its_own(&machine), before.had);
        assert!(!machine.path(Path::new("/var/log/letsencrypt")).exists());
    }

    #[test]
    fn what_the_admin_has_with_certbot_stays() {
        let dir = tempfile::tempdir().unwrap();
        let machine = machine(dir.path());
        lineage(&machine, "mail.example.org", "admin");
        let before = before(&machine);
        lineage(&machine, OURS, "ours");
        // One more that the admin made since, with our account; and a hook.
        lineage(&machine, "www.example.org", "ours");
        put(&machine, "/etc/letsencrypt/renewal-hooks/deploy/web", "reload");
        hand_over(&machine);
        let kept = undone(&machine, &before);
        assert!(kept.contains(&"certbot.timer: it renews mail.example.org, www.example.org".to_owned()), "{kept:?}");
        let stay = ["mail.example.org", "www.example.org"].map(|name| format!("{HOME}/renewal/{name}.conf"));
        assert!(stay.iter().all(|path| read(&machine, path).is_some()));
        for account in ["admin", "ours"] {
            assert!(read(&machine, &format!("{HOME}/{ACCOUNTS}/{account}/private_key.json")).is_some(), "{account}");
        }
        assert_eq!(read(&machine, "/etc/letsencrypt/renewal-hooks/deploy/web").unwrap(), "reload");
        assert!(its_own(&machine).iter().all(|path| !path.display().to_string().contains(OURS)));
    }

    #[test]
    fn a_certificate_that_somebody_else_put_there_stays_with_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let machine = machine(dir.path());
        let before = before(&machine);
        lineage(&machine, OURS, "a1");
        hand_over(&machine);
        put(&machine, "/etc/mailwright/tls/fullchain.pem", "bought");
        let kept = undone(&machine, &before);
        assert!(kept[0].starts_with("/etc/mailwright/tls/fullchain.pem (changed"), "{kept:?}");
        assert_eq!(read(&machine, "/etc/mailwright/tls/privkey.pem").unwrap(), "key");
    }

    #[test]
    fn the_timer_goes_back_unless_it_renews_other_certificates() {
        let dir = tempfile::tempdir().unwrap();
        let machine = machine(dir.path());
        let before = before(&machine);
        lineage(&machine, OURS, "a1");
        let alone = Timer::after(&before, &others::names(&machine));
        assert_eq!(alone, Timer { stop: true, disable: true, stays: false });
        lineage(&machine, "www.example.org", "a1");
        let shared = Timer::after(&before, &others::names(&machine));
        assert_eq!(shared, Timer { stop: false, disable: false, stays: true });
        // It was the admin's own before.
        let armed = AcmeBefore { active: true, enabled: true, ..before };
        assert_eq!(Timer::after(&armed, &[]), Timer { stop: false, disable: false, stays: false });
    }
}
