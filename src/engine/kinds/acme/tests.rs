use super::*;
use crate::engine::state::State;
use crate::facts::Release;

/// A machine in a directory.
pub(super) fn machine(dir: &Path) -> Machine {
    let state = State::new(dir.join("state"));
    state.create().unwrap();
    Machine { root: dir.join("root"), state, release: Release::Trixie }
}

/// Puts a file there, with the directories above it.
pub(super) fn put(machine: &Machine, path: impl AsRef<Path>, text: &str) {
    let real = machine.path(path.as_ref());
    fs::create_dir_all(real.parent().unwrap()).unwrap();
    fs::write(real, text).unwrap();
}

const OURS: &str = "mailwright-mail.example.org";

#[test]
fn what_a_kill_left_of_our_certificate_goes_and_all_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    let machine = machine(dir.path());
    let [live, archive, conf] = lineage::places(OURS);
    // certbot begins with this one.
    put(&machine, &conf, "");
    put(&machine, archive.join("privkey1.pem"), "key");
    put(&machine, live.join("privkey.pem"), "key");
    let theirs = ["www.example.org", "mailwright-mail.example.org.evil", "mailwright-mail"].map(lineage::places);
    for [live, archive, conf] in &theirs {
        put(&machine, live.join("fullchain.pem"), "");
        put(&machine, archive.join("fullchain1.pem"), "");
        put(&machine, conf, "");
    }
    begin_anew(&machine, OURS).unwrap();
    assert!([&live, &archive, &conf].iter().all(|path| !machine.path(path).exists()));
    assert!(theirs.iter().flatten().all(|path| machine.path(path).exists()));
}

#[test]
fn a_certificate_that_is_whole_is_not_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    let machine = machine(dir.path());
    let [live, _, conf] = lineage::places(OURS);
    put(&machine, &conf, "account = a\n");
    put(&machine, live.join("fullchain.pem"), "certificate");
    put(&machine, live.join("privkey.pem"), "key");
    begin_anew(&machine, OURS).unwrap();
    assert!([&live, &conf].iter().all(|path| machine.path(path).exists()));
}

#[test]
fn a_killed_run_is_settled_with_nothing_of_it_left_in_the_web_servers_directory() {
    let dir = tempfile::tempdir().unwrap();
    let machine = machine(dir.path());
    put(&machine, "/srv/www/index.html", "hello");
    let crate::change::Change::Acme(mut change) =
        crate::samples::changes().into_iter().find(|one| one.kind() == "acme").unwrap()
    else {
        panic!()
    };
    change.webroot = "/srv/www".into();
    let Before::Acme(before) = before(&machine, &change).unwrap() else { panic!() };
    let token = format!("/srv/www/.well-known/acme-challenge/mailwright-{:032x}", 7);
    put(&machine, token, "");
    put(&machine, lineage::conf(&change.lineage()), "");
    assert!(settle(&machine, &before).unwrap().settled);
    assert!(!machine.path(&lineage::conf(&change.lineage())).exists());
    let left: Vec<_> = fs::read_dir(machine.path(Path::new("/srv/www"))).unwrap().flatten().collect();
    assert_eq!(left.iter().map(fs::DirEntry::file_name).collect::<Vec<_>>(), ["index.html"]);
}
