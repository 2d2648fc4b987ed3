//! Paths that nobody would give, and a second process that swaps directories and files for links while root writes.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::open::WALKS;
use super::tests::{Place, everything};
use super::*;

/// How long others swap while root writes.
const RACE: Duration = Duration::from_secs(1);

fn part() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"..".to_vec()),
        Just(b".".to_vec()),
        Just(Vec::new()),
        Just(b"way".to_vec()),
        Just(b"file".to_vec()),
        Just(b"directory".to_vec()),
        Just(b"up".to_vec()),
        Just(b"round".to_vec()),
        Just(b"secret".to_vec()),
        Just(b"outside".to_vec()),
        Just(vec![b'n'; 255]),
        Just(vec![b'n'; 256]),
        proptest::collection::vec(1_u8.., 1..8),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_path_leads_outside(parts in proptest::collection::vec(part(), 0..7), walks: bool) {
        WALKS.set(walks);
        let place = Place::new();
        symlink(&place.outside, place.here.join("way")).unwrap();
        symlink("..", place.here.join("up")).unwrap();
        symlink("round", place.here.join("round")).unwrap();
        fs::create_dir(place.here.join("directory")).unwrap();
        symlink("../../outside/secret", place.here.join("directory/file")).unwrap();
        let mut bytes = place.here.clone().into_os_string().into_vec();
        for part in &parts {
            bytes.push(b'/');
            bytes.extend(part.iter().filter(|byte| **byte != 0));
        }
        let path = PathBuf::from(OsString::from_vec(bytes));
        everything(&path);
        let access = Access { mode: 0o666, uid: 8, gid: 8 };
        // `here` itself stands for the directory that an admin gave.
        if path.components().count() > place.here.components().count() {
            let _ = (give(&path, access), link(Path::new("/"), &path), rename(&path, &place.here.join("other")));
            sweep(&path);
            let _ = remove_tree(&path);
        }
        WALKS.set(false);
        prop_assert!(place.untouched(), "{}", path.display());
    }
}

/// Exchanges two names again and again until told to stop; says how often.
fn swap(one: &Path, other: &Path, stop: &AtomicBool) -> u64 {
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).unwrap();
        count += 1;
    }
    count
}

/// Runs `root` for a second while two names are swapped; gives how often it came through and how often it was refused.
fn race(one: &Path, other: &Path, mut root: impl FnMut() -> bool) -> (u64, u64) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let swapping = scope.spawn(|| swap(one, other, &stop));
        let (started, mut through, mut refused) = (Instant::now(), 0, 0);
        while started.elapsed() < RACE {
            if root() {
                through += 1;
            } else {
                refused += 1;
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(swapping.join().unwrap() > 100);
        (through, refused)
    })
}

fn access(mode: u32) -> Access {
    let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    Access { mode, uid, gid }
}

#[test]
fn a_directory_that_becomes_a_link_while_root_writes_leads_nowhere() {
    for walks in [false, true] {
        WALKS.set(walks);
        let place = Place::new();
        let (way, link) = (place.here.join("way"), place.here.join("link"));
        fs::create_dir(&way).unwrap();
        symlink(&place.outside, &link).unwrap();
        let told = race(&way, &link, || {
            let written = write(&way.join("new"), b"x", Some(access(0o666)), false);
            let _ = write(&way.join("secret"), b"x", Some(access(0o666)), false);
            let _ = make_directory(&way.join("directory"), access(0o777));
            let _ = create_all(&way.join("deep/deeper"), 0o777);
            let _ = append(&way.join("secret"), 0o666);
            let _ = give(&way.join("secret"), access(0o666));
            let _ = super::link(Path::new("/"), &way.join("link"));
            let _ = rename(&way.join("new"), &way.join("secret"));
            sweep(&way);
            let _ = (remove_file(&way.join("secret")), remove_tree(&way.join("deep")), remove(&way.join("link")));
            let _ = remove_directory(&way.join("directory"));
            assert_ne!(read(&way.join("secret")).unwrap_or_default(), super::tests::SECRET.as_bytes());
            written.is_ok()
        });
        println!("walks: {walks}; written and refused: {told:?}");
        assert!(told.0 > 0 && told.1 > 0 && place.untouched(), "{told:?}");
    }
    WALKS.set(false);
}

#[test]
fn a_file_that_becomes_a_link_while_root_writes_leads_nowhere() {
    for walks in [false, true] {
        WALKS.set(walks);
        let place = Place::new();
        let (file, link) = (place.here.join("file"), place.here.join("link"));
        let spare = place.here.join("spare");
        fs::write(&file, "mine").unwrap();
        symlink(place.outside.join("secret"), &link).unwrap();
        let told = race(&file, &link, || {
            let read = read(&file);
            assert_ne!(read.as_deref().unwrap_or_default(), super::tests::SECRET.as_bytes());
            let key = handle_of_key(&file).and_then(|key| set_on(&key, access(0o640)));
            let _ = (overwrite(&file, b"x", Some(access(0o666))), append(&file, 0o666));
            let _ = (give(&file, access(0o666)), set_times_now(&file));
            let _ = write(&spare, b"x", Some(access(0o666)), false);
            read.is_ok() && key.is_ok()
        });
        println!("walks: {walks}; opened and refused: {told:?}");
        assert!(told.0 > 0 && told.1 > 0 && place.untouched(), "{told:?}");
    }
    WALKS.set(false);
}

fn set_times_now(path: &Path) -> io::Result<()> {
    let now = rustix::fs::Timespec { tv_sec: 1, tv_nsec: 0 };
    set_times(path, &rustix::fs::Timestamps { last_access: now, last_modification: now })
}
