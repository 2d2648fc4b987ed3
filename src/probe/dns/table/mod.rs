//! What can be wrong with a record, in a table: for each the servers of the DNS, what it comes to, and the words for it.
//! What is right is taken from the RFCs named at each case.

use super::super::stage::{Zone, silent};
use super::*;
use crate::answers;
use crate::dns::judge::Outcome;
use crate::facts::Facts;
use crate::ui::zone::listing;
use crate::words::with_language;

mod aliases;
mod asked;
mod hosts;
mod keys;
mod policies;

const HOST: &str = "mail.example.org";
const HERE: &str = "203.0.113.10";

/// A record of the list, by name and type.
type Wanted = (&'static str, &'static str);

const A: Wanted = (HOST, "A");
const MX: Wanted = ("example.org", "MX");

/// A case: the record, who says what of it, what that comes to, and lines of the words.
struct Case {
    what: &'static str,
    wanted: Wanted,
    /// Servers that are responsible for it; `None` is one that gives no answer at all.
    authorities: Vec<Option<Zone>>,
    resolvers: Vec<Zone>,
    outcome: Outcome,
    words: Vec<String>,
}

fn case(what: &'static str, wanted: Wanted, outcome: Outcome) -> Case {
    Case { what, wanted, authorities: Vec::new(), resolvers: Vec::new(), outcome, words: Vec::new() }
}

impl Case {
    /// A responsible server has this.
    fn by(mut self, zone: Zone) -> Self {
        self.authorities.push(Some(zone));
        self
    }

    /// A responsible server gives no answer.
    fn silence(mut self) -> Self {
        self.authorities.push(None);
        self
    }

    /// A resolver has this.
    fn through(mut self, zone: Zone) -> Self {
        self.resolvers.push(zone);
        self
    }

    /// This stands in the words.
    fn says(mut self, line: &str) -> Self {
        self.words.push(line.to_owned());
        self
    }

    /// Starts the servers, asks them, and compares what comes of it.
    fn holds(self, list: &[Published]) {
        let what = self.what;
        let somebody_is_silent = self.authorities.iter().any(Option::is_none);
        let (mut authorities, mut held) = (Vec::new(), Vec::new());
        for zone in self.authorities {
            let silence = silent();
            authorities.push(zone.map_or(silence.1, Zone::start));
            held.push(silence.0);
        }
        let resolvers = self.resolvers.into_iter().map(|zone| vec![zone.start()]).collect();
        let world = World { resolvers, helpers: Vec::new(), authorities: None, port: 53, deadline: DEADLINE };
        let wait = Duration::from_millis(if somebody_is_silent { 400 } else { 3000 });
        let world = world.with_authorities(authorities).with_deadline(wait);
        let is = |one: &Published| (one.record.name.as_str(), one.record.data.kind()) == self.wanted;
        let wanted = list.iter().position(is).unwrap();
        let views = super::super::block_on(world.views(&list[wanted..=wanted])).unwrap().unwrap();
        let place = Place { server: HOST, addresses: &[HERE.parse().unwrap()], list };
        let state = judge(&list[wanted], place, &views[0]);
        assert_eq!(state.outcome, self.outcome, "{what}: {state:?}");
        let text = with_language("en", || listing(&[(&list[wanted], Some(&state))], &[]));
        for line in &self.words {
            assert!(text.contains(line), "{what}: no {line:?} in\n{text}");
        }
        let own = text.lines().take_while(|line| !line.is_empty());
        assert!(own.clone().all(|line| line.chars().count() <= 80), "{what}: {text}");
    }
}

/// Holds all of them, with further domains that have records of their `own` or are a `cname`.
fn hold(cases: Vec<Case>, further: &str) {
    let text = answers::EXAMPLE.replacen("# further_domains = \"own\"", &format!("further_domains = \"{further}\""), 1);
    let answers = answers::parse(&text, std::path::Path::new("answers.toml")).unwrap();
    let mut facts = Facts::default();
    facts.dkim.public.insert("s1".to_owned(), public());
    let list = crate::dns::records(&answers, &facts).unwrap();
    for case in cases {
        case.holds(&list);
    }
}

fn org() -> Zone {
    Zone::of("example.org")
}

/// What stands for the public half of a key of 2048 bits: as many characters.
fn public() -> String {
    format!("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{}IQAB", "x/".repeat(172))
}

/// The record of the key as the wire has it: the first string of 255 bytes, and the rest.
fn halves() -> (String, String) {
    let mut head = format!("v=DKIM1; h=sha256; k=rsa; p={}", public());
    let tail = head.split_off(255);
    (head, tail)
}
