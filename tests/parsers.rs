//! Every parser of a text that somebody else writes, tried with any input: none panics, and none loses a line that it did
//! not mean to change.
//!
//! Ten thousand inputs each, fewer where a parser is slow; a million each by
//!
//! ```text
//! MAILWRIGHT_FUZZ=1000000 cargo test --release --test parsers
//! ```
//!
//! On 2026-11-28 a million each took, in the development build on a busy machine: hosts 85 s, answers 602 s, lists 1045 s,
//! journals 203 s, dpkg status 33 s, apt status 9 s, apt simulation 12 s, apt sources 68 s, firewall listings 25 s,
//! nftables.conf 122 s, kernel tables 120 s, named.conf 77 s.
//!
//! The seed is printed, and drawn anew each time unless `MAILWRIGHT_SEED` gives it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use mailwright::answers;
use mailwright::dns::zonefile::ZoneFile;
use mailwright::dns::zonefile::want::{Want, edited};
use mailwright::dns::{Published, Weight};
use mailwright::draft::Draft;
use mailwright::engine::{Journal, State};
use mailwright::parsers;
use mailwright::records::{Data, Record};

/// Numbers that look random (Vigna's SplitMix64): the same seed gives the same inputs for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// What any text may meet.
const PIECES: [&str; 34] = [
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\0",
    "\u{feff}",
    "\u{fffd}",
    "é",
    "\u{1f40e}",
    "\u{202e}",
    "\"",
    "\\",
    "'",
    ";",
    "#",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "=",
    "$",
    "%",
    "/",
    "@",
    "-1",
    "99999999999999999999",
    "\\300",
    "::",
    "\"\"\"",
];

/// A text made of the parser's own pieces and of any, or one of its texts with a few of its parts changed.
fn input(random: &mut Random, texts: &[&str], words: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if texts.is_empty() || random.below(4) == 0 {
        for _ in 0..random.below(24) {
            let piece = if random.below(4) == 0 { random.one(&PIECES) } else { random.one(words) };
            bytes.extend_from_slice(piece.as_bytes());
        }
    } else {
        bytes.extend_from_slice(random.one(texts).as_bytes());
    }
    for _ in 0..random.below(7) {
        let (one, other) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let (from, to) = (one.min(other), one.max(other).min(one.min(other) + 60));
        match random.below(7) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let again = bytes[from..to].to_vec();
                bytes.splice(to..to, again);
            }
            2 => {
                let piece = random.one(&PIECES).as_bytes();
                bytes.splice(from..from, piece.iter().copied());
            }
            3 => {
                let word = random.one(words).as_bytes();
                bytes.splice(from..from, word.iter().copied());
            }
            4 if from < bytes.len() => bytes[from] = u8::try_from(random.below(256)).unwrap(),
            5 if from < bytes.len() => bytes[from] ^= 1 << random.below(8),
            _ if random.below(8) == 0 => bytes.truncate(from),
            _ => {}
        }
    }
    bytes
}

/// Tries a parser with as many inputs as are asked for, a share of them where it is slow.
fn tried(name: &str, share: u64, texts: &[&str], words: &[&str], each: impl Fn(&[u8])) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let now = || u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() % (1 << 62)).unwrap();
    let seed = number("MAILWRIGHT_SEED").unwrap_or_else(now);
    let count = number("MAILWRIGHT_FUZZ").unwrap_or(10_000 / share);
    println!("{name}: {count} inputs, MAILWRIGHT_SEED={seed}");
    let (mut random, began) = (Random(seed), Instant::now());
    for n in 0..count {
        let input = input(&mut random, texts, words);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| each(&input))) {
            println!("{name}: input {n} of MAILWRIGHT_SEED={seed}: {:?}", String::from_utf8_lossy(&input));
            std::panic::resume_unwind(panic);
        }
    }
    println!("{name}: took {:.1} s", began.elapsed().as_secs_f64());
}

fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// Whether these lines stand in the text, in their order.
fn in_order<'l>(lines: impl Iterator<Item = &'l str>, text: &str) -> bool {
    let mut there = text.split('\n');
    lines.into_iter().all(|line| there.any(|one| one == line))
}

const HOSTS: [&str; 3] = [
    "127.0.0.1\tlocalhost\n127.0.1.1\tdebian.localdomain debian # installer\n\n# IPv6\n::1 localhost ip6-localhost\n",
    "127.0.0.1 localhost\r\n198.51.100.7 old.example.org git # keep\r\n10.0.0.5 backup\r\n",
    "# only a comment",
];

#[test]
fn the_hosts_file_keeps_what_is_not_meant() {
    let addresses: Vec<IpAddr> = ["198.51.100.7", "2001:db8::7"].map(|text| text.parse().unwrap()).to_vec();
    let edit =
        |old: &str| parsers::hosts(old, &addresses, "mail.example.org", "mail", &["debian", "debian.localdomain"]);
    let names = ["mail", "mail.example.org", "debian", "debian.localdomain"];
    let words =
        ["127.0.0.1 ", "::1 ", "198.51.100.7 ", "10.0.0.5 ", "mail ", "debian ", "localhost ", "git ", "# x\n", "\n"];
    tried("hosts", 1, &HOSTS, &words, |input| {
        let old = text(input);
        let new = edit(&old);
        // A line that names neither this host nor its addresses stays byte for byte.
        let is_meant = |line: &str| {
            let entry = line.split('#').next().unwrap_or_default();
            let mut words = entry.split_whitespace();
            let address = words.next().and_then(|word| word.parse::<IpAddr>().ok());
            let is_name = |word: &str| names.iter().any(|name| word.eq_ignore_ascii_case(name));
            address.is_some_and(|address| addresses.contains(&address) || words.any(is_name))
        };
        let kept = old.strip_suffix('\n').unwrap_or(&old).split('\n').filter(|line| !is_meant(line) && !old.is_empty());
        assert!(in_order(kept, &new), "{old:?}\n{new:?}");
        assert_eq!(edit(&new), new, "{old:?}");
    });
}

const ZONE: &str = include_str!("zones/guide.zone");
const SMALL: &str =
    "$TTL 1h\n@ SOA ns admin 7 1d 2h 4w 1h\n NS ns\nns A 192.0.2.53 ; c\n@ TXT ( \"v=spf1 \"\n \"-all\" ) ; d\n";

#[test]
fn a_zone_keeps_what_is_not_meant() {
    let published = |name: &str, data: Data| {
        let record = Record::new(name.parse().unwrap(), data);
        Published { of: record.name.clone(), record, why: "mx", weight: Weight::Required }
    };
    let txt = |name: &str, text: &str| published(name, Data::Txt(text.to_owned()));
    let records = [
        published("example.org", Data::Mx { preference: 10, exchange: "mail.example.org".parse().unwrap() }),
        txt("example.org", "v=spf1 mx -all"),
        txt("_dmarc.example.org", "v=DMARC1; p=none"),
        published("mail.example.org", Data::A("192.0.2.10".parse().unwrap())),
    ];
    let addresses = ["192.0.2.10".parse().unwrap()];
    let want = Want {
        records: &records,
        server: "mail.example.org",
        addresses: &addresses,
        remove_obsolete: false,
        original: None,
        written: None,
    };
    let words = [
        "@ ",
        "mail ",
        "_dmarc ",
        "IN ",
        "A ",
        "TXT ",
        "MX ",
        "CNAME ",
        "NS ",
        "192.0.2.10",
        "10 mail",
        "\"v=spf1 mx -all\"",
        "\"v=spf1 include:x -all\"",
        "v=DMARC1\\;p=none",
        "( ",
        " )",
        "; c\n",
        "\n",
        "$ORIGIN ",
        "$TTL 60\n",
        "60 ",
        "1h ",
    ];
    tried("zone files", 4, &[ZONE, SMALL], &words, |input| {
        let Ok(old) = ZoneFile::parse("example.org", input) else { return };
        assert_eq!(old.text(), input, "a file that was read is as it was");
        let told = edited(&old, &want, None, 20_261_128).expect("an edited zone is a zone");
        let (ends, new) = (|end: &str| told.what.iter().filter(|line| line.ends_with(end)).count(), &told.file);
        let removed = told.what.iter().filter(|line| line.contains("(removed: ")).count();
        let serial = new.serial() != old.serial();
        assert_eq!(new.records().len() + removed, old.records().len() + ends("(new)"), "{:?}", text(input));
        // No record goes that is not named, and what is not a record stays: comments, directives, blank lines.
        let comments = |file: &ZoneFile| text(file.text()).matches(';').count();
        let in_values = told.what.iter().map(|line| line.matches(';').count()).sum::<usize>();
        // A record that is taken out and named takes its line's comment along.
        assert!(removed > 0 || comments(new) + in_values >= comments(&old), "{:?}", text(input));
        assert!(!told.what.is_empty() || new.text() == old.text());
        assert!(!serial || !told.what.is_empty());
        let again = edited(new, &want, None, 20_261_128).expect("an edited zone is a zone");
        // What the admin had may be judged anew, but nothing swings to and fro.
        let third = edited(&again.file, &want, None, 20_261_128).expect("an edited zone is a zone");
        assert_eq!(third.file.records().len(), again.file.records().len(), "{:?}", text(input));
    });
}

const HASH: &str = "{ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

#[test]
fn answers_are_refused_or_saved_as_they_are() {
    let whole = include_str!("answers/whole.toml");
    let small = format!(
        "hostname = \"mail.example.org\"\ncontact = \"me@example.com\"\n[[domain]]\nname = \"example.org\"\n\
         [[mailbox]]\naddress = \"anna@example.org\"\nquota = \"2G\"\npassword_hash = \"{HASH}\"\n\
         [[alias]]\naddress = \"info@example.org\"\nto = [\"anna@example.org\"]\n[tls]\nsource = \"self-signed\"\n"
    );
    let words = [
        "hostname = ",
        "\"example.org\"",
        "[[mailbox]]\n",
        "[spf]\n",
        "quota = ",
        "\"1G\"",
        "[",
        "]",
        "= ",
        "\n",
        "{a=1}",
    ];
    tried("answers", 8, &[answers::EXAMPLE, whole, &small], &words, |input| {
        let Ok(read) = answers::parse(&text(input), Path::new("answers.toml")) else { return };
        let Ok(saved) = answers::to_toml(&read) else { return };
        let again = answers::parse(saved.reveal(), Path::new("saved.toml"));
        assert_eq!(again.as_ref().ok(), Some(&read), "{:?}\n{:?}", text(input), again.as_ref().err());
    });
}

#[test]
fn a_list_is_taken_up_whole_or_not_at_all() {
    let draft = Draft::from_toml(&format!(
        "domain = [{{ name = \"example.org\" }}]\n[[mailbox]]\naddress = \"anna@example.org\"\npassword_hash = \"{HASH}\"\n"
    ))
    .unwrap();
    let hashed = format!("address,password\nben@example.org,\"{HASH}\"\n");
    let lists = [
        "name\nexample.net\nexample.com\n",
        "to;address\r\nanna@example.org, me@example.com;info@example.net\r\n",
        "address,to\ninfo@example.org,\"anna@example.org, ben@example.com\"\n",
        hashed.as_str(),
    ];
    let words = ["address", "to", "name", ",", ";", "\n", "anna@example.org", "info@example.org", "example.net", "\""];
    tried("lists", 8, &lists, &words, |input| {
        // A password of eight characters is hashed, which takes a tenth of a second: none is tried here.
        let list = text(input);
        if list.contains("assword") && !list.contains(HASH) {
            return;
        }
        let mut taken = draft.clone();
        let rows = |draft: &Draft| ["domain", "mailbox", "alias"].map(|table| draft.rows(table).len());
        match taken.import_csv(&list) {
            Ok(imported) => {
                let added: usize = rows(&taken).iter().sum::<usize>() - rows(&draft).iter().sum::<usize>();
                assert_eq!(imported.added, added, "{list:?}");
            }
            Err(_) => assert_eq!(taken, draft, "{list:?}"),
        }
    });
}

#[test]
fn a_journal_is_read_or_refused_by_its_line() {
    let dir = tempfile::tempdir_in(if Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "/tmp" }).unwrap();
    let state = State::new(dir.path());
    let lines = "{\"v\":1,\"at\":\"2026-11-28T10:00:00Z\",\"event\":\"run\",\"verb\":\"setup\",\"program\":\"0.1.0\"}\n\
                 {\"v\":1,\"at\":\"2026-11-28T10:00:01Z\",\"event\":\"begin\",\"seq\":1,\"step\":\"database\",\"subject\":\
                 \"database mailserver\",\"before\":{\"kind\":\"database\",\"name\":\"mailserver\",\"existed\":false}}\n\
                 {\"v\":1,\"at\":\"2026-11-28T10:00:02Z\",\"event\":\"done\",\"seq\":1,\"after\":{}}\n";
    let words =
        ["{\"v\":1,", "\"v\":2", "\"event\":", "\"end\"", "\"seq\":18446744073709551615", "{", "}", "\n", "null"];
    tried("journals", 4, &[lines], &words, |input| {
        std::fs::write(state.journal_path(), input).unwrap();
        if let Ok(journal) = Journal::load(&state) {
            let whole = input.split(|byte| *byte == b'\n').count();
            assert!(journal.lines().len() <= whole && journal.standing().len() <= journal.records().len());
        }
    });
}

#[test]
fn what_other_programs_say_brings_no_parser_down() {
    let status = "Package: postfix\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.7.11\n\n\
                  Package: exim4\nStatus: hold ok config-files\nVersion: 4.96\nDepends: a (>= 1) | b\n";
    let words = ["Package: ", "Status: ", "install ok ", "hold ", "\n\n", "Version: ", "a", ":", "\n "];
    tried("dpkg status", 1, &[status], &words, |input| {
        let _ = parsers::dpkg_status(&text(input));
    });

    let apt = "pmstatus:postfix:41.2000:Installing postfix (amd64)\ndlstatus:1:20.5:Retrieving\nE: broken\n\
               dpkg: error processing archive x (--unpack):\n why\n";
    let words = ["pmstatus:", "dlstatus:", ":", "41.2", "inf", "NaN", "-0", "E: ", "dpkg: error", "\n"];
    tried("apt status", 1, &[apt], &words, |input| {
        let _ = parsers::apt_status(&text(input));
    });

    let plan =
        "The following packages have unmet dependencies:\n postfix : Depends: x\nRemv exim4 [4.96]\nInst a (1)\nE: x\n";
    let words = ["Remv ", "Inst ", "E: ", "The following packages have unmet", "\n ", "[", "]"];
    tried("apt simulation", 1, &[plan], &words, |input| {
        let text = text(input);
        let _ = parsers::apt_simulation(&text, input.len() % 2 == 0);
    });

    let list = "deb [signed-by=/a arch=amd64] https://deb.debian.org/debian bookworm main # x\n";
    let stanza =
        "Types: deb deb-src\nURIs: http://deb.debian.org/debian\n# a\nSuites: trixie\n\nEnabled: no\nTypes: deb\n";
    let words = ["deb ", "[", "]", "Types: ", "URIs:", "\n ", "\n\n", "Enabled: no", "http://x "];
    tried("apt sources", 1, &[list, stanza], &words, |input| {
        let _ = parsers::apt_sources(&text(input));
    });

    let nft = "{\"nftables\":[{\"metainfo\":{}},{\"chain\":{\"family\":\"inet\",\"table\":\"filter\",\"name\":\"input\",\"handle\":1,\
               \"type\":\"filter\",\"hook\":\"input\",\"prio\":0,\"policy\":\"drop\"}},{\"rule\":{\"family\":\"inet\",\"table\":\
               \"filter\",\"chain\":\"input\",\"handle\":4,\"expr\":[{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\
               \"tcp\",\"field\":\"dport\"}},\"right\":{\"range\":[1,25]}}},{\"accept\":null}]}}]}";
    let zones = "public (default, active)\n  interfaces: eth0\n  ports: 25/tcp 1000-2000/tcp\n";
    let ufw = "### tuple ### allow tcp 25,465 0.0.0.0/0 any 0.0.0.0/0 in comment=6d61696c\n";
    let words =
        ["{", "}", "[", "]", "\"right\":", "\"set\":", "25", "-1", "65536", "25-", "/tcp", "### tuple ### ", "allow "];
    tried("firewall listings", 1, &[nft, zones, ufw], &words, |input| {
        let _ = parsers::firewalls(&text(input));
    });

    let rules = "#!/usr/sbin/nft -f\nflush ruleset\n\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority \
                 filter; policy drop;\n\t\ttcp dport 22 accept comment \"ssh\"\n\t}\n}\n";
    let words =
        ["table ", "chain ", "{", "}", ";", "\n", "comment \"mailwright\"", "tcp dport { 25, 465 } accept", "#"];
    tried("nftables.conf", 1, &[rules], &words, |input| {
        let text = text(input);
        let (_, without) = parsers::nft_file(&text);
        assert!(
            in_order(text.split('\n').filter(|line| !line.contains("mailwright")), &without),
            "{text:?}\n{without:?}"
        );
    });

    let tcp = "  sl  local_address rem_address   st\n   0: 0100007F:0CEA 00000000:0000 0A 0:0 00:0 0 104 0 20001 1\n";
    let trie = "  |-- 198.51.100.7\n     /32 host LOCAL\n20010db8000000000000000000000010 04 40 00 80     eth0\n";
    let words = ["0100007F:0CEA ", "0A ", ":", "|-- ", "/32 host LOCAL\n", "é:", "00", "\n"];
    tried("kernel tables", 1, &[tcp, trie], &words, |input| {
        let _ = parsers::kernel_tables(&text(input));
    });

    let named =
        "options {\n\tdirectory \"/var/cache/bind\";\n};\nzone \"example.org\" IN { type primary; file \"/db\"; };\n";
    let words = ["zone ", "{ ", "}; ", ";", "\"", "view ", "/* ", "*/", "// x\n", "# y\n"];
    tried("named.conf", 1, &[named], &words, |input| {
        let _ = parsers::named_conf(&text(input));
    });
}

#[test]
fn deep_nesting_brings_no_parser_down() {
    for open in ["{", "[", "(", "a{", "{\"a\":", "[["] {
        let deep = open.repeat(100_000);
        let _ = (parsers::named_conf(&deep), parsers::firewalls(&deep), parsers::nft_file(&deep));
        let _ = ZoneFile::parse("example.org", deep.as_bytes());
        let _ = answers::parse(&deep, Path::new("answers.toml")).is_ok();
    }
}
