//! What Debian's maintainer scripts do to a file that we wrote, told apart from what people do to it.

use std::path::Path;

use crate::engine::machine::Machine;
use crate::engine::state::hash;
use crate::shell::Program;

/// Something that a maintainer script replaces in a file when its package is upgraded.
struct Edit {
    path: &'static str,
    /// What stood there; empty where the script only adds.
    old: &'static str,
    new: &'static str,
}

/// postfix.postinst of Debian 13, coming from a version before 3.9: postconf -e, then postconf -# (both keep the rest).
const EDITS: [Edit; 3] = [
    Edit { path: "/etc/postfix/main.cf", old: "", new: "cyrus_sasl_config_path = /etc/postfix/sasl\n" },
    Edit {
        path: "/etc/postfix/main.cf",
        old: "html_directory = no\n",
        new: "#html_directory = /usr/share/doc/postfix/html\n",
    },
    Edit {
        path: "/etc/postfix/main.cf",
        old: "readme_directory = no\n",
        new: "#readme_directory = /usr/share/doc/postfix\n",
    },
];
/// Where ucf(1) keeps the MD5 sums of the files as their packages bring them: `sum  path`, one a line.
const UCF: &str = "/var/lib/ucf/hashfile";

/// What Debian's scripts made of a file of which we wrote the bytes with the hash `written`; `None` where anybody else
/// has a part in it.
#[must_use]
pub fn change(machine: &Machine, path: &Path, bytes: &[u8], written: &str) -> Option<String> {
    edited(path, bytes, written).or_else(|| replaced(machine, path))
}

/// The lines that scripts changed: with them taken back, the bytes are ours.
fn edited(path: &Path, bytes: &[u8], written: &str) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let edits: Vec<&Edit> = EDITS.iter().filter(|edit| Path::new(edit.path) == path).collect();
    // Few enough to try each set of them.
    (1_usize..1 << edits.len()).find_map(|set| {
        let chosen: Vec<&Edit> =
            edits.iter().enumerate().filter(|(at, _)| set & (1 << at) != 0).map(|(_, edit)| *edit).collect();
        let back = chosen.iter().try_fold(text.to_owned(), |text, edit| {
            let at = text.rfind(edit.new).filter(|at| *at == 0 || text[..*at].ends_with('\n'))?;
            Some([&text[..at], edit.old, &text[at + edit.new.len()..]].concat())
        })?;
        let lines: Vec<&str> = chosen.iter().map(|edit| edit.new.trim_end()).collect();
        (hash(back.as_bytes()) == written)
            .then(|| format!("Debian's own scripts have changed it since mailwright wrote it: {}", lines.join(", ")))
    })
}

/// The package's own version in the place of ours: its sum is the one that dpkg or ucf noted for this path.
fn replaced(machine: &Machine, path: &Path) -> Option<String> {
    let name = path.to_str()?;
    let summed = Program::new("md5sum").arg("--").arg(machine.path(path)).success().ok()?.stdout;
    let sum = summed.split_whitespace().next()?.trim_start_matches('\\').to_owned();
    let conffiles = Program::new("dpkg-query").args(["--show", "--showformat", "${Conffiles}\n"]).success().ok()?;
    let by_dpkg = conffiles.stdout.lines().any(|line| words(line) == [name, &sum]);
    let ucf = std::fs::read_to_string(machine.path(Path::new(UCF))).unwrap_or_default();
    let by_ucf = ucf.lines().any(|line| words(line) == [sum.as_str(), name]);
    (by_dpkg || by_ucf).then(|| "the package's own version has taken the place of mailwright's".to_owned())
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/etc/postfix/main.cf";
    const OURS: &str = "myhostname = a\nreadme_directory = no\nmynetworks =\n";
    const ADDED: &str = "cyrus_sasl_config_path = /etc/postfix/sasl\n";

    fn told(text: &str) -> Option<String> {
        edited(Path::new(PATH), text.as_bytes(), &hash(OURS.as_bytes()))
    }

    #[test]
    fn what_the_script_does_is_told_apart_from_any_other_edit() {
        assert!(told(&format!("{OURS}{ADDED}")).unwrap().contains("cyrus_sasl_config_path"));
        let commented = OURS.replace("readme_directory = no", "#readme_directory = /usr/share/doc/postfix");
        assert!(told(&format!("{commented}{ADDED}")).unwrap().contains("readme_directory"));
        assert_eq!(told(&format!("{OURS}{ADDED}# mine\n")), None);
        assert_eq!(told(&format!("{OURS}smtpd_x = 1\n{ADDED}")), None);
        assert_eq!(told(&format!("{OURS}not_{ADDED}")), None);
        assert_eq!(edited(Path::new("/etc/postfix/master.cf"), ADDED.as_bytes(), &hash(b"")), None);
    }
}
