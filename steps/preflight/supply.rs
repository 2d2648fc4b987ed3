//! dpkg and apt: whether packages can be installed at all.

use crate::answers::Answers;
use crate::check::Outcome::{self, Fail, Pass, Unknown, Warn};
use crate::facts::Facts;
use crate::steps::packages;

pub(super) fn dpkg(_: &Answers, facts: &Facts) -> (Outcome, String) {
    let dpkg = &facts.dpkg;
    let seen = match dpkg.broken.as_slice() {
        [] if !dpkg.interrupted => return (Pass, format!("{} packages, all of them whole", dpkg.installed.len())),
        [] => "dpkg was stopped amid its work".to_owned(),
        broken => format!("half installed: {}", broken.join(", ")),
    };
    match &dpkg.lock_holder {
        // Looks the same from outside while another program is still at it.
        Some(holder) => (Warn, format!("{seen}; {holder} is still at work")),
        None if facts.begun => {
            (Warn, format!("{seen}; a run of mailwright or an upgrade of Debian did not come to its end"))
        }
        None => (Fail, seen),
    }
}

pub(super) fn lock(_: &Answers, facts: &Facts) -> (Outcome, String) {
    match &facts.dpkg.lock_holder {
        Some(holder) => (Warn, format!("{holder} holds it")),
        None if !facts.root => (Unknown, "only root can see who holds it".into()),
        None => (Pass, "nobody holds it".into()),
    }
}

pub(super) fn packages(answers: &Answers, facts: &Facts) -> (Outcome, String) {
    let needed = packages::needed(answers);
    let missing = needed.iter().filter(|name| !facts.dpkg.installed.contains_key(*name)).count();
    if missing == 0 {
        return (Pass, "all of them are installed".into());
    }
    if facts.packages_cached {
        return (Pass, format!("{missing} to install, all of them in apt's cache"));
    }
    match &facts.mirror {
        None => (Unknown, format!("{missing} to install, and no telling whether the mirror can be reached")),
        Some(mirror) => match &mirror.error {
            None => (Pass, format!("{missing} to install from {}", mirror.host)),
            Some(error) => (Fail, format!("{missing} to install; {}: {error}", mirror.host)),
        },
    }
}

/// A package that is installed and on hold stays as it is and does as well; any other would be left out by apt.
pub(super) fn willing(answers: &Answers, facts: &Facts) -> (Outcome, String) {
    let missing = |name: &String| !facts.dpkg.installed.contains_key(name);
    let held: Vec<String> = packages::needed(answers)
        .into_iter()
        .filter(|name| missing(name) && facts.dpkg.held.contains(name))
        .map(|name| format!("{name} is on hold"))
        .collect();
    let all: Vec<String> = held.into_iter().chain(facts.apt.refuses.iter().cloned()).collect();
    match all.as_slice() {
        [] => (Pass, "it names no obstacle".into()),
        // What was left half-way is finished first, and with it goes what apt complains of.
        _ if facts.begun && facts.dpkg.interrupted => (Warn, all.join("\n")),
        _ => (Fail, all.join("\n")),
    }
}

pub(super) fn removes(_: &Answers, facts: &Facts) -> (Outcome, String) {
    match facts.apt.removes.as_slice() {
        [] => (Pass, "nothing that is installed".into()),
        names => (Warn, names.join(", ")),
    }
}
