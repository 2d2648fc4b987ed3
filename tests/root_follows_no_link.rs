//! Nothing but the room for files opens what is to be written, gives files away or removes them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// Where root may write by name: the room itself, and the throwaway hosts, whose trees are rehearsal's own.
const ALLOWED: [&str; 2] = ["src/files", "src/rehearsal"];

/// Words that begin a write by name, a change of owner or mode, or a removal.
const WRITERS: [&str; 24] = [
    "fs::write(",
    "File::create(",
    "File::create_new(",
    "File::options(",
    "OpenOptions",
    "DirBuilder",
    "fs::create_dir",
    "fs::remove_",
    "fs::rename(",
    "fs::copy(",
    "fs::hard_link(",
    "fs::symlink(",
    "unix::fs::symlink",
    "symlinkat(",
    "set_permissions(",
    "chown(",
    "chmodat(",
    "chownat(",
    "linkat(",
    "renameat",
    "mkdirat(",
    "utimensat(",
    "openat",
    "stdout_path(",
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The lines of a source that are the program's: what follows its tests' heading is no part of it, nor is a comment.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let program = text.split("\nmod tests {").next().unwrap_or_default();
    program.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn writers(text: &str) -> Vec<(usize, &str)> {
    lines(text).filter(|(_, line)| WRITERS.iter().any(|word| line.contains(word))).collect()
}

#[test]
fn only_the_room_for_files_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for place in ["src", "steps"] {
        sources(&root.join(place), &mut found);
    }
    assert!(found.len() > 150, "{}", found.len());
    let mut wrong = Vec::new();
    for path in found {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        // Sources that are tests as a whole.
        let test = name.contains("/tests/") || name.ends_with("tests.rs");
        if test || ALLOWED.iter().any(|place| name.starts_with(&format!("{place}/"))) {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        wrong.extend(writers(&source).into_iter().map(|(at, line)| format!("{name}:{}: {}", at + 1, line.trim())));
    }
    assert_eq!(wrong, [""; 0], "use mailwright::files:\n{}", wrong.join("\n"));
}

#[test]
fn a_writer_is_seen_and_a_test_is_not() {
    let text = "//! fs::write( in words\nfn f() {\n    std::fs::write(path, b\"\");\n}\n#[cfg(test)]\nmod tests {\n    fs::remove_file(a);\n}\n";
    assert_eq!(writers(text), [(2, "    std::fs::write(path, b\"\");")]);
    for word in WRITERS {
        assert_eq!(writers(&format!("x{word}y")).len(), 1, "{word}");
    }
}
