//! The account that owns all mail: the one that stands, or a free id for one.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;

use super::root::Root;
use crate::facts::MailAccount;
use crate::steps::dovecot::{MAIL_DIR, VMAIL};

/// Ids above those of people and below those of containers and of systemd's dynamic users (Debian Policy, 9.2.2).
const FREE: std::ops::Range<u32> = 5001..6000;
/// Ids below belong to the system itself: Dovecot's `first_valid_uid` is what the account has, and root owns no mail.
const LEAST: u32 = 1;

/// Lower numbers are those that Debian's packages take in turn (Debian Policy, 9.2.2).
const OWNER: u32 = 1000;

/// Reads passwd(5) and group(5), and whose the mail is that stands here, as after a backup was brought back.
pub(super) fn mail_account(root: &Root<'_>) -> MailAccount {
    let text = |path| root.text(path).unwrap_or_default();
    let mail = std::fs::symlink_metadata(root.path(MAIL_DIR)).ok().filter(std::fs::Metadata::is_dir);
    of(&text("/etc/passwd"), &text("/etc/group"), mail.map(|mail| (mail.uid(), mail.gid())))
}

fn of(passwd: &str, group: &str, owner: Option<(u32, u32)>) -> MailAccount {
    let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
    let users: Vec<Vec<String>> = passwd.lines().map(fields).filter(|line| line.len() > 5).collect();
    let groups: Vec<Vec<String>> = group.lines().map(fields).filter(|line| line.len() > 2).collect();
    let id = |line: &[String], at: usize| line.get(at).and_then(|id| id.parse::<u32>().ok());
    let group_id = groups.iter().find(|line| line[0] == VMAIL).and_then(|line| id(line, 2));
    if let Some(user) = users.iter().find(|line| line[0] == VMAIL) {
        let (Some(uid), Some(gid)) = (id(user, 2), id(user, 3)) else {
            return MailAccount {
                unfit: Some(format!("{VMAIL} has no number in /etc/passwd")),
                ..MailAccount::default()
            };
        };
        return MailAccount { uid, gid, unfit: unfit(user, uid, gid, group_id, &users) };
    }
    let taken: BTreeSet<u32> =
        users.iter().filter_map(|line| id(line, 2)).chain(groups.iter().filter_map(|line| id(line, 2))).collect();
    let others: BTreeSet<u32> = users.iter().filter_map(|line| id(line, 2)).collect();
    if let Some(gid) = group_id {
        // The group of a run that was cut off, or of an older server: the user gets its number where that is free.
        let uid = if others.contains(&gid) { free(&taken) } else { gid };
        return MailAccount { uid, gid, unfit: None };
    }
    // Mail that is nobody's by its number: the account gets that number, and nobody's files need another owner.
    if let Some((uid, gid)) = owner
        && uid == gid
        && uid >= OWNER
        && !taken.contains(&uid)
    {
        return MailAccount { uid, gid, unfit: None };
    }
    let one = if taken.contains(&MailAccount::USUAL) { free(&taken) } else { MailAccount::USUAL };
    MailAccount { uid: one, gid: one, unfit: None }
}

fn free(taken: &BTreeSet<u32>) -> u32 {
    FREE.into_iter().find(|id| !taken.contains(id)).unwrap_or(MailAccount::USUAL)
}

/// Why the account that stands here cannot own the mail.
fn unfit(user: &[String], uid: u32, gid: u32, group: Option<u32>, users: &[Vec<String>]) -> Option<String> {
    let shared = users.iter().find(|other| other[0] != VMAIL && other[2] == user[2]);
    if uid < LEAST || gid < LEAST {
        return Some(format!("{VMAIL} is root by its number"));
    }
    if let Some(other) = shared {
        return Some(format!("{VMAIL} and {} share the number {uid}", other[0]));
    }
    if group.is_none_or(|group| group != gid) {
        return Some(format!("the group of {VMAIL} is not {VMAIL}"));
    }
    let home = user[5].trim_end_matches('/');
    (home != MAIL_DIR).then(|| format!("the home of {VMAIL} is {home}, not {MAIL_DIR}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "root:x:0:0::/root:/bin/sh\n";

    #[test]
    fn the_usual_id_is_taken_where_it_is_free_and_another_one_where_not() {
        assert!(of(ROOT, "root:x:0:\n", None).is_usual());
        let app = format!("{ROOT}app:x:5000:100::/srv/app:/bin/sh\n");
        let chosen = of(&app, "root:x:0:\nother:x:5001:\n", None);
        assert_eq!((chosen.uid, chosen.gid, chosen.unfit), (5002, 5002, None));
        // A group alone keeps the number from us as well: user and group are to have the same.
        assert_eq!(of(ROOT, "root:x:0:\nteam:x:5000:anna\n", None).uid, 5001);
        // The group of a run that was cut off.
        assert_eq!(of(ROOT, "vmail:x:5003:\n", None), MailAccount { uid: 5003, gid: 5003, unfit: None });
    }

    #[test]
    fn mail_that_was_brought_back_keeps_its_number() {
        let with = |passwd: &str, owner| of(passwd, "root:x:0:\n", Some(owner)).uid;
        assert_eq!(with(ROOT, (1001, 1001)), 1001);
        // Of root's, of somebody's, of a package's that may come, and of two numbers: another owner is needed there.
        assert_eq!(with(ROOT, (0, 0)), 5000);
        assert_eq!(with(&format!("{ROOT}anna:x:1001:1001::/home/anna:/bin/sh\n"), (1001, 1001)), 5000);
        assert_eq!(with(ROOT, (110, 110)), 5000);
        assert_eq!(with(ROOT, (1001, 1002)), 5000);
    }

    #[test]
    fn the_account_of_a_former_server_is_taken_as_it_is_where_it_fits() {
        let account =
            |line: &str, group: &str| of(&format!("{ROOT}mail:x:8:8::/var/mail:/bin/sh\n{line}\n"), group, None);
        let former = account("vmail:x:999:990::/var/vmail:/usr/sbin/nologin", "vmail:x:990:\n");
        assert_eq!(former, MailAccount { uid: 999, gid: 990, unfit: None });
        for (line, group, why) in [
            ("vmail:x:999:990::/srv/mail:/bin/sh", "vmail:x:990:\n", "the home of vmail is /srv/mail"),
            ("vmail:x:8:990::/var/vmail:/bin/sh", "vmail:x:990:\n", "vmail and mail share"),
            ("vmail:x:0:0::/var/vmail:/bin/sh", "root:x:0:\n", "vmail is root"),
            ("vmail:x:999:100::/var/vmail:/bin/sh", "users:x:100:\n", "the group of vmail is not vmail"),
        ] {
            let unfit = account(line, group).unfit.unwrap();
            assert!(unfit.contains(why), "{unfit}");
        }
    }
}
