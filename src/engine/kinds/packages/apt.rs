//! What apt and dpkg say, understood.

use super::install::Outline;

/// What a simulation of apt-get(8) says would be done: `Inst postfix (3.7.11 Debian:12 [amd64])`, `Remv exim4-base [4.96]`.
pub(super) fn outline(said: &str) -> Outline {
    let mut outline = Outline::default();
    for line in said.lines() {
        let mut words = line.split_whitespace();
        let (verb, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let name = name.split(':').next().unwrap_or(name).to_owned();
        match verb {
            "Inst" => {
                // `Inst libssl3 [3.0.16-1] (3.0.17-1 Debian:12.12 [amd64])`
                if words.next().is_some_and(|next| next.starts_with('[')) {
                    outline.renewed.insert(name.clone());
                }
                outline.come.insert(name)
            }
            "Remv" | "Purg" => outline.go.insert(name),
            _ => false,
        };
    }
    outline
}

/// What apt and dpkg complain of: their own lines, and the line after one of dpkg's, where it says why.
pub(crate) fn complaints(said: &str) -> Vec<&str> {
    let mut told: Vec<&str> = Vec::new();
    let mut why = false;
    for line in said.lines() {
        let dpkg = line.starts_with("dpkg: error");
        let new = told.len() < 8 && !told.contains(&line.trim());
        if (dpkg || why || line.starts_with("E:")) && new {
            told.push(line.trim());
        }
        why = dpkg;
    }
    told
}

/// A line of apt's status stream: `pmstatus:postfix:41.2:Installing postfix (amd64)`.
pub(crate) fn status(line: &str) -> Option<(f64, &str)> {
    let mut parts = line.strip_prefix("pmstatus:").or_else(|| line.strip_prefix("dlstatus:"))?.splitn(3, ':');
    let (_, percent, note) = (parts.next()?, parts.next()?, parts.next()?);
    Some((percent.parse().ok()?, note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dpkg_s_reason_is_told_with_its_error() {
        let said = "Unpacking libperl5.40:amd64 (5.40.1-6) ...\n\
            dpkg: error processing archive /tmp/06-libperl.deb (--unpack):\n cannot copy extracted data for './usr/lib/x' to \
            '/usr/lib/x.dpkg-new': failed to write (No space left on device)\nNo apport report written\n\
            E: Sub-process /usr/bin/dpkg returned an error code (1)\n";
        let told = complaints(said);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[1].ends_with("(No space left on device)"), "{told:?}");
    }

    #[test]
    fn what_a_simulation_would_do_is_understood() {
        let said = "NOTE: This is only a simulation!\nReading package lists...\nRemv exim4-base [4.96-15+deb12u7]\n\
            Purg bsd-mailx [8.1.2-0.20220412cvs-1] [libc6:amd64 ]\nInst libicu72:amd64 (72.1-3+deb12u1 Debian:12.9/stable [amd64])\n\
            Inst postfix [3.7.9] (3.7.11-0+deb12u1 Debian:12.9/stable [amd64])\nConf postfix (3.7.11-0+deb12u1 Debian:12.9/stable [amd64])\n";
        let outlined = outline(said);
        assert_eq!(outlined.come, ["libicu72".to_owned(), "postfix".to_owned()].into());
        assert_eq!(outlined.renewed, ["postfix".to_owned()].into());
        assert_eq!(outlined.go, ["bsd-mailx".to_owned(), "exim4-base".to_owned()].into());
    }

    #[test]
    fn apts_status_lines_are_understood_and_others_ignored() {
        assert_eq!(
            status("pmstatus:postfix:41.2000:Installing postfix (amd64)"),
            Some((41.2, "Installing postfix (amd64)"))
        );
        assert_eq!(status("dlstatus:1:20.5:Retrieving file 1 of 3"), Some((20.5, "Retrieving file 1 of 3")));
        assert_eq!(status("Setting up postfix (3.7.11-0+deb12u1) ..."), None);
        assert_eq!(status("pmstatus:broken"), None);
    }
}
