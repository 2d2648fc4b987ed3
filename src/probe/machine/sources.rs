//! Where apt gets its packages from (sources.list(5)), as far as it takes to see whether it can.

use super::root::Root;

/// The URIs of the enabled binary sources, in apt's order.
pub(super) fn uris(root: &Root<'_>) -> Vec<String> {
    enabled(root, 0, "uris").into_iter().flat_map(|uri| mirrors(root, uri)).collect()
}

/// The suites that they name: `bookworm`, `bookworm-updates`.
pub(super) fn suites(root: &Root<'_>) -> Vec<String> {
    enabled(root, 1, "suites")
}

/// One word of each enabled binary source: by its place in a line, by its field in a stanza.
fn enabled(root: &Root<'_>, place: usize, field: &str) -> Vec<String> {
    let mut found = Vec::new();
    let parts = |ending| root.files("/etc/apt/sources.list.d", ending);
    for path in std::iter::once("/etc/apt/sources.list".to_owned()).chain(parts(".list")) {
        found.extend(root.text(&path).iter().flat_map(|text| text.lines()).filter_map(|line| one_line(line, place)));
    }
    for path in parts(".sources") {
        found.extend(root.text(&path).iter().flat_map(|text| deb822(text, field)));
    }
    found
}

/// The URIs of a text, of either form.
pub(crate) fn of_text(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| one_line(line, 0)).chain(deb822(text, "URIs")).collect()
}

/// The word at this place of `deb [options] URI suite component...`, counted behind the options.
fn one_line(line: &str, place: usize) -> Option<String> {
    let rest = line.split('#').next()?.trim().strip_prefix("deb")?;
    let rest = rest.strip_prefix(|c: char| c.is_whitespace())?.trim_start();
    let rest = if rest.starts_with('[') { rest.split_once(']')?.1 } else { rest };
    rest.split_whitespace().nth(place).map(str::to_owned)
}

/// One field of a file's stanzas (`Types:`, `URIs:`, `Suites:`).
fn deb822(text: &str, wanted: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let text: String = lines.flat_map(|line| [line.trim_end(), "\n"]).collect();
    let stanza = |stanza: &str| {
        let (mut types, mut words, mut enabled, mut field) = (false, Vec::new(), true, String::new());
        for line in stanza.lines() {
            let value = if line.starts_with([' ', '\t']) {
                line
            } else {
                let Some((name, value)) = line.split_once(':') else { continue };
                field = name.to_ascii_lowercase();
                value
            };
            match field.as_str() {
                "types" => types |= value.split_whitespace().any(|word| word == "deb"),
                name if name == wanted => words.extend(value.split_whitespace().map(str::to_owned)),
                "enabled" => enabled = !["no", "false", "off", "0"].contains(&value.trim()),
                _ => {}
            }
        }
        if types && enabled { words } else { Vec::new() }
    };
    text.split("\n\n").flat_map(stanza).collect()
}

/// A mirror list of this machine (`mirror+file:/etc/apt/mirrors/debian.list`, as Debian's cloud images have it) stands
/// for the URIs in it; everything else for itself.
fn mirrors(root: &Root<'_>, uri: String) -> Vec<String> {
    let Some(path) = uri.strip_prefix("mirror+file:") else { return vec![uri] };
    let path = format!("/{}", path.trim_start_matches('/'));
    let text = root.text(&path).unwrap_or_default();
    let first_word = |line: &str| line.split('#').next()?.split_whitespace().next().map(str::to_owned);
    text.lines().filter_map(first_word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_read_from_lines_and_stanzas() {
        let dir = tempfile::tempdir().unwrap();
        let apt = dir.path().join("etc/apt");
        std::fs::create_dir_all(apt.join("sources.list.d")).unwrap();
        std::fs::write(apt.join("sources.list"), "deb [arch=amd64] http://a.test/debian bookworm main\n").unwrap();
        let stanza = "Types: deb\nURIs: http://b.test/debian\nSuites: trixie trixie-updates\nComponents: main\n";
        std::fs::write(apt.join("sources.list.d/b.sources"), stanza).unwrap();
        assert_eq!(suites(&Root::new(dir.path())), ["bookworm", "trixie", "trixie-updates"]);
    }

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join("etc/apt").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        uris(&Root::new(dir.path()))
    }

    #[test]
    fn one_line_sources_are_read() {
        let list = "# deb cdrom:[Debian GNU/Linux 12]/ bookworm main\n\
                    deb [signed-by=/usr/share/keyrings/a.gpg arch=amd64] https://deb.debian.org/debian bookworm main\n\
                    deb-src http://src.example.org/debian bookworm main\n\
                    deb\thttp://security.debian.org/debian-security bookworm-security main # late\n";
        let expected = ["https://deb.debian.org/debian", "http://security.debian.org/debian-security"];
        assert_eq!(told(&[("sources.list", list)]), expected);
    }

    #[test]
    fn stanzas_are_read_and_disabled_ones_are_not() {
        let debian = "# Modernised\nTypes: deb deb-src\nURIs: http://deb.debian.org/debian\n# a comment inside\n\
                      Suites: trixie trixie-updates\nComponents: main\n\nEnabled: no\nTypes: deb\nURIs: http://off.test/\n\n\
                      Types: deb-src\nURIs: http://src.test/\n\nTypes: deb\nURIs:\n http://a.test/\n http://b.test/\n";
        let found = told(&[("sources.list.d/debian.sources", debian)]);
        assert_eq!(found, ["http://deb.debian.org/debian", "http://a.test/", "http://b.test/"]);
    }

    #[test]
    fn a_mirror_list_of_the_machine_stands_for_what_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("etc/apt/mirrors")).unwrap();
        std::fs::write(dir.path().join("etc/apt/mirrors/debian.list"), "https://deb.debian.org/debian\n").unwrap();
        let uri = "mirror+file:///etc/apt/mirrors/debian.list".to_owned();
        assert_eq!(mirrors(&Root::new(dir.path()), uri), ["https://deb.debian.org/debian"]);
    }
}
