//! Answers files: every mistake is named at once, and no mistake ever shows a password.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking, helpers included.

use std::fs;
use std::path::{Path, PathBuf};

use mailwright::answers::{self, Mistakes};
use mailwright::error::{Error, Kind};

fn malformed() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir("tests/answers/malformed").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    files.sort();
    files
}

fn mistakes(path: &Path) -> Mistakes {
    match answers::load(path) {
        Err(mistakes) => mistakes,
        Ok(_) => panic!("{} was taken", path.display()),
    }
}

#[test]
fn each_malformed_file_is_refused_with_all_its_mistakes() {
    let files = malformed();
    assert!(files.len() >= 24, "{} files", files.len());
    for path in files {
        let error = Error::from(mistakes(&path));
        assert_eq!(error.kind(), Kind::Usage);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "answers/malformed" }, {
            insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), error.render());
        });
    }
}
