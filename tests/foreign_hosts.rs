//! Setups on hosts that were somebody's before: ten of them, of which two are drawn for each release by a seed that is
//! printed. `MAILWRIGHT_FOREIGN=all` takes all, `MAILWRIGHT_FOREIGN=exim4,mariadb` these.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::panic::catch_unwind;

use mailwright::facts::Release;

#[path = "support/matrix/draw.rs"]
mod draw;
#[path = "support/foreign/mod.rs"]
mod foreign;
#[path = "support/server.rs"]
mod server;
mod support;

use draw::Draw;
use foreign::{ALL, Foreign};

/// How many are drawn.
const SAMPLE: usize = 1;
/// Those that a sample is drawn from; the others are run by their name, or with all.
const DRAWN: [&str; 5] = ["exim4", "postfix", "etckeeper", "mariadb", "nginx and bind"];

fn foreign_ground_is_left_as_it_was(release: Release) {
    let mut wrong = Vec::new();
    for foreign in chosen(release) {
        let Some(_turn) = support::turn(&format!("Debian {release}, {}", foreign.name)) else { return };
        if catch_unwind(|| foreign.is_left_as_it_was(release)).is_err() {
            wrong.push(foreign.name);
        }
    }
    assert!(wrong.is_empty(), "not left as it was on Debian {release}: {}", wrong.join(", "));
}

fn chosen(release: Release) -> Vec<Foreign> {
    match std::env::var("MAILWRIGHT_FOREIGN") {
        Ok(all) if all == "all" => ALL.to_vec(),
        Ok(names) => {
            let host = |name: &str| ALL.into_iter().find(|foreign| foreign.name == name).unwrap();
            names.split(',').map(host).collect()
        }
        Err(_) => {
            let mut draw = Draw::new(&format!("{SAMPLE} hosts of others on Debian {release}"));
            let all = ALL.into_iter().filter(|foreign| DRAWN.contains(&foreign.name)).collect();
            draw.shuffled(all).into_iter().take(SAMPLE).collect()
        }
    }
}

#[test]
fn what_others_have_on_debian_12_is_left_as_it_was() {
    foreign_ground_is_left_as_it_was(Release::Bookworm);
}

#[test]
fn what_others_have_on_debian_13_is_left_as_it_was() {
    foreign_ground_is_left_as_it_was(Release::Trixie);
}
