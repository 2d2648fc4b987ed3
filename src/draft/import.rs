//! Rows from a list in CSV: all of it or nothing.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

use super::{Draft, Row, passwords, rows};
use crate::answers::{Mistake, Mistakes};
use crate::question::{Cell, Column, TABLES, columns};

/// What mistakes name instead of a file.
const NAME: &str = "CSV";

/// What came of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// The table it was for: `domain`, `mailbox` or `alias`.
    pub table: &'static str,
    /// Rows that are new.
    pub added: usize,
    /// Rows that were there and took what the list says.
    pub updated: usize,
}

/// One line of a list.
struct Line {
    number: usize,
    row: Row,
}

impl Draft {
    /// Takes up a list of mailboxes (`address,password,quota`), aliases (`address,to`) or domains (`name`): its first
    /// line names the columns and thereby the table. A row of the same name takes what the list says and keeps what
    /// the list leaves empty. Passwords are hashed, which takes a tenth of a second each.
    ///
    /// # Errors
    /// Every bad line with its number and reason; then nothing is taken up.
    pub fn import_csv(&mut self, text: &str) -> Result<Imported, Mistakes> {
        let mut bad = Vec::new();
        let refused = |mut mistakes: Vec<Mistake>| {
            mistakes.sort_by_key(|mistake| mistake.line);
            Mistakes { file: NAME.to_owned(), mistakes }
        };
        let (table, lines) = read(text, &mut bad).map_err(|mistake| refused(vec![mistake]))?;
        let mut next = self.clone();
        let before = self.entries(table).count();
        let at = next.take_up(table, &lines, &mut bad);
        bad.extend(next.mistakes().into_iter().filter_map(|mistake| on_its_line(mistake, table, &at)));
        if !bad.is_empty() {
            return Err(refused(bad));
        }
        next.hash_plain(self).map_err(|error| refused(vec![mistake(None, error.render())]))?;
        let added = next.entries(table).count() - before;
        *self = next;
        Ok(Imported { table, added, updated: lines.len() - added })
    }

    /// Puts the lines into their rows, passwords still plain; gives the number of the line behind each row.
    fn take_up(&mut self, table: &str, lines: &[Line], bad: &mut Vec<Mistake>) -> HashMap<usize, usize> {
        let name = |row: &Row| {
            let first = columns(table).first().and_then(|column| row.get(column.name));
            first.map(|name| name.trim().to_ascii_lowercase()).unwrap_or_default()
        };
        let mut known: HashMap<String, usize> =
            self.rows(table).iter().enumerate().map(|(n, row)| (name(row), n)).collect();
        let mut at = HashMap::new();
        for line in lines {
            let name = name(&line.row);
            let next = self.entries(table).count();
            let index = if name.is_empty() { next } else { *known.entry(name.clone()).or_insert(next) };
            if let Some(first) = at.get(&index) {
                bad.push(mistake(Some(line.number), format!("{name} stands already on line {first}")));
                continue;
            }
            let mut entry = self.entries(table).nth(index).cloned().unwrap_or_default();
            rows::fill_open(&mut entry, table, &line.row);
            if let Some(password) = line.row.get(passwords::NAMES[0]) {
                passwords::put_plain(&mut entry, password);
            }
            self.put(table, index, entry);
            at.insert(index, line.number);
        }
        at
    }
}

fn mistake(line: Option<usize>, message: impl Into<String>) -> Mistake {
    Mistake { line, column: None, key: None, value: None, message: message.into() }
}

/// A mistake of the draft, told of the line that brought it; `None` when it was brought by no line.
fn on_its_line(found: Mistake, table: &str, at: &HashMap<usize, usize>) -> Option<Mistake> {
    let rest = found.key.as_deref()?.strip_prefix(table)?.strip_prefix('[')?;
    let (number, column) = rest.split_once(']')?;
    let line = at.get(&number.parse::<usize>().ok()?.checked_sub(1)?)?;
    let column = column.trim_start_matches('.');
    // In a list whose columns are shifted a password stands where a quota should.
    let value = found.value.filter(|_| columns(table).iter().all(|column| column.cell != Cell::Secret));
    Some(Mistake { line: Some(*line), key: Some(column.to_owned()), value, ..found })
}

/// The table and the lines of a list; lines that are none are noted.
fn read(text: &str, bad: &mut Vec<Mistake>) -> Result<(&'static str, Vec<Line>), Mistake> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    // Spreadsheets write semicolons where the comma parts the decimals.
    let delimiter = if head.contains(';') && !head.contains(',') { b';' } else { b',' };
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut counted = Counted { text, at: 0, line: 1 };
    let mut open: Option<(&'static str, Vec<&'static Column>)> = None;
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| mistake(None, error.to_string()))?;
        let number = counted.line_of(&record);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match &open {
            None => open = Some(header(&record).ok_or_else(|| mistake(Some(number), HEADER))?),
            Some((_, columns)) => match cells(&record, columns) {
                Ok(row) => lines.push(Line { number, row }),
                Err(why) => bad.push(mistake(Some(number), why)),
            },
        }
    }
    match open {
        Some((table, _)) if !lines.is_empty() || !bad.is_empty() => Ok((table, lines)),
        Some(_) => Err(mistake(None, "nothing follows the line that names the columns")),
        None => Err(mistake(None, HEADER)),
    }
}

const HEADER: &str = "the first line names the columns: address,password,quota for mailboxes, address,to for aliases, \
                      name for domains";

/// The first table that has all the columns named, among them the one that names its rows.
fn header(record: &StringRecord) -> Option<(&'static str, Vec<&'static Column>)> {
    let named: Vec<String> = record.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect();
    let all_of = |columns: &'static [Column]| -> Option<Vec<&'static Column>> {
        let found: Vec<_> =
            named.iter().map(|name| columns.iter().find(|column| column.name == name)).collect::<Option<_>>()?;
        let once = (0..found.len()).all(|n| found[n + 1..].iter().all(|other| *other != found[n]));
        (once && found.contains(&columns.first()?)).then_some(found)
    };
    TABLES.into_iter().find_map(|(table, columns)| Some((table, all_of(columns)?)))
}

/// The cells of a line that hold something, by their column.
fn cells(record: &StringRecord, columns: &[&Column]) -> Result<Row, String> {
    if record.iter().any(|cell| cell.contains(['\n', '\r'])) {
        return Err("a cell goes over more than one line: a quotation mark is not closed".to_owned());
    }
    if record.len() != columns.len() {
        return Err(format!(
            "{} cells are needed, as the first line names them; found: {}",
            columns.len(),
            record.len()
        ));
    }
    let filled = columns.iter().zip(record).filter(|(_, cell)| !cell.is_empty());
    Ok(filled.map(|(column, cell)| (column.name.to_owned(), cell.to_owned())).collect())
}

/// Counts the lines up to a record. The reader's own count does not see the empty lines before it.
struct Counted<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Counted<'_> {
    fn line_of(&mut self, record: &StringRecord) -> usize {
        let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.at);
        let rest = self.text.get(start..).unwrap_or_default();
        let empty = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
        let end = (start + empty).max(self.at);
        self.line += self.text.get(self.at..end).unwrap_or_default().matches('\n').count();
        self.at = end;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::hash;
    use crate::secret::Secret;

    const HASH: &str = "{ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    fn anna() -> Draft {
        Draft::from_toml(&format!(
            "domain = [{{ name = \"example.org\" }}]\n\
             [[mailbox]]\naddress = \"anna@example.org\"\nquota = \"2G\"\npassword_hash = \"{HASH}\"\n"
        ))
        .unwrap()
    }

    fn shown(draft: &Draft, table: &str) -> Vec<String> {
        draft.rows(table).into_iter().map(|row| row.into_values().collect::<Vec<_>>().join("|")).collect()
    }

    fn refused(text: &str) -> Vec<String> {
        let mut draft = anna();
        let mistakes = draft.import_csv(text).unwrap_err();
        assert_eq!(draft, anna(), "nothing is taken up");
        mistakes.lines().collect()
    }

    fn hash_of(draft: &Draft, index: usize) -> Secret {
        Secret::new(draft.entries("mailbox").nth(index).unwrap()["password_hash"].as_str().unwrap())
    }

    #[test]
    fn mailboxes_are_added_and_updated() {
        let mut draft = anna();
        let list = "\u{feff}Address, password ,quota\r\nben@example.org,\"correct, horse\",5G\r\n,,\r\n\
                    Anna@example.org,password,\r\n";
        assert_eq!(draft.import_csv(list), Ok(Imported { table: "mailbox", added: 1, updated: 1 }));
        assert_eq!(shown(&draft, "mailbox"), ["Anna@example.org|***|2G", "ben@example.org|***|5G"]);
        assert_eq!(hash_of(&draft, 0).reveal(), HASH, "an unchanged password keeps its hash");
        assert_eq!(hash::verify(&Secret::new("correct, horse"), &hash_of(&draft, 1)), Some(true));
        assert!(!draft.to_toml().unwrap().reveal().contains("horse"));
    }

    #[test]
    fn hashes_of_an_older_server_are_taken_as_they_are() {
        let hashes = [
            "{SHA512-CRYPT}$6$x.C4Fj1z4WF33gdj$SAO71UIe1clNd2ikWKTQZfBG/6k2xx9ukpyJVRVZLaSsE2yf1v6yllaFDvZg9KDSwLwydah3xc/Dzs.BWyjIz0",
            "{ssha512}1aBKHI+waQCjMvwe8tgygrUVMnxS6ZLdU4EpF5hLqp/T4mMPQgL8Npk85i9ldE1t/SQxHo/cuNFFijG28AcNdTz1MfU=",
            "$2y$05$j.oLRtsMRiGHreUCDtyDV.79N59pMU7332t8ykXx65ilH7zfI.rWe",
            "\"$argon2id$v=19$m=65536,t=3,p=1$EHBnKBKxAxKbs0H8Sj0X8g$jTWV6Edn0/IwTSQPnMdmhIORgxJc4kNrQRrHAg6pYP4\"",
        ];
        let row = |(n, hash): (usize, &&str)| format!("box{n}@example.org,{hash},\n");
        let rows = hashes.iter().enumerate().map(row).collect::<Vec<_>>().concat();
        let mut draft = anna();
        draft.import_csv(&format!("address,password,quota\n{rows}")).unwrap();
        let taken = |n: usize| hash_of(&draft, n + 1).reveal().to_owned();
        assert_eq!(taken(0), hashes[0]);
        assert_eq!(taken(1), hashes[1].replace("ssha512", "SSHA512"));
        assert_eq!(taken(2), format!("{{BLF-CRYPT}}{}", hashes[2]));
        assert_eq!(taken(3), format!("{{ARGON2ID}}{}", hashes[3].trim_matches('"')));
        let refused = refused(
            "address,password\ncut@example.org,$6$salt$cut\napr@example.org,$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/\n\
             sun@example.org,{MD5RAW}3cb4e732631f47e6eb961f34554b7cde\n",
        );
        assert_eq!(refused.len(), 3);
        for (why, scheme) in refused.iter().zip(["{SHA512-CRYPT}", "$apr1$", "{MD5RAW}"]) {
            assert!(why.contains(scheme) && !why.contains("cut$") && !why.contains("3cb4e7"), "{why}");
        }
    }

    #[test]
    fn aliases_and_domains_are_told_by_the_header_and_semicolons_part_too() {
        let mut draft = anna();
        assert_eq!(
            draft.import_csv("name\nexample.net\nexample.org"),
            Ok(Imported { table: "domain", added: 1, updated: 1 })
        );
        let list = "to;address\nanna@example.org, me@example.com;info@example.net\n";
        assert_eq!(draft.import_csv(list), Ok(Imported { table: "alias", added: 1, updated: 0 }));
        assert_eq!(shown(&draft, "domain"), ["example.org", "example.net"]);
        assert_eq!(shown(&draft, "alias"), ["info@example.net|anna@example.org, me@example.com"]);
    }

    #[test]
    fn every_bad_line_is_named_with_its_reason_and_no_password() {
        let list = "address,password,quota\n\nben@example.org,hunter2,1G\n\ncarla@example.org,correct horse,hunter3\n\
                    dora@example.org,correct horse\n\nANNA@example.org,correct horse,1G\nanna@example.org,,2G\n\
                    emil@example.net,correct horse,\n,correct horse,\nfranz@example.org,,\n";
        assert_eq!(
            refused(list),
            [
                "CSV:3: password: the password has 7 characters; at least 8 are needed",
                "CSV:5: quota: a size is a whole number with K, M, G or T behind it, such as \"2G\"",
                "CSV:6: 3 cells are needed, as the first line names them; found: 2",
                "CSV:9: anna@example.org stands already on line 8",
                "CSV:10: address: example.net is not among the domains: add it to them first",
                "CSV:11: address: this is not answered yet: an address such as anna@example.org in one of the domains",
                "CSV:12: password: a password is needed",
            ]
        );
        assert_eq!(
            refused("address,to\ninfo@example.org,ben@example.org\n"),
            ["CSV:2: to[1] = \"ben@example.org\": it is neither a mailbox nor an alias here: the mail would bounce"]
        );
        let open = refused("address,password\n\"ben@example.org,correct horse\ncarla@example.org,correct horse\n");
        assert_eq!(open, ["CSV:2: a cell goes over more than one line: a quotation mark is not closed"]);
    }

    #[test]
    fn a_list_without_a_known_header_or_without_lines_is_refused() {
        for list in ["", "\n\n", "ben@example.org,correct horse\n", "password,quota\n", "address,address\n", "to\n"] {
            let why = refused(list);
            assert!(why[0].contains("the first line names the columns: address,password,quota"), "{list}: {why:?}");
        }
        assert_eq!(refused("name\n\n"), ["CSV: nothing follows the line that names the columns"]);
    }

    #[test]
    fn mistakes_of_other_rows_and_keys_hold_up_no_list() {
        let mut draft = anna();
        draft.add_row("mailbox", &Row::new()).unwrap();
        draft.set("hostname", "mail");
        assert!(draft.import_csv("name\nexample.net\n").is_ok());
        assert_eq!(draft.mistakes().len(), 4, "hostname, contact, and the open row's address and password");
    }
}
