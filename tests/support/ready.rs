//! A server that is set up from the example's answers: made once, and the beginning of every test that asks what becomes
//! of such a server.
#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, reason = "test support fails by panicking")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use mailwright::facts::Release;
use mailwright::rehearsal::{HOME, Lab};
use rustix::fs::{FlockOperation, flock};

use super::server::{SETUP, fresh, wanted, well, with_answers};

/// After that long nobody uses one any more that another build made.
const OLD: Duration = Duration::from_secs(3 * 60 * 60);
const BINARY: &str = env!("CARGO_BIN_EXE_mailwright");

/// That server, with ed in apt's cache as well, for an admin who installs something.
pub fn ready(release: Release) -> Lab {
    let packages = mailwright::steps::packages::names().into_iter().chain(["ed".to_owned()]);
    with_answers(&wanted(release).packages(packages).saved(saved(release)))
}

/// Its disk. The first that asks for it makes it.
pub fn saved(release: Release) -> PathBuf {
    let all = Path::new(HOME).join("ready");
    fs::create_dir_all(&all).unwrap();
    let lock = File::create(all.join(format!("{}.lock", release.codename()))).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let made = fs::metadata(BINARY).unwrap();
    let since = made.modified().unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let disk = all.join(format!("{}-{}-{}", release.codename(), made.len(), since.as_nanos()));
    if !disk.exists() {
        remove_old(&all, release);
        let mut lab = fresh(release);
        well(lab.host(), &SETUP);
        lab.host_mut().shut_down().unwrap();
        let half = all.join(format!("{}-in-the-making", release.codename()));
        let _ = fs::remove_dir_all(&half);
        lab.host().save(&half).unwrap();
        fs::rename(half, &disk).unwrap();
    }
    disk
}

fn remove_old(all: &Path, release: Release) {
    for entry in fs::read_dir(all).unwrap().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(&format!("{}-", release.codename()));
        let old = entry.metadata().unwrap().modified().unwrap().elapsed().is_ok_and(|age| age > OLD);
        if ours && old {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}
