//! Links, names and owners that somebody planted, for each function of the room and for both ways of opening.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::open::WALKS;
use super::*;

/// A directory of root's, and another that is to stay as it is.
pub(super) struct Place {
    _dir: tempfile::TempDir,
    pub(super) here: PathBuf,
    pub(super) outside: PathBuf,
}

/// What the file outside holds.
pub(super) const SECRET: &str = "root's alone\n";

impl Place {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (here, outside) = (dir.path().join("here"), dir.path().join("outside"));
        for directory in [&here, &outside] {
            fs::create_dir(directory).unwrap();
            fs::set_permissions(directory, Permissions::from_mode(0o755)).unwrap();
        }
        fs::write(outside.join("secret"), SECRET).unwrap();
        fs::set_permissions(outside.join("secret"), Permissions::from_mode(0o600)).unwrap();
        Self { _dir: dir, here, outside }
    }

    /// Whether all outside is as it was: names, bytes, owner and mode.
    pub(super) fn untouched(&self) -> bool {
        let names: Vec<_> = fs::read_dir(&self.outside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        let meta = fs::metadata(self.outside.join("secret")).unwrap();
        let directory = fs::metadata(&self.outside).unwrap();
        let own = rustix::process::geteuid().as_raw();
        names == ["secret"]
            && fs::read_to_string(self.outside.join("secret")).unwrap() == SECRET
            && (meta.uid(), meta.mode() & 0o7777, meta.nlink()) == (own, 0o600, 1)
            && (directory.uid(), directory.mode() & 0o7777) == (own, 0o755)
    }
}

/// Runs a test with openat2(2) and without.
fn both_ways(test: impl Fn()) {
    for walks in [false, true] {
        WALKS.set(walks);
        test();
    }
    WALKS.set(false);
}

fn own() -> Access {
    let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    Access { mode: 0o644, uid, gid }
}

/// A user that owns a place in these tests; none without root.
fn somebody() -> Option<(u32, u32)> {
    let root = rustix::process::geteuid().is_root();
    if !root {
        println!("left out: owners (needs root)");
    }
    root.then_some((8, 8))
}

fn names(directory: &Path) -> Vec<String> {
    list(directory).unwrap().into_iter().map(|(name, _)| name.into_string().unwrap()).collect()
}

fn refusal<T: std::fmt::Debug>(result: io::Result<T>) -> Refused {
    Refused::of(&result.unwrap_err()).unwrap().clone()
}

#[test]
fn a_file_is_written_whole_with_its_owner_and_mode() {
    both_ways(|| {
        let place = Place::new();
        let path = place.here.join("file");
        write(&path, b"one", Some(Access { mode: 0o640, ..own() }), true).unwrap();
        write(&path, b"two", Some(Access { mode: 0o604, ..own() }), true).unwrap();
        assert_eq!(read(&path).unwrap(), b"two");
        assert_eq!(look(&path).unwrap().unwrap().access, Access { mode: 0o604, ..own() });
        let refused = write_checked(&path, b"three", Some(own()), true, |draft| {
            assert_eq!(
                (fs::read(draft).unwrap(), look(draft).unwrap().unwrap().access.mode),
                (b"three".to_vec(), 0o600)
            );
            Err(io::Error::other("no"))
        });
        assert_eq!(refused.unwrap_err().to_string(), "no");
        assert_eq!((read(&path).unwrap(), names(&place.here)), (b"two".to_vec(), vec!["file".to_owned()]));
        assert_eq!(look(&place.here.join("none")).unwrap(), None);
        assert_eq!(look(&path.join("below")).unwrap(), None);
    });
}

/// Each function that opens, makes, alters or removes what stands at a path.
pub(super) fn everything(path: &Path) -> Vec<(&'static str, io::Result<()>)> {
    let times = rustix::fs::Timestamps {
        last_access: rustix::fs::Timespec { tv_sec: 1, tv_nsec: 0 },
        last_modification: rustix::fs::Timespec { tv_sec: 1, tv_nsec: 0 },
    };
    let access = Access { mode: 0o666, uid: 8, gid: 8 };
    vec![
        ("read", read(path).map(drop)),
        ("handle_of_key", handle_of_key(path).map(drop)),
        ("write", write(path, b"x", Some(access), true)),
        ("overwrite", overwrite(path, b"x", Some(access))),
        ("create", create(path, 0o644).map(drop)),
        ("create_new", create_new(path, 0o644).map(drop)),
        ("open_or_create", open_or_create(path, 0o644).map(drop)),
        ("append", append(path, 0o644).map(drop)),
        ("set_times", set_times(path, &times)),
        ("make_directory", make_directory(path, access)),
        ("create_all", create_all(&path.join("deeper"), 0o755)),
        ("list", list(path).map(drop)),
        ("roots_way", roots_way(path)),
    ]
}

#[test]
fn a_link_in_the_place_of_a_file_is_followed_by_nobody() {
    both_ways(|| {
        for target in ["secret", "."] {
            let place = Place::new();
            let path = place.here.join("file");
            symlink(place.outside.join(target), &path).unwrap();
            for (name, result) in everything(&path) {
                let error = result.expect_err(name);
                let there = name == "create_new" && error.kind() == io::ErrorKind::AlreadyExists;
                assert!(there || matches!(Refused::of(&error), Some(Refused::Link { .. })), "{name}: {error:?}");
                assert!(place.untouched(), "{name}");
            }
            let link = refusal(write(&path, b"x", None, false));
            let told = format!("{} is a link to {}", path.display(), place.outside.join(target).display());
            assert_eq!(link.to_string(), told);
            assert!(link.hint().contains("put what it leads to at"), "{}", link.hint());
            assert_eq!(refusal(refuse_links(&path)), link);
            // The link itself can be looked at, given away and removed; what it leads to stays.
            assert_eq!(look(&path).unwrap().unwrap().kind, Kind::Link);
            assert_eq!(super::target(&path).unwrap(), place.outside.join(target));
            if somebody().is_some() {
                give(&path, Access { mode: 0o666, uid: 8, gid: 8 }).unwrap();
                assert_eq!(fs::symlink_metadata(&path).unwrap().uid(), 8);
            }
            remove_tree(&path).unwrap();
            assert!(!exists(&path) && place.untouched());
        }
    });
}

#[test]
fn a_link_on_the_way_is_followed_by_nobody() {
    both_ways(|| {
        let place = Place::new();
        symlink(&place.outside, place.here.join("way")).unwrap();
        let path = place.here.join("way/secret");
        let rest = [
            ("look", look(&path).map(drop)),
            ("give", give(&path, Access { mode: 0o666, uid: 8, gid: 8 })),
            ("remove", remove(&path)),
            ("remove_file", remove_file(&path)),
            ("remove_directory", remove_directory(&path)),
            ("remove_tree", remove_tree(&path)),
            ("rename", rename(&path, &place.here.join("mine"))),
            ("link", link(Path::new("/"), &place.here.join("way/link"))),
            ("target", target(&path).map(drop)),
            ("refuse_links", refuse_links(&path)),
        ];
        for (name, result) in everything(&path).into_iter().chain(rest) {
            let link = refusal(result.map_err(|error| io::Error::new(error.kind(), error.into_inner().expect(name))));
            assert!(matches!(link, Refused::Link { path, .. } if path == place.here.join("way")), "{name}");
            assert!(place.untouched(), "{name}");
        }
        fs::write(place.here.join("own"), "mine").unwrap();
        assert!(rename(&place.here.join("own"), &place.here.join("way/secret")).is_err() && place.untouched());
        sweep(&place.here.join("way"));
        assert!(place.untouched());
    });
}

#[test]
fn a_path_that_is_none_is_refused() {
    both_ways(|| {
        let place = Place::new();
        for path in
            [place.here.join("../outside/secret"), PathBuf::from("relative"), PathBuf::new(), place.here.join("..")]
        {
            assert!(matches!(refusal(write(&path, b"x", None, false)), Refused::Form(_)), "{}", path.display());
            assert!(matches!(refusal(read(&path)), Refused::Form(_)), "{}", path.display());
        }
        assert!(write(Path::new("/"), b"x", None, false).is_err() && remove(Path::new("/")).is_err());
        assert!(place.untouched());
    });
}

#[test]
fn a_file_with_another_name_is_read_where_only_root_could_have_given_it() {
    both_ways(|| {
        let place = Place::new();
        let path = place.here.join("file");
        fs::hard_link(place.outside.join("secret"), &path).unwrap();
        assert_eq!(read(&path).unwrap(), SECRET.as_bytes());
        assert!(matches!(refusal(handle_of_key(&path)), Refused::Names { count: 2, .. }));
        assert!(matches!(refusal(append(&path, 0o600)), Refused::Names { count: 2, .. }));
        fs::set_permissions(&place.here, Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(refusal(read(&path)), Refused::Names { count: 2, .. }));
        assert!(matches!(refusal(give(&path, own())), Refused::Names { count: 2, .. }));
        // What is written is a file of its own.
        write(&path, b"new", Some(own()), true).unwrap();
        assert!(place.untouched());
    });
}

#[test]
fn what_is_no_regular_file_keeps_nobody_waiting() {
    both_ways(|| {
        let place = Place::new();
        let path = place.here.join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
        let started = Instant::now();
        for (name, result) in everything(&path) {
            assert!(result.is_err(), "{name}");
        }
        assert_eq!(refusal(read(&path)), Refused::Irregular(path.clone()));
        let socket = place.here.join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(refusal(read(&socket)), Refused::Irregular(socket.clone()));
        assert!(started.elapsed() < Duration::from_secs(5));
    });
}

#[test]
fn nothing_that_others_put_there_is_given_away() {
    let Some((uid, gid)) = somebody() else { return };
    both_ways(|| {
        let place = Place::new();
        chown(&place.here, Some(uid), Some(gid)).unwrap();
        let path = place.here.join("directory");
        fs::create_dir(&path).unwrap();
        let access = Access { mode: 0o750, uid, gid };
        assert_eq!(refusal(make_directory(&path, access)), Refused::Shared(place.here.clone()));
        assert_eq!(fs::metadata(&path).unwrap().uid(), 0);
        fs::remove_dir(&path).unwrap();
        make_directory(&path, access).unwrap();
        make_directory(&path, Access { mode: 0o700, ..access }).unwrap();
        assert_eq!(look(&path).unwrap().unwrap().access, Access { mode: 0o700, ..access });
        assert!(!roots_alone(&place.here).unwrap() && roots_alone(&place.outside).unwrap());
    });
}

#[test]
fn drafts_of_a_killed_run_go_and_what_looks_like_one_stays() {
    both_ways(|| {
        let place = Place::new();
        let name = |digit: char| place.here.join(format!("{DRAFT}{}", digit.to_string().repeat(32)));
        fs::write(name('a'), "half").unwrap();
        symlink(place.outside.join("secret"), name('b')).unwrap();
        fs::hard_link(place.outside.join("secret"), name('c')).unwrap();
        fs::create_dir(name('d')).unwrap();
        fs::write(place.here.join(format!("{DRAFT}short")), "theirs").unwrap();
        fs::write(name('G'), "theirs").unwrap();
        // Another run is at work on this one.
        let busy = fs::File::create(name('e')).unwrap();
        rustix::fs::flock(&busy, rustix::fs::FlockOperation::LockExclusive).unwrap();
        sweep(&place.here);
        assert!(!exists(&name('a')));
        for stays in [name('b'), name('c'), name('d'), name('e'), name('G'), place.here.join(format!("{DRAFT}short"))] {
            assert!(exists(&stays), "{}", stays.display());
        }
        fs::remove_file(name('c')).unwrap();
        assert!(place.untouched());
        drop(busy);
        sweep(&place.here);
        assert!(!exists(&name('e')));
        sweep(&place.here.join("none"));
    });
}

#[test]
fn a_tree_goes_however_deep_it_is_and_what_its_links_lead_to_stays() {
    both_ways(|| {
        let place = Place::new();
        let top = place.here.join("tree");
        fs::create_dir_all(top.join("a/b")).unwrap();
        fs::write(top.join("a/b/mail"), "mail").unwrap();
        symlink(&place.outside, top.join("a/way")).unwrap();
        symlink(place.outside.join("secret"), top.join("a/b/file")).unwrap();
        // Deeper than a path can be long, and than there are handles.
        let mut dir = std::fs::File::open(&top).unwrap();
        for _ in 0..3000 {
            rustix::fs::mkdirat(&dir, "directory", rustix::fs::Mode::RWXU).unwrap();
            let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::DIRECTORY;
            dir = rustix::fs::openat(&dir, "directory", flags, rustix::fs::Mode::empty()).unwrap().into();
        }
        drop(dir);
        remove_tree(&top).unwrap();
        remove_tree(&top).unwrap();
        assert!(!exists(&top) && place.untouched());
    });
}

#[test]
fn a_directory_is_roots_when_all_on_its_way_are() {
    let Some((uid, gid)) = somebody() else { return };
    both_ways(|| {
        let place = Place::new();
        let state = place.here.join("state");
        roots_way(&state).unwrap();
        create_all(&state, 0o700).unwrap();
        roots_way(&state).unwrap();
        let refused = |path: &Path, mode: u32, uid: u32, gid: u32| {
            let was = look(path).unwrap().unwrap().access;
            give(path, Access { mode, uid, gid }).unwrap();
            let refused = roots_way(&state).map_err(|error| Refused::of(&error).cloned());
            give(path, was).unwrap();
            refused == Err(Some(Refused::Shared(path.to_owned())))
        };
        assert!(refused(&state, 0o700, uid, gid) && refused(&state, 0o720, 0, 0) && refused(&state, 0o702, 0, 0));
        assert!(refused(&place.here, 0o755, uid, gid) && refused(&place.here, 0o777, 0, 0));
        assert!(refused(&state, 0o1777, 0, 0) && !refused(&place.here, 0o1777, 0, 0));
        assert!(!refused(&state, 0o750, 0, gid));
    });
}

#[test]
fn links_of_an_admin_are_followed_where_nobody_else_could_put_one() {
    both_ways(|| {
        let place = Place::new();
        symlink("../outside", place.here.join("way")).unwrap();
        symlink("round", place.here.join("round")).unwrap();
        assert_eq!(real(&place.here.join("way/db.example")), place.outside.join("db.example"));
        assert_eq!(real(&place.here.join("round")), place.here.join("round"));
        fs::set_permissions(&place.here, Permissions::from_mode(0o775)).unwrap();
        assert_eq!(real(&place.here.join("way/db.example")), place.here.join("way/db.example"));
        assert!(write(&real(&place.here.join("way/secret")), b"x", None, false).is_err() && place.untouched());
    });
}
